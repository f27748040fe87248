# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members of groups, and those of the groups in them, instead of all users."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.tests.servers.entra import CLIENT_ID

from .users import read, refusal


@pytest.fixture
def departments(cloud):
    """Three users in groups, one of them in two, and one in none."""
    tenant = cloud.tenant
    a, b, c, _nobody = (tenant.add(f"user{name}@contoso.example") for name in "abcd")
    inner = tenant.group("Inner circle", [c])
    cloud.ids = {"sales": tenant.group("Sales", [a, b], [inner]), "it": tenant.group("IT's best", [b])}
    return cloud


def test_members_of_a_group_are_read_with_those_of_the_groups_in_it(departments):
    logins, result = read(departments.source(group="Sales"))
    assert (sorted(logins), result.complete) == (["usera@contoso.example", "userb@contoso.example",
                                                  "userc@contoso.example"], True)  # fmt: skip


def test_members_of_several_groups_are_read_once_by_name_or_id(departments):
    logins, _result = read(departments.source(group=[departments.ids["sales"], "IT's best"]))
    assert sorted(logins) == [f"user{name}@contoso.example" for name in "abc"]
    assert read(departments.source(group=["IT's best"]))[0] == ["userb@contoso.example"]


def test_every_page_of_a_group_is_asked_for_as_an_advanced_query(departments):
    departments.graph.page_limit = 1
    assert len(read(departments.source(group="Sales"))[0]) == 3
    pages = [asked for asked in departments.graph.asked if asked.path.endswith("microsoft.graph.user")]
    assert len(pages) == 3
    assert {asked.headers.get("consistencylevel") for asked in pages} == {"eventual"}


@pytest.mark.parametrize("group", ["Nobody", "00000000-0000-0000-0000-000000000000"])
def test_a_group_that_there_is_not_is_said(departments, group):
    assert group in refusal(departments.source(group=group))
    assert "check group" in refusal(departments.source(group=["Sales", group]))


def test_two_groups_of_one_name_must_be_told_apart(departments):
    other = departments.tenant.group("Sales")
    text = refusal(departments.source(group="sales"))
    assert '2 groups are called "sales"' in text
    assert other in text


def test_only_the_permission_that_is_missing_is_named(departments):
    departments.entra.apps[CLIENT_ID].roles = ("User.Read.All",)
    text = refusal(departments.source(group="Sales"))
    assert "GroupMember.Read.All" in text
    assert "User.Read.All" not in text.replace("GroupMember.Read.All", "")


def test_members_without_their_properties_are_never_used(departments):
    departments.entra.apps[CLIENT_ID].roles = ("GroupMember.Read.All",)
    text = refusal(departments.source(group="Sales"))
    assert "lists users without their properties" in text
    assert "lacks the application permission User.Read.All" in text
