# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trying sources on a network, against real servers: every step, every way to break it, and the suggested profile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.tests.directory import source_of
from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.ews import EMAIL, Ews
from ansible_collections.telephony.connector.tests.servers.ews import PASSWORD as EWS_PASSWORD
from ansible_collections.telephony.connector.tests.servers.ews import USER as EWS_USER
from ansible_collections.telephony.connector.tests.servers.microsoft import Microsoft365
from ansible_collections.telephony.connector.tests.servers.slapd import Slapd, person
from ansible_collections.telephony.connector.tests.servers.ucs import (
    MACHINE,
    MACHINE_PASSWORD,
    Ucs,
    ucs_group,
    ucs_user,
)
from ansible_collections.telephony.connector.tests.servers.web import Web
from ansible_collections.telephony.connector.tests.system import System
from ansible_collections.telephony.connector.tests.trying import Tried

pytestmark = pytest.mark.filterwarnings("ignore:unclosed SMB handle:ResourceWarning")
SUFFIX = "dc=example,dc=test"
HIDDEN = f"""\
access to attrs=mail by dn.exact="uid=reader,ou=people,{SUFFIX}" none by users read
access to attrs=userPassword by anonymous auth by self write by * none
access to * by users read by anonymous auth by * none"""


@pytest.fixture
def system(tmp_path: Path) -> System:
    return System(str(tmp_path / "store.db"), tmp_path)


def imported(system: System, tried: Tried) -> dict[str, int]:
    """Declare and sync what is suggested, unchanged; return the counts."""
    options = tried.profile()
    system.profile(options.pop("name"), options.pop("template"), **options)
    counts: dict[str, int] = system.sync(tried.profile()["name"])["counts"]
    return counts


# ---------------------------------------------------------------------------------------------------------------- LDAP


def start(directory: Path, ca: TestCA, certificate: str = "server", **more: Any) -> Slapd:
    server = Slapd(directory, certificate=ca.path(certificate), **more)
    people = [
        person(
            SUFFIX,
            "anna",
            displayName="Anna",
            mail="anna@corp.example",
            telephoneNumber="+49 991 2960-217",
            pager="217",
        ),
        person(
            SUFFIX, "bob", displayName="Bob", mail="bob@corp.example", telephoneNumber="+49 991 2960-218", pager="218"
        ),
        person(SUFFIX, "carl", displayName="Carl"),
    ]
    server.load(server.base_ldif() + "".join(people))
    return server.start()


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory, ca: TestCA) -> Iterator[Slapd]:
    server = start(tmp_path_factory.mktemp("slapd"), ca)
    try:
        yield server
    finally:
        server.stop()


def of_ldap(slapd: Slapd, ca: TestCA, **options: Any) -> Tried:
    given = source_of(slapd, uri=slapd.tls_uri, ca_path=ca.path("ca.crt"), timeout=5, **options)
    given.pop("allow_plaintext")
    return Tried("ldap_users", {name: value for name, value in given.items() if value is not None})


def test_every_step_of_a_directory_and_its_profile(slapd: Slapd, ca: TestCA, system: System) -> None:
    tried = of_ldap(slapd, ca)
    steps = [
        "options",
        "name",
        "port",
        "tls",
        "sign_in",
        "base_dn",
        "filter",
        "paging",
        "attributes",
        "records",
        "mapping",
    ]
    assert (tried.worked, tried.failed) == (steps, {})
    assert tried.columns["pager"]["samples"] == ["217", "218"]
    assert tried.profile()["variables"] == {"phone": "row.pager"}
    counts = imported(system, tried)
    assert (counts["created"], counts["rejected"]) == (3, 0)
    assert system.user("anna")["extension"] == "217"


