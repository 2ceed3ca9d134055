"""Our own format: contributions as the API takes them, one per line, in a list, or one that is the file."""

from collections.abc import Iterator

from commonwheel.collect.items import Item, Reader, Row, Skipped, contribution, made, place, too_long
from commonwheel.collect.lines import Source
from commonwheel.collect.shapes import any_object, objects, shape_of
from commonwheel.records.contribution import KINDS
from commonwheel.records.terms import Terms

_KINDS = frozenset(kind.__name__.lower() for kind in KINDS)


def _is_contribution(row: Row) -> bool:
    return isinstance(row.get("kind"), str) and row["kind"] in _KINDS


def _read(source: Source, defaults: Terms | None) -> Iterator[Item]:
    if shape_of(source).lines:  # as they came, so that faults are told by their column
        for line in source.lines():
            yield too_long(line) if line.data is None else contribution(line.data, place(line), defaults)
        return
    for found in objects(source):
        yield found if isinstance(found, Skipped) else made(found[1], found[0], defaults)


READER = Reader(
    name="contribution-jsonl",
    title="Our own contributions, as `takeout` writes them",
    reads="Everything that the API takes, one contribution per line, in a list, or alone in a file. "
    "In a folder, only what brings its own terms.",
    authored=True,
    recognizes=any_object(_is_contribution),
    read=_read,
)
