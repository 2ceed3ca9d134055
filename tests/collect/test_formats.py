"""What becomes of each format: the contributions in its sample, whatever its file is called."""

import io
import zipfile
from typing import Any

import pytest

from commonwheel.collect.exports import READERS, detect_format, read
from commonwheel.collect.items import Skipped
from commonwheel.records.body import body_of
from commonwheel.records.terms import Consent, License, Terms
from tests.collect import export_samples as given
from tests.collect.chatgpt_sample import COMPARISON, FEEDBACK

TERMS = Terms(license=License.CC0, consent=Consent(version="2026-11", given=True))
FULL = {"chosen": [*given.SIDE], "rejected": [{"role": "assistant", "content": "No."}]}


def bodies(content: bytes) -> list[Any]:
    """What a file says, as plain JSON, and why something of it was not taken."""
    items = list(read(io.BytesIO(content), TERMS))
    return [(item.where, item.why) if isinstance(item, Skipped) else body_of(item) for item in items]


def said(body: Any) -> list[tuple[str, str]]:
    return [(message["role"], message["content"]) for message in body["messages"]]


def sample(name: str) -> list[Any]:
    return bodies(given.SAMPLES[name])


def test_every_format_has_a_sample() -> None:
    assert sorted(given.SAMPLES) == sorted(reader.name for reader in READERS)


@pytest.mark.parametrize("name", given.SAMPLES)
def test_a_format_is_recognized_by_its_own_reader_first_and_nothing_private_is_read(name: str) -> None:
    assert detect_format(io.BytesIO(given.SAMPLES[name])).name == name
    items = list(read(io.BytesIO(given.SAMPLES[name]), TERMS))
    assert any(not isinstance(item, Skipped) for item in items)
    assert "zebra" not in repr(items)


def test_chatgpt() -> None:
    chat, preference, trace, left = sample("chatgpt")
    assert said(chat) == [
        ("user", "Why?"), ("assistant", "Because it rains."), ("user", "Count to two."),
        ("assistant", None), ("tool", "1 2"), ("assistant", "One, two."),
    ]  # fmt: skip
    assert chat["messages"][3]["tool_calls"][0]["function"] == {"name": "python", "arguments": "print(1, 2)"}
    assert chat["source"] == {
        "conversation": "c-1", "model": "m-new", "provider": "openai", "created": "2023-11-14T22:13:20Z",
    }  # fmt: skip
    assert "reasoning" not in chat["messages"][1]
    assert [(one["content"], one["model"]) for one in preference["candidates"]] == [
        ("Nobody knows.", "m-old"),
        ("Because it rains.", "m-new"),
    ]
    assert (preference["chosen"], preference["inferred"]) == (1, True)
    assert preference["prompt"] == [{"role": "user", "content": "Why?"}]
    assert (trace["steps"], trace["answer"]) == (["Rain falls.", "It is wet."], "Because it rains.")
    assert left == ("item 1", "not read in it: 1 × image_asset_pointer")


