"""What people send through the API: read strictly, refused with the path of each fault."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import islice
from typing import Annotated, Any, TypeVar

import pydantic_core
from pydantic import Field, FiniteFloat, TypeAdapter, ValidationError

from commonwheel.collect.faults import MOST_FAULTS, invalid, invalid_input, pointer_to
from commonwheel.errors import TooLarge
from commonwheel.records.body import CONTRIBUTION, body_of, texts
from commonwheel.records.contribution import (
    KINDS,
    MAX_ATTACHMENT_BYTES,
    MAX_RECORD_BYTES,
    AnyContribution,
    AttachmentPart,
    Bundle,
    Chat,
    Correction,
    Detail,
    Given,
    Message,
    Name,
    Part,
    Preference,
    Prompt,
    Signal,
    Text,
    Word,
)
from commonwheel.records.schema import LOCAL, json_schema
from commonwheel.records.standing import ALLOWED, Allowed
from commonwheel.records.terms import AttributionMode, Scope, Terms
from commonwheel.records.wishes import WISHES, Wishes

MAX_BODY_BYTES = MAX_RECORD_BYTES + MAX_ATTACHMENT_BYTES * 4 // 3 + 400
"""The largest request that can hold a contribution: its record, and 100 attachments in base64."""

_G = TypeVar("_G", bound=Given)
_KINDS = frozenset(kind.__name__.lower() for kind in KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit(Given):
    """What a flywheel logger sends: a prompt, what the model answered and what the user made of it."""

    prompt: Prompt
    original_llm_output: Text
    final_user_edit: Text
    reason: Text | None = None
    model: Name | None = None
    provider: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback(Given):
    """A thumb, stars, a flag, a grade or behaviour about an interaction or a message."""

    target: Name
    name: Word
    value: bool | int | FiniteFloat | Text
    detail: Annotated[Detail, Field(max_length=100)] = field(default_factory=dict)


_EDIT: TypeAdapter[Edit] = TypeAdapter(Edit)
_FEEDBACK: TypeAdapter[Feedback] = TypeAdapter(Feedback)
_SHARED = tuple(f.name for f in fields(Given))


def read_contribution(raw: bytes) -> AnyContribution:
    """The contribution in this JSON.

    Raises Invalid with the path of each fault, and TooLarge past MAX_RECORD_BYTES (as sent, without
    attachments) or MAX_ATTACHMENT_BYTES (decoded, together). Neither quotes the input.
    """
    given: AnyContribution = _read(CONTRIBUTION, raw, _KINDS)
    return given


def check_body(body: dict[str, Any]) -> dict[str, Any]:
    """What a contribution with this content says, as it would be kept. Raises as `read_contribution` does."""
    return body_of(read_contribution(pydantic_core.to_json(body)))


def read_edit(raw: bytes) -> Correction:
    """The correction in what a flywheel logger sends. Raises as `read_contribution` does.

    `model` and `provider` are short for those of `source`, and may not contradict them.
    """
    edit = _read(_EDIT, raw)
    faults = [
        (f"/{name}", f"differs from /source/{name}")
        for name in ("model", "provider")
        if getattr(edit, name) and getattr(edit.source, name) not in (None, getattr(edit, name))
    ]
    if faults:
        raise invalid(faults)
    source = replace(
        edit.source,
        model=edit.model or edit.source.model,
        provider=edit.provider or edit.source.provider,
    )
    return Correction(
        kind="correction",
        prompt=edit.prompt,
        original=edit.original_llm_output,
        edited=edit.final_user_edit,
        reason=edit.reason,
        **{**_shared(edit), "source": source},
    )


def read_feedback(raw: bytes) -> Signal:
    """The signal in a piece of feedback. Raises as `read_contribution` does."""
    given = _read(_FEEDBACK, raw)
    return Signal(
        kind="signal",
        target=given.target,
        name=given.name,
        value=given.value,
        detail=given.detail,
        **_shared(given),
    )


def read_allowed(fields: Mapping[str, Any]) -> Allowed:
    """What somebody allows beforehand. Raises Invalid with the path of each fault."""
    try:
        allowed = ALLOWED.validate_python(fields)
    except ValidationError as problem:
        refusal = invalid_input(problem)
    else:
        faults = list(_faults_of_terms(allowed.terms))
        if not faults:
            return allowed
        refusal = invalid(faults)
    raise refusal


def read_wishes(raw: bytes) -> Wishes:
    """What somebody wishes for what they give through a door. Raises Invalid with the path of each fault."""
    try:
        return WISHES.validate_json(raw)
    except ValidationError as problem:
        refusal = invalid_input(problem)
    raise refusal


def wishes_schema(refs: str = LOCAL) -> dict[str, Any]:
    """JSON Schema of what `read_wishes` reads."""
    return json_schema(WISHES, refs)


def contribution_schema(refs: str = LOCAL) -> dict[str, Any]:
    """JSON Schema of what `read_contribution` reads, self-contained; `refs` is the form of references."""
    return json_schema(CONTRIBUTION, refs)


def edit_schema(refs: str = LOCAL) -> dict[str, Any]:
    """JSON Schema of what `read_edit` reads."""
    return json_schema(_EDIT, refs)


def feedback_schema(refs: str = LOCAL) -> dict[str, Any]:
    """JSON Schema of what `read_feedback` reads."""
    return json_schema(_FEEDBACK, refs)


def _shared(given: Given) -> dict[str, Any]:
    return {name: getattr(given, name) for name in _SHARED}


def _read(adapter: TypeAdapter[_G], raw: bytes, kinds: frozenset[str] = frozenset()) -> _G:
    _check_size(raw)
    try:
        given = adapter.validate_json(raw, strict=True)
    except ValidationError as problem:
        refusal = invalid_input(problem, kinds)
    else:
        faults = list(islice(_faults(given, raw), MOST_FAULTS + 1))
        if not faults:
            return given
        refusal = invalid(faults)
    # Raised out here, so that pydantic's error, which holds the input, is not its context.
    raise refusal


def _check_size(raw: bytes) -> None:
    if len(raw) <= MAX_RECORD_BYTES:
        return
    attached = _attached(raw) if len(raw) <= MAX_BODY_BYTES else []
    if len(raw) - sum(attached) > MAX_RECORD_BYTES:
        raise TooLarge(
            f"A contribution is at most {MAX_RECORD_BYTES:,} bytes, its attachments not counted.",
            limit=MAX_RECORD_BYTES,
        )
    if sum(attached) * 3 // 4 > MAX_ATTACHMENT_BYTES + 2 * len(attached):
        raise TooLarge(
            f"The attachments of a contribution are at most {MAX_ATTACHMENT_BYTES:,} bytes together.",
            limit=MAX_ATTACHMENT_BYTES,
        )


def _attached(raw: bytes) -> list[int]:
    """The lengths of what is attached, in base64."""
    try:
        body = pydantic_core.from_json(raw)
    except ValueError:
        return []
    attachments = body.get("attachments") if isinstance(body, dict) else None
    if not isinstance(attachments, list):
        return []
    data = [item.get("data") for item in attachments if isinstance(item, dict)]
    return [len(text) for text in data if isinstance(text, str)]


def _faults(given: Given, raw: bytes) -> Iterator[tuple[str, str]]:
    """What only several fields together show."""
    if given.terms:
        yield from _faults_of_terms(given.terms)
    labelled = {str(index) for index in range(len(_messages(given)))}
    for key in given.labels:
        if key not in labelled:
            yield pointer_to("labels", key), "is not the index of a message"
    if isinstance(given, Preference) and given.chosen >= len(given.candidates):
        yield "/chosen", "is not the index of a candidate"
    yield from _faults_of_attachments(given)
    yield from _faults_of_messages(given)
    if b"\\u0000" in raw:
        for pointer, text in texts(pydantic_core.from_json(raw), skipped=frozenset()):
            if "\0" in text:
                yield pointer, "holds the character U+0000, which not every store can keep"


def _faults_of_terms(terms: Terms) -> Iterator[tuple[str, str]]:
    if terms.scope is Scope.PUBLIC and not terms.purposes:
        yield "/terms/purposes", "must name what is allowed, since the scope is public"
    if terms.attribution.mode in (AttributionMode.USERNAME, AttributionMode.NAME) and not terms.attribution.name:
        yield "/terms/attribution/name", f"is missing: the mode is {terms.attribution.mode}"


def _faults_of_attachments(given: Given) -> Iterator[tuple[str, str]]:
    attachments = given.attachments if isinstance(given, Bundle) else ()
    for index, attachment in enumerate(attachments):
        if len(attachment.data) % 4:
            yield pointer_to("attachments", index, "data"), "is not complete base64"
    for pointer, content in _contents_of_parts(given):
        for index, part in enumerate(content):
            if isinstance(part, AttachmentPart) and part.attachment >= len(attachments):
                yield f"{pointer}/{index}/attachment", "is not the index of an attachment"


def _faults_of_messages(given: Given) -> Iterator[tuple[str, str]]:
    field_name = "messages" if isinstance(given, Chat | Bundle) else "prompt"
    for index, message in enumerate(_messages(given)):
        if message.content is None and not message.tool_calls:
            yield pointer_to(field_name, index, "content"), "must not be null: the message has no tool_calls"
        if message.tool_calls and message.role != "assistant":
            yield pointer_to(field_name, index, "tool_calls"), "are made by an assistant alone"
        if message.tool_call_id is not None and message.role != "tool":
            yield pointer_to(field_name, index, "tool_call_id"), "is named by a tool's message alone"


def _messages(given: Given) -> Sequence[Message]:
    """The messages that labels speak of: the conversation, or the prompt where it is one."""
    if isinstance(given, Chat | Bundle):
        return given.messages
    prompt = getattr(given, "prompt", "")
    return prompt if isinstance(prompt, tuple) else ()


def _contents_of_parts(given: Given) -> Iterator[tuple[str, tuple[Part, ...]]]:
    field_name = "messages" if isinstance(given, Chat | Bundle) else "prompt"
    for index, message in enumerate(_messages(given)):
        if isinstance(message.content, tuple):
            yield pointer_to(field_name, index, "content"), message.content
    if isinstance(given, Preference):
        for index, candidate in enumerate(given.candidates):
            if isinstance(candidate.content, tuple):
                yield pointer_to("candidates", index, "content"), candidate.content
