"""The sample of the demonstration: varied, complete, and with something in it for every part of the journey."""

import json
import re
from base64 import b64decode
from collections import Counter
from importlib.resources import files
from typing import Any

import pytest
from rapidfuzz.distance import Levenshtein
from stdnum import iban, luhn

from commonwheel.collect.payloads import read_contribution
from commonwheel.records.body import texts
from commonwheel.records.contribution import AnyContribution, Bundle, Correction, Trace
from commonwheel.records.preference import allows_training
from commonwheel.records.terms import AttributionMode, License, Purpose, Scope, Terms

LINES = files("commonwheel.cli").joinpath("sample.jsonl").read_bytes().splitlines()
SAMPLE = [read_contribution(line) for line in LINES]
WORDS = "\n".join(text for line in LINES for _, text in texts(json.loads(line)))


def terms_of(given: AnyContribution) -> Terms:
    assert given.terms
    return given.terms


def body_of(line: bytes) -> str:
    body = json.loads(line)
    del body["terms"]
    return json.dumps(body, sort_keys=True)


def test_there_are_enough_of_every_kind() -> None:
    kinds = Counter(given.kind for given in SAMPLE)
    assert len(SAMPLE) >= 44
    assert min(kinds.values()) >= 2
    assert len(kinds) == 7
    assert {given.assessment for given in SAMPLE if given.kind == "chat"} >= {"good", "fail", "mixed"}
    assert any(given.labels for given in SAMPLE)


def test_there_are_many_languages() -> None:
    languages = {str(given.language).split("-")[0] for given in SAMPLE}
    assert languages >= {"en", "de", "fr", "es", "it", "pt", "nl", "pl", "ar", "hi", "ja", "gsw"}


def test_every_gift_carries_its_terms() -> None:
    terms = [terms_of(given) for given in SAMPLE]
    assert {one.consent.version for one in terms} == {"2026-11"}
    assert {one.license for one in terms} == set(License)
    assert {one.attribution.mode for one in terms} == set(AttributionMode)
    assert {"", "train-ai=y", "train-ai=n", "train-ai=n;exceptions=cc-cr"} <= {one.ai_pref for one in terms}
    assert Counter(one.scope for one in terms)[Scope.INSTANCE] in (2, 3)
    assert any(Purpose.TRAINING not in one.purposes for one in terms)
    assert sum(allows_training(one.ai_pref) for one in terms) > len(terms) // 2


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a payment card", r"4111 1111 1111 1111"),
        ("an e-mail address", r"[\w.]+@example\.co\.uk"),
        ("a telephone number", r"\+44 20 7946 0958"),
        ("a national id", r"756\.9217\.0769\.85"),
        ("a network address", r"203\.0\.113\.\d+"),
        ("a token of GitHub's form", r"ghp_[0-9A-Za-z]{36}"),
        ("a key of AWS's form", r"AKIA[A-Z2-7]{16}"),
        ("a web token", r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+"),
        ("a connection string", r"postgresql://\w+:[^@\s]+@"),
        ("an order to a model", r"Ignore all previous instructions"),
    ],
)
def test_something_is_planted_to_be_found(what: str, pattern: str) -> None:
    assert re.search(pattern, WORDS), f"{what} is missing"


def test_what_is_planted_passes_its_checksum() -> None:
    assert luhn.is_valid("4111111111111111")
    planted = re.findall(r"\b(?:DE|GB|CH)\d{2}(?: [A-Z0-9]{1,4}){3,7}", WORDS)
    assert {number[:2] for number in planted} == {"DE", "GB", "CH"}
    assert all(iban.is_valid(number) for number in planted)


def test_one_is_given_twice() -> None:
    assert sorted(Counter(map(body_of, LINES)).values())[-2:] == [1, 2]


def test_one_edit_is_trivial_and_one_is_a_rewrite() -> None:
    similarities = [
        Levenshtein.normalized_similarity(given.original, given.edited)
        for given in SAMPLE
        if isinstance(given, Correction)
    ]
    assert sum(similarity > 0.95 for similarity in similarities) == 1
    assert sum(similarity < 0.10 for similarity in similarities) == 1
    assert len(similarities) >= 6


def test_one_is_nearly_empty() -> None:
    assert min(sum(len(message.content) for message in given.messages) for given in chats_of_text()) < 12


def chats_of_text() -> list[Any]:
    return [given for given in SAMPLE if given.kind == "chat"]


def test_right_and_wrong_traces_answer_the_same_question() -> None:
    judged = Counter((given.prompt, given.assessment) for given in SAMPLE if isinstance(given, Trace))
    questions = {prompt for prompt, _ in judged}
    assert sum(judged[question, "good"] > 0 and judged[question, "fail"] > 0 for question in questions) >= 2


def test_pictures_are_pictures() -> None:
    pictures = [picture for given in SAMPLE if isinstance(given, Bundle) for picture in given.attachments]
    assert pictures
    assert all(b64decode(picture.data).startswith(b"\x89PNG\r\n\x1a\n") for picture in pictures)
