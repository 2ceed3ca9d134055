"""A server on loopback that plays a judge: OpenAI's chat completions and `/moderations`, well or badly."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from commonwheel.curate.rubric import QUESTIONS

CLEAN = {kind.partition(".")[2]: 0 for kind in QUESTIONS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What the server was asked."""

    path: str
    request: dict[str, Any]
    authorization: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What it answers: after `after` seconds, and with `pause` seconds between two bytes."""

    status: int = 200
    body: bytes = b""
    after: float = 0.0
    pause: float = 0.0
    headers: tuple[tuple[str, str], ...] = ()


Behavior = Callable[[Call], Reply]


@dataclass
class FakeJudge:
    """A running server. `behavior` can be changed at any time; `calls` are all it ever got."""

    url: str
    behavior: Behavior
    calls: list[Call] = field(default_factory=list)

    @property
    def materials(self) -> str:
        """Everything it was shown."""
        return "\n".join(json.dumps(call.request, ensure_ascii=False) for call in self.calls)


def nonce_of(call: Call) -> str:
    """The nonce, as a model that keeps to its instructions finds it: below the record's end."""
    prompt: str = call.request["messages"][-1]["content"]
    return prompt.rpartition("nonce: ")[2].strip()


def said(content: str | None, **more: Any) -> bytes:
    """A chat completion with this message."""
    message = {"role": "assistant", "content": content}
    choice = {"index": 0, "message": message, "finish_reason": "stop"} | more
    return json.dumps({"id": "x", "object": "chat.completion", "choices": [choice]}).encode()


def judging(**scores: int) -> Behavior:
    """A good judge that gives these scores, and 0 for the rest."""

    def behave(call: Call) -> Reply:
        return Reply(body=said(json.dumps({"nonce": nonce_of(call), "scores": CLEAN | scores})))

    return behave


def saying(content: str | None) -> Behavior:
    """Always the same message."""
    return lambda call: Reply(body=said(content))


def replying(**reply: Any) -> Behavior:
    """Always the same reply."""
    return lambda call: Reply(**reply)


def slowly(behavior: Behavior, **times: float) -> Behavior:
    """The same, late or byte by byte."""

    def behave(call: Call) -> Reply:
        reply = behavior(call)
        return Reply(status=reply.status, body=reply.body, **times)

    return behave


def moderating(flagged: bool = False, **scores: float) -> Behavior:
    """`/moderations` with these category scores."""
    named = {name.replace("__", "/").replace("_", "-"): score for name, score in scores.items()}
    result = {
        "flagged": flagged,
        "categories": {name: flagged and score > 0.1 for name, score in named.items()},
        "category_scores": named,
    }
    return replying(body=json.dumps({"id": "m", "model": "x", "results": [result]}).encode())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    judge: FakeJudge


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        call = Call(
            path=self.path,
            request=json.loads(self.rfile.read(length)),
            authorization=self.headers["Authorization"],
        )
        judge = self.server.judge
        judge.calls.append(call)
        reply = judge.behavior(call)
        time.sleep(reply.after)
        try:
            self.send_response(reply.status)
            for name, value in (*reply.headers, ("Content-Length", str(len(reply.body)))):
                self.send_header(name, value)
            self.end_headers()
            if reply.pause:
                for byte in reply.body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(reply.pause)
            else:
                self.wfile.write(reply.body)
        except OSError:
            self.close_connection = True  # whoever asked has gone

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: tests are silent."""


@contextmanager
def fake_judge(behavior: Behavior | None = None) -> Iterator[FakeJudge]:
    """A server that judges everything clean, unless it is told otherwise."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.judge = FakeJudge(f"http://127.0.0.1:{server.server_port}/v1", behavior or judging())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.judge
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def prefers(better: Callable[[str, str], str]) -> Behavior:
    """A judge that compares: `better` is told both answers and says first, second or neither."""

    def behave(call: Call) -> Reply:
        prompt: str = call.request["messages"][-1]["content"]
        told = json.loads(prompt.splitlines()[1])
        answer = {"nonce": nonce_of(call), "better": better(told["first"], told["second"])}
        return Reply(body=said(json.dumps(answer)))

    return behave
