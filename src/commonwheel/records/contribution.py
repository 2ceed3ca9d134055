"""What people give: the seven kinds, as given. One definition serves code, validation and JSON Schema."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, Field, FiniteFloat

from commonwheel.records.terms import STRICT, Terms

SCHEMA = 1
"""Version of the shape of a contribution, stored with each."""

MAX_RECORD_BYTES = 1_000_000
"""A contribution as JSON, its attachments not counted."""
MAX_ATTACHMENT_BYTES = 20_000_000
"""All attachments of one contribution together, before base64."""

Text = Annotated[str, Field(max_length=MAX_RECORD_BYTES)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Word = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:/+-]+$")]
Tag = Annotated[str, Field(min_length=1, max_length=100)]
Title = Annotated[str, Field(min_length=1, max_length=500)]
Language = Annotated[
    str,
    Field(
        max_length=35,
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z]{5,8}|[0-9][A-Za-z0-9]{3}))?$",
    ),
]
"""A BCP 47 tag: language, script, region and at most one variant, so that no number can hide in one."""
Detail = dict[Word, bool | int | FiniteFloat | Text | None]


class Assessment(StrEnum):
    """What the giver thinks of an answer."""

    GOOD = "good"
    FAIL = "fail"
    MIXED = "mixed"


class Prompted(StrEnum):
    """What made the giver give."""

    PROACTIVE = "proactive"
    REACTIVE = "reactive"
    PASSIVE = "passive"
    SCHEDULED = "scheduled"
    TASK = "task"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    """A piece of text in a message, as in OpenAI's chat format."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    type: Literal["text"]
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentPart:
    """A piece of a message that is an attachment, named by its place in `attachments`."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    type: Literal["attachment"]
    attachment: Annotated[int, Field(ge=0, le=99)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageUrl:
    """Where an image is: an address, or the image itself as a data URL."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    url: Text
    detail: Word | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagePart:
    """An image in a message, as in OpenAI's chat format."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    type: Literal["image_url"]
    image_url: ImageUrl


Part = Annotated[TextPart | ImagePart | AttachmentPart, Field(discriminator="type")]
Content = Text | Annotated[tuple[Part, ...], Field(max_length=1000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionCall:
    """What is called and with what: `arguments` is JSON inside a text, as the model wrote it."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    name: Word
    arguments: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A tool that an assistant calls, as in OpenAI's chat format; the answer names its `id`."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    id: Name
    type: Literal["function"]
    function: FunctionCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One turn of a conversation.

    `content` may be null beside `tool_calls`, which only an assistant makes; `tool_call_id` says which of
    them a tool's message answers. `reasoning` is what a model thought before it spoke.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: Content | None
    model: Name | None = None
    name: Name | None = None
    reasoning: Text | None = None
    tool_calls: Annotated[tuple[ToolCall, ...], Field(max_length=128)] = ()
    tool_call_id: Name | None = None


Messages = Annotated[tuple[Message, ...], Field(min_length=1, max_length=2000)]
Prompt = Text | Messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One of several answers to the same prompt."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    content: Content
    model: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """An image, a sound or a file, in base64."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {**STRICT, "str_max_length": 2 * MAX_ATTACHMENT_BYTES}

    name: Name
    media_type: Annotated[str, Field(max_length=100, pattern=r"^[a-z]+/[A-Za-z0-9_.+-]+$")]
    data: Annotated[str, Field(max_length=MAX_ATTACHMENT_BYTES * 4 // 3 + 4, pattern=r"^[A-Za-z0-9+/]*={0,2}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a contribution came from. `conversation` joins records here and is never published."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    door: Word | None = None
    prompted: Prompted | None = None
    conversation: Name | None = None
    model: Name | None = None
    provider: Name | None = None
    created: AwareDatetime | None = None
    usage: dict[Word, Annotated[int, Field(ge=0)]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What every kind carries beside its content.

    `terms` may be left out where the token carries default terms. `on_behalf_of` names the giver at a
    door; it is hashed on arrival and never stored.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    schema: Literal[1] = 1
    assessment: Assessment | None = None
    labels: dict[Annotated[str, Field(pattern=r"^[0-9]{1,4}$")], Assessment] = field(default_factory=dict)
    title: Title | None = None
    note: Text | None = None
    tags: Annotated[tuple[Tag, ...], Field(max_length=50)] = ()
    language: Language | None = None
    terms: Terms | None = None
    hold_until: AwareDatetime | None = None
    source: Source = field(default_factory=Source)
    on_behalf_of: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat(Given):
    """A conversation, with an assessment, labels per message (by index) and a note."""

    kind: Literal["chat"]
    messages: Messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction(Given):
    """An answer and what the person made of it. `inferred`: nobody said so, it follows from what they did."""

    kind: Literal["correction"]
    prompt: Prompt
    original: Text
    edited: Text
    reason: Text | None = None
    inferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference(Given):
    """Two or more answers to one prompt; `chosen` is the index of the preferred one.

    `inferred`: nobody compared them; an answer was asked for again, and this one was kept.
    """

    kind: Literal["preference"]
    prompt: Prompt
    candidates: Annotated[tuple[Candidate, ...], Field(min_length=2, max_length=20)]
    chosen: Annotated[int, Field(ge=0, le=19)]
    reason: Text | None = None
    inferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Example(Given):
    """A prompt and its ideal answer, with tests or a rubric where there are."""

    kind: Literal["example"]
    prompt: Prompt
    ideal: Text
    tests: Annotated[tuple[Text, ...], Field(max_length=100)] = ()
    rubric: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal(Given):
    """A thumb, stars, a flag, a grade, or behaviour; the name is open."""

    kind: Literal["signal"]
    target: Name
    name: Word
    value: bool | int | FiniteFloat | Text
    detail: Annotated[Detail, Field(max_length=100)] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace(Given):
    """A question, the reasoning steps and the answer."""

    kind: Literal["trace"]
    prompt: Prompt
    steps: Annotated[tuple[Text, ...], Field(max_length=2000)]
    answer: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle(Given):
    """Text with images, audio or files."""

    kind: Literal["bundle"]
    messages: Messages
    attachments: Annotated[tuple[Attachment, ...], Field(max_length=100)] = ()


Contribution = Annotated[
    Chat | Correction | Preference | Example | Signal | Trace | Bundle, Field(discriminator="kind")
]
AnyContribution = Chat | Correction | Preference | Example | Signal | Trace | Bundle
KINDS: tuple[type[AnyContribution], ...] = (Chat, Correction, Preference, Example, Signal, Trace, Bundle)
