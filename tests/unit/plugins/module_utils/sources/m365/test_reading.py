# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading users page by page: whole, once each, patiently; and what is said when Graph does not play along."""

from __future__ import annotations

import datetime
import email.utils
import uuid

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Unusable
from ansible_collections.telephony.connector.plugins.module_utils.sources.m365.source import M365Source
from ansible_collections.telephony.connector.tests.servers.entra import CLIENT_ID, SECRET
from ansible_collections.telephony.connector.tests.servers.graph import Graph, error, throttled
from ansible_collections.telephony.connector.tests.servers.https_thread import Answer

USERS = "/v1.0/users"
WANTED = frozenset(("userPrincipalName", "accountEnabled"))


@pytest.fixture
def seven(cloud):
    """Seven users, on three pages."""
    cloud.graph.page_limit = 3
    for number in range(7):
        cloud.tenant.add(f"user{number}@contoso.example")
    return cloud


def read(options, wanted=WANTED):
    """Read to the end; returns the logins and how it ended."""
    with M365Source(options).read(wanted, None) as reading:
        place = reading.columns.index("userPrincipalName")
        return [item.row[place] for item in reading], reading.result


def refusal(options, wanted=WANTED) -> str:
    """Return why nothing can be read."""
    with pytest.raises(SourceError) as caught:
        read(options, wanted)
    return caught.value.message


def everybody(count: int = 7) -> list[str]:
    return [f"user{number}@contoso.example" for number in range(count)]


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


def test_a_next_page_at_another_host_is_refused_and_nothing_is_sent_there(seven, ca):
    stranger = Graph(ca.path("server"))
    stranger.start()
    try:
        seven.graph.link_base = stranger.url
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


def test_a_nul_character_spoils_one_record_only(cloud):
    cloud.tenant.add("bad@contoso.example", displayName="a\x00b")
    cloud.tenant.add("good@contoso.example")
    with M365Source(cloud.source()).read(frozenset(("displayName",)), None) as reading:
        bad, good = list(reading)
    assert isinstance(bad, Unusable)
    assert (bad.field, bad.value, bad.number, good.number) == ("displayName", "", 1, 2)


# -- groups -----------------------------------------------------------------------------------------------------------


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


# -- tokens -----------------------------------------------------------------------------------------------------------


def test_a_token_that_ends_in_the_middle_is_replaced_once(seven):
    seven.graph.after_page = seven.entra.withdraw
    logins, result = read(seven.source())
    assert (logins, result.complete) == (everybody(), True)
    assert seven.entra.tokens == 3
    assert len(seven.graph.asked) == 3 + 2


def test_a_token_that_is_never_accepted_is_not_asked_for_for_ever(seven):
    seven.graph.verifiers.clear()
    text = refusal(seven.source())
    assert "401 InvalidAuthenticationToken" in text
    assert "not even a new one: check cloud, graph_url and tenant_id" in text
    assert (seven.entra.tokens, len(seven.graph.asked)) == (2, 2)


# -- throttling -------------------------------------------------------------------------------------------------------


def test_a_busy_graph_is_waited_for_as_long_as_it_asks(seven):
    seven.graph.answer_next(USERS, None, throttled("1"), throttled("1"), throttled("0", status=503))
    logins, result = read(seven.source())
    assert (logins, result.complete) == (everybody(), True)
    assert result.warnings == ["Microsoft was busy and asked to slow down 3 times; 2 seconds were spent waiting."]


@pytest.mark.parametrize("status", [429, 503, 504, 509])
def test_a_busy_graph_that_does_not_say_how_long_is_asked_again_after_a_second(seven, status):
    seven.graph.answer_next(USERS, throttled(None, status=status))
    result = read(seven.source())[1]
    assert result.complete
    assert result.warnings == ["Microsoft was busy and asked to slow down once; 1 second was spent waiting."]


def test_a_date_to_come_back_at_is_understood(seven):
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=2)
    seven.graph.answer_next(USERS, throttled(email.utils.format_datetime(soon, usegmt=True)))
    assert read(seven.source())[1].warnings


def test_a_graph_that_stays_busy_is_given_up_with_its_request_id(seven):
    seven.graph.answer_next(USERS, *[throttled("0")] * 4)
    text = refusal(seven.source(retries=2))
    assert "429 TooManyRequests" in text
    assert "after 2 waits; run again later" in text
    assert "request-id" in text
    assert len(seven.graph.asked) == 3


def test_a_wait_beyond_the_budget_is_not_begun(seven):
    seven.graph.answer_next(USERS, throttled("3600"))
    assert "429 TooManyRequests" in refusal(seven.source())
    seven.graph.answer_next(USERS, throttled("2"))
    assert "429 TooManyRequests" in refusal(seven.source(max_wait=1))


def test_a_graph_that_gets_too_busy_in_the_middle_is_an_incomplete_read(seven):
    seven.graph.answer_next(USERS, None, *[throttled("0")] * 3)
    logins, result = read(seven.source(retries=1))
    assert (len(logins), result.complete) == (3, False)
    assert "429 TooManyRequests" in result.reason


# -- broken answers --------------------------------------------------------------------------------------------------


def test_an_answer_that_breaks_off_is_an_incomplete_read(seven):
    users = [
        {"id": str(uuid.uuid4()), "userPrincipalName": "x@x.example", "accountEnabled": True} for _user in range(9)
    ]
    page = Answer(body={"value": users}, cut=100)
    seven.graph.answer_next(USERS, None, page)
    logins, result = read(seven.source())
    assert (len(logins), result.complete) == (3, False)
    assert "broke off" in result.reason


def test_half_a_document_of_the_right_length_is_an_incomplete_read(seven):
    seven.graph.answer_next(USERS, None, Answer(body=b'{"value": [{"id": "x", "userPrin'))
    assert not read(seven.source())[1].complete


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b"<html>welcome to the hotel</html>"),
        Answer(body=[1]),
        Answer(body={"users": []}),
        Answer(body={"value": ["max"]}),
        Answer(body={"value": [{"userPrincipalName": "max"}]}),
    ],
    ids=["page", "list", "other object", "values of another sort", "values without ids"],
)
def test_what_is_not_graph_is_said(seven, answer):
    seven.graph.answer_next(USERS, answer)
    text = refusal(seven.source())
    assert "check graph_url" in text or "is no JSON" in text


def test_a_redirect_takes_the_token_nowhere(seven):
    seven.graph.answer_next(USERS, Answer(302, {}, {"Location": f"{seven.entra.url}/catch"}))
    assert "302" in refusal(seven.source())
    assert "/catch" not in seven.entra.paths()


def test_an_unknown_error_is_repeated_in_graphs_words(seven):
    seven.graph.answer_next(USERS, error(400, "Request_UnsupportedQuery", "Unsupported Query."))
    text = refusal(seven.source())
    assert "Microsoft Graph (/v1.0/users) answers 400 Request_UnsupportedQuery: Unsupported Query., request-id" in text


def test_nobody_there_is_said(seven):
    seven.graph.stop()
    try:
        assert "check graph_url, proxy and the firewall" in refusal(seven.source())
    finally:
        seven.graph = Graph(seven.ca.path("server"))
        seven.graph.start()


def test_no_secret_and_no_token_is_in_any_message(seven):
    seven.graph.verifiers.clear()
    text = refusal(seven.source())
    assert SECRET not in text
    assert "ey" not in text.split("Bearer")[-1][:2]
