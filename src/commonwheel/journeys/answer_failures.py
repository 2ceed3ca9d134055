"""Somebody looks for failures that nobody answered yet, and writes the better answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commonwheel.errors import Invalid, NotFound
from commonwheel.journeys.look_up import is_public, public_view
from commonwheel.journeys.world import World
from commonwheel.learn.failures import clusters
from commonwheel.ports.exploring import Shown, Wanted
from commonwheel.records.body import Body
from commonwheel.records.preference import COMMITMENTS, allows_training
from commonwheel.records.terms import License

_LOOKED_AT = 1_000
"""The newest failures, among which those that come back are looked for."""
_LEARN = ("yes", "unstated", "if")
"""Failures that some model may learn from: where none may, an answer would help nobody."""
SAME_OR_STRICTER = {
    License.CC0: (License.CC0, License.BY, License.BY_SA),
    License.BY: (License.BY, License.BY_SA),
    License.BY_SA: (License.BY_SA,),
}
"""Under which licenses an answer can be given that quotes a question of each license."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """Failures whose questions are alike: the newest of them, how many there are, how many answers they have."""

    first: Shown
    ids: tuple[str, ...]
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A failure to answer: its question, the answer that failed, and the terms that it binds an answer to."""

    id: str
    prompt: str | Sequence[Mapping[str, Any]]
    answer: str
    licenses: tuple[str, ...]
    ai_pref: str


def recurring(world: World, topic: str = "") -> list[Recurring]:
    """Failures by how often they come back, those without an answer first."""
    facets = {"kind": ("chat",), "assessment": ("fail",), "learns": _LEARN} | (
        {"topic": (topic,)} if topic else {}
    )
    with world.database.read() as tx:
        found = tx.exploring.search(Wanted(facets=facets), 0, _LOOKED_AT)
        answers = tx.talk.answered([each.contribution for each in found])
    some = [
        Recurring(
            first=found[places[0]],
            ids=tuple(found[place].contribution for place in places),
            answers=sum(answers.get(found[place].contribution, 0) for place in places),
        )
        for places in clusters([each.title for each in found])
    ]
    return sorted(some, key=lambda each: each.answers > 0)


def failure(world: World, id: str) -> Failure:
    """One of them, as it is public; NotFound where it is not, or did not fail, or nothing may learn from it."""
    record = public_view(world, id).get("record")
    found = None if record is None else _failed(record)
    if record is None or found is None or not _may_help(record["ai_pref"]):
        raise NotFound("There is no failure here that an answer would help.")
    prompt, answer = found
    return Failure(
        id=id,
        prompt=prompt,
        answer=answer,
        licenses=SAME_OR_STRICTER[License(record["license"])],
        ai_pref=record["ai_pref"],
    )


def needs_answer(record: Mapping[str, Any]) -> bool:
    """Whether a public record is a failure that an answer would help."""
    return _failed(record) is not None and _may_help(record["ai_pref"])


def answer_to(failed: Failure, text: str) -> Body:
    """The correction that an answer is; Invalid where it says nothing new."""
    if not text.strip() or text.strip() == failed.answer.strip():
        raise Invalid([("/answer", "Write an answer that is better than the one that failed.")])
    source = {"door": "give", "prompted": "task"}
    return {
        "kind": "correction",
        "prompt": failed.prompt,
        "original": failed.answer,
        "edited": text,
        "source": source,
    }


def check_bound(failed: Failure, terms: Mapping[str, Any]) -> None:
    """Invalid where terms would give away more than the giver of the question did."""
    faults = []
    if terms["license"] not in failed.licenses:
        faults.append(
            ("license", f"The question was given under terms that ask for {' or '.join(failed.licenses)}.")
        )
    if terms["ai_pref"] not in (failed.ai_pref, "train-ai=n"):
        faults.append(("ai_pref", "Whoever gave the question chose otherwise: keep their choice, or say No."))
    if faults:
        raise Invalid(faults)


def answered_by(world: World, id: str) -> tuple[list[str], str | None]:
    """Gifts that answer this one and are public, and what this one answers, if it does."""
    with world.database.read() as tx:
        answers = [each for each in tx.talk.answers_to(id) if is_public(tx, each)]
        return answers, tx.talk.failure_of(id)


def _may_help(ai_pref: str) -> bool:
    return allows_training(ai_pref, COMMITMENTS)


def _failed(record: Mapping[str, Any]) -> tuple[str | list[Mapping[str, Any]], str] | None:
    """The question and the answer that failed: the last one, or the one that its giver marked."""
    messages = record.get("messages") or []
    labels = record.get("labels") or {}
    if record.get("kind") != "chat" or "fail" not in (record.get("assessment"), *labels.values()):
        return None
    places = [place for place, each in enumerate(messages) if each["role"] == "assistant"]
    marked = [place for place in places if labels.get(str(place)) == "fail"]
    for place in (*marked, *reversed(places)):
        content = messages[place].get("content")
        if place and isinstance(content, str) and content.strip():
            before: list[Mapping[str, Any]] = [
                {"role": each["role"], "content": each.get("content")} for each in messages[:place]
            ]
            only = before[0]["content"] if len(before) == 1 else None
            return (only if isinstance(only, str) else before), content
    return None
