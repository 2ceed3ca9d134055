"""Reviewers look at what the policy would not decide, and people appeal against what was decided."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any, Literal

from commonwheel.curate.redact import bars, redact
from commonwheel.errors import AlreadyDecided, IllegalMove, Invalid, KeyLost, NotAllowed, NotFound, Stale
from commonwheel.journeys.become_ready import become_ready
from commonwheel.journeys.look_up import own, public_words
from commonwheel.journeys.moves import latest, leave_releases, locked, move
from commonwheel.journeys.policy_in_force import policy_in_force
from commonwheel.journeys.preview import finding_view, verdict_view
from commonwheel.journeys.public_form import bars_view, cleaned_before, manner_of
from commonwheel.journeys.votes import vote
from commonwheel.journeys.words import original, redacted, seal, unseal
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor, TokenScope
from commonwheel.ports import Transaction
from commonwheel.records.body import Body, texts
from commonwheel.records.findings import OPEN, REASONS, REVIEW_REASONS, Action, Finding, Reason, Tier, Verdict
from commonwheel.records.states import State
from commonwheel.records.stored import OWN_HOLD, Hold, ReviewItem, StoredContribution, StoredRevision

CLAIM = timedelta(minutes=20)
_MOST_PLACES = 1_000
"""How often words to hide may occur: past it they are too short to mean anything."""
_UNSURE = Verdict(action=Action.QUARANTINE, policy="")


class Decision(StrEnum):
    """What a reviewer can decide."""

    PASS = "pass"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Words that a reviewer hides in addition: code points `start` to `end` of the text at `pointer`."""

    pointer: str
    start: int
    end: int
    kind: str = "personal.name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A reviewer's decision. `hide` are numbers of findings that the policy left undecided.

    `spans` and `words` are hidden in addition: words wherever they occur in the record, in any case, also
    within longer ones, as if they were findings of `words_kind`. `tier` is where the record goes; None: as
    the policy says.
    """

    decision: Decision
    reason: Reason = Reason.REVIEWED
    note: str | None = None
    hide: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()
    words: tuple[str, ...] = ()
    words_kind: str = "personal.name"
    tier: Tier | Literal["open"] | None = None


def queue(
    world: World, actor: Actor, after: int, limit: int, *, words: bool = False
) -> tuple[list[dict[str, Any]], int | None]:
    """Open items, the oldest first, and the cursor of the next page; with `words` what would be public of each."""
    actor.require(TokenScope.REVIEW)
    with world.database.read() as tx:
        items = tx.reviews.queue(after, limit + 1, world.clock.now())
        views = []
        for item in items[:limit]:
            stored = tx.contributions.get(item.contribution)
            revision = tx.contributions.revision(item.contribution, item.number)
            if isinstance(stored, StoredContribution) and revision is not None:
                views.append(_item_view(world, actor, item, stored, revision))
                if words:
                    views[-1]["would_publish"] = public_words(world, tx, stored, revision.number)
    return views, items[limit - 1].id if len(items) > limit else None


def item(world: World, actor: Actor, id: int) -> dict[str, Any]:
    """One item with the words, what was found in them, and what would be public."""
    actor.require(TokenScope.REVIEW)
    with world.database.read() as tx:
        found, stored, revision = _load(world, tx, actor, id)
        body, findings, cleaned = _words(world, tx, stored, revision)
        manner = manner_of(world, policy_in_force(world, tx).policy, body)
        statement, _ = tx.reviews.words(id)
    view = _item_view(world, actor, found, stored, revision)
    verdict = revision.verdict or _UNSURE
    view["content"] = body
    view["findings"] = [finding_view(each, index, verdict) for index, each in enumerate(findings)]
    view["would_publish"] = redact(body, findings, verdict.hide, manner, cleaned)
    view["bars"] = bars_view(bars(body, findings, verdict.hide, manner))
    view["statement"] = (
        unseal(world, stored.owner, stored.id, revision.number, "statement", statement)["text"]
        if statement
        else None
    )
    return view


def claim(world: World, actor: Actor, id: int, version: int) -> int:
    """Tell others that this one is being looked at; returns the item's new version."""
    actor.require(TokenScope.REVIEW)
    with world.database.write() as tx:
        found, stored, _ = _load(world, tx, actor, id)
        _may_decide(actor, found, stored)
        now = world.clock.now()
        other = found.claimed_by not in (None, actor.contributor) and (found.claimed_until or now) > now
        if other and found.version == version:
            raise AlreadyDecided("Somebody else is looking at this item just now.")
        if not tx.reviews.claim(id, version, actor.contributor, now + CLAIM):
            raise Stale
    return version + 1


