"""Where adapters are kept: a folder, or an S3 bucket with copies on this machine while they are used."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from commonwheel.adapters.delta_files import FolderFiles, S3Files, storage_faults
from commonwheel.errors import NotFound

_S3 = "s3://"


class StoredModels:
    """A `ports.ModelFiles` at `place`: a folder or s3://bucket/prefix. `runs` is for checkpoints."""

    def __init__(self, place: str, aws: Mapping[str, str], runs: Path) -> None:
        """Nothing is made yet."""
        self._place, self._runs = place, runs
        self._files = S3Files(place, aws) if place.startswith(_S3) else FolderFiles(Path(place))

    def keep(self, number: int, folder: Path) -> Mapping[str, str]:
        """File by file; the weights, which are what makes it a model, come last."""
        digests = {}
        names = sorted(path.name for path in folder.iterdir() if path.is_file())
        for name in sorted(names, key=lambda name: name.endswith((".safetensors", ".bin"))):
            data = (folder / name).read_bytes()
            self._files.write(f"{number}/{name}", data)
            digests[name] = hashlib.sha256(data).hexdigest()
        return digests

    @contextmanager
    def folder(self, number: int) -> Iterator[Path]:
        """The folder itself where it is on this machine, else a copy for as long as it is needed."""
        names = self._files.names(str(number))
        if not names:
            raise NotFound(f"The files of model m{number} are not kept any more.")
        if isinstance(self._files, FolderFiles):
            yield Path(self._place) / str(number)
            return
        with tempfile.TemporaryDirectory(prefix="commonwheel-model-") as copy:
            for name in sorted(names):
                (Path(copy) / name).write_bytes(self._files.read(f"{number}/{name}"))
            yield Path(copy)

    def drop(self, number: int) -> None:
        """Every version of every file, and what a run of it left."""
        self._files.sweep(str(number), ())
        self.clear(number)
        if isinstance(self._files, FolderFiles):
            shutil.rmtree(Path(self._place) / str(number), ignore_errors=True)

    def workplace(self, number: int) -> Path:
        """In HOME, also where adapters are kept elsewhere."""
        place = self._runs / str(number)
        with storage_faults(str(self._runs)):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        return place

    def clear(self, number: int) -> None:
        """Remove the checkpoints of a run."""
        shutil.rmtree(self._runs / str(number), ignore_errors=True)
