# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings and logins in both kinds of store."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions.auth_test import try_login
from ansible_collections.telephony.connector.plugins.module_utils.actions.ldap_auth import declare_ldap_auth
from ansible_collections.telephony.connector.plugins.module_utils.actions.user_auth import set_method
from ansible_collections.telephony.connector.plugins.module_utils.authentication import reasons
from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError
from ansible_collections.telephony.connector.tests.contents import everything
from ansible_collections.telephony.connector.tests.system import System

PROXY_PASSWORD = "Regenschirm-Wolke-12"
SEARCH: dict[str, Any] = {
    "uri": ["ldaps://ldap.corp.example"],
    "base_dn": "dc=corp,dc=example",
    "username_attribute": "uid",
    "proxy_user": "cn=pbx,dc=corp,dc=example",
    "proxy_password": PROXY_PASSWORD,
}


def declare(system: System, check: bool = False, **options: Any) -> dict[str, Any]:
    return system.call(declare_ldap_auth, check, **{"state": "present", **options})


def test_settings_are_kept_encrypted_and_recognised_again(system: System) -> None:
    assert declare(system, **SEARCH)["changed"] is True
    assert declare(system, **SEARCH)["changed"] is False
    assert declare(system, **{**SEARCH, "uri": ["LDAPS://ldap.corp.example:636/"]})["changed"] is False
    assert declare(system, **{**SEARCH, "proxy_password": PROXY_PASSWORD + "x"})["changed"] is True
    assert PROXY_PASSWORD.encode() not in everything(system.location)
    assert b"dc=corp" in everything(system.location), "the search would find a text that is there"


def test_another_key_does_not_read_the_settings(system: System) -> None:
    declare(system, **SEARCH)
    system.KEY = "tc1-another_key_of_the_tests_long_enough_0123456"  # type: ignore[misc]
    with pytest.raises(StoreError, match="cannot be read with this key"):
        declare(system, **SEARCH)


def test_a_store_without_a_key_takes_settings_that_hold_no_password(postgres: Any, tmp_path: Any) -> None:
    system = System(postgres.new_database(), tmp_path)
    system.KEY = None  # type: ignore[assignment,misc]
    assert declare(system, uri=SEARCH["uri"], bind_dn="%@corp.example")["changed"] is True
    with pytest.raises(StoreError, match="needs a key before it can keep passwords"):
        declare(system, **SEARCH)


@pytest.mark.parametrize("name", ["mmuster\0", "*", "%", "_muster", "'", "m" * 10_000, "\ud800", "ｍmuster", ""])
def test_a_name_that_no_user_has_is_unknown_in_any_store(system: System, name: str) -> None:
    """Also those that a database itself would stumble over, or take for a pattern."""
    system.by_hand("user", username="mmuster", display_name="Max", password=PROXY_PASSWORD)
    result = system.call(try_login, check=True, username=name, password=PROXY_PASSWORD)
    assert (result["authenticated"], result["method"], result["reason"]) == (False, None, reasons.UNKNOWN_USER)


def test_a_login_compares_the_hash_in_any_store(system: System) -> None:
    system.by_hand("user", username="mmuster", display_name="Max", password=PROXY_PASSWORD)
    for password, reason in ((PROXY_PASSWORD, reasons.ACCEPTED), ("x" * 10_000, reasons.WRONG_PASSWORD)):
        assert system.call(try_login, check=True, username="MMuster", password=password)["reason"] == reason


def test_methods_are_set_for_a_role_in_any_store(system: System) -> None:
    for name, roles in (("anna", ["Räume", "Berlin"]), ("ben", ["Räume, groß"]), ("carl", [])):
        system.by_hand("user", username=name, display_name="Räume", roles=roles)
    changed = system.call(set_method, role="Räume", method="none")
    assert changed["changed_users"] == ["anna"]
    assert [user["auth_method"] for user in system.objects()] == ["none", "internal", "internal"]
