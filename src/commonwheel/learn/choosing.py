"""Which candidates become gold under a policy. Every one that does not has a reason, so that it can be counted."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from commonwheel.learn.gold_policy import GoldPolicy
from commonwheel.records.preference import allows_training
from commonwheel.records.terms import Purpose


class LeftOut(StrEnum):
    """Why a pair is not gold, in the order in which they are asked for."""

    PURPOSE = "its giver does not allow this purpose"
    PREFERENCE = "its AI preference says no to training"
    ORIGIN = "another origin"
    LANGUAGE = "another language"
    DIFF = "the change is about something else"
    EDIT = "the edit is too small or too large"
    MODEL = "a model's answer that must not be learned from"
    UNSAFE = "the answer to learn from is unsafe"
    WORSE = "the answer to learn from is less safe than the other"
    CONTRIBUTOR = "enough pairs of one hand"
    PROMPT = "enough pairs of one prompt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A pair and what is known of it, without its words.

    `purposes` and `ai_prefs` are those of every contribution in it. `unsafe` are the highest scores of
    findings of safety in the chosen and in the rejected answer. `hand` is who gave it, None where nobody can
    be told apart; `prompt` stands for what was asked.
    """

    number: int
    origin: str
    purposes: frozenset[str]
    ai_prefs: frozenset[str]
    hand: str | None
    prompt: bytes | None
    similarity: float | None = None
    diff: str | None = None
    language: str | None = None
    model: str | None = None
    unsafe: tuple[float, float] = (0.0, 0.0)


@dataclass(slots=True, kw_only=True)
class Taken:
    """How many pairs of a hand and of a prompt are gold already."""

    hands: Counter[str] = field(default_factory=Counter)
    prompts: Counter[bytes] = field(default_factory=Counter)

    def add(self, candidate: Candidate) -> None:
        """One more."""
        if candidate.hand is not None:
            self.hands[candidate.hand] += 1
        if candidate.prompt is not None:
            self.prompts[candidate.prompt] += 1


def choose(
    candidates: Iterable[Candidate], policy: GoldPolicy, taken: Taken
) -> Iterator[tuple[Candidate, LeftOut | None]]:
    """Each candidate with why it is left out, in the order given; None where it is gold, which `taken` notes."""
    for candidate in candidates:
        reason = permitted(candidate, policy) or _fitting(candidate, policy) or _crowded(candidate, policy, taken)
        if reason is None:
            taken.add(candidate)
        yield candidate, reason


def permitted(candidate: Candidate, policy: GoldPolicy) -> LeftOut | None:
    """Why those who gave it do not allow what the policy is for; None where they do."""
    if policy.purpose not in candidate.purposes:
        return LeftOut.PURPOSE
    if policy.purpose == Purpose.TRAINING and not all(
        allows_training(preference, policy.commitments) for preference in candidate.ai_prefs
    ):
        return LeftOut.PREFERENCE
    return None


def _fitting(candidate: Candidate, policy: GoldPolicy) -> LeftOut | None:
    if not policy.takes(candidate.origin):
        return LeftOut.ORIGIN
    if policy.languages and not _speaks(candidate.language, policy.languages):
        return LeftOut.LANGUAGE
    if policy.diffs and candidate.diff not in policy.diffs:
        return LeftOut.DIFF
    similarity = candidate.similarity
    if similarity is not None and not policy.least_similarity <= similarity <= policy.most_similarity:
        return LeftOut.EDIT
    if candidate.model and any(fnmatchcase(candidate.model, name) for name in policy.models_left_out):
        return LeftOut.MODEL
    chosen, rejected = candidate.unsafe
    if chosen >= policy.unsafe:
        return LeftOut.UNSAFE
    return LeftOut.WORSE if chosen > rejected else None


def _crowded(candidate: Candidate, policy: GoldPolicy, taken: Taken) -> LeftOut | None:
    hand, prompt = candidate.hand, candidate.prompt
    if policy.per_contributor and hand is not None and taken.hands[hand] >= policy.per_contributor:
        return LeftOut.CONTRIBUTOR
    if policy.per_prompt and prompt is not None and taken.prompts[prompt] >= policy.per_prompt:
        return LeftOut.PROMPT
    return None


def _speaks(language: str | None, wanted: tuple[str, ...]) -> bool:
    spoken = (language or "").lower()
    return any(spoken == tag.lower() or spoken.startswith(tag.lower() + "-") for tag in wanted)


def counted(reasons: Iterable[LeftOut | None]) -> Mapping[str, int]:
    """How many were left out for which reason, the reasons in their order."""
    found = Counter(reason for reason in reasons if reason is not None)
    return {reason.value: found[reason] for reason in LeftOut if found[reason]}
