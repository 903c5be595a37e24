"""A load from a process of its own: connections that are kept open, answers counted and timed.

`python -m tests.bench.load` reads one JSON object from standard input and prints another one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from itertools import count


@dataclass(frozen=True, slots=True)
class Spec:
    """`paths` are asked in turn. A webhook's body is signed anew each time, under an event id of its own."""

    port: int
    seconds: float
    paths: list[str]
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    signing_secret: str = ""
    connections: int = 8


@dataclass(frozen=True, slots=True)
class Result:
    per_second: float
    p50_ms: float
    p95_ms: float
    bytes_each: int
    failed: int


def signature(spec: Spec, body: bytes) -> dict[str, str]:
    """The header of a signed notice; none where there is no secret."""
    if not spec.signing_secret:
        return {}
    stamp = str(int(time.time()))
    mac = hmac.new(spec.signing_secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={stamp},v1={mac}"}


def _request(spec: Spec, number: int) -> bytes:
    target = spec.paths[number % len(spec.paths)]
    body = spec.body.replace("{number}", str(number)).encode()
    headers = {"Host": "localhost", "Connection": "keep-alive", "Accept-Encoding": "gzip", **spec.headers}
    headers |= signature(spec, body)
    if spec.method == "POST":
        headers["Content-Length"] = str(len(body))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{spec.method} {target} HTTP/1.1\r\n{lines}\r\n".encode() + body


def _answer(sock: socket.socket) -> tuple[int, int]:
    """(status, bytes of the body); granian always names the length or sends chunks."""
    held = b""
    while b"\r\n\r\n" not in held:
        more = sock.recv(65536)
        if not more:
            raise ConnectionError("the server closed the connection")
        held += more
    head, _, body = held.partition(b"\r\n\r\n")
    lower = head.lower()
    status = int(head[9:12])
    if b"transfer-encoding: chunked" in lower:
        while not body.endswith(b"0\r\n\r\n"):
            body += sock.recv(65536)
        return status, len(body)
    length = int(lower.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
    while len(body) < length:
        body += sock.recv(65536)
    return status, length


def measure(spec: Spec) -> Result:
    numbers, times, sizes, failed = count(int(time.time() * 1000) % 10**9), [], [], []
    start = threading.Barrier(spec.connections)

    def ask() -> None:
        with socket.create_connection(("127.0.0.1", spec.port), timeout=30) as sock:
            start.wait()
            deadline = time.perf_counter() + spec.seconds
            while time.perf_counter() < deadline:
                request = _request(spec, next(numbers))
                began = time.perf_counter()
                sock.sendall(request)
                status, size = _answer(sock)
                times.append(time.perf_counter() - began)
                sizes.append(size)
                if status not in {200, 204}:
                    failed.append(status)

    threads = [threading.Thread(target=ask) for _ in range(spec.connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    at = lambda part: round(times[int(len(times) * part)] * 1000, 1) if times else 0.0  # noqa: E731
    mean_size = sum(sizes) // max(1, len(sizes))
    return Result(round(len(times) / spec.seconds, 1), at(0.5), at(0.95), mean_size, len(failed))


if __name__ == "__main__":
    print(json.dumps(asdict(measure(Spec(**json.load(sys.stdin))))))
