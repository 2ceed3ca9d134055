"""Passwords: what a good one is, and how one is kept and checked (Argon2id, RFC 9106)."""

from functools import cache
from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
LONGEST = 200

# 19 MiB and two passes, as OWASP's cheat sheet on password storage has it; two at a time, so that many
# attempts at once fill no memory.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_TWO = Semaphore(2)


def fault_of(password: str, *known: str) -> str | None:
    """What is wrong with a new password; `known` is what others know of its owner."""
    if len(password) < SHORTEST:
        return f"has fewer than {SHORTEST} characters"
    if len(password) > LONGEST:
        return f"has more than {LONGEST} characters"
    if len(set(password)) < 5:
        return "repeats itself"
    if any(len(word) > 3 and word.casefold() in password.casefold() for word in known):
        return "contains your name or address"
    return None


def hashed(password: str) -> str:
    """What is kept of it."""
    with _TWO:
        return _HASHER.hash(password)


def matches(password: str, hash: str | None) -> bool:
    """Whether it is the one; without a hash it takes as long and is not."""
    with _TWO:
        try:
            _HASHER.verify(hash or _nobody(), password[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False
    return hash is not None


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody's password")
