"""Measure the lake: an append to a small and to a large one, an erasure, memory. Prints JSON.

python bench/lake.py [--rows 500000] [--folder FOLDER] [--compare]
"""

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from commonwheel.adapters.delta import DeltaLake
from commonwheel.records.release import LakeRow

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "gsm8k_train.jsonl"
SMALL = 5_000
RELEASES = 10
ADDED = 1_000
ERASED = 10
ROUNDS = 7


def sentences() -> list[str]:
    """Real sentences, to make records of about 1 KB from; without the data, invented ones."""
    if not DATA.exists():
        return [f"The {n} geese of pond {n * 7919 % 1009} lay {n * 31 % 97} eggs." for n in range(20_000)]
    texts = (json.loads(line) for line in DATA.read_text().splitlines())
    return [part.strip() for text in texts for part in f"{text['question']} {text['answer']}".split(". ")]


def make_rows(first: int, count: int, version: int) -> Iterator[LakeRow]:
    """Rows with random text, the same for the same numbers."""
    known = sentences()
    chance = random.Random(first)
    for seq in range(first, first + count):
        text = ""
        while len(text) < 1_000:
            text += f"{chance.choice(known)} {chance.random()} "
        yield LakeRow(
            seq=seq,
            id=f"{chance.getrandbits(128):032x}",
            revision=1,
            entered=version,
            kind=chance.choice(("chat", "correction", "trace")),
            bucket="cc-by-4.0--train-ai-y",
            license="CC-BY-4.0",
            ai_pref="train-ai=y",
            vocabulary="draft-ietf-aipref-vocab-05",
            purposes="display evaluation training",
            language="en",
            month="2026-01",
            salt=chance.randbytes(16),
            record=json.dumps({"messages": [{"role": "user", "content": text}]}),
        )


def build(folder: Path, rows: int) -> None:
    """A compacted lake of ten releases."""
    lake = DeltaLake(str(folder))
    each = rows // RELEASES
    for release in range(RELEASES):
        lake.append(release + 1, make_rows(release * each + 1, each, release + 1))
    lake.compact()


def peak_of(code: str, *arguments: str) -> dict[str, float]:
    """Run code in a process of its own: seconds, and the most memory it held, in MB."""
    start = time.perf_counter()
    script = f"{code}\nimport resource\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    answer = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent,
    )
    return {
        "seconds": round(time.perf_counter() - start, 2),
        "peak_mb": round(float(answer.stdout.split()[-1]), 1),
    }


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """How many seconds it took, and what it gave."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def measure_appends(lakes: dict[str, tuple[DeltaLake, int]]) -> dict[str, Any]:
    """Append the same number of rows to each lake in turn, so that a noisy moment hits both."""
    seconds: dict[str, list[float]] = {name: [] for name in lakes}
    for turn in range(ROUNDS):
        for name, (lake, rows) in lakes.items():
            new = list(make_rows(rows + 1 + turn * ADDED, ADDED, RELEASES + 1 + turn))
            seconds[name].append(timed(partial(lake.append, RELEASES + 1 + turn, new))[0])
    medians = {f"{name}_s": round(statistics.median(values), 4) for name, values in seconds.items()}
    ratio = statistics.median(seconds["large"]) / statistics.median(seconds["small"])
    return {**medians, "ratio": round(ratio, 2), "rows": ADDED}


def spread(rows: int, turn: int) -> list[int]:
    """Ten row numbers, one from each release."""
    each = rows // RELEASES
    return [release * each + 1 + (turn * 7919 + release * 104_729) % each for release in range(ERASED)]


def measure_erasures(lake: DeltaLake, rows: int) -> dict[str, Any]:
    """Erase ten rows spread over ten releases, several times."""
    runs = [timed(partial(lake.erase, spread(rows, turn))) for turn in range(ROUNDS)]
    last = runs[-1][1]
    return {
        "median_s": round(statistics.median(seconds for seconds, _ in runs), 3),
        "worst_s": round(max(seconds for seconds, _ in runs), 3),
        "rows": last.rows,
        "files_rewritten": last.files_rewritten,
        "bytes_rewritten": last.bytes_rewritten,
    }


def measure_predicate(folder: Path, rows: int) -> dict[str, Any]:
    """The same erasure by the library's own delete and vacuum, which leave the predicate in the log."""
    import deltalake

    def erase() -> dict[str, Any]:
        table = deltalake.DeltaTable(folder)
        wanted = ", ".join(map(str, spread(rows, ROUNDS + 1)))
        found = table.delete(f"seq IN ({wanted})")
        table.vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)
        return found

    seconds, metrics = timed(erase)
    return {"seconds": round(seconds, 3), "files_rewritten": metrics["num_removed_files"]}


def main() -> None:
    """Build both lakes, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--folder", type=Path, help="where to build the lakes; a temporary folder by default")
    parser.add_argument("--compare", action="store_true", help="measure the library's own delete as well")
    given = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="lake-", dir=given.folder))
    large, small = root / "large", root / "small"
    try:
        idle = peak_of("from commonwheel.adapters.delta import DeltaLake")
        loaded = peak_of(
            "import deltalake, pyarrow.parquet, sys\nfrom commonwheel.adapters.delta import DeltaLake"
        )
        call = "import sys\nfrom pathlib import Path\nimport lake\nlake.build(Path(sys.argv[1]), int(sys.argv[2]))"
        result: dict[str, Any] = {
            "rows": given.rows,
            "memory_mb": {"adapter": idle["peak_mb"], "adapter_and_libraries": loaded["peak_mb"]},
            "build": peak_of(call, str(large), str(given.rows)),
        }
        build(small, SMALL)
        lakes = {"small": (DeltaLake(str(small)), SMALL), "large": (DeltaLake(str(large)), given.rows)}
        result["append"] = measure_appends(lakes)
        lake = DeltaLake(str(large))
        result["compact_s"] = round(timed(lake.compact)[0], 3)
        result["compact_again_s"] = round(timed(lake.compact)[0], 4)
        result["erase"] = measure_erasures(lake, given.rows)
        result["appended_s"] = round(timed(lake.appended)[0], 4)
        result["get_10_s"] = round(timed(lambda: lake.get(spread(given.rows, 99)))[0], 4)
        read = "import sys, lake\nfor _ in lake.DeltaLake(sys.argv[1]).scan(): pass"
        result["scan"] = peak_of(read, str(large))
        result["files"] = len(list(large.glob("*.parquet")))
        result["bytes"] = sum(file.stat().st_size for file in large.rglob("*") if file.is_file())
        if given.compare:
            result["delete_by_predicate"] = measure_predicate(large, given.rows)
        print(json.dumps(result, indent=2))
    finally:
        shutil.rmtree(root)


if __name__ == "__main__":
    main()
