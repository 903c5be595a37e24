"""The one door out, tried against real sockets on this machine."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import httpcore2
import pytest

from quittance.core import http
from quittance.core.http import NoPlaceError, OutsideClient, OutsideError, OutsideRequest, OutsideResponse

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Mood: Fine\r\n\r\nhi"


@contextmanager
def server(*answers: Callable[[socket.socket], object]) -> Iterator[str]:
    """Answers one connection after the other, each in its own way."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve() -> None:
            for answer in answers:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with closing(connection):
                    try:
                        answer(connection)
                    except OSError:
                        return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.close()
        http._network.close()
        thread.join(3)


def read_head(connection: socket.socket) -> bytes:
    seen = b""
    while b"\r\n\r\n" not in seen:
        part = connection.recv(4096)
        if not part:
            break
        seen += part
    return seen


def saying(text: bytes, seen: list[bytes] | None = None) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        head = read_head(connection)
        if seen is not None:
            seen.append(head)
        connection.sendall(text)

    return answer


def test_an_answer_comes_with_status_headers_in_lower_case_and_body():
    seen: list[bytes] = []
    with server(saying(OK, seen)) as base:
        response = http.call("post", base + "/v1/thing?a=b", headers={"Idempotency-Key": "k"}, body=b"")
    assert response == OutsideResponse(200, {"content-length": "2", "x-mood": "Fine"}, b"hi")
    assert seen[0].startswith(b"POST /v1/thing?a=b HTTP/1.1\r\n")
    assert b"Idempotency-Key: k\r\n" in seen[0] and b"Content-Length: 0\r\n" in seen[0]
    assert b"User-Agent: Quittance\r\n" in seen[0] and b"Accept-Encoding: identity\r\n" in seen[0]


def test_one_connection_serves_several_calls():
    def twice(connection: socket.socket) -> None:
        for _ in range(2):
            read_head(connection)
            connection.sendall(OK)

    with server(twice) as base:
        assert [http.call("GET", base + "/").status for _ in range(2)] == [200, 200]


