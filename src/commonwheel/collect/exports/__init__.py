"""Export files: one module per format, all of them in READERS, told apart by structure."""

from collections.abc import Iterator
from pathlib import Path

from commonwheel.collect.exports import contribution_jsonl, gsm8k_solutions, hh_rlhf, openai_chat
from commonwheel.collect.items import Item, Reader, Skipped, Summary, Tally
from commonwheel.collect.lines import Source, opened
from commonwheel.errors import Invalid
from commonwheel.records.terms import Terms

READERS: tuple[Reader, ...] = (
    contribution_jsonl.READER, gsm8k_solutions.READER, openai_chat.READER, hh_rlhf.READER,
)  # fmt: skip
"""In the order in which they are asked."""


class Reading:
    """A file being read: an iterator over its items that knows its format and counts what passes."""

    def __init__(self, path: str | Path, defaults: Terms | None = None) -> None:
        self._items = self._read(path, defaults)
        self._tally = Tally(format="")
        # The format is known, or refused, before anybody asks for an item.
        self._first = next(self._items, None)

    @property
    def format(self) -> str:
        """The name of the format."""
        return self._tally.format

    def __iter__(self) -> Iterator[Item]:
        while (item := self._first or next(self._items, None)) is not None:
            self._first = None
            self._tally.add(item)
            yield item

    def summary(self) -> Summary:
        """What has passed so far."""
        return self._tally.summary()

    def _read(self, path: str | Path, defaults: Terms | None) -> Iterator[Item]:
        with opened(path) as source:
            reader = _reader_for(source)
            self._tally.format = reader.name
            yield from reader.read(source, defaults)
            if source.damage:
                yield Skipped(where="the rest of the file", why=source.damage)


def read(path: str | Path, defaults: Terms | None = None) -> Reading:
    """The items of the file at `path` (`-`: standard input), which may be packed with gzip or zstd.

    Contributions without terms get `defaults`. Reads line by line, in bounded memory. Raises Invalid
    where the file cannot be opened or no format is recognized; all else is an item.
    """
    return Reading(path, defaults)


def detect_format(path: str | Path) -> Reader:
    """The reader for the file at `path`. Raises Invalid where no format is recognized."""
    with opened(path) as source:
        return _reader_for(source)


def _reader_for(source: Source) -> Reader:
    for reader in READERS:
        if reader.recognizes(source):
            return reader
    known = ", ".join(reader.name for reader in READERS)
    message = f"This file has no known format. Known are: {known}."
    raise Invalid([("", source.damage or "no known format")], message)
