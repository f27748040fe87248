# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A throwaway web server with TLS on free loopback ports, in a process of its own."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ansible_collections.telephony.connector.tests.servers import process
from ansible_collections.telephony.connector.tests.servers.ca import TestCA


class Web:
    """Start with `start()`, stop with `stop()`; `answer()` says what a path answers, `requests` what was asked."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.ca = TestCA(directory / "ca")
        self._process: subprocess.Popen[bytes] | None = None
        self.ports: dict[str, int] = {}

    def start(self) -> Web:
        """Start the process; it chooses its ports itself."""
        (self.directory / "answers").mkdir(parents=True, exist_ok=True)
        script = Path(__file__).with_name("web_process.py")
        self._process = subprocess.Popen(
            [sys.executable, str(script), str(self.directory), str(self.ca.directory)], stdin=subprocess.DEVNULL
        )
        if not process.wait_until_ready(self._process, self._answers):
            self.stop()
            raise RuntimeError("the web server did not start")
        return self

    def _answers(self) -> bool:
        assert self._process is not None
        if not process.is_pid_of(self.directory / "web.pid", self._process):
            return False
        self.ports = json.loads((self.directory / "ports.json").read_text())
        with socket.create_connection(("127.0.0.1", self.ports["plain"]), 5) as client:
            client.sendall(b"GET /ready HTTP/1.0\r\n\r\n")
            return client.recv(12) == b"HTTP/1.1 404"

    def stop(self) -> None:
        """Stop the process and wait for its end."""
        process.stop(self._process)
        self._process = None

    def answer(self, path: str, *answers: dict[str, Any]) -> None:
        """Lay down the answers of a path, one after the other; the last one is given again and again.

        Keys: status, headers, body (bytes), gzip, gzip_cut (only so many packed bytes), chunked, endless (neither
        length nor chunks), cut (only so many bytes, then hang up), stall and delay (seconds), auth ("user:password"
        asked for).
        """
        texts = [{**one, "body": base64.b64encode(one.get("body", b"")).decode()} for one in answers]
        (self.directory / "answers" / quote(path, safe="")).write_text(json.dumps(texts))

    def url(self, path: str, certificate: str = "server", host: str = "localhost") -> str:
        """Return the address of a path at the listener with a certificate, or at the plain one."""
        scheme = "http" if certificate == "plain" else "https"
        return f"{scheme}://{host}:{self.ports[certificate]}{path}"

    @property
    def requests(self) -> list[dict[str, Any]]:
        """Return all requests so far: method, path and headers."""
        try:
            lines = (self.directory / "requests.jsonl").read_text().splitlines()
        except FileNotFoundError:
            return []
        return [request for line in lines if (request := json.loads(line))["path"] != "/ready"]

    def requests_of(self, path: str) -> list[dict[str, Any]]:
        """Return the requests for a path."""
        return [request for request in self.requests if request["path"].partition("?")[0] == path]
