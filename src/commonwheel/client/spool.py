"""Batches that could not be sent yet, as files in a folder: they outlive the process, and any one sends them."""

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_ENDING = ".ndjson"


class Spool:
    """A folder of batches, each a file named by its idempotency key. Of too many bytes the oldest files go."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder, self._most = folder, most_bytes

    def keep(self, key: str, batch: bytes) -> int:
        """Store a batch whole or not at all; returns how many older ones had to go for it."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = self._folder / f".{key}-{uuid.uuid4().hex}"
        try:
            with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(batch)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, self._folder / f"{key}{_ENDING}")
        finally:
            with suppress(OSError):
                beside.unlink()
        return self._make_room()

    @contextmanager
    def taken(self) -> Iterator[tuple[str, bytes, "Taken"] | None]:
        """The oldest batch that no other process is sending; None where there is none."""
        for path in self._files():
            try:
                file = path.open("rb")
            except OSError:
                continue
            with file:
                if not _locked(file) or not path.exists():
                    continue
                yield path.name.removesuffix(_ENDING), file.read(), Taken(path)
                return
        yield None

    def waiting(self) -> int:
        """How many batches wait."""
        return len(self._files())

    def _files(self) -> list[Path]:
        """The oldest first."""
        found = []
        with suppress(OSError):
            for path in self._folder.glob(f"*{_ENDING}"):
                with suppress(OSError):
                    found.append((path.stat().st_mtime_ns, path))
        return [path for _, path in sorted(found)]

    def _make_room(self) -> int:
        dropped, total = 0, 0
        for path in reversed(self._files()):
            with suppress(OSError):
                total += path.stat().st_size
                if total > self._most:
                    path.unlink()
                    dropped += 1
        return dropped


class Taken:
    """A batch of a spool that this process is sending."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def done(self) -> None:
        """It was sent, or is of no use: forget it."""
        with suppress(OSError):
            self._path.unlink()


def _locked(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
