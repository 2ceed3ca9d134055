"""What the database keeps of contributions, reviews and tokens, without the words themselves."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from commonwheel.records.findings import Finding, Verdict
from commonwheel.records.states import State
from commonwheel.records.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredContribution:
    """One gift. `contributor` is a keyed hash; None for an anonymous gift.

    `owner` names the key that its content is encrypted with. `token` is the token it came through.
    """

    id: str
    kind: str
    given: datetime
    latest: int
    owner: str
    contributor: str | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """What remains of an erased contribution."""

    id: str
    erased: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRevision:
    """One state of a contribution's content and terms. Its words are read apart, and decrypted."""

    contribution: str
    number: int
    state: State
    created: datetime
    terms: Terms
    door: str
    vocabulary: str
    language: str | None = None
    verdict: Verdict | None = None
    findings: tuple[Finding, ...] = ()
    attempts: int = 0
    asked: int = 0
    """How often a judge was asked about it and gave no answer."""

    @property
    def rough(self) -> bool:
        """Whether what stays to be read may hurt: programs found violence, hate or the like, and it was left."""
        hidden = () if self.verdict is None else self.verdict.hide
        return any(
            each.kind.startswith("safety.") and place not in hidden for place, each in enumerate(self.findings)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a contribution. `data` holds ids, numbers and our own words only."""

    name: str
    at: datetime
    contribution: str | None = None
    number: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


OWN_HOLD = "giver"
"""The reason of a hold that the giver asked for: until it ends only machines see what they gave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A reversible reason to leave an item out of the next release; `until` None: until lifted."""

    contribution: str
    reason: str
    set_by: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem:
    """One question to a reviewer. `version` changes with every change of it."""

    id: int
    contribution: str
    number: int
    opened: datetime
    version: int
    appeal: bool = False
    not_by: str | None = None
    claimed_by: str | None = None
    claimed_until: datetime | None = None
    decided: datetime | None = None
    decided_by: str | None = None
    decision: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A bearer token, known by its hash. `subject` is a person, or the door it speaks for.

    With `account` it is that person's own: `scopes` then can allow no more than their role does. A `session` is
    a browser's; it allows what the role does. `label` says what it is for, in its owner's words or ours.
    """

    id: str
    subject: str
    scopes: tuple[str, ...]
    created: datetime
    terms: Terms | None = None
    revoked: datetime | None = None
    account: str | None = None
    session: bool = False
    expires: datetime | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPolicy:
    """A policy that was adopted, as the text that it is; `number` counts the adoptions from 1."""

    number: int
    name: str
    version: str
    text: str
    adopted: datetime
    adopted_by: str


LONGEST_PAUSE = timedelta(hours=1)
"""Nothing is put off by more than this, so what is due later is of a clock that went backwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """Work to be done later, at least once: `payload` holds ids only."""

    id: int
    name: str
    payload: dict[str, Any]
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A record's place in the lake. `digest` is the commitment to its content, known once it is in the
    lake; `salt` is None before that, and once the row is erased."""

    seq: int
    contribution: str
    number: int
    bucket: str
    digest: bytes | None = None
    salt: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """One license and one AI preference; `frontier` is the right edge of its log's tree."""

    name: str
    license: str
    ai_pref: str
    vocabulary: str
    frontier: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Something the worker does again and again; `every` in seconds."""

    name: str
    every: int
    due: datetime
    paused: bool
