"""A release, or its gold pairs, in a format that others read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from commonwheel.errors import KeyLost
from commonwheel.journeys.become_ready import gold_context
from commonwheel.journeys.read_release import records, removals, sealed_release, signed
from commonwheel.journeys.world import World
from commonwheel.ports import Transaction
from commonwheel.ports.learning import SealedPair
from commonwheel.records.gold import STATED, GoldPair, PublishedPair
from commonwheel.records.stored import StoredRevision
from commonwheel.records.terms import Purpose, Scope
from commonwheel.release.facts import Exported, ReleaseFacts
from commonwheel.release.formats import FORMATS, export
from commonwheel.release.publish import published_pair, shown_name
from commonwheel.release.select import Selection, refusal

_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportResult:
    """What was written, and what was left out by reason."""

    exported: Exported
    refused: dict[str, int] = field(default_factory=dict)


def export_release(
    world: World, version: int, format: str, out: Path, selection: Selection | None = None
) -> ExportResult:
    """Write a release to `out`. A format that is for training leaves out what may not be trained on."""
    release, _ = sealed_release(world, version)
    chosen = selection or Selection(purpose=FORMATS[format].purpose)
    refused: dict[str, int] = {}
    facts = ReleaseFacts(signed=signed(world, release), removals=removals(world, version), url=world.public_url)
    exported = export(
        format,
        records(world, version, chosen, refused),
        gold_pairs(world, version, chosen, refused if FORMATS[format].purpose else {}),
        facts,
        out,
        world.signing.sign,
    )
    return ExportResult(exported=exported, refused=refused)


def gold_pairs(
    world: World, version: int, selection: Selection, refused: dict[str, int]
) -> Iterator[PublishedPair]:
    """The gold pairs of a release's members, those that `selection` allows; others are counted in `refused`."""
    after = 0
    while True:
        with world.database.read() as tx:
            page = tx.gold.scan(after, _PAGE)
            paired = [pair for _, pair in page if pair.origin in STATED]
            pairs = list(_readable(world, tx, version, paired, selection, refused))
        if not page:
            return
        yield from pairs
        after = page[-1][0]


def _readable(
    world: World,
    tx: Transaction,
    version: int,
    pairs: list[SealedPair],
    selection: Selection,
    refused: dict[str, int],
) -> Iterator[PublishedPair]:
    ids = {pair.contribution for pair in pairs} | {pair.rejected_from for pair in pairs}
    stored = tx.contributions.many(ids)
    keys = {(id, gift.latest) for id, gift in stored.items()} | {
        (pair.contribution, pair.number) for pair in pairs
    }
    members = tx.releases.members_among(version, keys)
    revisions = tx.contributions.revisions_among(members)
    terms = {
        key[0]: _terms_of(stored[key[0]].kind, stored[key[0]].given.strftime("%Y-%m"), revision)
        for key, revision in revisions.items()
    }
    for pair in pairs:
        if (pair.contribution, pair.number) not in members or pair.rejected_from not in terms:
            continue
        ours, theirs = terms[pair.contribution], terms[pair.rejected_from]
        why = refusal(ours, selection) or refusal(theirs, selection)
        if why is not None:
            refused[why] = refused.get(why, 0) + 1
            continue
        opened = _open(world, stored[pair.contribution].owner, pair)
        public = None if opened is None else published_pair(opened, ours, theirs)
        if public is not None:
            yield public


def _terms_of(kind: str, month: str, revision: StoredRevision) -> dict[str, Any]:
    terms = revision.terms
    assert terms.scope is Scope.PUBLIC, "only public revisions are members"
    return {
        "kind": kind,
        "license": str(terms.license),
        "ai_pref": terms.ai_pref,
        "vocabulary": revision.vocabulary,
        "purposes": [str(purpose) for purpose in Purpose if purpose in terms.purposes],
        "attribution": shown_name(terms.attribution),
        "language": revision.language,
        "month": month,
    }


def _open(world: World, owner: str, pair: SealedPair) -> GoldPair | None:
    try:
        plain = world.keys.open(owner, pair.pair, gold_context(pair.contribution, pair.number))
    except KeyLost:
        return None  # its giver is erasing everything just now
    return GoldPair(
        origin=pair.origin,
        contribution=pair.contribution,
        rejected_from=pair.rejected_from,
        similarity=pair.similarity,
        diff=pair.diff,
        **json.loads(plain),
    )
