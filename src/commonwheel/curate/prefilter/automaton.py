"""The prefilter as one automaton over all expressions (hyperscan, https://intel.github.io/hyperscan).

Compiling hundreds of expressions takes seconds, so the result is kept in a file named by a digest of all
that went into it. A file that is broken, or made for another processor, is made anew.
"""

import json
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import hyperscan

from commonwheel.curate.prefilter.weaken import weaken
from commonwheel.curate.scan import Expression

_FLAGS = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_DOTALL
_VERSION = 13
"""Of how expressions are broadened: to be raised with every change of `weaken`."""
_SHORT, _LONG_TOGETHER = 1000, 300
"""Characters up to which expressions are compiled all together, and how many longer ones at a time."""
_KEPT, _DAY = 4, 86_400
"""So many compiled automata are kept, and all used within a day; each change of a pattern makes another."""


class Automaton:
    """See `Prefilter`. Not to be shared between threads: a scan needs scratch space of its own."""

    name = "hyperscan"

    def __init__(self, expressions: Sequence[Expression], cache: Path | None = None) -> None:
        made = _made(expressions, cache)
        self._always, self._meant = set(made.always), made.meant
        self._databases = [(database, hyperscan.Scratch(database)) for database in made.databases]

    def candidates(self, text: str) -> set[int]:
        """In a pass over the bytes of `text` for each part of the automaton."""
        seen: list[int] = []
        data = text.encode("utf-8", "surrogatepass")
        for database, scratch in self._databases:
            database.scan(data, _note, context=seen, scratch=scratch)
        return self._always.union(*map(self._meant.__getitem__, seen))


def _note(number: int, start: int, end: int, flags: int, seen: Any) -> None:
    seen.append(number)


class _Made(NamedTuple):
    """What is kept.

    The expressions that always match, those that each number of the automaton means, and the automaton in parts.
    """

    always: list[int]
    meant: list[list[int]]
    databases: list[hyperscan.Database]


def is_kept(expressions: Sequence[Expression], cache: Path | None) -> bool:
    """Whether an automaton over these expressions was compiled before, or needs no time."""
    file = _file(expressions, cache)
    return not expressions or (file is not None and file.is_file())


def _file(expressions: Sequence[Expression], cache: Path | None) -> Path | None:
    made_of = (version("hyperscan"), _VERSION, _FLAGS, [(each.pattern, each.flags) for each in expressions])
    return None if cache is None else cache / f"automaton-{sha256(repr(made_of).encode()).hexdigest()[:32]}"


def _made(expressions: Sequence[Expression], cache: Path | None) -> _Made:
    file = _file(expressions, cache)
    if file is not None:
        with suppress(OSError, ValueError, hyperscan.HyperscanError):
            made = _read(file.read_bytes())
            with suppress(OSError):
                os.utime(file)  # those that were not used for longest go first
            return made
    broader = [weaken(expression) for expression in expressions]
    meant: dict[str, list[int]] = {}
    for index, texts in enumerate(broader):
        for text in texts or ():
            meant.setdefault(text, []).append(index)
    made = _Made(
        [index for index, texts in enumerate(broader) if texts is None],
        list(meant.values()),
        [_compiled(part) for part in _parts(list(meant))],
    )
    if file is not None:
        with suppress(OSError):  # a cache that cannot be written is none
            _keep(file, _written(made))
    return made


def _parts(texts: Sequence[str]) -> Iterator[dict[int, str]]:
    """Short expressions together; long ones a few at a time, as many of them take minutes together."""
    short = {number: text for number, text in enumerate(texts) if len(text) <= _SHORT}
    if short:
        yield short
    long = [(number, text) for number, text in enumerate(texts) if number not in short]
    long.sort(key=lambda each: len(each[1]))
    for at in range(0, len(long), _LONG_TOGETHER):
        yield dict(long[at : at + _LONG_TOGETHER])


def _compiled(part: dict[int, str]) -> hyperscan.Database:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[text.encode() for text in part.values()], ids=list(part), flags=[_FLAGS] * len(part)
    )
    return database


def _written(made: _Made) -> bytes:
    """A line of JSON, which says what is not in the parts and how long each of them is; then the parts."""
    parts = [hyperscan.dumpb(database) for database in made.databases]
    header = json.dumps({"always": made.always, "meant": made.meant, "parts": [len(part) for part in parts]})
    return b"".join((header.encode(), b"\n", *parts))


def _read(data: bytes) -> _Made:
    """What `_written` wrote; ValueError where it did not."""
    line, _, rest = data.partition(b"\n")
    header = json.loads(line)
    if not isinstance(header, dict) or sum(header["parts"]) != len(rest):
        raise ValueError("not a whole file")
    databases = []
    for length in header["parts"]:
        databases.append(hyperscan.loadb(rest[:length], hyperscan.HS_MODE_BLOCK))
        rest = rest[length:]
    return _Made(header["always"], header["meant"], databases)


def _keep(file: Path, data: bytes) -> None:
    """Write beside and rename: nobody reads half a file. The oldest go."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, beside = tempfile.mkstemp(dir=file.parent)
    try:
        with open(descriptor, "wb") as target:
            target.write(data)
        os.replace(beside, file)
    except OSError:
        Path(beside).unlink(missing_ok=True)
        raise
    found = sorted(file.parent.glob("automaton-*"), key=lambda each: each.stat().st_mtime, reverse=True)
    for old in found[_KEPT:]:
        with suppress(OSError):
            if time.time() - old.stat().st_mtime > _DAY:
                old.unlink()
