"""What can go wrong for a user of the client.

Failure
├── NotReachable    no answer came
└── AnswerFailed    the instance refused, with code, message and details as it gave them
    ├── NotAllowed  the token is missing, ended, or lacks the scope (401, 403)
    ├── NotFound    no such thing, or not yours (404)
    ├── Outdated    something else happened first (409, 412)
    ├── Unfit       what was sent has faults, or is too large (413, 422)
    └── Busy        also after several tries (429, 503)
"""

from collections.abc import Mapping
from typing import Any


class Failure(Exception):
    """Something did not work."""


class NotReachable(Failure):
    """No answer came. What was sent with a key of its own can be sent again safely."""


class AnswerFailed(Failure):
    """The instance refused. `details` may hold `faults`: pairs of a JSON pointer and what is wrong there."""

    def __init__(self, status: int, code: str, message: str, details: Mapping[str, Any]) -> None:
        """As the instance said it."""
        super().__init__(f"{message} ({code})")
        self.status = status
        self.code = code
        self.message = message
        self.details = dict(details)


class NotAllowed(AnswerFailed):
    """The token is missing, was ended, or lacks the scope."""


class NotFound(AnswerFailed):
    """There is nothing under this name, or it is not yours."""


class Outdated(AnswerFailed):
    """Something else happened first: read it again."""


class Unfit(AnswerFailed):
    """What was sent has faults, or is too large."""


class Busy(AnswerFailed):
    """The instance takes nothing right now, also after several tries."""


BY_STATUS: dict[int, type[AnswerFailed]] = {
    401: NotAllowed,
    403: NotAllowed,
    404: NotFound,
    409: Outdated,
    412: Outdated,
    413: Unfit,
    422: Unfit,
    428: Outdated,
    429: Busy,
    503: Busy,
}
