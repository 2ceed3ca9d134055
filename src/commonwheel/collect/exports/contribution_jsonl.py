"""Our own format: one contribution per line, as the API takes it."""

from collections.abc import Iterator

from commonwheel.collect.items import Item, Reader, Row, contribution, place, too_long
from commonwheel.collect.lines import Source
from commonwheel.collect.shapes import any_object
from commonwheel.records.contribution import KINDS
from commonwheel.records.terms import Terms

_KINDS = frozenset(kind.__name__.lower() for kind in KINDS)


def _is_contribution(row: Row) -> bool:
    return isinstance(row.get("kind"), str) and row["kind"] in _KINDS


def _read(source: Source, defaults: Terms | None) -> Iterator[Item]:
    for line in source.lines():
        yield too_long(line) if line.data is None else contribution(line.data, place(line), defaults)


READER = Reader(
    name="contribution-jsonl",
    title="Our own contributions, as `takeout` writes them",
    reads="Everything that the API takes, one contribution per line. In a folder, only what brings its own terms.",
    authored=True,
    recognizes=any_object(_is_contribution),
    read=_read,
)
