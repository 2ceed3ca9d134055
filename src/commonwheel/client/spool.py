"""Batches that could not be sent yet, as files in a folder: they outlive the process, and any one sends them."""

import fcntl
import os
import re
import stat
import time
import uuid
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_ENDING = ".ndjson"
_KEY = re.compile(r"[\w.-]{1,150}", re.ASCII)
_LEFTOVER_AFTER = 3600.0
"""Seconds after which a file that was never finished is of nobody any more."""


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """A batch of a spool that this process is sending, and nobody else meanwhile."""

    key: str
    content: bytes
    path: Path
    file: int

    def done(self) -> None:
        """It was sent, or is of no use: forget it."""
        with suppress(OSError):
            self.path.unlink()
        self.put_back()

    def put_back(self) -> None:
        """Somebody may send it later. Unlocked by name: a child of a fork may hold the open file too."""
        with suppress(OSError):
            fcntl.flock(self.file, fcntl.LOCK_UN)
        self.let_go()

    def let_go(self) -> None:
        """Close it, in the child of a fork: the parent goes on sending it."""
        with suppress(OSError):
            os.close(self.file)


class Spool:
    """A folder of batches, each a file named by its idempotency key. Of too many bytes the oldest files go."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder, self._most = folder, most_bytes
        self._free = 0  # bytes that can surely be written before the folder is looked through again
        self._next: deque[Path] = deque()

    def keep(self, key: str, batch: bytes) -> int:
        """Store a batch whole or not at all; returns how many lines of older ones had to go for it."""
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
        self._free -= len(batch)
        return self._make_room() if self._free < 0 else 0

    def take(self) -> Taken | None:
        """The oldest batch that nobody else is sending; None where there is none."""
        self._next = self._next or deque(path for _, _, path in self._files())
        while self._next:
            if (found := _taken(self._next.popleft())) is not None:
                return found
        return None

    def waiting(self) -> int:
        """How many batches wait."""
        return len(self._files())

    def _files(self) -> list[tuple[int, int, Path]]:
        """When each was last changed, its size in bytes and where it is, the oldest first."""
        found = []
        with suppress(OSError), os.scandir(self._folder) as entries:
            for entry in entries:
                if entry.name.endswith(_ENDING) and _KEY.fullmatch(entry.name):
                    with suppress(OSError):
                        facts = entry.stat(follow_symlinks=False)
                        if stat.S_ISREG(facts.st_mode):
                            found.append((facts.st_mtime_ns, facts.st_size, Path(entry.path)))
        return sorted(found)

    def _make_room(self) -> int:
        """Half of what is free then may be written without another look: others write here too."""
        dropped, total = 0, 0
        for _, size, path in reversed(self._files()):
            total += size
            if total > self._most:
                with suppress(OSError):
                    lines = _lines_in(path)
                    path.unlink()
                    dropped += lines
        self._free = max(0, self._most - total) // 2
        for left in self._folder.glob(".*-*"):
            with suppress(OSError):
                if left.stat().st_mtime < time.time() - _LEFTOVER_AFTER:
                    left.unlink()
        return dropped


def _taken(path: Path) -> Taken | None:
    """A batch, locked; None where it is gone, or another process has it."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.exists():  # else it was sent before it was locked
            with open(file, "rb", closefd=False) as readable:
                return Taken(path.name.removesuffix(_ENDING), readable.read(), path, file)
    except OSError:
        pass
    os.close(file)
    return None


def _lines_in(path: Path) -> int:
    return sum(bool(line.strip()) for line in path.read_bytes().split(b"\n"))
