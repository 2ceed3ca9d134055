"""Reported failures as a benchmark, one JSON object per line: what was asked, and the answer that failed.

A model is asked `prompt` anew; repeating `failed` is bad, and coming close to `better`, where somebody wrote one,
is good. The suite has the number of the release it is of, and each line where it came from and under which terms.
It holds what may be used to test models, whatever may be trained on.
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

NO_FAILURE = "no answer that failed"
_TERMS = ("id", "kind", "license", "ai_pref", "attribution", "language", "month")


def write(
    records: Iterable[Mapping[str, Any]],
    pairs: Iterable[PublishedPair],
    facts: ReleaseFacts,
    out: Path,
    sign: Sign | None,
) -> Exported:
    """Write the lines, by id and place. Gold pairs have no place in this format."""
    path = file_at(out, "fail-suite.jsonl")
    left_out: Counter[str] = Counter()
    with whole_file(path) as partial:
        rows = _rows(records, facts.version, left_out)
        count = write_json_lines(partial, in_order(rows, lambda row: (row["id"], row["place"]), path.parent))
    return Exported(files=(path,) if count else (), records=count, pairs=0, left_out=left_out)


def _rows(records: Iterable[Mapping[str, Any]], release: int, left_out: Counter[str]) -> Iterator[Row]:
    for record in records:
        found = list(failures(record))
        left_out[NO_FAILURE] += not found
        for place, prompt, failed, better, model in found:
            terms = {name: record.get(name) for name in _TERMS}
            source = record.get("source") or {}
            yield terms | {
                "place": place,
                "release": release,
                "prompt": prompt,
                "failed": failed,
                "better": better,
                "note": record.get("note") or record.get("reason"),
                "model": model or source.get("model"),
            }


Failure = tuple[int, list[dict[str, Any]], str, str | None, str | None]


def failures(record: Mapping[str, Any]) -> Iterator[Failure]:
    """The failed answers of a published record: place, what was asked, the answer, a better one, and the model."""
    if record["kind"] == "correction":
        yield 0, _asked(messages_of(record["prompt"])), record["original"], record["edited"], None
    elif record["kind"] == "trace" and record.get("assessment") == Assessment.FAIL:
        said = trace_text(record["steps"], record["answer"])
        yield 0, _asked(messages_of(record["prompt"])), said, None, None
    elif record["kind"] == "chat":
        messages = record["messages"]
        for at in _failed(record):
            said = plain_text(messages[at]["content"])
            if said.strip() and at:
                yield at, _asked(messages[:at]), said, None, messages[at].get("model")


def _failed(record: Mapping[str, Any]) -> list[int]:
    """Places of failed answers: those that were labeled so; without any the last one of a chat that failed."""
    messages, labels = record["messages"], record.get("labels") or {}
    answers = [at for at, message in enumerate(messages) if message["role"] == "assistant"]
    labeled = [at for at in answers if labels.get(str(at)) == Assessment.FAIL]
    if labeled or record.get("assessment") != Assessment.FAIL:
        return labeled
    return answers[-1:]


def _asked(messages: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"role": message["role"], "content": plain_text(message["content"])} for message in messages]
