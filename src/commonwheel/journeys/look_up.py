"""Somebody asks about a contribution: the one audited way from an actor to a contribution."""

from collections.abc import Sequence
from typing import Any

from commonwheel.errors import KeyLost, NotFound
from commonwheel.journeys.become_ready import edit_similarity
from commonwheel.journeys.lineage import models_of
from commonwheel.journeys.moves import locked
from commonwheel.journeys.preview import verdict_view
from commonwheel.journeys.publishing import public_records
from commonwheel.journeys.words import original, redacted
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor, TokenScope
from commonwheel.ports import Transaction
from commonwheel.records.body import Body
from commonwheel.records.findings import REASONS, Finding, Reason
from commonwheel.records.gold import STATED
from commonwheel.records.states import State
from commonwheel.records.stored import Event, ReviewItem, StoredContribution, StoredRevision, Tombstone
from commonwheel.records.terms import Purpose


def own(world: World, tx: Transaction, actor: Actor, id: str) -> StoredContribution:
    """The contribution, locked, for whoever may change it: its giver, its door, or an operator.

    A token of theirs that is only for reading or reviewing changes nothing.
    """
    stored = locked(tx, id)
    if not _is_theirs(actor, stored):
        raise NotFound
    actor.require(TokenScope.CONTRIBUTE, TokenScope.ON_BEHALF)
    return stored


def visible(tx: Transaction, actor: Actor, id: str) -> StoredContribution:
    """The contribution, to read, for whoever may change it."""
    stored = tx.contributions.get(id)
    if not isinstance(stored, StoredContribution) or not _is_theirs(actor, stored):
        raise NotFound
    return stored


def _is_theirs(actor: Actor, stored: StoredContribution) -> bool:
    if actor.has(TokenScope.ADMIN):
        return True
    if TokenScope.ON_BEHALF in actor.scopes:
        return stored.token == actor.token
    return actor.gave(stored.contributor)


def look_up(world: World, actor: Actor, id: str) -> dict[str, Any]:
    """Everything its giver may know about a contribution: state, history, findings, words, releases."""
    with world.database.read() as tx:
        stored = tx.contributions.get(id)
        if isinstance(stored, Tombstone):
            return {"id": id, "state": "erased", "erased": stored.erased.isoformat()}
        if stored is None or not (_is_theirs(actor, stored) or actor.has(TokenScope.REVIEW)):
            raise NotFound
        revisions = tx.contributions.revisions(id)
        view = _overview(world, stored, revisions)
        view["history"] = [_event_view(event) for event in tx.events.of(id)]
        view["holds"] = [
            {"reason": hold.reason, "until": None if hold.until is None else hold.until.isoformat()}
            for hold in tx.contributions.holds(id)
        ]
        view["releases"] = _intervals(tx, id)
        view["models"] = models_of(tx, id)
        view["reviews"] = [review_view(item) for item in tx.reviews.of(id)]
        if _is_theirs(actor, stored):
            view |= _words(world, tx, stored)
        view["gold"] = _gold_view(tx, stored, revisions[-1])
        view["about"] = _about(tx, stored)
    return view


def _about(tx: Transaction, stored: StoredContribution) -> list[str]:
    """Signals about it that came through the same door, whenever they came; of a signal, what it is about."""
    gifts = tx.contributions.many(tx.talk.about(stored.id))
    return [id for id, gift in gifts.items() if gift.token == stored.token]


def own_view(world: World, actor: Actor, id: str) -> dict[str, Any] | None:
    """The same for its giver alone: None for whoever may only review it, or run this, and once it is erased."""
    with world.database.read() as tx:
        stored = tx.contributions.get(id)
        theirs = isinstance(stored, StoredContribution) and actor.gave(stored.contributor)
    return look_up(world, actor, id) if theirs else None


def public_view(world: World, id: str) -> dict[str, Any]:
    """What anybody may know: that it is here, its state, and once released the published record."""
    with world.database.read() as tx:
        stored = tx.contributions.get(id)
        if stored is None:
            raise NotFound
        if isinstance(stored, Tombstone):
            return {"id": id, "state": "erased", "erased": stored.erased.isoformat()}
        revisions = tx.contributions.revisions(id)
        # While a fix waits to be curated, what is released stays to be seen.
        revision = next((each for each in revisions if each.state is State.RELEASED), revisions[-1])
        view: dict[str, Any] = {
            "id": id,
            "kind": stored.kind,
            "state": revision.state,
            "releases": _intervals(tx, id),
        }
        view["models"] = models_of(tx, id) if revision.state is State.RELEASED else []
        if revision.state is State.RELEASED and Purpose.DISPLAY in revision.terms.purposes:
            entered = view["releases"][-1]["from"] if view["releases"] else 1
            key = (id, revision.number)
            public = public_records(world, tx, entered, [key]).get(key)
            view["record"] = None if public is None else public.record
            view["rough"] = revision.rough
    return view


def is_public(tx: Transaction, id: str) -> bool:
    """Whether anybody may read it now."""
    return any(
        each.state is State.RELEASED and Purpose.DISPLAY in each.terms.purposes
        for each in tx.contributions.revisions(id)
    )


