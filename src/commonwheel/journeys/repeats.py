"""What curation sees only beside other gifts: near duplicates, floods, one hand that writes most, and bursts.

A cluster is everything that near duplicates join, one by one. It is not stored: it follows from the
sketches that are there, so that it is the same in whatever order they came, and of an erased
contribution nothing remains in it. The oldest survivor represents it.

Sketches and bands are stored under our key, place by place. Without the key they say which records are
alike, and nothing about their words.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from commonwheel.curate.crowding import Caps
from commonwheel.curate.duplicates import normalized
from commonwheel.curate.policy import Policy
from commonwheel.curate.sketch import BANDS, ROWS, likeness, scheme
from commonwheel.journeys.world import World
from commonwheel.ports import Detection, Transaction
from commonwheel.ports.repeats import Sketched
from commonwheel.records.body import Body, messages_of, plain_text
from commonwheel.records.findings import Finding
from commonwheel.records.stored import StoredContribution, StoredRevision

NAME, VERSION = "repeats", "1"

WINDOW = 200
"""Contributions of a topic that are looked at, the latest first."""
MOST_SHARING = 256
"""Contributions that share a band and are compared; of more alike than that the first by id are."""
MOST_IN_CLUSTER = 1_000
"""Contributions of a cluster that are followed."""
MOST_TOPICS = 10
"""Tags of a contribution that are taken for its topics."""
_WIDTH = 2
_BAND_BYTES = 8
_OPENING = 300
"""Characters of a first question that make a topic where there is no tag."""
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What of a contribution is compared with others, all of it under our key."""

    stored: StoredContribution
    revision: StoredRevision
    sketch: Sketched | None
    bands: tuple[bytes, ...]
    topics: tuple[bytes, ...]


def shape_of(
    world: World, stored: StoredContribution, revision: StoredRevision, body: Body, detection: Detection
) -> Shape:
    """The shape of a contribution; needs no database."""
    # Corrections of different answers say different things, also where they end at the same one.
    space = f"{scheme()} {body['kind']} {body.get('assessment', '')} {normalized(body.get('original', ''))} "
    places = [
        world.identity.digest("near", f"{space}{place} {value}".encode())[:_WIDTH]
        for place, value in enumerate(detection.sketch)
    ]
    bands = [
        world.identity.digest(
            "band", f"{space}{band}".encode() + b"".join(places[band * ROWS : (band + 1) * ROWS])
        )
        for band in range(BANDS if places else 0)
    ]
    return Shape(
        stored=stored,
        revision=revision,
        sketch=Sketched(contribution=stored.id, given=stored.given, places=b"".join(places)) if places else None,
        bands=tuple(band[:_BAND_BYTES] for band in bands),
        topics=tuple(_digest(world, topic) for topic in _topics(body)),
    )


def tag_digest(world: World, tag: str) -> bytes:
    """What stands for the topic that a tag names."""
    return _digest(world, f"tag {normalized(tag)}")


def _digest(world: World, topic: str) -> bytes:
    return world.identity.digest("topic", topic.encode())


def _topics(body: Body) -> list[str]:
    """Tags, or else how the first question begins; none of a signal, of which many are alike."""
    if body["kind"] == "signal":
        return []
    tags = {f"tag {normalized(tag)}" for tag in body.get("tags", ())[:MOST_TOPICS]}
    if tags:
        return sorted(tags)
    for message in messages_of(body.get("prompt") or body.get("messages") or []):
        if message["role"] == "user":
            asked = normalized(plain_text(message.get("content") or "")[:_OPENING])
            return [f"question {asked}"] if asked else []
    return []


def compare(tx: Transaction, policy: Policy, shapes: Sequence[Shape]) -> dict[str, tuple[Finding, ...]]:
    """What stands out of each beside what is there, and keep each for those to come; findings by id.

    Called first thing for all that one transaction acknowledges: bands are locked together, so that of two
    near duplicates at two workers one sees the other, and in order, so that no two wait for each other.
    """
    tx.repeats.lock({band for shape in shapes for band in shape.bands})
    crowded = _crowded_doors(tx, policy.caps, shapes)
    found = {}
    for shape in shapes:
        if shape.revision.number > 1:
            _make_room(tx, policy, shape)
        found[shape.stored.id] = (
            *_near(tx, policy, shape),
            *_domination(tx, policy.caps, shape),
            *_bursts(tx, policy.caps, shape),
            *crowded.get(shape.stored.id, ()),
        )
    return found


