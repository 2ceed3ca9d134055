"""Who may have which record for what. Every refusal has a reason, so that it can be counted and shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from commonwheel.records.preference import allows_training
from commonwheel.records.terms import Purpose


class Refusal(StrEnum):
    """Why a record is left out of a selection."""

    TIER = "kept in a gated tier"
    KIND = "another kind"
    LICENSE = "another license"
    LANGUAGE = "another language"
    PURPOSE = "its giver does not allow this purpose"
    PREFERENCE = "its AI preference says no to training"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which records are wanted, and for what.

    Empty collections want all. A language wants its regions too: `de` also takes `de-CH` (RFC 4647,
    basic filtering). `purpose` None takes records as they are, with their terms. `commitments` are what
    the user of the data promises (`commonwheel.records.preference.COMMITMENTS`). `tiers` are the gated ones
    that are wanted besides what is for everybody.
    """

    kinds: frozenset[str] = frozenset()
    licenses: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    purpose: Purpose | None = None
    commitments: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()


def refusal(record: Mapping[str, Any], selection: Selection) -> Refusal | None:
    """Why a published record is not part of `selection`; None where it is.

    What is missing from a record counts as not allowed.
    """
    if record.get("tier") is not None and record["tier"] not in selection.tiers:
        return Refusal.TIER
    if selection.kinds and record.get("kind") not in selection.kinds:
        return Refusal.KIND
    if selection.licenses and record.get("license") not in selection.licenses:
        return Refusal.LICENSE
    if selection.languages and not _speaks(record.get("language"), selection.languages):
        return Refusal.LANGUAGE
    if selection.purpose is None:
        return None
    if selection.purpose not in (record.get("purposes") or ()):
        return Refusal.PURPOSE
    if selection.purpose == Purpose.TRAINING and not _may_train(record.get("ai_pref"), selection):
        return Refusal.PREFERENCE
    return None


def _speaks(language: str | None, wanted: frozenset[str]) -> bool:
    spoken = (language or "").lower()
    return any(spoken == tag.lower() or spoken.startswith(tag.lower() + "-") for tag in wanted)


def _may_train(ai_pref: object, selection: Selection) -> bool:
    return isinstance(ai_pref, str) and allows_training(ai_pref, selection.commitments)
