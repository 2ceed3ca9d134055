"""Reads an export file in a process of its own, bounded in memory and time: whoever made it may be hostile.

The child is given the bytes on its input and answers with one conversation a line; it has no environment, writes
no files, and is killed when it takes too long. Its answers are checked like anybody's.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, BinaryIO

import pydantic_core

from commonwheel.adapters.curator_process import bare_environment
from commonwheel.errors import Invalid, Unavailable
from commonwheel.ports.exports import Picked

_LONGEST_LINE = 40_000_000


class ExportProcess:
    """A `ports.ExportReader`. `seconds` bounds the time, `memory_limit` the bytes of the child's address space."""

    def __init__(self, *, seconds: float = 120.0, memory_limit: int = 1 << 30) -> None:
        self._seconds, self._memory = seconds, memory_limit

    def read(self, data: bytes) -> Iterator[Picked]:
        """One conversation after the other. Raises Invalid with what is wrong with the file."""
        command = [
            sys.executable,
            "-m",
            "commonwheel.adapters.export_child",
            str(self._memory),
            str(self._seconds),
        ]
        with _in_memory(data) as file:
            try:
                child = subprocess.Popen(
                    command,
                    stdin=file,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=bare_environment(),
                )
            except OSError as problem:
                raise Unavailable("Export files cannot be read at the moment: try again.") from problem
            assert child.stdout is not None, "a pipe was asked for"
            try:
                yield from _answers(child.stdout)
                if child.wait(self._seconds) != 0:
                    raise Invalid([("file", "could not be read: it takes too much memory, or too long")])
            finally:
                with suppress(ProcessLookupError):
                    child.kill()
                child.stdout.close()
                child.wait()


def _answers(output: IO[bytes]) -> Iterator[Picked]:
    while line := output.readline(_LONGEST_LINE):
        try:
            said = pydantic_core.from_json(line)
            if "refused" in said:
                raise Invalid([("file", str(said["refused"])[:300])])
            yield Picked(**said)
        except (ValueError, TypeError):
            raise Invalid([("file", "could not be read")]) from None


def _in_memory(data: bytes) -> BinaryIO:
    """The bytes as a file that has no name and reaches no disk, where the system has such; read from its start."""
    if hasattr(os, "memfd_create"):
        file: BinaryIO = os.fdopen(os.memfd_create("export"), "w+b")
    else:
        file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by whoever asked
    file.write(data)
    file.flush()
    file.seek(0)
    return file