def contributions_of(
    world: World, actor: Actor, after: str | None, limit: int, *, newest: bool = False, words: bool = False
) -> tuple[list[dict[str, Any]], str | None]:
    """What the actor gave, the oldest or the newest first, and the cursor of the next page.

    With `words` each has its `public_content`, as far as it is checked, kept and not withdrawn; else None.
    """
    with world.database.read() as tx:
        position = None
        if after is not None:
            start = tx.contributions.get(after)
            if not isinstance(start, StoredContribution) or not _is_theirs(actor, start):
                raise NotFound("This cursor is of no use any more: start again without it.")
            position = tx.contributions.position(after)
        ids = tx.contributions.of_contributors(actor.contributors, position, limit + 1, newest=newest)
        many = tx.contributions.many(ids[:limit])
        views = [_overview(world, many[id], tx.contributions.revisions(id)) for id in ids[:limit] if id in many]
        for view in views if words else ():
            gone = view["state"] == State.WITHDRAWN
            view["public_content"] = None if gone else public_words(world, tx, many[view["id"]], view["revision"])
    return views, ids[limit - 1] if len(ids) > limit else None


def _overview(world: World, stored: StoredContribution, revisions: Sequence[StoredRevision]) -> dict[str, Any]:
    revision = revisions[-1]
    view: dict[str, Any] = {
        "id": stored.id,
        "kind": stored.kind,
        "state": revision.state,
        "revision": revision.number,
        "given": stored.given.isoformat(),
        "url": f"{world.public_url}/contributions/{stored.id}",
        "license": revision.terms.license,
        "ai_pref": revision.terms.ai_pref,
        "purposes": list(revision.terms.purposes),
        "scope": revision.terms.scope,
        "attribution": {
            "mode": revision.terms.attribution.mode,
            "name": revision.terms.attribution.name,
        },
        "findings": _by_kind(revision.findings),
        "verdict": None if revision.verdict is None else verdict_view(revision.verdict),
        "revisions": [{"number": r.number, "state": r.state, "created": r.created.isoformat()} for r in revisions],
    }
    return view


def _by_kind(findings: Sequence[Finding]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for finding in findings:
        counted[finding.kind] = counted.get(finding.kind, 0) + 1
    return counted


def _event_view(event: Event) -> dict[str, Any]:
    reasons = [REASONS[Reason(reason)] for reason in event.data.get("reasons", ())]
    return {
        "event": event.name,
        "at": event.at.isoformat(),
        "revision": event.number,
        "reasons": reasons,
        "data": event.data,
    }


def _intervals(tx: Transaction, id: str) -> list[dict[str, Any]]:
    return [{"from": entered, "until": left} for entered, left in tx.releases.versions_of(id)]


def _words(world: World, tx: Transaction, stored: StoredContribution) -> dict[str, Any]:
    sealed = tx.contributions.content(stored.id, stored.latest)
    words: dict[str, Any] = {"given_content": None, "public_content": None}
    try:
        words["given_content"] = original(world, stored.owner, stored.id, stored.latest, sealed)
        words["public_content"] = redacted(world, stored.owner, stored.id, stored.latest, sealed)
    except KeyLost:
        pass  # not curated yet, or not kept any more
    return words


def public_words(world: World, tx: Transaction, stored: StoredContribution, number: int) -> Body | None:
    """What is or would be public of a revision; None before it is checked, and once it is not kept any more."""
    try:
        return redacted(world, stored.owner, stored.id, number, tx.contributions.content(stored.id, number))
    except KeyLost:
        return None


def _gold_view(tx: Transaction, stored: StoredContribution, revision: StoredRevision) -> dict[str, Any]:
    """What became of it for learning: pairs, or the reason why there are none."""
    pairs = [pair for pair in tx.gold.of(stored.id) if pair.origin in STATED]
    view: dict[str, Any] = {"pairs": len(pairs), "similarity": edit_similarity(revision), "why_not": None}
    if not pairs:
        if revision.state == "waiting":
            view["why_not"] = "It is not curated yet."
        elif revision.verdict is not None and revision.state in ("rejected", "quarantined"):
            view["why_not"] = " ".join(REASONS[reason] for reason in revision.verdict.reasons)
        elif Purpose.TRAINING not in revision.terms.purposes:
            view["why_not"] = "Its terms do not allow training."
        elif revision.state in ("withdrawn", "superseded"):
            view["why_not"] = f"It is {revision.state}."
        else:
            view["why_not"] = "There is no pair of a better and a worse answer in it."
    return view


def review_view(item: ReviewItem) -> dict[str, Any]:
    """A review item as the giver sees it: outcome and reason, never who."""
    return {
        "item": item.id,
        "revision": item.number,
        "appeal": item.appeal,
        "opened": item.opened.isoformat(),
        "decided": None if item.decided is None else item.decided.isoformat(),
        "decision": item.decision,
        "reason": item.reason,
        "text": REASONS[Reason(item.reason)] if item.reason else None,
    }