def cluster_of(tx: Transaction, policy: Policy, id: str) -> list[Sketched]:
    """Everything that near duplicates join with a contribution, itself too, the oldest first.

    Empty where it has no sketch: what is too short is compared exactly only.
    """
    found: dict[str, Sketched] = {}
    ahead = [id]
    while ahead and len(found) < MOST_IN_CLUSTER:
        known = tx.repeats.sketch(ahead.pop())
        if known is not None and known[0].contribution not in found:
            sketch, bands = known
            found[sketch.contribution] = sketch
            ahead += [other.contribution for other, _ in _alike(tx, policy, sketch, bands)]
    return sorted(found.values(), key=lambda sketch: (sketch.given, sketch.contribution))


def _make_room(tx: Transaction, policy: Policy, shape: Shape) -> None:
    """Forget what an earlier revision was like, but not that it was here first where it says nearly the same."""
    before = tx.repeats.sketch(shape.stored.id)
    places = b"" if shape.sketch is None else shape.sketch.places
    if before is None or likeness(before[0].places, places, _WIDTH) < policy.duplicates.near:
        tx.repeats.forget(shape.stored.id)


def _alike(
    tx: Transaction, policy: Policy, sketch: Sketched, bands: Sequence[bytes]
) -> Iterator[tuple[Sketched, float]]:
    """Near duplicates of one, and how like it they are: a shared band proposes, the sketch decides."""
    for other in tx.repeats.sharing(bands, sketch.contribution, MOST_SHARING):
        share = likeness(sketch.places, other.places, _WIDTH)
        if share >= policy.duplicates.near:
            yield other, share


def _near(tx: Transaction, policy: Policy, shape: Shape) -> Iterator[Finding]:
    """That nearly the same was here before, and that much of it was given within some hours."""
    if shape.sketch is None:
        return
    caps = policy.caps
    entry = tx.repeats.keep(shape.sketch, shape.bands)
    alike = list(_alike(tx, policy, shape.sketch, shape.bands))
    before = [share for other, share in alike if other.entry < entry]
    if before:
        yield _finding("duplicate.near", max(before))
    since = shape.stored.given - timedelta(hours=caps.flood_hours)
    lately = sum(since < other.given <= shape.stored.given for other, _ in alike)
    if caps.flood and before and lately >= caps.flood:
        yield _beyond("injection.flood", lately, caps.flood)


def _domination(tx: Transaction, caps: Caps, shape: Shape) -> Iterator[Finding]:
    """That one contributor gave most of what was lately given to a topic."""
    stored = shape.stored
    tx.repeats.keep_topics(stored.id, stored.given, stored.contributor, shape.topics)
    if stored.contributor is None or not caps.per_topic_share:
        return
    largest = 0.0
    for topic in shape.topics:
        others = tx.repeats.givers(topic, stored.given, stored.id, WINDOW - 1)
        if len(set(others) - {None, stored.contributor}) < caps.topic_givers:
            continue
        theirs = 1 + others.count(stored.contributor)
        share = theirs / (1 + len(others))
        if theirs >= caps.topic_at_least and share >= caps.per_topic_share:
            largest = max(largest, share)
    if largest:
        yield _finding("injection.domination", largest)


def _bursts(tx: Transaction, caps: Caps, shape: Shape) -> Iterator[Finding]:
    """That one contributor gave more in an hour or a day than the policy allows."""
    stored = shape.stored
    if stored.contributor is None:
        return
    for most, within in ((caps.per_hour, _HOUR), (caps.per_day, _DAY)):
        if most:
            rank = tx.repeats.rank(stored.contributor, stored.id, stored.given, stored.given - within, 2 * most)
            if rank > most:
                yield _beyond("injection.burst", rank, most)
                return


def _crowded_doors(tx: Transaction, caps: Caps, shapes: Sequence[Shape]) -> dict[str, tuple[Finding, ...]]:
    """That more came through a door in an hour than the policy allows. Each gift is counted once."""
    most = caps.door_per_hour
    new = [shape for shape in shapes if shape.revision.number == 1 and shape.revision.verdict is None]
    if not most or not new:
        return {}
    hours: dict[datetime, list[Shape]] = {}
    for shape in new:
        hour = shape.stored.given.replace(minute=0, second=0, microsecond=0)
        hours.setdefault(hour, []).append(shape)
    found: dict[str, tuple[Finding, ...]] = {}
    for hour, some in sorted(hours.items()):
        counted = tx.repeats.count_doors(hour, Counter(shape.revision.door for shape in some))
        for shape in some:
            if counted[shape.revision.door] > most:
                found[shape.stored.id] = (_beyond("injection.burst", counted[shape.revision.door], most),)
    return found


def _beyond(kind: str, count: int, most: int) -> Finding:
    """A bound that was passed: at the bound 0.5, at twice of it 1."""
    return _finding(kind, min(1.0, count / (2 * most)))


def _finding(kind: str, score: float) -> Finding:
    return Finding(kind=kind, detector=NAME, version=VERSION, score=round(score, 4))
