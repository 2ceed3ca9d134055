"""Merkle trees as in RFC 6962, section 2.1: whole, or grown leaf by leaf at the cost of what is new."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Self

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry. Its prefix differs from a node's, so neither can pass for the other."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, straight from the RFC's definition."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(root(leaves[:split]), root(leaves[split:]))


class Frontier:
    """The right edge of a growing tree: the roots of its complete subtrees, largest first.

    There is one for each 1 in the binary form of `size`, so it holds O(log n) hashes however many
    leaves went in.
    """

    __slots__ = ("_edge", "_size")

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._size = 0
        self._edge: list[bytes] = []
        self.extend(leaves)

    @property
    def size(self) -> int:
        """How many leaves went in."""
        return self._size

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash at the right."""
        if len(leaf) != HASH_BYTES:
            raise ValueError("a leaf hash has 32 bytes")
        merges = self._size
        while merges & 1:
            leaf = node_hash(self._edge.pop(), leaf)
            merges >>= 1
        self._edge.append(leaf)
        self._size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order."""
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        if not self._edge:
            return EMPTY_ROOT
        result = self._edge[-1]
        for subtree in reversed(self._edge[:-1]):
            result = node_hash(subtree, result)
        return result

    def to_bytes(self) -> bytes:
        """All that is needed to go on later: the size in 8 bytes, big-endian, then the hashes."""
        return self._size.to_bytes(8, "big") + b"".join(self._edge)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        """The inverse of `to_bytes`. Raises ValueError where the length does not fit the size."""
        size = int.from_bytes(stored[:8], "big")
        if len(stored) != 8 + HASH_BYTES * size.bit_count():
            raise ValueError("not a stored frontier")
        frontier = cls()
        frontier._size = size
        frontier._edge = [stored[at : at + HASH_BYTES] for at in range(8, len(stored), HASH_BYTES)]
        return frontier
