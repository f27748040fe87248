# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A relay on loopback that a test puts between client and server, to look at the bytes or to break the connection."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Self


class Relay:
    """Passes bytes on to 127.0.0.1:`target`; a context manager.

    After `limit` bytes from the server it closes the connections (`then` "cut"), or passes on nothing more ("stall").
    `forged` are bytes to look for in what the server sends, and what to put there instead.
    """

    def __init__(
        self, target: int, limit: int | None = None, then: str = "cut", forged: tuple[bytes, bytes] = (b"", b"")
    ) -> None:
        self._target, self.limit, self._then, self._forged = target, limit, then, forged
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.from_server = bytearray()
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._listener.close()
        self._hang_up()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                return
            self._sockets += [client, server]
            threading.Thread(target=self._pump, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, True), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, watched: bool) -> None:
        try:
            while data := source.recv(65536):
                if watched:
                    self.from_server += data
                    if self.limit is not None and len(self.from_server) >= self.limit:
                        break
                    if self._forged[0]:
                        data = data.replace(*self._forged)
                target.sendall(data)
            else:
                target.shutdown(socket.SHUT_WR)
                return
        except OSError:
            return
        if self._then == "cut":
            self._hang_up()

    def _hang_up(self) -> None:
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
