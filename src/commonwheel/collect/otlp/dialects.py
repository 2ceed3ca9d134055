"""What was said in a span of a model's answer, in the ways in which instrumentations write it.

- today's attributes: `gen_ai.input.messages`, `gen_ai.output.messages`, `gen_ai.system_instructions`, also in an
  event `gen_ai.client.inference.operation.details`
- older ones: `gen_ai.prompt.0.content`, `gen_ai.completion.0.content`
- an event for each message: `gen_ai.user.message`, `gen_ai.choice`; and `gen_ai.content.prompt`, `…completion`
- OpenInference: `llm.input_messages.0.message.content`

Formats: https://opentelemetry.io/docs/specs/semconv/gen-ai/ and
https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pydantic_core

from commonwheel.collect.otlp.wire import Attributes, Span

Message = dict[str, Any]

_ROLES = {"human": "user", "model": "assistant", "ai": "assistant", "developer": "system", "function": "tool"}
_KNOWN = frozenset({"system", "user", "assistant", "tool"})
_MOST = 500
_NUMBERED = re.compile(r"([0-9]{1,4})\.(?:message\.)?(role|content)")
_EVENT = re.compile(r"gen_ai\.(system|user|assistant|tool)\.message")
_TEXTS = frozenset({"text", "input_text", "output_text"})
_OTHER_PARTS = frozenset(
    "blob file file_data function image image_url input_audio input_image reasoning refusal thinking tool_call"
    " tool_call_response tool_result tool_use uri".split()
)
_DETAILS = "gen_ai.client.inference.operation.details"


def said_in(span: Span) -> list[Message]:
    """The conversation of a span, its answer last; nothing where it holds no words."""
    for read in _DIALECTS:
        messages = [message for message in read(span) if message["content"].strip()][:_MOST]
        if messages:
            return messages
    return []


def _current(span: Span) -> Iterator[Message]:
    details = (event.attributes for event in span.events if event.name == _DETAILS)
    for attributes in (span.attributes, *details):
        before = _parts(attributes.get("gen_ai.system_instructions"))
        if before:
            yield {"role": "system", "content": before}
        for name, role in (("gen_ai.input.messages", "user"), ("gen_ai.output.messages", "assistant")):
            messages = _parsed(attributes.get(name))
            for message in messages if isinstance(messages, list) else ():
                if isinstance(message, dict):
                    yield _message(
                        message.get("role") or role, _parts(message.get("parts", message.get("content")))
                    )


def _numbered(prefixes: tuple[str, str]) -> Callable[[Span], Iterator[Message]]:
    def read(span: Span) -> Iterator[Message]:
        for prefix, role in zip(prefixes, ("user", "assistant"), strict=True):
            found: dict[int, dict[str, Any]] = {}
            for name, value in span.attributes.items():
                match = _NUMBERED.fullmatch(name.removeprefix(prefix)) if name.startswith(prefix) else None
                if match is not None:
                    found.setdefault(int(match[1]), {})[match[2]] = value
            for _, message in sorted(found.items()):
                yield _message(message.get("role") or role, _parts(message.get("content")))

    return read


def _events(span: Span) -> Iterator[Message]:
    for event in span.events:
        attributes = event.attributes
        match = _EVENT.fullmatch(event.name)
        if match is not None:
            yield _message(match[1], _parts(_of(attributes, "content", "gen_ai.event.content")))
        elif event.name == "gen_ai.choice":
            message = _parsed(attributes.get("message"))
            content = message.get("content") if isinstance(message, dict) else None
            yield _message("assistant", _parts(content or _of(attributes, "content", "gen_ai.event.content")))
        elif event.name in ("gen_ai.content.prompt", "gen_ai.content.completion"):
            role = event.name.rpartition(".")[2]
            default = "user" if role == "prompt" else "assistant"
            said = attributes.get(f"gen_ai.{role}")
            messages = _parsed(said)
            told = isinstance(messages, list) and all(isinstance(m, dict) and "content" in m for m in messages)
            for each in messages if told and messages else [{"content": said}]:
                yield _message(each.get("role") or default, _parts(each["content"]))


_DIALECTS: tuple[Callable[[Span], Iterator[Message]], ...] = (
    _current,
    _numbered(("gen_ai.prompt.", "gen_ai.completion.")),
    _events,
    _numbered(("llm.input_messages.", "llm.output_messages.")),
)
"""In the order in which they are asked."""


def _of(attributes: Attributes, *names: str) -> Any:
    return next((attributes[name] for name in names if attributes.get(name) is not None), None)


def _message(role: Any, content: str) -> Message:
    name = str(role).lower()
    name = _ROLES.get(name, name)
    return {"role": name if name in _KNOWN else "user", "content": content}


def _parsed(value: Any) -> Any:
    """Structured values come as such, or as JSON in a text."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return pydantic_core.from_json(value)
        except ValueError:
            return value
    return value


def _parts(content: Any) -> str:
    """The words of a message: a text, or its parts that are text.

    A text that happens to be JSON is a text, as where a model was asked for JSON; it is read as parts only where
    every member names a kind of part.
    """
    if isinstance(content, str):
        parsed = _parsed(content)
        if not isinstance(parsed, list) or not parsed or not all(_is_part(each) for each in parsed):
            return content
        content = parsed
    said = []
    for part in content if isinstance(content, list) else [content]:
        if isinstance(part, str):
            said.append(part)
        elif isinstance(part, Mapping) and part.get("type", "text") in _TEXTS:
            text = part.get("content", part.get("text"))
            said += [text] if isinstance(text, str) else []
    return "\n".join(said)


def _is_part(value: Any) -> bool:
    kind = value.get("type") if isinstance(value, Mapping) else None
    return isinstance(kind, str) and kind in _TEXTS | _OTHER_PARTS
