# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading users page by page: whole, once each, with the properties that are asked for."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Unusable
from ansible_collections.telephony.connector.plugins.module_utils.sources.m365.source import M365Source
from ansible_collections.telephony.connector.tests.servers.entra import CLIENT_ID
from ansible_collections.telephony.connector.tests.servers.graph import Graph, error
from ansible_collections.telephony.connector.tests.servers.https_thread import Answer

from .users import USERS, WANTED, everybody, read, refusal

# -- pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("with_empty_pages", [False, True])
def test_all_pages_are_read_empty_ones_too(seven, with_empty_pages):
    seven.graph.empty_pages = with_empty_pages
    logins, result = read(seven.source())
    assert (logins, result.complete, result.full) == (everybody(), True, True)
    assert len(seven.graph.asked) == (6 if with_empty_pages else 3)
    assert seven.graph.asked[0].query["$top"] == "999"
    assert all(asked.headers["authorization"].startswith("Bearer ey") for asked in seven.graph.asked)


def test_no_more_is_asked_for_than_the_profile_uses(seven):
    read(seven.source())
    assert seven.graph.asked[0].query["$select"] == "accountEnabled,id,userPrincipalName"


def test_twenty_thousand_users_take_twenty_one_requests(cloud):
    for number in range(20_000):
        cloud.tenant.add(f"user{number}@contoso.example")
    logins, result = read(cloud.source())
    assert (len(logins), result.complete) == (20_000, True)
    assert len(cloud.graph.asked) == 21


def test_an_empty_tenant_is_a_complete_read(cloud):
    logins, result = read(cloud.source())
    assert (logins, result.complete) == ([], True)


def test_a_user_that_is_listed_twice_is_one_record(seven):
    page = {"value": [{"id": key, "userPrincipalName": f"{key}@x.example", "accountEnabled": True} for key in "abab"]}
    seven.graph.answer_next(USERS, Answer(body=page))
    assert read(seven.source())[0] == ["a@x.example", "b@x.example"]


@pytest.mark.parametrize("disguise", ["", "\\@{own}"], ids=["plain", "disguised"])  # urlsplit takes what is behind @
def test_a_next_page_at_another_host_is_refused_and_nothing_is_sent_there(seven, ca, disguise):
    stranger = Graph(ca.path("server"))
    stranger.start()
    try:
        seven.graph.link_base = f"{stranger.url}{disguise.format(own=seven.graph.url.partition('://')[2])}"
        logins, result = read(seven.source())
    finally:
        stranger.stop()
    assert stranger.asked == []
    assert (len(logins), result.complete) == (3, False)
    assert f"names a next page at {stranger.url} instead of {seven.graph.url}" in result.reason


@pytest.mark.parametrize("link", ["http://localhost/x", "https://localhost:notaport/", "//evil.example/", 42])
def test_a_next_page_at_no_address_is_refused(seven, link):
    seven.graph.answer_next(USERS, Answer(body={"value": [], "@odata.nextLink": link}))
    logins, result = read(seven.source())
    assert (logins, result.complete) == ([], False)
    assert "nothing was sent there" in result.reason


def test_pages_that_lead_to_each_other_end(seven):
    link = f"{seven.graph.url}{USERS}?$skiptoken=again"
    seven.graph.answer_next(USERS, *[Answer(body={"value": [], "@odata.nextLink": link})] * 3)
    result = read(seven.source())[1]
    assert not result.complete
    assert "a page as the next one that was read already" in result.reason


def test_a_page_that_expired_restarts_the_whole_read_once(seven):
    expired = error(400, "Directory_ExpiredPageToken", "The specified page token value has expired.")
    seven.graph.answer_next(USERS, None, expired)
    logins, result = read(seven.source())
    assert (logins, result.complete) == (everybody(), True)
    assert len(seven.graph.asked) == 2 + 3


def test_pages_that_always_expire_are_an_incomplete_read(seven):
    expired = error(400, "Directory_ExpiredPageToken", "The specified page token value has expired.")
    seven.graph.answer_next(USERS, None, expired, None, expired)
    logins, result = read(seven.source())
    assert (sorted(logins), result.complete) == (everybody(3), False)
    assert "Directory_ExpiredPageToken" in result.reason


# -- values -----------------------------------------------------------------------------------------------------------


def columns(options, *wanted):
    with M365Source(options).read(frozenset(wanted), None) as reading:
        (record,) = reading
        return dict(zip(reading.columns, record.row, strict=True))


