# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The door of the Exchange server of the tests: what it must not let in."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.https_thread import Answer, Asked, Service
from ansible_collections.telephony.connector.tests.servers.ntlm import Ntlm
from ansible_collections.telephony.connector.tests.servers.process import MissingProgramError

USER, PASSWORD = "CORP\\max", "geheim"


class House(Service):
    """Answers those who come through the door."""

    def __init__(self, certificate: str, door: Ntlm) -> None:
        super().__init__(certificate)
        self.door = door

    def respond(self, asked: Asked) -> Answer:
        return self.door.stops(asked) or Answer(200, {"user": asked.connection["user"]})


@pytest.fixture
def house(tmp_path: Any) -> Iterator[House]:
    ca = TestCA(tmp_path / "ca")
    try:
        door = Ntlm(ca.path("server"), PASSWORD, USER)
    except MissingProgramError as missing:
        pytest.skip(str(missing))
    server = House(ca.path("server"), door)
    server.start()
    yield server
    server.stop()
    door.close()


def ask(house: House, auth: Any, session: Any = None) -> int:
    """Return the status that a request ends with."""
    import requests

    session = session or requests.Session()
    session.trust_env = False
    return int(session.get(house.url, auth=auth, verify=False, timeout=10).status_code)


def ntlm(user: str = USER, password: str = PASSWORD, **options: Any) -> Any:
    import requests_ntlm

    return requests_ntlm.HttpNtlmAuth(user, password, **options)


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
class TestDoor:
    def test_who_proves_to_know_the_password_comes_in(self, house: House) -> None:
        assert (ask(house, ntlm()), house.door.messages, house.door.refused) == (200, [1, 3], [])

    @pytest.mark.parametrize("auth", [None, (USER, PASSWORD)])
    def test_nobody_comes_in_without_a_handshake(self, house: House, auth: Any) -> None:
        assert ask(house, auth) == 401

    def test_what_is_not_bound_to_the_certificate_is_refused(self, house: House) -> None:
        assert ask(house, ntlm(send_cbt=False)) == 401
        assert house.door.refused == ["not bound to the certificate of this connection"]

    def test_an_answer_of_the_first_version_is_refused(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LM_COMPAT_LEVEL", "1")
        assert ask(house, ntlm()) == 401
        assert house.door.refused == ["this is not NTLMv2"]

    def test_an_answer_cannot_be_used_again(self, house: House) -> None:
        assert ask(house, ntlm()) == 200
        (answer,) = [one.headers["authorization"] for one in house.asked if _type(one) == 3]
        assert ask(house, lambda request: _with(request, answer)) == 401
        # nor as the answer to another challenge
        import requests

        session, first = requests.Session(), "NTLM " + base64.b64encode(_NEGOTIATE).decode()
        assert ask(house, lambda request: _with(request, first), session) == 401
        assert ask(house, lambda request: _with(request, answer), session) == 401
        nobody, wrong = house.door.refused
        assert nobody == "there was no challenge on this connection"
        assert wrong.startswith("NT_STATUS_")

    def test_a_connection_is_signed_in_and_no_other(self, house: House) -> None:
        import requests

        session = requests.Session()
        assert ask(house, ntlm(), session) == 200
        assert ask(house, None, session) == 200
        assert ask(house, None) == 401


_NEGOTIATE = b"NTLMSSP\0" + (1).to_bytes(4, "little") + (0xE208B235 & 0xFDFFFFFF).to_bytes(4, "little") + bytes(16)


def _with(request: Any, authorization: str) -> Any:
    request.headers["Authorization"] = authorization
    return request


def _type(asked: Asked) -> int:
    scheme, _blank, value = asked.headers.get("authorization", "").partition(" ")
    return base64.b64decode(value)[8] if scheme == "NTLM" else 0
