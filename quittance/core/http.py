"""The one door out: every HTTP call to another machine leaves through here.

Total time, size of the answer and the number of calls under way are bounded; nothing is retried or redirected,
TLS is verified, plain http reaches this machine only. A failure says whether the request may have had its effect:

    response = http.call("POST", url, headers={...}, body=b"...")      -> OutsideResponse(status, headers, body)
    OutsideError.sent   False: nothing was sent, safe to try again.    True: outcome unknown, ask first.

`budget(seconds)` gives several calls one common deadline. `register_guard` adds a check that runs before every call
(the composition root registers "no database transaction is open"). Tests answer in the wire's place with `mounted`.
It stands on httpcore2, the engine inside httpx2: only there can a deadline reach every single read of a socket.
"""

from __future__ import annotations

import atexit
import ipaddress
import os
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import httpcore2

from quittance.core import clock, their_clocks

TIMEOUT_SECONDS: Final = 8.0
CONNECT_SECONDS: Final = 3.0
KEEP_ALIVE_SECONDS: Final = 15.0
MAX_BODY_BYTES: Final = 8 * 1024 * 1024
MAX_ADDRESSES_TRIED: Final = 3
DEFAULT_PLACES: Final = 4


class OutsideError(Exception):
    """No usable answer. `sent` False: nothing left this machine. The text names the host only, never a path."""

    def __init__(self, text: str, *, sent: bool) -> None:
        super().__init__(text)
        self.sent = sent


class NoPlaceError(OutsideError):
    """As many calls as allowed were already outside until the deadline came."""


@dataclass(frozen=True, slots=True)
class OutsideRequest:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class OutsideResponse:
    """Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Deadline:
    """A moment on the monotonic clock after which nobody waits any longer."""

    __slots__ = ("ends",)

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds

    @property
    def seconds_left(self) -> float:
        return max(0.0, self.ends - time.monotonic())

    def earlier(self, other: Deadline | None) -> Deadline:
        return other if other is not None and other.ends < self.ends else self


class Wire(Protocol):
    """Carries one request to where it is answered. Raises OutsideError."""

    def __call__(self, request: OutsideRequest, deadline: Deadline) -> OutsideResponse: ...


Guard = Callable[[], None]

_guards: list[Guard] = []
_mounts: dict[str, Wire] = {}
_budget: ContextVar[Deadline | None] = ContextVar("outside_budget", default=None)


def register_guard(guard: Guard) -> Callable[[], None]:
    """Run `guard` before every call outside; it raises to forbid the call. Returns how to take it away again."""
    _guards.append(guard)

    def unregister() -> None:
        with suppress(ValueError):
            _guards.remove(guard)

    return unregister


def run_guards() -> None:
    """For fakes that stand in for an outside call without making one."""
    for guard in tuple(_guards):
        guard()


@contextmanager
def budget(seconds: float) -> Iterator[None]:
    """All calls inside share these seconds; an outer budget that ends earlier wins."""
    token = _budget.set(Deadline(seconds).earlier(_budget.get()))
    try:
        yield
    finally:
        _budget.reset(token)


@contextmanager
def mounted(base_url: str, wire: Wire) -> Iterator[None]:
    """Addresses that begin with `base_url` are answered by `wire`, in the caller's thread: for tests."""
    _mounts[base_url.rstrip("/")] = wire
    try:
        yield
    finally:
        del _mounts[base_url.rstrip("/")]


class Places:
    """How many calls of this process may be outside at once."""

    def __init__(self, count: int) -> None:
        self._free = threading.BoundedSemaphore(count)

    @contextmanager
    def one(self, deadline: Deadline, host: str) -> Iterator[None]:
        if not self._free.acquire(timeout=deadline.seconds_left):
            raise NoPlaceError(f"Too many calls are under way; {host} was not asked.", sent=False)
        try:
            yield
        finally:
            self._free.release()


_places = Places(DEFAULT_PLACES)


def limit_places(count: int) -> None:
    """Set the bound at start-up: half of the server's threads. Calls under way keep their place in the old one."""
    global _places  # noqa: PLW0603 - one bound for the whole process is the point
    _places = Places(count)


class OutsideClient:
    """`timeout_seconds` is the most that one call takes in all, waiting for a place included."""

    def __init__(self, *, timeout_seconds: float = TIMEOUT_SECONDS, wire: Wire | None = None) -> None:
        self._timeout_seconds = timeout_seconds
        self._wire = wire

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        timeout_seconds: float | None = None,
    ) -> OutsideResponse:
        wire = self._wire or _wire_for(url)
        host = urlsplit(url).hostname or "?"
        run_guards()
        deadline = Deadline(self._timeout_seconds if timeout_seconds is None else timeout_seconds)
        deadline = deadline.earlier(_budget.get())
        with _places.one(deadline, host):
            if deadline.seconds_left <= 0:
                raise OutsideError(f"No time was left to ask {host}.", sent=False)
            response = wire(OutsideRequest(method.upper(), url, dict(headers or {}), body), deadline)
        if not _is_this_machine(host):
            their_clocks.note(host=host, told=response.headers.get("date", ""), now=clock.now())
        return response


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> OutsideResponse:
    """One call with the usual bounds."""
    return OutsideClient().request(method, url, headers=headers, body=body, timeout_seconds=timeout_seconds)


