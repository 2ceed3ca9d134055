"""Reading a file, an archive or a folder: its items one by one, or conversation by conversation, to pick from."""

from collections.abc import Collection as Numbers
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from json import JSONDecoder
from pathlib import Path

import structlog

from commonwheel.collect.archives import Archive, Collection, Folder, is_zip
from commonwheel.collect.faults import MOST_FAULTS
from commonwheel.collect.items import NO_TERMS, Found, Item, Origin, Reader, Skipped, Summary, Tally
from commonwheel.collect.lines import HEAD_BYTES, File, Source, opened
from commonwheel.collect.names import is_notes, names_conversations, names_data, printable
from commonwheel.errors import Invalid
from commonwheel.records.contribution import Bundle, Chat
from commonwheel.records.terms import Terms

STUMBLED = "cannot be read: the file is not as such files are"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A conversation of a file, or something that stands alone there, with all that is read from it.

    `number` counts from 1 and is the same whenever the same file is read.
    """

    number: int
    origin: Origin
    items: tuple[Item, ...]

    @property
    def messages(self) -> int:
        """How many messages it has; 0 where it is no conversation."""
        return sum(len(item.messages) for item in self.items if isinstance(item, Chat | Bundle))

    @property
    def model(self) -> str:
        """What answered: as the file says of the whole, or of the first answer; empty where it does not."""
        said = (item.messages for item in self.items if isinstance(item, Chat | Bundle))
        return self.origin.model or next((each.model for some in said for each in some if each.model), "")


class Reading:
    """A file being read: an iterator over its items that knows its format and counts what passes.

    With `own_terms` nothing is taken that brings none. `passed_over` counts files of a folder in which there is
    no known format.
    """

    def __init__(
        self,
        file: File | Collection,
        readers: Sequence[Reader],
        defaults: Terms | None = None,
        *,
        own_terms: bool = False,
    ) -> None:
        self.passed_over = 0
        self._own_terms = own_terms
        self._readers = readers
        self._tally = Tally(format="")
        self._found = self._read(file, defaults)
        # The format is known, or refused, before anybody asks for an item.
        self._first = next(self._found, None)

    @property
    def format(self) -> str:
        """The name of the format; of an archive, that of the first file in it that has one."""
        return self._tally.format

    def __iter__(self) -> Iterator[Item]:
        for found in self._counted():
            if not isinstance(found, Origin):
                yield found

    def placed(self) -> Iterator[tuple[str | None, Item]]:
        """The items, each with its place in a folder to which people add what they wrote (`Origin.place`)."""
        place = None
        for found in self._counted():
            if isinstance(found, Origin):
                place = found.place
            else:
                yield place, found

    def picks(self) -> Iterator[Pick]:
        """The items by the conversation that they come from, for somebody to choose."""
        number = 0
        origin: Origin | None = None
        items: list[Item] = []
        for found in self._counted():
            if not isinstance(found, Origin):
                items.append(found)
                continue
            if origin is not None:
                number += 1
                yield Pick(number=number, origin=origin, items=tuple(items))
            origin, items = found, []
        if origin is not None:
            yield Pick(number=number + 1, origin=origin, items=tuple(items))

    def picked(self, numbers: Numbers[int]) -> Iterator[Item]:
        """The items of the conversations with these numbers; of a number that is not there, that it is not."""
        left = set(numbers)
        for pick in self.picks():
            if pick.number in left:
                left.discard(pick.number)
                yield from pick.items
        for number in sorted(left):
            yield Skipped(where=f"conversation {number}", why="is not in the file")

    def summary(self) -> Summary:
        """What has passed so far."""
        return self._tally.summary()

    def _counted(self) -> Iterator[Found]:
        while (found := self._first or next(self._found, None)) is not None:
            self._first = None
            if not isinstance(found, Origin):
                if self._own_terms and not isinstance(found, Skipped) and found.terms is None:
                    found = Skipped(where="", why=NO_TERMS)
                self._tally.add(found)
            yield found

    def _read(self, file: File | Collection, defaults: Terms | None) -> Iterator[Found]:
        if isinstance(file, str | Path) and Path(file).is_dir():
            file = Folder(Path(file))
        if isinstance(file, Collection):
            yield from self._several(file, "The folder cannot be read", defaults)
            return
        with opened(file) as source:
            if is_zip(source):
                yield from self._several(_archive(source), "The archive cannot be read", defaults)
                return
            reader = _reader_for(source, self._readers)
            if reader is None:
                if _breaks_off(source.head):
                    raise Invalid([("", "breaks off")], "This file is JSON that breaks off or is damaged.")
                message = f"This file has no known format. {_known(self._readers)}"
                fault = f"cannot be read: {source.damage}" if source.damage else "has no known format"
                raise Invalid([("", fault)], message)
            self._tally.format = reader.name
            yield from _of(source, reader, defaults)

    def _several(self, collection: Collection, refusal: str, defaults: Terms | None) -> Iterator[Found]:
        refused, others = [], []
        for member in collection.members():
            if isinstance(member, Skipped):
                refused.append(member)
                continue
            with member.open() as source:
                reader = None if is_notes(member.name) else _reader_for(source, self._readers)
                if reader is not None:
                    self._tally.format = self._tally.format or reader.name
                    authored = reader.authored and not isinstance(collection, Archive)
                    found = _of(source, reader, None if authored else defaults)
                    yield from _placed(member.name, _authored(found) if authored else found)
                elif source.damage:
                    refused.append(Skipped(where=member.name, why=source.damage))
                elif names_conversations(member.name):
                    refused.append(Skipped(where=member.name, why="is broken, or holds no conversation"))
                elif names_data(member.name):
                    others.append(member.name)
                else:
                    self.passed_over += 1
        if not self._tally.format:
            faults = [(skipped.where, skipped.why) for skipped in refused[:MOST_FAULTS]]
            message = f"{refusal}: nothing in it has a known format. {_known(self._readers)}"
            raise Invalid(faults or [("", "holds nothing of a known format")], message)
        if others:
            more = f" and {len(others) - 1} more" if others[1:] else ""
            refused.append(Skipped(where=f"{others[0]}{more}", why="no known format"))
        for skipped in refused:
            yield from (_origin(skipped), skipped)


def _placed(name: str, several: Iterator[Found]) -> Iterator[Found]:
    """What is found, with the member's name before its place."""
    for found in several:
        if isinstance(found, Skipped | Origin):
            found = replace(found, where=f"{name}, {found.where}" if found.where else name)
        if isinstance(found, Origin) and found.place is not None:
            found = replace(found, place=name if found.place == "1" else f"{name}, item {found.place}")
        yield found


