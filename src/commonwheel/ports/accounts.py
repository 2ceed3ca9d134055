"""The database's part for people: their accounts, whom they were before they had one, and their drafts."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from commonwheel.records.account import Account
from commonwheel.records.standing import Standing
from commonwheel.records.stored import Token
from commonwheel.records.wishes import Wishes


class Accounts(Protocol):
    """Accounts, their sessions and tokens, and the contributors that they claimed to have been."""

    def add(self, account: Account) -> bool:
        """Store a new account; False where its user name, address or identity elsewhere is taken."""
        ...

    def get(self, id: str, *, lock: bool = False) -> Account | None:
        """The account with this id."""
        ...

    def named(self, name: str) -> Account | None:
        """The account with this user name, in whatever case."""
        ...

    def with_email(self, digest: bytes) -> Account | None:
        """The account with this address."""
        ...

    def from_elsewhere(self, digest: bytes) -> Account | None:
        """The account of somebody whom an identity provider vouches for."""
        ...

    def all(self) -> list[Account]:
        """All accounts, the oldest first."""
        ...

    def save(self, account: Account) -> bool:
        """Store a changed account; False where its new name or address is taken."""
        ...

    def delete(self, id: str) -> None:
        """Remove an account, its tokens, and what it claimed."""
        ...

    def tokens(self, id: str, now: datetime) -> list[Token]:
        """The sessions and tokens of an account that are valid, the oldest first."""
        ...

    def end_tokens(self, id: str, at: datetime, *, but: str | None = None, sessions: bool = False) -> None:
        """End all tokens of an account but one, or only its sessions."""
        ...

    def claim(self, contributor: str, account: str) -> bool:
        """Join what a contributor gave to an account; False where another account has it already."""
        ...

    def claims(self, account: str) -> Sequence[str]:
        """Contributors that the account claimed to have been."""
        ...

    def claimant(self, contributor: str) -> str | None:
        """The account that claimed to have been this contributor."""
        ...

    def forget_unverified(self, before: datetime) -> list[str]:
        """Remove accounts that nobody ever verified; returns their ids."""
        ...


class Drafts(Protocol):
    """What people begin to give, sealed."""

    def keep(self, id: str, drawer: bytes, sealed: bytes, now: datetime) -> None:
        """Store a draft, or what became of it."""
        ...

    def get(self, id: str, drawer: bytes) -> bytes | None:
        """A draft, if it is in this drawer."""
        ...

    def among(self, drawer: bytes) -> list[tuple[str, datetime, bytes]]:
        """All drafts in a drawer: ids, when they were last changed, and the sealed words; the newest first."""
        ...

    def drop(self, id: str, drawer: bytes) -> None:
        """Destroy a draft."""
        ...

    def size(self) -> int:
        """Bytes of all drafts together."""
        ...

    def forget(self, before: datetime) -> int:
        """Destroy drafts that were not touched since; returns how many."""
        ...


class Standings(Protocol):
    """What people allow beforehand."""

    def add(self, standing: Standing) -> None:
        """Store a new one."""
        ...

    def get(self, id: str) -> Standing | None:
        """The one with this id."""
        ...

    def save(self, standing: Standing) -> None:
        """Store a changed one."""
        ...

    def of(self, contributors: Collection[str]) -> list[Standing]:
        """All that these contributors ever gave, the newest first."""
        ...

    def open(self) -> list[Standing]:
        """All that nobody ended."""
        ...

    def count(self, id: str, more: int) -> None:
        """So many more were given under it."""
        ...

    def given(self, id: str) -> int:
        """How many were given under it."""
        ...

    def told(self, id: str, at: datetime) -> int:
        """Note that its giver is told now; returns how many were given since the last time."""
        ...

    def delete(self, contributor: str) -> None:
        """Forget all of a contributor's, and what they wish."""
        ...

    def wish(self, contributor: str, wishes: Wishes) -> None:
        """Keep what somebody wishes, in place of what they wished before."""
        ...

    def wishes(self, contributor: str) -> Wishes | None:
        """What somebody wishes; None where they never said."""
        ...
