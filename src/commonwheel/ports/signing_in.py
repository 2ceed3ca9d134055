"""What accounts need of an identity provider: where to send people, and who came back."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """One way to the provider and back: what proves that whoever comes back is who went, and where to go on to."""

    state: str
    nonce: str
    verifier: str
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Somebody whom a provider vouches for: by `issuer` and `subject` for ever; `name` is what it calls them."""

    issuer: str
    subject: str
    name: str = ""


class IdentityProvider(Protocol):
    """An OpenID Connect provider."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    def address(self, trip: Trip) -> str:
        """Where to send somebody. Raises Unavailable where the provider does not answer."""
        ...

    def identity(self, trip: Trip, code: str) -> Identity:
        """Who came back with this code. Raises NotSignedIn where that is not proven, Unavailable if unanswered."""
        ...
