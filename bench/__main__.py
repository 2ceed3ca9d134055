"""`python -m bench`: run all measurements and print their ratios beside the targets.

Ratios within one run are what counts; absolute figures are of this machine, at this hour.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import (
    attributing,
    closed_loop,
    doors,
    exporting,
    learning,
    logging_client,
    memory,
    pages,
    releasing,
    scanning,
    telemetry,
)
from evaluate.others import INTERPRETER

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One promise: which figure of which measurement, and what it may be."""

    measurement: str
    figure: str
    says: str
    at_least: float | None = None
    at_most: float | None = None
    beside: str | None = None  # a figure that is printed behind it

    def met(self, value: float) -> bool:
        """Whether a value keeps the promise."""
        return (self.at_least is None or value >= self.at_least) and (
            self.at_most is None or value <= self.at_most
        )


TARGETS = (
    Target(measurement="accept", figure="single_to_bare", says="single door to bare endpoint", at_least=0.4),
    Target(measurement="accept", figure="batch_to_single", says="batch door to single door", at_least=5),
    Target(measurement="busy", figure="busy_to_idle", says="p99 of accepting, worker busy to idle", at_most=3),
    Target(measurement="edits", figure="pairs_per_second", says="edits to gold pairs, a second"),
    Target(measurement="release", figure="large_to_small", says="cut into large to into small", at_most=1.5),
    Target(measurement="release", figure="erase_ten_s", says="erase ten from large, seconds", at_most=3),
    Target(measurement="scan", figure="scan_to_presidio", says="scan to presidio, fresh text", at_least=100),
    Target(measurement="scan", figure="scan_to_detect_secrets", says="scan to detect-secrets, fresh text"),
    Target(measurement="scan", figure="adversarial_to_fresh", says="scan, adversarial to fresh", at_least=1 / 3),
    Target(measurement="scan", figure="pipeline_to_presidio", says="whole pipeline to presidio", at_least=15),
    Target(measurement="scan", figure="fresh_per_s", says="scan, 500-character messages a second"),
    Target(measurement="scan", figure="fresh_mb_per_s", says="scan, MB a second on one core"),
    Target(measurement="cores", figure="two_to_one", says="commonwheel scan, two processes to one"),
    Target(measurement="gold", figure="gold_to_rapidfuzz", says="gold build to bare rapidfuzz", at_least=0.5),
    Target(measurement="gold", figure="pairs_per_s", says="gold build, pairs a second"),
    Target(measurement="gold", figure="nothing_new_ms", says="gold build with nothing new, ms"),
    Target(measurement="train", figure="steps_to_bare", says="a run's steps a second to bare TRL", at_least=0.97),
    Target(measurement="train", figure="ours_share", says="our share of a run", at_most=0.03),
    Target(measurement="loop", figure="gain", says="closed loop, accuracy gained on held-out"),
    Target(measurement="loop", figure="gain_to_bare", says="closed loop, gain to that of bare TRL"),
    Target(measurement="attribution", figure="found", says="repeated passages that are found", at_least=1),
    Target(measurement="attribution", figure="query_ms", says="what an answer resembles, ms"),
    Target(measurement="attribution", figure="index_s", says="10,000 records found by words, seconds"),
    Target(measurement="attribution", figure="index_to_text", says="index of words to text, bytes"),
    Target(measurement="pages", figure="slowest_median_ms", says="slowest page, median ms", at_most=50),
    Target(measurement="pages", figure="slowest_p99_ms", says="slowest page, 99th percentile, ms", at_most=150),
    Target(measurement="pages", figure="slowest_kb", says="heaviest page with all it loads, kB", at_most=150),
    Target(measurement="pages", figure="slowest_script_kb", says="most script of a page, kB", at_most=20),
    Target(measurement="client", figure="log_us", says="client.Wheel, µs to log an edit", at_most=50),
    Target(measurement="client", figure="log_p99_us", says="the same, 99th percentile, µs"),
    Target(measurement="telemetry", figure="traces_per_second", says="traces taken, a second"),
    Target(measurement="telemetry", figure="traces_p99_ms", says="the same, 99th percentile, ms"),
    Target(measurement="telemetry", figure="feedback_per_second", says="feedback taken, a second"),
    Target(measurement="telemetry", figure="feedback_p99_ms", says="the same, 99th percentile, ms"),
    Target(measurement="telemetry", figure="traces_to_phoenix", says="traces to Phoenix, calls a second"),
    Target(measurement="telemetry", figure="feedback_to_mlflow", says="feedback to MLflow, calls a second"),
    Target(measurement="idle", figure="total_mb", says="serve idle, MB", at_most=250),
    Target(measurement="exports", figure="slowest_mb_per_s", says="exports read, MB a second", at_least=40),
    Target(measurement="exports", figure="largest_peak_mb", says="exports read, peak MB", at_most=300),
    *(
        Target(
            measurement="formats",
            figure=f"{name}_mb_per_s",
            says=f"{name}, MB a second, peak",
            beside=f"{name}_peak_mb",
        )
        for name in exporting.SAMPLES
    ),
    Target(measurement="import", figure="peak_mb", says="import of a large JSONL, peak MB", at_most=300),
)


