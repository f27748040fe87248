# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of a real domain: primary ones, nested ones, and very large ones."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.tests.servers.samba_domain import BASE_DN, GROUPS, READER_PASSWORD, STAFF

from .people import ANNA, read, source

pytestmark = pytest.mark.filterwarnings("ignore:ssl.match_hostname:DeprecationWarning")


@pytest.fixture(scope="module")
def groups(dc):
    """Anna in Team, in Sales, in Company and back in Team (a circle), and Bob in Sales by his primary group."""
    team = dc.add(
        f"CN=Team\\, \\22A\\22,{GROUPS}", {"objectClass": "group", "sAMAccountName": "Team", "member": [ANNA]}
    )
    sales = dc.add_group("Sales", team)
    company = dc.add_group("Company", sales)
    dc.modify(team, member=[ANNA, company])
    primary = dc.add_group("Primary", f"CN=Bob,{STAFF}")
    dc.modify(f"CN=Bob,{STAFF}", primaryGroupID=str(rid(dc, primary)))
    dc.modify(sales, member=[team, primary])


@pytest.mark.usefixtures("groups")
class TestGroups:
    def members(self, dc, **options):
        rows = read(source(dc, **options), "sAMAccountName", "memberOf").rows
        found = {row["sAMAccountName"]: row["memberOf"] for row in rows}
        return {name: {cn(dn) for dn in ([dns] if isinstance(dns, str) else dns or [])} for name, dns in found.items()}

    def test_direct_groups_hold_the_primary_one(self, dc):
        members = self.members(dc)
        assert members["AMueller"] == {'Team, "A"', "Domain Users"}
        assert members["bob"] == {"Primary", "Domain Users"}

    def test_nested_groups_are_those_that_the_server_finds_itself(self, dc):
        found = self.members(dc, groups="nested")
        assert found["AMueller"] == {'Team, "A"', "Sales", "Company", "Domain Users", "Users"}
        # the server's rule knows nothing of primary groups, so it is asked for them as well
        primary = {"AMueller": "Domain Users", "bob": "Primary"}
        for name, group in primary.items():
            assert found[name] == chain(dc, name) | chain(dc, group) | {group}

    def test_a_profile_can_choose_by_group(self, dc, system):
        system.profile(
            template="ad_users",
            source=source(dc, groups="nested"),
            filter="'Company' in values.memberOf | map('cn')",
            variables={"roles": "values.memberOf | map('cn') | select('in', ['Sales', 'Board']) | list"},
        )
        system.sync()
        assert {name: system.user(name)["roles"] for name in system.names()} == {
            "amueller": ["Sales"],
            "bob": ["Sales"],
        }

    def test_a_list_that_comes_in_parts_is_read_to_its_end(self, dc):
        from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import Request
        from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import connect
        from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Search

        members = [dc.add_user(f"many{number}") for number in range(23)]
        group = dc.add_group("Many", *members)
        made: Any = source_class("ad")(source(dc))
        with connect(made.servers, made.user, READER_PASSWORD) as connected:
            # this server cuts nothing by itself; asked for a part, it answers as Windows does after 1,500 values
            search = Search(connected, Request(group, "(objectClass=*)", "base", ("member;range=0-9", "cn")), 1000)
            (entry,) = list(search)
        assert search.failure == ""
        assert sorted(entry.attributes[b"member"]) == sorted(member.encode() for member in members)
        for member in members:
            dc.delete(member)


def cn(dn):
    from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.filters import (
        cn as first_value,
    )

    return first_value(dn)


def rid(dc, dn):
    return int.from_bytes(dc.value(dn, "objectSid")[-4:], "little")


def chain(dc, name):
    """Return the groups of an account by the server's own rule for chains."""
    dc.admin.search(BASE_DN, f"(sAMAccountName={name})", attributes=["objectClass"])
    dn = next(item["dn"] for item in dc.admin.response if item["type"] == "searchResEntry")
    from ldap3.utils.conv import escape_filter_chars

    rule = f"(member:1.2.840.113556.1.4.1941:={escape_filter_chars(dn)})"
    dc.admin.search(BASE_DN, f"(&(objectClass=group){rule})", attributes=["cn"])
    return {item["attributes"]["cn"][0] for item in dc.admin.response if item["type"] == "searchResEntry"}
