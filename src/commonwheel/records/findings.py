"""What detectors saw, what the policy made of it, and why."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a detector saw. It never changes text.

    `pointer` names the text in the body (RFC 6901; empty: the record as a whole), `start` and `end` its
    code points. `kind` is dotted, its first word the family. `score` is 0 to 1, except for
    `quality.edit_similarity`, where it is the similarity itself. `rule` says by which of the detector's
    patterns it was seen. `side` says whether a model would learn to say this or not to (`Side`).
    """

    kind: str
    detector: str
    version: str
    score: float
    pointer: str = ""
    start: int = 0
    end: int = 0
    rule: str = ""
    side: "Side | None" = None


class Side(StrEnum):
    """On which side of a comparison a text stands, where it stands on one."""

    CHOSEN = "chosen"
    REJECTED = "rejected"


class Action(StrEnum):
    """What a rule asks for, from the mildest to the strictest."""

    PASS = "pass"
    REDACT = "redact"
    QUARANTINE = "quarantine"
    REJECT = "reject"

    @property
    def severity(self) -> int:
        """Its rank: of several, the highest wins."""
        return list(Action).index(self)


class Style(StrEnum):
    """How a hidden value is replaced.

    A placeholder names its kind and its number; a mask keeps length and separators; a surrogate has the
    same format and belongs to nobody; a drop takes the whole message with it.
    """

    PLACEHOLDER = "placeholder"
    MASK = "mask"
    SURROGATE = "surrogate"
    DROP = "drop"


class Tier(StrEnum):
    """Where a passed record goes that is useful and not for everybody; from the milder to the stricter.

    Restricted: it tells of health, minors, intimate life or biometrics, or comes from a community with norms
    against reuse. Hazard: a jailbreak, a security question, an answer that does harm if followed.
    """

    RESTRICTED = "restricted"
    HAZARD = "hazard"

    @property
    def severity(self) -> int:
        """1 is the mildest: 0 is no tier at all."""
        return list(Tier).index(self) + 1


OPEN: Final = "open"
"""What stands for no tier where a person chooses one."""


class Reason(StrEnum):
    """Why something was hidden, held back or turned away. Shown to the giver; texts in `REASONS`."""

    PERSONAL_DATA = "personal_data"
    CREDENTIAL = "credential"
    UNSAFE = "unsafe"
    SENSITIVE = "sensitive"
    INJECTION = "injection"
    FLOOD = "flood"
    DUPLICATE = "duplicate"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    TRIVIAL_EDIT = "trivial_edit"
    REWRITE = "rewrite"
    EVERYTHING_IS_REVIEWED = "everything_is_reviewed"
    DETECTOR_FAILED = "detector_failed"
    DETECTOR_TIMEOUT = "detector_timeout"
    DIFFERS_FROM_PREVIEW = "differs_from_preview"
    JUDGE_UNAVAILABLE = "judge_unavailable"
    STREAM_HELD = "stream_held"
    FACTUALITY = "factuality"
    QUALITY = "quality"
    OFF_TOPIC = "off_topic"
    NOT_YOURS_TO_SHARE = "not_yours_to_share"
    APPEAL = "appeal"
    REPORTED = "reported"
    REVIEWED = "reviewed"
    NOT_SAMPLED = "not_sampled"
    OTHER = "other"


REASONS: dict[Reason, str] = {
    Reason.PERSONAL_DATA: "It holds what identifies a person.",
    Reason.CREDENTIAL: "It holds a password, key or token.",
    Reason.UNSAFE: "It would do harm as a public example.",
    Reason.SENSITIVE: "It tells something intimate about a person.",
    Reason.INJECTION: "It holds instructions or hidden text aimed at models or at us.",
    Reason.FLOOD: "Very much came at once: of nearly the same, from one giver, or by one giver on one topic.",
    Reason.DUPLICATE: "The same, or nearly the same, was given before.",
    Reason.EMPTY: "There is too little in it to learn from.",
    Reason.TOO_LARGE: "It is too large to be checked.",
    Reason.UNREADABLE: "A part of it cannot be checked by a machine.",
    Reason.TRIVIAL_EDIT: "The edit changes almost nothing.",
    Reason.REWRITE: "The edit keeps almost nothing of the answer, so it does not say what was wrong.",
    Reason.EVERYTHING_IS_REVIEWED: "Here a person looks at everything.",
    Reason.DETECTOR_FAILED: "A check broke off on it.",
    Reason.DETECTOR_TIMEOUT: "A check took too long on it.",
    Reason.DIFFERS_FROM_PREVIEW: "It would look different from the preview that was agreed to.",
    Reason.JUDGE_UNAVAILABLE: "The model that judges gave no answer about it.",
    Reason.STREAM_HELD: "Much that came the same way just now was refused, so a person looks at all of it.",
    Reason.FACTUALITY: "It may say something that is not so.",
    Reason.QUALITY: "It does not seem good enough to keep.",
    Reason.OFF_TOPIC: "A reviewer found that it does not belong here.",
    Reason.NOT_YOURS_TO_SHARE: "A reviewer found that it belongs to somebody else.",
    Reason.APPEAL: "The giver asked for another look.",
    Reason.REPORTED: "Somebody reported it.",
    Reason.REVIEWED: "A person looked at it and found it fine.",
    Reason.NOT_SAMPLED: "Of answers that were logged, found good and left as they were, a small share is kept, by "
    "chance. This one was not drawn: nothing is wrong with it, and its words are dropped.",
    Reason.OTHER: "A reviewer decided otherwise; see the note.",
}

REVIEW_REASONS = (
    Reason.PERSONAL_DATA,
    Reason.CREDENTIAL,
    Reason.UNSAFE,
    Reason.SENSITIVE,
    Reason.INJECTION,
    Reason.FLOOD,
    Reason.DUPLICATE,
    Reason.QUALITY,
    Reason.OFF_TOPIC,
    Reason.NOT_YOURS_TO_SHARE,
    Reason.REPORTED,
    Reason.OTHER,
)
"""What a reviewer can give as the reason for turning something away or taking it down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Of which stratum a record is, and which share of that is kept: who counts weighs it by 1 / `rate`."""

    stratum: str
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the policy decided about one revision, and which of its rules made it so.

    `hide` are indexes into the findings whose spans are redacted; `undecided` those that a reviewer
    decides about. `tier` is where the record goes once it passes; None: to everybody.
    `sample` is how it was drawn; None: it would have been kept in any case.
    """

    action: Action
    policy: str
    rules: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    hide: tuple[int, ...] = field(default=())
    undecided: tuple[int, ...] = field(default=())
    tier: Tier | None = None
    sample: Sample | None = None
