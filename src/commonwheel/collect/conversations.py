"""What the readers of chat exports have in common: a conversation out of its turns, and what follows from it.

The branch that was kept is a chat. Beside it, an answer that was asked for again is a preference, and an answer
that somebody rewrote is a correction. Both are inferred: that one was kept says that it was not worse, and
not that somebody compared. An answer that was thought about is a trace; its steps are then there, and not in
the chat too.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from math import isfinite
from typing import Any

import pydantic_core

from commonwheel.collect.items import Found, Origin, Row, Skipped, made
from commonwheel.records.contribution import MAX_RECORD_BYTES
from commonwheel.records.terms import Terms

MOST_CANDIDATES = 20
MOST_REPEATED = 1_000_000
"""Characters of prompts that traces and pairs of one conversation repeat; beyond that, thoughts stay in the
chat, so that a long conversation does not become a hundred long records."""
_OF_A_MESSAGE = 20
"""Characters that a message counts for besides its words, since one without any is repeated too."""
MOST_HELD = 8 * MAX_RECORD_BYTES
"""Characters of a conversation that comes message by message: no record is as long."""
_TOO_LONG = "longer than 1 MB"
_LONGEST_NAME = 200
_MOST_WAITING = 100
"""Calls of tools that can wait for their answers at once."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Call:
    """A call of a tool, with its `id` where the export gives it one. Two that say the same are still two."""

    name: str
    arguments: str
    id: str | None = None


@dataclass(slots=True, kw_only=True)
class Turn:
    """What one side said. `rivals` are other answers to the same, `before` what it said until it was rewritten.

    `tool` is of a tool's turn: its name, or the id of the call, where the export says so; `answers` is the call
    that was found by it. An answer that is `unread` says nothing, and its call goes with it.
    """

    role: str
    text: str = ""
    model: str | None = None
    steps: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    tool: str | None = None
    answers: Call | None = None
    unread: bool = False
    label: str | None = None
    rivals: "list[Turn]" = field(default_factory=list)
    place: int = 0  # among its rivals, by age
    before: str | None = None
    stated: bool = False  # whether the person said that this is the better one


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """That the person said which of two answers was the better one."""

    prompt: Sequence[Turn]
    better: Turn
    worse: Turn


@dataclass(slots=True, kw_only=True)
class Conversation:
    """A conversation as an export holds it. `left` counts what was not taken, by its type.

    What the person `stated` about two answers is not inferred besides.
    """

    where: str
    provider: str | None = None
    id: str | None = None
    title: str | None = None
    created: datetime | None = None
    model: str | None = None
    turns: list[Turn] = field(default_factory=list)
    stated: list[Comparison] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    held: int = 0

    def hold(self, turn: Turn) -> None:
        """Add a turn of those that come one by one; when it becomes too much, they are let go."""
        self.held += len(turn.text) + sum(map(len, turn.steps)) + sum(len(rival.text) for rival in turn.rivals)
        if self.held <= MOST_HELD:
            self.turns.append(turn)
        else:
            self.turns.clear()

    def items(self, defaults: Terms | None) -> Iterator[Found]:
        """Its origin, the chat, and what follows from it."""
        turns = list(_joined(_answered(self.turns)))
        models = [turn.model for turn in turns if turn.model]
        model = self.model or (models[-1] if models else None)
        yield Origin(where=self.where, title=self.title, created=self.created, model=model)
        if self.held > MOST_HELD:
            yield Skipped(where=self.where, why=_TOO_LONG)
            return
        if not any(turn.text.strip() for turn in turns):
            yield Skipped(where=self.where, why="nothing was said in it")
            return
        source = self._source(model)
        known = {frozenset((one.better.text, one.worse.text)) for one in self.stated}
        for turn in turns:
            turn.rivals = [rival for rival in turn.rivals if frozenset((rival.text, turn.text)) not in known]
        following = [*map(_compared, self.stated), *_following(turns)]
        if sum(len(turn.text) for turn in turns) > MAX_RECORD_BYTES:
            yield Skipped(where=self.where, why=_TOO_LONG)  # before it is put together, in memory
        else:
            yield made(_chat(turns) | {"source": source}, self.where, defaults)
        for body in following:
            yield made(body | {"source": source}, self.where, defaults)
        if self.left:
            told = ", ".join(f"{count} × {kind}" for kind, count in sorted(self.left.items()))
            yield Skipped(where=self.where, why=f"not read in it: {told}")

    def _source(self, model: str | None) -> Row:
        source = {"conversation": self.id, "model": model, "provider": self.provider}
        source["created"] = self.created.isoformat() if self.created else None
        return {name: value for name, value in source.items() if value}