def decide_item(world: World, actor: Actor, id: int, version: int, ruling: Ruling) -> tuple[str, State]:
    """Pass or reject. Of two who decide at once, one is told that the other was faster.

    The first decisions of a newcomer are kept, and move nothing until another person decided too.
    """
    actor.require(TokenScope.REVIEW)
    _check(ruling)
    now = world.clock.now()
    with world.database.write() as tx:
        found, stored, revision = _load(world, tx, actor, id, lock=True)
        _may_decide(actor, found, stored)
        note = None
        if ruling.note:
            note = seal(world, stored.owner, stored.id, revision.number, "note", {"text": ruling.note})
        if not vote(tx, now, actor, found, ruling.decision, ruling.reason):
            if ruling.decision is Decision.PASS:
                _public(world, tx, stored, revision, ruling)  # what could not be done later is told now
            if not tx.reviews.second(id, version, actor.contributor):
                raise Stale
            return stored.id, revision.state
        if not tx.reviews.decide(id, version, actor.contributor, now, ruling.decision, ruling.reason, note):
            raise Stale
        data = {"reasons": [ruling.reason], "rules": ["person"], "item": id}
        if ruling.decision is Decision.REJECT:
            if revision.state is not State.REJECTED:
                move(tx, now, revision, State.REJECTED, **data)
            tx.contributions.forget_duplicates(stored.id)
            tx.repeats.forget(stored.id)
            return stored.id, State.REJECTED
        _pass(world, tx, stored, revision, ruling, data)
    return stored.id, State.READY


def _public(
    world: World, tx: Transaction, stored: StoredContribution, revision: StoredRevision, ruling: Ruling
) -> tuple[Body, Verdict, tuple[Finding, ...]]:
    """What would become public by a ruling; Invalid where it does not fit the record."""
    body, known, cleaned = _words(world, tx, stored, revision)
    verdict = revision.verdict or _UNSURE
    unknown = set(ruling.hide) - set(verdict.undecided)
    if unknown:
        raise Invalid([("/hide", f"{sorted(unknown)} are not among the undecided findings")])
    spans = (*ruling.spans, *_spans_of(body, ruling))
    added = [_as_finding(body, index, span) for index, span in enumerate(spans)]
    findings = (*known, *added)
    hide = (*verdict.hide, *ruling.hide, *range(len(known), len(findings)))
    manner = manner_of(world, policy_in_force(world, tx).policy, body)
    public = redact(body, findings, hide, manner, cleaned)
    decided = replace(
        verdict,
        action=Action.REDACT if hide else Action.PASS,
        rules=(*verdict.rules, "person"),
        reasons=(ruling.reason,),
        hide=hide,
        undecided=(),
        tier=verdict.tier if ruling.tier is None else None if ruling.tier == OPEN else Tier(ruling.tier),
    )
    return public, decided, findings


def _pass(
    world: World,
    tx: Transaction,
    stored: StoredContribution,
    revision: StoredRevision,
    ruling: Ruling,
    data: dict[str, Any],
) -> None:
    public, decided, findings = _public(world, tx, stored, revision, ruling)
    sealed = seal(world, stored.owner, stored.id, revision.number, "redacted", public)
    tx.contributions.set_curated(stored.id, revision.number, decided, findings, sealed)
    become_ready(world, tx, stored, replace(revision, findings=findings, verdict=decided), public, data)


