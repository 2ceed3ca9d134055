"""Gold: numbered selections of pairs to learn from, made by a policy."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from commonwheel.journeys.world import World
from commonwheel.learn.choosing import Candidate, LeftOut, Taken, choose, counted
from commonwheel.learn.gate import parse_gate, read_gate
from commonwheel.learn.gold_policy import GoldPolicy, parse_gold_policy, read_gold_policy
from commonwheel.learn.splitting import Pair, Split, split
from commonwheel.ports import Transaction
from commonwheel.ports.learning import GoldVersion, PairFacts
from commonwheel.records.findings import Side
from commonwheel.records.gold import PAIRED
from commonwheel.records.model import ModelState
from commonwheel.records.stored import StoredRevision

_PAGE = 500
_SAFETY = "safety."


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the next version would be: what comes to the version before, what leaves it, and what is left out."""

    policy: GoldPolicy
    text: str
    before: GoldVersion | None
    upto: int
    pairs: int
    came: tuple[tuple[PairFacts, Candidate], ...] = ()
    left: tuple[int, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        """Whether it would be another version than the one before."""
        return self.before is None or bool(self.came or self.left)


def choose_gold(world: World) -> Choice:
    """What the next version would be. Nothing is stored.

    While the policy stays as it was, only pairs are looked at that no version has looked at, so that it costs
    the same in a large commons as in a small one; with another policy every pair is looked at anew.
    """
    text = read_gold_policy(world.gold_policy)
    policy = parse_gold_policy(text)
    with world.database.read() as tx:
        before = last_version(tx)
        here = 0 if before is None else _still_here(tx.gold.spans(), before.number)
        if before is not None and before.policy == text:
            since, after, kept = before.number, before.upto, set[int]()  # what comes behind is in no version
        else:
            since, after = 0, 0
            kept = set() if before is None else {id for id, _ in members_of(tx, before.number)}
    chosen = _chosen(world, policy, since, after)
    came = tuple((facts, candidate) for facts, candidate in chosen.taken if facts.id not in kept)
    left = tuple(sorted(kept - {facts.id for facts, _ in chosen.taken}))
    return Choice(
        policy=policy,
        text=text,
        before=before,
        upto=max(chosen.upto, after),
        pairs=here + len(came) - len(left),
        came=came,
        left=left,
        left_out=counted(chosen.reasons),
    )


@dataclass(slots=True, kw_only=True)
class _Chosen:
    taken: list[tuple[PairFacts, Candidate]] = field(default_factory=list)
    reasons: list[LeftOut | None] = field(default_factory=list)
    upto: int = 0


def _chosen(world: World, policy: GoldPolicy, version: int, after: int) -> _Chosen:
    """Those of the pairs behind a number that are gold, beside what is gold in a version."""
    found, taken = _Chosen(upto=after), Taken()
    with world.database.read() as tx:
        last = tx.gold.settled()
    while True:
        with world.database.read() as tx:
            page = [facts for facts in tx.gold.facts(found.upto, _PAGE) if facts.id <= last]
            candidates = candidates_of(tx, page)
            if version:
                hands = {c.hand for c in candidates if c.hand is not None} - taken.hands.keys()
                prompts = {c.prompt for c in candidates if c.prompt is not None} - taken.prompts.keys()
                counts = tx.gold.counted(version, hands, prompts)
                taken.hands.update(counts.hands)
                taken.prompts.update(counts.prompts)
        if not page:
            return found
        by_number = {facts.id: facts for facts in page}
        for candidate, reason in choose(candidates, policy, taken):
            found.reasons.append(reason)
            if reason is None:
                found.taken.append((by_number[candidate.number], candidate))
        found.upto = page[-1].id


def candidates_of(tx: Transaction, page: Sequence[PairFacts]) -> list[Candidate]:
    """Pairs with what their contributions say of them; without those that are gone just now."""
    gifts = tx.contributions.many({facts.rejected_from for facts in page})
    keys = {(facts.contribution, facts.number) for facts in page}
    keys |= {(gift.id, gift.latest) for gift in gifts.values()}
    revisions = tx.contributions.revisions_among(keys)
    found = []
    for facts in page:
        chosen = revisions.get((facts.contribution, facts.number))
        other = gifts.get(facts.rejected_from)
        rejected = None if other is None else revisions.get((other.id, other.latest))
        if facts.contribution == facts.rejected_from:
            rejected = chosen
        if chosen is not None and rejected is not None:
            found.append(_candidate(facts, chosen, rejected))
    return found


def _candidate(facts: PairFacts, chosen: StoredRevision, rejected: StoredRevision) -> Candidate:
    both = (chosen.terms, rejected.terms)
    paired = facts.origin in PAIRED
    anywhere = _unsafe(chosen, None, *Side)
    return Candidate(
        number=facts.id,
        origin=facts.origin,
        purposes=frozenset.intersection(*(frozenset(terms.purposes) for terms in both)),
        ai_prefs=frozenset(terms.ai_pref for terms in both),
        hand=facts.hand,
        prompt=facts.prompt if paired else None,  # one prompt may have a pair and a single answer
        similarity=facts.similarity,
        diff=facts.diff,
        language=chosen.language,
        model=facts.model,
        unsafe=(
            (_unsafe(chosen, Side.CHOSEN), _unsafe(rejected, Side.REJECTED)) if paired else (anywhere, anywhere)
        ),
    )


def _unsafe(revision: StoredRevision, *sides: Side | None) -> float:
    """The highest score of a finding of safety in what stands on these sides; None is on neither."""
    found = (f.score for f in revision.findings if f.side in sides and f.kind.startswith(_SAFETY))
    return max(found, default=0.0)


def build_gold(world: World, by: str, note: str = "") -> GoldVersion:
    """Make the next version, or return the last one where nothing came and nothing left."""
    choice = choose_gold(world)
    if choice.before is not None and not choice.changes:
        return choice.before
    version = GoldVersion(
        number=1 if choice.before is None else choice.before.number + 1,
        made=world.clock.now(),
        made_by=by,
        what="built",
        base=None if choice.before is None else choice.before.number,
        policy=choice.text,
        upto=choice.upto,
        pairs=choice.pairs,
        came=len(choice.came),
        left=len(choice.left),
        left_out=choice.left_out,
        note=note,
    )
    came = [(facts, choice.policy.weight(facts.origin)) for facts, _ in choice.came]
    with world.database.write() as tx:
        tx.gold.add_version(version, came, choice.left)
    return version


def gold_versions(world: World) -> list[tuple[GoldVersion, int]]:
    """All versions, the oldest first, each with how many of its pairs are still here."""
    with world.database.read() as tx:
        spans = tx.gold.spans()
        return [(version, _still_here(spans, version.number)) for version in tx.gold.versions()]


def _still_here(spans: Iterable[tuple[int, int | None, int]], version: int) -> int:
    return sum(number for came, left, number in spans if came <= version and (left is None or left > version))


def gold_status(world: World) -> dict[str, Any]:
    """How much gold there is, how much a build would add, by language and origin, and how far the trigger is."""
    choice = choose_gold(world)
    came, trigger = [candidate for _, candidate in choice.came], choice.policy.trigger
    gate = parse_gate(read_gate(world.gate))
    with world.database.read() as tx:
        new = new_since_last_run(tx, choice)
        pairs = tx.gold.count()
        here = [] if choice.before is None else [id for id, _ in members_of(tx, choice.before.number)]
        known = tx.gold.facts_of(here)
    leave = set(choice.left)
    stay = [facts for facts in known if facts.id not in leave]
    parts = split_of([*stay, *(facts for facts, _ in choice.came)], choice.policy)
    return {
        "version": None if choice.before is None else choice.before.number,
        "policy": choice.policy.tag,
        "purpose": choice.policy.purpose,
        "commitments": list(choice.policy.commitments),
        "gold": len(here),
        "pairs": pairs,
        "total": sum(pairs.values()),
        "new": len(came),
        "leave": len(choice.left),
        "new_by_language": _counts(candidate.language or "und" for candidate in came),
        "new_by_origin": _counts(candidate.origin for candidate in came),
        "new_by_change": _counts(candidate.diff for candidate in came if candidate.diff),
        "left_out": dict(choice.left_out),
        "train": len(parts.train),
        "held_out": {"by_contributor": len(parts.by_contributor), "by_time": len(parts.by_time)},
        "gate": {"policy": gate.tag, "needed": {rule.measure: gate.least(rule) for rule in gate.rules}},
        "trigger": {"pairs": trigger.pairs, "new": new, "missing": max(0, trigger.pairs - new)},
    }


def new_since_last_run(tx: Transaction, choice: Choice) -> int:
    """How many pairs are, or would become, gold that no run had: a run that failed had none."""
    had = max((model.gold for model in tx.models.all() if model.state is not ModelState.FAILED), default=0)
    latest = 0 if choice.before is None else choice.before.number
    since = sum(
        number
        for came, left, number in tx.gold.spans()
        if had < came <= latest and (left is None or left > latest)
    )
    return since + len(choice.came)


def split_of(pairs: Iterable[PairFacts], policy: GoldPolicy) -> Split:
    """What of gold is held out, as its policy says."""
    held_out = policy.held_out
    listed = (Pair(number=each.id, at=each.at, hand=each.hand, prompt=each.prompt) for each in pairs)
    return split(listed, share=held_out.contributors, latest=held_out.latest, seed=held_out.seed)


def _counts(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(values).most_common())


def last_version(tx: Transaction) -> GoldVersion | None:
    """The latest version; None where there is none."""
    versions = tx.gold.versions()
    return versions[-1] if versions else None


def members_of(tx: Transaction, version: int) -> Iterator[tuple[int, float]]:
    """The numbers and weights of the pairs that are in a version and still here."""
    after = 0
    while page := tx.gold.members(version, after, 5_000):
        yield from page
        after = page[-1][0]
