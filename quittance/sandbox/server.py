"""One small threaded web server for all that the sandbox imitates."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from quittance.sandbox.answers import Answer, Call

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BODY_BYTES = 1_000_000

Route = Callable[[Call], Answer]


class _Quiet(WSGIRequestHandler):
    """No line for each request: the sandbox keeps what it saw, and the panel shows it."""

    timeout = 70

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the name is Werkzeug's
        if type == "error" and "closed" not in message:
            super().log(type, message, *args)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class _App:
    """The WSGI side: reads the request, asks the house, answers, late or not at all."""

    def __init__(self, route: Route, now: Callable[[], str]) -> None:
        self.route = route
        self.now = now

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = BODY_BYTES
        request.max_form_memory_size = BODY_BYTES
        try:
            call = _call(request)
        except RequestEntityTooLarge:
            return Response("Too large.", status=413)(environ, start_response)
        answer = self.route(call)
        if answer.manner == "drop":
            _cut(environ)
            message = "The sandbox was asked to break this line."
            raise ConnectionAbortedError(message)
        headers = {"Date": self.now(), "Cache-Control": "no-store"} | dict(answer.headers)
        response = Response(answer.body, status=answer.status, headers=headers, content_type=answer.content_type)
        return response(environ, start_response)


def _call(request: Request) -> Call:
    return Call(
        method=request.method,
        path=request.path,
        query=tuple(request.args.items(multi=True)),
        form=tuple(request.form.items(multi=True)) if request.method in {"POST", "PUT", "DELETE"} else (),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.get_data() if request.mimetype == "application/json" else b"",
    )


def _cut(environ: "WSGIEnvironment") -> None:
    """Close the line without a word. Werkzeug's handler takes the error that follows as a caller who went away."""
    line = environ.get("werkzeug.socket")
    if line is not None:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


def _refuse_taken(host: str, port: int) -> None:
    """Werkzeug would end the process; an OSError is for the caller to word."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


class Server:
    """Starts and stops the web server in a thread of its own."""

    def __init__(self, *, host: str, port: int, route: Route, now: Callable[[], str]) -> None:
        self._app = _App(route, now)
        if port:
            _refuse_taken(host, port)
        self._http: BaseWSGIServer = make_server(host, port, self._app, threaded=True, request_handler=_Quiet)
        self.port: int = self._http.server_port
        self.url = f"http://{host}:{self.port}"
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, name="sandbox-web", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._thread.join(5)
        self._http.server_close()
