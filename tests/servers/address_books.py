# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Throwaway CardDAV servers on a free loopback port: Radicale (files) and Xandikos (a git repository)."""

from __future__ import annotations

import base64
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from ansible_collections.telephony.connector.tests.servers import process

USER, PASSWORD = "phones", "books-recognisable"  # of a server of one test run

_RADICALE = """\
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {dir}/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {dir}/data
[logging]
level = error
"""
_MAKE = """<?xml version="1.0"?><mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><set><prop>
<resourcetype><collection/><C:addressbook/></resourcetype><displayname>{name}</displayname></prop></set></mkcol>"""


class CardDavServer:
    """Start with `start()`, stop with `stop()`; `book` makes an empty address book, `request` does what others do."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> CardDavServer:
        """Start the server."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.port = self.port or process.free_port()
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory
            )
        if not process.wait_until_ready(self._process, self._answers, 60):
            self.stop()
            raise RuntimeError(f"the server did not start: {(self.directory / 'log').read_text()[-500:]}")
        return self

    def stop(self) -> None:
        """Stop it and wait for its end."""
        process.stop(self._process)
        self._process = None

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _answers(self) -> bool:
        try:
            return self.request("OPTIONS", f"http://127.0.0.1:{self.port}/")[0] < 500
        except OSError:
            return False

    def _root(self) -> str:
        raise NotImplementedError

    def book(self, name: str) -> str:
        """Make an address book; returns its address."""
        url = f"http://127.0.0.1:{self.port}{self._root()}{name}/"
        status, _body = self.request("MKCOL", url, _MAKE.format(name=name), "text/xml; charset=utf-8")
        assert status == 201, status
        return url

    def request(self, method: str, url: str, body: str = "", content_type: str = "text/vcard") -> tuple[int, str]:
        """Do what another program does; returns status and body."""
        credentials = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        headers = {"Authorization": f"Basic {credentials}", "Content-Type": content_type, "Depth": "1"}
        request = urllib.request.Request(url, body.encode() if body else None, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


class Radicale(CardDavServer):
    """Asks for a password, writes cards anew in its own order, and takes a UID only once in a book."""

    def _command(self) -> list[str]:
        (self.directory / "users").write_text(f"{USER}:{PASSWORD}\nguest:guest\n")
        config = self.directory / "radicale.conf"
        config.write_text(_RADICALE.format(port=self.port, dir=self.directory))
        return [process.program("radicale", "radicale"), "-C", str(config)]

    def _root(self) -> str:
        return f"/{USER}/"


class Xandikos(CardDavServer):
    """Keeps cards as they are; each change is a commit."""

    def _command(self) -> list[str]:
        return [
            process.program("xandikos", "xandikos"), "-d", str(self.directory / "data"), "--defaults",
            "-l", "127.0.0.1", "-p", str(self.port),
        ]  # fmt: skip

    def _root(self) -> str:
        return "/user/contacts/"
