"""Instances that misbehave: each answers as a test tells it to."""

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Answer = tuple[int, dict[str, str], bytes]


def taken(lines: list[bytes]) -> Answer:
    """Every line is accepted."""
    body = b"".join(b'{"line": %d, "status": 201}\n' % number for number, _ in enumerate(lines, 1))
    return 200, {}, body


def refused(status: int, code: str) -> Answer:
    """An error in the shape of the API."""
    return status, {}, json.dumps({"error": {"code": code, "message": "", "details": {}}}).encode()


@dataclass
class Instance:
    """What came to it at `url`, as pairs of a key and lines, and what it answers."""

    answer: Callable[[list[bytes]], Answer]
    came: list[tuple[str, list[bytes]]] = field(default_factory=list)
    url: str = ""

    def lines(self) -> list[str]:
        """What each line that came asks."""
        return [json.loads(line)["prompt"] for _, lines in self.came for line in lines]


@contextmanager
def instance(answer: Callable[[list[bytes]], Answer] = taken) -> Iterator[Instance]:
    """One on a port of its own."""
    made = Instance(answer)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            lines = self.rfile.read(int(self.headers.get("Content-Length", "0"))).split(b"\n")
            made.came.append((self.headers.get("Idempotency-Key", ""), lines))
            status, headers, body = made.answer(lines)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            """Who asked has gone."""

    server = Server(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
