# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A web server in a thread of the test's own process, with TLS or without, which a test can look into and change."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Asked:
    """One request."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    connection: dict[str, Any] = field(default_factory=dict)  # what the server remembers of the TCP connection

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass
class Answer:
    """One answer; `cut`: only so many bytes of the body are sent, then the connection is closed."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    after: Callable[[], None] = lambda: None

    def data(self) -> bytes:
        """Return the body as bytes: JSON, unless it is bytes already."""
        if isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body, ensure_ascii=False).encode("utf-8", "backslashreplace")  # half of a character


class Service:
    """A web server whose answers a subclass gives in `respond`; `next_answers` take precedence, per path."""

    def __init__(self, certificate: str = "") -> None:
        """`certificate`: path of a PEM file without its ending .crt, beside its .key; none for plain http."""
        self.asked: list[Asked] = []
        self.next_answers: dict[str, deque[Answer | None]] = {}
        self._server = _Server(self, certificate)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._scheme = "https" if certificate else "http"

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.server_port)

    @property
    def url(self) -> str:
        """The address of the server, without a slash at its end."""
        return f"{self._scheme}://localhost:{self.port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and wait for the end."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def use(self, certificate: str) -> None:
        """Show another certificate from now on."""
        self._server.show(certificate)

    def answer_next(self, path: str, *answers: Answer | None) -> None:
        """Give these answers to the next requests for a path; None lets one through."""
        self.next_answers.setdefault(path, deque()).extend(answers)

    def respond(self, asked: Asked) -> Answer:
        """Return the answer to a request."""
        raise NotImplementedError

    def answer_to(self, asked: Asked) -> Answer:
        """Return the answer laid down for the next request of this path, else what the service itself answers."""
        self.asked.append(asked)
        waiting = self.next_answers.get(asked.path)
        laid_down = waiting.popleft() if waiting else None
        return self.respond(asked) if laid_down is None else laid_down

    def paths(self) -> list[str]:
        """Return the paths that were asked for so far."""
        return [one.path for one in self.asked]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 50

    def __init__(self, service: Service, certificate: str) -> None:
        self.service = service
        self.context: ssl.SSLContext | None = None
        if certificate:
            self.show(certificate)
        super().__init__(("127.0.0.1", 0), _Handler)

    def show(self, certificate: str) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(f"{certificate}.crt", f"{certificate}.key")

    def finish_request(self, request: Any, client_address: Any) -> None:
        # the handshake belongs to the connection's own thread
        if self.context is not None:
            request.settimeout(30)
            request = self.context.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: clients that refuse a certificate are what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    server: _Server
    # head and body in one packet, else the client's delayed acknowledgements cost 40 ms an answer
    wbufsize = -1
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.memory: dict[str, Any] = {}

    def do_GET(self) -> None:
        self._handle()

    def do_HEAD(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_PUT(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def do_PROPFIND(self) -> None:
        self._handle()

    def do_REPORT(self) -> None:
        self._handle()

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:  # the client died in the middle: as real servers do, do nothing of what it asked for
            self.close_connection = True
            return
        asked = Asked(
            self.command,
            parts.path,
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            body,
            self.memory,
        )
        answer = self.server.service.answer_to(asked)
        data = answer.data()
        headers = {"Content-Type": "application/json; charset=utf-8", **answer.headers}
        if "gzip" in self.headers.get("Accept-Encoding", "") and len(data) > 200:
            data = gzip.compress(data, 1)
            headers["Content-Encoding"] = "gzip"
        self.send_response(answer.status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else data[: answer.cut])
        self.wfile.flush()
        if answer.cut is not None:
            self.close_connection = True
        answer.after()

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""
