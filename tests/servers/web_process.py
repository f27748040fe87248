# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A web server as a process of its own, whose answers a test writes down beforehand; see Web for their form.

Run as `python web_process.py DIRECTORY CERTIFICATES`: one HTTPS listener for every certificate and a plain one, each on
a free port. DIRECTORY receives ports.json, then web.pid, and requests.jsonl; answers are read from DIRECTORY/answers.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import select
import socket
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

DIRECTORY = Path(sys.argv[1])
_counts: dict[str, int] = {}
_lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    """Gives the next answer of a path; the last one again and again."""

    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        self._note()
        answer = self._next_answer()
        time.sleep(answer.get("delay", 0))
        if "auth" in answer and self.headers.get("Authorization") != _basic(answer["auth"]):
            self._send({"status": 401, "headers": {"WWW-Authenticate": 'Basic realm="files"'}})
        elif self._is_known(answer.get("headers", {})):
            self._send({"status": 304, "headers": answer["headers"]})
        else:
            self._send(answer)

    def do_CONNECT(self) -> None:
        """Be a proxy: every name leads to this machine."""
        self._note()
        upstream = socket.create_connection(("127.0.0.1", int(self.path.rpartition(":")[2])))
        self.send_response(200)
        self.end_headers()
        both = [self.connection, upstream]
        while True:
            for one in select.select(both, [], [])[0]:
                data = one.recv(65536)
                if not data:
                    self.close_connection = True
                    return
                both[one is self.connection].sendall(data)

    def _note(self) -> None:
        line = json.dumps({"method": self.command, "path": self.path, "headers": dict(self.headers)})
        with _lock, (DIRECTORY / "requests.jsonl").open("a") as file:
            file.write(line + "\n")

    def _next_answer(self) -> dict[str, Any]:
        path = self.path.partition("?")[0]
        try:
            answers = json.loads((DIRECTORY / "answers" / quote(path, safe="")).read_text())
        except FileNotFoundError:
            return {"status": 404}
        with _lock:
            number = _counts.get(path, 0)
            _counts[path] = number + 1
        answer: dict[str, Any] = answers[min(number, len(answers) - 1)]
        return answer

    def _is_known(self, headers: dict[str, str]) -> bool:
        if "If-None-Match" in self.headers:
            return self.headers["If-None-Match"] == headers.get("ETag")
        return "If-Modified-Since" in self.headers and self.headers["If-Modified-Since"] == headers.get("Last-Modified")

    def _send(self, answer: dict[str, Any]) -> None:
        body = base64.b64decode(answer.get("body", ""))
        headers = {"Content-Type": "text/csv", **answer.get("headers", {})}
        if answer.get("gzip"):
            body = gzip.compress(body)[: answer.get("gzip_cut")]
            headers["Content-Encoding"] = "gzip"
        if answer.get("chunked"):
            headers["Transfer-Encoding"] = "chunked"
        elif not answer.get("endless"):
            headers["Content-Length"] = str(len(body))
        self.send_response(answer.get("status", 200))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if answer.get("status") == 304:
            return
        self._send_body(body, answer)
        if "cut" in answer or answer.get("endless"):
            self.close_connection = True

    def _send_body(self, body: bytes, answer: dict[str, Any]) -> None:
        part = body[: answer.get("cut")]
        if not answer.get("chunked"):
            self.wfile.write(part)
        else:
            for start in range(0, len(part), 10_000):
                chunk = part[start : start + 10_000]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            if "cut" not in answer:
                self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()
        time.sleep(answer.get("stall", 0))

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""


class Server(ThreadingHTTPServer):
    """Does the TLS handshake in the thread of the connection, so that a broken one stops nobody else."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self.context = context
        super().__init__(("127.0.0.1", 0), Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.context is not None:
            request.settimeout(30)
            request = self.context.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: clients that refuse a certificate are what some tests are about."""


def _basic(credentials: str) -> str:
    return "Basic " + base64.b64encode(credentials.encode()).decode()


def _context(certificates: Path, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / f"{name}.crt", certificates / f"{name}.key")
    return context


def main() -> None:
    certificates = Path(sys.argv[2])
    names = sorted(path.stem for path in certificates.glob("*.key"))
    servers = {name: Server(_context(certificates, name)) for name in names} | {"plain": Server(None)}
    for server in servers.values():
        threading.Thread(target=server.serve_forever, daemon=True).start()
    (DIRECTORY / "ports.json").write_text(json.dumps({name: one.server_port for name, one in servers.items()}))
    (DIRECTORY / "web.pid").write_text(str(os.getpid()))
    threading.Event().wait()


if __name__ == "__main__":
    main()
