"""Contributions of every kind, published, and a signed release of them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from commonwheel.records.body import CONTRIBUTION
from commonwheel.records.gold import GoldPair, PublishedPair
from commonwheel.records.release import LakeRow, Manifest, Removal
from commonwheel.records.terms import Attribution, AttributionMode, Consent, License, Purpose, Terms
from commonwheel.release.facts import ReleaseFacts
from commonwheel.release.leaf import commitment, leaf
from commonwheel.release.manifest import BucketChange, Signed, next_manifest, public_text, sign, to_bytes
from commonwheel.release.merkle import Frontier
from commonwheel.release.publish import bucket_name, published, published_pair, record_text

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = public_text(KEY)
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

ASK = "Where is Bern?"
BODIES: dict[str, dict[str, Any]] = {
    "chat": {
        "kind": "chat",
        "messages": [
            {"role": "user", "content": ASK},
            {"role": "assistant", "content": "In Peru.", "model": "m-1"},
        ],
        "assessment": "mixed",
        "labels": {"1": "fail", "10": "good"},
        "note": "It invents.",
        "tags": ["geography"],
        "language": "de-CH",
    },
    "correction": {
        "kind": "correction",
        "prompt": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": ASK}],
        "original": "In Peru.",
        "edited": "In Switzerland.",
        "reason": "wrong country",
    },
    "preference": {
        "kind": "preference",
        "prompt": ASK,
        "candidates": [
            {"content": "In Peru.", "model": "m-1"},
            {"content": [{"type": "text", "text": "In Switzerland."}], "model": "m-2"},
            {"content": "I do not know."},
        ],
        "chosen": 1,
        "language": "en",
    },
    "example": {
        "kind": "example",
        "prompt": ASK,
        "ideal": "In Switzerland.",
        "tests": ["'Switzerland' in answer"],
    },
    "signal": {
        "kind": "signal",
        "target": "somewhere",
        "name": "thumb",
        "value": True,
        "detail": {"why": "short"},
    },
    "trace": {
        "kind": "trace",
        "prompt": ASK,
        "steps": ["Bern is a capital.", "It is the Swiss one."],
        "answer": "In Switzerland.",
        "assessment": "good",
    },
    "bundle": {
        "kind": "bundle",
        "messages": [
            {
                "role": "user",
                "content": [{"type": "text", "text": "What is it?"}, {"type": "attachment", "attachment": 0}],
            }
        ],
        "attachments": [{"name": "a.txt", "media_type": "text/plain", "data": "SGVsbG8="}],
    },
}
PRIVATE = {
    "hold_until": "2027-01-01T00:00:00Z",
    "on_behalf_of": "user-4711",
    "source": {
        "door": "api",
        "prompted": "proactive",
        "conversation": "conversation-0815",
        "model": "m-1",
        "provider": "p-1",
        "created": "2026-11-20T12:34:56Z",
        "usage": {"prompt_tokens": 12},
    },
}


def as_given(kind: str, **changes: Any) -> dict[str, Any]:
    """A body as it is stored: what was given, validated, with every default filled in."""
    body: dict[str, Any] = CONTRIBUTION.dump_python(
        CONTRIBUTION.validate_python(BODIES[kind] | PRIVATE | changes), mode="json"
    )
    return body


def terms(
    license: str = "CC-BY-4.0",
    ai_pref: str = "",
    purposes: Iterable[str] = ("display", "evaluation", "training"),
    **who: Any,
) -> Terms:
    """Terms, with the attribution's fields as keywords; unchecked, since a card must stand anything."""
    return Terms(
        license=License(license),
        ai_pref=ai_pref,
        purposes=tuple(map(Purpose, purposes)),
        consent=Consent(version="1", given=True),
        attribution=Attribution(mode=AttributionMode(who.get("mode", "anonymous")), name=who.get("name")),
    )


