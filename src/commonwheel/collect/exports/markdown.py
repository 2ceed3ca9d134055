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

Its terms are its author's: without their consent it is nobody's to give, whoever imports it.
"""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from commonwheel.collect.items import NO, NO_TERMS, Found, Reader, Row, Skipped, made
from commonwheel.collect.lines import Source
from commonwheel.records.contribution import MAX_RECORD_BYTES
from commonwheel.records.terms import LONGEST_NAME, Terms, check_shown_name

_MATTER = re.compile(r"\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.MULTILINE | re.DOTALL)
_LONGEST_MATTER = 10_000
"""In characters. A key of very many parts takes as long to read as the square of their number."""
_HEADING = re.compile(r"## +(.+?)[ \t#]*")
_CODE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_ESCAPED = re.compile(r"\\+## ")
_SPEAKERS = {"system": "system", "user": "user", "assistant": "assistant", "human": "user", "model": "assistant"}
_PARTS = ("prompt", "original", "edited", "ideal", "chosen", "rejected", "reason", "answer", "steps")
_TERMS = ("license", "ai_pref", "purposes", "scope")
_ABOUT = ("assessment", "language", "tags", "note", "title")
_NO_KIND = (
    "its parts are no chat (User, Assistant), correction (Prompt, Original, Edited), preference (Prompt, Chosen, "
    "Rejected), example (Prompt, Ideal) or trace (Prompt, Steps, Answer)"
)
_NOT_READ = "a front matter in TOML, between two lines of +++"
_YAML = f"its front matter is not read: it has to be {_NOT_READ}"
_NO_VERSION = "consent is the version of the text that its author agrees to, such as 2026-11, or false"


class _Fault(Exception):
    """What is wrong with a file."""


def _recognizes(source: Source) -> bool:
    return re.match(rb"\s*(?:\+\+\+|---)[ \t]*\r?\n", source.head[:1000]) is not None


def _read(source: Source, defaults: Terms | None) -> Iterator[Found]:
    """What an importer would agree to, `defaults`, is not for what somebody else wrote."""
    raw = source.stream().read(MAX_RECORD_BYTES + 1)
    if len(raw) > MAX_RECORD_BYTES:
        yield Skipped(where="", why="longer than a record may be")
        return
    try:
        body = _body(raw.decode().replace("\r\n", "\n").lstrip(), source.author)
    except UnicodeDecodeError:
        yield Skipped(where="", why="not UTF-8")
    except _Fault as fault:
        yield Skipped(where="", why=str(fault), refused=str(fault) == NO)
    else:
        yield made(body, "", None)


def _body(text: str, author: str | None) -> Row:
    """The contribution, or _Fault. `author` is credited where the file names nobody."""
    if text.startswith("---"):
        raise _Fault(_YAML)
    about, rest = _matter(text)
    terms = _terms(about, author)
    source = {name: about[name] for name in ("model", "provider", "created") if name in about}
    return (
        _said(_sections(rest))
        | {name: about[name] for name in _ABOUT if name in about}
        | {"source": {"door": "git"} | source, "terms": terms}
    )


def _matter(text: str) -> tuple[Row, str]:
    """What the front matter says, and what stands below it."""
    found = _MATTER.match(text)
    if found is None:
        raise _Fault(f"{_NOT_READ}: the second line is missing")
    if len(found[1]) > _LONGEST_MATTER:
        raise _Fault(f"its front matter is longer than {_LONGEST_MATTER:,} characters")
    try:
        return tomllib.loads(found[1]), text[found.end() :]
    except tomllib.TOMLDecodeError as problem:
        raise _Fault(f"{_NOT_READ}: {problem}") from None
    except (ValueError, RecursionError):
        raise _Fault(f"{_NOT_READ}: it holds what cannot be read") from None


def _sections(text: str) -> list[tuple[str, str]]:
    """Headings in lower case, with what stands under each.

    The first heading that is known tells whether speakers or parts follow; all others, and what stands in a block
    of code, belong to what is said. A backslash before a heading makes it one of those.
    """
    sections: list[tuple[str, list[str]]] = []
    known: tuple[str, ...] = (*_SPEAKERS, *_PARTS)
    code = ""
    for line in text.split("\n"):
        if fence := _CODE.fullmatch(line):
            if not code:
                code = fence[1]
            elif fence[1].startswith(code) and not fence[2].strip():
                code = ""
        heading = None if code else _HEADING.fullmatch(line)
        if heading and (name := heading[1].lower()) in known:
            known = tuple(_SPEAKERS) if name in _SPEAKERS else _PARTS
            sections.append((name, []))
        elif sections:
            escaped = not code and _ESCAPED.match(line)
            sections[-1][1].append(line[1:] if escaped else line)
    if code:
        raise _Fault(f"a block of code that begins with {code[:3]} does not end")
    return [(name, "\n".join(lines).strip()) for name, lines in sections]


def _said(sections: list[tuple[str, str]]) -> Row:
    """The record that the sections are, told by their names."""
    parts = dict(sections)
    if parts.keys() & _SPEAKERS.keys():
        messages = [{"role": _SPEAKERS[name], "content": words} for name, words in sections]
        if not any(message["role"] == "assistant" for message in messages):
            raise _Fault("nobody answers: no heading is Assistant")
        return {"kind": "chat", "messages": messages}
    if len(parts) < len(sections):
        raise _Fault("a part stands there twice")
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
    raise _Fault(_NO_KIND)


def _only(parts: dict[str, str], *names: str) -> Row:
    return {name: parts[name] for name in names if name in parts}


def _terms(about: Row, author: str | None) -> Row:
    """The terms that the file brings; who is credited is as the file says, and shown so."""
    if "consent" not in about:
        raise _Fault(NO_TERMS)
    consent = about["consent"]
    if consent is False:
        raise _Fault(NO)
    # Whatever language a refusal is in, no version is without a digit.
    if not isinstance(consent, str) or not re.search("[1-9]", consent):
        raise _Fault(_NO_VERSION)
    terms: dict[str, Any] = {name: about[name] for name in _TERMS if name in about}
    terms["consent"] = {"version": consent, "given": True}
    if name := about.get("author", _showable(author)):
        terms["attribution"] = {"mode": "name", "name": name}
    return terms


def _showable(author: str | None) -> str | None:
    """The name of a commit's author, unless it would publish more than a name."""
    try:
        return None if author is None or len(author) > LONGEST_NAME else check_shown_name(author)
    except ValueError:
        return None


READER = Reader(
    name="markdown",
    title="Markdown with a front matter",
    reads="A file that somebody wrote, as a chat, correction, preference, example or trace, told by its headings; "
    "terms and author from its front matter in TOML. Without its author's consent it is not taken.",
    leaves="What stands before the first heading.",
    authored=True,
    recognizes=_recognizes,
    read=_read,
)
