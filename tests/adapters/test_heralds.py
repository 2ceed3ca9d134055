"""Whoever serves models is told which one: by a folder, by webhooks, by a server's own endpoints."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from commonwheel.adapters.heralds import SIGNATURE, FolderHerald, Heralds, VllmHerald, WebhookHerald, signature
from commonwheel.records.model import Model, ModelState
from tests.training import RECIPE


@dataclass
class Receiver:
    """A server that keeps what it is told, and answers as it is asked to."""

    url: str = ""
    status: int = 200
    text: str = "ok"
    heard: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.heard.append((self.path, dict(self.headers), body))
            self.send_response(told.status)
            self.end_headers()
            self.wfile.write(told.text.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield told
        server.shutdown()
        thread.join()


def model(number: int) -> Model:
    return Model(
        number=number, state=ModelState.PROMOTED, recipe=RECIPE, start=None, gold=1, made=datetime.now(UTC),
        made_by="ann", holder=None, trained=1, held_out=1, left_out={}, facts={"files": {"a": "00"}},
        history=({"at": "2026-11-26T10:00:00+00:00", "what": "promoted", "by": "", "why": ""},),
    )  # fmt: skip


@pytest.fixture
def adapter(tmp_path: Path) -> Path:
    folder = tmp_path / "adapter"
    folder.mkdir()
    (folder / "adapter_model.safetensors").write_bytes(b"weights")
    return folder


def test_a_folder_always_points_at_one_whole_adapter(tmp_path: Path, adapter: Path) -> None:
    herald, folder = FolderHerald(tmp_path / "serving"), tmp_path / "serving"
    for number in (1, 2, 3):
        assert herald.announce(model(number), adapter, model(number - 1) if number > 1 else None) == []
        assert (folder / "current").resolve().name == f"m{number}"
        assert (folder / "current" / "adapter_model.safetensors").read_bytes() == b"weights"
        assert json.loads((folder / "current.json").read_text())["name"] == f"m{number}"
    assert {path.name for path in folder.iterdir()} == {"m2", "m3", "current", "current.json"}
    assert herald.announce(model(2), adapter, model(3)) == []
    assert (folder / "current").resolve().name == "m2"
    assert herald.announce(None, None, model(2)) == []
    assert not (folder / "current").exists() and json.loads((folder / "current.json").read_text()) is None


def test_webhooks_say_who_speaks(receiver: Receiver, adapter: Path) -> None:
    herald = WebhookHerald([f"{receiver.url}/a", f"{receiver.url}/b"], b"key", "https://example.org")
    assert herald.announce(model(2), adapter, model(1)) == []
    assert herald.announce(model(1), adapter, model(2)) == []
    assert herald.announce(None, None, model(1)) == []
    assert [path for path, _, _ in receiver.heard] == ["/a", "/b"] * 3
    told = [json.loads(body) for _, _, body in receiver.heard[::2]]
    assert [each["event"] for each in told] == ["model.promoted", "model.reverted", "model.reverted"]
    assert told[0]["model"]["name"] == "m2" and told[0]["before"] == "m1" and told[2]["model"] is None
    assert told[0]["url"] == "https://example.org/models/2"
    for _, headers, body in receiver.heard:
        assert headers[SIGNATURE] == signature(b"key", body)


def test_a_server_loads_the_new_adapter_before_it_lets_go_of_the_old(receiver: Receiver, adapter: Path) -> None:
    herald = VllmHerald(receiver.url, "secret", "wheel")
    assert herald.announce(model(2), adapter, model(1)) == []
    assert [(path, json.loads(body)) for path, _, body in receiver.heard] == [
        ("/v1/load_lora_adapter", {"lora_name": "wheel-m2", "lora_path": str(adapter)}),
        ("/v1/unload_lora_adapter", {"lora_name": "wheel-m1"}),
    ]
    assert {headers["Authorization"] for _, headers, _ in receiver.heard} == {"Bearer secret"}
    receiver.status, receiver.text = 400, "The lora adapter 'wheel-m2' has already been loaded."
    assert herald.announce(model(2), adapter, None) == []
    receiver.heard.clear()
    receiver.text = "no such rank"
    assert herald.announce(model(3), adapter, model(2)) == ["127.0.0.1: 400 no such rank"]
    assert len(receiver.heard) == 1  # what serves goes on serving


def test_who_cannot_be_told_stops_nobody(receiver: Receiver, adapter: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    heralds = Heralds(
        [
            FolderHerald(tmp_path / "file" / "below"),
            WebhookHerald(["http://127.0.0.1:9/x", "no address", f"{receiver.url}/a"], b"key", ""),
            VllmHerald("http://127.0.0.1:9", "secret", "wheel"),
            FolderHerald(tmp_path / "good"),
        ]
    )
    untold = heralds.announce(model(1), adapter, None)
    assert len(untold) == 4 and "secret" not in str(untold)
    assert len(receiver.heard) == 1 and (tmp_path / "good" / "current").exists()
