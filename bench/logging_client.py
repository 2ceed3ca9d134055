"""What logging costs the application that does it: the time until `log` returns, while lines are being sent."""

import time
from pathlib import Path
from typing import Any

from bench import sut
from commonwheel.client import Wheel

_CALLS, _ROUND = 20_000, 2_000


def logging(folder: Path) -> dict[str, Any]:
    """Microseconds of a call, in rounds that the queue holds."""
    times = []
    with (
        sut.serve(folder, "--no-worker") as served,
        Wheel(f"http://127.0.0.1:{served.port}", served.token) as wheel,
    ):
        for number in range(_CALLS):
            edit = {
                "prompt": f"Question {number}: what is the capital of Australia?",
                "original": "The capital of Australia is Sydney, its largest city. " * 4,
                "edited": "The capital of Australia is Canberra. " * 5,
                "terms": sut.TERMS,
            }
            start = time.perf_counter()
            wheel.edits.log(**edit)
            times.append(1e6 * (time.perf_counter() - start))
            if number % _ROUND == _ROUND - 1:
                wheel.flush(60)
        stats = wheel.stats
    assert (stats.sent, stats.dropped) == (_CALLS, 0), stats
    times.sort()
    count = len(times)
    return {
        "log_us": sum(times) / count,
        "log_median_us": times[count // 2],
        "log_p99_us": times[-count // 100],
    }


def _url(served: sut.Served) -> str:
    return f"http://127.0.0.1:{served.port}"
