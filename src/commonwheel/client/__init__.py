"""The Python client: `Commonwheel(url, token)` speaks to an instance over its HTTP API.

`AsyncCommonwheel(url, token)` does the same for asyncio.
`Wheel(url, token)` logs edits and feedback from an application, in the background.
"""

from commonwheel.client.api import Commonwheel
from commonwheel.client.async_api import AsyncCommonwheel
from commonwheel.client.calls import Accepted, Refusal
from commonwheel.client.delivery import Stats
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
from commonwheel.client.remembering import Answer
from commonwheel.client.scanning import scan
from commonwheel.client.wheel import Wheel

__all__ = [
    "Accepted",
    "Answer",
    "AnswerFailed",
    "AsyncCommonwheel",
    "Busy",
    "Commonwheel",
    "Failure",
    "NotAllowed",
    "NotFound",
    "NotReachable",
    "Outdated",
    "Refusal",
    "Stats",
    "Unfit",
    "Wheel",
    "scan",
]
