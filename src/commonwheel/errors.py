"""Everything that can be refused. The docstring is the message; the web layer picks the status.

CommonwheelError
├── Refused            a rule says no
│   ├── NotFound       no such thing, or not yours: the two look the same from outside
│   ├── NotAllowed     the token lacks the scope
│   ├── Conflict       somebody or something was faster
│   │   ├── IllegalMove
│   │   ├── AlreadyDecided
│   │   ├── Stale
│   │   └── KeyReused
│   ├── Invalid        the input is wrong, with the path of each fault
│   ├── TooLarge
│   └── Encoded        the body is compressed
├── Unavailable        try again later
│   ├── WaitingRoomFull
│   ├── LakeBusy
│   ├── RunUnderWay
│   ├── RepositoryFailed
│   ├── TooOften
│   └── StorageFailed
├── KeyLost            erased, or another secret
└── Misconfigured
"""

from collections.abc import Sequence
from typing import Any


class CommonwheelError(Exception):
    """Something went wrong."""

    code = "error"

    def __init__(self, message: str | None = None, **details: Any) -> None:
        self.message = message or (type(self).__doc__ or "").split("\n")[0]
        self.details = details
        super().__init__(self.message)


class Refused(CommonwheelError):
    """This is not possible."""

    code = "refused"


class NotFound(Refused):
    """There is nothing here for you under this name."""

    code = "not_found"


class NotSignedIn(Refused):
    """Send a token: 'Authorization: Bearer …'. 'commonwheel token create' makes one."""

    code = "not_signed_in"


class NotAllowed(Refused):
    """This token does not have the scope for that."""

    code = "not_allowed"


class Conflict(Refused):
    """Something else happened first."""

    code = "conflict"


class IllegalMove(Conflict):
    """This is not possible in the state the contribution is in."""

    code = "illegal_move"


class AlreadyDecided(Conflict):
    """Somebody else has decided this item already."""

    code = "already_decided"


class Stale(Conflict):
    """The item has changed since you read it: read it again and repeat."""

    code = "stale"


class KeyReused(Conflict):
    """This Idempotency-Key was used before with another body."""

    code = "idempotency_key_reused"


class PreconditionRequired(Refused):
    """Send If-Match with the ETag of what you read, so that nobody's change is lost."""

    code = "if_match_required"


class Invalid(Refused):
    """The input has faults."""

    code = "invalid"

    def __init__(self, faults: Sequence[tuple[str, str]], message: str | None = None) -> None:
        """`faults` are pairs of a JSON pointer and what is wrong there."""
        super().__init__(message, faults=[{"path": path, "problem": problem} for path, problem in faults])


class TooLarge(Refused):
    """This is larger than we take."""

    code = "too_large"


class Encoded(Refused):
    """Send the body as it is: no Content-Encoding is understood here."""

    code = "unsupported_encoding"


class Unavailable(CommonwheelError):
    """This cannot be done right now: try again later."""

    code = "unavailable"
    retry_after = 5


class WaitingRoomFull(Unavailable):
    """The waiting room is full. Nothing was stored; try again in a moment."""

    code = "waiting_room_full"


class LakeBusy(Unavailable):
    """Another process is writing the lake."""

    code = "lake_busy"


class RunUnderWay(Unavailable):
    """Another process is training."""

    code = "run_under_way"


class RepositoryFailed(Unavailable):
    """The repository cannot be fetched or read, or its history was rewritten."""

    code = "repository_failed"


class TooOften(Unavailable):
    """That was too often in a short time: wait a little."""

    code = "too_often"


class StorageFailed(Unavailable):
    """The storage does not take writes (disk full, read-only or locked). Nothing was stored."""

    code = "storage_failed"
    retry_after = 30


class KeyLost(CommonwheelError):
    """The key to this content was destroyed: it was erased."""

    code = "key_lost"


class Misconfigured(CommonwheelError):
    """A setting has a value that cannot be used."""

    code = "misconfigured"
