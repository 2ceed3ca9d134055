"""`scan`: detectors and policy over records of any pipeline, over all cores, without a server or a store.

Hostile text is looked at in child processes, which are killed where a record holds them up: such a record
goes to a person, like all that cannot be checked.
"""

import json
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count, islice
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from commonwheel.errors import CommonwheelError, Invalid

if TYPE_CHECKING:
    from commonwheel.curate.pipeline import Examined
    from commonwheel.curate.policy import Policy
    from commonwheel.records.body import Body
    from commonwheel.records.findings import Finding

_TOGETHER = 64
_AHEAD = 3
"""Batches on their way for each process."""
_TEXT = "/messages/0/content"
"""Where the text of an `{id, text}` record is in the body that stands for it."""

Row = tuple[Any, "Body | str"]
"""A record's id and body, or what is wrong with it."""


def scan(
    records: Iterable[Mapping[str, Any]],
    *,
    policy: str | Path = "default",
    processes: int | None = None,
    timeout: float = 10.0,
    explain: bool = False,
    cache: Path | None = None,
) -> Iterator[dict[str, Any]]:
    """What curation would find and hide in each record, in order, as `commonwheel scan` writes it.

    A record is `{"id", "text"}`, a contribution, or a pair of HH-RLHF. The answer is `{"id", "verdict",
    "reasons", "findings", "redacted"}`, or `{"id", "error"}`; offsets count Unicode code points. `policy` is
    the name of one that ships or a TOML file; `processes` is how many children look, as many as there are
    cores by default; `timeout` is in seconds for each record; with `explain` each finding says why it is one
    and what follows. `cache` is a folder for what takes long to compile, by default in the user's own cache
    folder. Raises Invalid for a faulty policy.
    """
    from commonwheel.curate.policy_files import load_policy

    rules = load_policy(policy)
    numbers = count(1)
    rows = (_row(next(numbers), record) for record in records)
    return scan_rows(rows, rules, processes, timeout=timeout, explain=explain, cache=cache)


def scan_rows(
    rows: Iterable[Row],
    policy: "Policy",
    processes: int | None,
    *,
    timeout: float,
    explain: bool = False,
    cache: Path | None = None,
) -> Iterator[dict[str, Any]]:
    """As `scan`, of records that were read."""
    from commonwheel.adapters.curator_process import ProcessCurator

    number = processes or len(os.sched_getaffinity(0))
    curators = [ProcessCurator(timeout=timeout, cache=cache, finishes=True) for _ in range(number)]
    free: SimpleQueue[ProcessCurator] = SimpleQueue()
    for curator in curators:
        free.put(curator)

    def work(batch: list[Row]) -> list[dict[str, Any]]:
        curator = free.get()
        try:
            detections = iter(curator.detect([body for _, body in batch if not isinstance(body, str)]))
        finally:
            free.put(curator)
        return [_answer(id, body, policy, detections, explain) for id, body in batch]

    iterator = iter(rows)
    under_way: deque[Future[list[dict[str, Any]]]] = deque()
    pool = ThreadPoolExecutor(number)
    try:
        while True:
            while len(under_way) < number * _AHEAD and (batch := list(islice(iterator, _TOGETHER))):
                under_way.append(pool.submit(work, batch))
            if not under_way:
                return
            yield from under_way.popleft().result()
    finally:
        for future in under_way:
            future.cancel()
        for curator in curators:
            curator.close()
        pool.shutdown()


def _row(number: int, record: Mapping[str, Any]) -> Row:
    try:
        return read_row(number, dict(record))
    except CommonwheelError as refusal:
        return record.get("id", number), told(refusal)


def read_row(number: int, record: dict[str, Any]) -> tuple[Any, "Body"]:
    """A record's id, its number where it has none, and its body. Raises Invalid and TooLarge."""
    import pydantic_core

    from commonwheel.collect.exports import hh_rlhf
    from commonwheel.collect.payloads import read_contribution
    from commonwheel.records.body import body_of

    id = record.pop("id", number)
    if not _is_unicode((id, record)):
        raise Invalid([("", "holds half a character (a lone surrogate)")])
    if "text" in record and "kind" not in record:
        if not isinstance(record["text"], str):
            raise Invalid([("/text", "is no text")])
        return id, {"kind": "chat", "messages": [{"role": "user", "content": record["text"]}]}
    if hh_rlhf.is_pair(record):
        pair = hh_rlhf.preference(record)
        if pair is None:
            raise Invalid([("", "the two conversations do not begin with the same question")])
        record = pair
    try:
        return id, body_of(read_contribution(pydantic_core.to_json(record)))
    except pydantic_core.PydanticSerializationError:
        raise Invalid([("", "is not valid JSON in UTF-8")]) from None


def _is_unicode(value: Any) -> bool:
    """Whether it can be written in UTF-8."""
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return False
    return True


def told(refusal: CommonwheelError) -> str:
    """What is wrong with a record, in a line."""
    faults = refusal.details.get("faults", ())
    return "; ".join(f"{fault['path']} {fault['problem']}".strip() for fault in faults[:3]) or refusal.message


def _answer(id: Any, body: "Body | str", policy: "Policy", detections: Any, explain: bool) -> dict[str, Any]:
    from commonwheel.curate.pipeline import examine

    if isinstance(body, str):
        return {"id": id, "error": body}
    seen = examine(body, next(detections), policy)
    is_text = body.keys() == {"kind", "messages"} and len(body["messages"]) == 1
    answer = {
        "id": id,
        "verdict": seen.verdict.action,
        "reasons": list(seen.verdict.reasons),
        "findings": [
            _finding(finding, is_text) | (_explained(index, finding, seen) if explain else {})
            for index, finding in enumerate(seen.detection.findings)
        ],
        "redacted": seen.redacted["messages"][0]["content"] if is_text else seen.redacted,
    }
    if explain:
        answer["rules"] = list(seen.verdict.rules)
        answer["tier"] = seen.verdict.tier
    return answer


def _finding(finding: "Finding", is_text: bool) -> dict[str, Any]:
    view = {
        "start": finding.start,
        "end": finding.end,
        "kind": finding.kind,
        "detector": finding.detector,
        "score": round(finding.score, 4),
    }
    return view if is_text and finding.pointer == _TEXT else view | {"pointer": finding.pointer}


def _explained(index: int, finding: "Finding", seen: "Examined") -> dict[str, Any]:
    from commonwheel.curate.explain import explain

    then = "hidden" if index in seen.verdict.hide else "asked" if index in seen.verdict.undecided else "left"
    return {"why": explain(finding), "then": then} | ({"side": finding.side} if finding.side else {})
