"""Which of what apps log is kept: everything that somebody said on purpose, and a known share of the rest.

An interaction that went well and that nobody changed says little, and there are many. Of such a stratum
a share is kept, by chance that repeats: whether one is kept depends on its id and the seed alone. Share
and stratum go with the record, so that who counts can weigh it by 1 / rate.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from commonwheel.records.body import Body
from commonwheel.records.contribution import Assessment, Prompted

_STRICT: Mapping[str, Any] = {"extra": "forbid"}

Kind = Literal["chat", "correction", "preference", "example", "signal", "trace", "bundle"]
UNSAID = "unsaid"
"""In the place of what the giver did not say: how they were prompted, or how good an answer was."""


class Edited(StrEnum):
    """Whether somebody changed an answer; only a correction can tell."""

    YES = "yes"
    NO = "no"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """A kind of interaction of which the share `rate` is kept: records that fit every condition.

    A condition lists what fits; one left out fits all. `prompted` and `rated` may list `unsaid`. Another
    `seed` keeps others.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    stratum: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    rate: Annotated[float, Field(gt=0, le=1)]
    seed: Annotated[str, Field(min_length=1, max_length=100)]
    kinds: tuple[Kind, ...] = ()
    prompted: tuple[Prompted | Literal["unsaid"], ...] = ()
    rated: tuple[Assessment | Literal["unsaid"], ...] = ()
    edited: tuple[Edited, ...] = ()

    def fits(self, body: Body) -> bool:
        """Whether a record belongs to this stratum."""
        source = body.get("source") or {}
        return (
            (not self.kinds or body["kind"] in self.kinds)
            and (not self.prompted or source.get("prompted", UNSAID) in self.prompted)
            and (not self.rated or body.get("assessment", UNSAID) in self.rated)
            and (not self.edited or _edited(body) in self.edited)
        )

    def keeps(self, chance: bytes) -> bool:
        """Whether the record with this chance, eight bytes or more that nobody chose, is kept."""
        return int.from_bytes(chance[:8], "big") < self.rate * 2**64


def stratum_of(strata: tuple[Stratum, ...], body: Body) -> Stratum | None:
    """The first stratum that a record fits; None for one that is kept whatever chance says."""
    return next((stratum for stratum in strata if stratum.fits(body)), None)


def _edited(body: Body) -> Edited:
    if body["kind"] != "correction":
        return Edited.UNSAID
    sides = {unicodedata.normalize("NFC", body[name]) for name in ("original", "edited")}
    return Edited.NO if len(sides) == 1 else Edited.YES
