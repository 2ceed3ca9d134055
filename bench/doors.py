"""Accepting: single and batch doors against a bare endpoint, and beside a busy worker."""

import http.client
import json
import socket
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import load, sut

_SECONDS = 5.0
_ROUNDS = 3
_CONNECTIONS = 16
_BATCH = 4000


def accepting(folder: Path) -> dict[str, Any]:
    """Rates of the single and the batch door, as ratios to the bare endpoint and to each other."""
    port = free_port()
    with sut.bare(folder / "bare.db", port), sut.serve(folder / "accepting", "--no-worker") as served:
        rounds = [_round(port, served, number) for number in range(_ROUNDS)]
    middle = sorted(rounds, key=lambda each: each["single_to_bare"])[_ROUNDS // 2]
    return middle | {"rounds": [round(each["single_to_bare"], 3) for each in rounds]}


def _round(bare_port: int, served: sut.Served, number: int) -> dict[str, Any]:
    plain = load.run(bare_port, lambda n: load.request(bare_port, "/", sut.chat(n), {}), _CONNECTIONS, _SECONDS)
    ours = load.run(served.port, _giving(served, "contributions", sut.chat, f"{number}"), _CONNECTIONS, _SECONDS)
    assert set(ours.statuses) == {201}, ours.statuses
    batch = _batch_rate(served, number)
    return {
        "bare_per_second": plain.rate,
        "single_per_second": ours.rate,
        "single_to_bare": ours.rate / plain.rate,
        "batch_per_second": batch,
        "batch_to_single": batch / ours.rate,
    }


def beside_a_busy_worker(folder: Path) -> dict[str, Any]:
    """The 99th percentile of accepting at a steady pace, idle and while the worker empties a long queue."""
    with sut.serve(folder / "idle", "--no-worker") as served:
        idle = _paced(served)
    with sut.serve(folder / "busy") as served:
        _fill(served, 20_000)
        busy = _paced(served)
        waiting = _waiting(served)
    assert waiting > 0, "the worker ran dry: the measurement says nothing"
    return {"idle_p99_ms": idle * 1000, "busy_p99_ms": busy * 1000, "busy_to_idle": busy / idle}


def edits_to_pairs(folder: Path) -> dict[str, Any]:
    """How many edits a second go from acceptance to a gold pair, doors and worker sharing the cores."""
    home = folder / "edits"
    with sut.serve(home) as served:
        start = time.perf_counter()
        seen = load.run(served.port, _giving(served, "edits", sut.edit, "e"), 4, 15.0)
        given = seen.statuses[202]
        while _waiting(served):
            time.sleep(0.1)
        taken = time.perf_counter() - start
    with sqlite3.connect(home / "commonwheel.db") as database:
        [pairs] = database.execute("SELECT count(*) FROM gold").fetchone()
    assert pairs == given, f"{given} edits made {pairs} pairs"
    return {"edits": given, "pairs": pairs, "pairs_per_second": pairs / taken, "accepted_per_second": seen.rate}


def _giving(served: sut.Served, door: str, body: Callable[[int], bytes], key: str) -> Callable[[int], bytes]:
    headers = {"Authorization": f"Bearer {served.token}"}

    def make(number: int) -> bytes:
        own = headers | {"Idempotency-Key": f"{key}-{number}"}
        return load.request(served.port, f"/api/v1/{door}", body(number), own)

    return make


def _paced(served: sut.Served, per_second: int = 50, seconds: float = 8.0) -> float:
    """The 99th percentile of latencies when gifts come at a steady pace, so that queueing does not count."""
    make = _giving(served, "contributions", lambda n: sut.chat(10**7 + n), "paced")
    latencies = []
    begin = time.perf_counter()
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        for number in range(int(per_second * seconds)):
            time.sleep(max(0.0, begin + number / per_second - time.perf_counter()))
            start = time.perf_counter()
            assert load.exchange(connection, make(number)) == 201
            latencies.append(time.perf_counter() - start)
    return sorted(latencies)[int(len(latencies) * 0.99)]


def _batch_rate(served: sut.Served, number: int) -> float:
    lines = b"\n".join(sut.chat(10**6 * (number + 1) + each) for each in range(_BATCH))
    start = time.perf_counter()
    answer = _post_batch(served, lines)
    taken = time.perf_counter() - start
    assert answer.count(b'"status": 201') == _BATCH
    return _BATCH / taken


def _fill(served: sut.Served, count: int) -> None:
    for start in range(0, count, _BATCH):
        _post_batch(served, b"\n".join(sut.chat(5 * 10**7 + start + each) for each in range(_BATCH)))


def _post_batch(served: sut.Served, lines: bytes) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=120)
    connection.request("POST", "/api/v1/contributions/batch", lines, {"Authorization": f"Bearer {served.token}"})
    return connection.getresponse().read()


def _waiting(served: sut.Served) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    connection.request("GET", "/health")
    waiting: int = json.loads(connection.getresponse().read())["waiting"]
    return waiting


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port