def record(kind: str, id: str = "r-1", given_terms: Terms | None = None, **changes: Any) -> dict[str, Any]:
    """A published record."""
    return published(id, as_given(kind, **changes), given_terms or terms(), given=NOW)


def records() -> list[dict[str, Any]]:
    """Two of every kind: in the open, and with a preference and a name."""
    named = terms("CC-BY-SA-4.0", "train-ai=n;exceptions=cc-cr", mode="name", name="Ada Lovelace")
    return [record(kind, f"{kind}-1") for kind in BODIES] + [record(kind, f"{kind}-2", named) for kind in BODIES]


def pair(id: str = "correction-1", chosen: str = "In Switzerland.", rejected: str = "In Peru.") -> GoldPair:
    """A gold pair."""
    return GoldPair(
        origin="correction",
        contribution=id,
        rejected_from=id,
        prompt=[{"role": "user", "content": ASK}],
        chosen=chosen,
        rejected=rejected,
        similarity=0.5,
    )


def pairs(of: Iterable[dict[str, Any]]) -> list[PublishedPair]:
    """A gold pair from each correction and preference."""
    made = [published_pair(pair(one["id"]), one) for one in of if one["kind"] in ("correction", "preference")]
    return [one for one in made if one is not None]


def lake_row(content: dict[str, Any], seq: int = 1, revision: int = 1) -> LakeRow:
    """A record as a row of the lake."""
    return LakeRow(
        seq=seq,
        id=content["id"],
        revision=revision,
        entered=1,
        kind=content["kind"],
        bucket=bucket_name(content["license"], content["ai_pref"], content["vocabulary"]),
        license=content["license"],
        ai_pref=content["ai_pref"],
        vocabulary=content["vocabulary"],
        purposes=" ".join(content["purposes"]),
        language=content["language"] or "",
        month=content["month"],
        salt=content["id"].encode().ljust(16, b"."),
        record=record_text(content),
    )


class Commons:
    """Cuts releases, keeping what `verify` needs."""

    def __init__(self) -> None:
        self.chain: list[Signed] = []
        self.manifests: list[Manifest] = []
        self.leaves: dict[str, list[bytes]] = {}
        self.members: dict[str, LakeRow] = {}

    def cut(self, enter: Iterable[dict[str, Any]] = (), leave: Iterable[str] = ()) -> Manifest:
        """The next release."""
        changes: dict[str, list[Any]] = {}
        gone = [("leave", self.members.pop(id)) for id in leave]
        come = [("enter", lake_row(content)) for content in enter]
        for op, row in [*gone, *come]:
            log = self.leaves.setdefault(row.bucket, [])
            log.append(leaf(op, row.id, row.revision, commitment(row.salt, row.record)))  # type: ignore[arg-type]
            changes.setdefault(row.bucket, []).append((op, row))
        self.members |= {row.id: row for _, row in come}
        manifest = next_manifest(
            self.manifests[-1] if self.manifests else None,
            {
                bucket: BucketChange.of(
                    rows[0][1].license,
                    rows[0][1].ai_pref,
                    rows[0][1].vocabulary,
                    entered=sum(op == "enter" for op, _ in rows),
                    left=sum(op == "leave" for op, _ in rows),
                    log=Frontier(self.leaves[bucket]),
                )
                for bucket, rows in changes.items()
            },
            name="Common Ground",
            created=NOW,
            policy="default 1",
            code="commonwheel 0.1",
        )
        self.manifests.append(manifest)
        content = to_bytes(manifest)
        self.chain.append(Signed(manifest=content, signature=sign(content, KEY), key=PUBLIC))
        return manifest


def facts(of: Iterable[dict[str, Any]], **more: Any) -> ReleaseFacts:
    """The facts of a first release."""
    commons = Commons()
    commons.cut(of)
    removals = (Removal(id="gone-2", release=1), Removal(id="gone-1", release=1))
    return ReleaseFacts(signed=commons.chain[-1], removals=removals, url="https://example.org", **more)
