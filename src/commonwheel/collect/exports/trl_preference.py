"""Pairs as TRL's preference trainers read them, as text or as messages; also our own export `trl-dpo`.

The prompt is what the row says, or else what both sides begin with. Our own export has pairs with one side:
an ideal answer is an example, and an answer that failed a chat that says so.
"""

from typing import Any

from commonwheel.collect.items import Reader, Row
from commonwheel.collect.shapes import any_object, one_by_one

_NO_PAIR = "not a pair of answers to one prompt"
Messages = list[Row]


def is_pair(row: Row) -> bool:
    """Whether an object is such a pair."""
    sides = (row.get("chosen"), row.get("rejected"))
    if all(isinstance(side, str) for side in sides):
        return isinstance(row.get("prompt"), str)
    return all(_are_messages(side) for side in sides) and isinstance(row.get("prompt", ""), str | list)


def preference(row: Row) -> Row | str:
    """A pair as a contribution, or why it is none."""
    if not is_pair(row):
        return _NO_PAIR
    prompt, chosen, rejected = row.get("prompt") or [], row["chosen"], row["rejected"]
    if isinstance(chosen, list):
        shared = 0
        while shared < min(len(chosen), len(rejected)) - 1 and chosen[shared] == rejected[shared]:
            shared += 1
        begun = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else [*map(_plain, prompt)]
        said = [*map(_plain, chosen[:shared])]
        prompt = said if said[: len(begun)] == begun else [*begun, *said]  # some repeat the prompt in both sides
        if len(chosen) - shared > 1 or len(rejected) - shared > 1:
            return "the two answers are not one message each"
        chosen, rejected = (side[-1].get("content") or "" if side else "" for side in (chosen, rejected))
    if not prompt or not (chosen or rejected):
        return _NO_PAIR
    if not rejected:
        return {"kind": "example", "prompt": prompt, "ideal": chosen}
    if not chosen:
        asked = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
        failed = {"role": "assistant", "content": rejected}
        return {"kind": "chat", "messages": [*asked, failed], "assessment": "fail"}
    candidates = [{"content": chosen}, {"content": rejected}]
    return {"kind": "preference", "prompt": prompt, "candidates": candidates, "chosen": 0}


def _are_messages(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) and "role" in one for one in value)


def _plain(message: Any) -> Any:
    if not isinstance(message, dict):
        return message
    return {"role": message.get("role"), "content": message.get("content")}


READER = Reader(
    name="trl-preference",
    title="TRL's preference pairs, also as we export them",
    reads="`prompt`, `chosen` and `rejected`, as text or messages, as a preference; also without a prompt.",
    leaves="Scores and other columns.",
    recognizes=any_object(is_pair),
    read=one_by_one(preference),
)