@pytest.mark.parametrize(
    ("options", "step", "words"),
    [
        ({"uri": "ldaps://nowhere.invalid"}, "name", "not found"),
        ({"uri": "ldaps://localhost:1"}, "port", "Port 1 of localhost cannot be reached"),
        ({"ca_path": "other.crt"}, "tls", "give its authority's certificate as ca_path"),
        ({"ca_path": "missing.crt"}, "tls", "check ca_path"),
        ({"username": "uid=nobody,ou=people,dc=example,dc=test"}, "sign_in", "the name or the password is wrong"),
        ({"password": "not-the-password"}, "sign_in", "the name or the password is wrong"),
        ({"base_dn": "ou=staff,dc=example,dc=test"}, "base_dn", "The server has: dc=example,dc=test"),
        ({"base_dn": "nonsense"}, "base_dn", "base DN"),
        ({"search_filter": "(objectClass=device)"}, "filter", "check search_filter"),
        ({"search_filter": "(objectClass=person"}, "options", "filter"),
        ({"username_field": "sAMAccountName"}, "attributes", "sAMAccountName"),
    ],
)
def test_each_fault_of_a_directory_is_found_at_its_step(
    slapd: Slapd, ca: TestCA, options: dict[str, Any], step: str, words: str
) -> None:
    if "ca_path" in options:
        options = {"ca_path": ca.path(options["ca_path"])}
    uri = options.pop("uri", slapd.tls_uri)
    given = {"timeout": 5, "ca_path": ca.path("ca.crt"), **source_of(slapd, uri=uri, **options)}
    tried = Tried("ldap_users", {name: value for name, value in given.items() if name != "allow_plaintext"})
    assert words in tried.failed[step]


@pytest.mark.parametrize(
    ("certificate", "words"),
    [("wrongname", 'is not for "localhost"'), ("expired", "it expired on"), ("untrusted", "is not trusted")],
)
def test_what_is_wrong_with_a_certificate_is_said(web: Web, certificate: str, words: str) -> None:
    source = {"url": web.url("/a.csv", certificate), "ca_path": web.ca.path("ca.crt")}
    tried = Tried("csv_users", source)
    assert words in tried.failed["tls"]
    assert "issued by CN=" in tried.failed["tls"]


def test_a_limit_below_0_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("username,displayname\nanna,Anna\n")
    with pytest.raises(DefinitionError, match="The option limit must be 0 or more"):
        Tried("csv_users", {"path": str(tmp_path / "people.csv")}, limit=-1)


def test_limits_and_rights_of_the_account_are_found(tmp_path: Path, ca: TestCA) -> None:
    server = start(
        tmp_path, ca, access=HIDDEN, limits=f'limits dn.exact="uid=reader,ou=people,{SUFFIX}" size.prtotal=2'
    )
    try:
        tried = of_ldap(server, ca, page_size=1)
    finally:
        server.stop()
    assert "shows mail:" in tried.failed["attributes"]
    assert "size limit" in tried.failed["paging"]


def test_start_tls_and_an_anonymous_sign_in_are_tried(slapd: Slapd, ca: TestCA) -> None:
    plain = Tried("ldap_users", source_of(slapd, start_tls=True, ca_path=ca.path("other.crt")))
    assert "not trusted" in plain.failed["sign_in"]
    anonymous = of_ldap(slapd, ca, username=None, password=None)
    assert "base_dn" in anonymous.failed or "filter" in anonymous.failed


def test_univention_is_tried_as_a_directory(tmp_path: Path, ca: TestCA, system: System) -> None:
    server = Ucs(tmp_path / "ucs", ca.path("server"))
    server.load(
        server.base_ldif() + ucs_user("anna", displayName="Anna", telephoneNumber="217", mailPrimaryAddress="a@b.c")
    )
    try:
        server.start()
        server.modify(ucs_group("phone", "anna"))
        source = {
            "domain": "ucs.test", "server": [f"localhost:{server.tls_port}"], "ca_path": ca.path("ca.crt"),
            "username": MACHINE, "password": MACHINE_PASSWORD,
        }  # fmt: skip
        tried = Tried("ucs_users", source)
        assert [step for step in tried.failed if step != "attributes"] == []
        assert imported(system, tried)["created"] == 1
        assert Tried("ucs_users", {**source, "password": "not-it"}).failed.keys() == {"sign_in"}
    finally:
        server.stop()


# --------------------------------------------------------------------------------------------------------------- files


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    server = Web(tmp_path_factory.mktemp("web"))
    try:
        yield server.start()
    finally:
        server.stop()


