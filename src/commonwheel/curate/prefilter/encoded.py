"""Ranges of characters as what they are in UTF-8: ranges of bytes, one behind the other."""

from collections.abc import Iterator

Bytes = tuple[tuple[int, int], ...]
"""For each byte of a character the first and the last that it may be."""

_LAST = (0x7F, 0x7FF, 0xFFFF, 0x10FFFF)
"""The last characters of one, two, three and four bytes."""


def in_utf8(first: int, last: int) -> Iterator[Bytes]:
    """What the characters from `first` to `last` are in UTF-8, lone surrogates like all others."""
    for end in _LAST:
        if first <= min(last, end):
            yield from _of_one_length(first, min(last, end))
            first = end + 1


def _of_one_length(first: int, last: int) -> Iterator[Bytes]:
    """Cut where the bytes behind do not go through all of their values."""
    low, high = _bytes(first), _bytes(last)
    for behind in range(1, len(low)):
        step = 1 << (6 * behind)
        if first // step != last // step:
            if first % step:
                yield from _of_one_length(first, first | (step - 1))
                yield from _of_one_length((first | (step - 1)) + 1, last)
                return
            if (last + 1) % step:
                yield from _of_one_length(first, last - last % step - 1)
                yield from _of_one_length(last - last % step, last)
                return
    yield tuple(zip(low, high, strict=True))


def _bytes(code: int) -> bytes:
    return chr(code).encode("utf-8", "surrogatepass")
