"""Tables, pages and docstrings as Markdown."""

import inspect
import re
from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a row that says nothing in a cell leaves it empty."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text.strip()).replace("|", r"\|")


def page(title: str, opening: str, *parts: str) -> str:
    """A page that says where it comes from."""
    origin = "<!-- Written from the code by `python -m docs.generate`. Change the code, then run it. -->"
    return "\n\n".join([origin, f"# {title}", opening.strip(), *(part.strip() for part in parts if part)]) + "\n"


def prose(thing: object) -> str:
    """A docstring as paragraphs."""
    return inspect.getdoc(thing) or ""


def code(words: Iterable[object]) -> str:
    """Words as code, with commas."""
    return ", ".join(f"`{word}`" for word in words)
