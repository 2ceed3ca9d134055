"""What the public sees of a contribution."""

import json
import re
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.records.contribution import KINDS
from commonwheel.records.terms import Terms
from commonwheel.release.publish import (
    EVERY_KIND,
    OF_KIND,
    bucket_name,
    published,
    published_pair,
    record_text,
    shown_name,
)
from tests.release.samples import BODIES, NOW, PRIVATE, as_given, pair, record, terms

NEVER = {"schema", "terms", "hold_until", "on_behalf_of"}
OTHERWISE = {"kind", "language", "source"}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_of_every_field_it_is_decided_whether_it_is_published(kind: type) -> None:
    name = kind.__name__.lower()
    known = NEVER | OTHERWISE | set(EVERY_KIND) | set(OF_KIND[name]) | ({"target"} if name == "signal" else set())
    assert {field.name for field in fields(kind)} == known


@pytest.mark.parametrize("kind", BODIES)
def test_what_identifies_is_not_published(kind: str) -> None:
    text = record_text(record(kind))
    for private in (
        "conversation-0815",
        "2026-11-2",
        "2027",
        "user-4711",
        "hold",
        "behalf",
        "somewhere",
        "consent",
    ):
        assert private not in text
    assert json.loads(text)["source"] == {
        name: PRIVATE["source"][name]  # type: ignore[index]
        for name in ("door", "prompted", "model", "provider", "usage")
    }


@pytest.mark.parametrize("kind", BODIES)
def test_what_was_said_is_published(kind: str) -> None:
    shown = record(kind, "r-1", terms("CC0-1.0", "train-ai=n", ("training", "display")))
    said = json.loads(json.dumps(BODIES[kind]))
    said.pop("target", None)
    for name, value in said.items():
        if name not in ("messages", "candidates", "prompt"):
            assert shown[name] == value
    assert shown["license"] == "CC0-1.0"
    assert shown["ai_pref"] == "train-ai=n"
    assert shown["purposes"] == ["display", "training"]
    assert shown["vocabulary"].startswith("aipref")
    assert shown["month"] == "2026-11"
    assert "release" not in shown


def test_the_text_of_a_record_does_not_depend_on_the_release_it_is_read_from() -> None:
    shown = record("chat")
    assert record_text(shown | {"release": 3}) == record_text(shown)


def test_a_signal_points_to_what_is_public_and_to_nothing_else() -> None:
    body = as_given("signal")
    assert "target" not in published("r", body, terms(), given=NOW)
    assert "target" not in published("r", body, terms(), given=NOW, known_public={"elsewhere"})
    assert published("r", body, terms(), given=NOW, known_public={"somewhere"})["target"] == "somewhere"


@pytest.mark.parametrize("value", [0, False, 0.0, ""])
def test_a_value_that_looks_like_nothing_is_still_a_value(value: Any) -> None:
    assert record("signal", value=value)["value"] == value


@pytest.mark.parametrize(
    "who, random, shown",
    [
        ({"mode": "anonymous"}, None, None),
        ({"mode": "anonymous", "name": "Ada"}, "swift-heron", None),
        ({"mode": "pseudonym"}, "swift-heron", "swift-heron"),
        ({"mode": "pseudonym", "name": "Countess"}, "swift-heron", "Countess"),
        ({"mode": "pseudonym"}, None, None),
        ({"mode": "username", "name": "ada"}, "swift-heron", "ada"),
        ({"mode": "name", "name": "Ada Lovelace"}, None, "Ada Lovelace"),
        ({"mode": "name"}, "swift-heron", None),
    ],
)
def test_givers_are_named_as_they_chose(who: dict[str, str], random: str | None, shown: str | None) -> None:
    chosen: Terms = terms(**who)
    assert shown_name(chosen.attribution, random) == shown
    assert published("r", as_given("chat"), chosen, given=NOW, pseudonym=random)["attribution"] == shown


@given(st.text(max_size=300), st.text(max_size=30))
def test_a_bucket_is_a_safe_file_name(ai_pref: str, vocabulary: str) -> None:
    name = bucket_name("CC-BY-SA-4.0", ai_pref, vocabulary)
    assert re.fullmatch(r"cc-by-sa-4\.0--[a-z0-9-]{1,40}--[0-9a-f]{16}", name)


terms_of_buckets = st.tuples(st.sampled_from(["CC0-1.0", "CC-BY-4.0"]), st.text(max_size=4), st.text(max_size=4))


@given(terms_of_buckets, terms_of_buckets)
def test_different_terms_never_share_a_bucket(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    assert (bucket_name(*one) == bucket_name(*other)) == (one == other)


def test_a_bucket_can_be_read() -> None:
    assert bucket_name("CC-BY-4.0", "train-ai=n", "v1").startswith("cc-by-4.0--train-ai-n--")
    assert bucket_name("CC0-1.0", "", "v1").startswith("cc0-1.0--no-preference--")


def test_a_pair_of_two_records_allows_what_both_allow_and_credits_both() -> None:
    one = record("trace", "a", terms(purposes=("training", "display"), mode="name", name="Zoë"))
    other = record("trace", "b", terms(purposes=("training",), mode="name", name="Ada"))
    both = published_pair(pair(), one, other)
    assert both is not None
    assert both.purposes == ("training",)
    assert both.credits == ("Ada", "Zoë")


@pytest.mark.parametrize("license, ai_pref", [("CC0-1.0", ""), ("CC-BY-4.0", "train-ai=y")])
def test_a_pair_never_mixes_buckets(license: str, ai_pref: str) -> None:
    one, other = record("trace", "a"), record("trace", "b", terms(license, ai_pref))
    assert published_pair(pair(), one, other) is None
