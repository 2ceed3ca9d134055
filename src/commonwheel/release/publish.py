"""From what somebody gave to what the public sees. Only what is listed here gets out."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from commonwheel.records.body import Body
from commonwheel.records.findings import Sample, Tier
from commonwheel.records.gold import GoldPair, PublishedPair
from commonwheel.records.preference import VOCABULARY
from commonwheel.records.terms import Attribution, AttributionMode, Purpose, Terms
from commonwheel.release.canonical import canonical

EVERY_KIND = ("title", "assessment", "labels", "note", "tags")
OF_KIND: dict[str, tuple[str, ...]] = {
    "chat": ("messages",),
    "correction": ("prompt", "original", "edited", "reason", "inferred"),
    "preference": ("prompt", "candidates", "chosen", "reason", "inferred"),
    "example": ("prompt", "ideal", "tests", "rubric"),
    "signal": ("name", "value", "detail"),
    "trace": ("prompt", "steps", "answer"),
    "bundle": ("messages", "attachments"),
}
OF_SOURCE = ("door", "prompted", "model", "provider", "usage")
_REQUIRED = frozenset({"steps"})
"""Published even where they are empty; other empty lists and objects say nothing."""


def published(
    id: str,
    body: Body,
    terms: Terms,
    *,
    given: datetime,
    pseudonym: str | None = None,
    known_public: Collection[str] = (),
    vocabulary: str = VOCABULARY,
    language: str | None = None,
    sample: Sample | None = None,
    tier: Tier | None = None,
    hazards: Collection[str] = (),
) -> dict[str, Any]:
    """The published record of a redacted `body`: everything that anybody outside will ever see of it.

    `id` is the public one. Of the time of giving, the month remains. `pseudonym` is the random name of
    a giver who chose one; `known_public` holds the ids that a signal may point to, since any other
    target would name something private. `language` is what it was found to be in, for where the giver named
    none; `sample` says how it was drawn from what was logged. `tier` and `hazards` say that it is not for
    everybody, and why: the kinds of what was found in it. The number of a release is not part of the record:
    it is added when a release is read.
    """
    record: dict[str, Any] = {
        "id": id,
        "license": str(terms.license),
        "ai_pref": terms.ai_pref,
        "vocabulary": vocabulary,
        "purposes": [str(purpose) for purpose in Purpose if purpose in terms.purposes],
        "attribution": shown_name(terms.attribution, pseudonym),
        "language": body.get("language") or language,
        "month": given.astimezone(UTC).strftime("%Y-%m"),
    }
    if sample is not None:
        record["sampling"] = {"stratum": sample.stratum, "rate": sample.rate}
    if tier is not None:
        record |= {"tier": str(tier), "hazards": sorted(hazards)}
    if body["kind"] == "signal" and body["target"] in known_public:
        record["target"] = body["target"]
    return record | said_in(body)


def said_in(body: Body) -> dict[str, Any]:
    """What gets out of a redacted `body` itself, whatever its terms are: all that a preview shows."""
    said = _said(body, ("kind", "language", *OF_KIND[body["kind"]], *EVERY_KIND))
    return said | {"source": _said(body.get("source") or {}, OF_SOURCE)}


def _said(whole: Mapping[str, Any], fields: Collection[str]) -> dict[str, Any]:
    empty: tuple[Any, ...] = (None, [], {}, ())
    return {name: whole[name] for name in fields if name in _REQUIRED or whole.get(name) not in empty}


def shown_name(attribution: Attribution, pseudonym: str | None = None) -> str | None:
    """The name that is shown, or None. A name given by somebody who then chose anonymity stays hidden."""
    if attribution.mode is AttributionMode.ANONYMOUS:
        return None
    if attribution.mode is AttributionMode.PSEUDONYM:
        return attribution.name or pseudonym
    return attribution.name


def record_text(record: Mapping[str, Any]) -> str:
    """The record as it is stored and as a release's leaf commits to it."""
    return canonical({name: value for name, value in record.items() if name != "release"})


@lru_cache(maxsize=4096)
def bucket_name(license: str, ai_pref: str, vocabulary: str) -> str:
    """The name of the bucket for one license and one preference, safe as a file name.

    Readable first, then 64 bits of a hash over all three, because the readable part is shortened and
    preferences are free-form: two that differ must not share a bucket even if somebody tries.
    """
    exact = sha256(canonical([license, ai_pref, vocabulary]).encode()).hexdigest()[:16]
    readable = re.sub(r"[^a-z0-9]+", "-", ai_pref.lower()).strip("-")[:40].strip("-")
    return f"{license.lower()}--{readable or 'no-preference'}--{exact}"


def published_pair(
    pair: GoldPair, record: Mapping[str, Any], rejected: Mapping[str, Any] | None = None
) -> PublishedPair | None:
    """A gold pair with the terms of the record it came from, and of the one that gave the rejected side.

    None where the two carry different licenses or preferences: buckets are never mixed.
    """
    rejected = record if rejected is None else rejected
    if any(record[name] != rejected[name] for name in ("license", "ai_pref", "vocabulary")):
        return None
    names = {record["attribution"], rejected["attribution"]} - {None}
    return PublishedPair(
        pair=pair,
        license=record["license"],
        ai_pref=record["ai_pref"],
        vocabulary=record["vocabulary"],
        purposes=tuple(purpose for purpose in record["purposes"] if purpose in rejected["purposes"]),
        credits=tuple(sorted(names)),
        language=record["language"],
        month=max(record["month"], rejected["month"]),
    )
