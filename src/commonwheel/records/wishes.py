"""What somebody wishes for what they give through a door: kept here, so that a door need not keep it for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field, TypeAdapter

from commonwheel.records.preference import check_preference
from commonwheel.records.terms import STRICT, Attribution, License, Purpose


class WhenDeleted(StrEnum):
    """What becomes of gifts when the conversation, or the person's account, is deleted at the door."""

    KEEP = "keep"
    WITHDRAW = "withdraw"
    ERASE = "erase"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Terms to begin with (what is empty is asked), for how long machines alone see it, and what a deletion means.

    A deletion withdraws unless they say otherwise: that can be undone, and nothing that they did away with stays
    in use.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    license: License | None = None
    ai_pref: Annotated[str, Field(max_length=300), AfterValidator(check_preference)] | None = None
    purposes: Annotated[tuple[Purpose, ...], Field(max_length=3)] | None = None
    attribution: Attribution | None = None
    wait_hours: Annotated[int, Field(ge=0, le=8_784)] = 24
    when_deleted: WhenDeleted = WhenDeleted.WITHDRAW


WISHES: TypeAdapter[Wishes] = TypeAdapter(Wishes)
"""Reads and writes wishes as JSON."""
