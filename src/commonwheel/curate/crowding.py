"""How much alike is too much alike, and how much of one hand is too much: the policy's part."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import Field

_STRICT: Mapping[str, Any] = {"extra": "forbid"}

Count = Annotated[int, Field(ge=0, le=1_000_000)]
Share = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates:
    """From which likeness on two records are near duplicates (`duplicate.near`).

    Likeness is the share of runs of three words that both have, of all that either has, as estimated.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    near: Annotated[float, Field(ge=0.5, le=1)] = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How much may come from one hand, or alike, before a person looks. Zero means no bound.

    `per_hour`, `per_day`: from one contributor, and `door_per_hour` through one door (`injection.burst`).
    `per_topic_share`: of the latest 200 records of a topic from one contributor, where they gave at least
    `topic_at_least` of them, and at least `topic_givers` others gave some too (`injection.domination`): whoever
    is alone with a topic takes nothing from anybody. A topic is a tag; without tags, the same first words.
    `flood`: near duplicates of one record given within `flood_hours` before it (`injection.flood`).
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    per_hour: Count = 0
    per_day: Count = 0
    door_per_hour: Count = 0
    per_topic_share: Share = 0.0
    topic_at_least: Annotated[int, Field(ge=1, le=200)] = 100
    topic_givers: Annotated[int, Field(ge=0, le=199)] = 2
    flood: Annotated[int, Field(ge=0, le=200)] = 0
    flood_hours: Annotated[int, Field(ge=1, le=8_760)] = 24
