"""Input made to break things: nothing answers 5xx, nothing of it is repeated, and nobody else waits for it."""

import gzip
import json
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from commonwheel.app import App, build
from commonwheel.settings import load_settings
from commonwheel.web.server import create_web
from tests.torture.instance import Instance, until
from tests.torture.people import TERMS

RARE = "zqhostilewordqz"
API = "/api/v1"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """A real server with its worker, shared by the tests of this file."""
    instance = Instance(tmp_path_factory.mktemp("hostile"))
    try:
        instance.start()
        yield instance
        assert RARE not in instance.log_text(), "the log repeats what somebody sent"
        instance.stop()
    finally:
        instance.end()


@pytest.fixture(scope="module")
def http(server: Instance) -> Iterator[httpx.Client]:
    """Signed in, may do everything."""
    headers = {"Authorization": f"Bearer {server.token()}"}
    with httpx.Client(base_url=server.url, headers=headers, timeout=60) as client:
        yield client


def chat(words: str, **more: Any) -> dict[str, Any]:
    return {"kind": "chat", "messages": [{"role": "user", "content": words}], "terms": TERMS} | more


def refused(answer: Any, *statuses: int) -> None:
    """Refused as a fault of the input, in our shape, without a word of it."""
    assert answer.status_code in (statuses or (422,)), answer.text[:300]
    assert set(answer.json()) == {"error"}
    assert RARE not in answer.text


