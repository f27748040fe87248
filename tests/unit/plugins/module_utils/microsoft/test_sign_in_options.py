# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of signing in that cannot be meant, and what a token tells."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.tokens import roles_of
from ansible_collections.telephony.connector.plugins.module_utils.sources.m365.source import M365Source
from ansible_collections.telephony.connector.tests.servers.entra import CLIENT_ID, SECRET, TENANT

from .signing_in import refusal


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"client_secret": None}, "needs one way to sign in of client_secret, certificate"),
        ({"certificate": "/app.pem"}, "there are client_secret and certificate"),
        ({"certificate_password": "x"}, "certificate_password needs certificate as well"),
        ({"tenant_id": None}, "client_secret needs tenant_id as well"),
        ({"tenant_id": None, "client_id": None}, "client_secret needs tenant_id and client_id as well"),
        ({"tenant_id": "a/b"}, "tenant_id must be the Directory (tenant) ID"),
        ({"client_id": "my app"}, "client_id must be the Application (client) ID"),
        ({"authority": "http://login.example"}, "authority must have the form https://host"),
        ({"authority": "https://login.example/a/b"}, "or https://host/tenant"),
        ({"graph_url": "https://graph.example/beta"}, "without a path"),
        ({"graph_url": "https://u:p@graph.example"}, "graph_url must have the form"),
        ({"cloud": "chian"}, 'Did you mean "china"?'),
        ({"timeout": 0}, "timeout must be from 1 to 86400, not 0"),
        ({"timeout": 10**20}, "timeout must be from 1 to 86400, not 1"),
        ({"max_wait": -1}, "max_wait must be from 0 to"),
        ({"group": ""}, "group is empty"),
        ({"group": ["Sales", " "]}, "group is empty"),
        ({"proxy": "http://[::1"}, "proxy must have the form http://host:port"),
        ({"proxy": "proxy:3128"}, "proxy must have the form http://host:port"),
        ({"clientsecret": "x"}, 'Did you mean "client_secret"?'),
        ({"ca_path": "/nowhere/ca.crt"}, None),
    ],
)
def test_wrong_options_are_refused_before_anything_is_asked(options, words):
    given = {"tenant_id": TENANT, "client_id": CLIENT_ID, "client_secret": SECRET, **options}
    given = {name: value for name, value in given.items() if value is not None}
    if words is None:
        assert "check ca_path" in refusal(given)
        return
    with pytest.raises(DefinitionError) as caught:
        M365Source(given)
    assert words in caught.value.message
    assert SECRET not in caught.value.message


@pytest.mark.parametrize("token", ["", "opaque", "a.b.c", "a.W10.c", "a.eyJyb2xlcyI6InRleHQifQ.c"])
def test_a_token_that_cannot_be_looked_into_tells_nothing(token):
    assert roles_of(token) is None


def test_roles_are_read_from_a_token(cloud):
    assert roles_of(cloud.entra.token(("User.Read.All",))) == frozenset({"User.Read.All"})


@pytest.mark.parametrize(
    "given", ["https://graph.example/v1.0", "https://graph.example/v1.0/", "https://graph.example/"]
)
def test_the_version_behind_the_address_of_graph_is_forgiven(given):
    from ansible_collections.telephony.connector.plugins.module_utils.microsoft.clouds import cloud_of

    assert cloud_of({"graph_url": given}).graph_url == "https://graph.example"
