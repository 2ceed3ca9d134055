"""From spans to contributions: a model's answer is a chat, with an edit a correction, an evaluation a signal.

What an application says of consent and terms is in attributes of its own:

`commonwheel.consent` (the version of the text that was agreed to), `commonwheel.license`, `commonwheel.ai_pref`,
`commonwheel.purposes` (with commas), `commonwheel.scope`, `commonwheel.user` (whom it is given for),
`commonwheel.edit` (the answer as the user left it), `commonwheel.assessment`, `commonwheel.language`,
`commonwheel.tags` (with commas).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from commonwheel.collect.otlp.dialects import said_in
from commonwheel.collect.otlp.wire import Attributes, Span

ATTRIBUTES = {
    "commonwheel.consent": "the version of the text that its giver agreed to; without it the token's terms count",
    "commonwheel.license": "`CC0-1.0`, `CC-BY-4.0` or `CC-BY-SA-4.0`; needed with `commonwheel.consent`",
    "commonwheel.ai_pref": "an AI preference, such as `train-ai=n;exceptions=cc-cr`",
    "commonwheel.purposes": "`display`, `evaluation`, `training`, with commas; all of them where it is left out",
    "commonwheel.scope": "`public`, or `instance`: never released",
    "commonwheel.user": "whom it is given for: hashed on arrival, never stored; takes `contribute:on-behalf`",
    "commonwheel.edit": "the answer as the user left it: the span becomes a correction",
    "commonwheel.assessment": "`good`, `fail` or `mixed`",
    "commonwheel.language": "a language tag",
    "commonwheel.tags": "words, with commas",
}
"""What they mean, for the docs."""
_EVALUATION = "gen_ai.evaluation.result"
_PROVIDERS = ("gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system")
_MODELS = ("gen_ai.response.model", "gen_ai.request.model", "llm.model_name")
_USAGE = {
    "prompt_tokens": ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt"),
    "completion_tokens": (
        "gen_ai.usage.output_tokens",
        "gen_ai.usage.completion_tokens",
        "llm.token_count.completion",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """What a span gives: a contribution as a body, its key, and the ids that feedback can name it by."""

    key: str
    body: dict[str, Any]
    ids: tuple[str, ...] = ()


def traced(span: Span) -> Iterator[Traced]:
    """The interaction of a span and what is said of it; nothing for a span of something else."""
    if not span.trace or not span.span:
        return
    key = f"otlp.{span.trace}.{span.span}"
    response = _text(span.attributes, "gen_ai.response.id")
    messages = said_in(span)
    if any(message["role"] == "assistant" for message in messages):
        ids = (span.trace, span.span, *((response,) if response else ()))
        yield Traced(key=key, body=_body(span, messages) | _shared(span.attributes), ids=ids)
    for number, event in enumerate(span.events):
        name = _text(event.attributes, "gen_ai.evaluation.name")
        if event.name == _EVALUATION and name:
            value = event.attributes.get("gen_ai.evaluation.score.value")
            if value is None:
                value = _text(event.attributes, "gen_ai.evaluation.score.label")
            target = _text(event.attributes, "gen_ai.response.id") or response or span.span
            body = {"kind": "signal", "target": target, "name": name, "value": value, "source": {"door": "otlp"}}
            terms = {name: said for name, said in _shared(span.attributes).items() if name in _OF_SIGNALS}
            yield Traced(key=f"{key}.{number}", body=body | terms)


_OF_SIGNALS = ("terms", "on_behalf_of")


def _body(span: Span, messages: list[dict[str, Any]]) -> dict[str, Any]:
    edit = span.attributes.get("commonwheel.edit")
    last = max(place for place, message in enumerate(messages) if message["role"] == "assistant")
    if isinstance(edit, str) and last:
        prompt = messages[:last]
        body: dict[str, Any] = {
            "kind": "correction",
            "prompt": prompt[0]["content"] if len(prompt) == 1 else prompt,
            "original": messages[last]["content"],
            "edited": edit,
        }
    else:
        body = {"kind": "chat", "messages": messages}
    return body | {"source": _source(span)}


def _source(span: Span) -> dict[str, Any]:
    attributes = span.attributes
    source: dict[str, Any] = {
        "door": "otlp",
        "conversation": _text(attributes, "gen_ai.conversation.id", "session.id")[:200] or span.trace,
        "model": _text(attributes, *_MODELS)[:200],
        "provider": _text(attributes, *_PROVIDERS)[:200],
    }
    if 0 < span.started < 4_102_444_800_000_000_000:  # before 2100
        source["created"] = datetime.fromtimestamp(span.started / 1e9, UTC).isoformat()
    usage = {
        name: value
        for name, names in _USAGE.items()
        for value in [next((attributes[each] for each in names if isinstance(attributes.get(each), int)), None)]
        if value is not None and value >= 0
    }
    return {name: value for name, value in source.items() if value} | ({"usage": usage} if usage else {})


def _shared(attributes: Attributes) -> dict[str, Any]:
    """Terms, whom it is given for, and what is said of the whole."""
    said: dict[str, Any] = {}
    consent = _text(attributes, "commonwheel.consent")
    if consent:
        terms: dict[str, Any] = {
            "consent": {"version": consent, "given": True},
            "license": _text(attributes, "commonwheel.license"),
        }
        for name in ("ai_pref", "scope"):
            if value := _text(attributes, f"commonwheel.{name}"):
                terms[name] = value
        if purposes := _words(attributes, "commonwheel.purposes"):
            terms["purposes"] = purposes
        said["terms"] = terms
    for name, member in (("user", "on_behalf_of"), ("assessment", "assessment"), ("language", "language")):
        if value := _text(attributes, f"commonwheel.{name}"):
            said[member] = value
    if tags := _words(attributes, "commonwheel.tags"):
        said["tags"] = tags
    return said


def _text(attributes: Attributes, *names: str) -> str:
    return next((value for name in names if isinstance(value := attributes.get(name), str) and value), "")


def _words(attributes: Attributes, name: str) -> list[str]:
    value = attributes.get(name)
    found = value if isinstance(value, list) else str(value or "").split(",")
    return [word for each in found if (word := str(each).strip())]
