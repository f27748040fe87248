# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""NTLM over HTTP for servers of tests ([MS-NTHT]): the messages are made and checked by Samba, not by what clients use.

Beyond the password, this insists on what Exchange with extended protection insists on: NTLMv2, one handshake on one
connection, and an answer that is bound to the certificate of that very TLS connection (RFC 5929, tls-server-end-point).
"""

from __future__ import annotations

import base64
import hashlib
import ssl
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ansible_collections.telephony.connector.tests.servers import process
from ansible_collections.telephony.connector.tests.servers.https_thread import Answer, Asked

_BINDINGS, _END = 10, 0  # MsvAvChannelBindings and MsvAvEOL ([MS-NLMP], 2.2.2.1)
_LENGTH_OF_FIRST = 24  # of an answer of NTLMv1 (2.2.2.6)
_CONFIGURATION = """[global]
workgroup = CORP
netbios name = MAIL
server role = standalone
ntlm auth = ntlmv2-only
private dir = {0}
lock directory = {0}
state directory = {0}
cache directory = {0}
pid directory = {0}
"""


class Ntlm:
    r"""A door for those who prove that they know the password; `names`: `DOMAIN\user`, or a user principal name.

    Raises MissingProgramError without Samba's ntlm_auth.
    """

    def __init__(self, certificate: str, password: str, *names: str) -> None:
        """`certificate`: as for Service."""
        self._program = process.program("ntlm_auth", "winbind")
        self.password = password
        self._names = {_parts(name) for name in names}
        der = ssl.PEM_cert_to_DER_cert(Path(f"{certificate}.crt").read_text("ascii"))
        self._bindings = _bindings_of(der)
        self.messages: list[int] = []  # the types of all messages that came
        self.refused: list[str] = []  # why handshakes failed
        self._directory = tempfile.TemporaryDirectory(prefix="telephony-ntlm-")
        self._configuration = Path(self._directory.name, "smb.conf")
        self._configuration.write_text(_CONFIGURATION.format(self._directory.name), "utf-8")

    def close(self) -> None:
        """Take the files away."""
        self._directory.cleanup()

    def stops(self, asked: Asked) -> Answer | None:
        """Return what stands between a request and its answer; None when its connection is signed in."""
        scheme, _blank, value = asked.headers.get("authorization", "").partition(" ")
        if not scheme:
            return None if "user" in asked.connection else _refusal()
        asked.connection.pop("user", None)
        if scheme not in ("NTLM", "Negotiate"):
            return self._no(f"{scheme} is not NTLM")
        token = base64.b64decode(value, validate=True)
        signature, kind = struct.unpack_from("<8sI", token)
        assert signature == b"NTLMSSP\0"
        self.messages.append(kind)
        if kind == 1:
            return self._challenge(asked, scheme, token)
        assert kind == 3
        return self._judged(asked, token)

    def _challenge(self, asked: Asked, scheme: str, token: bytes) -> Answer:
        helper = asked.connection["helper"] = _Helper(self._program, self._configuration, self.password)
        verdict, challenge = helper.ask("YR", token)
        if verdict != "TT":
            return self._no(f"{verdict} {challenge}")
        return _refusal(f"{scheme} {challenge}")

    def _judged(self, asked: Asked, token: bytes) -> Answer | None:
        helper = asked.connection.pop("helper", None)
        if helper is None:
            return self._no("there was no challenge on this connection")
        verdict, said = helper.ask("KK", token)
        helper.close()
        if verdict != "AF":
            return self._no(said)
        domain, name, response = _read(token)
        if len(response) <= _LENGTH_OF_FIRST:
            return self._no("this is not NTLMv2")
        if (domain.casefold(), name.casefold()) not in self._names:
            return self._no(f"there is no {said}")
        if dict(_pairs(response[44:])).get(_BINDINGS) != self._bindings:
            return self._no("not bound to the certificate of this connection")
        asked.connection["user"] = said
        return None

    def _no(self, why: str) -> Answer:
        self.refused.append(why)
        return _refusal()


class _Helper:
    """One handshake, by Samba."""

    def __init__(self, program: str, configuration: Path, password: str) -> None:
        words = [program, "--helper-protocol=squid-2.5-ntlmssp", f"--configfile={configuration}", "--username=any"]
        self._process = subprocess.Popen(
            [*words, "--domain=CORP", f"--password={password}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def ask(self, word: str, token: bytes) -> tuple[str, str]:
        given, taken = self._pipe(self._process.stdin), self._pipe(self._process.stdout)
        given.write(f"{word} {base64.b64encode(token).decode()}\n".encode())
        given.flush()
        verdict, _blank, rest = taken.readline().decode().strip().partition(" ")
        return verdict, rest

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        assert pipe is not None
        return pipe

    def close(self) -> None:
        """End the process."""
        self._pipe(self._process.stdin).close()
        self._process.wait(10)
        self._pipe(self._process.stdout).close()

    def __del__(self) -> None:
        if self._process.poll() is None:
            self.close()


def _refusal(offer: str = "") -> Answer:
    offers = {"WWW-Authenticate": offer or "Negotiate, NTLM", "Content-Type": "text/html"}
    return Answer(401, b"<html>401 - Unauthorized</html>", offers)


def _parts(name: str) -> tuple[str, str]:
    domain, backslash, user = name.casefold().partition("\\")
    return (domain, user) if backslash else ("", domain)


def _bindings_of(certificate: bytes) -> bytes:
    """Return the MD5 of the gss_channel_bindings_struct (RFC 4121, 4.1.1.2), as [MS-NLMP] 3.1.5.1.2 wants it."""
    data = b"tls-server-end-point:" + hashlib.sha256(certificate).digest()
    return hashlib.md5(struct.pack("<5L", 0, 0, 0, 0, len(data)) + data).digest()


def _read(token: bytes) -> tuple[str, str, bytes]:
    """Return the domain, the user and the answer to the challenge of an AUTHENTICATE_MESSAGE ([MS-NLMP], 2.2.1.3)."""
    parts = [struct.unpack_from("<HHI", token, place) for place in (20, 28, 36)]
    response, domain, user = (token[offset : offset + length] for length, _most, offset in parts)
    return domain.decode("utf-16-le"), user.decode("utf-16-le"), response


def _pairs(data: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while True:
        kind, length = struct.unpack_from("<HH", data, place)
        if kind == _END:
            return
        yield kind, data[place + 4 : place + 4 + length]
        place += 4 + length
