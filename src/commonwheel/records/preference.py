"""AI preferences: IETF AIPREF expressions, optionally with a CC signal as an exception.

Vocabulary: draft-ietf-aipref-vocab (labels `train-ai` and `search` today), an RFC 9651 dictionary
whose values count only when they are the tokens `y` or `n`. Exceptions: CC signals 0.1. A plain
AIPREF reader of `train-ai=n;exceptions=cc-cr` sees the `n`; one who meets the condition may train.
"""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import cast

import http_sf
from http_sf import Token

VOCABULARY = "aipref-vocab-08+cc-signals-0.1"
"""What the labels of a newly given preference mean; stored with every record."""

TRAIN = "train-ai"
_DENIALS = {TRAIN: (TRAIN, "train-genai", "ai-use", "bots", "ai", "genai", "all", "tdm")}
"""Older labels, read as today's when they deny, never when they grant."""

COMMITMENTS = ("cc-cr", "cc-cr-dc", "cc-cr-ec", "cc-cr-op")
"""What a user of the data can promise: credit, and direct, ecosystem or open reciprocity."""

_LABELS = (*_DENIALS[TRAIN], "search")
_FOR_EXAMPLE = "write for example 'train-ai=n' or 'train-ai=n;exceptions=cc-cr'"

_MEMBER = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^",])+')
"""One member of a dictionary. RFC 9651 lets the last of equal keys win; here any denial does, so each
member is read by itself."""


_Statement = dict[str, tuple[object, dict[str, object]]]


def _parse(expression: str) -> _Statement:
    return cast(_Statement, http_sf.parse(expression.encode("ascii"), tltype="dictionary"))


@lru_cache(maxsize=1024)
def check_preference(expression: str) -> str:
    """Return `expression` unchanged, or raise ValueError where it cannot be given here.

    AIPREF has readers ignore what they do not know; we refuse to take it. A preference is published and
    makes a bucket of its own, so it holds known words only: nothing private, and no endless variety.
    """
    if expression:
        try:
            statement = _parse(expression)
        except (ValueError, UnicodeEncodeError):
            raise ValueError(f"not an AI preference; {_FOR_EXAMPLE}") from None
        for label, (value, parameters) in statement.items():
            if label not in _LABELS:
                raise ValueError(f"an unknown label; known are {', '.join(_LABELS)}")
            if not (isinstance(value, Token) and str(value) in ("y", "n")):
                raise ValueError(f"a value other than y and n; {_FOR_EXAMPLE}")
            if any(name != "exceptions" or not _is_commitment(it) for name, it in parameters.items()):
                raise ValueError(f"an unknown exception; known are {', '.join(COMMITMENTS)}")
    return expression


def _is_commitment(value: object) -> bool:
    return isinstance(value, Token) and str(value) in COMMITMENTS


def allows_training(expression: str, commitments: Collection[str] = ()) -> bool:
    """Whether a model may learn from a record with this preference, given what its trainer promises.

    No stated preference allows: the license alone then speaks. A denial with an exception allows
    whoever commits to that exception. One that cannot be read denies.
    """
    if not expression:
        return True
    try:
        statements = _statements(expression)
    except (ValueError, UnicodeEncodeError):
        return False
    return all(_permits(statement, commitments) for statement in statements)


def on_training(expression: str) -> str:
    """What its giver says of models that learn: `yes`, `if` something is promised, `no`, or `unstated`.

    Who says nothing allows nothing: models learn then because the license lets them.
    """
    if allows_training(expression):
        said = [statement.get(TRAIN, (None, {}))[0] for statement in _statements(expression)] if expression else []
        return "yes" if any(isinstance(value, Token) and str(value) == "y" for value in said) else "unstated"
    return "if" if any(allows_training(expression, (each,)) for each in COMMITMENTS) else "no"


def _statements(expression: str) -> list[_Statement]:
    """Its members, each read by itself; an error where it cannot be read as a whole."""
    _parse(expression)
    return [_parse(member.strip()) for member in _MEMBER.findall(expression)]


def _permits(statement: _Statement, commitments: Collection[str]) -> bool:
    for label in _DENIALS[TRAIN]:
        value, parameters = statement.get(label, (None, {}))
        if isinstance(value, Token) and str(value) == "n":
            exception = parameters.get("exceptions")
            if not (isinstance(exception, Token) and str(exception) in commitments):
                return False
    return True


def combined(expressions: Iterable[str]) -> str:
    """One statement for records with several: the expression itself where all share it, else label by
    label, where any `n` wins over any `y` (AIPREF vocabulary, "Combining Preferences"), exceptions left out.
    """
    distinct = sorted(set(expressions))
    if len(distinct) <= 1:
        return "".join(distinct)
    said: dict[str, set[str]] = {}
    for expression in distinct:
        for label, (value, _) in _parse(expression).items():
            if isinstance(value, Token) and str(value) in ("y", "n"):
                said.setdefault(label, set()).add(str(value))
    return ", ".join(f"{label}={'n' if 'n' in values else 'y'}" for label, values in sorted(said.items()))
