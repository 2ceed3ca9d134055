"""What Open WebUI stores for a person: read from the server as they are, whatever a browser says."""

from typing import Any

from open_webui.models.chats import Chats
from open_webui.models.feedbacks import Feedbacks

from plugins.openwebui.src.branches import Node, branch, siblings, words
from plugins.openwebui.src.payloads import Said
from plugins.openwebui.src.wheel import Trouble


class Seen:
    """An answer with the branch that leads to it, other answers to the same question, and what its reader said."""

    def __init__(self, nodes: list[Node], others: list[Node], said: Said) -> None:
        self.nodes, self.others, self.said = nodes, others, said


async def seen(chat_id: str, message_id: str, user_id: str) -> Seen:
    """The branch as it is stored now for this person; Trouble where it is not theirs."""
    found = await Chats.get_chat_by_id_and_user_id(chat_id, user_id) if chat_id and user_id else None
    chat = getattr(found, "chat", None)
    nodes = branch(chat, message_id) if isinstance(chat, dict) else []
    if not nodes or nodes[-1].get("role") != "assistant" or not words(nodes[-1]):
        raise Trouble("This answer is not stored for you: save the chat, and press the button again.")
    return Seen(nodes, siblings(chat or {}, nodes[-1]), await _feedback_of(chat_id, user_id))


async def _feedback_of(chat_id: str, user_id: str) -> dict[str, Any]:
    """Feedback of this person alone, the newest for each message."""
    said: dict[str, Any] = {}
    for each in await Feedbacks.get_feedbacks_by_chat_id(chat_id):
        message = (each.meta or {}).get("message_id")
        if each.user_id == user_id and isinstance(message, str) and isinstance(each.data, dict):
            said.setdefault(message, each.data)
    return said
