"""The contract of the database: what people allow and wish beforehand, and what doors call their gifts."""

from dataclasses import replace
from datetime import timedelta

from commonwheel.ports import Database
from commonwheel.records.standing import Allowed, Standing, Summary
from commonwheel.records.wishes import WhenDeleted, Wishes
from tests.adapters.databases import NOW, TERMS, add, gift

ALLOWED = Allowed(
    terms=TERMS,
    doors=("openwebui",),
    until=NOW + timedelta(days=90),
    check_up=NOW + timedelta(days=30),
    summary=Summary.WEEK,
)


def standing(id: str, contributor: str = "ann", hours: int = 0) -> Standing:
    return Standing(id=id, contributor=contributor, began=NOW + timedelta(hours=hours), allowed=ALLOWED)


def test_what_somebody_allows_is_theirs_the_newest_first(database: Database) -> None:
    with database.write() as tx:
        for each in (standing("s1"), standing("s2", hours=1), standing("s3", "ben")):
            tx.standings.add(each)
        tx.standings.save(replace(standing("s1"), ended=NOW))
    with database.read() as tx:
        assert [each.id for each in tx.standings.of(["ann"])] == ["s2", "s1"]
        assert tx.standings.get("s2") == standing("s2", hours=1)
        assert [each.id for each in tx.standings.open()] == ["s2", "s3"]


def test_gifts_under_it_are_counted_and_told_once(database: Database) -> None:
    with database.write() as tx:
        tx.standings.add(standing("s1"))
        tx.standings.count("s1", 2)
        assert (tx.standings.told("s1", NOW), tx.standings.told("s1", NOW)) == (2, 0)
        tx.standings.count("s1", 1)
        assert (tx.standings.given("s1"), tx.standings.told("s1", NOW)) == (3, 1)


def test_wishes_take_the_place_of_earlier_ones_and_go_with_everything(database: Database) -> None:
    wishes = Wishes(ai_pref="train-ai=n", when_deleted=WhenDeleted.ERASE)
    with database.write() as tx:
        tx.standings.add(standing("s1"))
        tx.standings.wish("ann", Wishes())
        tx.standings.wish("ann", wishes)
        tx.standings.wish("ben", Wishes(wait_hours=0))
    with database.write() as tx:
        assert tx.standings.wishes("ann") == wishes and tx.standings.wishes("eve") is None
        tx.standings.delete("ann")
    with database.read() as tx:
        assert tx.standings.wishes("ann") is None and tx.standings.of(["ann"]) == []
        assert tx.standings.wishes("ben") == Wishes(wait_hours=0)


def test_gifts_are_found_by_what_their_door_calls_them(database: Database) -> None:
    first, second, third = add(database, gift(), gift(), gift())
    with database.write() as tx:
        tx.talk.name(first, "of", [b"chat", b"trace"])
        tx.talk.name(second, "about", [b"chat"])
        tx.talk.name(third, "of", [b"another"])
        tx.talk.name(first, "of", [b"chat"])
    with database.read() as tx:
        assert tx.talk.named(b"chat") == sorted([first, second]) and tx.talk.named(b"none") == []
        assert tx.talk.about(first) == [second] and tx.talk.about(second) == [first]
