"""Merkle trees as in RFC 6962."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.release.leaf import commitment, leaf
from commonwheel.release.merkle import EMPTY_ROOT, Frontier, leaf_hash, root

ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [  # the test vectors that Certificate Transparency's implementations share
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(9))
def test_known_trees_have_their_known_roots(size: int) -> None:
    leaves = [leaf_hash(bytes.fromhex(entry)) for entry in ENTRIES[:size]]
    assert root(leaves).hex() == Frontier(leaves).root().hex() == ROOTS[size]


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert sha256(b"").digest() == EMPTY_ROOT == Frontier().root()


def test_at_every_size_the_frontier_agrees_with_the_whole_tree() -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(300)]
    frontier = Frontier()
    for size, new in enumerate(leaves, start=1):
        frontier.append(new)
        assert (frontier.size, frontier.root()) == (size, root(leaves[:size]))


@given(st.lists(st.binary(max_size=4), max_size=70), st.integers(0, 70))
def test_a_stored_frontier_goes_on_where_it_was(entries: list[bytes], at: int) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    stored = Frontier(leaves[:at]).to_bytes()
    frontier = Frontier.from_bytes(stored)
    frontier.extend(leaves[at:])
    assert (frontier.size, frontier.root()) == (len(leaves), root(leaves))
    assert len(stored) <= 8 + 32 * 7


@pytest.mark.parametrize(
    "stored", [b"", bytes(7), bytes(40), (1).to_bytes(8, "big"), (3).to_bytes(8, "big") + bytes(32)]
)
def test_what_is_no_frontier_is_refused(stored: bytes) -> None:
    with pytest.raises(ValueError, match="not a stored frontier"):
        Frontier.from_bytes(stored)


def test_what_is_no_leaf_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Frontier().append(b"short")


def test_the_bytes_of_a_leaf_are_as_documented() -> None:
    def field(value: bytes) -> bytes:
        return len(value).to_bytes(8, "big") + value

    salt, words = bytes(range(16)), '{"id":"ä"}'
    committed = sha256(field(b"commonwheel/content/1") + field(salt) + field(words.encode())).digest()
    entry = (
        field(b"commonwheel/leaf/1") + field(b"enter") + field(b"id-1") + (7).to_bytes(8, "big") + field(committed)
    )
    assert commitment(salt, words) == committed
    assert leaf("enter", "id-1", 7, committed) == sha256(b"\x00" + entry).digest()


Said = st.tuples(st.sampled_from(["enter", "leave"]), st.text(max_size=3), st.integers(0, 3), st.text(max_size=3))


@given(Said, Said)
def test_different_statements_have_different_leaves(one: tuple, other: tuple) -> None:  # type: ignore[type-arg]
    def said(op: str, id: str, revision: int, words: str) -> bytes:
        return leaf(op, id, revision, commitment(bytes(16), words))  # type: ignore[arg-type]

    assert (said(*one) == said(*other)) == (one == other)


def test_a_salt_that_hides_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="salt"):
        commitment(b"short", "words")
