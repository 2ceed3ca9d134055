"""Trees of messages as Open Assistant publishes them: each line a question with all replies, ranked by people.

The branch of the best replies is a chat. Where people ranked several answers, the best of them is preferred:
that was stated.
"""

from collections.abc import Iterator
from typing import Any

from commonwheel.collect.conversations import MOST_CANDIDATES, MOST_REPEATED, name_of, row_of, rows_of, text_of
from commonwheel.collect.items import Found, Origin, Reader, Row, Skipped, made
from commonwheel.collect.lines import Source
from commonwheel.collect.shapes import any_object, objects
from commonwheel.records.terms import Terms

_ROLES = {"prompter": "user", "assistant": "assistant"}


def _is_tree(row: Row) -> bool:
    prompt = row.get("prompt")
    return "message_tree_id" in row and isinstance(prompt, dict) and isinstance(prompt.get("text"), str)


def _read(source: Source, defaults: Terms | None) -> Iterator[Found]:
    for found in objects(source):
        if isinstance(found, Skipped):
            yield found
        elif not _is_tree(found[1]):
            yield Skipped(where=found[0], why="not a tree of messages")
        else:
            where, row = found
            yield Origin(where=where)
            common: Row = {"source": {"conversation": name_of(row["message_tree_id"])}}
            language = row["prompt"].get("lang")
            if isinstance(language, str):
                common["language"] = language
            yield made({"kind": "chat", "messages": _best(row["prompt"])} | common, where, defaults)
            for body in _preferences(row["prompt"]):
                yield made(body | common, where, defaults)


def _best(message: Row) -> list[Row]:
    messages = [_message(message)]
    while replies := _replies(message):
        message = replies[0]
        messages.append(_message(message))
    return messages


def _preferences(root: Row) -> Iterator[Row]:
    ahead: list[tuple[Row, list[Row]]] = [(root, [_message(root)])]
    left = MOST_REPEATED
    while ahead and left > 0:
        message, prompt = ahead.pop()
        replies = _replies(message)
        ranked = [reply for reply in replies if isinstance(reply.get("rank"), int) and _is_answer(reply)]
        if len(ranked) > 1:
            left -= sum(len(said["content"]) for said in prompt)
            candidates = [{"content": text_of(reply.get("text"))} for reply in ranked[:MOST_CANDIDATES]]
            yield {"kind": "preference", "prompt": prompt, "candidates": candidates, "chosen": 0}
        ahead += [(reply, [*prompt, _message(reply)]) for reply in reversed(replies)]


def _replies(message: Row) -> list[Row]:
    """What was replied and not deleted, the best first."""
    replies = [reply for reply in rows_of(message.get("replies")) if reply.get("deleted") is not True]
    return sorted(replies, key=_rank)


def _rank(reply: Row) -> float:
    rank = reply.get("rank")
    return rank if isinstance(rank, int) else float("inf")


def _is_answer(message: Row) -> bool:
    return bool(_role(message) == "assistant")


def _message(message: Row) -> Row:
    return {"role": _role(message), "content": text_of(row_of(message).get("text"))}


def _role(message: Row) -> Any:
    return _ROLES.get(text_of(message.get("role")), message.get("role"))


READER = Reader(
    name="oasst",
    title="Open Assistant trees",
    reads="The branch of the best replies as a chat, and each question with ranked answers as a preference.",
    leaves="Messages that were deleted, reviews, labels, and who wrote what.",
    recognizes=any_object(_is_tree),
    read=_read,
)
