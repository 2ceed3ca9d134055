"""What a model and the one before it answer to the same questions, for people to read side by side.

Shown are answers to questions that anybody may read, and of these what passes like a gift; when the question is
taken back, its answers go with it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from commonwheel.collect.payloads import read_contribution
from commonwheel.journeys.look_up import is_public, public_view
from commonwheel.journeys.preview import preview
from commonwheel.journeys.world import World
from commonwheel.learn.attribution import asked_in
from commonwheel.ports.models import Said
from commonwheel.ports.training import Measured, Question
from commonwheel.records.findings import Action

MOST = 6
"""Questions that are shown with a model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """A question of a released record, and what both models answer."""

    contribution: str
    question: str
    mine: str
    other: str


def keep_answers(
    world: World,
    number: int,
    asked: Sequence[Question],
    ours: Mapping[str, Measured],
    theirs: Mapping[str, Measured],
) -> None:
    """Keep the first answers that can be shown. `asked` are questions whose ids end with a pair's number."""
    pairs = {int(each.id.rpartition(":")[2]): each.id for each in asked if each.id in ours.keys() & theirs.keys()}
    with world.database.read() as tx:
        facts = {each.id: each.contribution for each in tx.gold.facts_of(sorted(pairs))}
        public = {id: about for id, about in facts.items() if is_public(tx, about)}
    found: dict[str, Said] = {}
    for pair, about in sorted(public.items()):
        mine, other = (_fit(world, side[pairs[pair]].said) for side in (ours, theirs))
        if mine is not None and other is not None and about not in found:
            found[about] = Said(contribution=about, mine=mine, other=other)
        if len(found) == MOST:
            break
    with world.database.write() as tx:
        tx.models.keep_said(number, list(found.values()))


def answers_of(world: World, number: int) -> list[SideBySide]:
    """What is kept of a model, with the questions as they are public now."""
    with world.database.read() as tx:
        kept = [each for each in tx.models.said(number) if is_public(tx, each.contribution)]
    return [
        SideBySide(contribution=each.contribution, question=question, mine=each.mine, other=each.other)
        for each in kept
        if (question := _question(world, each.contribution))
    ]


def _question(world: World, id: str) -> str:
    record = public_view(world, id).get("record")
    asked = [] if record is None else list(asked_in(record))
    return asked[-1] if asked else ""


def _fit(world: World, text: str) -> str | None:
    """An answer as it may be shown; None where a person would have to decide about it."""
    if not text.strip():
        return ""
    record = {"kind": "example", "prompt": "What a model was asked.", "ideal": text}
    shown = preview(world, None, read_contribution(json.dumps(record).encode()))
    if shown["verdict"]["action"] not in (Action.PASS, Action.REDACT):
        return None
    fit: str = shown["would_publish"]["ideal"]
    return fit
