"""Our own format: one contribution per line, as the API takes it."""

from collections.abc import Iterator

from commonwheel.collect.items import Item, Reader, contribution, first_rows, place, too_long
from commonwheel.collect.lines import Source
from commonwheel.records.contribution import KINDS
from commonwheel.records.terms import Terms

_KINDS = frozenset(kind.__name__.lower() for kind in KINDS)


def _recognizes(source: Source) -> bool:
    return any(isinstance(row.get("kind"), str) and row["kind"] in _KINDS for row in first_rows(source))


def _read(source: Source, defaults: Terms | None) -> Iterator[Item]:
    for line in source.lines():
        yield too_long(line) if line.data is None else contribution(line.data, place(line), defaults)


READER = Reader(name="contribution-jsonl", recognizes=_recognizes, read=_read)
