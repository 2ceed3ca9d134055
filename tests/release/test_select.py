"""Who may have which record for what."""

from typing import Any

import pytest

from commonwheel.records.terms import Purpose
from commonwheel.release.select import Refusal, Selection, refusal
from tests.release.samples import record, terms

TRAINING, EVALUATION, DISPLAY = Purpose.TRAINING, Purpose.EVALUATION, Purpose.DISPLAY


@pytest.mark.parametrize("selection", [Selection(), Selection(purpose=TRAINING), Selection(purpose=DISPLAY)])
def test_what_its_giver_allows_is_taken(selection: Selection) -> None:
    assert refusal(record("chat"), selection) is None


@pytest.mark.parametrize(
    "wanted, why",
    [
        ({"kinds": frozenset({"trace"})}, Refusal.KIND),
        ({"kinds": frozenset({"trace", "chat"})}, None),
        ({"licenses": frozenset({"CC0-1.0"})}, Refusal.LICENSE),
        ({"licenses": frozenset({"CC-BY-4.0"})}, None),
        ({"languages": frozenset({"de"})}, None),
        ({"languages": frozenset({"DE-ch"})}, None),
        ({"languages": frozenset({"d"})}, Refusal.LANGUAGE),
        ({"languages": frozenset({"de-AT"})}, Refusal.LANGUAGE),
    ],
)
def test_only_what_is_wanted_is_taken(wanted: dict[str, Any], why: Refusal | None) -> None:
    assert refusal(record("chat"), Selection(**wanted)) == why


def test_a_record_that_names_no_language_is_in_none() -> None:
    assert refusal(record("trace"), Selection(languages=frozenset({"en"}))) == Refusal.LANGUAGE


@pytest.mark.parametrize(
    "purposes, ai_pref, purpose, commitments, why",
    [
        (("display",), "", TRAINING, (), Refusal.PURPOSE),
        (("display",), "train-ai=y", TRAINING, (), Refusal.PURPOSE),
        (("display",), "", EVALUATION, (), Refusal.PURPOSE),
        (("display",), "train-ai=n", DISPLAY, (), None),
        (("training",), "", DISPLAY, (), Refusal.PURPOSE),
        (("evaluation",), "train-ai=n", EVALUATION, (), None),
        (("training",), "train-ai=n", TRAINING, (), Refusal.PREFERENCE),
        (("training",), "train-genai=n", TRAINING, (), Refusal.PREFERENCE),
        (("training",), "train-ai=y", TRAINING, (), None),
        (("training",), "train-ai=n;exceptions=cc-cr", TRAINING, (), Refusal.PREFERENCE),
        (("training",), "train-ai=n;exceptions=cc-cr", TRAINING, ("cc-cr",), None),
        (("training",), "train-ai=n;exceptions=cc-cr", TRAINING, ("cc-cr-ec",), Refusal.PREFERENCE),
        ((), "", TRAINING, (), Refusal.PURPOSE),
        ((), "train-ai=n", None, (), None),
    ],
)
def test_purposes_and_preferences_are_obeyed(
    purposes: tuple[str, ...],
    ai_pref: str,
    purpose: Purpose | None,
    commitments: tuple[str, ...],
    why: Refusal | None,
) -> None:
    given = record("chat", "r", terms(ai_pref=ai_pref, purposes=purposes))
    assert refusal(given, Selection(purpose=purpose, commitments=frozenset(commitments))) == why


@pytest.mark.parametrize("missing", ["purposes", "ai_pref", "kind", "license", "language"])
def test_what_a_record_does_not_say_is_not_allowed(missing: str) -> None:
    selection = Selection(
        kinds=frozenset({"chat"}),
        licenses=frozenset({"CC-BY-4.0"}),
        languages=frozenset({"de"}),
        purpose=TRAINING,
    )
    whole = record("chat")
    assert refusal(whole, selection) is None
    assert refusal({name: value for name, value in whole.items() if name != missing}, selection) is not None
    assert refusal(whole | {missing: None}, selection) is not None


def test_gated_tiers_are_left_out_unless_they_are_named():
    gated = record("chat") | {"tier": "hazard", "hazards": ["injection.jailbreak"]}
    assert refusal(gated, Selection()) == Refusal.TIER
    assert refusal(gated, Selection(purpose=TRAINING)) == Refusal.TIER
    assert refusal(gated, Selection(tiers=frozenset({"restricted"}))) == Refusal.TIER
    assert refusal(gated, Selection(tiers=frozenset({"hazard"}))) is None
    assert refusal(gated | {"tier": "something new"}, Selection(tiers=frozenset({"hazard"}))) == Refusal.TIER
