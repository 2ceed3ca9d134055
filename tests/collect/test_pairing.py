"""Calls of tools meet their own answers, and what a person told about themselves meets nobody."""

import io
import json
from typing import Any

from commonwheel.collect.exports import read
from commonwheel.collect.items import Skipped
from commonwheel.records.body import body_of
from tests.collect.export_samples import CLAUDE, OPEN_WEBUI, listed


def bodies(content: bytes) -> list[Any]:
    """What a file says, as plain JSON."""
    return [body_of(item) for item in read(io.BytesIO(content)) if not isinstance(item, Skipped)]


def node(said: str, **message: Any) -> dict[str, Any]:
    """A message of ChatGPT: a tool's with its `name`, else of whom `to` makes it."""
    role, kind = message.get("role", "assistant"), message.get("kind", "text")
    content = {"content_type": kind} | ({"parts": [said]} if kind == "text" else {"text": said})
    author = {"role": role} | ({"name": message["name"]} if "name" in message else {})
    return {"author": author, "content": content, "recipient": message.get("to", "all")}


def chatgpt(*messages: dict[str, Any]) -> list[Any]:
    """What becomes of a conversation without branches."""
    nodes = {
        str(at): {"id": str(at), "parent": str(at - 1) if at else None, "children": [], "message": message}
        for at, message in enumerate(messages)
    }
    for at in range(1, len(messages)):
        nodes[str(at - 1)]["children"].append(str(at))
    row = {"create_time": 1, "current_node": str(len(messages) - 1), "mapping": nodes}
    return bodies(listed(row))


ASKED = node("Plot 1+1.", role="user")
PRINT = node("print(1+1)", kind="code", to="python")
TWO = node("2", role="tool", kind="execution_output", name="python")
END = node("It is 2.")


def calls(chat: Any) -> list[tuple[str, str]]:
    """Each call with what answered it."""
    made = {call["id"]: call["function"] for said in chat["messages"] for call in said.get("tool_calls", ())}
    answers = [said for said in chat["messages"] if said["role"] == "tool"]
    assert made.keys() == {said["tool_call_id"] for said in answers}
    return [(made[said["tool_call_id"]]["arguments"], said["content"]) for said in answers]


def test_what_chatgpt_notes_about_a_person_is_nowhere() -> None:
    note = node("User is called zebra.", to="bio")
    for name in ({"name": "bio"}, {}):
        for kind in ("text", "execution_output"):
            noted = node("Saved.", role="tool", kind=kind, **name)
            (chat,) = chatgpt(ASKED, note, noted, PRINT, TWO, END)
            assert calls(chat) == [("print(1+1)", "2")] and "zebra" not in json.dumps(chat)
    looked_up = node("The user lives in zebra.", role="tool", kind="execution_output", name="user_info.get")
    assert "zebra" not in json.dumps(chatgpt(ASKED, node("{}", to="user_info.get"), looked_up, END))


def test_an_answer_that_is_not_read_takes_its_call_along() -> None:
    search = node("search('zebra')", kind="code", to="web")
    for name in ({"name": "web"}, {}):
        pages = node("zebra", role="tool", kind="tether_browsing_display", **name)
        (chat,) = chatgpt(ASKED, search, pages, PRINT, TWO, END)
        assert calls(chat) == [("print(1+1)", "2")] and "zebra" not in json.dumps(chat)


def test_an_answer_goes_to_the_tool_that_gave_it() -> None:
    first, second = node("a", to="alpha"), node("b", to="beta")
    answers = [node(said, role="tool", kind="execution_output", name=said) for said in ("beta", "alpha")]
    (chat,) = chatgpt(ASKED, first, second, *answers, END)
    assert calls(chat) == [("b", "beta"), ("a", "alpha")]
    (chat,) = chatgpt(ASKED, first, second, answers[0], END)
    assert calls(chat) == [("b", "beta")]


def test_claude_and_open_webui_name_which_call_is_answered() -> None:
    said = [
        {"type": "tool_use", "name": "view", "input": {"path": "x"}},
        {"type": "tool_use", "name": "repl", "input": {"code": "1"}},
        {"type": "tool_result", "name": "repl", "content": "one"},
        {"type": "text", "text": "One."},
    ]
    asked, _ = CLAUDE["chat_messages"][:2]
    messages = [asked, {"uuid": "m2", "sender": "assistant", "content": said}]
    (chat,) = bodies(listed(CLAUDE | {"chat_messages": messages}))
    assert calls(chat) == [('{"code":"1"}', "one")]
    row = json.loads(json.dumps(OPEN_WEBUI))
    output = row["chat"]["history"]["messages"]["4"]["output"]
    output.insert(1, {"type": "function_call", "name": "clock", "call_id": "y", "arguments": "never answered"})
    chat = bodies(listed(row))[0]
    assert calls(chat) == [("{}", "noon")]