def main() -> int:
    """Measure, print a table, write JSON; 1 where a promise is not kept."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", help="measure only this; may be repeated")
    parser.add_argument("--records", type=int, default=500_000, help="size of the large commons")
    parser.add_argument("--shown", type=int, default=200_000, help="released records to look through")
    parser.add_argument("--megabytes", type=int, default=1000, help="size of the file to import")
    parser.add_argument("--reference", type=Path, default=INTERPRETER, help="interpreter with the reference tools")
    parser.add_argument("--pairs", type=int, default=50_000, help="pairs to train on")
    parser.add_argument("--seeds", type=int, default=3, help="seeds of the closed loop")
    parser.add_argument(
        "--models", type=Path, default=Path(".venv-models/bin/python"), help="interpreter with the extra 'train'"
    )
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    chosen = parser.parse_args()
    measurements: dict[str, Callable[[Path], Figures]] = {
        "accept": doors.accepting,
        "busy": doors.beside_a_busy_worker,
        "edits": doors.edits_to_pairs,
        "client": logging_client.logging,
        "telemetry": telemetry.telemetry,
        "idle": memory.idle,
        "import": lambda folder: memory.importing(folder, chosen.megabytes),
        "exports": lambda folder: exporting.exports(folder, chosen.megabytes),
        "formats": exporting.formats,
        "pages": lambda folder: pages.pages(folder, chosen.shown),
        "release": lambda folder: releasing.cutting_and_erasing(folder, chosen.records),
        "scan": lambda _: scanning.scanning(chosen.reference),
        "cores": lambda _: scanning.growing(),
        "attribution": attributing.attribution,
        "gold": learning.gold,
        "train": lambda folder: learning.training(folder, chosen.models.absolute(), chosen.pairs),
        "loop": lambda folder: closed_loop.learned(folder, chosen.models.absolute(), chosen.seeds),
    }
    found: dict[str, Figures] = {}
    for name, measure in measurements.items():
        if chosen.only and name not in chosen.only:
            continue
        print(f"measuring {name} …", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="commonwheel-bench-", dir=Path.cwd()) as folder:
            found[name] = measure(Path(folder))
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=2) + "\n")
    return _report(found)


def _report(found: dict[str, Figures]) -> int:
    kept = True
    print(f"{'':40} {'seen':>9}  {'target':>9}")
    for target in TARGETS:
        value = found.get(target.measurement, {}).get(target.figure)
        if value is None:  # not measured, or the tool that it is a ratio to is not installed
            continue
        bound = target.at_least if target.at_least is not None else target.at_most
        sign = "" if bound is None else ("≥" if target.at_least is not None else "≤")
        verdict = "" if bound is None else ("met" if target.met(value) else "missed")
        kept = kept and target.met(value)
        if target.beside is not None:
            verdict = f"{found[target.measurement][target.beside]:.0f}"
        print(f"{target.says:40} {value:9.2f}  {sign + ('' if bound is None else f'{bound:g}'):>9}  {verdict}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
