"""How fast text is scanned, against the field's reference tools on the same messages in the same run."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import nan
from pathlib import Path
from typing import Any

from bench.messages import LENGTH, adversarial, fresh
from commonwheel.client.scanning import scan as scan_records
from commonwheel.curate.detect import Scanner
from commonwheel.curate.detectors import DETECTORS
from commonwheel.curate.duplicates import fingerprint
from commonwheel.curate.pipeline import examine
from commonwheel.curate.policy_files import load_policy
from evaluate import reference
from evaluate.others import INTERPRETER, Others, others
from evaluate.ours import body

ROUNDS = 5
_OTHERS = {"encoded", "hidden_text", "injection", "safety", "sensitive"}
"""Detectors that the scan serves and that look neither for persons nor for keys."""
_OURS, _THEIRS = 1500, 60
"""Messages a round: the reference tools take seconds for what takes us milliseconds."""


@dataclass(slots=True, kw_only=True)
class Clock:
    """Seconds of processor time, and messages that they were spent on."""

    seconds: float = 0.0
    messages: int = 0

    @property
    def rate(self) -> float:
        """Messages a second; nan where nothing was measured."""
        return self.messages / self.seconds if self.seconds else nan

    def add(self, seconds: float, messages: int) -> None:
        """Another round."""
        self.seconds += seconds
        self.messages += messages


@dataclass(slots=True, kw_only=True)
class Clocks:
    """One for each thing that is measured."""

    fresh: Clock = field(default_factory=Clock)
    adversarial: Clock = field(default_factory=Clock)
    pipeline: Clock = field(default_factory=Clock)
    presidio: Clock = field(default_factory=Clock)
    detect_secrets: Clock = field(default_factory=Clock)


def scanning(interpreter: Path = INTERPRETER) -> dict[str, Any]:
    """Rates of our scan, of the whole pipeline and of the reference tools, in turns, and their ratios.

    A reference that is not installed leaves its ratios nan, which meets no target.
    """
    clocks, ordinary, soup = Clocks(), fresh(1), adversarial(1)
    with others(interpreter) as theirs:
        _take_turns(clocks, ordinary, soup, theirs)
    return _ratios(clocks)


def _take_turns(clocks: Clocks, ordinary: Iterator[str], soup: Iterator[str], theirs: Others | None) -> None:
    find, curate = _finder(), _curator()
    _timed(find, list(islice(ordinary, _OURS)))  # tables of telephone numbers are read when first asked for
    _timed(curate, list(islice(ordinary, _OURS)))
    for _ in range(ROUNDS):
        messages = list(islice(ordinary, _OURS))
        clocks.fresh.add(_timed(find, messages), len(messages))
        clocks.adversarial.add(_timed(find, list(islice(soup, _OURS))), _OURS)
        clocks.pipeline.add(_timed(curate, messages), len(messages))
        for tool, clock in (("presidio", clocks.presidio), ("detect-secrets", clocks.detect_secrets)):
            if theirs is not None and tool in theirs.versions:
                clock.add(theirs.scan(tool, messages[:_THEIRS])[0], _THEIRS)
    for tool in reference.TOOLS:
        if theirs is None or tool not in theirs.versions:
            print(f"{tool} is not installed (make evaluate does that): its ratios are missed", file=sys.stderr)


def _finder() -> Callable[[str], Any]:
    """Every detector of personal data and of credentials."""
    scanner = Scanner([each for each in DETECTORS if each.patterns and each.name not in _OTHERS])
    return lambda text: scanner.scan(body(text))


def _curator() -> Callable[[str], Any]:
    """All that happens to a record: language, sketch and fingerprint, every detector, policy, redaction."""
    scanner, policy = Scanner(DETECTORS), load_policy("default")

    def curate(text: str) -> Any:
        given = body(text)
        fingerprint(given)
        return examine(given, scanner.detect(given), policy)

    return curate


def _timed(work: Callable[[str], Any], messages: Sequence[str]) -> float:
    start = time.process_time()
    for message in messages:
        work(message)
    return time.process_time() - start


def _ratios(clocks: Clocks) -> dict[str, Any]:
    return {
        "fresh_per_s": clocks.fresh.rate,
        "fresh_mb_per_s": clocks.fresh.rate * LENGTH / 1e6,
        "adversarial_per_s": clocks.adversarial.rate,
        "pipeline_per_s": clocks.pipeline.rate,
        "presidio_per_s": clocks.presidio.rate,
        "detect_secrets_per_s": clocks.detect_secrets.rate,
        "adversarial_to_fresh": clocks.adversarial.rate / clocks.fresh.rate,
        "scan_to_presidio": clocks.fresh.rate / clocks.presidio.rate,
        "scan_to_detect_secrets": clocks.fresh.rate / clocks.detect_secrets.rate,
        "pipeline_to_presidio": clocks.pipeline.rate / clocks.presidio.rate,
    }


def growing(count: int = 6000) -> dict[str, Any]:
    """Records a second of `commonwheel scan` in one and in two processes, by the clock on the wall."""
    ordinary, rates = fresh(2), []
    for processes in (1, 2):
        records = [{"id": number, "text": text} for number, text in enumerate(islice(ordinary, count + 200))]
        results = scan_records(records, processes=processes)
        for _ in islice(results, 200):
            pass  # until both children are up
        start = time.perf_counter()
        seen = sum(1 for _ in results)
        rates.append(seen / (time.perf_counter() - start))
    return {"one_process_per_s": rates[0], "two_processes_per_s": rates[1], "two_to_one": rates[1] / rates[0]}