def _authored(several: Iterator[Found]) -> Iterator[Found]:
    """What people wrote into one file, each with a place in it. Nobody's terms stand in for theirs."""
    number = 0
    for found in several:
        if isinstance(found, Origin):
            number += 1
            found = replace(found, place=str(number))
        elif not isinstance(found, Skipped) and found.terms is None:
            found = Skipped(where="" if number == 1 else f"item {number}", why=NO_TERMS)
        yield found


def reader_of(file: File, readers: Sequence[Reader]) -> Reader:
    """The reader for a file. Raises Invalid where no format is recognized."""
    name = Reading(file, readers).format
    return next(reader for reader in readers if reader.name == name)


def _of(source: Source, reader: Reader, defaults: Terms | None) -> Iterator[Found]:
    """What a reader finds; what stands alone becomes its own origin."""
    origin: Origin | None = None
    for found in _without_errors(reader, source, defaults):
        if isinstance(found, Origin):
            origin = found
        elif origin is None or (isinstance(found, Skipped) and found.where != origin.where):
            yield _origin(found)
        yield found
    if source.damage:
        damaged = Skipped(where="the rest of the file", why=source.damage)
        yield from (_origin(damaged), damaged)


def _without_errors(reader: Reader, source: Source, defaults: Terms | None) -> Iterator[Found]:
    """As the reader says it. What it stumbles over ends this file and no other, and is told without its words."""
    try:
        yield from map(_printable, reader.read(source, defaults))
    except Exception as problem:
        log.warning("export.stumbled", format=reader.name, error=type(problem).__name__)
        yield Skipped(where="the rest of the file", why=STUMBLED)


def _printable(found: Found) -> Found:
    """A report without what only a terminal understands: it can name a type or a key of the file."""
    if not isinstance(found, Skipped) or f"{found.where}{found.why}".isprintable():
        return found
    return Skipped(where=printable(found.where), why=printable(found.why))


def _origin(item: Item) -> Origin:
    if isinstance(item, Skipped):
        return Origin(where=item.where)
    return Origin(where="", title=item.title, created=item.source.created, model=item.source.model)


def _archive(source: Source) -> Archive:
    if source.file is None:
        raise Invalid([("", "is a ZIP archive")], "An archive cannot be read from standard input or a pipe.")
    return Archive(source.file)


def _reader_for(source: Source, readers: Sequence[Reader]) -> Reader | None:
    return next((reader for reader in readers if reader.recognizes(source)), None)


def _breaks_off(head: bytes) -> bool:
    """Whether a file that is whole in its head begins as JSON does, with a value that does not end."""
    text = head.decode("utf-8", "replace").lstrip()
    if len(head) == HEAD_BYTES or not text.startswith(("{", "[")):
        return False
    try:
        JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return True
    return False


def _known(readers: Sequence[Reader]) -> str:
    return f"Known are: {', '.join(reader.name for reader in readers)}."
