"""The prefilter as one automaton over all expressions (hyperscan, https://intel.github.io/hyperscan).

Compiling hundreds of expressions takes seconds, so the result is kept in a file named by a digest of all
that went into it. A file that is broken, or made for another processor, is made anew.
"""

import json
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import hyperscan

from commonwheel.curate.prefilter.weaken import weaken

_FLAGS = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_DOTALL
_VERSION = 3
"""Of how expressions are broadened: to be raised with every change of `weaken`."""
_SHORT, _LONG_TOGETHER = 400, 10
"""Characters up to which expressions are compiled all together, and how many longer ones at a time."""
_KEPT = 4
"""So many compiled automata are kept; each change of a pattern makes another."""


class Automaton:
    """See `Prefilter`. Not to be shared between threads: a scan needs scratch space of its own."""

    name = "hyperscan"

    def __init__(self, expressions: Sequence[re.Pattern[str]], cache: Path | None = None) -> None:
        self._always, databases = _compiled(expressions, cache)
        self._databases = [(database, hyperscan.Scratch(database)) for database in databases]

    def candidates(self, text: str) -> set[int]:
        """In a pass over the bytes of `text` for each part of the automaton."""
        found = set(self._always)
        data = text.encode("utf-8", "surrogatepass")
        for database, scratch in self._databases:
            database.scan(data, _note, context=found, scratch=scratch)
        return found


def _note(index: int, start: int, end: int, flags: int, found: Any) -> None:
    found.add(index)


def _compiled(
    expressions: Sequence[re.Pattern[str]], cache: Path | None
) -> tuple[frozenset[int], list[hyperscan.Database]]:
    """The expressions that can always match, and the parts of the automaton over the others."""
    made_of = (version("hyperscan"), _VERSION, _FLAGS, [(each.pattern, each.flags) for each in expressions])
    file = cache / f"automaton-{sha256(repr(made_of).encode()).hexdigest()[:32]}" if cache is not None else None
    if file is not None:
        with suppress(OSError, ValueError, hyperscan.HyperscanError):
            return _read(file.read_bytes())
    broader = {index: weaken(expression) for index, expression in enumerate(expressions)}
    always = frozenset(index for index, text in broader.items() if text is None)
    databases = []
    for part in _parts({index: text for index, text in broader.items() if text is not None}):
        database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        database.compile(
            expressions=[text.encode() for text in part.values()], ids=list(part), flags=[_FLAGS] * len(part)
        )
        databases.append(database)
    if file is not None:
        with suppress(OSError):  # a cache that cannot be written is none
            _keep(file, _written(always, databases))
    return always, databases


def _parts(broader: dict[int, str]) -> Iterator[dict[int, str]]:
    """Short expressions together; long lists of words a few at a time, as many of them take minutes together."""
    short = {index: text for index, text in broader.items() if len(text) <= _SHORT}
    if short:
        yield short
    long = sorted(broader.keys() - short.keys(), key=lambda index: len(broader[index]))
    for at in range(0, len(long), _LONG_TOGETHER):
        yield {index: broader[index] for index in long[at : at + _LONG_TOGETHER]}


def _written(always: frozenset[int], databases: Sequence[hyperscan.Database]) -> bytes:
    """A line of JSON, the expressions that always match and the length of each part; then the parts."""
    parts = [hyperscan.dumpb(database) for database in databases]
    header = json.dumps({"always": sorted(always), "parts": [len(part) for part in parts]})
    return b"".join((header.encode(), b"\n", *parts))


def _read(data: bytes) -> tuple[frozenset[int], list[hyperscan.Database]]:
    """What `_written` wrote; ValueError where it did not."""
    line, _, rest = data.partition(b"\n")
    header = json.loads(line)
    if not isinstance(header, dict) or sum(header["parts"]) != len(rest):
        raise ValueError("not a whole file")
    databases = []
    for length in header["parts"]:
        databases.append(hyperscan.loadb(rest[:length], hyperscan.HS_MODE_BLOCK))
        rest = rest[length:]
    return frozenset(header["always"]), databases


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
        old.unlink(missing_ok=True)
