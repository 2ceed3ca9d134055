"""A preference is what somebody said, or what follows from what they kept; never more, and never the opposite."""

import json
from typing import Any

import pytest

from tests.collect.export_samples import OPEN_WEBUI, le_chat, listed
from tests.collect.test_pairing import ASKED, END, PRINT, TWO, bodies, node


def preferences(content: bytes) -> list[tuple[str, list[str], bool]]:
    """What was better, than what, and whether that is inferred."""
    found = []
    for body in bodies(content):
        if body["kind"] == "preference":
            said = [candidate["content"] for candidate in body["candidates"]]
            found.append((said.pop(body["chosen"]), said, body.get("inferred", False)))
    return found


def tree(*branches: list[dict[str, Any]]) -> bytes:
    """A conversation of ChatGPT with these answers to one question, of which the last was kept."""
    nodes: dict[str, Any] = {"q": {"id": "q", "parent": None, "children": [], "message": ASKED}}
    for number, branch in enumerate(branches):
        last = "q"
        for at, message in enumerate(branch):
            id, before = f"{number}.{at}", last
            nodes[id] = {"id": id, "parent": before, "children": [], "message": message}
            nodes[before]["children"].append(id)
            last = id
    return listed({"create_time": 1, "current_node": last, "mapping": nodes})


def test_the_beginning_of_an_answer_is_not_better_than_a_whole_one() -> None:
    whole, computed = [node("It is 2, since 1+1=2.")], [node("Let me compute that."), PRINT, TWO, END]
    assert preferences(tree(whole, computed)) == []
    pieces = [node("It is."), node("It is 2.")]
    assert preferences(tree(whole, pieces)) == [("It is.\n\nIt is 2.", ["It is 2, since 1+1=2."], True)]


def test_what_goes_on_differently_is_compared_with_what_it_goes_on_from() -> None:
    row = json.loads(tree([node("It is."), node("It is 2.")]))[0]
    row["mapping"]["0.0"]["children"].insert(0, "other")
    row["mapping"]["other"] = {"id": "other", "parent": "0.0", "children": [], "message": node("It is 3.")}
    assert preferences(listed(row)) == [("It is.\n\nIt is 2.", ["It is.\n\nIt is 3."], True)]


@pytest.mark.parametrize(
    ("kept", "beside", "expected"),
    [
        (None, None, [("kept", ["beside"], True)]),
        (1, -1, [("kept", ["beside"], True)]),
        (-1, None, []),
        (-1, -1, []),
        (None, 1, []),
        (1, 1, []),
        (-1, 1, [("beside", ["kept"], False)]),
    ],
)
def test_thumbs_outweigh_what_was_kept(kept: int | None, beside: int | None, expected: Any) -> None:
    said = {"role": "assistant", "parentId": "q", "childrenIds": []}
    messages = {
        "q": {"role": "user", "content": "Hm?", "parentId": None, "childrenIds": ["b", "k"]},
        "b": said | {"content": "beside", "annotation": {"rating": beside}},
        "k": said | {"content": "kept", "annotation": {"rating": kept}},
    }
    chat = OPEN_WEBUI | {"chat": {"history": {"currentId": "k", "messages": messages}}}
    assert preferences(listed(chat)) == expected


def test_what_was_stated_is_over_the_one_that_it_names_alone() -> None:
    asked = le_chat("1", "user", "Hm?", 1)
    answers = [le_chat(str(at), "assistant", f"Answer {at}.", at, version=at) for at in (2, 3, 4)]
    answers[1]["preferenceOver"] = "2"
    assert preferences(listed(asked, *answers)) == [("Answer 3.", ["Answer 2."], False)]
    answers[1]["preferenceOver"] = "gone"
    assert preferences(listed(asked, *answers)) == [("Answer 4.", ["Answer 2.", "Answer 3."], True)]