def appeal(world: World, actor: Actor, id: str, statement: str) -> int:
    """The giver asks another person to look again at a rejection; returns the item's number."""
    now = world.clock.now()
    with world.database.write() as tx:
        stored = own(world, tx, actor, id)
        revision = latest(tx, stored)
        if revision.state is not State.REJECTED:
            raise IllegalMove(f"Only a rejection can be appealed; this contribution is {revision.state}.")
        if revision.verdict is not None and Reason.NOT_SAMPLED in revision.verdict.reasons:
            raise IllegalMove("It was left out by chance and its words are dropped. Given by hand it is kept.")
        items = tx.reviews.of(id)
        if any(item.appeal and item.number == revision.number for item in items):
            raise AlreadyDecided("An appeal was made already; each revision has one.")
        deciders = [item.decided_by for item in items if item.number == revision.number and item.decided_by]
        sealed = seal(world, stored.owner, id, revision.number, "statement", {"text": statement})
        tx.reviews.open(
            id, revision.number, now, appeal=True, statement=sealed, not_by=deciders[-1] if deciders else None
        )
        return tx.reviews.of(id)[-1].id


def take_down(world: World, actor: Actor, id: str, reason: Reason) -> State:
    """Relieve all releases of an item at once. It waits for a reviewer; its copy in the lake is destroyed."""
    actor.require(TokenScope.REVIEW)
    if reason not in REVIEW_REASONS:
        raise Invalid([("/reason", f"one of {', '.join(REVIEW_REASONS)}")])
    now = world.clock.now()
    with world.database.write() as tx:
        locked(tx, id)
        revisions = [r for r in tx.contributions.revisions(id) if r.state in (State.READY, State.RELEASED)]
        if not revisions:
            raise IllegalMove("Only what is ready or released can be taken down.")
        for revision in revisions:
            move(tx, now, revision, State.QUARANTINED, reasons=[reason], rules=["person"], taken_down=True)
            tx.reviews.open(id, revision.number, now, appeal=False, statement=None, not_by=None)
        leave_releases(tx, id)
        tx.gold.drop(id)
        seqs = [row.seq for row in tx.releases.rows_of(id)]
        if seqs:
            tx.releases.forget_salts(seqs)
            tx.chores.add("erase_rows", {"seqs": seqs}, now)
    return State.QUARANTINED


def set_hold(world: World, actor: Actor, hold: Hold) -> None:
    """Leave an item out of the next releases until the hold ends."""
    actor.require(TokenScope.ADMIN)
    with world.database.write() as tx:
        locked(tx, hold.contribution)
        tx.contributions.hold(hold)
        leave_releases(tx, hold.contribution)


def _load(
    world: World, tx: Transaction, actor: Actor, id: int, *, lock: bool = False
) -> tuple[ReviewItem, StoredContribution, StoredRevision]:
    found = tx.reviews.get(id, lock=lock)
    if found is None:
        raise NotFound
    if found.decided is not None:
        mine = found.decided_by == actor.contributor
        raise AlreadyDecided("You have decided this item already." if mine else None)
    stored = tx.contributions.get(found.contribution, lock=lock)
    revision = tx.contributions.revision(found.contribution, found.number)
    if not isinstance(stored, StoredContribution) or revision is None:
        raise NotFound
    now = world.clock.now()
    if any(
        h.reason == OWN_HOLD and h.until is not None and h.until > now for h in tx.contributions.holds(stored.id)
    ):
        raise NotFound("Its giver lets it wait: until then only machines see it.")
    return found, stored, revision


