"""A revision passes, by the policy or by a person: older ones give way, and gold pairs are made."""

import json
from typing import Any

from commonwheel.curate.measures import diff_kind
from commonwheel.errors import KeyLost
from commonwheel.journeys.moves import leave_releases, move
from commonwheel.journeys.words import redacted
from commonwheel.journeys.world import World
from commonwheel.learn.gold import fingerprint_of, pairs_from, prompt_fingerprint, singles_from, trace_pair
from commonwheel.ports import Transaction
from commonwheel.ports.learning import SealedPair
from commonwheel.records.body import Body
from commonwheel.records.contribution import Assessment
from commonwheel.records.gold import GoldPair
from commonwheel.records.states import MOVES, State
from commonwheel.records.stored import StoredContribution, StoredRevision
from commonwheel.records.terms import Purpose


def become_ready(
    world: World,
    tx: Transaction,
    stored: StoredContribution,
    revision: StoredRevision,
    public: Body,
    data: dict[str, Any],
) -> None:
    """Move to ready, supersede the revisions before, and replace the gold pairs."""
    now = world.clock.now()
    move(tx, now, revision, State.READY, **data)
    for older in tx.contributions.revisions(stored.id) if revision.number > 1 else ():
        if older.number < revision.number and State.SUPERSEDED in MOVES[older.state]:
            move(tx, now, older, State.SUPERSEDED, by=revision.number)
            tx.reviews.close(stored.id, older.number, now, "superseded")
            leave_releases(tx, stored.id, older.number)
    if stored.kind == "signal":
        tx.statistics.measure(stored.id, stored.contributor, public["name"], _number(public["value"]))
    make_gold(world, tx, stored, revision, public)


def _number(value: Any) -> float | None:
    """A signal's value where it can be counted: yes is 1, no is 0, words are nothing."""
    return float(value) if isinstance(value, bool | int | float) else None


def make_gold(
    world: World, tx: Transaction, stored: StoredContribution, revision: StoredRevision, public: Body
) -> None:
    """Store what training can learn from a revision, if its giver allows it, and failures to be measured by.

    What is in a gated tier is not trained on: that takes somebody who asks for it.
    """
    tx.gold.drop(stored.id)
    gated = revision.verdict is not None and revision.verdict.tier is not None
    purposes = revision.terms.purposes
    if gated or not {Purpose.TRAINING, Purpose.EVALUATION} & set(purposes):
        return
    singles = singles_from(stored.id, public)
    if Purpose.TRAINING not in purposes:
        singles = [single for single in singles if single.origin == "thumb_down"]  # a failure to be tested by
    for single in singles:
        _add(world, tx, stored, revision, single, None)
    if Purpose.TRAINING not in purposes:
        return
    similarity = edit_similarity(revision)
    for pair in pairs_from(stored.id, public):
        _add(world, tx, stored, revision, pair, similarity, diff_kind(revision.findings))
    assessment = public.get("assessment")
    if stored.kind == "trace" and assessment in (Assessment.GOOD, Assessment.FAIL):
        _pair_traces(world, tx, stored, revision, public)


def _pair_traces(
    world: World, tx: Transaction, stored: StoredContribution, revision: StoredRevision, public: Body
) -> None:
    """Pair a right trace with a wrong one of the same question under the same terms and scope."""
    terms = revision.terms
    alike = json.dumps([terms.license, terms.ai_pref, terms.scope, sorted(terms.purposes)]).encode()
    digest = world.identity.digest("trace", prompt_fingerprint(public) + b"\0" + alike)
    good = public["assessment"] == Assessment.GOOD
    other = tx.gold.match_trace(stored.id, revision.number, digest, good=good)
    if other is None:
        return
    counterpart = tx.contributions.get(other[0])
    if not isinstance(counterpart, StoredContribution):
        return
    try:
        theirs = redacted(world, counterpart.owner, *other, tx.contributions.content(*other))
    except KeyLost:
        return  # its giver is erasing everything just now
    if good:
        pair = trace_pair((stored.id, public), (counterpart.id, theirs))
        chosen, chosen_revision = stored, revision
    else:
        pair = trace_pair((counterpart.id, theirs), (stored.id, public))
        found = tx.contributions.revision(*other)
        assert found is not None, "a trace in the index has its revision"
        chosen, chosen_revision = counterpart, found
    if pair is not None:
        _add(world, tx, chosen, chosen_revision, pair, None)


def _add(
    world: World,
    tx: Transaction,
    stored: StoredContribution,
    revision: StoredRevision,
    pair: GoldPair,
    similarity: float | None,
    diff: str | None = None,
) -> None:
    words = {"prompt": pair.prompt, "chosen": pair.chosen, "rejected": pair.rejected}
    plain = json.dumps(words, ensure_ascii=False).encode()
    try:
        sealed = world.keys.seal(stored.owner, plain, gold_context(stored.id, revision.number))
    except KeyLost:
        return  # its giver is erasing everything just now
    tx.gold.add(
        [
            SealedPair(
                contribution=stored.id,
                number=revision.number,
                rejected_from=pair.rejected_from,
                origin=pair.origin,
                similarity=similarity,
                diff=diff,
                at=world.clock.now(),
                pair=sealed,
                prompt=world.identity.digest("prompt", fingerprint_of(pair.prompt)),
                model=pair.model,
            )
        ]
    )


def gold_context(id: str, number: int) -> str:
    """What binds a sealed pair to its place."""
    return f"{id}.{number}.gold"


def edit_similarity(revision: StoredRevision) -> float | None:
    """How alike the two sides of a correction are, as the edit gate measured it."""
    for finding in revision.findings:
        if finding.kind == "quality.edit_similarity":
            return finding.score
    return None
