"""How answers fail in form: repetition, breaking off, refusals and boilerplate; and that ordinary ones do not."""

import time

import pytest

from commonwheel.curate.detectors import answer
from commonwheel.curate.detectors import repetition as repetition_of
from commonwheel.curate.detectors.repetition import repetition

PROSE = (
    "Bread needs flour, water, salt and time. Mix them and let the dough rest for a night. In the morning, fold "
    "it twice and shape a loaf. Heat the oven as far as it goes. Bake the loaf for forty minutes, and let it cool "
    "down on a rack before you cut it. "
)


def answered(text):
    return {
        "kind": "chat",
        "messages": [{"role": "user", "content": "How do I bake bread?"}, {"role": "assistant", "content": text}],
    }


def scores(found):
    return {finding.kind: finding.score for finding in found}


@pytest.mark.parametrize(
    "text",
    ["word " * 400, "abc" * 1_000, "The same line stands here again.\n" * 40, "说同样的话。" * 200, "x" * 5_000,
     PROSE + "And then? " * 200],
)  # fmt: skip
def test_what_repeats_itself_is_found(findings, text):
    assert scores(findings("repetition", answered(text)))["quality.repetition"] >= 0.8


@pytest.mark.parametrize("text", [PROSE, PROSE * 1 + PROSE.upper(), "word " * 30, ""])
def test_ordinary_text_does_not(findings, text):
    assert scores(findings("repetition", answered(text))).get("quality.repetition", 0) < 0.6
    assert repetition(PROSE) < 0.1


def test_the_text_that_repeats_itself_most_is_named(findings):
    [found] = findings("repetition", answered("word " * 400))
    assert (found.kind, found.pointer) == ("quality.repetition", "/messages/1/content")


@pytest.mark.parametrize(
    ("text", "at_least"),
    [
        ("Here it is:\n```python\nprint(1)\n", 0.9),
        (PROSE + "After that you can also try to", 0.8),
        (PROSE + "For this you need eggs, milk,", 0.8),
        (PROSE + "A good oven gets as hot as a stone that lies in the sun of", 0.8),
        (PROSE + "A good oven gets much hotter than what most people have at ho", 0.6),
        (PROSE + "Danach kann man das Brot auch noch einmal mit der", 0.8),
    ],
)
def test_an_answer_that_breaks_off(findings, text, at_least):
    found = findings("answer", answered(text))
    assert scores(found)["quality.truncated"] >= at_least
    assert found[0].start == found[0].end == len(text)


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "```python\nprint(1)\n```",
        PROSE + "You need:\n- flour\n- water\n- salt and a good deal of patience for the dough",
        PROSE + "See https://example.org/bread.",
        PROSE + "Good luck! 🍞",
        PROSE + "**Enjoy it warm**",
        PROSE + "\nA: 18",
        "a short answer without a full stop",
        "これはパンの作り方です。" * 20,
        "no punctuation at all in here " * 10,
        "",
    ],
)
def test_an_answer_that_is_done(findings, text):
    assert "quality.truncated" not in scores(findings("answer", answered(text)))


def test_only_the_last_answer_can_break_off(findings):
    body = answered("```python\nprint(1)")
    body["messages"] += [{"role": "user", "content": "Go on"}, {"role": "assistant", "content": "```\nDone."}]
    found = findings("answer", body)
    assert [(f.kind, f.pointer) for f in found if f.kind == "quality.truncated"] == [
        ("quality.truncated", "/messages/3/content")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with that.",
        "I apologize, but I am unable to provide this.",
        "Unfortunately I cannot do that. I am sorry.",
        "I’m sorry, I can’t assist with this request.",
        "Es tut mir leid, aber dabei kann ich nicht helfen.",
        "Leider kann ich Ihnen das nicht sagen.",
        "Je suis désolé, mais je ne peux pas vous aider.",
        "Lo siento, pero no puedo ayudarte con eso.",
        "Mi dispiace, ma non posso aiutarti.",
        "Desculpe, mas não posso ajudar com isso.",
        "Het spijt me, maar daar kan ik niet bij helpen.",
        "Przepraszam, ale nie mogę w tym pomóc.",
        "Извините, но я не могу с этим помочь.",
        "抱歉，我无法提供这些信息。",
        "申し訳ありませんが、お手伝いできません。",
        "죄송하지만 도와드릴 수 없습니다.",
    ],
)
def test_refusals_in_many_languages(findings, text):
    assert scores(findings("answer", answered(text)))["quality.refusal"] >= 0.6


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "He said that he was sorry. " + PROSE * 2 + "You can't go wrong.",
        "You can not only bake it but also fry it.",
        "Sorry for the wait! Here is the recipe you asked for.",
        "Das Brot kann man essen.",
    ],
)
def test_what_is_no_refusal(findings, text):
    assert scores(findings("answer", answered(text))).get("quality.refusal", 0) < 0.9


def test_what_the_user_says_is_neither(findings):
    body = {"kind": "chat", "messages": [{"role": "user", "content": "I'm sorry, but I can't do that as an AI."}]}
    assert findings("answer", body) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Well, as an AI language model I have no taste.", "as an AI"),
        ("Als KI habe ich keine Meinung.", "Als KI"),
        ("En tant qu'IA je ne mange pas.", "En tant qu'IA"),
        ("作为一个人工智能，我不吃面包。", "作为一个人工智能"),
        ("My knowledge cutoff is last year.", "My knowledge cutoff"),
        ("This website uses cookies. Bread is good.", "This website uses cookies"),
        ("Bread. © A. Baker. All rights reserved.", "All rights reserved"),
        ("Bread it is.\n\nSent from my iPhone", "Sent from my iPhone"),
        ("x" * 100_000 + " I hope this helps!", "I hope this helps"),
    ],
)
def test_phrases_said_by_rote_are_found_where_they_stand(findings, text, words):
    [found] = [f for f in findings("answer", answered(text)) if f.kind == "quality.boilerplate"]
    assert text[found.start : found.end] == words


@pytest.mark.parametrize(
    "text", [PROSE, "I said so as a large man.", "The air is dry.", "It is a model of a ship."]
)
def test_ordinary_phrases_are_not(findings, text):
    assert "quality.boilerplate" not in scores(findings("answer", answered(text)))


KINDS = [
    {"kind": "correction", "prompt": "p", "original": "o", "edited": "I'm sorry, I can't."},
    {"kind": "example", "prompt": "p", "ideal": "I'm sorry, I can't."},
    {"kind": "trace", "prompt": "p", "steps": [], "answer": "I'm sorry, I can't."},
    {"kind": "preference", "prompt": "p", "chosen": 0,
     "candidates": [{"content": "I'm sorry, I can't."}, {"content": "b"}]},
    answered("I'm sorry, I can't.") | {"kind": "bundle"},
    answered([{"type": "text", "text": "I'm sorry, I can't."}]),
]  # fmt: skip


@pytest.mark.parametrize("body", KINDS, ids=lambda body: body["kind"])
def test_answers_of_every_kind_are_read(findings, body):
    assert "quality.refusal" in scores(findings("answer", body))


def test_a_signal_and_a_rejected_answer_are_not(findings):
    signal = {"kind": "signal", "target": "t", "name": "thumb", "value": "I'm sorry, I can't."}
    rejected = KINDS[3] | {"chosen": 1}
    assert findings("answer", signal) == findings("answer", rejected) == []


@pytest.mark.parametrize("text", ["can't " * 150_000, "sorry " * 150_000, "as an a" * 140_000, "a" * 1_000_000,
                                  "```\n" * 250_000, "\n" * 1_000_000, " " * 900_000, "“" * 900_000])  # fmt: skip
def test_hostile_answers_take_no_longer_than_others(text):
    started = time.process_time()
    seen(answered(text))
    assert time.process_time() - started < 2


def seen(body):
    """What these detectors alone find, without the rest of the way."""
    return [detector.detect([body])[0] for detector in (answer.DETECTOR, repetition_of.DETECTOR)]


def test_very_many_small_answers_are_bounded():
    body = {"kind": "chat", "messages": [{"role": "assistant", "content": "I can't, sorry."}] * 100_000}
    started = time.process_time()
    found, _ = seen(body)
    assert len(found) == 200
    assert time.process_time() - started < 3