NESTED = "[" * 100_000
BODIES = {
    "deep nesting": b'{"kind": "chat", "note": ' + NESTED.encode(),
    "deep nesting that ends": b'{"note": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    "deep objects": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "a huge whole number": b'{"kind": "signal", "target": "t", "name": "n", "value": ' + b"9" * 100_000 + b"}",
    "a huge exponent": b'{"kind": "signal", "target": "t", "name": "n", "value": 1e999999}',
    "not a number": b'{"kind": "signal", "target": "t", "name": "n", "value": NaN}',
    "a lone surrogate": json.dumps(chat(RARE + "\ud800")).encode(),
    "a NUL": json.dumps(chat(RARE + "\0")).encode(),
    "a NUL in a key": json.dumps(chat("x", **{RARE[:3] + "\0": 1})).encode(),
    "invalid UTF-8": b'{"kind": "chat", "note": "' + RARE.encode() + b'\xff\xfe"}',
    "UTF-16": json.dumps(chat(RARE)).encode("utf-16"),
    "an overlong encoding": b'{"kind": "chat", "note": "\xc0\xaf"}',
    "no JSON": RARE.encode(),
    "nothing": b"",
    "null": b"null",
    "a list": json.dumps([RARE] * 1000).encode(),
    "a thousand faults": json.dumps({f"f{n}": RARE for n in range(1000)}).encode(),
    "wrong types": json.dumps({"kind": {RARE: 1}, "messages": RARE, "terms": RARE, "labels": [RARE]}).encode(),
    "a wrong value": json.dumps(chat("x", language=RARE, hold_until=RARE, assessment=RARE)).encode(),
    "a wrong preference": json.dumps(chat("x", terms=TERMS | {"ai_pref": f"train-ai=({RARE}"})).encode(),
    "a wrong license": json.dumps(chat("x", terms=TERMS | {"license": RARE})).encode(),
}
# Faulty for every door: its own fields are missing or wrong, whatever else there is.
DOORS = ["/contributions", "/contributions/preview", "/edits", "/feedback"]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("door", DOORS)
def test_a_faulty_body_is_refused_and_not_repeated(http: httpx.Client, door: str, body: bytes) -> None:
    refused(http.post(f"{API}{door}", content=body))


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("call", ["PATCH", "appeal", "take-down", "decision"])
def test_a_faulty_change_is_refused_and_not_repeated(http: httpx.Client, call: str, body: bytes) -> None:
    id = http.post(f"{API}/contributions", json=chat("Something fine.")).json()["id"]
    headers = {"If-Match": '"1"'}
    if call == "PATCH":
        answer = http.patch(f"{API}/contributions/{id}", content=body, headers=headers)
    elif call == "decision":
        answer = http.post(f"{API}/review/1/decision", content=body, headers=headers)
    else:
        answer = http.post(f"{API}/contributions/{id}/{call}", content=body)
    assert 400 <= answer.status_code < 500, answer.text[:300]
    assert RARE not in "".join(fault["problem"] for fault in answer.json()["error"]["details"].get("faults", []))


def test_the_last_of_equal_keys_counts_everywhere(http: httpx.Client) -> None:
    body = json.dumps(chat("first"))[:-1] + ', "note": "one", "note": "two"}'
    answer = http.post(f"{API}/contributions", content=body)
    assert answer.status_code in (201, 422)
    if answer.status_code == 201:
        assert http.get(f"{API}/contributions/{answer.json()['id']}").json()["given_content"]["note"] == "two"


def test_a_deep_patch_is_refused(http: httpx.Client) -> None:
    id = http.post(f"{API}/contributions", json=chat("Something fine.")).json()["id"]
    for depth in (300, 600, 900, 1200):
        body = b'{"terms":' * depth + b"1" + b"}" * depth
        refused(http.patch(f"{API}/contributions/{id}", content=body, headers={"If-Match": '"1"'}))


@pytest.mark.parametrize("key", ["x" * 201, "a b", "x" * 5000])
def test_a_strange_idempotency_key_is_refused(http: httpx.Client, key: str) -> None:
    refused(http.post(f"{API}/contributions", json=chat("hello"), headers={"Idempotency-Key": key}), 422, 431)


ODD = [
    "%00",
    "%ff",
    "..",
    "%2e%2e%2f",
    "a" * 5000,
    "'%20OR%201=1",
    "%F0%9F%92%A9",
    "null",
    "-1",
    "%7B%7D",
    "a%0d%0aB:c",
]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("path", ["/contributions/{}", "/releases/{}", "/review/{}", "/me/contributions?after={}"])
def test_odd_names_are_not_found(http: httpx.Client, path: str, odd: str) -> None:
    answer = http.get(API + path.format(odd))
    assert 300 <= answer.status_code < 500, answer.text[:300]
    assert "b" not in answer.headers


def test_a_record_too_large_is_refused(http: httpx.Client) -> None:
    empty = len(json.dumps(chat("")).encode())
    fits = json.dumps(chat("w" * (1_000_000 - empty)))
    assert len(fits) == 1_000_000
    assert http.post(f"{API}/contributions", content=fits).status_code == 201
    refused(http.post(f"{API}/contributions", content=fits + " "), 413)
    refused(http.post(f"{API}/edits", content=b'"' + b"x" * 1_000_000 + b'"'), 413)


def test_a_large_line_and_too_many_lines_are_refused(http: httpx.Client) -> None:
    line = json.dumps(chat(RARE + "w" * 1_000_001)).encode()
    answer = http.post(f"{API}/contributions/batch", content=line)
    [outcome] = [json.loads(each) for each in answer.content.splitlines()]
    assert (outcome["status"], outcome["error"]["code"]) == (413, "too_large")
    assert RARE not in answer.text
    refused(http.post(f"{API}/contributions/batch", content=b"{}\n" * 10_001), 413)
    assert len(http.post(f"{API}/contributions/batch", content=b"{}\n" * 10_000).content.splitlines()) == 10_000


def test_a_flood_is_cut_off_before_it_is_read(server: Instance, http: httpx.Client) -> None:
    with connected(server) as line:
        line.sendall(head("POST", "/contributions", http, "Content-Length: 10000000000"))
        try:
            for _ in range(2000):
                line.sendall(b"x" * 100_000)
        except OSError:
            pass  # the server has hung up, as it should
        else:
            pytest.fail("200 MB of a record were read")
    assert server.answers()


def test_compressed_bodies_are_clearly_refused(http: httpx.Client) -> None:
    packed = gzip.compress(json.dumps(chat(RARE)).encode())
    for path in ("/contributions", "/contributions/batch", "/edits"):
        refused(http.post(API + path, content=packed, headers={"Content-Encoding": "gzip"}), 415)


def connected(server: Instance) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=20)


def head(method: str, path: str, http: httpx.Client, *lines: str) -> bytes:
    """The head of a request, signed in."""
    token = http.headers["Authorization"]
    return "\r\n".join(
        [f"{method} {API}{path} HTTP/1.1", "Host: x", f"Authorization: {token}", *lines, "", ""]
    ).encode()