def test_a_redirect_is_an_answer_and_is_not_followed():
    with server(saying(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")) as base:
        assert http.call("GET", base).status == 302


def test_a_refused_connection_was_not_sent():
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(OutsideError) as caught:
        http.call("POST", f"http://127.0.0.1:{port}/secret-path", body=b"x")
    assert caught.value.sent is False
    assert "secret-path" not in str(caught.value)


def test_a_connection_that_breaks_off_after_the_request_was_sent():
    with server(read_head) as base, pytest.raises(OutsideError) as caught:
        http.call("POST", base, body=b"x")
    assert caught.value.sent is True


def test_a_server_that_says_nothing_costs_no_more_than_the_deadline_and_counts_as_sent():
    hold = threading.Event()
    started = time.monotonic()
    with server(lambda _: hold.wait(5)) as base:
        with pytest.raises(OutsideError) as caught:
            http.call("POST", base, body=b"x", timeout_seconds=0.3)
        took = time.monotonic() - started
        hold.set()
    assert caught.value.sent is True
    assert 0.2 < took < 1.5


def test_a_server_that_drips_does_not_stretch_the_deadline():
    def drip(connection: socket.socket) -> None:
        read_head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(40):
            connection.sendall(b"x")
            time.sleep(0.1)

    started = time.monotonic()
    with server(drip) as base, pytest.raises(OutsideError) as caught:
        http.call("GET", base, timeout_seconds=0.5)
    assert caught.value.sent is True
    assert time.monotonic() - started < 4


def test_an_answer_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(http, "MAX_BODY_BYTES", 10)
    with (
        server(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n" + b"x" * 11)) as base,
        pytest.raises(OutsideError, match="too large") as caught,
    ):
        http.call("GET", base)
    assert caught.value.sent is True


def test_rubbish_instead_of_http_is_an_unknown_outcome():
    with server(saying(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")) as base, pytest.raises(OutsideError) as caught:
        http.call("POST", base, body=b"x")
    assert caught.value.sent is True


def test_tls_is_verified_and_a_failed_handshake_was_not_sent():
    with server(lambda connection: connection.sendall(OK)) as base, pytest.raises(OutsideError) as caught:
        http.call("POST", base.replace("http://", "https://"), body=b"x")
    assert caught.value.sent is False
    context = http._network._own_pool()._ssl_context
    assert context is not None and context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname
    http._network.close()


def test_a_name_that_cannot_be_looked_up_was_not_sent(monkeypatch):
    def unknown(*args, **kwargs):
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(OutsideError) as caught:
        http.call("GET", "https://api.example.test/")
    assert caught.value.sent is False


def test_a_look_up_that_hangs_ends_with_the_deadline(monkeypatch):
    hold = threading.Event()

    def hang(*args, **kwargs):
        hold.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    started = time.monotonic()
    with pytest.raises(OutsideError) as caught:
        http.call("GET", "https://api.example.test/", timeout_seconds=0.2)
    hold.set()
    assert caught.value.sent is False
    assert time.monotonic() - started < 2


def test_the_second_address_of_a_name_is_tried_when_the_first_refuses(monkeypatch):
    with server(saying(OK)) as base:
        port = int(base.rpartition(":")[2])
        monkeypatch.setattr(http, "_look_up", lambda host, port, deadline: ["127.0.0.99", "127.0.0.1"])
        assert http.call("GET", f"http://localhost:{port}/").status == 200


@pytest.mark.parametrize(
    "address",
    ["http://api.example.test/", "http://10.0.0.1/", "ftp://127.0.0.1/", "file:///etc/passwd", "//host/", "nonsense"],
)
def test_plain_http_reaches_this_machine_only(address):
    with pytest.raises(OutsideError, match="Only https") as caught:
        http.call("GET", address)
    assert caught.value.sent is False


def answering(request: OutsideRequest, deadline: http.Deadline) -> OutsideResponse:
    return OutsideResponse(200, {}, f"{request.method} {request.url}".encode())


def test_a_mounted_address_is_answered_without_the_network():
    with http.mounted("http://sandbox.test/", answering):
        assert http.call("GET", "http://sandbox.test/v1/a").body == b"GET http://sandbox.test/v1/a"
        assert http.call("GET", "http://sandbox.test?a").body == b"GET http://sandbox.test?a"
        with pytest.raises(OutsideError):
            http.call("GET", "http://sandbox.test.evil/")
    with pytest.raises(OutsideError):
        http.call("GET", "http://sandbox.test/v1/a")


def test_a_guard_that_objects_forbids_the_call():
    asked: list[str] = []

    def wire(request: OutsideRequest, deadline: http.Deadline) -> OutsideResponse:
        asked.append(request.url)
        return OutsideResponse(200, {}, b"")

    def object_() -> None:
        raise RuntimeError("a transaction is open")

    unregister = http.register_guard(object_)
    try:
        with pytest.raises(RuntimeError, match="transaction"):
            OutsideClient(wire=wire).request("GET", "https://a.test/")
    finally:
        unregister()
    unregister()
    assert asked == []
    assert OutsideClient(wire=wire).request("GET", "https://a.test/").status == 200


def test_only_so_many_calls_are_outside_at_once_and_the_next_one_says_so():
    inside, go_on = threading.Event(), threading.Event()

    def slow(request: OutsideRequest, deadline: http.Deadline) -> OutsideResponse:
        inside.set()
        go_on.wait(5)
        return OutsideResponse(200, {}, b"")

    http.limit_places(1)
    try:
        client = OutsideClient(wire=slow)
        thread = threading.Thread(target=client.request, args=("GET", "https://a.test/"))
        thread.start()
        assert inside.wait(5)
        with pytest.raises(NoPlaceError) as caught:
            client.request("GET", "https://b.test/", timeout_seconds=0.1)
        assert caught.value.sent is False
        go_on.set()
        thread.join(5)
        assert client.request("GET", "https://b.test/", timeout_seconds=1).status == 200
    finally:
        http.limit_places(http.DEFAULT_PLACES)


def test_several_calls_share_one_budget_and_the_earlier_end_wins():
    left: list[float] = []

    def wire(request: OutsideRequest, deadline: http.Deadline) -> OutsideResponse:
        left.append(deadline.seconds_left)
        return OutsideResponse(200, {}, b"")

    client = OutsideClient(wire=wire)
    with http.budget(0.5):
        client.request("GET", "https://a.test/", timeout_seconds=60)
        with http.budget(60):
            client.request("GET", "https://a.test/")
        client.request("GET", "https://a.test/", timeout_seconds=0.1)
    assert left[0] <= 0.5 and left[1] <= 0.5 and left[2] <= 0.1
    with http.budget(0), pytest.raises(OutsideError, match="No time") as caught:
        client.request("GET", "https://a.test/")
    assert caught.value.sent is False
    assert len(left) == 3


class Deaf(httpcore2.NetworkStream):
    """A socket that must not be touched any more."""


def test_a_socket_is_not_touched_once_the_deadline_has_passed():
    attempt = http._Attempt(http.Deadline(0))
    token = http._attempt.set(attempt)
    try:
        stream = http._Stream(Deaf())
        with pytest.raises(httpcore2.ReadTimeout):
            stream.read(1)
        with pytest.raises(httpcore2.WriteTimeout):
            stream.write(b"x")
    finally:
        http._attempt.reset(token)
    assert attempt.sent is False


def test_giving_back_connections_twice_is_harmless():
    http._network.close()
    http._network.close()
