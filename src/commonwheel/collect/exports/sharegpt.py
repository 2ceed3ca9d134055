"""ShareGPT's form: conversations of `from` and `value`, one per line or in a list."""

from commonwheel.collect.conversations import Conversation, Turn, name_of, rows_of, text_of
from commonwheel.collect.items import Reader, Row
from commonwheel.collect.shapes import any_object, each_conversation

_ROLES = {
    **dict.fromkeys(("human", "user", "prompter"), "user"),
    **dict.fromkeys(("gpt", "assistant", "chatgpt", "model", "bot", "bard", "bing"), "assistant"),
    "system": "system",
}


def _is_conversation(row: Row) -> bool:
    turns = rows_of(row.get("conversations"))
    return bool(turns) and all("from" in turn and "value" in turn for turn in turns[:4])


def _conversation(where: str, row: Row) -> Conversation:
    conversation = Conversation(where=where, id=name_of(row.get("id")), model=name_of(row.get("model")))
    for turn in rows_of(row["conversations"]):
        role = _ROLES.get(text_of(turn.get("from")).lower())
        if role is None:
            conversation.left["turn of an unknown speaker"] += 1
        else:
            conversation.turns.append(Turn(role=role, text=text_of(turn.get("value"))))
    return conversation


READER = Reader(
    name="sharegpt",
    title="ShareGPT",
    reads="`conversations` of each line or list element as a chat.",
    leaves="Turns of other speakers than person, model and system, and other columns.",
    recognizes=any_object(_is_conversation),
    read=each_conversation(_is_conversation, _conversation, "ShareGPT"),
)
