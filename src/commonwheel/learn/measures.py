"""What models are measured by: from likelihoods and answers to the items that the gate compares."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz.distance import Indel

from commonwheel.learn.gate import Item
from commonwheel.ports.training import Measured

ACCURACY = "preference_accuracy"
MARGIN = "preference_margin"
SAFETY = "safety"
REGRESSION = "regression"
FAILURES = "failures"
WIN_RATE = "win_rate"
CLEAN = "clean_answers"
HARNESS = "harness"

_FEWEST = 5
"""A group of fewer items is not shown: its mean says nothing, and may say something of one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is known of a held-out pair: whose it is, and the groups that results are shown for."""

    giver: str | None
    groups: Mapping[str, str]
    longer: bool
    """Whether its better side is the longer one."""


def margin(measured: Measured) -> float:
    """How much likelier the better side is than the worse one, by token: so length alone wins nothing."""
    return _by_token(measured.better) - _by_token(measured.worse)


def _by_token(side: tuple[float, int]) -> float:
    total, tokens = side
    return total / tokens if tokens else math.nan


def prefers(measured: Measured) -> float:
    """1 where the better side is likelier, 0 where the worse one is, a half between."""
    difference = margin(measured)
    if math.isnan(difference):
        return math.nan
    return 0.5 if difference == 0 else float(difference > 0)


def unlike(said: str, failed: str) -> float:
    """How far an answer is from one that failed, 0 to 1: by insertions and deletions, over both lengths."""
    return float(Indel.normalized_distance(said, failed))


def paired(
    candidate: Mapping[str, Measured],
    incumbent: Mapping[str, Measured],
    value: Callable[[Measured], float],
    givers: Mapping[str, str | None],
) -> list[Item]:
    """The items that both models were asked."""
    return [
        Item(candidate=value(candidate[id]), incumbent=value(incumbent[id]), giver=givers.get(id))
        for id in sorted(candidate.keys() & incumbent.keys())
    ]


def by_group(
    candidate: Mapping[str, Measured], incumbent: Mapping[str, Measured], about: Mapping[str, About]
) -> dict[str, dict[str, dict[str, float]]]:
    """Accuracy of both models by language, origin and whatever else groups pairs; small groups are left out."""
    members: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for id in candidate.keys() & incumbent.keys() & about.keys():
        for kind, group in about[id].groups.items():
            members[kind][group].append(id)
    return {
        kind: {
            group: {
                "items": len(ids),
                "candidate": mean(prefers(candidate[id]) for id in ids),
                "incumbent": mean(prefers(incumbent[id]) for id in ids),
            }
            for group, ids in sorted(groups.items())
            if len(ids) >= _FEWEST
        }
        for kind, groups in sorted(members.items())
    }


def length_bias(measured: Mapping[str, Measured], about: Mapping[str, About]) -> dict[str, Any]:
    """Accuracy where the better side is longer and where it is shorter, and the difference of the two.

    A model that learned to like length is good at the first and bad at the second.
    """
    longer = [prefers(measured[id]) for id in measured.keys() & about.keys() if about[id].longer]
    shorter = [prefers(measured[id]) for id in measured.keys() & about.keys() if not about[id].longer]
    found: dict[str, Any] = {"longer_items": len(longer), "shorter_items": len(shorter)}
    if len(longer) >= _FEWEST and len(shorter) >= _FEWEST:
        found |= {"longer": mean(longer), "shorter": mean(shorter), "difference": mean(longer) - mean(shorter)}
    return found


def mean(values: Iterable[float]) -> float:
    """The arithmetic mean, rounded; no number for nothing."""
    listed = list(values)
    return round(math.fsum(listed) / len(listed), 6) if listed else math.nan


def by_model(measured: Iterable[Measured], models: int) -> Sequence[dict[str, Measured]]:
    """What each of the models made of each question."""
    found: list[dict[str, Measured]] = [{} for _ in range(models)]
    for each in measured:
        found[each.model][each.id] = each
    return found
