"""The three servers: a model that always says the same, Open WebUI, and a commons."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
COMMONWHEEL = str(ROOT / ".venv" / "bin" / "commonwheel")
MODEL, ANSWER = "lark-8b", "The capital is Sydney. Write to ida@example.org."
WAIT_FOR_ANSWERS = 3
"""Seconds after which a dialog that nobody answers is over."""
_SLIM = {
    "USE_SLIM_DOCKER": "true",
    "OFFLINE_MODE": "true",
    "HF_HUB_OFFLINE": "1",
    "BYPASS_EMBEDDING_AND_RETRIEVAL": "True",
    "WEBUI_SECRET_KEY": "of-a-test",
    "WEBUI_ADMIN_EMAIL": "admin@example.org",
    "WEBUI_ADMIN_PASSWORD": "of-a-test",
    "WEBUI_ADMIN_NAME": "Admin",
    "OPENAI_API_KEY": "of-a-test",
    "ENABLE_OLLAMA_API": "False",
    "ENABLE_PERSISTENT_CONFIG": "False",
    "ENABLE_VERSION_UPDATE_CHECK": "False",
    "ENABLE_TITLE_GENERATION": "False",
    "ENABLE_TAGS_GENERATION": "False",
    "ENABLE_FOLLOW_UP_GENERATION": "False",
    "WEBSOCKET_EVENT_CALLER_TIMEOUT": str(WAIT_FOR_ANSWERS),
}


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


class Server:
    """A program that listens, ended with everything that it started."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str], ready: str) -> None:
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                env=os.environ | environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until = time.monotonic() + 180
        while time.monotonic() < until and self._process.poll() is None:
            try:
                if httpx.get(ready, timeout=5).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.2)
        self.stop()
        raise AssertionError(f"{command[0]} does not answer: {self.log.read_text('utf-8')[-3000:]}")

    def stop(self) -> None:
        """End it."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, 15)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, 9)
                self._process.wait()


class Commons(Server):
    """A commons on an empty folder, with a token for the plug-in."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.home, self.url = folder / "home", f"http://127.0.0.1:{port}"
        self._environment = {"COMMONWHEEL_HOME": str(self.home), "COMMONWHEEL_PUBLIC_URL": self.url}
        command = [COMMONWHEEL, "serve", "--port", str(port)]
        super().__init__(command, folder, self._environment, f"{self.url}/health")
        made = subprocess.run(
            [COMMONWHEEL, "token", "create", "--scope", "contribute:on-behalf", "--for", "openwebui"],
            env=os.environ | self._environment,
            capture_output=True,
            text=True,
            check=True,
        )
        self.token = made.stdout.split()[-1]

    def given(self) -> int:
        """How much was given and is there."""
        with sqlite3.connect(f"file:{self.home / 'commonwheel.db'}?mode=ro", uri=True) as database:
            return int(database.execute("SELECT count(*) FROM contribution WHERE erased IS NULL").fetchone()[0])

    def state(self, id: str) -> dict[str, Any]:
        """A contribution, as the door that gave it sees it."""
        headers = {"Authorization": f"Bearer {self.token}"}
        found: dict[str, Any] = httpx.get(f"{self.url}/api/v1/contributions/{id}", headers=headers).json()
        return found


class _Model(BaseHTTPRequestHandler):
    """An OpenAI-compatible server with one model."""

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        """The list of models."""
        self._send({"object": "list", "data": [{"id": MODEL, "object": "model", "owned_by": "lark"}]})

    def do_POST(self) -> None:
        """An answer."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        message = {"role": "assistant", "content": ANSWER}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        self._send({"id": "c", "object": "chat.completion", "model": MODEL, "created": 1, "choices": [choice]})

    def _send(self, body: dict[str, Any]) -> None:
        raw = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


class OpenWebUI(Server):
    """Open WebUI with the plug-in, and people on it."""

    def __init__(self, folder: Path, commons: Commons) -> None:
        self._model = ThreadingHTTPServer(("127.0.0.1", 0), _Model)
        threading.Thread(target=self._model.serve_forever, daemon=True).start()
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        model = f"http://127.0.0.1:{self._model.server_address[1]}/v1"
        environment = _SLIM | {"DATA_DIR": str(folder / "data"), "OPENAI_API_BASE_URL": model}
        program = os.environ.get("OPENWEBUI_PROGRAM", str(Path(sys.executable).with_name("open-webui")))
        command = [program, "serve", "--host", "127.0.0.1"]
        super().__init__([*command, "--port", str(port)], folder, environment, f"{self.url}/health")
        self.admin = self.signed_in("admin@example.org")
        version = str(self.call("GET", "/api/version")["version"])
        self.has_events = tuple(map(int, version.split(".")[:2])) >= (0, 10)
        self._set_up(commons)

    def stop(self) -> None:
        """End it and the model."""
        super().stop()
        self._model.shutdown()
        self._model.server_close()

    def call(self, method: str, path: str, token: str | None = None, body: Any = None) -> Any:
        """What the API answers; AssertionError where it refuses."""
        answer = self.answer(method, path, token, body)
        assert answer.status_code < 400, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json()

    def answer(self, method: str, path: str, token: str | None = None, body: Any = None) -> httpx.Response:
        """An answer of whatever kind."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.request(method, f"{self.url}{path}", headers=headers, json=body, timeout=60)

    def signed_in(self, email: str) -> str:
        """A token of somebody."""
        who = {"email": email, "password": "of-a-test"}
        return str(self.call("POST", "/api/v1/auths/signin", None, who)["token"])

    def person(self, name: str) -> tuple[str, str]:
        """A new user: id and token."""
        form = {"name": name, "email": f"{name}@example.org", "password": "of-a-test", "role": "user"}
        self.call("POST", "/api/v1/auths/add", self.admin, form)
        token = self.signed_in(f"{name}@example.org")
        return str(self.call("GET", "/api/v1/auths/", token)["id"]), token

    def _set_up(self, commons: Commons) -> None:
        """What docs/how-to/share-from-open-webui.md tells an administrator."""
        for kind in ("action", "event") if self.has_events else ("action",):
            id = f"commonwheel_{kind}"
            content = (ROOT / "plugins" / "openwebui" / f"{id}.py").read_text("utf-8")
            form = {"id": id, "name": f"Commonwheel {kind}", "content": content, "meta": {"description": ""}}
            self.call("POST", "/api/v1/functions/create", self.admin, form)
            self.call("POST", f"/api/v1/functions/id/{id}/toggle", self.admin)
            if kind == "action":
                self.call("POST", f"/api/v1/functions/id/{id}/toggle/global", self.admin)
        valves = {"url": commons.url, "token": commons.token, "contact": "the library", "faq": "", "mock": False}
        self.call("POST", "/api/v1/functions/id/commonwheel_action/valves/update", self.admin, valves)
        # Plain people see no model until it is registered and granted to them.
        grants = [{"principal_type": "user", "principal_id": "*", "permission": "read"}]
        form = {
            "id": MODEL,
            "base_model_id": None,
            "name": MODEL,
            "meta": {},
            "params": {},
            "access_grants": grants,
        }
        self.call("POST", "/api/v1/models/create", self.admin, form)
        self.call("GET", "/api/models", self.admin)
