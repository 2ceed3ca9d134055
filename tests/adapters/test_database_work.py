"""The contract of the database: the queue, chores, leases, questions, tokens."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from commonwheel.adapters.postgres import PostgresDatabase
from commonwheel.adapters.sql.migrate import create
from commonwheel.ports import Database
from commonwheel.ports.operating import NewRepeat
from commonwheel.records.states import State
from commonwheel.records.stored import (
    Event,
    Schedule,
    Token,
)
from tests.adapters.databases import MINUTE, NOW, TERMS, add, gift, make_ready


def test_room_is_what_is_left_of_the_bound(database: Database) -> None:
    ids = add(database, gift(), gift(), gift())
    with database.read() as tx:
        assert [tx.waiting.room(bound) for bound in (2, 3, 5)] == [0, 0, 2]
    make_ready(database, ids[0])
    with database.read() as tx:
        assert tx.waiting.room(3) == 1


def test_the_oldest_is_claimed_first_and_once(database: Database) -> None:
    ids = add(database, *(gift(minute) for minute in range(5)))
    with database.write() as tx:
        claimed = tx.waiting.claim("w1", NOW, MINUTE, 2)
        assert [each.contribution for each in claimed] == ids[:2]
        assert [each.contribution for each in tx.waiting.claim("w2", NOW, MINUTE, 2)] == ids[2:4]
        assert tx.waiting.claimants() == {"w1", "w2"}
        assert tx.waiting.still_mine("w1", ids[0], 1)
        assert not tx.waiting.still_mine("w2", ids[0], 1) and not tx.waiting.still_mine("w1", ids[4], 1)


def test_claims_at_the_same_time_never_overlap(database: Database) -> None:
    add(database, *(gift(minute) for minute in range(40)))

    def work(number: int) -> list[str]:
        mine: list[str] = []
        while True:
            with database.write() as tx:
                some = tx.waiting.claim(f"w{number}", NOW, MINUTE, 3)
            if not some:
                return mine
            mine += [each.contribution for each in some]

    with ThreadPoolExecutor(5) as threads:
        claimed = [id for mine in threads.map(work, range(5)) for id in mine]
    assert len(claimed) == len(set(claimed)) == 40


def test_a_claim_in_progress_does_not_hold_up_another(postgres_url: str) -> None:
    database = PostgresDatabase(postgres_url)
    create(database.engine)
    ids = add(database, gift(), gift(1))
    with database.write() as slow, database.write() as quick:
        assert [each.contribution for each in slow.waiting.claim("w1", NOW, MINUTE, 1)] == ids[:1]
        assert [each.contribution for each in quick.waiting.claim("w2", NOW, MINUTE, 5)] == ids[1:]
    database.close()


@pytest.mark.parametrize(
    ("later", "free"),
    [
        (timedelta(seconds=59), False),
        (timedelta(seconds=60), True),
        (timedelta(seconds=-1), False),  # another asked the clock a moment before
        (timedelta(seconds=-59), False),
        (timedelta(hours=-1), True),
    ],
)
def test_claims_chores_and_leases_end_with_their_time_or_a_clock_set_back(
    database: Database, later: timedelta, free: bool
) -> None:
    add(database, gift())
    then = NOW + later
    with database.write() as tx:
        tx.chores.add("x", {}, NOW - timedelta(days=1))
        assert tx.waiting.claim("w1", NOW, MINUTE, 1) and tx.chores.claim("w1", NOW, MINUTE)
        assert tx.access.take_lease("lake", "w1", NOW, NOW + MINUTE) == "w1"
        assert bool(tx.waiting.claim("w2", then, MINUTE, 1)) == free
        assert bool(tx.chores.claim("w2", then, MINUTE)) == free
        assert tx.access.take_lease("lake", "w2", then, then + MINUTE) == ("w2" if free else "w1")


def test_what_is_let_go_of_is_claimed_again(database: Database) -> None:
    [id] = add(database, gift())
    with database.write() as tx:
        tx.waiting.claim("w1", NOW, MINUTE, 1)
        tx.waiting.give_up("w1")
        assert tx.waiting.claimants() == set()
        [again] = tx.waiting.claim("w2", NOW, MINUTE, 1)
        assert again.attempts == 1
        tx.waiting.give_up("w2", NOW + MINUTE / 2)
        assert tx.waiting.claim("w3", NOW, MINUTE, 1) == []
        [later] = tx.waiting.claim("w3", NOW + MINUTE / 2, MINUTE, 1)
        assert later.attempts == 1, "the attempt of w2 did not count"
        tx.contributions.set_state(id, 1, State.WAITING, State.READY)
        assert not tx.waiting.still_mine("w3", id, 1)


def test_a_question_is_asked_once_claimed_and_decided_once(database: Database) -> None:
    [id] = add(database, gift())
    with database.write() as tx:
        for _ in range(2):
            tx.reviews.open(id, 1, NOW, appeal=False, statement=b"s", not_by="x")
        [item] = tx.reviews.queue(0, 10, NOW)
        assert (item.contribution, item.version, item.not_by) == (id, 1, "x")
        assert tx.reviews.queue(item.id, 10, NOW) == []
        assert tx.reviews.claim(item.id, 1, "rita", NOW + MINUTE)
        assert not tx.reviews.claim(item.id, 1, "otto", NOW + MINUTE)
        assert not tx.reviews.decide(item.id, 1, "otto", NOW, "pass", "reviewed", None)
        assert tx.reviews.decide(item.id, 2, "rita", NOW, "reject", "quality", b"n")
        assert not tx.reviews.decide(item.id, 3, "otto", NOW, "pass", "reviewed", None)
        assert tx.reviews.words(item.id) == (b"s", b"n")
        decided = tx.reviews.get(item.id)
        assert decided is not None and (decided.decision, decided.decided_by) == ("reject", "rita")
        tx.reviews.open(id, 1, NOW, appeal=True, statement=None, not_by=None)
        tx.reviews.close(id, 1, NOW, "withdrawn")
        assert [each.decision for each in tx.reviews.of(id)] == ["reject", "withdrawn"]
        assert tx.reviews.queue(0, 10, NOW) == [] and tx.reviews.get(99) is None


def test_tokens_are_known_by_hash_and_end(database: Database) -> None:
    token = Token(id="i", subject="ann", scopes=("read", "review"), created=NOW, terms=TERMS)
    with database.write() as tx:
        tx.access.add_token(token, b"hash")
        assert tx.access.token(b"hash") == tx.access.token_by_id("i") == token
        assert tx.access.tokens() == [token] and tx.access.token(b"other") is None
        assert tx.access.revoke("i", NOW) and not tx.access.revoke("i", NOW) and not tx.access.revoke("x", NOW)
        ended = tx.access.token(b"hash")
        assert ended is not None and ended.revoked == NOW


def test_idempotency_keys_belong_to_a_token_and_are_forgotten(database: Database) -> None:
    repeats = [
        NewRepeat(token=token, key="k", digest=b"d", contribution="c", answer=token, at=NOW)
        for token in ("t1", "t2")
    ]
    with database.write() as tx:
        tx.access.remember(repeats)
        found = tx.access.repeats([("t1", "k"), ("t2", "k"), ("t1", "other")])
        assert {key: repeat.answer for key, repeat in found.items()} == {("t1", "k"): "t1", ("t2", "k"): "t2"}
        assert tx.access.forget_repeats(NOW) == 0
        assert tx.access.forget_repeats(NOW + MINUTE) == 2


def test_a_lease_has_one_holder(database: Database) -> None:
    def take(number: int) -> str:
        with database.write() as tx:
            return tx.access.take_lease("lake", f"w{number}", NOW, NOW + MINUTE)

    with ThreadPoolExecutor(5) as threads:
        [holder] = set(threads.map(take, range(5)))
    with database.write() as tx:
        tx.access.end_lease("lake", "somebody else")
        assert tx.access.take_lease("lake", "new", NOW, NOW + MINUTE) == holder
        assert tx.access.lease_holder("lake", NOW) == holder
        tx.access.end_lease("lake", holder)
        assert tx.access.lease_holder("lake", NOW) is None
        assert tx.access.take_lease("lake", "new", NOW, NOW + MINUTE) == "new"


def test_chores_are_done_when_due_retried_and_claimed_once(database: Database) -> None:
    with database.write() as tx:
        tx.chores.add("later", {"n": 2}, NOW + MINUTE)
        tx.chores.add("now", {"n": 1}, NOW)
        assert tx.chores.due(NOW) == {"now"}
        assert [each.payload for each in tx.chores.pending("later")] == [{"n": 2}]
        chore = tx.chores.claim("w1", NOW, MINUTE)
        assert chore is not None and (chore.name, chore.payload, chore.attempts) == ("now", {"n": 1}, 1)
        assert tx.chores.claim("w2", NOW, MINUTE) is None and tx.chores.claimants() == {"w1"}
        tx.chores.retry(chore.id, NOW)
        again = tx.chores.claim("w2", NOW, MINUTE)
        assert again is not None and again.attempts == 2
        tx.chores.give_up("w2")
        assert tx.chores.claimants() == set()
        tx.chores.done(chore.id)
        assert tx.chores.claim("w3", NOW, MINUTE) is None


def test_schedules_are_kept_by_name(database: Database) -> None:
    with database.write() as tx:
        tx.chores.schedule(Schedule(name="release", every=10, due=NOW, paused=False))
        changed = Schedule(name="release", every=20, due=NOW + MINUTE, paused=True)
        tx.chores.schedule(changed)
        assert tx.chores.schedules() == [changed]


def test_events_come_in_the_order_they_were_written(database: Database) -> None:
    events = [Event(name=str(n), at=NOW - n * MINUTE, contribution="c", number=n, data={"n": n}) for n in range(3)]
    with database.write() as tx:
        tx.events.add(events)
        tx.events.add([])
        assert tx.events.of("c") == events and tx.events.of("d") == []


def test_scrubbing_says_whether_it_is_done(database: Database) -> None:
    [id] = add(database, gift())
    with database.write() as tx:
        tx.contributions.bury(id, NOW)
    assert database.scrub() is True
