"""Templates for the texts of a release. Whatever they print is escaped: names and preferences are hostile."""

import re
import unicodedata
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


class Safe(str):
    """Text that is markup already."""

    __slots__ = ()


def markdown(value: object) -> Safe:
    """`value` as one line of Markdown (CommonMark) that reads as it is and does nothing.

    Invisible and direction-changing characters go, white space becomes a space, and every ASCII
    punctuation mark that could mean something is escaped, `<`, `>`, `&` and `@` as entities since readers
    differ in how they take them.
    """
    return value if isinstance(value, Safe) else Safe(re.sub(_PUNCTUATION, _escaped, one_line(str(value))))


_PUNCTUATION = r"[!-/:-@\[-`{-~]"
_HARMLESS_INSIDE = "-=;,"
"""These mean something at the beginning of a line only."""


def _escaped(mark: re.Match[str]) -> str:
    if mark.start() and mark[0] in _HARMLESS_INSIDE:
        return mark[0]
    return f"&#{ord(mark[0])};" if mark[0] in "<>&@" else "\\" + mark[0]


def verbatim(value: object) -> Safe:
    """`value` as it is where it is a name of ours (a bucket, a license, an address, a key), else escaped."""
    return Safe(value) if re.fullmatch(r"[A-Za-z0-9:/+=._-]+", str(value)) else markdown(value)


def yaml(value: object) -> Safe:
    """`value` as a YAML double-quoted scalar (YAML 1.2, section 7.3.1): text, whatever it looks like."""
    return Safe('"' + "".join(_in_quotes(char) for char in str(value)) + '"')


def _in_quotes(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"


def one_line(text: str) -> str:
    """`text` without control and format characters (Unicode category C), its white space single spaces."""
    visible = (char for char in " ".join(text.split()) if not unicodedata.category(char).startswith("C"))
    return " ".join("".join(visible).split())


FILTERS = {"yaml": yaml, "verbatim": verbatim}
"""How a template prints a value other than as Markdown."""


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("commonwheel.release"),
        undefined=StrictUndefined,
        finalize=markdown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # this is no HTML: `finalize` escapes every value for Markdown
    )
    templates.filters.update(FILTERS)
    return templates


def render(template: str, **values: Any) -> str:
    """A template of this package, filled in."""
    return _templates().get_template(template).render(values)