def _answered(turns: Sequence[Turn]) -> Iterator[Turn]:
    """The turns that say something. A call of a tool stays where an answer of it does, and the other way round."""
    waiting: deque[Call] = deque(maxlen=_MOST_WAITING)
    kept: set[Call] = set()
    for turn in turns:
        if turn.role == "user":
            waiting.clear()
        elif turn.role == "tool" and (call := _asked(waiting, turn.tool)) is not None:
            waiting.remove(call)
            if not turn.unread:
                turn.answers = call
                kept.add(call)
        waiting.extend(turn.calls)
    for turn in turns:
        turn.calls = [call for call in turn.calls if call in kept]
        if turn.answers or (turn.role != "tool" and (turn.text.strip() or turn.calls or turn.steps)):
            yield turn


def _asked(waiting: Iterable[Call], tool: str | None) -> Call | None:
    """The first call that waits for this tool; any, where the export does not say whose answer it is."""
    return next((call for call in waiting if tool in (None, call.id, call.name)), None)


def _joined(turns: Iterator[Turn]) -> Iterator[Turn]:
    """Turns as they alternate: an answer that comes in pieces is one, and thoughts belong to what follows."""
    last: Turn | None = None
    pieces: list[str] = []
    for turn in turns:
        if last is not None and last.role == turn.role == "assistant" and not (last.calls and turn.text):
            if turn.rivals and not last.rivals:
                last.rivals = [replace(rival, text=_one([*pieces, rival.text])) for rival in turn.rivals]
                last.place, last.stated = turn.place, turn.stated
            pieces.append(turn.text)
            last.steps += turn.steps
            last.calls += turn.calls
            last.before = last.before or turn.before
            last.model = turn.model or last.model
            last.label = turn.label or last.label
            continue
        if last is not None:
            yield _whole(last, pieces)
        last, pieces = turn, [turn.text]
    if last is not None:
        yield _whole(last, pieces)


def _whole(turn: Turn, pieces: Sequence[str]) -> Turn:
    if len(pieces) > 1:
        turn.text = _one(pieces)
    return turn


def _one(pieces: Sequence[str]) -> str:
    return "\n\n".join(piece for piece in pieces if piece.strip())


def _chat(turns: Sequence[Turn]) -> Row:
    body: Row = {"kind": "chat", "messages": _messages(turns)}
    labels = {str(index): turn.label for index, turn in enumerate(turns) if turn.label}
    return body | ({"labels": labels} if labels else {})


def _messages(turns: Sequence[Turn]) -> list[Row]:
    messages: list[Row] = []
    ids: dict[Call, str] = {}
    for turn in turns:
        message: Row = {"role": turn.role, "content": turn.text}
        if turn.role == "assistant":
            if turn.model:
                message["model"] = turn.model
            if turn.steps:
                message["reasoning"] = "\n\n".join(turn.steps)
            if turn.calls:
                ids |= {call: f"call_{len(ids) + index}" for index, call in enumerate(turn.calls)}
                message["content"] = turn.text or None
                message["tool_calls"] = [_call(call, ids[call]) for call in turn.calls]
        elif turn.answers in ids:
            message["tool_call_id"] = ids[turn.answers]
        messages.append(message)
    return messages


