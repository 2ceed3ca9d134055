"""Bearer tokens and what they allow."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum

from commonwheel.errors import NotAllowed
from commonwheel.records.account import Role
from commonwheel.records.terms import Terms

PREFIX = "cw_"


class TokenScope(StrEnum):
    """What a token may be used for."""

    CONTRIBUTE = "contribute"
    ON_BEHALF = "contribute:on-behalf"
    READ = "read"
    REVIEW = "review"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who is asking: a token, the person or door it speaks for, and who that is here.

    `account` is the person's account, None for a token that an operator made; `formerly` are the contributors
    they were before, at a door or without a name, and claimed to have been.
    """

    token: str
    subject: str
    scopes: frozenset[str]
    contributor: str
    terms: Terms | None = None
    account: str | None = None
    formerly: frozenset[str] = frozenset()

    def require(self, *scopes: TokenScope) -> None:
        """Raise NotAllowed unless the actor has one of the scopes."""
        if not self.has(*scopes):
            raise NotAllowed(f"This needs a token with the scope {' or '.join(scopes)}.")

    @property
    def contributors(self) -> frozenset[str]:
        """Everybody that they are and were."""
        return self.formerly | {self.contributor}

    def gave(self, contributor: str | None) -> bool:
        """Whether what this contributor gave is theirs."""
        return contributor in self.contributors

    def has(self, *scopes: TokenScope) -> bool:
        """Whether the actor has one of the scopes; `admin` has all."""
        return TokenScope.ADMIN in self.scopes or any(scope in self.scopes for scope in scopes)


OF_ROLE = {
    Role.CONTRIBUTOR: frozenset({TokenScope.CONTRIBUTE, TokenScope.READ}),
    Role.REVIEWER: frozenset({TokenScope.CONTRIBUTE, TokenScope.READ, TokenScope.REVIEW}),
    Role.STEWARD: frozenset({TokenScope.CONTRIBUTE, TokenScope.READ, TokenScope.REVIEW}),
    Role.OPERATOR: frozenset(TokenScope) - {TokenScope.ON_BEHALF},
}
"""What people may do by their role: a browser of theirs everything, a token of theirs some of it."""


def new_token() -> str:
    """A token of 256 random bits. It is shown once and never stored."""
    return PREFIX + base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")


def hash_token(token: str) -> bytes:
    """What is stored of a token. It is random, so a plain SHA-256 cannot be guessed back."""
    return hashlib.sha256(token.encode()).digest()
