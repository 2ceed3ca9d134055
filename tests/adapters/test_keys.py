"""Encryption at rest: a key per owner, in a store of its own, that can be destroyed."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonwheel.adapters.keys import SqlKeys
from commonwheel.adapters.postgres import postgres_engine
from commonwheel.adapters.sqlite import sqlite_engine, truncate_log
from commonwheel.errors import KeyLost

MASTER, OTHER = bytes(range(32)), bytes(32)
NOW = datetime(2026, 11, 2, tzinfo=UTC)

Open = Callable[[bytes], SqlKeys]


@pytest.fixture(params=["sqlite", "postgres"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the same store again and again, as several processes do."""
    opened: list[SqlKeys] = []

    def open_it(master: bytes) -> SqlKeys:
        if request.param == "sqlite":
            engine = sqlite_engine(tmp_path / "keys.db")
            keys = SqlKeys(engine, master, lambda: truncate_log(engine))
        else:
            keys = SqlKeys(postgres_engine(request.getfixturevalue("postgres_url"), "k"), master, lambda: True)
        keys.create()
        opened.append(keys)
        return keys

    yield open_it
    for keys in opened:
        keys.engine.dispose()


@pytest.fixture
def keys(open_store: Open) -> SqlKeys:
    """A store with the keys of two owners."""
    store = open_store(MASTER)
    store.ensure(["ann", "bob"])
    return store


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plain=st.binary(max_size=300), context=st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_what_is_sealed_opens(keys: SqlKeys, plain: bytes, context: str) -> None:
    sealed = keys.seal("ann", plain, context)
    assert keys.open("ann", sealed, context) == plain
    assert keys.seal("ann", plain, context) != sealed
    assert len(plain) < 8 or plain not in sealed


def test_it_opens_in_another_process_too(keys: SqlKeys, open_store: Open) -> None:
    assert open_store(MASTER).open("ann", keys.seal("ann", b"words", "c"), "c") == b"words"


def test_it_opens_nowhere_else(keys: SqlKeys) -> None:
    sealed = keys.seal("ann", b"words", "1.1.original")
    with pytest.raises(KeyLost):
        keys.open("ann", sealed, "1.2.original")


@pytest.mark.parametrize("place", [0, 5, 20, -1])
def test_what_was_tampered_with_does_not_open(keys: SqlKeys, place: int) -> None:
    sealed = bytearray(keys.seal("ann", b"words", "c"))
    sealed[place] ^= 1
    with pytest.raises(KeyLost):
        keys.open("ann", bytes(sealed), "c")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" * 20, b"\x02" * 60])
def test_what_was_never_sealed_does_not_open(keys: SqlKeys, sealed: bytes) -> None:
    with pytest.raises(KeyLost):
        keys.open("ann", sealed, "c")


def test_another_secret_opens_nothing(keys: SqlKeys, open_store: Open) -> None:
    sealed = keys.seal("ann", b"words", "c")
    stranger = open_store(OTHER)
    with pytest.raises(KeyLost, match="COMMONWHEEL_SECRET"):
        stranger.open("ann", sealed, "c")
    with pytest.raises(KeyLost):
        stranger.ensure(["ann"])


def test_a_retired_key_opens_and_seals_nothing_more(keys: SqlKeys) -> None:
    old = keys.seal("ann", b"old", "c")
    keys.retire("ann")
    assert keys.retired() == ["ann"]
    assert not keys.current("ann", old)
    with pytest.raises(KeyLost):
        keys.seal("ann", b"new", "c")
    keys.ensure(["ann"])
    new = keys.seal("ann", b"new", "c")
    assert keys.current("ann", new) and keys.count("ann") == 2
    assert keys.open("ann", old, "c") == b"old"


def test_a_destroyed_key_is_gone_and_that_of_others_is_not(keys: SqlKeys, open_store: Open) -> None:
    mine, theirs = keys.seal("ann", b"mine", "c"), keys.seal("bob", b"theirs", "c")
    keys.destroy_retired("ann")
    assert keys.open("ann", mine, "c") == b"mine", "it was not retired"
    keys.retire("ann")
    keys.ensure(["ann"])
    again = keys.seal("ann", b"again", "c")
    keys.destroy_retired("ann")
    assert keys.scrub() and keys.retired() == [] and keys.count("ann") == 1
    for store in (keys, open_store(MASTER)):
        with pytest.raises(KeyLost):
            store.open("ann", mine, "c")
        assert store.open("bob", theirs, "c") == b"theirs" and store.open("ann", again, "c") == b"again"


def test_another_process_notices_a_retired_key(keys: SqlKeys, open_store: Open) -> None:
    other = open_store(MASTER)
    other.ensure(["ann"])
    before = other.seal("ann", b"x", "c")
    keys.retire("ann")
    assert not other.current("ann", before)
    other.ensure(["ann"])
    assert other.current("ann", other.seal("ann", b"x", "c"))


def test_who_makes_a_key_at_the_same_time_gets_the_same(open_store: Open) -> None:
    stores = [open_store(MASTER) for _ in range(4)]

    def make(store: SqlKeys) -> bytes:
        store.ensure(["new"])
        return store.seal("new", b"x", "c")

    with ThreadPoolExecutor(4) as threads:
        sealed = list(threads.map(make, stores))
    assert stores[0].count("new") == 1
    assert all(stores[0].open("new", each, "c") == b"x" for each in sealed)


def test_erasures_are_remembered_once(keys: SqlKeys) -> None:
    keys.note_erasure(["a", "b"], NOW)
    keys.note_erasure(["b", "c"], NOW)
    keys.note_erasure([], NOW)
    assert sorted(keys.erasures()) == ["a", "b", "c"]
