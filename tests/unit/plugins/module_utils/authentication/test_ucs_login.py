# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins at an OpenLDAP server in the shape of UCS, set up by a profile that signs in with a machine account."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions.auth_test import try_login
from ansible_collections.telephony.connector.plugins.module_utils.authentication import reasons
from ansible_collections.telephony.connector.plugins.module_utils.authentication.directory_login import sign_in
from ansible_collections.telephony.connector.plugins.module_utils.authentication.settings import LdapSettings
from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.slapd import SCHEMAS, Slapd
from ansible_collections.telephony.connector.tests.system import System

from .conftest import PASSWORD

SUFFIX, DOMAIN = "dc=ucs,dc=test", "ucs.test"
MACHINE_PASSWORD = "Maschine-Laterne-31"
# What a login needs of Univention's schema; the number of the marker lies in OpenLDAP's experimental arc.
SCHEMA = """\
attributetype ( 1.3.6.1.4.1.10176.1003.1 NAME 'univentionObjectType' EQUALITY caseExactMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.10176.1003 NAME 'univentionObject' AUXILIARY MUST univentionObjectType )
attributetype ( 1.3.6.1.4.1.4203.666.11.1 NAME 'mobydickActivated' EQUALITY booleanMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.7 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.4203.666.11.2 NAME 'mobydickUser' AUXILIARY MAY mobydickActivated )
"""


def entry(dn: str, kind: str, *lines: str) -> str:
    return "\n".join([f"dn: {dn},{SUFFIX}", *(f"objectClass: {name}" for name in kind.split()), *lines]) + "\n\n"


def user(name: str, activated: str) -> str:
    kind = "inetOrgPerson posixAccount shadowAccount univentionObject mobydickUser"
    lines = [f"uid: {name}", f"cn: {name}", f"sn: {name}", f"displayName: {name}", f"userPassword: {PASSWORD}"]
    lines += ["uidNumber: 2001", "gidNumber: 5000", f"homeDirectory: /home/{name}"]
    return entry(
        f"uid={name},cn=users", kind, *lines, "univentionObjectType: users/user", f"mobydickActivated: {activated}"
    )


@pytest.fixture(scope="module")
def ucs(tmp_path_factory: pytest.TempPathFactory, ca: TestCA) -> Iterator[Slapd]:
    directory = tmp_path_factory.mktemp("ucs")
    schema = directory / "ucs.schema"
    schema.write_text(SCHEMA)
    certificate = ca.path("server")
    server = Slapd(directory, suffix=SUFFIX, certificate=certificate, schemas=[*SCHEMAS, str(schema)], limits="")
    containers = [entry(f"cn={name}", "organizationalRole", f"cn: {name}") for name in ("users", "computers")]
    machine = entry(
        "cn=pbx,cn=computers",
        "person univentionObject",
        "cn: pbx",
        "sn: pbx",
        f"userPassword: {MACHINE_PASSWORD}",
        "univentionObjectType: computers/linux",
    )
    server.load("".join([server.base_ldif(), *containers, machine, user("mmuster", "TRUE"), user("guest", "FALSE")]))
    try:
        yield server.start()
    finally:
        server.stop()


def source(ucs: Slapd, ca: TestCA) -> dict[str, Any]:
    return {
        "domain": DOMAIN,
        "server": [f"localhost:{ucs.tls_port}"],
        "username": "pbx",
        "password": MACHINE_PASSWORD,
        "ca_path": ca.path("ca.crt"),
    }


def test_a_profile_of_ucs_sets_up_the_login_of_the_users_marked_for_the_phone_system(
    ucs: Slapd, ca: TestCA, tmp_path: Path
) -> None:
    system = System(str(tmp_path / "store.db"), tmp_path)
    options = {"template": "ucs_users", "source": source(ucs, ca), "configure_authentication": True}
    declared = system.profile(**options)
    assert declared["ldap_auth"]["proxy_user"] == f"cn=pbx,cn=computers,{SUFFIX}"
    assert declared["ldap_auth"]["uri"] == [ucs.tls_uri]
    assert (system.profile(**options)["changed"], declared.get("warnings", [])) == (False, [])
    system.sync()
    assert [(found["username"], found["auth_method"]) for found in system.objects()] == [("mmuster", "ldap")]
    assert system.call(try_login, username="mmuster", password=PASSWORD)["reason"] == reasons.ACCEPTED
    assert system.call(try_login, username="mmuster", password="x")["reason"] == reasons.WRONG_PASSWORD
    assert system.call(try_login, username="guest", password=PASSWORD)["reason"] == reasons.UNKNOWN_USER
    # a user made by hand is let in only with the marker
    system.by_hand("user", username="guest", display_name="Guest", auth_method="ldap")
    assert system.call(try_login, username="guest", password=PASSWORD)["reason"] == reasons.NOT_FOUND


@pytest.mark.parametrize("start_tls", [False, True])
def test_the_template_of_ucs_works_too(ucs: Slapd, ca: TestCA, start_tls: bool) -> None:
    uri = ucs.uri if start_tls else ucs.tls_uri
    options = {
        "uri": [uri],
        "start_tls": start_tls,
        "ca_path": ca.path("ca.crt"),
        "bind_dn": f"uid=%,cn=users,{SUFFIX}",
    }
    settings = LdapSettings.from_options(options)
    assert sign_in(settings, "mmuster", PASSWORD).reason == reasons.ACCEPTED
    assert sign_in(settings, "mmuster", PASSWORD + "x").reason == reasons.WRONG_PASSWORD
    assert sign_in(settings, "pbx", MACHINE_PASSWORD).reason == reasons.WRONG_PASSWORD
