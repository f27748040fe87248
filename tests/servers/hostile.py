# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that does whatever a test wants it to do with a connection, such as never coming to an end."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable

Script = Callable[[socket.socket], None]


class HostileServer:
    """Hands every connection to `script`, in a thread; a context manager. `tls` encrypts them before."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self._script, self._tls = script, tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self._open: list[socket.socket] = []

    def __enter__(self) -> HostileServer:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        for one in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _address = self._listener.accept()
                self.connections += 1
                self._open.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            self._script(connection)


def request(connection: socket.socket) -> bytes:
    """Return the head of a request, and its body as far as its length is told."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (more := connection.recv(65536)):
            raise OSError("hung up")
        data += more
    head, _blank, body = data.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            while len(body) < int(line.partition(b":")[2]):
                body += connection.recv(65536)
    return head


def slowly(connection: socket.socket, data: bytes, pause: float = 0.1) -> None:
    """Send bytes one by one."""
    for place in range(len(data)):
        connection.sendall(data[place : place + 1])
        time.sleep(pause)


def for_ever(beginning: bytes, piece: bytes, pause: float = 0.0) -> Script:
    """Return a script that answers a request with a beginning, and then with a piece again and again."""

    def script(connection: socket.socket) -> None:
        request(connection)
        connection.sendall(beginning)
        block = piece if pause else piece * max(1, 65536 // len(piece))
        while True:
            connection.sendall(block)
            if pause:
                time.sleep(pause)

    return script
