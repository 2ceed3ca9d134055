"""A folder of what waits to be passed on: one file for each, there before anybody is told that it is done."""

import os
import uuid
from contextlib import suppress
from pathlib import Path


class Spool:
    """Texts that survive a restart, the oldest first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, text: str) -> None:
        """Keep one; on disk when this returns."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._folder / f".{uuid.uuid4().hex}"
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.rename(part.with_name(f"{uuid.uuid4().hex}.json"))
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def waiting(self) -> list[tuple[str, str]]:
        """All that wait, by name, without what another worker has passed on just now."""
        found = []
        for each in self._folder.glob("*.json"):
            with suppress(FileNotFoundError):
                found.append((each.stat().st_mtime, each.name, each.read_text("utf-8")))
        return [(name, text) for _, name, text in sorted(found)]

    def drop(self, name: str) -> None:
        """It arrived."""
        (self._folder / name).unlink(missing_ok=True)
