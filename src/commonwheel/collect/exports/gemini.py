"""Gemini in Google's Takeout: entries of "My Activity", one for each question, with its answer as HTML.

The entries do not say which conversation they are of, so each is one. Their answer's markup becomes Markdown of
the plainest kind; nothing of it is shown or followed.
"""

import re
from html.parser import HTMLParser

from commonwheel.collect.conversations import Conversation, Turn, list_of, moment_of, name_of, rows_of, text_of
from commonwheel.collect.items import Reader, Row
from commonwheel.collect.shapes import any_object, each_conversation

PREFIX = re.compile(
    r"(?:Prompted|Asked|Said|Prompt:|Eingegebener Prompt:|Requête envoyée\s?:|Has preguntado:|Prompt inviato:)\s*",
    re.IGNORECASE,
)
"""What Takeout writes before a question, in some of its languages; in others it stays."""
PRODUCT = re.compile(r"gemini|bard", re.IGNORECASE)
_BLOCKS = frozenset({"p", "div", "ul", "ol", "table", "blockquote", "pre", "hr", "section"})
_HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
_HIDDEN = frozenset({"script", "style", "head", "title"})


def _is_entry(row: Row) -> bool:
    return PRODUCT.search(text_of(row.get("header"))) is not None and "title" in row and "time" in row


def _conversation(where: str, row: Row) -> Conversation:
    asked = PREFIX.sub("", text_of(row["title"]), count=1)
    conversation = Conversation(
        where=where,
        provider="google",
        title=name_of(asked.partition("\n")[0][:80]),
        created=moment_of(row["time"]),
    )
    answer = "\n\n".join(plain(text_of(item.get("html"))) for item in rows_of(row.get("safeHtmlItem")))
    if answer.strip():
        conversation.turns = [Turn(role="user", text=asked), Turn(role="assistant", text=answer)]
    if count := len(list_of(row.get("attachedFiles"))):
        conversation.left["attached file"] += count
    return conversation


class _Plain(HTMLParser):
    """Collects the text of markup."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._hidden = 0
        self._in_pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _HIDDEN
        if tag == "pre":
            self._in_pre += 1
            self.said.append("\n\n```\n")
        elif tag == "code" and not self._in_pre:
            self.said.append("`")
        elif tag == "li":
            self.said.append("\n- ")
        elif tag in ("br", "tr"):
            self.said.append("\n")
        elif tag in ("td", "th"):
            self.said.append(" | ")
        elif tag in _BLOCKS:
            self.said.append("\n\n")
        elif tag in _HEADINGS:
            self.said.append("\n\n" + _HEADINGS[tag])
        else:
            self.said.append(_MARKS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag == "pre" and self._in_pre:
            self._in_pre -= 1
            self.said.append("\n```\n\n")
        elif tag == "code" and not self._in_pre:
            self.said.append("`")
        elif tag in _BLOCKS or tag in _HEADINGS:
            self.said.append("\n\n")
        else:
            self.said.append(_MARKS.get(tag, ""))

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.said.append(data if self._in_pre else re.sub(r"\s+", " ", data))


def plain(markup: str) -> str:
    """The text of HTML, with as little Markdown as it needs."""
    parser = _Plain()
    try:
        parser.feed(markup)
        parser.close()
    except (AssertionError, ValueError):  # what the parser does with some declarations
        return ""
    text = re.sub(r"[ \t]+\n", "\n", "".join(parser.said))
    text = re.sub(r"\n[ \t]+(?=\S)", "\n", text) if "```" not in text else text
    return re.sub(r"\n{3,}", "\n\n", text).strip()


READER = Reader(
    name="gemini",
    title="Gemini, from Takeout as JSON",
    reads='Each entry of "My Activity" with an answer as a chat of two messages.',
    leaves="Attached files, sources, activity without an answer, and which conversation an entry belongs to, "
    "which Takeout does not say.",
    recognizes=any_object(_is_entry),
    read=each_conversation(_is_entry, _conversation, "Gemini"),
)
