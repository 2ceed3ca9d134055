"""Hypothesis strategies for what people give: every kind, with hostile but valid text."""

import json
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from commonwheel.records.contribution import (
    AnyContribution,
    Assessment,
    Attachment,
    AttachmentPart,
    Bundle,
    Candidate,
    Chat,
    Correction,
    Example,
    FunctionCall,
    ImagePart,
    ImageUrl,
    Message,
    Preference,
    Prompted,
    Signal,
    Source,
    TextPart,
    ToolCall,
    Trace,
)
from commonwheel.records.terms import Attribution, AttributionMode, Consent, License, Purpose, Scope, Terms

NOTABLE = (
    "",
    "Grüezi mitenand",
    "e\u0301 und é",  # the same letter, combined and not
    "مرحبا بالعالم \u202eabc\u202c",  # right to left, with an override
    "👩🏽‍🚀🇨🇭𝔘𝔫𝔦",  # joined emoji, a flag, astral letters
    "\u200b\ufeff\u00ad",  # nothing to see
    "</script><b>\"'&amp;\\u0041",
    "line\r\nline\u2028\ttab\x7f\x1b[31m",
)
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")

texts = st.sampled_from(NOTABLE) | st.text(CHARACTERS, max_size=40)
names = st.text(CHARACTERS, min_size=1, max_size=40)
words = st.from_regex(r"[A-Za-z0-9_.:/+-]{1,64}", fullmatch=True)
languages = st.sampled_from(["en", "de-CH", "gsw", "zh-Hant-TW", "es-419", "ar", "sl-rozaj", "de-CH-1996"])
assessments = st.sampled_from(Assessment)
moments = st.datetimes(
    min_value=datetime(1971, 1, 1),
    max_value=datetime(9000, 1, 1),
    timezones=st.just(UTC) | st.integers(-720, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The same, or nothing."""
    return st.none() | strategy


text_parts = st.builds(TextPart, type=st.just("text"), text=texts)
image_urls = st.builds(ImageUrl, url=texts, detail=maybe(words))
image_parts = st.builds(ImagePart, type=st.just("image_url"), image_url=image_urls)
contents = texts | st.lists(text_parts | image_parts, max_size=3).map(tuple)


plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
arguments = texts | st.recursive(
    plain, lambda below: st.lists(below, max_size=3) | st.dictionaries(texts, below, max_size=3), max_leaves=6
).flatmap(lambda value: st.sampled_from([json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)]))
tool_calls = st.builds(
    ToolCall,
    id=names,
    type=st.just("function"),
    function=st.builds(FunctionCall, name=words, arguments=arguments),
)


@st.composite
def calling(draw: st.DrawFn, contents: st.SearchStrategy[Any]) -> Message:
    """A turn that calls tools, or answers a call."""
    if draw(st.booleans()):
        return draw(
            st.builds(Message, role=st.just("tool"), content=contents, name=maybe(names), tool_call_id=names)
        )
    calls = st.lists(tool_calls, min_size=1, max_size=2).map(tuple)
    said = st.none() | contents
    return draw(
        st.builds(Message, role=st.just("assistant"), content=said, tool_calls=calls, reasoning=maybe(texts))
    )


def messages_with(contents: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Message, ...]]:
    """One to four turns with such contents."""
    message = st.builds(
        Message,
        role=st.sampled_from(["system", "developer", "user", "assistant", "tool"]),
        content=contents,
        model=maybe(names),
    )
    return st.lists(message | calling(contents), min_size=1, max_size=4).map(tuple)


messages = messages_with(contents)
prompts = texts | messages
candidates = st.builds(Candidate, content=contents, model=maybe(names))
attachments = st.builds(
    Attachment,
    name=names,
    media_type=st.sampled_from(["image/png", "audio/ogg", "application/vnd.api+json"]),
    data=st.binary(max_size=30).map(lambda data: b64encode(data).decode()),
)
sources = st.builds(
    Source,
    door=maybe(words),
    prompted=maybe(st.sampled_from(Prompted)),
    conversation=maybe(names),
    model=maybe(names),
    provider=maybe(names),
    created=maybe(moments),
    usage=st.dictionaries(words, st.integers(0, 10**9), max_size=3),
)
shown_names = st.text(
    st.characters(categories=["L", "M"]) | st.sampled_from(" .-'7"), min_size=1, max_size=40
).filter(lambda name: name.isprintable() and sum(map(str.isdigit, name)) <= 6)
attributions = st.builds(
    Attribution,
    mode=st.sampled_from([AttributionMode.ANONYMOUS, AttributionMode.PSEUDONYM]),
    name=maybe(shown_names),
) | st.builds(
    Attribution, mode=st.sampled_from([AttributionMode.USERNAME, AttributionMode.NAME]), name=shown_names
)
preferences = st.sampled_from(
    ["", "train-ai=n", "train-ai=y", "train-ai=n;exceptions=cc-cr", "search=y, train-ai=n", "ai-use=n"]
)
consents = st.builds(Consent, version=st.just("2026-11"), given=st.just(True), preview=maybe(st.just("a-1.b_2")))
terms = st.builds(
    Terms,
    license=st.sampled_from(License),
    consent=consents,
    ai_pref=preferences,
    purposes=st.lists(st.sampled_from(Purpose), min_size=1, max_size=3, unique=True).map(tuple),
    scope=st.sampled_from(Scope),
    attribution=attributions,
)
values = st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts


def _given(**fields: st.SearchStrategy[Any]) -> dict[str, st.SearchStrategy[Any]]:
    """What every kind carries, and these."""
    return {
        "title": maybe(names),
        "assessment": maybe(assessments),
        "note": maybe(texts),
        "tags": st.lists(names, max_size=3).map(tuple),
        "language": maybe(languages),
        "terms": maybe(terms),
        "hold_until": maybe(moments),
        "source": sources,
        "on_behalf_of": maybe(names),
        **fields,
    }


@st.composite
def _labelled(draw: st.DrawFn, unlabelled: st.SearchStrategy[Any]) -> Any:
    """With labels for some of its messages."""
    given = draw(unlabelled)
    indexes = st.integers(0, len(given.messages) - 1).map(str)
    return replace(given, labels=draw(st.dictionaries(indexes, assessments, max_size=2)))


chats = _labelled(st.builds(Chat, kind=st.just("chat"), messages=messages, **_given()))
corrections = st.builds(
    Correction,
    kind=st.just("correction"),
    **_given(prompt=prompts, original=texts, edited=texts, reason=maybe(texts), inferred=st.booleans()),
)
comparisons = st.lists(candidates, min_size=2, max_size=4).flatmap(
    lambda several: st.builds(
        Preference,
        kind=st.just("preference"),
        candidates=st.just(tuple(several)),
        chosen=st.integers(0, len(several) - 1),
        **_given(prompt=prompts, reason=maybe(texts), inferred=st.booleans()),
    )
)
examples = st.builds(
    Example,
    kind=st.just("example"),
    **_given(prompt=prompts, ideal=texts, tests=st.lists(texts, max_size=3).map(tuple), rubric=maybe(texts)),
)
signals = st.builds(
    Signal,
    kind=st.just("signal"),
    **_given(
        target=names,
        name=words,
        value=values,
        detail=st.dictionaries(words, values | st.none(), max_size=3),
    ),
)
traces = st.builds(
    Trace,
    kind=st.just("trace"),
    **_given(prompt=prompts, steps=st.lists(texts, max_size=4).map(tuple), answer=texts),
)


@st.composite
def bundles(draw: st.DrawFn) -> Bundle:
    """Messages that refer to attachments which are there."""
    attached = tuple(draw(st.lists(attachments, max_size=3)))
    parts: st.SearchStrategy[Any] = text_parts | image_parts
    if attached:
        indexes = st.integers(0, len(attached) - 1)
        parts |= st.builds(AttachmentPart, type=st.just("attachment"), attachment=indexes)
    turns = messages_with(texts | st.lists(parts, max_size=3).map(tuple))
    made = st.builds(Bundle, kind=st.just("bundle"), messages=turns, attachments=st.just(attached), **_given())
    return draw(made)


contributions: st.SearchStrategy[AnyContribution] = st.one_of(
    chats, corrections, comparisons, examples, signals, traces, _labelled(bundles())
)
