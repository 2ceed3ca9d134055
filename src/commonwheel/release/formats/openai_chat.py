"""Conversations in OpenAI's chat format, one JSON object per line, ready for supervised fine-tuning.

Chats as they are, corrections as the prompt and the edited answer, examples as the prompt and the ideal
answer, traces with their steps in the answer. Calls of tools and their answers stay what they are; what a
model thought before it spoke has no place in this format. Left out, and counted: kinds without an answer to learn
from, what its giver assessed as failed, and what text alone cannot say. Beside `messages`, each line
carries the id and terms of its record.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from commonwheel.records.body import messages_of, plain_text
from commonwheel.records.contribution import Assessment
from commonwheel.records.gold import PublishedPair, trace_text
from commonwheel.release.facts import Exported, ReleaseFacts, Sign
from commonwheel.release.files import file_at, whole_file, write_json_lines
from commonwheel.release.sorting import Row, in_order

NO_CONVERSATION = "no conversation to learn from"
FAILED = "assessed as failed"
NOT_TEXT = "not text alone"


def write(
    records: Iterable[Mapping[str, Any]],
    pairs: Iterable[PublishedPair],
    facts: ReleaseFacts,
    out: Path,
    sign: Sign | None,
) -> Exported:
    """Write the lines, by id. Gold pairs have no place in this format."""
    path = file_at(out, "openai-chat.jsonl")
    left_out: Counter[str] = Counter()
    with whole_file(path) as partial:
        rows = _rows(records, facts.version, left_out)
        count = write_json_lines(partial, in_order(rows, lambda row: (row["id"],), path.parent))
    return Exported(files=(path,) if count else (), records=count, pairs=0, left_out=left_out)


def _rows(records: Iterable[Mapping[str, Any]], release: int, left_out: Counter[str]) -> Iterator[Row]:
    for record in records:
        messages = conversation(record)
        if isinstance(messages, str):
            left_out[messages] += 1
            continue
        terms = {name: record[name] for name in ("license", "ai_pref", "attribution")}
        yield {"messages": messages, "id": record["id"], "release": release, **terms}


_OF_TOOLS = ("name", "tool_calls", "tool_call_id")


def conversation(record: Mapping[str, Any]) -> list[dict[str, Any]] | str:
    """The conversation to learn from in a published record, or the reason why there is none."""
    if record.get("assessment") == Assessment.FAIL:
        return FAILED
    match record["kind"]:
        case "chat":
            messages = list(record["messages"])
        case "correction":
            messages = _answered(record["prompt"], record["edited"])
        case "example":
            messages = _answered(record["prompt"], record["ideal"])
        case "trace":
            messages = _answered(record["prompt"], trace_text(record["steps"], record["answer"]))
        case _:
            return NO_CONVERSATION
    if not all(
        isinstance(part, str) or part["type"] == "text" for message in messages for part in _parts(message)
    ):
        return NOT_TEXT
    plain = [_message(message) for message in messages]
    if not any(message["role"] == "assistant" and _says_something(message) for message in plain):
        return NO_CONVERSATION
    return plain


def _message(message: Mapping[str, Any]) -> dict[str, Any]:
    content = message["content"]
    said = {"role": message["role"], "content": None if content is None else plain_text(content)}
    return said | {name: message[name] for name in _OF_TOOLS if message.get(name)}


def _says_something(message: Mapping[str, Any]) -> bool:
    return bool((message["content"] or "").strip() or message.get("tool_calls"))


def _answered(prompt: Any, answer: str) -> list[dict[str, Any]]:
    return [*messages_of(prompt), {"role": "assistant", "content": answer}]


def _parts(message: Mapping[str, Any]) -> Any:
    content = message["content"]
    return content if isinstance(content, list | tuple) else [content or ""]
