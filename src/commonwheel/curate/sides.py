"""On which side of a comparison each text of a record stands: what a model would learn to say, and what not to.

A policy can be harder on the first. Questions, notes and titles stand on neither side.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from commonwheel.records.body import Body
from commonwheel.records.findings import Finding, Side

_FAMILIES = ("safety.", "sensitive.", "quality.", "injection.")
"""Kinds whose side matters; what identifies somebody is hidden wherever it stands."""
_BY_PLACE = {
    "correction": {"/edited": Side.CHOSEN, "/original": Side.REJECTED},
    "example": {"/ideal": Side.CHOSEN},
}


def side_of(body: Body, pointer: str) -> Side | None:
    """The side on which the text at `pointer` stands, or None where it stands on none."""
    kind = body["kind"]
    if kind in _BY_PLACE:
        return _BY_PLACE[kind].get(pointer)
    first, _, rest = pointer[1:].partition("/")
    if kind == "preference" and first == "candidates":
        return Side.CHOSEN if rest.partition("/")[0] == str(body["chosen"]) else Side.REJECTED
    if kind == "trace" and first in ("steps", "answer"):
        return Side.CHOSEN if "assessment" not in body else _by_assessment(body["assessment"])
    if kind in ("chat", "bundle") and first == "messages":
        return _of_message(body, rest.partition("/")[0])
    return None


def with_sides(body: Body, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The same findings, each with its side where that matters."""
    for finding in findings:
        side = side_of(body, finding.pointer) if finding.kind.startswith(_FAMILIES) else None
        yield finding if side is None else replace(finding, side=side)


def _of_message(body: Body, index: str) -> Side | None:
    """An answer in a conversation: what its label says, or else what is said of the whole."""
    if not index.isdigit() or body["messages"][int(index)]["role"] != "assistant":
        return None
    return _by_assessment(body.get("labels", {}).get(index) or body.get("assessment"))


def _by_assessment(assessment: str | None) -> Side | None:
    return {"good": Side.CHOSEN, "fail": Side.REJECTED}.get(assessment or "")
