"""Public labeled texts beside the project: personal data made by a generator, and lines with credentials."""

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from evaluate.samples import DATA, Corpus, Label, Sample

PERSONAL = {
    "EMAIL_ADDRESS": "personal.email",
    "PHONE_NUMBER": "personal.phone",
    "CREDIT_CARD": "personal.card",
    "IBAN_CODE": "personal.iban",
    "US_SSN": "personal.national_id",
    "US_DRIVER_LICENSE": "personal.driving_license",
    "IP_ADDRESS": "personal.ip",
    "ADDRESS": "personal.address",
    "PERSON": "personal.name",
    "DATE_TIME": "personal.birth_date",
}
"""What the set calls an entity, and what we call it. Of dates only those count that the text calls a birth."""

NEUTRAL = {"LOCATION": "personal.address", "PREFIX": "personal.name", "TITLE": "personal.name"}
"""Parts of what we call a kind that alone are none: a town, "Dr.", a profession."""

_BIRTH = re.compile(r"\b(?:birth|born)\b", re.IGNORECASE)


def generated_texts() -> Corpus:
    """`pii_generated_large.json`: sentences, letterheads and forms filled by a generator."""
    rows = json.loads((DATA / "pii_generated_large.json").read_text(encoding="utf-8"))
    samples = tuple(
        Sample(text=row["full_text"], labels=tuple(_labels(row)), origin=f"template {row['template_id']}")
        for row in rows
    )
    return Corpus(name="generated texts", kinds=tuple(PERSONAL.values()), samples=samples)


def _labels(row: dict[str, Any]) -> Iterator[Label]:
    is_birth = _BIRTH.search(row["full_text"]) is not None and "{{date_of_birth}}" in row["masked"]
    for span in row["spans"]:
        entity, place = span["entity_type"], {"start": span["start_position"], "end": span["end_position"]}
        if entity in PERSONAL:
            yield Label(kind=PERSONAL[entity], counts=entity != "DATE_TIME" or is_birth, **place)
        elif entity in NEUTRAL:
            yield Label(kind=NEUTRAL[entity], counts=False, **place)


def secrets() -> tuple[Corpus, Corpus, Corpus]:
    """`secret_lines.jsonl`: lines of code and settings, each with one labeled credential.

    A third of them are lines out of private keys. Those are a set of their own, once line by line as they
    are given, where most say nothing of what they are, and once put together to keys again.
    """
    rows = [json.loads(line) for line in (DATA / "secret_lines.jsonl").read_text(encoding="utf-8").splitlines()]
    lines = [row for row in rows if row["rule"] == _IN_KEYS]
    return (
        _secrets("secret lines", map(_line, (row for row in rows if row["rule"] != _IN_KEYS))),
        _secrets("lines of private keys, alone", map(_line, lines)),
        _secrets("private keys, put together", _joined(lines)),
    )


_IN_KEYS = "PEM Private Key"
_BEGIN, _END = re.compile("-----BEGIN "), re.compile("-----END ")


def _secrets(name: str, samples: Iterable[Sample]) -> Corpus:
    return Corpus(name=name, kinds=("credential",), samples=tuple(samples))


def _line(row: dict[str, Any]) -> Sample:
    label = Label(kind="credential", start=row["start"], end=row["end"])
    origin = f"{row['rule']} ({row['severity']}, {row['confidence']})"
    return Sample(text=row["line"], labels=(label,), origin=origin)


def _joined(rows: Iterable[dict[str, Any]]) -> Iterator[Sample]:
    """Lines from a BEGIN to its END as one text, each line with its label."""
    text = ""
    labels: list[Label] = []
    for row in rows:
        if _BEGIN.search(row["line"]):
            text, labels = "", []
        if row["end"] > row["start"]:
            start = len(text) + row["start"]
            labels.append(Label(kind="credential", start=start, end=len(text) + row["end"]))
        text += row["line"] + "\n"
        if _END.search(row["line"]) and _BEGIN.search(text):
            yield Sample(text=text, labels=tuple(labels), origin="private key")
            text, labels = "", []


def school_arithmetic() -> list[str]:
    """`gsm8k_train.jsonl`: questions and solutions full of numbers, and about nobody."""
    lines = (DATA / "gsm8k_train.jsonl").read_text(encoding="utf-8").splitlines()
    return ["\n".join((row["question"], row["answer"])) for row in map(json.loads, lines)]


def conversations() -> list[dict[str, str]]:
    """`hh_rlhf_harmless_test.jsonl.gz`: pairs of conversations, `chosen` and `rejected`, many offensive."""
    with gzip.open(DATA / "hh_rlhf_harmless_test.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
