# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of servers are checked before anything is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.directory.servers import Servers
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError


def test_one_address_or_several_are_taken_with_their_usual_ports() -> None:
    assert Servers.from_options({"uri": "ldap://a"}).uris == ("ldap://a:389",)
    several = Servers.from_options({"uri": ["LDAPS://b/", "ldap://[::1]:1389"], "timeout": None})
    assert several.uris == ("ldaps://b:636", "ldap://[::1]:1389")
    assert several.timeout == 30
    assert several.may_be_plain
    assert not Servers.from_options({"uri": "ldap://a", "start_tls": True}).may_be_plain
    other = Servers.from_options({"uri": ["ldap://a", "ldaps://a"]}, default_port=7389, default_tls_port=7636)
    assert other.uris == ("ldap://a:7389", "ldaps://a:7636")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("ldaps://bücher.example", "ldaps://bücher.example:636"),
        ("ldaps://dc1.corp.example.", "ldaps://dc1.corp.example.:636"),  # with the dot of the root
        (f"ldaps://{'a' * 63}.example", f"ldaps://{'a' * 63}.example:636"),
        ("ldaps://localhost", "ldaps://localhost:636"),
        ("ldaps://dc_1", "ldaps://dc_1:636"),
        ("ldaps://192.0.2.1:65534", "ldaps://192.0.2.1:65534"),
        ("ldaps://[2001:db8::1]", "ldaps://[2001:db8::1]:636"),
        ("ldaps://[fe80::1%eth0]:1", "ldaps://[fe80::1%eth0]:1"),
        (" ldaps://a\n", "ldaps://a:636"),
    ],
)
def test_a_host_may_be_any_name_or_address(given: str, kept: str) -> None:
    servers = Servers.from_options({"uri": given})
    assert servers.uris == (kept,)
    assert [address.uri for address in servers.addresses] == [kept]


@pytest.mark.parametrize(
    "host",
    [
        "foo..x", ".invalid", ".", "..", "．", "foo。。x", "\u00ad", "a" * 64, f"{'a' * 64}.x", "ü" * 60,
        "a b", "a\u00a0b", "x\0y", "a\tb", "a\nb", "a\x7f", "\u2028",
    ],
)  # fmt: skip
def test_a_host_that_cannot_be_looked_up_is_refused(host: str) -> None:
    with pytest.raises(
        DefinitionError, match=r"\AThe option uri holds .*, whose host name cannot be looked up: "
    ) as caught:
        Servers.from_options({"uri": ["ldaps://a", f"ldaps://{host}:636"]}, option="The option")
    assert not set(caught.value.message) & set("\0\t\n\x7f")


@pytest.mark.parametrize(
    "uri", ["ldaps://u:secret@a", "ldaps://secret@a:99999", "http://u:secret@a", "ldaps://u:secret@a b", "u:secret@a"]
)
def test_a_user_name_in_an_address_is_refused_without_its_password(uri: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        Servers.from_options({"uri": uri}, option="The option")
    assert caught.value.message == (
        "The option uri holds a user name, which does not belong there: give the server alone."
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "must name at least one server"),
        ({"uri": []}, "must name at least one server"),
        ({"uri": "http://a"}, "must begin with ldaps:// or ldap://"),
        ({"uri": "dc1.corp.example"}, "must begin with ldaps:// or ldap://"),
        ({"uri": "ldap://"}, "names no host"),
        ({"uri": "ldap://a:99999"}, "is not an address"),
        ({"uri": "ldaps://a:0"}, "port must be from 1 to 65534"),
        ({"uri": "ldaps://a:65535"}, "port must be from 1 to 65534"),
        ({"uri": "ldap://a/dc=x?uid"}, "only scheme, host and port"),
        ({"uri": "ldaps://a", "start_tls": True}, "start_tls is for ldap:// addresses"),
        ({"uri": "ldap://a", "timeout": 0}, "timeout must be"),
        ({"uri": "ldaps://a", "ca_path": "ca.crt", "validate_certs": False}, "ca_path has no effect"),
    ],
)
def test_a_wrong_address_is_refused_in_one_sentence(options: dict[str, Any], words: str) -> None:
    with pytest.raises(DefinitionError, match=words) as caught:
        Servers.from_options(options)
    assert caught.value.message.startswith("The source option ")


@pytest.mark.parametrize(("content", "words"), [(None, "cannot be read: No such file"), ("x", "holds no certificates")])
def test_a_ca_file_that_cannot_be_used_is_named(tmp_path: Path, content: str | None, words: str) -> None:
    path = tmp_path / "ca.crt"
    if content is not None:
        path.write_text(content)
    with pytest.raises(DefinitionError, match=words) as caught:
        Servers.from_options({"uri": "ldaps://a", "ca_path": str(path)}).tls_context()
    assert str(path) in caught.value.message