LIES = {
    "shorter than said": ("Content-Length: 5000", b'{"kind": "chat"}'),
    "longer than said": ("Content-Length: 4", json.dumps(chat("x")).encode()),
    "negative": ("Content-Length: -1", b"{}"),
    "no number": ("Content-Length: abc", b"{}"),
    "both": ("Content-Length: 2\r\nTransfer-Encoding: chunked", b"2\r\n{}\r\n0\r\n\r\n"),
    "broken chunks": ("Transfer-Encoding: chunked", b"zz\r\n{}\r\n"),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_lies_about_the_length_hurt_nobody(server: Instance, http: httpx.Client, lie: tuple[str, bytes]) -> None:
    stored = http.get("/health").json()
    with connected(server) as line:
        line.sendall(head("POST", "/contributions", http, lie[0]) + lie[1])
        line.shutdown(socket.SHUT_WR)
        answer = line.recv(4096)
    assert not answer.startswith((b"HTTP/1.1 5", b"HTTP/1.1 2")), answer
    assert http.get("/health").json()["status"] == stored["status"]


def test_slow_bodies_hold_nobody_up(server: Instance, http: httpx.Client) -> None:
    lines = [connected(server) for _ in range(100)]
    try:
        for line in lines:
            line.sendall(head("POST", "/contributions", http, "Content-Length: 1000") + b"{")
        assert server.answers()
        assert http.post(f"{API}/contributions", json=chat("Somebody else.")).status_code == 201
    finally:
        for line in lines:
            line.close()


MEGABYTE = 900_000
WORST = {
    "digits": "4" * MEGABYTE,
    "numbers": "4111 1111 1111 1112 " * (MEGABYTE // 20),
    "at signs": "@" * MEGABYTE,
    "mail without end": "a." * (MEGABYTE // 2) + "@",
    "addresses": "1.2.3.4:" * (MEGABYTE // 8),
    "colons": ":" * MEGABYTE,
    "letters of base64": "A" * MEGABYTE,
    "keys that begin": "-----BEGIN PRIVATE KEY-----\n" * (MEGABYTE // 28),
    "IBANs": "DE89 3704 0044 0532 0130 01 " * (MEGABYTE // 28),
    "phones": "+41 44 668 18 0" * (MEGABYTE // 15),
    "passwords": "password: " * (MEGABYTE // 10),
    "instructions": "ignore all previous " * (MEGABYTE // 20),
    "wallets": "bc1q" * (MEGABYTE // 4),
    "combining marks": "e" + "\u0301" * (MEGABYTE // 2),
    "invisible": "\u200b" * (MEGABYTE // 3),
}


def test_worst_cases_of_detectors_hold_nobody_up(server: Instance, http: httpx.Client) -> None:
    ids = []
    for words in WORST.values():
        answer = http.post(f"{API}/contributions", content=json.dumps(chat(words), ensure_ascii=False).encode())
        assert answer.status_code == 201, answer.text[:300]
        ids.append(answer.json()["id"])
        assert server.answers()
    # The server answers while they are curated, and each comes to an end in a state of the table.
    until(
        lambda: server.answers() and http.get("/health").json()["waiting"] == 0, "curation of hostile texts", 240
    )
    states = {http.get(f"{API}/contributions/{id}").json()["state"] for id in ids}
    assert states <= {"ready", "quarantined", "rejected"}


@pytest.fixture
def on_postgres(tmp_path: Any, postgres_url: str) -> Iterator[App]:
    """An instance whose database refuses the character U+0000."""
    from commonwheel.adapters.postgres import PostgresDatabase
    from commonwheel.adapters.sql.migrate import create

    database = PostgresDatabase(postgres_url)
    create(database.engine)
    database.close()
    app = build(load_settings({"COMMONWHEEL_HOME": str(tmp_path), "COMMONWHEEL_DATABASE_URL": postgres_url}))
    yield app
    app.close()


def test_nul_and_surrogates_break_nothing_on_postgresql(on_postgres: App) -> None:
    from fastapi.testclient import TestClient

    from commonwheel.journeys.sign_in import create_token
    from commonwheel.people.tokens import TokenScope

    headers = {"Authorization": f"Bearer {create_token(on_postgres.world, 'ann', [TokenScope.ADMIN])}"}
    with TestClient(create_web(on_postgres), raise_server_exceptions=False) as client:
        for body in (BODIES["a NUL"], BODIES["a lone surrogate"], BODIES["a NUL in a key"]):
            refused(client.post(f"{API}/contributions", content=body, headers=headers))
        for path in ("/contributions/%00", "/me/contributions?after=%00", "/contributions/a%00b"):
            assert client.get(API + path, headers=headers).status_code in (404, 422)
        assert client.delete(f"{API}/contributions/%00", headers=headers).status_code in (404, 422)
        released = client.get(f"{API}/releases/1/records?language=%00", headers=headers)
        assert released.status_code in (404, 422)
        assert client.get(f"{API}/releases/99999999999999999999", headers=headers).status_code == 422
        signal = {"target": "t\0", "name": "n", "value": "v\0", "terms": TERMS}
        refused(client.post(f"{API}/feedback", json=signal, headers=headers))
