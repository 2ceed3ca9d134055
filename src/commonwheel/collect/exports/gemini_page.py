"""Gemini in Google's Takeout as a web page: the same activity as `gemini` reads, in cells of HTML.

An entry is a cell with a question, lines about it, a time and the answer. The time is written as its country does,
so it only parts the question from the answer. The page is cut into cells as it comes, and none of it is shown.
"""

import codecs
import re
from collections.abc import Iterator

from commonwheel.collect.conversations import Conversation, Turn, name_of
from commonwheel.collect.exports.gemini import PREFIX, PRODUCT
from commonwheel.collect.items import Found, Reader, Skipped
from commonwheel.collect.lines import Source
from commonwheel.collect.markup import plain
from commonwheel.records.contribution import MAX_RECORD_BYTES
from commonwheel.records.terms import Terms

_CELL = '<div class="outer-cell'
_TITLE = re.compile(r'class="[^"]{0,200}mdl-typography--title[^"]{0,200}">([^<]{0,200})<')
_CONTENT = re.compile(
    r'<div class="content-cell[^"]{0,200}mdl-typography--body-1[^"]{0,200}">(.*?)(?=<div class="content-cell|\Z)',
    re.S,
)
_BREAK = re.compile(r"<br\s*/?>")
_TIME = re.compile(r"(?<!\d)\d{1,2}[:.]\d{2}[:.]\d{2}(?!\d)")
_LONGEST_TIME = 80
_LONGEST = 4 * MAX_RECORD_BYTES
"""Characters of a cell: of markup there is more than of words."""


def _recognizes(source: Source) -> bool:
    head = source.head.decode("utf-8", "replace")
    return _CELL in head and any(map(PRODUCT.search, _TITLE.findall(head)))


def _read(source: Source, defaults: Terms | None) -> Iterator[Found]:
    for number, cell in enumerate(_cells(source), 1):
        where = f"entry {number}"
        if cell is None:
            yield Skipped(where=where, why=f"longer than {_LONGEST // 1_000_000} MB")
            continue
        title = _TITLE.search(cell)
        if title is None or PRODUCT.search(title[1]) is None:
            yield Skipped(where=where, why="not an entry of Gemini")
        else:
            yield from _conversation(where, cell).items(defaults)


def _cells(source: Source) -> Iterator[str | None]:
    """Each cell; None for one that is too long."""
    decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
    text, begun, dropped = "", False, False
    for chunk in source.chunks():
        *whole, text = (text + decode(chunk)).split(_CELL)
        for cell in whole:
            if begun:
                yield None if dropped else cell
            begun, dropped = True, False
        if len(text) > _LONGEST:
            text, dropped = text[-len(_CELL) :], True
    if begun:
        yield None if dropped else text


def _conversation(where: str, cell: str) -> Conversation:
    conversation = Conversation(where=where, provider="google")
    content = _CONTENT.search(cell)
    pieces = _BREAK.split(content[1]) if content else []
    # The first piece is the question, which may well name a time.
    times = (at for at, piece in enumerate(pieces) if at and len(piece) < _LONGEST_TIME and _TIME.search(piece))
    at = next(times, None)
    if at is None:
        return conversation
    asked = PREFIX.sub("", plain(pieces[0]))
    answer = plain("<br>".join(pieces[at + 1 :]))
    conversation.title = name_of(asked.partition("\n")[0][:80])
    if at > 1:
        conversation.left["line about the question"] += at - 1
    if asked and answer:
        conversation.turns = [Turn(role="user", text=asked), Turn(role="assistant", text=answer)]
    return conversation


READER = Reader(
    name="gemini-page",
    title="Gemini, from Takeout as a web page",
    reads='Each entry of "My Activity" with an answer as a chat of two messages.',
    leaves="Times, attached files, and activity without an answer.",
    recognizes=_recognizes,
    read=_read,
)
