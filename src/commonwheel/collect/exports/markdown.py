"""A contribution that somebody wrote as a Markdown file, for git repositories and wikis.

A front matter in TOML between two lines of `+++` holds terms and what is said of the whole; headings of the second
level say who speaks, or what a part is:

    +++
    license = "CC-BY-4.0"
    consent = "2026-11"
    author = "Ida Example"
    +++
    ## User
    What is the capital of Australia?
    ## Assistant
    Canberra.
"""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from commonwheel.collect.items import Found, Reader, Row, Skipped, made
from commonwheel.collect.lines import Source
from commonwheel.records.contribution import MAX_RECORD_BYTES
from commonwheel.records.terms import Terms

_FENCE = "+++"
_HEADING = re.compile(r"^## +(.+?)\s*$", re.MULTILINE)
_SPEAKERS = {"system": "system", "user": "user", "assistant": "assistant", "human": "user", "model": "assistant"}
_PARTS = ("prompt", "original", "edited", "ideal", "chosen", "rejected", "reason", "answer", "steps")
_TERMS = ("license", "ai_pref", "purposes", "scope")
_ABOUT = ("assessment", "language", "tags", "note", "title")
_NO_KIND = (
    "its parts are no chat (User, Assistant), correction (Prompt, Original, Edited), preference (Prompt, Chosen, "
    "Rejected), example (Prompt, Ideal) or trace (Prompt, Steps, Answer)"
)
_NOT_READ = "a front matter in TOML, between two lines of +++"


def _recognizes(source: Source) -> bool:
    return source.head.lstrip().startswith(f"{_FENCE}\n".encode()) or source.head.startswith(b"+++\r\n")


def _read(source: Source, defaults: Terms | None) -> Iterator[Found]:
    raw = source.stream().read(MAX_RECORD_BYTES + 1)
    if len(raw) > MAX_RECORD_BYTES:
        yield Skipped(where="", why="longer than a record may be")
        return
    try:
        text = raw.decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        yield Skipped(where="", why="not UTF-8")
        return
    body = _body(text.lstrip())
    yield Skipped(where="", why=body) if isinstance(body, str) else made(body, "", defaults)


def _body(text: str) -> Row | str:
    """The contribution, or what is wrong with the file."""
    _, matter, rest = (*text.split(f"{_FENCE}\n", 2), "", "")[:3]
    try:
        about = tomllib.loads(matter)
    except tomllib.TOMLDecodeError as problem:
        return f"{_NOT_READ}: {problem}"
    sections = _sections(rest)
    unknown = [name for name, _ in sections if name not in _SPEAKERS and name not in _PARTS]
    if unknown:
        return f"a heading is none of {', '.join((*_SPEAKERS, *_PARTS))}"
    said = _said(sections)
    if isinstance(said, str):
        return said
    source = {name: about[name] for name in ("model", "provider", "created") if name in about}
    terms = _terms(about)
    return (
        said
        | {name: about[name] for name in _ABOUT if name in about}
        | {"source": {"door": "git"} | source}
        | ({"terms": terms} if terms else {})
    )


def _sections(text: str) -> list[tuple[str, str]]:
    """Headings in lower case, with what stands under each."""
    parts = _HEADING.split(text)
    return [(name.lower(), words.strip()) for name, words in zip(parts[1::2], parts[2::2], strict=True)]


def _said(sections: list[tuple[str, str]]) -> Row | str:
    """The record that the sections are, told by their names."""
    parts = dict(sections)
    if all(name in _SPEAKERS for name, _ in sections) and sections:
        return {
            "kind": "chat",
            "messages": [{"role": _SPEAKERS[name], "content": words} for name, words in sections],
        }
    if len(parts) < len(sections):
        return "a part stands there twice"
    if {"prompt", "original", "edited"} <= parts.keys():
        return {"kind": "correction"} | _only(parts, "prompt", "original", "edited", "reason")
    if {"prompt", "chosen", "rejected"} <= parts.keys():
        sides = [{"content": parts["chosen"]}, {"content": parts["rejected"]}]
        body = {"kind": "preference", "candidates": sides, "chosen": 0}
        return body | _only(parts, "prompt", "reason")
    if {"prompt", "ideal"} <= parts.keys():
        return {"kind": "example"} | _only(parts, "prompt", "ideal")
    if {"prompt", "steps", "answer"} <= parts.keys():
        steps = [step for each in parts["steps"].splitlines() if (step := each.strip(" -*\t"))]
        return {"kind": "trace", "prompt": parts["prompt"], "steps": steps, "answer": parts["answer"]}
    return _NO_KIND


def _only(parts: dict[str, str], *names: str) -> Row:
    return {name: parts[name] for name in names if name in parts}


def _terms(about: Row) -> Row:
    """Terms where the file brings consent; their author is shown as the file says."""
    if "consent" not in about:
        return {}
    terms: dict[str, Any] = {name: about[name] for name in _TERMS if name in about}
    terms["consent"] = {"version": about["consent"], "given": True}
    if "author" in about:
        terms["attribution"] = {"mode": "name", "name": about["author"]}
    return terms


READER = Reader(
    name="markdown",
    title="Markdown with a front matter",
    reads="A file that somebody wrote, as a chat, correction, preference, example or trace, told by its headings; "
    "terms and author from its front matter in TOML.",
    leaves="What stands before the first heading.",
    recognizes=_recognizes,
    read=_read,
)
