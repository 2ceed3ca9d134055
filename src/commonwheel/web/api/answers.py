"""The shapes of answers, for /openapi.json. Tests hold every answer to them."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from commonwheel.records.findings import Tier
from commonwheel.records.states import State


class Shape(BaseModel):
    """An answer with nothing but what is listed."""

    model_config = ConfigDict(extra="forbid")


class Fault(Shape):
    """What is wrong, and where (a JSON pointer)."""

    path: str
    problem: str


class ErrorBody(Shape):
    """What went wrong; `code` is for programs, `message` for people."""

    code: str
    message: str
    details: dict[str, Any]


class ErrorAnswer(Shape):
    """Every error has this shape."""

    error: ErrorBody


class Receipt(Shape):
    """A signed statement to keep: Ed25519 over the canonical JSON of `statement`."""

    statement: dict[str, Any]
    signature: str
    key: str


class Given(Shape):
    """A contribution was accepted, durably."""

    id: str
    state: State
    url: str
    receipt: Receipt


class Noted(Shape):
    """Whether the branch will be fetched because of this; not where it is another branch, or no push."""

    noted: bool


class SignedSelectors(Shape):
    """A JSON file as text, signed, and the key that it is signed with; `consent` is what givers agree to today."""

    payload: str
    signature: str
    key: str
    consent: str


class ClaimLink(Shape):
    """An address for the giver alone."""

    url: str


class IdOnly(Shape):
    """Accepted; what becomes of it is at GET /contributions/{id}."""

    id: str


class BatchLine(Shape):
    """The outcome of one line of a batch."""

    line: int
    status: int
    id: str | None = None
    state: State | None = None
    url: str | None = None
    error: ErrorBody | None = None


class ReasonText(Shape):
    """A reason, for programs and for people."""

    code: str
    text: str


class VerdictView(Shape):
    """What the policy decided, and which of its rules made it so."""

    action: Literal["pass", "redact", "quarantine", "reject"]
    policy: str
    rules: list[str]
    tier: Tier | None = None
    reasons: list[ReasonText]


class FindingView(Shape):
    """What was found where: code points `start` to `end` of the text at `pointer`."""

    pointer: str
    start: int
    end: int
    kind: str
    detector: str
    score: float
    why: str
    hidden: bool
    undecided: bool


class BarView(Shape):
    """What stands in place of code points `start` to `end` of the text at `pointer`, and where it is then."""

    pointer: str
    start: int
    end: int
    new_start: int
    new_end: int
    kind: str
    style: Literal["placeholder", "mask", "surrogate", "drop"]
    text: str


class Preview(Shape):
    """Exactly what would be public. Send `digest` as `terms.consent.preview`.

    `not_checked`: what nothing here looks for, in sentences for the giver.
    """

    would_publish: dict[str, Any] | None
    findings: list[FindingView]
    bars: list[BarView]
    not_checked: list[str]
    verdict: VerdictView
    terms: dict[str, Any] | None
    digest: str


class StateAnswer(Shape):
    """The state a contribution is in now."""

    id: str
    state: State
    revision: int | None = None
    erased: str | None = None


class ContributionView(BaseModel):
    """Everything its giver may know about a contribution; after an erasure, its tombstone."""

    id: str
    state: State


class Page(Shape):
    """A page of a list; `next` is the cursor of the next one."""

    items: list[dict[str, Any]]
    next: str | None


class ReleaseView(Shape):
    """A release: its counts and digests. The signed bytes are at …/manifest."""

    version: int
    created: str
    note: str
    records: int
    manifest: dict[str, Any]


class SignedManifest(Shape):
    """The manifest with its signature over its canonical JSON, and the public key."""

    manifest: dict[str, Any]
    signature: str
    key: str


class Removals(Shape):
    """What holders of a copy drop: ids, and the first release without each."""

    version: int
    removals: list[dict[str, Any]]


class Health(Shape):
    """Whether the instance works, and what waits."""

    status: Literal["ok"]
    version: str
    waiting: int
    quarantined: int
    ready: int
    held_streams: int


class Me(Shape):
    """Who the token speaks for, as this instance knows them."""

    subject: str
    contributor: str
    scopes: list[str]
    pseudonym: str


class Erased(Shape):
    """How many contributions were erased."""

    erased: int


Responses = dict[int | str, dict[str, Any]]


def answers(good: dict[int, Any], *statuses: int) -> Responses:
    """The answers of an operation, for its description: what `good` says, and errors of these statuses.

    `good` maps a status to a model, or to a description of content that is not JSON.
    """
    found: Responses = {
        status: shape if isinstance(shape, dict) else {"model": shape} for status, shape in good.items()
    }
    return found | {status: {"model": ErrorAnswer} for status in (401, 403, 422, 503, *statuses)}