def _words(
    world: World, tx: Transaction, stored: StoredContribution, revision: StoredRevision
) -> tuple[Body, tuple[Finding, ...], dict[str, str]]:
    """A record, what was found in it, and its files without metadata.

    Where the original was dropped after its release, the record is the public form, and what was found
    has its places no more: it is hidden already.
    """
    try:
        sealed = tx.contributions.content(stored.id, revision.number)
        body = original(world, stored.owner, stored.id, revision.number, sealed)
        findings = revision.findings
        if sealed.original is None:
            findings = tuple(replace(each, start=0, end=0) for each in findings)
        if sealed.redacted is None:
            return body, findings, {}
        public = redacted(world, stored.owner, stored.id, revision.number, sealed)
    except KeyLost:
        raise NotFound("The words of this item are not kept any more.") from None
    return body, findings, cleaned_before(public)


def _may_decide(actor: Actor, found: ReviewItem, stored: StoredContribution) -> None:
    barred = _barred(actor, found, stored)
    if barred is not None:
        raise NotAllowed(barred)


def _barred(actor: Actor, found: ReviewItem, stored: StoredContribution) -> str | None:
    """Why this reviewer is the wrong person for an item, if so."""
    if stored.contributor == actor.contributor:
        return "Nobody reviews what they gave themselves."
    if found.not_by == actor.contributor:
        if found.appeal:
            return "An appeal is for another person than the one who decided first."
        return "You decided already: another person looks at it too, since it is among your first."
    return None


def _check(ruling: Ruling) -> None:
    if ruling.decision is Decision.REJECT and ruling.reason not in REVIEW_REASONS:
        raise Invalid([("/reason", f"a rejection needs one of {', '.join(REVIEW_REASONS)}")])


def _spans_of(body: Body, ruling: Ruling) -> Iterator[Span]:
    """Every place of the words. Words that are nowhere are a mistake, and hiding nothing would hide it."""
    for index, words in enumerate(ruling.words):
        pattern = re.compile(re.escape(words), re.IGNORECASE)
        found = 0
        for pointer, text in texts(body):
            for match in pattern.finditer(text) if words.strip() else ():
                found += 1
                if found > _MOST_PLACES:
                    raise Invalid([(f"/words/{index}", f"occurs more than {_MOST_PLACES} times")])
                yield Span(pointer=pointer, start=match.start(), end=match.end(), kind=ruling.words_kind)
        if not found:
            raise Invalid([(f"/words/{index}", "does not occur in this record, as it is written there")])


def _as_finding(body: Body, index: int, span: Span) -> Finding:
    text = dict(texts(body)).get(span.pointer)
    if text is None or not 0 <= span.start < span.end <= len(text):
        raise Invalid([(f"/spans/{index}", "does not lie within a text of this record")])
    return Finding(
        kind=span.kind,
        detector="reviewer",
        version="1",
        score=1.0,
        pointer=span.pointer,
        start=span.start,
        end=span.end,
    )


def _item_view(
    world: World, actor: Actor, found: ReviewItem, stored: StoredContribution, revision: StoredRevision
) -> dict[str, Any]:
    now = world.clock.now()
    claimed = found.claimed_by is not None and (found.claimed_until or now) > now
    return {
        "item": found.id,
        "version": found.version,
        "contribution": stored.id,
        "revision": revision.number,
        "kind": stored.kind,
        "state": revision.state,
        "opened": found.opened.isoformat(),
        "appeal": found.appeal,
        "claimed": claimed and found.claimed_by != actor.contributor,
        "mine": _barred(actor, found, stored) is not None,
        "barred": _barred(actor, found, stored),
        "language": revision.language,
        "license": revision.terms.license,
        "ai_pref": revision.terms.ai_pref,
        "verdict": None if revision.verdict is None else verdict_view(revision.verdict),
    }


def reasons() -> Sequence[dict[str, str]]:
    """What a rejection can be for, in words."""
    return [{"code": reason, "text": REASONS[reason]} for reason in REVIEW_REASONS]
