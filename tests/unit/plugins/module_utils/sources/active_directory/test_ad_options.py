# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the source active_directory that cannot be meant."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class

pytestmark = pytest.mark.filterwarnings("ignore:ssl.match_hostname:DeprecationWarning")


class TestOptions:
    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"domain": None}, "needs the option domain"),
            ({"domain": "DC=example,DC=test"}, "must be the DNS name of the domain"),
            ({"server": None}, "needs the option server"),
            ({"server": ["ldaps://dc1"]}, "is for the option uri"),
            ({"uri": ["ldaps://dc1"]}, "leave out server and ssl"),
            ({"start_tls": True}, "encrypted from the beginning"),
            ({"search_filter": "(cn=a"}, 'a closing ")" is missing'),
            ({"groups": "all"}, "groups cannot be"),
            ({"password": ""}, "needs the option password"),
        ],
    )
    def test_what_does_not_fit_is_refused_before_anything_is_opened(self, options, words):
        given = {"domain": "example.test", "server": ["dc1"], "username": "x", "password": "y", **options}
        with pytest.raises(DefinitionError) as caught:
            source_class("ad")(given)
        assert words in caught.value.message

    def test_servers_and_base_follow_from_domain_and_server(self):
        options = {
            "domain": "corp.example",
            "server": ["dc1.corp.example", "fd00::1"],
            "username": "x",
            "password": "y",
        }
        made: Any = source_class("ad")(options)
        assert made.servers.uris == ("ldaps://dc1.corp.example:636", "ldaps://[fd00::1]:636")
        assert (made.base, made.user) == ("DC=corp,DC=example", "x@corp.example")
        made = source_class("ad")({**options, "ssl": False, "base_dn": "OU=Staff,DC=corp,DC=example"})
        assert (made.servers.uris[0], made.servers.start_tls) == ("ldap://dc1.corp.example:389", True)
        assert made.base == "OU=Staff,DC=corp,DC=example"