def _wire_for(url: str) -> Wire:
    for base_url, wire in _mounts.items():
        if url == base_url or url.startswith((base_url + "/", base_url + "?")):
            return wire
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(parts.hostname or "")):
        return _network
    raise OutsideError("Only https addresses may be called, or http on this machine.", sent=False)


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


# ---- the network itself


@dataclass(slots=True)
class _Attempt:
    """What the sockets know of the call that uses them now."""

    deadline: Deadline
    sent: bool = False


_attempt: ContextVar[_Attempt] = ContextVar("outside_attempt")


class _Stream(httpcore2.NetworkStream):
    """A socket whose every read and write ends with the call's deadline, and which knows the first write."""

    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - ours is stricter
        left = _attempt.get().deadline.seconds_left
        if left <= 0:
            raise httpcore2.ReadTimeout("deadline")
        return self._inner.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - ours is stricter
        attempt = _attempt.get()
        left = attempt.deadline.seconds_left
        if left <= 0:
            raise httpcore2.WriteTimeout("deadline")
        attempt.sent = True
        self._inner.write(buffer, left)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: Any,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - ours is stricter
    ) -> httpcore2.NetworkStream:
        left = min(CONNECT_SECONDS, _attempt.get().deadline.seconds_left)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left or 0.001))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore2.NetworkBackend):
    """Connects within the deadline, the look-up of the name included."""

    def __init__(self) -> None:
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - ours is stricter
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        deadline = Deadline(CONNECT_SECONDS).earlier(_attempt.get().deadline)
        addresses = _look_up(host, port, deadline)[:MAX_ADDRESSES_TRIED]
        failure: Exception = httpcore2.ConnectError("no address")
        for tried, address in enumerate(addresses):
            share = deadline.seconds_left / (len(addresses) - tried)
            try:
                inner = self._inner.connect_tcp(address, port, max(share, 0.001), local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(inner)
        raise failure


def _look_up(host: str, port: int, deadline: Deadline) -> list[str]:
    """The system's look-up knows no deadline, so it runs beside us and is left behind when it takes too long."""
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(entry[4][0]) for entry in found)))
        except OSError as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True, name="look-up").start()
    try:
        answer = answers.get(timeout=deadline.seconds_left)
    except queue.Empty:
        raise httpcore2.ConnectTimeout("look-up") from None
    if isinstance(answer, OSError):
        raise httpcore2.ConnectError("look-up") from answer
    return answer


@dataclass(slots=True)
class _Network:
    """The real wire. A pool belongs to the process that made it: a fork begins with its own."""

    _pool: httpcore2.ConnectionPool | None = None
    _process: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: OutsideRequest, deadline: Deadline) -> OutsideResponse:
        host = urlsplit(request.url).hostname or "?"
        attempt = _Attempt(deadline)
        token = _attempt.set(attempt)
        # The length stands even where the body is empty: some front servers refuse a POST that does not say 0.
        length = {"Content-Length": str(len(request.body))} if request.method != "GET" or request.body else {}
        headers = {"User-Agent": "Quittance", **request.headers, "Accept-Encoding": "identity", **length}
        try:
            with self._own_pool().stream(
                request.method,
                request.url,
                headers=list(headers.items()),
                content=request.body,
                extensions={"timeout": {"pool": deadline.seconds_left}},
            ) as response:
                return OutsideResponse(response.status, _plain(response.headers), _bounded(response, host))
        except (httpcore2.TimeoutException, TimeoutError) as error:
            raise OutsideError(f"{host} did not answer in time.", sent=attempt.sent) from error
        except (
            httpcore2.NetworkError,
            httpcore2.ProtocolError,
            httpcore2.ProxyError,
            httpcore2.UnsupportedProtocol,
            OSError,
        ) as error:
            raise OutsideError(f"{host} could not be reached or broke off.", sent=attempt.sent) from error
        finally:
            _attempt.reset(token)

    def _own_pool(self) -> httpcore2.ConnectionPool:
        with self._lock:
            if self._pool is None or self._process != os.getpid():
                self._process = os.getpid()
                self._pool = httpcore2.ConnectionPool(
                    ssl_context=httpcore2.default_ssl_context(),
                    max_connections=64,
                    max_keepalive_connections=8,
                    keepalive_expiry=KEEP_ALIVE_SECONDS,
                    retries=0,
                    network_backend=_Backend(),
                )
            return self._pool

    def close(self) -> None:
        """Give the idle connections back."""
        with self._lock:
            if self._pool is not None and self._process == os.getpid():
                self._pool.close()
            self._pool = None


_network = _Network()
atexit.register(_network.close)


def _plain(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}


def _bounded(response: httpcore2.Response, host: str) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_stream():
        size += len(part)
        if size > MAX_BODY_BYTES:
            raise OutsideError(f"The answer of {host} was too large.", sent=True)
        parts.append(part)
    return b"".join(parts)
