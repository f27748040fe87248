# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins decided one after the other, over connections that are kept, come out as they do one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions.ldap_auth import declare_ldap_auth
from ansible_collections.telephony.connector.plugins.module_utils.authentication import passwords
from ansible_collections.telephony.connector.plugins.module_utils.authentication.authenticator import Authenticator
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.tests.servers.relay import Relay
from ansible_collections.telephony.connector.tests.servers.slapd import READER_PASSWORD, Slapd, person
from ansible_collections.telephony.connector.tests.system import System

PASSWORD = "Kirschbaum-Laterne-88"


class CountingRelay(Relay):
    """A relay that tells how many connections were made, and can cut them."""

    @property
    def connections(self) -> int:
        return len(self._sockets) // 2

    def cut(self) -> None:
        self._hang_up()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    found = Slapd(tmp_path_factory.mktemp("slapd"))
    people = (person(found.suffix, name, userPassword=PASSWORD) for name in ("anna", "ben"))
    found.load(found.base_ldif() + "".join(people))
    try:
        yield found.start()
    finally:
        found.stop()


@pytest.fixture
def system(tmp_path: Path) -> System:
    found = System(str(tmp_path / "store.db"), tmp_path)
    for name in ("anna", "ben", "nobody"):
        found.by_hand("user", username=name, display_name=name, auth_method="ldap")
    found.by_hand("user", username="carla", display_name="Carla", auth_method="internal", password=PASSWORD)
    return found


def options(server: Slapd, port: int, by: str) -> dict[str, Any]:
    found: dict[str, Any] = {"state": "present", "uri": [f"ldap://localhost:{port}"], "allow_plaintext": True}
    if by == "bind_dn":
        return {**found, "bind_dn": f"uid=%,ou=people,{server.suffix}"}
    searching = {"base_dn": f"ou=people,{server.suffix}", "username_attribute": "uid"}
    return {**found, **searching, "proxy_user": server.reader, "proxy_password": READER_PASSWORD}


@pytest.mark.parametrize(("by", "most"), [("bind_dn", 1), ("search", 2)])
def test_connections_are_kept_and_decisions_are_the_same(server: Slapd, system: System, by: str, most: int) -> None:
    with CountingRelay(server.port) as relay:
        system.call(declare_ldap_auth, **options(server, relay.port, by))
        store = Store.open(system.location, system.KEY, True)
        try:
            with Authenticator(store) as logins:
                for _round in range(3):
                    assert logins.decide("anna", PASSWORD).authenticated
                    assert not logins.decide("anna", "wrong").authenticated
                    assert not logins.decide("anna", "").authenticated
                    assert logins.decide("Ben", PASSWORD).authenticated
                    assert logins.decide("nobody", PASSWORD).reason in ("wrong password", "not found in the directory")
                    assert logins.decide("stranger", PASSWORD).reason == "unknown user"
                    assert logins.decide("carla", PASSWORD).authenticated
                    assert logins.decide("carla", "wrong").reason == "wrong password"
                assert relay.connections <= most
                relay.cut()
                assert logins.decide("anna", PASSWORD).authenticated
                assert not logins.decide("anna", "wrong").authenticated
        finally:
            store.close()


def test_a_directory_that_is_down_is_told_and_used_again_once_it_is_back(server: Slapd, system: System) -> None:
    system.call(declare_ldap_auth, **options(server, server.port, "search"))
    store = Store.open(system.location, system.KEY, True)
    try:
        with Authenticator(store) as logins:
            assert logins.decide("anna", PASSWORD).authenticated
            server.stop()
            assert logins.decide("anna", PASSWORD).reason == "directory unreachable"
            server.start()
            assert logins.decide("anna", PASSWORD).authenticated
            assert logins.decide("anna", "wrong").reason == "wrong password"
    finally:
        store.close()


def test_settings_and_users_count_as_they_are_now(server: Slapd, system: System) -> None:
    system.call(declare_ldap_auth, **options(server, server.port, "bind_dn"))
    store = Store.open(system.location, system.KEY, True)
    try:
        with Authenticator(store) as logins:
            assert logins.decide("anna", PASSWORD).authenticated
            system.call(declare_ldap_auth, state="present", enabled=False)
            assert logins.decide("anna", PASSWORD).reason == "LDAP authentication switched off"
            system.by_hand("user", username="anna", auth_method="none")
            assert logins.decide("anna", PASSWORD).reason == "method none"
    finally:
        store.close()


@pytest.mark.parametrize("hides_users", [True, False])
def test_the_time_of_a_hash_is_spent_on_users_of_the_directory_only_where_that_is_wanted(
    server: Slapd, system: System, monkeypatch: pytest.MonkeyPatch, hides_users: bool
) -> None:
    spent: list[str | None] = []
    monkeypatch.setattr(passwords, "verify", lambda hashed, password: spent.append(hashed) or False)
    system.call(declare_ldap_auth, **options(server, server.port, "bind_dn"))
    store = Store.open(system.location, system.KEY, True)
    try:
        with Authenticator(store, hides_users) as logins:
            assert logins.decide("anna", PASSWORD).authenticated
            assert len(spent) == int(hides_users)
            assert not logins.decide("stranger", PASSWORD).authenticated
            assert len(spent) == 1 + int(hides_users)
    finally:
        store.close()


def test_users_from_a_file_sign_in_at_the_directory_that_is_set_up(server: Slapd, tmp_path: Path) -> None:
    system = System(str(tmp_path / "other.db"), tmp_path)
    told = system.profile(configure_authentication=True)
    assert ["none of them can sign in" in warning for warning in told["warnings"]] == [True]
    system.call(declare_ldap_auth, **options(server, server.port, "search"))
    assert not system.profile(configure_authentication=True).get("warnings")
    system.import_csv("username,displayname\nanna,Anna\nben,Ben\n")
    store = Store.open(system.location, system.KEY, True)
    try:
        with Authenticator(store) as logins:
            assert logins.decide("anna", PASSWORD).authenticated
            assert logins.decide("ben", "wrong").reason == "wrong password"
    finally:
        store.close()
