"""The reference tools from our side: who is there, what they saw, and how their words are ours."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from evaluate import reference
from evaluate.samples import Seen

ROOT = Path(__file__).resolve().parents[1]
INTERPRETER = ROOT / ".venv-evaluate" / "bin" / "python"
"""Where `make evaluate` installs the reference tools."""

KINDS = {
    "EMAIL_ADDRESS": "personal.email",
    "PHONE_NUMBER": "personal.phone",
    "CREDIT_CARD": "personal.card",
    "IBAN_CODE": "personal.iban",
    "US_BANK_NUMBER": "personal.bank_account",
    "US_SSN": "personal.national_id",
    "US_ITIN": "personal.national_id",
    "UK_NHS": "personal.national_id",
    "US_PASSPORT": "personal.passport",
    "US_DRIVER_LICENSE": "personal.driving_license",
    "IP_ADDRESS": "personal.ip",
    "MAC_ADDRESS": "personal.mac",
    "CRYPTO": "personal.wallet",
    "PERSON": "personal.name",
}
"""What presidio calls a kind, and what we call it. Its other entities (URL, DATE_TIME, NRP, …) have none here."""


class Missing(RuntimeError):
    """The reference tools are not installed: `make evaluate` does that."""


class Others:
    """The child in which the reference tools run; `versions` names those that are there."""

    def __init__(self, interpreter: Path) -> None:
        """Start it. Raises Missing where there is no such interpreter."""
        script = Path(reference.__file__)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        if not interpreter.exists():
            raise Missing(f"there is no {interpreter}")
        self._child = subprocess.Popen([str(interpreter), "-I", str(script)], text=True, **pipes)  # type: ignore[call-overload]
        self.versions: dict[str, str] = json.loads(self._answer())

    def __enter__(self) -> "Others":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.communicate()

    def scan(self, tool: str, texts: Sequence[str]) -> tuple[float, list[list[Seen]]]:
        """Seconds of processor time that `tool` took for `texts`, and what it saw in each."""
        if tool not in self.versions:
            raise Missing(f"{tool} is not installed")
        assert self._child.stdin is not None
        self._child.stdin.write(json.dumps({"tool": tool, "texts": list(texts)}) + "\n")
        self._child.stdin.flush()
        answer = json.loads(self._answer())
        return answer["seconds"], [list(_translated(tool, spans)) for spans in answer["seen"]]

    def _answer(self) -> str:
        assert self._child.stdout is not None
        line: str = self._child.stdout.readline()
        if not line:
            raise Missing(f"the reference tools ended with {self._child.wait()}")
        return line


@contextmanager
def others(interpreter: Path = INTERPRETER) -> Iterator[Others | None]:
    """The reference tools, or None where they are not installed."""
    try:
        child = Others(interpreter)
    except Missing:
        yield None
        return
    with child:
        yield child


def _translated(tool: str, spans: reference.Spans) -> Iterator[Seen]:
    for entity, start, end, score in spans:
        kind = "credential" if tool == "detect-secrets" else KINDS.get(entity)
        if kind is not None:
            yield Seen(kind, start, end, score, f"{tool}:{entity}")
