"""`commonwheel scan`: detectors and policy over files. Nothing is stored, and no instance is needed."""

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import click

from commonwheel.cli.speaking import Progress
from commonwheel.errors import Invalid, TooLarge
from commonwheel.ports import Curator
from commonwheel.records.body import Body, body_of
from commonwheel.settings import load_settings

_TOGETHER = 64
_TEXT = "/messages/0/content"
"""Where the text of an `{id, text}` line is in the body that stands for it."""


@click.command("scan")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--policy", help="A policy's name or TOML file, instead of COMMONWHEEL_POLICY.")
def scan_command(files: tuple[str, ...], policy: str | None) -> None:
    """Show what curation would find and hide, as JSON lines.

    FILE holds JSON lines, each {"id", "text"} or a contribution; also .gz and .zst, and '-' for standard
    input. Each line answers with {id, verdict, reasons, findings, redacted}; offsets are Unicode code points.
    """
    from commonwheel.adapters.curator_process import ProcessCurator
    from commonwheel.collect.lines import opened
    from commonwheel.curate.policy import load_policy

    settings = load_settings()
    chosen = load_policy(policy or settings["POLICY"])
    curator = ProcessCurator(timeout=float(settings["CURATION_TIMEOUT"]))
    progress = Progress()
    done = refused = 0
    try:
        for file in files:
            with opened(file) as source:
                for answer in _answers(_read(source), curator, chosen):
                    refused += "error" in answer
                    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
                    done += 1
                    progress("Scanned", done)
                if source.damage:
                    raise Invalid([("", source.damage)], f"{file} cannot be read to its end.")
    finally:
        progress.done()
        curator.close()
    if refused:
        raise Invalid([], f"{refused} of {done} lines are neither {{id, text}} nor a contribution; each says why.")


def _read(source: Any) -> Iterator[tuple[Any, Body | str]]:
    """Each line's id and body, or what is wrong with it."""
    for line in source.lines():
        if line.data is None:
            yield line.number, "longer than 1 MB"
            continue
        try:
            yield _body(line.number, line.data)
        except TooLarge as refusal:
            yield line.number, refusal.message
        except Invalid as refusal:
            faults = refusal.details["faults"]
            yield line.number, "; ".join(f"{fault['path']} {fault['problem']}".strip() for fault in faults[:3])


def _body(number: int, data: bytes) -> tuple[Any, Body]:
    from commonwheel.collect.payloads import read_contribution

    try:
        row = json.loads(data)
    except (ValueError, RecursionError):
        raise Invalid([("", "is not valid JSON in UTF-8")]) from None
    if isinstance(row, dict) and isinstance(row.get("text"), str) and "kind" not in row:
        return row.get("id", number), {"kind": "chat", "messages": [{"role": "user", "content": row["text"]}]}
    id = row.pop("id", number) if isinstance(row, dict) else number
    return id, body_of(read_contribution(json.dumps(row).encode()))


def _answers(rows: Iterable[tuple[Any, Body | str]], curator: Curator, policy: Any) -> Iterator[dict[str, Any]]:
    from commonwheel.curate.policy import decide
    from commonwheel.curate.redact import redact

    iterator = iter(rows)
    while batch := list(islice(iterator, _TOGETHER)):
        detections = iter(curator.detect([body for _, body in batch if not isinstance(body, str)]))
        for id, body in batch:
            if isinstance(body, str):
                yield {"id": id, "error": body}
                continue
            detection = next(detections)
            verdict = decide(policy, detection)
            hidden = redact(body, detection.findings, verdict.hide)
            is_text = body.keys() == {"kind", "messages"} and len(body["messages"]) == 1
            yield {
                "id": id,
                "verdict": verdict.action,
                "reasons": list(verdict.reasons),
                "findings": [
                    {
                        "start": finding.start,
                        "end": finding.end,
                        "kind": finding.kind,
                        "detector": finding.detector,
                        "score": round(finding.score, 4),
                    }
                    | ({} if is_text and finding.pointer == _TEXT else {"pointer": finding.pointer})
                    for finding in detection.findings
                ],
                "redacted": hidden["messages"][0]["content"] if is_text else hidden,
            }