def archive(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as written:
        for name, content in files.items():
            written.writestr(name.replace("__", "/") + ".json", content)
    return out.getvalue()


def test_thumbs_and_comparisons_of_chatgpt_are_stated() -> None:
    """They stand in files of their own, beside the conversations."""
    files = {
        "x__conversations-000": given.SAMPLES["chatgpt"],
        "x__message_feedback": given.listed(*FEEDBACK),
        "x__model_comparisons": given.listed(COMPARISON),
        "x__user": b'{"email": "zebra"}',
    }
    chat, *pairs, trace, left = bodies(archive(**files))
    assert chat["labels"] == {"1": "good"}
    assert trace["assessment"] == "good"
    (preference,) = pairs
    assert [one["content"] for one in preference["candidates"]] == ["Because it rains.", "Nobody knows."]
    assert preference["chosen"] == 0
    assert "inferred" not in preference
    assert left[0] == "x/conversations-000.json, item 1"


def test_claude() -> None:
    chat, trace, left = sample("claude")
    assert said(chat) == [
        ("user", "What floats?"), ("assistant", "Wood does."), ("user", "And two and two?"),
        ("assistant", None), ("tool", "4"), ("assistant", "Four."),
    ]  # fmt: skip
    assert chat["messages"][3]["tool_calls"][0]["function"] == {"name": "repl", "arguments": '{"code":"2 + 2"}'}
    assert (trace["prompt"], trace["steps"]) == ([{"role": "user", "content": "What floats?"}], ["Wood is dry."])
    assert left == ("item 1", "not read in it: 1 × attached file, 1 × voice_note")


def test_deepseek() -> None:
    chat, preference, trace = sample("deepseek")
    assert said(chat) == [("user", "Is salt sweet?"), ("assistant", "No, it is salty.")]
    assert chat["source"]["created"] == "2025-02-02T20:05:06.700000Z"
    assert (preference["chosen"], preference["inferred"]) == (1, True)
    assert trace["steps"] == ["It tastes of sea."]


def test_open_webui() -> None:
    chat, preference, correction, trace = sample("open-webui")
    assert said(chat) == [
        ("user", "What time is it?"), ("assistant", "I cannot know."), ("user", "Then look."),
        ("assistant", None), ("tool", "noon"), ("assistant", "Noon."),
    ]  # fmt: skip
    assert chat["labels"] == {"1": "good"}
    assert chat["messages"][3]["reasoning"] == "Look it up."  # no answer follows it at once, so it is no trace
    assert [one["model"] for one in preference["candidates"]] == ["one", "two"]
    assert (correction["original"], correction["edited"]) == ("I know not.", "I cannot know.")
    assert correction["inferred"] and preference["inferred"]
    assert trace["steps"] == ["I own no clock."]


def test_librechat() -> None:
    chat, preference, trace = sample("librechat")
    assert said(chat) == [("user", "How long for tea?"), ("assistant", "Three minutes.")]
    assert chat["labels"] == {"1": "good"}
    assert [one["content"] for one in preference["candidates"]] == ["An hour.", "Three minutes."]
    assert trace["steps"] == ["Leaves are thin."]
    flat = {key: value for key, value in given.LIBRECHAT.items() if key != "messagesTree"}
    (root,) = given.LIBRECHAT["messagesTree"]
    flat["messages"] = [{key: value for key, value in root.items() if key != "children"}, *root["children"]]
    assert bodies(given.lines(flat)) == [chat, preference, trace]


def test_lm_studio() -> None:
    chat, preference, trace = sample("lm-studio")
    assert said(chat) == [("system", "Be brief."), ("user", "Where is moss?"), ("assistant", "On the north side.")]
    assert [one["content"] for one in preference["candidates"]] == ["Nowhere.", "On the north side."]
    assert trace["steps"] == ["It likes shade."]


def test_grok() -> None:
    nested, tree, preference, trace, flat = sample("grok")
    assert said(nested) == [("user", "What is wind?"), ("assistant", "Moving air.")]
    assert said(flat) == [("user", "Hm?"), ("assistant", "Hm.")]
    assert said(tree) == [("user", "Why?"), ("assistant", "So.")]
    assert (preference["chosen"], preference["inferred"], trace["steps"]) == (1, True, ["Hm."])
    assert (nested["source"]["conversation"], nested["source"]["model"]) == ("g-1", "g")


def test_perplexity() -> None:
    (chat,) = sample("perplexity")
    assert said(chat) == [("user", "How far is the lake?"), ("assistant", "Near.")]
    entries = [
        {
            "context_uuid": thread,
            "query_str": question,
            "display_model": "p",
            "blocks": [{"markdown_block": {"answer": "A"}}],
        }
        for thread, question in [("1", "one"), ("1", "two"), ("2", "three")]
    ]
    first, second = bodies(given.lines({"entries": entries}))
    assert said(first) == [("user", "one"), ("assistant", "A"), ("user", "two"), ("assistant", "A")]
    assert said(second) == [("user", "three"), ("assistant", "A")]


def test_gemini() -> None:
    (chat,) = sample("gemini")
    assert said(chat) == [
        ("user", "How do bees sleep?"),
        ("assistant", "In **shifts** & short:\n\n- day\n- night"),
    ]


def test_entries_of_gemini_that_name_a_conversation_are_one() -> None:
    def entry(minute: int, *ids: str) -> dict[str, Any]:
        details = [{"name": "x", "url": f"https://gemini.example/app/{id}"} for id in ids]
        return given.GEMINI | {
            "title": f"Prompted {minute}",
            "time": f"2026-01-01T00:0{minute}:00Z",
            "details": details,
        }

    newest_first = [entry(5, "bbbbbbbb"), entry(4, "bbbbbbbb"), entry(3, "a1234567", "b"), entry(2), entry(1)]
    chats = bodies(given.listed(*newest_first))
    assert [[text for role, text in said(chat) if role == "user"] for chat in chats] == [
        ["4", "5"],
        ["3"],
        ["2"],
        ["1"],
    ]
    assert chats[0]["source"]["conversation"] == "bbbbbbbb"


def test_gemini_as_a_page() -> None:
    (chat,) = sample("gemini-page")
    assert said(chat) == [("user", "How do bees sleep?"), ("assistant", "In **shifts**.")]
    mixed = given.GEMINI_PAGE + given.GEMINI_PAGE.replace("Gemini Apps", "Search")
    assert bodies(mixed.encode()) == [chat, ("entry 2", "not an entry of Gemini")]


@pytest.mark.parametrize("asked", ["Who said hello?", "What is masked language?", "Asked-for help?", "Prompted "])
def test_of_a_question_to_gemini_only_what_stands_before_it_goes(asked: str) -> None:
    (chat,) = bodies(given.listed(given.GEMINI | {"title": f"Prompted {asked}"}))
    assert said(chat)[0] == ("user", asked)
    page = given.GEMINI_PAGE.replace("How do bees sleep?", asked)
    (chat,) = bodies(page.encode())
    assert said(chat)[0] == ("user", asked.strip())


def test_a_time_in_a_question_to_gemini_is_not_the_one_at_which_it_was_asked() -> None:
    page = given.GEMINI_PAGE.replace("How do bees sleep?", "Is 12:30:45 late?")
    (chat,) = bodies(page.encode())
    assert said(chat) == [("user", "Is 12:30:45 late?"), ("assistant", "In **shifts**.")]


def test_ai_studio() -> None:
    chat, trace = sample("ai-studio")
    assert said(chat) == [("system", "Be kind."), ("user", "Is glass wet?"), ("assistant", "No.")]
    assert trace["steps"] == ["Glass is solid."]


def test_le_chat_states_preferences() -> None:
    chat, preference = sample("le-chat")
    assert said(chat) == [("user", "Which colour has ice?"), ("assistant", "It is blue.")]
    assert chat["labels"] == {"1": "good"}
    assert [one["content"] for one in preference["candidates"]] == ["It is green.", "It is blue."]
    assert preference["chosen"] == 1
    assert "inferred" not in preference


def test_a_later_version_in_le_chat_is_preferred_by_inference() -> None:
    asked = given.le_chat("1", "user", "Why?", 1)
    answers = [given.le_chat(str(at), "assistant", f"Answer {at}.", at, version=at) for at in (2, 3)]
    chat, preference = bodies(given.listed(*answers, asked))
    assert said(chat) == [("user", "Why?"), ("assistant", "Answer 3.")]
    assert preference["inferred"]


def test_jan() -> None:
    (chat,) = sample("jan")
    assert said(chat) == [("user", "Do stones grow?"), ("assistant", "Some do.")]


def test_sillytavern() -> None:
    chat, preference, trace = sample("sillytavern")
    assert said(chat) == [("user", "Who are you?"), ("assistant", "A fern.")]
    assert chat["source"]["created"] == "2024-11-03T17:12:05Z"
    assert [one["content"] for one in preference["candidates"]] == ["A tree.", "A fern."]
    assert trace["steps"] == ["I have fronds."]


def test_copilot() -> None:
    (chat,) = sample("copilot")
    assert said(chat) == [("user", "What is snow?"), ("assistant", 'It is "white",\nand cold.')]


def test_oasst() -> None:
    chat, preference = sample("oasst")
    assert said(chat) == [("user", "What is moss?"), ("assistant", "A plant.")]
    assert [one["content"] for one in preference["candidates"]] == ["A plant.", "A stone."]
    assert "inferred" not in preference
    assert chat["language"] == "en"


@pytest.mark.parametrize("as_file", [given.lines, given.listed])
@pytest.mark.parametrize(
    ("row", "body"),
    [
        (
            {"instruction": "Add.", "input": "1 and 1", "output": "2"},
            {"kind": "example", "prompt": "Add.\n\n1 and 1", "ideal": "2"},
        ),
        (
            {"instruction": "Say it.", "context": "Ice.", "response": "It.", "category": "open_qa"},
            {"kind": "example", "prompt": "Say it.\n\nIce.", "ideal": "It.", "tags": ["open_qa"]},
        ),
        (
            {"conversations": [{"from": "system", "value": "s"}, {"from": "human", "value": "h"},
             {"from": "gpt", "value": "g"}]},
            {"kind": "chat", "messages": [
                {"role": "system", "content": "s"}, {"role": "user", "content": "h"}, {"role": "assistant",
                 "content": "g"},
            ]},
        ),
        (
            {"prompt": "Hm?", "completion": "Hm."},
            {"kind": "example", "prompt": "Hm?", "ideal": "Hm."},
        ),
        (
            {"prompt": "Hm?", "completion": "Hm.", "label": False},
            {"kind": "chat", "assessment": "fail", "messages": [
                {"role": "user", "content": "Hm?"}, {"role": "assistant", "content": "Hm."},
            ]},
        ),
        (
            {"prompt": "Hm?", "chosen": "Yes.", "rejected": "No."},
            {"kind": "preference", "prompt": "Hm?", "candidates": [{"content": "Yes."}, {"content": "No."}],
             "chosen": 0},
        ),
        (
            {side: [{"role": "user", "content": "Hm?"}, *answer] for side, answer in FULL.items()},
            {"kind": "preference", "prompt": [{"role": "user", "content": "Hm?"}], "chosen": 0,
             "candidates": [{"content": "Yes."}, {"content": "No."}]},
        ),
        (
            {"prompt": "Hm?", "messages": given.SIDE}
            | {side: [{"role": "user", "content": "Hm?"}, *answer] for side, answer in FULL.items()},
            {"kind": "preference", "prompt": [{"role": "user", "content": "Hm?"}], "chosen": 0,
             "candidates": [{"content": "Yes."}, {"content": "No."}]},
        ),
        (
            {"prompt": [{"role": "user", "content": "Hm?"}]} | FULL,
            {"kind": "preference", "prompt": [{"role": "user", "content": "Hm?"}], "chosen": 0,
             "candidates": [{"content": "Yes."}, {"content": "No."}]},
        ),
        (
            given.FAILURE,
            {"kind": "correction", "prompt": [{"role": "user", "content": "Is ice hot?"}], "original": "Yes.",
             "edited": "No.",
             "reason": "wrong", "source": {"model": "m"}, "language": "en"},
        ),
    ],
)  # fmt: skip
def test_a_data_set_is_read_as_lines_and_as_a_list(as_file: Any, row: Any, body: Any) -> None:
    assert bodies(as_file(row, row)) == [body, body]


@pytest.mark.parametrize("as_file", [given.lines, given.parquet])
def test_a_published_record_keeps_its_license(as_file: Any) -> None:
    (record,) = read(io.BytesIO(as_file(given.RECORD)), TERMS)
    assert not isinstance(record, Skipped)
    assert record.terms is not None
    assert (record.terms.license, record.terms.purposes) == (License.BY_SA, ("display",))
    assert record.terms.attribution.name == "Fern"
    assert record.terms.consent == TERMS.consent
    assert body_of(record) == {
        "kind": "chat", "messages": given.RECORD["messages"], "language": "en", "source": {"door": "import"},
    }  # fmt: skip