def _call(call: Call, id: str) -> Row:
    return {"id": id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def _following(turns: Sequence[Turn]) -> Iterator[Row]:
    """What follows from single answers. Takes the thoughts of a trace out of the turn."""
    left = MOST_REPEATED
    before: list[Turn] = []
    said = 0
    for turn in turns:
        of_more = turn.rivals or turn.before or turn.steps
        if of_more and turn.role == "assistant" and before and said <= left:
            prompt = _messages([_without_thoughts(one) for one in before])
            bodies = list(_of_answer(turn, prompt))
            left -= said * max(1, len(bodies))
            yield from bodies
        before.append(turn)
        said += len(turn.text) + _OF_A_MESSAGE


def _compared(comparison: Comparison) -> Row:
    prompt = [_without_thoughts(turn) for turn in _joined(_answered(comparison.prompt))]
    candidates = [_candidate(comparison.better), _candidate(comparison.worse)]
    return {"kind": "preference", "prompt": _messages(prompt), "candidates": candidates, "chosen": 0}


def _candidate(turn: Turn) -> Row:
    return {"content": turn.text} | ({"model": turn.model} if turn.model else {})


def _without_thoughts(turn: Turn) -> Turn:
    return replace(turn, steps=[]) if turn.steps else turn


def _of_answer(turn: Turn, prompt: list[Row]) -> Iterator[Row]:
    preference = _preference(turn)
    if preference is not None:
        yield preference | {"prompt": prompt}
    if turn.before and turn.before != turn.text:
        body = {"kind": "correction", "prompt": prompt, "original": turn.before, "edited": turn.text}
        yield body | {"inferred": True}
    if turn.steps and turn.text.strip() and not turn.calls:
        body = {"kind": "trace", "prompt": prompt, "steps": turn.steps, "answer": turn.text}
        yield body | ({"assessment": turn.label} if turn.label else {})
        turn.steps = []


def _preference(turn: Turn) -> Row | None:
    """Which answer was found better than which others; None where nobody said so, and it does not follow.

    What was kept counts for no more than thumbs do: not over an answer that has a thumb up, nor where it has a
    thumb down itself. A thumb down on what was kept and a thumb up beside it say that this one is better.
    """
    if turn.calls or not turn.text.strip():  # only the beginning of the answer, which goes on behind the call
        return None
    aged = [*turn.rivals[: turn.place], turn, *turn.rivals[turn.place :]]
    answers = list(({one.text: one for one in aged if one.text.strip()} | {turn.text: turn}).values())
    better: Turn | None = turn
    if turn.stated:
        worse = [one for one in answers if one is not turn]
    elif turn.label == "fail":
        better = next((one for one in answers if one.label == "good"), None)
        worse = [one for one in answers if one.label == "fail"]
    else:
        worse = [one for one in answers if one is not turn and one.label != "good"]
    if better is None or not worse:
        return None
    among = {id(better), *map(id, worse[: MOST_CANDIDATES - 1])}
    several = [one for one in answers if id(one) in among]
    body: Row = {"kind": "preference", "candidates": [_candidate(one) for one in several]}
    body["chosen"] = next(at for at, one in enumerate(several) if one is better)
    return body if turn.stated or better is not turn else body | {"inferred": True}


def text_of(value: Any) -> str:
    """A text; nothing where it is none."""
    return value if isinstance(value, str) else ""


def row_of(value: Any) -> Row:
    """An object; an empty one where it is none."""
    return value if isinstance(value, dict) else {}


def rows_of(value: Any) -> list[Row]:
    """The objects of a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def list_of(value: Any) -> list[Any]:
    """A list; an empty one where it is none."""
    return value if isinstance(value, list) else []


def word_of(value: Any) -> str:
    """A word as the names of tools are, without what they may not hold."""
    return "".join(sign for sign in text_of(value) if sign.isascii() and (sign.isalnum() or sign in "_.-"))[:64]


def label_of(value: Any) -> str | None:
    """A thumb as a label: whatever an export calls it, up or down is in its name, or its sign says it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "good" if value > 0 else "fail" if value < 0 else None
    named = text_of(value).lower()
    if any(word in named for word in ("down", "dislike", "negative", "bad")):
        return "fail"
    return "good" if any(word in named for word in ("up", "like", "positive", "love", "good")) else None


def name_of(value: Any) -> str | None:
    """A short name, such as a model's; None where there is none. Half characters in it are replaced."""
    if not isinstance(value, str):
        return None
    name = value.strip()[:_LONGEST_NAME]
    return (name if name.isascii() else name.encode("utf-8", "replace").decode()) or None


def arguments_of(value: Any) -> str:
    """Arguments of a call as JSON inside a text."""
    if isinstance(value, str):
        return value
    try:
        return pydantic_core.to_json(value).decode()
    except ValueError:
        return "{}"


def moment_of(value: Any) -> datetime | None:
    """A time: as in ISO 8601, or in seconds, milliseconds or nanoseconds since 1970; None where there is none."""
    try:
        if isinstance(value, str) and not value.strip().lstrip("-").replace(".", "", 1).isdigit():
            read = datetime.fromisoformat(value.strip().replace(" UTC", "+00:00"))
            return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return None
        seconds = float(value)
        if not isfinite(seconds):
            return None
        while abs(seconds) > 1e11:
            seconds /= 1000
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
