"""The Python client: `Commonwheel(url, token)` speaks to an instance over its HTTP API."""

from commonwheel.client.api import Accepted, Commonwheel, Refusal
from commonwheel.client.failures import (
    AnswerFailed,
    Busy,
    Failure,
    NotAllowed,
    NotFound,
    NotReachable,
    Outdated,
    Unfit,
)
from commonwheel.client.scanning import scan

__all__ = [
    "Accepted",
    "AnswerFailed",
    "Busy",
    "Commonwheel",
    "Failure",
    "NotAllowed",
    "NotFound",
    "NotReachable",
    "Outdated",
    "Refusal",
    "Unfit",
    "scan",
]
