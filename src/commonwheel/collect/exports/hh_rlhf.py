"""Pairs of conversations as HH-RLHF holds them: `{"chosen": "\\n\\nHuman: …\\n\\nAssistant: …", "rejected": "…"}`.

What both begin with is the prompt; the answers after it are the candidates. Where the two part before the
last answer, what follows is kept as the text that it is.
Format: https://github.com/anthropics/hh-rlhf
"""

import re
from typing import Any

from commonwheel.collect.items import Reader, Row
from commonwheel.collect.shapes import any_object, one_by_one

_TURN = re.compile(r"\n\n(Human|Assistant): ?")
_ROLES = {"Human": "user", "Assistant": "assistant"}
_NO_PAIR = "not a pair of conversations with the same first question"
Turn = tuple[str, str]


def is_pair(row: Row) -> bool:
    """Whether an object is such a pair."""
    sides = (row.get("chosen"), row.get("rejected"))
    return all(isinstance(side, str) and _TURN.match(side) for side in sides)


def preference(row: Row) -> dict[str, Any] | None:
    """A pair as a preference; None where one of the two answers nothing."""
    chosen, rejected = _turns(row["chosen"]), _turns(row["rejected"])
    shared = 0
    for one, other in zip(chosen[:-1], rejected[:-1], strict=False):
        if one != other:
            break
        shared += 1
    while shared and chosen[shared - 1][0] != "Human":
        shared -= 1
    if not shared:
        return None
    return {
        "kind": "preference",
        "prompt": [{"role": _ROLES[who], "content": said} for who, said in chosen[:shared]],
        "candidates": [{"content": _answer(chosen[shared:])}, {"content": _answer(rejected[shared:])}],
        "chosen": 0,
    }


def _turns(text: str) -> list[Turn]:
    _, *parts = _TURN.split(text)
    return [(who, said.strip()) for who, said in zip(parts[::2], parts[1::2], strict=True)]


def _answer(turns: list[Turn]) -> str:
    (_, first), *rest = turns
    return "".join([first, *(f"\n\n{who}: {said}" for who, said in rest)])


def _preference(row: Row) -> Row | str:
    return (preference(row) if is_pair(row) else None) or _NO_PAIR


READER = Reader(
    name="hh-rlhf",
    title="HH-RLHF",
    reads="Each pair of transcripts as a preference over what they have in common.",
    recognizes=any_object(is_pair),
    read=one_by_one(_preference),
)
