"""What can be given by hand: one form for each way, and what becomes of its fields."""

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from commonwheel.collect.pasted import turns
from commonwheel.errors import Invalid
from commonwheel.people.identity import new_id
from commonwheel.records.body import Body
from commonwheel.records.contribution import Assessment
from commonwheel.web.pages.uploads import Upload
from commonwheel.web.pages.visitor import Fields

GRADES = {
    "accurate": "It is true",
    "complete": "Nothing is missing",
    "clear": "It is easy to understand",
    "fitting": "It answers what was asked",
    "harmless": "It would hurt nobody",
}
"""What an answer is graded by, from 1 to 5."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: a text of some lines, or a choice. What is public is said once, above the form."""

    name: str
    label: str
    hint: str = ""
    rows: int = 1
    needed: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    files: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveForm:
    """A way to give: its word in the menu, what it is, its icon, its fields, and how they become a record."""

    word: str
    title: str
    lead: str
    icon: str
    fields: tuple[Field, ...]
    read: Callable[[Fields, Sequence[Upload]], Body]


def _chat(form: Fields, _files: Sequence[Upload]) -> Body:
    found = turns(form.one("chat"))
    if not found:
        raise Invalid([("chat", "is empty: paste a conversation")])
    return {"kind": "chat", "messages": found}


def _correction(form: Fields, _files: Sequence[Upload]) -> Body:
    body = {"kind": "correction"} | _texts(form, "prompt", "original", "edited")
    if body["original"].strip() == body["edited"].strip():
        raise Invalid([("edited", "is the same as the answer: change what was wrong")])
    return body | _given(form, "reason")


def _preference(form: Fields, _files: Sequence[Upload]) -> Body:
    read = _texts(form, "prompt", "first", "second")
    if form.one("chosen") not in ("0", "1"):
        raise Invalid([("chosen", "is missing: say which answer is better")])
    if read["first"].strip() == read["second"].strip():
        raise Invalid([("second", "is the same as the first answer")])
    body = {
        "kind": "preference",
        "prompt": read["prompt"],
        "candidates": [{"content": read["first"]}, {"content": read["second"]}],
        "chosen": int(form.one("chosen")),
    }
    return body | _given(form, "reason")


def _example(form: Fields, _files: Sequence[Upload]) -> Body:
    return {"kind": "example"} | _texts(form, "prompt", "ideal") | _given(form, "rubric")


def _grades(form: Fields, _files: Sequence[Upload]) -> Body:
    read = _texts(form, "prompt", "answer")
    given = {name: int(form.one(name)) for name in GRADES if form.one(name) in ("1", "2", "3", "4", "5")}
    if not given:
        raise Invalid([("accurate", "grade it by one thing at least")])
    detail: dict[str, Any] = read | given | _given(form, "why")
    value = round(sum(given.values()) / len(given), 2)
    body = {"kind": "signal", "target": f"answer-{new_id()[:12]}", "name": "rubric", "value": value}
    return body | {"detail": detail}


def _trace(form: Fields, _files: Sequence[Upload]) -> Body:
    read = _texts(form, "prompt", "steps", "answer")
    steps = [step.strip() for step in re.split(r"\n\s*\n|\n(?=\s*(?:\d{1,3}[.)]|[-*•])\s)", read["steps"])]
    return {"kind": "trace", "prompt": read["prompt"], "steps": [s for s in steps if s], "answer": read["answer"]}


def _files(form: Fields, files: Sequence[Upload]) -> Body:
    if not files:
        raise Invalid([("files", "choose one or more")])
    parts: list[dict[str, Any]] = [{"type": "text", "text": _texts(form, "text")["text"]}]
    parts += [{"type": "attachment", "attachment": index} for index in range(len(files))]
    return {
        "kind": "bundle",
        "messages": [{"role": "user", "content": parts}],
        "attachments": [
            {"name": each.name, "media_type": each.media_type, "data": base64.b64encode(each.data).decode()}
            for each in files
        ],
    }


def _texts(form: Fields, *names: str) -> dict[str, str]:
    """Fields that must say something."""
    empty = [(name, "is empty") for name in names if not form.one(name).strip()]
    if empty:
        raise Invalid(empty)
    return {name: form.one(name).strip("\n") for name in names}


