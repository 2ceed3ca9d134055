"""A load generator that costs little: raw sockets, keep-alive, prepared requests, one thread a connection."""

import socket
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What was seen: requests per second, and latencies in seconds."""

    rate: float
    median: float
    p99: float
    statuses: dict[int, int]


def request(port: int, path: str, body: bytes, headers: dict[str, str], kind: str = "application/json") -> bytes:
    """A POST as bytes; `kind` is the content type."""
    lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Content-Type: {kind}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def run(port: int, make: Callable[[int], bytes], connections: int, seconds: float) -> Load:
    """Send `make(number)` over and over from each connection; numbers are never repeated."""
    numbers = iter(range(10**12))
    lock = threading.Lock()
    latencies: list[list[float]] = [[] for _ in range(connections)]
    statuses: list[dict[int, int]] = [{} for _ in range(connections)]
    end = time.perf_counter() + seconds

    def work(index: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while time.perf_counter() < end:
                with lock:
                    number = next(numbers)
                message = make(number)
                start = time.perf_counter()
                status = exchange(connection, message)
                latencies[index].append(time.perf_counter() - start)
                statuses[index][status] = statuses[index].get(status, 0) + 1

    threads = [threading.Thread(target=work, args=(index,)) for index in range(connections)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - start
    return summary([each for several in latencies for each in several], taken, statuses)


def summary(latencies: Sequence[float], taken: float, statuses: Sequence[dict[int, int]]) -> Load:
    """Rate, median and 99th percentile."""
    ordered = sorted(latencies)
    total: dict[int, int] = {}
    for each in statuses:
        for status, count in each.items():
            total[status] = total.get(status, 0) + count
    return Load(
        rate=len(ordered) / taken,
        median=statistics.median(ordered),
        p99=ordered[int(len(ordered) * 0.99)],
        statuses=total,
    )


def exchange(connection: socket.socket, message: bytes) -> int:
    """Send a request and read the whole answer; its status."""
    connection.sendall(message)
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += connection.recv(65536)
    return int(head.split(b" ", 2)[1])
