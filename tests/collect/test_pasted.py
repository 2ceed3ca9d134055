"""A pasted chat is split into turns by the names that pages put before them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.collect.pasted import turns

CHATS = {
    "ChatGPT's page": "You said:\nHi\n\nthere\nChatGPT said:\nHello!\nYou said:\nBye",
    "names before words": "User: Hi\n\nthere\nAssistant: Hello!\nUser: Bye",
    "bold names": "**Human:** Hi\n\nthere\n\n**Assistant:** Hello!\n\n**Human:** Bye",
    "headings": "### User:\nHi\n\nthere\n### Assistant:\nHello!\n### User:\nBye",
    "Claude's page": "Human: Hi\n\nthere\nClaude: Hello!\nHuman: Bye",
    "German": "Du: Hi\n\nthere\nAssistent: Hello!\nDu: Bye",
    "names that nobody knows": "Mia: Hi\n\nthere\nRobo: Hello!\nMia: Bye\nRobo: Ciao",
    "JSON": json.dumps(
        [
            {"role": "user", "content": "Hi\n\nthere"},
            {"role": "assistant", "content": "Hello!"},
            {"role": "user", "content": "Bye"},
        ]
    ),
    "windows": "User: Hi\r\n\r\nthere\r\nAssistant: Hello!\r\nUser: Bye",
}


@pytest.mark.parametrize("text", CHATS.values(), ids=CHATS)
def test_turns_are_told_apart(text: str) -> None:
    said = [(turn["role"], turn["content"]) for turn in turns(text)][:3]
    assert said == [("user", "Hi\n\nthere"), ("assistant", "Hello!"), ("user", "Bye")]


def test_a_model_is_named_where_the_page_names_it() -> None:
    assert turns("You: Hi\nGPT-4o: Hello")[1]["model"] == "GPT-4o"
    assert "model" not in turns("You: Hi\nAssistant: Hello")[1]


@pytest.mark.parametrize(
    "text",
    [
        "Just a text without any turns.",
        "Question: why?\nQuestion: how?",
        "Note: this\nand then\nWarning: that",
        "{ not json",
        '{"messages": [{"role": "user"}]}',
        "[1, 2]",
    ],
)
def test_what_is_no_chat_is_one_message(text: str) -> None:
    assert turns(text) == [{"role": "user", "content": text}]


def test_a_heading_before_the_chat_belongs_to_the_first_turn() -> None:
    assert turns("My chat\nUser: Hi\nAssistant: Hello")[0]["content"] == "My chat\n\nHi"


@given(st.text(max_size=400))
def test_no_word_is_lost(text: str) -> None:
    found = turns(text)
    assert bool(found) == bool(text.strip())
    if len(found) == 1:
        assert found[0]["content"].split() == text.split() or text.lstrip().startswith(("[", "{"))


@given(
    st.lists(
        st.tuples(st.sampled_from(["user", "assistant"]), st.text("abc xyz,.", min_size=1).filter(str.strip)),
        min_size=1,
        max_size=8,
    )
)
def test_json_comes_back_as_it_was(said: list[tuple[str, str]]) -> None:
    messages = [{"role": role, "content": content} for role, content in said]
    assert turns(json.dumps({"messages": messages})) == messages