def test_values_of_every_kind_become_cells(cloud):
    cloud.tenant.add(
        "max@contoso.example", displayName="Mäx Ünïcode 漢字 🎉", businessPhones=["+49 30 1"],
        proxyAddresses=["SMTP:max@contoso.example", "smtp:m@contoso.example"], accountEnabled=True,
        onPremisesExtensionAttributes={"extensionAttribute1": "blue", "extensionAttribute2": None},
    )  # fmt: skip
    found = columns(
        cloud.source(), "DISPLAYNAME", "businessphones", "proxyAddresses", "accountEnabled", "disabled", "otherMails",
        "extensionAttribute1", "extensionAttribute2", "jobTitle",
    )  # fmt: skip
    del found["id"]
    assert found == {
        "userPrincipalName": "max@contoso.example",
        "displayName": "Mäx Ünïcode 漢字 🎉",
        "businessPhones": "+49 30 1",
        "proxyAddresses": ["SMTP:max@contoso.example", "smtp:m@contoso.example"],
        "otherMails": None,
        "accountEnabled": "true",
        "disabled": "",
        "extensionAttribute1": "blue",
        "extensionAttribute2": None,
        "jobTitle": None,
    }


def test_a_disabled_user_is_said_to_be_so(cloud):
    cloud.tenant.add("max@contoso.example", accountEnabled=False)
    found = columns(cloud.source(), "accountEnabled", "disabled")
    assert (found["accountEnabled"], found["disabled"]) == ("", "true")


def test_a_profile_that_reads_whatever_there_is_gets_the_usual_properties(cloud):
    cloud.tenant.add("max@contoso.example", department="Sales")
    found = columns(cloud.source(), "*")
    assert found["department"] == "Sales"
    assert "extensionAttribute15" in found
    assert "proxyAddresses" in found


def test_an_extension_of_the_directory_can_be_used(cloud):
    name = f"extension_{'0a' * 16}_badge"
    cloud.tenant.add("max@contoso.example", **{name: "4711"})
    assert columns(cloud.source(), name)[name] == "4711"


def test_a_property_that_there_is_not_is_refused_with_the_nearest(cloud):
    text = refusal(cloud.source(), WANTED | {"departement"})
    assert 'have no property "departement" that can be read in lists. Did you mean "department"?' in text
    assert cloud.entra.asked == []


@pytest.mark.parametrize(("name", "what"), [("a\x00b", "a NUL character"), ("a\ud83d", "half a character")])
def test_a_text_that_no_store_can_hold_spoils_one_record_only(cloud, name, what):
    cloud.tenant.add("bad@contoso.example", displayName=name)
    cloud.tenant.add("good@contoso.example")
    with M365Source(cloud.source()).read(frozenset(("displayName",)), None) as reading:
        bad, good = list(reading)
    assert isinstance(bad, Unusable)
    assert (bad.field, bad.value, bad.number, good.number) == ("displayName", "", 1, 2)
    assert bad.rule == f"must not hold {what} in displayName"
    assert name not in bad.row


# -- permissions ------------------------------------------------------------------------------------------------------


def test_a_missing_permission_is_named(seven):
    seven.entra.apps[CLIENT_ID].roles = ()
    text = refusal(seven.source())
    assert "the app registration lacks the application permission User.Read.All; add it under API permissions" in text
    assert "Authorization_RequestDenied: Insufficient privileges" in text
    assert "request-id" in text


def test_a_refusal_in_spite_of_the_permission_is_not_put_down_to_it(seven):
    seven.graph.answer_next(USERS, error(403, "Authentication_RequestFromUnsupportedTenant", "Not in this tenant."))
    text = refusal(seven.source())
    assert "although the app registration has User.Read.All, it may not read this" in text
    assert "Not in this tenant." in text


def test_users_of_whom_nobody_is_known_to_be_enabled_are_never_used(seven):
    users = [{"id": key, "userPrincipalName": f"{key}@x.example", "accountEnabled": None} for key in "ab"]
    seven.entra.apps[CLIENT_ID].roles = ("User.ReadBasic.All",)
    seven.graph.answer_next(USERS, Answer(body={"value": users}))
    assert "lacks the application permission User.Read.All" in refusal(seven.source())


def test_one_user_of_whom_it_is_not_known_is_no_fault(seven):
    users = [{"id": key, "userPrincipalName": f"{key}@x.example", "accountEnabled": key == "a" or None} for key in "ab"]
    seven.graph.answer_next(USERS, Answer(body={"value": users}))
    assert len(read(seven.source())[0]) == 2


def test_members_that_lose_their_properties_on_a_later_page_stop_the_run(seven):
    hidden = {"value": [{"id": "x", "userPrincipalName": None, "accountEnabled": None}]}
    seven.graph.answer_next(USERS, None, Answer(body=hidden))
    assert "lists users without their properties" in refusal(seven.source())
