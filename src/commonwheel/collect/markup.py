"""The text of HTML, with as little Markdown as it needs, in one pass however broken it is.

The parser of Python's own library takes the square of the length of a page of tags that never end.
"""

import html
import re
from collections.abc import Iterator

_BLOCKS = frozenset({"p", "div", "ul", "ol", "table", "blockquote", "pre", "hr", "section"})
_HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
_LINES = {"li": "\n- ", "br": "\n", "tr": "\n", "td": " | ", "th": " | "}
_HIDDEN = {
    tag: re.compile(rf"</{tag}\b", re.ASCII | re.IGNORECASE) for tag in ("script", "style", "head", "title")
}
"""What is not shown, by where it ends."""
_NAME = re.compile(r"/?[a-z][a-z0-9-]*|[!?]", re.ASCII | re.IGNORECASE)
_ATTRIBUTES = re.compile(r"""(?:[^"'>]++|"[^"]*+"|'[^']*+')*+>""")
_LONGEST_TAG = 2_000
"""Signs of a tag in which its quotes are minded; a longer one ends where it first could."""


def plain(markup: str) -> str:
    """The text of HTML."""
    said: list[str] = []
    in_pre = 0
    for tag, text in _pieces(markup):
        if tag == "":
            said.append(unescaped(text) if in_pre else re.sub(r"\s+", " ", unescaped(text)))
        elif tag == "pre":
            in_pre += 1
            said.append("\n\n```\n")
        elif tag == "/pre":
            said.append("\n```\n\n" if in_pre else "")
            in_pre = max(0, in_pre - 1)
        elif tag in ("code", "/code"):
            said.append("" if in_pre else "`")
        else:
            said.append(_mark(tag))
    whole = re.sub(r"(?<![ \t])[ \t]+\n", "\n", "".join(said))
    whole = re.sub(r"\n[ \t]+(?=\S)", "\n", whole) if "```" not in whole else whole
    return re.sub(r"\n{3,}", "\n\n", whole).strip()


def unescaped(text: str) -> str:
    """A text without the marks that stand for single signs in HTML; as it is where one of them is none."""
    try:
        return html.unescape(text)
    except ValueError:  # a number of thousands of digits
        return text


def _mark(tag: str) -> str:
    name = tag.removeprefix("/")
    if name in _MARKS:
        return _MARKS[name]
    if name in _BLOCKS or name in _HEADINGS:
        return "\n\n" + ("" if tag.startswith("/") else _HEADINGS.get(name, ""))
    return _LINES.get(tag, "")


def _pieces(markup: str) -> Iterator[tuple[str, str]]:
    """Texts, and tags by their name: `p`, `/p`. What is hidden, and a tag that never ends, is left out."""
    at = 0
    while (begins := markup.find("<", at)) >= 0:
        yield "", markup[at:begins]
        name = _NAME.match(markup, begins + 1)
        if name is None:
            yield "", "<"
            at = begins + 1
            continue
        tag = name[0].lower()
        at = _behind(markup, "-->", begins) if markup.startswith("<!--", begins) else _end(markup, name.end())
        if tag in _HIDDEN:
            closed = _HIDDEN[tag].search(markup, at)
            at = closed.start() if closed else len(markup)
        yield tag, ""
    yield "", markup[at:]


def _end(markup: str, at: int) -> int:
    found = _ATTRIBUTES.match(markup, at, at + _LONGEST_TAG)
    return found.end() if found else _behind(markup, ">", at)


def _behind(markup: str, mark: str, at: int) -> int:
    found = markup.find(mark, at)
    return len(markup) if found < 0 else found + len(mark)
