"""The texts that people agree to, in versions: a version is never changed, a new one is added beside it."""

import tomllib
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

CONSENT, BRIEFING, GUIDELINES = "consent", "briefing", "guidelines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text in one version; `digest` is SHA-256 of its bytes in hex."""

    name: str
    version: str
    text: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that checks whether something was understood; `right` is the index of the answer."""

    ask: str
    answers: tuple[str, ...]
    right: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """What somebody reads before their first consent: points with a title, then questions."""

    version: str
    points: tuple[tuple[str, str], ...]
    questions: tuple[Question, ...]


@cache
def versions(name: str) -> tuple[Document, ...]:
    """All versions of a text, the oldest first."""
    found = []
    for file in files("commonwheel.people").joinpath("texts").iterdir():
        stem, _, _ = file.name.rpartition(".")
        if stem.startswith(f"{name}-"):
            raw = file.read_bytes()
            version = stem.removeprefix(f"{name}-")
            found.append(Document(name=name, version=version, text=raw.decode(), digest=sha256(raw).hexdigest()))
    return tuple(sorted(found, key=lambda each: each.version))


def current(name: str) -> Document:
    """The version that is agreed to today."""
    return versions(name)[-1]


@cache
def briefing() -> Briefing:
    """Today's explanation."""
    document = current(BRIEFING)
    read: dict[str, Any] = tomllib.loads(document.text)
    return Briefing(
        version=document.version,
        points=tuple((point["title"], point["text"]) for point in read["points"]),
        questions=tuple(
            Question(ask=each["ask"], answers=tuple(each["answers"]), right=each["right"], why=each["why"])
            for each in read["questions"]
        ),
    )
