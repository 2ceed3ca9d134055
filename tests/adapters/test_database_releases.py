"""The contract of the database: releases, their members and logs, and gold."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait

from commonwheel.ports import Database
from commonwheel.records.release import Release
from commonwheel.records.stored import (
    Bucket,
    Hold,
    Row,
)
from commonwheel.records.terms import Consent, License, Scope, Terms
from tests.adapters.databases import MINUTE, NOW, add, gift, make_ready, pair


def test_candidates_are_ready_public_and_not_held(database: Database) -> None:
    instance = Terms(license=License.BY, consent=Consent(version="1", given=True), scope=Scope.INSTANCE)
    waits, ready, held, private = add(database, gift(), gift(), gift(), gift(terms=instance))
    make_ready(database, ready, held, private)
    with database.write() as tx:
        tx.contributions.hold(Hold(contribution=held, reason="a", set_by="x", until=NOW + MINUTE))
        assert tx.releases.candidates(1, NOW) == [(ready, 1)]
        assert tx.releases.candidates(1, NOW + MINUTE) == sorted([(ready, 1), (held, 1)])
        keys = [(id, 1) for id in (waits, ready, held, private)]
        assert [each.contribution for each in tx.releases.candidates_among(keys, 1, NOW)] == [ready]
        tx.releases.add_rows([Row(seq=1, contribution=ready, number=1, bucket="b")])
        tx.releases.enter([1], 1)
        assert tx.releases.candidates(1, NOW) == [] == tx.releases.candidates_among(keys, 1, NOW)
        assert tx.releases.candidates(2, NOW) == [(ready, 1)]


def test_intervals_say_who_is_in_which_release(database: Database) -> None:
    a, b, c = add(database, gift(), gift(), gift())
    with database.write() as tx:
        rows = [Row(seq=n, contribution=id, number=1, bucket="x") for n, id in enumerate((a, b, c), start=1)]
        tx.releases.add_rows(rows)
        tx.releases.commit(
            [Row(seq=n, contribution="", number=1, bucket="", digest=b"d", salt=b"s") for n in (1, 2, 3)]
        )
        tx.releases.enter([1, 2], 1)
        tx.releases.leave(a, 2)
        tx.releases.enter([3], 2)
        tx.releases.enter([1], 3)
        members = {version: [row.seq for row in tx.releases.members(version, 0, 9)] for version in (1, 2, 3)}
        assert members == {1: [1, 2], 2: [2, 3], 3: [1, 2, 3]}
        assert [row.seq for row in tx.releases.members(3, 1, 1)] == [2]
        assert tx.releases.versions_of(a) == [(1, 2), (3, None)]
        assert tx.releases.is_member(a, 1) and not tx.releases.is_member(a, 2)
        assert [row.seq for row in tx.releases.entered(3)] == [1] and [row.seq for row in tx.releases.left(2)] == [
            1
        ]
        assert tx.releases.open_among([1, 2, 3], 3) == {1}
        assert tx.releases.next_seq() == 4
        assert {row.seq for row in tx.releases.open_members()} == {1, 2, 3}
        assert tx.releases.contributions_in(2) == {b, c}
        assert tx.releases.members_among(2, [(a, 1), (b, 1)]) == {(b, 1)}
        tx.releases.forget_salts([2])
        assert [row.seq for row in tx.releases.absent(1)] == [2] and tx.releases.erased() == []
        assert [row.seq for row in tx.releases.members(1, 0, 9)] == [1]
        assert tx.releases.gone(3) == {b: 3}
        assert [row.seq for row in tx.releases.rows_among([a, c])] == [1, 3]
        tx.contributions.bury(a, NOW)
        assert tx.releases.erased() == [1] and [row.salt for row in tx.releases.rows_of(a)] == [None]


def test_an_entry_that_was_taken_back_never_was(database: Database) -> None:
    [id] = add(database, gift())
    with database.write() as tx:
        tx.releases.add_rows([Row(seq=7, contribution=id, number=1, bucket="x")])
        tx.releases.enter([7], 4)
        tx.releases.leave_rows([7], 4)
        assert tx.releases.entered(4) == [] and tx.releases.left(4) == [] and tx.releases.versions_of(id) == []
        assert [row.seq for row in tx.releases.entering(4)] == [7] and tx.releases.ever_member(7)
        tx.releases.cancel_entry([7], 4)
        assert not tx.releases.ever_member(7) and tx.releases.entering(4) == []


def test_a_release_is_begun_and_sealed(database: Database) -> None:
    with database.write() as tx:
        assert tx.releases.last() is None
        tx.releases.add(Release(version=1, state="cutting", created=NOW, note="n"))
        tx.releases.seal(1, NOW, b"m", b"s")
        tx.releases.add(Release(version=2, state="cutting", created=NOW, note=""))
    with database.read() as tx:
        first = Release(
            version=1, state="sealed", created=NOW, note="n", sealed=NOW, manifest=b"m", signature=b"s"
        )
        assert tx.releases.get(1) == first
        assert [release.version for release in tx.releases.all()] == [1, 2]
        last = tx.releases.last()
        assert last is not None and last.version == 2 and last.sealed is None


def test_the_log_of_a_bucket_grows(database: Database) -> None:
    with database.write() as tx:
        bucket = Bucket(name="b", license="l", ai_pref="", vocabulary="v", frontier=b"1")
        tx.releases.keep_bucket(bucket)
        tx.releases.log("b", 0, 1, [(1, b"x"), (2, b"y")])
        tx.releases.log("b", 2, 2, [(1, b"z")])
        grown = Bucket(name="b", license="l", ai_pref="", vocabulary="v", frontier=b"2")
        tx.releases.keep_bucket(grown)
        assert tx.releases.buckets() == {"b": grown}
        assert list(tx.releases.leaves("b", 2)) == [(1, b"x"), (2, b"y")]
        assert len(list(tx.releases.leaves("b", 9))) == 3


def test_pairs_are_found_from_both_sides_and_go_with_either(database: Database) -> None:
    with database.write() as tx:
        tx.gold.add([pair("a", "b"), pair("c", "c", "correction")])
        assert tx.gold.of("a") == tx.gold.of("b") == [pair("a", "b")]
        assert tx.gold.count() == {"correction": 1, "trace": 1}
        [(first, _), (second, _)] = tx.gold.scan(0, 5)
        assert [found for _, found in tx.gold.scan(first, 5)] == [pair("c", "c", "correction")] and second > first
        tx.gold.drop("b")
        assert tx.gold.of("a") == [] and tx.gold.count() == {"correction": 1}


def test_no_pair_comes_later_with_a_number_that_is_settled(database: Database) -> None:
    with database.write() as tx:
        tx.gold.add([pair("a", "a", "correction")])
    adding, done = threading.Event(), threading.Event()

    def add_slowly() -> None:
        with database.write() as tx:
            tx.gold.add([pair("b", "b", "correction")])
            adding.set()
            done.wait(10)

    def look() -> tuple[int, list[int]]:
        with database.read() as tx:
            return tx.gold.settled(), [number for number, _ in tx.gold.scan(0, 9)]

    with ThreadPoolExecutor(2) as threads:
        adder = threads.submit(add_slowly)
        assert adding.wait(10)
        looking = threads.submit(look)
        wait([looking], timeout=0.3)  # PostgreSQL waits for the one who adds
        done.set()
        last, seen = looking.result(10)
        adder.result(10)
    with database.read() as tx:
        assert [number for number, _ in tx.gold.scan(0, 9) if number <= last] == seen
        assert len(tx.gold.scan(0, 9)) == 2


def test_a_trace_waits_for_its_counterpart_and_again_when_that_is_gone(database: Database) -> None:
    with database.write() as tx:
        assert tx.gold.match_trace("right", 1, b"f", good=True) is None
        assert tx.gold.match_trace("right", 1, b"f", good=True) is None, "it does not pair with itself"
        assert tx.gold.match_trace("other", 1, b"g", good=False) is None
        assert tx.gold.match_trace("wrong", 2, b"f", good=False) == ("right", 1)
        tx.gold.add([pair("right", "wrong")])
        assert tx.gold.match_trace("wrong 2", 1, b"f", good=False) is None
        tx.gold.drop("wrong")
        assert tx.gold.match_trace("wrong 3", 1, b"f", good=False) == ("right", 1)
