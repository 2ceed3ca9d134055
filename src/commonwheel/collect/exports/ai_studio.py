"""Google AI Studio's prompts, as it keeps them in Drive: one object with the chunks of a conversation."""

from commonwheel.collect.conversations import Conversation, Turn, moment_of, name_of, row_of, rows_of, text_of
from commonwheel.collect.items import Reader, Row
from commonwheel.collect.shapes import any_object, each_conversation

_ROLES = {"user": "user", "model": "assistant"}
_OF_FILES = (
    "driveDocument",
    "driveImage",
    "driveVideo",
    "driveAudio",
    "inlineFile",
    "inlineImage",
    "youtubeVideo",
)


def _is_prompt(row: Row) -> bool:
    return isinstance(row_of(row.get("chunkedPrompt")).get("chunks"), list)


def _conversation(where: str, row: Row) -> Conversation:
    model = name_of(row_of(row.get("runSettings")).get("model"))
    conversation = Conversation(where=where, provider="google", model=model, title=name_of(row.get("title")))
    system = row_of(row.get("systemInstruction"))
    told = text_of(system.get("text")) or "\n".join(
        text_of(part.get("text")) for part in rows_of(system.get("parts"))
    )
    conversation.turns.append(Turn(role="system", text=told))
    for chunk in rows_of(row["chunkedPrompt"]["chunks"]):
        role, text = _ROLES.get(text_of(chunk.get("role"))), text_of(chunk.get("text"))
        conversation.created = conversation.created or moment_of(chunk.get("createTime"))
        if role is None:
            conversation.left["chunk of an unknown role"] += 1
        elif chunk.get("isThought") is True:
            conversation.turns.append(Turn(role=role, steps=[text] if text.strip() else [], model=model))
        elif text:
            conversation.turns.append(Turn(role=role, text=text, model=model if role == "assistant" else None))
        for kind in _OF_FILES:
            if kind in chunk:
                conversation.left[kind] += 1
    return conversation


READER = Reader(
    name="ai-studio",
    title="Google AI Studio",
    reads="A prompt as a chat, with its system instruction; thoughts as traces.",
    leaves="Files, pictures, sound and video, settings, and what was typed and not sent.",
    recognizes=any_object(_is_prompt),
    read=each_conversation(_is_prompt, _conversation, "AI Studio"),
)
