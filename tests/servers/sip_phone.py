# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A phone for tests: signs in at a SIP server, calls and is called. Signing in also with sipp, by somebody else."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path

from ansible_collections.telephony.connector.tests.servers import process

_REGISTER = """<?xml version="1.0" encoding="UTF-8" ?><scenario name="register">
<send retrans="500"><![CDATA[{request}Call-ID: [call_id]
CSeq: 1 REGISTER
Content-Length: 0

]]></send><recv response="401" auth="true"/>
<send retrans="500"><![CDATA[{request}Call-ID: [call_id]
CSeq: 2 REGISTER
[field1]
Content-Length: 0

]]></send><recv response="200"/></scenario>
"""
_HEAD = """
REGISTER sip:{domain} SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
Max-Forwards: 70
From: <sip:[field0]@{domain}>;tag=[call_number]
To: <sip:[field0]@{domain}>
Contact: <sip:[field0]@[local_ip]:[local_port]>;expires=60
"""


class Phone:
    """One phone on a port of its own; `server` is the port of its SIP server."""

    def __init__(self, server: int, domain: str = "example.test") -> None:
        self.server, self.domain = server, domain
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._sequence = 0
        self._call_id, self._tag = secrets.token_hex(8), secrets.token_hex(4)

    def __enter__(self) -> Phone:
        return self

    def __exit__(self, *_error: object) -> None:
        self._socket.close()

    def options(self, seconds: float = 3) -> int:
        """Ask whether the server is there; return the status, 0 for no answer."""
        return self._status(self._ask("OPTIONS", f"sip:{self.domain}", "ping", "", seconds))

    def register(self, user: str, password: str, seconds: float = 5) -> int:
        """Sign in as the server asks for it; return the status of its last answer."""
        address = f"sip:{self.domain}"
        answer = self._ask("REGISTER", address, user, "", seconds)
        if self._status(answer) != 401:
            return self._status(answer)
        credentials = _credentials(answer, "REGISTER", address, user, password)
        return self._status(self._ask("REGISTER", address, user, credentials, seconds))

    def call(self, user: str, number: str, seconds: float = 5) -> tuple[int, str]:
        """Call a number; return the status of the first final answer, and the contact in it."""
        answer = self._ask("INVITE", f"sip:{number}@{self.domain}", user, "", seconds)
        contact = re.search(r"(?im)^Contact: *<([^>]+)>", answer)
        return self._status(answer), contact[1] if contact else ""

    def ringing(self, seconds: float = 5) -> str:
        """Wait for a call and reject it as busy; return its request line, "" when nobody calls."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                request, sender = self._socket.recvfrom(65535)
            except TimeoutError:
                return ""
            text = request.decode()
            if text.startswith("INVITE "):
                kept = [
                    line
                    for line in text.split("\r\n")
                    if re.match("(?i)(via|from|to|call-id|cseq|record-route):", line)
                ]
                head = "\r\n".join(["SIP/2.0 486 Busy Here", *kept, "Content-Length: 0", "", ""])
                self._socket.sendto(head.encode(), sender)
                return text.partition("\r\n")[0]
        return ""

    def _ask(self, method: str, address: str, user: str, extra: str, seconds: float) -> str:
        self._sequence += 1
        lines = [
            f"{method} {address} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{secrets.token_hex(8)}",
            "Max-Forwards: 70",
            f"From: <sip:{user}@{self.domain}>;tag={self._tag}",
            f"To: <{address if method == 'INVITE' else f'sip:{user}@{self.domain}'}>",
            f"Call-ID: {self._call_id}",
            f"CSeq: {self._sequence} {method}",
            f"Contact: <sip:{user}@127.0.0.1:{self.port}>",
            *([extra] if extra else []),
            "Content-Length: 0",
        ]
        request = ("\r\n".join(lines) + "\r\n\r\n").encode()
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._socket.sendto(request, ("127.0.0.1", self.server))
            answer = self._answer(min(left, 0.5))
            while answer and self._status(answer) < 200:
                answer = self._answer(left)
            if answer:
                return answer
        return ""

    def _answer(self, seconds: float) -> str:
        """Return the next answer to the last request."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                text = self._socket.recv(65535).decode()
            except (TimeoutError, ConnectionRefusedError):
                return ""
            if text.startswith("SIP/2.0 ") and re.search(rf"(?im)^CSeq: *{self._sequence} ", text):
                return text
        return ""

    @staticmethod
    def _status(answer: str) -> int:
        return int(answer.split(" ", 2)[1]) if answer else 0


def _credentials(answer: str, method: str, address: str, user: str, password: str) -> str:
    """Return the header of an answer to a challenge (RFC 7616, without qop)."""
    challenge = dict(re.findall(r'(\w+)="?([^",\r]+)"?', answer[answer.lower().index("www-authenticate:") :]))
    algorithm = challenge.get("algorithm", "MD5")

    def hashed(*parts: str) -> str:
        name = {"MD5": "md5", "SHA-256": "sha256"}[algorithm]
        return hashlib.new(name, ":".join(parts).encode()).hexdigest()

    secret = hashed(user, challenge["realm"], password)
    response = hashed(secret, challenge["nonce"], hashed(method, address))
    values = {"username": user, "realm": challenge["realm"], "nonce": challenge["nonce"], "uri": address}
    quoted = ", ".join(f'{name}="{value}"' for name, value in {**values, "response": response}.items())
    return f"Authorization: Digest {quoted}, algorithm={algorithm}"


def register_with_pjsip(server: int, user: str, password: str, domain: str = "example.test") -> int:
    """Sign in with PJSIP where this Python has it (there are wheels for some), else with the phone above."""
    if importlib.util.find_spec("pjsua2") is None:
        with Phone(server, domain) as phone:
            return phone.register(user, password)
    command = [sys.executable, str(Path(__file__).with_name("sip_agent.py")), str(server), domain, user, password]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, text=True, timeout=30)
    return int(re.findall(r"(?m)^status (\d+)$", done.stdout)[0])  # the library writes lines of its own


def register_with_sipp(directory: Path, server: int, user: str, password: str, domain: str = "example.test") -> bool:
    """Sign in with sipp; return whether the server said yes."""
    scenario, users = directory / "register.xml", directory / "users.csv"
    scenario.write_text(_REGISTER.format(request=_HEAD.format(domain=domain)))
    users.write_text(f"SEQUENTIAL\n{user};[authentication username={user} password={password}]\n")
    command = [process.program("sipp", "sip-tester"), f"127.0.0.1:{server}", "-sf", str(scenario), "-inf", str(users)]
    command += ["-m", "1", "-i", "127.0.0.1", "-p", str(process.free_port()), "-nostdin", "-timeout", "8"]
    done = subprocess.run(
        [*command, "-timeout_error"], cwd=directory, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return done.returncode == 0
