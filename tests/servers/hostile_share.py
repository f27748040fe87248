# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A relay before a real SMB server that lets the sign-in through and then answers a request in its own way."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections.abc import Callable
from typing import Self

#: Commands of SMB 2 ([MS-SMB2] 2.2.1.2) that follow the sign-in.
TREE_CONNECT, CREATE, CLOSE, READ = 3, 5, 6, 8
#: Sends whatever it likes to the client; gets the frame that the server would have sent.
Script = Callable[[socket.socket, bytes], None]


class HostileShare:
    """A context manager; the first answer to `command` goes to `script` instead, and nothing follows it."""

    def __init__(self, target: int, command: int, script: Script) -> None:
        self._target, self._command, self._script = target, command, script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self.reached = False

    def __enter__(self) -> Self:
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
                client, _address = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                self._open += [client, server]
                threading.Thread(target=self._requests, args=(client, server), daemon=True).start()
                threading.Thread(target=self._answers, args=(server, client), daemon=True).start()

    def _requests(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                server.sendall(data)

    def _answers(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError), server.makefile("rb") as stream:
            while head := stream.read(4):
                body = stream.read(int.from_bytes(head[1:]))
                if int.from_bytes(body[12:14], "little") == self._command:
                    self.reached = True
                    self._script(client, head + body)
                    return
                client.sendall(head + body)


def framed(body: bytes) -> bytes:
    """Return a message with its length before it."""
    return len(body).to_bytes(4) + body


def garbage(client: socket.socket, _frame: bytes) -> None:
    client.sendall(random.Random(1).randbytes(1 << 16))


def framed_garbage(client: socket.socket, frame: bytes) -> None:
    client.sendall(framed(random.Random(2).randbytes(len(frame) - 4)))


def garbage_behind_a_head(client: socket.socket, frame: bytes) -> None:
    client.sendall(framed(frame[4:68] + random.Random(3).randbytes(len(frame))))


def half_a_frame(client: socket.socket, frame: bytes) -> None:
    client.sendall(framed(frame[4 : len(frame) // 2]))


def a_frame_without_end(client: socket.socket, frame: bytes) -> None:
    client.sendall(b"\0\xff\xff\xff" + frame[4:])
    while True:
        client.sendall(b"x" * 1000)
        time.sleep(0.01)


def a_byte_at_a_time(client: socket.socket, frame: bytes) -> None:
    for byte in frame * 1000:
        client.sendall(bytes([byte]))
        time.sleep(0.1)


def empty_frames(client: socket.socket, _frame: bytes) -> None:
    while True:
        client.sendall(b"\0\0\0\0" * 100)


def the_same_again_and_again(client: socket.socket, frame: bytes) -> None:
    while True:
        client.sendall(frame)


def to_be_continued(client: socket.socket, frame: bytes) -> None:
    """Say STATUS_PENDING for ever ([MS-SMB2] 3.3.4.4)."""
    head = bytearray(frame[4:68])
    head[8:12] = (0x103).to_bytes(4, "little")
    head[16:20] = (int.from_bytes(head[16:20], "little") & ~8 | 2).to_bytes(4, "little")  # asynchronous, not signed
    while True:
        client.sendall(framed(bytes(head) + b"\x09\0\0\0\0\0\0\0\0"))
        time.sleep(0.001)


def nothing(_client: socket.socket, _frame: bytes) -> None:
    """Say nothing more."""


SCRIPTS: tuple[Script, ...] = (
    garbage,
    framed_garbage,
    garbage_behind_a_head,
    half_a_frame,
    a_frame_without_end,
    a_byte_at_a_time,
    empty_frames,
    the_same_again_and_again,
    to_be_continued,
    nothing,
)
