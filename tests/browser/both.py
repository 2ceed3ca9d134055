"""What the server and the extension make of the same texts."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from commonwheel.curate.detect import Scanner
from commonwheel.curate.detectors import DETECTORS
from commonwheel.curate.redact import redact
from commonwheel.records.body import Body
from plugins.browser.compile import ON_THE_DEVICE
from plugins.browser.pack import SOURCE
from tests.services import absent

Case = tuple[Sequence[str], str]
"""Texts of one record, and its language."""
_SURE = 0.6
_SCANNER = Scanner([detector for detector in DETECTORS if detector.name in ON_THE_DEVICE])


def _body(said: Sequence[str]) -> Body:
    return {"kind": "chat", "messages": [{"role": "user", "content": text} for text in said]}


def by_the_server(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """Findings and redacted texts, as Python makes them."""
    answers = []
    for said, language in cases:
        findings, failed = _SCANNER.scan(_body(said), language)
        hide = [at for at, each in enumerate(findings) if each.score >= _SURE and each.start < each.end]
        made = redact(_body(said), findings, hide)
        answers.append(
            {
                "found": [
                    [each.pointer, each.kind, each.start, each.end, each.score, each.detector, each.rule]
                    for each in findings
                ],
                "failed": failed,
                "made": [message["content"] for message in made["messages"]],
            }
        )
    return answers


def by_the_extension(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """The same, as JavaScript makes it."""
    node = shutil.which("node")
    if node is None:
        absent("Node", "install Debian's package nodejs, 20 or newer")
    asked = [
        [[[f"/messages/{at}/content", text] for at, text in enumerate(said)], language] for said, language in cases
    ]
    script = Path(__file__).parent / "redact.mjs"
    done = subprocess.run(
        [node, str(script), str(SOURCE)], input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers
