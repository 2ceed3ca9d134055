"""Write `extension/redaction/patterns.js`: `python -m plugins.browser.compile`.

It holds the detectors of personal data and of credentials, as the server runs them. A test keeps the file
in step with them.
"""

import json
from pathlib import Path

from commonwheel.curate.detectors import DETECTORS
from commonwheel.curate.labels import LABELS, PLACEHOLDER
from commonwheel.curate.scan import Detector, Pattern
from plugins.browser.compiler.expressions import Untranslatable
from plugins.browser.compiler.objects import Program
from plugins.browser.compiler.plans import written as plans

FOLDER = Path(__file__).parent / "extension" / "redaction"
ON_THE_DEVICE = tuple(
    """
    email phone card iban bank_account national_id passport driving_license ip mac wallet vehicle device name
    birth_date address location handle vendor_key private_key encoded_key signed_token wallet_key login header
    command named_secret said_secret second_factor password_hash
    """.split()
)
"""Detectors of what has to be hidden before it leaves a device, in the server's order."""
_HEAD = """// Made by `python -m plugins.browser.compile` from the server's detectors. Change those, not this file.
import * as py from "./python.js";
import { methods as m } from "./methods.js";
import * as native from "./native.js";
"""


def compiled() -> tuple[str, dict[str, str]]:
    """The module, and why patterns are not in it, by `detector/rule`."""
    first = Program()
    _detectors(first)
    program = Program(frozenset(first.asked))
    written, missing = _detectors(program)
    words = (
        f"export const PLACEHOLDER = {program.written(PLACEHOLDER)};",
        f"export const LABELS = {program.written(LABELS)};",
    )
    body = "\n".join([*program.lines, *words, "export const DETECTORS = [", *written, "];"])
    return f"{_HEAD}{body}\n", missing


def _detectors(program: Program) -> tuple[list[str], dict[str, str]]:
    lines: list[str] = []
    missing: dict[str, str] = {}
    for detector in DETECTORS:
        if detector.name in ON_THE_DEVICE:
            rows = [_row(program, detector, pattern, missing) for pattern in detector.patterns]
            found = ",\n    ".join(row for row in rows if row)
            lines.append(f"  {{ name: {json.dumps(detector.name)}, patterns: [\n    {found},\n  ] }},")
    return lines, missing


def _row(program: Program, detector: Detector, pattern: Pattern, missing: dict[str, str]) -> str:
    try:
        beside = "null" if pattern.beside is None else program.written(pattern.beside)
        expression, confirm = program.written(pattern.expression), program.written(pattern.confirm)
    except Untranslatable as fault:
        missing[f"{detector.name}/{pattern.rule}"] = str(fault)
        return ""
    return f"[{json.dumps(pattern.rule)}, {expression}, {beside}, {confirm}]"


if __name__ == "__main__":
    text, left = compiled()
    (FOLDER / "patterns.js").write_text(text, encoding="utf-8")
    (FOLDER / "plans.js").write_text(plans(), encoding="utf-8")
    for name, why in left.items():
        print(f"only the server finds {name}: {why}")