def _given(form: Fields, name: str) -> dict[str, str]:
    value = form.one(name).strip()
    return {name: value} if value else {}


def body_from(way: str, form: Fields, files: Sequence[Upload]) -> Body:
    """The record that a form makes; Invalid with what is missing, by field."""
    body = FORMS[way].read(form, files)
    model, how = form.one("model").strip()[:200], form.one("how")
    source = {"door": "give"} | ({"model": model} if model else {})
    judged = {"assessment": how} if how in set(Assessment) else {}
    return body | judged | _given(form, "note") | {"source": source}


_PROMPT = Field(name="prompt", label="What was asked", rows=3)
_MODEL = Field(name="model", label="Which model answered?", hint="As its page names it.", needed=False)
_HOW = Field(
    name="how",
    label="How did it go?",
    needed=False,
    choices=((Assessment.GOOD, "It helped"), (Assessment.MIXED, "Partly"), (Assessment.FAIL, "It failed")),
)
_NOTE = Field(name="note", label="What should a reader know?", rows=2, needed=False, hint="Public, like the rest.")
_WHY = Field(name="reason", label="Why?", rows=2, needed=False, hint="What makes the difference.")

FORMS: dict[str, GiveForm] = {
    "chat": GiveForm(
        word="A chat",
        title="Give a chat",
        lead="Paste it as you copied it from the page: who says what is found by the names before the turns.",
        icon="chat",
        fields=(Field(name="chat", label="The conversation", rows=14), _HOW, _NOTE, _MODEL),
        read=_chat,
    ),
    "correction": GiveForm(
        word="A better answer",
        title="Correct an answer",
        lead="What a model said, and what it should have said. This is what models learn most from.",
        icon="correction",
        fields=(
            _PROMPT,
            Field(name="original", label="What the model answered", rows=7),
            Field(
                name="edited",
                label="The answer as it should be",
                rows=7,
                hint="Change what is wrong and leave what is right.",
            ),
            _WHY,
            _MODEL,
        ),
        read=_correction,
    ),
    "preference": GiveForm(
        word="Two answers",
        title="Compare two answers",
        lead="Which of two answers to the same question is the better one?",
        icon="preference",
        fields=(
            _PROMPT,
            Field(name="first", label="First answer", rows=6),
            Field(name="second", label="Second answer", rows=6),
            Field(name="chosen", label="Which is better?", choices=(("0", "The first"), ("1", "The second"))),
            _WHY,
        ),
        read=_preference,
    ),
    "example": GiveForm(
        word="A question with its answer",
        title="Write an ideal answer",
        lead="A question from your own life or work, and the answer you would be glad to get.",
        icon="example",
        fields=(
            Field(name="prompt", label="The question", rows=3),
            Field(name="ideal", label="The ideal answer", rows=8),
            Field(name="rubric", label="What makes an answer good?", rows=2, needed=False),
        ),
        read=_example,
    ),
    "grade": GiveForm(
        word="Grades",
        title="Grade an answer",
        lead="From 1 (not at all) to 5 (fully). Leave out what you cannot judge.",
        icon="signal",
        fields=(
            _PROMPT,
            Field(name="answer", label="What the model answered", rows=6),
            *(
                Field(name=name, label=label, needed=False, choices=tuple((str(n), str(n)) for n in range(1, 6)))
                for name, label in GRADES.items()
            ),
            Field(name="why", label="Why?", rows=2, needed=False),
            _MODEL,
        ),
        read=_grades,
    ),
    "trace": GiveForm(
        word="A way of thinking",
        title="Write down how you reason",
        lead="A question, the steps that lead to the answer, and the answer.",
        icon="trace",
        fields=(
            Field(name="prompt", label="The question", rows=3),
            Field(
                name="steps", label="The steps", rows=8, hint="An empty line, a number or a dash begins a new one."
            ),
            Field(name="answer", label="The answer", rows=3),
            _NOTE,
        ),
        read=_trace,
    ),
    "files": GiveForm(
        word="Images or files",
        title="Give images or files",
        lead="Up to 20 MB. What they say about you and your camera is taken out, and a person looks at each.",
        icon="bundle",
        fields=(
            Field(name="text", label="What is it, and what was it for?", rows=4),
            Field(name="files", label="Files", files=True),
            _HOW,
        ),
        read=_files,
    ),
}
"""All ways, by the last part of their address."""
