"""The contract of the database, held by SQLite and by PostgreSQL alike: transactions and contributions."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from commonwheel.adapters.postgres import PostgresDatabase
from commonwheel.errors import Unavailable
from commonwheel.ports import Database
from commonwheel.ports.contributions import SealedContent
from commonwheel.ports.operating import NewRepeat
from commonwheel.records.findings import Action, Finding, Reason, Verdict
from commonwheel.records.states import State
from commonwheel.records.stored import (
    Event,
    Hold,
    StoredContribution,
    Tombstone,
)
from tests.adapters.databases import MINUTE, NOW, add, gift, pair, revision


def test_a_transaction_is_kept_whole_or_not_at_all(database: Database) -> None:
    one = gift()
    with pytest.raises(RuntimeError), database.write() as tx:
        tx.contributions.add([one], [])
        raise RuntimeError
    with database.read() as tx:
        assert tx.contributions.get(one[0].id) is None


def test_a_reader_sees_one_moment(database: Database) -> None:
    add(database, gift())
    with database.read() as tx:
        assert tx.contributions.counts() == {State.WAITING: 1}
        add(database, gift())
        assert tx.contributions.counts() == {State.WAITING: 1}
    with database.read() as tx:
        assert tx.contributions.counts() == {State.WAITING: 2}


def test_writers_of_one_contribution_take_turns(database: Database) -> None:
    [id] = add(database, gift())
    number = 12

    def note(_: int) -> None:
        with database.write() as tx:
            tx.contributions.get(id, lock=True)
            seen = len(tx.events.of(id))
            tx.events.add([Event(name=str(seen), at=NOW, contribution=id)])

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(note, range(number)))
    with database.read() as tx:
        assert [event.name for event in tx.events.of(id)] == [str(n) for n in range(number)]


def test_two_who_wait_for_each_other_are_parted(database: Database) -> None:
    one, other = add(database, gift(), gift())
    both = threading.Barrier(2)
    outcomes: list[str] = []

    def lock(first: str, second: str) -> None:
        try:
            with database.write() as tx:
                tx.contributions.get(first, lock=True)
                if isinstance(database, PostgresDatabase):
                    both.wait(10)  # SQLite has one writer at a time: the other is not even here
                tx.contributions.get(second, lock=True)
        except Unavailable:
            outcomes.append("gave way")
        else:
            outcomes.append("passed")

    threads = [threading.Thread(target=lock, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == (
        ["gave way", "passed"] if isinstance(database, PostgresDatabase) else ["passed", "passed"]
    )


def test_what_goes_in_comes_out(database: Database) -> None:
    stored, first, sealed = gift()
    hold = Hold(contribution=stored.id, reason="giver", set_by="giver", until=NOW + MINUTE)
    with database.write() as tx:
        tx.contributions.add([(stored, first, sealed)], [hold])
    with database.read() as tx:
        assert tx.contributions.get(stored.id) == stored
        assert tx.contributions.many([stored.id, "nobody"]) == {stored.id: stored}
        assert tx.contributions.revision(stored.id, 1) == first
        assert tx.contributions.revision(stored.id, 2) is None
        assert tx.contributions.content(stored.id, 1) == SealedContent(original=sealed)
        assert tx.contributions.content(stored.id, 2) == SealedContent()
        assert tx.contributions.holds(stored.id) == [hold]
        assert tx.contributions.get("nobody") is None


def test_a_further_revision_becomes_the_latest(database: Database) -> None:
    [id] = add(database, gift())
    second = revision(id, 2, NOW + MINUTE)
    with database.write() as tx:
        tx.contributions.add_revision(second, b"two")
    with database.read() as tx:
        stored = tx.contributions.get(id)
        assert isinstance(stored, StoredContribution) and stored.latest == 2
        assert [found.number for found in tx.contributions.revisions(id)] == [1, 2]
        assert tx.contributions.revisions_among([(id, 2), (id, 3)]) == {(id, 2): second}
        assert tx.contributions.contents([(id, 1), (id, 2)])[(id, 2)].original == b"two"


def test_states_change_only_from_where_they_are(database: Database) -> None:
    one, other = add(database, gift(), gift(1))
    with database.write() as tx:
        assert tx.contributions.set_state(one, 1, State.WAITING, State.QUARANTINED)
        assert not tx.contributions.set_state(one, 1, State.WAITING, State.READY)
        keys = [(one, 1), (other, 1), ("nobody", 1)]
        assert tx.contributions.set_states(keys, State.WAITING, State.READY) == {(other, 1)}
        assert tx.contributions.among(keys, State.READY) == {(other, 1)}
        assert tx.contributions.counts() == {State.QUARANTINED: 1, State.READY: 1}
        assert [found.contribution for found in tx.contributions.in_state(State.READY, None, 5)] == [other]


def test_lists_go_on_where_they_stopped_also_within_one_moment(database: Database) -> None:
    gifts = [gift(minute // 3) for minute in range(9)]
    add(database, *gifts)
    add(database, gift(contributor="somebody else"))
    ids, after = [], None
    with database.read() as tx:
        while page := tx.contributions.of_contributors(["c"], after, 2):
            ids += page
            after = tx.contributions.position(page[-1])
        queue, position = [], None
        while waiting := tx.contributions.in_state(State.WAITING, position, 4):
            queue += [found.contribution for found in waiting]
            position = (waiting[-1].created, waiting[-1].contribution)
    assert ids == [stored.id for stored, _, _ in sorted(gifts, key=lambda each: (each[0].given, each[0].id))]
    assert len(queue) == len(set(queue)) == 10 and set(ids) < set(queue)


def test_what_curation_found_is_kept_and_words_go_when_they_may(database: Database) -> None:
    [id] = add(database, gift())
    found = Finding(
        kind="personal.email", detector="email", version="1", score=0.5, pointer="/note", start=1, end=9
    )
    verdict = Verdict(
        action=Action.REDACT, policy="p@1", rules=("r",), reasons=(Reason.PERSONAL_DATA,), hide=(0,), undecided=()
    )
    with database.write() as tx:
        tx.contributions.drop_originals([(id, 1)])
        assert tx.contributions.content(id, 1).original is not None, "there is no redacted form yet"
        tx.contributions.set_curated(id, 1, verdict, [found], b"redacted")
        tx.contributions.drop_originals([(id, 1)])
        assert tx.contributions.content(id, 1) == SealedContent(original=None, redacted=b"redacted")
        kept = tx.contributions.revision(id, 1)
        assert kept is not None and (kept.verdict, kept.findings) == (verdict, (found,))
        tx.contributions.forget_words(id, 1)
        assert tx.contributions.content(id, 1) == SealedContent()


def test_holds_lapse_and_are_lifted(database: Database) -> None:
    [id] = add(database, gift())
    timed = Hold(contribution=id, reason="a", set_by="x", until=NOW)
    forever = Hold(contribution=id, reason="b", set_by="x", until=None)
    with database.write() as tx:
        tx.contributions.hold(timed)
        tx.contributions.hold(forever)
        assert tx.contributions.lapsed_holds(NOW - MINUTE) == []
        assert tx.contributions.lapsed_holds(NOW) == [timed]
        later = Hold(contribution=id, reason="a", set_by="y", until=NOW + MINUTE)
        tx.contributions.hold(later)
        assert tx.contributions.holds(id) == [later, forever]
        tx.contributions.lift(id, "a")
        assert tx.contributions.holds(id) == [forever]


def test_of_the_same_words_the_first_counts(database: Database) -> None:
    with database.write() as tx:
        assert tx.contributions.note_duplicate(b"digest", "one") == "one"
        assert tx.contributions.note_duplicate(b"digest", "two") == "one"
        tx.contributions.forget_duplicates("one")
        assert tx.contributions.note_duplicate(b"digest", "two") == "two"


def test_words_refused_long_ago_are_found_unless_somebody_asks(database: Database) -> None:
    ids = add(database, gift(), gift(1), gift(2), gift(3))
    old, asked, recent, wordless = ids
    with database.write() as tx:
        for id in ids:
            at = NOW if id != recent else NOW + 10 * MINUTE
            tx.contributions.set_state(id, 1, State.WAITING, State.REJECTED)
            tx.events.add([Event(name="rejected", at=at, contribution=id, number=1)])
        tx.reviews.open(asked, 1, NOW, appeal=True, statement=None, not_by=None)
        tx.contributions.forget_words(wordless, 1)
        assert tx.contributions.rejected_before(NOW + MINUTE, 10) == [(old, 1)]


def test_a_buried_contribution_leaves_id_and_time(database: Database) -> None:
    [id] = add(database, gift())
    [other] = add(database, gift())
    with database.write() as tx:
        tx.contributions.hold(Hold(contribution=id, reason="a", set_by="x"))
        tx.events.add([Event(name="given", at=NOW, contribution=id, number=1)])
        tx.access.remember([NewRepeat(token="t", key="k", digest=b"d", contribution=id, answer="{}", at=NOW)])
        tx.contributions.note_duplicate(b"d", id)
        tx.reviews.open(id, 1, NOW, appeal=False, statement=b"s", not_by=None)
        tx.gold.add([pair(other, id)])
        tx.gold.match_trace(id, 1, b"f", good=True)
        assert tx.contributions.traces_of(id) == 9
        tx.contributions.bury(id, NOW)
        assert tx.contributions.traces_of(id) == 0
        assert tx.contributions.get(id) == Tombstone(id=id, erased=NOW)
        assert tx.contributions.many([id, other]).keys() == {other}
        assert tx.contributions.of_contributors(["c"], None, 5) == [other]
        assert tx.gold.of(other) == [] and tx.access.repeats([("t", "k")]) == {}