def test_a_file_at_a_web_address_is_tried(web: Web, system: System) -> None:
    body = {"body": "displayname;username;phone\nMüller;m;217\n".encode("cp1252")}
    web.answer("/staff.csv", {**body, "auth": "anna:geheim-recognisable"})
    source = {"url": web.url("/staff.csv"), "ca_path": web.ca.path("ca.crt"), "retries": 0}
    signed = {**source, "url_username": "anna", "url_password": "geheim-recognisable"}
    tried = Tried("csv_users", signed)
    assert tried.failed.keys() == {"encoding", "delimiter"}
    assert imported(system, tried)["created"] == 1
    assert tried.worked[:6] == ["options", "name", "port", "tls", "sign_in", "file"]
    assert "401" in Tried("csv_users", source).failed["sign_in"]
    web.answer("/gone.csv", {"status": 404})
    assert "404" in Tried("csv_users", {**source, "url": web.url("/gone.csv")}).failed["file"]
    assert Tried("csv_users", {**source, "url": "https://nowhere.invalid/a.csv"}).failed.keys() == {"name"}
    assert Tried("csv_users", {**source, "url": "https://localhost:1/a.csv"}).failed.keys() == {"port"}


# ----------------------------------------------------------------------------------------------------------- Microsoft


def test_a_tenant_is_tried(ca: TestCA, system: System) -> None:
    with Microsoft365(ca) as cloud:
        cloud.tenant.add("anna@contoso.example", displayName="Anna")
        tried = Tried("m365_users", cloud.source())
        assert tried.failed == {}
        assert "User.Read.All" in next(step["message"] for step in tried.result["steps"] if step["step"] == "sign_in")
        assert imported(system, tried)["created"] == 1
        faults = {
            "client_secret": ("not-the-secret", "sign_in", "client secret is wrong"),
            "ca_path": (ca.path("other.crt"), "tls", "not trusted"),
            "authority": ("https://nowhere.invalid", "name", "authority"),
            "graph_url": ("https://localhost:1", "sign_in", "graph_url"),
            "group": (["no such group"], "records", "group"),
        }
        for option, (value, step, words) in faults.items():
            assert words in Tried("m365_users", cloud.source(**{option: value}, retries=0)).failed[step], option
        cloud.entra.apps[cloud.source()["client_id"]].roles = ()
        assert "records" in Tried("m365_users", cloud.source()).failed


def test_an_exchange_server_is_tried(ca: TestCA, system: System) -> None:
    server = Ews(ca.path("server"))
    server.start()
    try:
        server.mailboxes.public.folder("Customers").add("Max", PhoneNumbers={"BusinessPhone": "+49 89 217"})
        source = {
            "email": EMAIL, "username": EWS_USER, "password": EWS_PASSWORD, "auth_type": "basic", "url": server.address,
            "ca_path": ca.path("ca.crt"), "timeout": 5, "max_wait": 2,
        }  # fmt: skip
        tried = Tried("exchange_phonebook", source)
        assert tried.failed == {}
        assert imported(system, tried)["created"] == 1
        for change, step in (
            ({"password": "not-the-password"}, "sign_in"),
            ({"email": "nobody@corp.example"}, "sign_in"),
            ({"ca_path": ca.path("other.crt")}, "tls"),
            ({"url": "https://nowhere.invalid/EWS/Exchange.asmx"}, "name"),
        ):
            assert list(Tried("exchange_phonebook", {**source, **change}).failed) == [step]
    finally:
        server.stop()


# ---------------------------------------------------------------------------------------------------------------- pbx


def test_another_phone_system_is_tried(web: Web, system: System, tmp_path: Path) -> None:
    web.answer("/list", {"body": b'[{"name": "Max", "extension": "217", "cell": "+49171"}]'})
    source = {"url": web.url("/list"), "ca_path": web.ca.path("ca.crt"), "retries": 0}
    tried = Tried("pbx_phonebook", source)
    assert tried.failed == {}
    assert imported(system, tried)["created"] == 1
    web.answer("/odd", {"body": b"<html>"})
    assert Tried("pbx_phonebook", {**source, "url": web.url("/odd")}).failed.keys() == {"records"}
    other = System(str(tmp_path / "other.db"), tmp_path)
    other.pool("200-299")
    assert Tried("pbx_phonebook", {"store": str(tmp_path / "none.db")}).failed.keys() == {"store"}
    assert "store" in Tried("pbx_phonebook", {"store": system.location}).worked
