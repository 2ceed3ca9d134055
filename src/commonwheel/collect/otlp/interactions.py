"""From spans to contributions: a model's answer is a chat, with an edit a correction, an evaluation a signal.

What an application says of consent and terms is in attributes of its own:

`commonwheel.consent` (the version of the text that was agreed to), `commonwheel.license`, `commonwheel.ai_pref`,
`commonwheel.purposes` (with commas), `commonwheel.scope`, `commonwheel.user` (whom it is given for),
`commonwheel.edit` (the answer as the user left it), `commonwheel.assessment`, `commonwheel.language`,
`commonwheel.tags` (with commas).

What is said and does not fit is refused, never passed over: passing over `scope` would publish, and passing over a
no would take the token's yes for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from commonwheel.collect.otlp.dialects import said_in
from commonwheel.collect.otlp.wire import Attributes, Span

ATTRIBUTES = {
    "commonwheel.consent": (
        "the version of the text that its giver agreed to; anything else, such as `false`, is a no. "
        "Where none of the attributes of terms is there, the token's terms count"
    ),
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
_LONGEST_ID = 200
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
    response = _response(span.attributes)
    messages = said_in(span)
    if any(message["role"] == "assistant" for message in messages):
        ids = (span.trace, span.span, *((response,) if response else ()))
        yield Traced(key=key, body=_body(span, messages) | _shared(span.attributes), ids=ids)
    given_under: dict[str, Any] | None = None
    for number, event in enumerate(span.events):
        name = _text(event.attributes, "gen_ai.evaluation.name")
        if event.name == _EVALUATION and name:
            value = event.attributes.get("gen_ai.evaluation.score.value")
            if value is None:
                value = _text(event.attributes, "gen_ai.evaluation.score.label")
            target = _response(event.attributes) or response or span.span
            body = {"kind": "signal", "target": target, "name": name, "value": value, "source": {"door": "otlp"}}
            given_under = given_under or _given_under(span.attributes)
            yield Traced(key=f"{key}.{number}", body=body | given_under)


def _body(span: Span, messages: list[dict[str, Any]]) -> dict[str, Any]:
    edit = span.attributes.get("commonwheel.edit")
    last = max(place for place, message in enumerate(messages) if message["role"] == "assistant")
    if edit is None:
        body: dict[str, Any] = {"kind": "chat", "messages": messages}
    else:
        prompt = messages[:last]
        body = {
            "kind": "correction",
            "prompt": prompt[0]["content"] if len(prompt) == 1 else prompt,
            "original": messages[last]["content"],
            "edited": edit,
        }
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
    said = _given_under(attributes)
    for name in ("assessment", "language"):
        if value := _text(attributes, f"commonwheel.{name}"):
            said[name] = value
    if (tags := attributes.get("commonwheel.tags")) and (words := _words(tags)):
        said["tags"] = words
    return said


def _given_under(attributes: Attributes) -> dict[str, Any]:
    """The terms as they are said, to be read as strictly as a body's, and whom it is given for."""
    said: dict[str, Any] = {}
    terms = {
        name: attributes[attribute]
        for name in ("license", "ai_pref", "purposes", "scope")
        if (attribute := f"commonwheel.{name}") in attributes
    }
    if terms or "commonwheel.consent" in attributes:
        consent = attributes.get("commonwheel.consent")
        if "purposes" in terms:
            terms["purposes"] = _words(terms["purposes"])
        said["terms"] = terms | {"consent": {"version": consent, "given": bool(consent)}}
    user = attributes.get("commonwheel.user")
    if user is not None:
        said["on_behalf_of"] = str(user) if type(user) is int else user
    return said


def _response(attributes: Attributes) -> str:
    """The id of an answer, where nothing is longer than feedback can name."""
    id = _text(attributes, "gen_ai.response.id")
    return id if len(id) <= _LONGEST_ID else ""


def _text(attributes: Attributes, *names: str) -> str:
    return next((value for name in names if isinstance(value := attributes.get(name), str) and value), "")


def _words(value: Any) -> Any:
    """The words of a list, or of a text with commas; what is neither stays as it is."""
    found = value.split(",") if isinstance(value, str) else value
    if not isinstance(found, list):
        return value
    return [word for each in found if (word := each.strip() if isinstance(each, str) else each) != ""]
