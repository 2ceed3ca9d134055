"""Traces and feedback: calls a second, each on the disk when it is answered, and beside tools that take the same.

The peers are what `make bench-peers` installs, each in an environment of its own. What a call does differs: ours
is answered once it is stored, with consent read from it and its words sealed, to be curated and given back;
theirs is kept to be looked at.
"""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from bench import load, sut
from bench.doors import free_port

PEERS = Path(".venv-peers")
_CONNECTIONS, _SECONDS = 16, 5.0
_PROTOBUF = "application/x-protobuf"
_PATIENCE = 120.0


def telemetry(folder: Path) -> dict[str, Any]:
    """Rates and 99th percentiles of both doors, as ratios to the peers that are installed."""
    with sut.serve(folder / "ours", "--no-worker") as served:
        headers = {"Authorization": f"Bearer {served.token}"}
        traces = _run(served.port, "/v1/traces", _trace, headers, _PROTOBUF)
        feedback = _run(served.port, "/api/v1/feedback", _feedback, headers)
    figures: dict[str, Any] = {
        "traces_per_second": traces.rate,
        "traces_p99_ms": traces.p99 * 1000,
        "feedback_per_second": feedback.rate,
        "feedback_p99_ms": feedback.p99 * 1000,
    }
    if (PEERS / "phoenix").exists():
        with _phoenix(folder) as port:
            theirs = _run(port, "/v1/traces", _trace, {}, _PROTOBUF)
        figures |= {"phoenix_per_second": theirs.rate, "phoenix_p99_ms": theirs.p99 * 1000}
        figures["traces_to_phoenix"] = traces.rate / theirs.rate
    if (PEERS / "mlflow").exists():
        with _mlflow(folder) as port:
            ids = [_mlflow_trace(port, number) for number in range(_CONNECTIONS)]
            path = "/api/3.0/mlflow/traces/{}/assessments"
            theirs = _run(port, lambda number: path.format(ids[number % len(ids)]), _assessment, {})
        figures |= {"mlflow_per_second": theirs.rate, "mlflow_p99_ms": theirs.p99 * 1000}
        figures["feedback_to_mlflow"] = feedback.rate / theirs.rate
    return figures


def _run(
    port: int,
    path: str | Callable[[int], str],
    body: Callable[[int], bytes],
    headers: dict[str, str],
    kind: str = "application/json",
) -> load.Load:
    seen = load.run(
        port,
        lambda number: load.request(
            port, path if isinstance(path, str) else path(number), body(number), headers, kind
        ),
        _CONNECTIONS,
        _SECONDS,
    )
    assert set(seen.statuses) <= {200, 201, 202}, seen.statuses
    return seen


def _trace(number: int) -> bytes:
    """One span of about 1 KB, of the current conventions, with consent; another one for each number."""
    request = ExportTraceServiceRequest()
    span = request.resource_spans.add().scope_spans.add().spans.add()
    # Random enough to be another one in each run, as ids of traces are.
    span.trace_id = number.to_bytes(8, "big") + os.urandom(8)
    span.span_id = number.to_bytes(8, "big")
    span.name = "chat lark-8b"
    span.start_time_unix_nano, span.end_time_unix_nano = 1_790_000_000_000_000_000, 1_790_000_001_000_000_000
    asked = {"type": "text", "content": f"How do I bake loaf {number}? " + "I have flour, water and salt. " * 10}
    said = {"type": "text", "content": "First feed the starter, then wait. " * 12}
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "lark-8b",
        "gen_ai.input.messages": json.dumps([{"role": "user", "parts": [asked]}]),
        "gen_ai.output.messages": json.dumps([{"role": "assistant", "parts": [said]}]),
        "commonwheel.consent": sut.TERMS["consent"]["version"],
        "commonwheel.license": "CC-BY-4.0",
        "commonwheel.scope": "instance",
    }
    for name, value in attributes.items():
        attribute = span.attributes.add()
        attribute.key, attribute.value.string_value = name, value
    made: bytes = request.SerializeToString()
    return made


def _feedback(number: int) -> bytes:
    thumb = {"target": f"{number:032x}", "name": "thumb", "value": number % 2 == 0, "terms": sut.TERMS}
    return json.dumps(thumb | {"detail": {"reason": "not factually correct"}}).encode()


def _assessment(number: int) -> bytes:
    source = {"source_type": "HUMAN", "source_id": f"person {number}"}
    feedback = {"value": number % 2 == 0}
    made = {
        "assessment_name": "thumb",
        "source": source,
        "feedback": feedback,
        "rationale": "not factually correct",
    }
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return json.dumps({"assessment": made | {"create_time": now, "last_update_time": now}}).encode()


def _mlflow_trace(port: int, number: int) -> str:
    """A trace to say something of, since MLflow takes feedback for what it has; one for each connection."""
    place = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "0"}}
    info = {"trace_id": f"tr-{number:032x}", "trace_location": place, "state": "OK", "execution_duration": "1s"}
    body = {"trace": {"trace_info": info | {"request_time": "2026-11-01T00:00:00Z"}}}
    answer = httpx.post(f"http://127.0.0.1:{port}/api/3.0/mlflow/traces", json=body, timeout=60)
    answer.raise_for_status()
    id: str = answer.json()["trace"]["trace_info"]["trace_id"]
    return id


@contextmanager
def _phoenix(folder: Path) -> Iterator[int]:
    port, grpc = free_port(), free_port()
    own = {
        "PHOENIX_PORT": str(port),
        "PHOENIX_GRPC_PORT": str(grpc),
        "PHOENIX_WORKING_DIR": str(folder / "phoenix"),
    }
    with _served("phoenix", ["serve"], own, folder, f"http://127.0.0.1:{port}/healthz"):
        yield port


@contextmanager
def _mlflow(folder: Path) -> Iterator[int]:
    port = free_port()
    database = f"sqlite:///{folder / 'mlflow.db'}"
    arguments = ["server", "--host", "127.0.0.1", "--port", str(port), "--backend-store-uri", database]
    with _served("mlflow", arguments, {}, folder, f"http://127.0.0.1:{port}/health"):
        yield port


@contextmanager
def _served(
    name: str, arguments: list[str], environment: dict[str, str], folder: Path, ready: str
) -> Iterator[None]:
    """A peer, until it answers and then as long as it is measured; ended with what it started."""
    program = (PEERS / name / "bin" / name).absolute()
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(program), *arguments],
            env=os.environ | environment,
            cwd=folder,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _await(process, ready, log)
        yield
    finally:
        os.killpg(process.pid, 9)
        process.wait()


def _await(process: subprocess.Popen[bytes], ready: str, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(ready, timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise SystemExit(f"It does not answer: {log.read_text('utf-8')[-2000:]}")
