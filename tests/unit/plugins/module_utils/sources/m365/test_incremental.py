# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading only what changed: never another result than a full read, and a full read whenever that is not certain."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.tests.servers.entra import CLIENT_ID
from ansible_collections.telephony.connector.tests.servers.graph import error, throttled
from ansible_collections.telephony.connector.tests.servers.https_thread import Answer

DELTA = "/v1.0/users/delta"
USERS = "/v1.0/users"


@pytest.fixture
def location(tmp_path):
    """One database is enough here."""
    return str(tmp_path / "store.db")


@pytest.fixture
def phone(staff):
    return staff(source={"incremental": True}, guards={"max_removals": "100%"})


@pytest.fixture
def five(cloud, phone):
    """Five users who have been imported; their requests are forgotten."""
    cloud.people = [cloud.tenant.add(f"user{number}@contoso.example", jobTitle="Buyer") for number in range(5)]
    assert phone.sync()["counts"]["created"] == 5
    cloud.graph.asked.clear()
    return cloud


def asked(cloud) -> list[str]:
    """Return the paths that Graph was asked for, and forget them."""
    paths = cloud.graph.paths()
    cloud.graph.asked.clear()
    return paths


def test_nothing_changed_takes_one_request(five, phone):
    result = phone.sync()
    assert (result["changed"], result["complete"], result["warnings"]) == (False, True, [])
    assert asked(five) == [DELTA]
    phone.sync()
    assert asked(five) == [DELTA]


def test_changes_deletions_and_new_people_come_through(five, phone):
    a, b, c, d, _e = five.people
    five.tenant.change(a, jobTitle="Manager")
    five.tenant.delete(b)
    five.tenant.delete(c, for_good=True)
    five.tenant.change(d, accountEnabled=False)
    five.tenant.add("new@contoso.example")
    result = phone.sync()
    assert {name: result["counts"][name] for name in ("created", "updated", "removed", "filtered")} == {
        "created": 1, "updated": 1, "removed": 3, "filtered": 1,
    }  # fmt: skip
    assert phone.names() == ["new@contoso.example", "user0@contoso.example", "user4@contoso.example"]
    assert set(asked(five)) == {DELTA, USERS}


def test_a_property_that_did_not_change_is_not_taken_for_empty(five, phone):
    five.tenant.change(five.people[0], displayName="Another name")
    phone.sync()
    found = phone.user("user0@contoso.example")
    assert (found["display_name"], found["phonebook"]["notes"]) == ("Another name", "Buyer")


def test_a_property_that_was_emptied_is_emptied(five, phone):
    five.tenant.change(five.people[0], jobTitle=None)
    phone.sync()
    assert "notes" not in phone.user("user0@contoso.example").get("phonebook", {})


def test_a_deleted_user_who_is_restored_comes_back(five, phone):
    five.tenant.delete(five.people[0])
    phone.sync()
    assert len(phone.names()) == 4
    five.tenant.restore(five.people[0])
    assert phone.sync()["counts"]["created"] == 1


def test_of_a_user_who_is_listed_several_times_the_last_counts(five, phone):
    a, b = five.people[:2]
    five.tenant.change(a, jobTitle="One")
    five.tenant.delete(a)
    five.tenant.delete(b)
    five.tenant.restore(b)
    five.tenant.change(five.people[2], jobTitle="Two")
    five.tenant.change(five.people[2], jobTitle="Three")
    five.graph.empty_pages = True
    result = phone.sync()
    assert (result["counts"]["removed"], result["counts"]["updated"]) == (1, 1)
    assert phone.user("user2@contoso.example")["phonebook"]["notes"] == "Three"
    assert "user1@contoso.example" in phone.names()


def test_a_renamed_user_is_updated_in_place(five, phone):
    before = phone.user("user0@contoso.example")
    five.tenant.change(five.people[0], userPrincipalName="other@contoso.example")
    result = phone.sync()
    assert phone.user("other@contoso.example")["id"] == before["id"]
    assert any("paired again" in warning for warning in result["warnings"])


def test_a_simulation_keeps_no_place(five, phone):
    five.tenant.change(five.people[0], jobTitle="Manager")
    for _time in range(2):
        assert phone.sync(check=True)["counts"]["updated"] == 1
    assert phone.sync()["counts"]["updated"] == 1
    assert phone.sync()["counts"]["updated"] == 0


def test_more_than_one_filter_can_name_is_fetched_in_several_requests(cloud, phone):
    people = [cloud.tenant.add(f"user{number}@contoso.example") for number in range(2000)]
    phone.sync()
    asked(cloud)
    for user in people[:40]:
        cloud.tenant.change(user, jobTitle="Manager")
    cloud.graph.delta_page_size = 100
    assert phone.sync()["counts"]["updated"] == 40
    assert asked(cloud) == [DELTA, USERS, USERS, USERS]


def test_when_nearly_everybody_changed_all_are_read_at_once(cloud, phone):
    people = [cloud.tenant.add(f"user{number}@contoso.example") for number in range(40)]
    phone.sync()
    asked(cloud)
    for user in people:
        cloud.tenant.change(user, jobTitle="Manager")
    cloud.graph.delta_page_size = 100
    assert phone.sync()["counts"]["updated"] == 40
    assert asked(cloud) == [DELTA, USERS]
    assert phone.sync()["changed"] is False
    assert asked(cloud) == [DELTA], "the link of the round that was read is kept"


# -- the link is too old ----------------------------------------------------------------------------------------------

EXPIRED = [
    error(410, "syncStateNotFound", "The sync state generation is not found."),
    error(400, "SyncStateNotFound", "The sync state generation is not found."),
    error(410, "resyncRequired", "Resync required."),
    error(410, "Gone", "Gone", {"Location": "https://graph.example/v1.0/users/delta?$deltatoken="}),
    Answer(410, b""),
    error(400, "badRequest", "Bad.", inner="resyncApplyDifferences"),
    error(403, "resyncUploadDifferences", "Resync."),
    error(404, "Directory_ExpiredPageToken", "Expired."),
]


@pytest.mark.parametrize("expired", EXPIRED, ids=lambda answer: f"{answer.status} {answer.data()[:40]!r}")
def test_a_link_that_is_too_old_means_that_everything_is_read(five, phone, expired):
    five.tenant.delete(five.people[0])
    five.tenant.change(five.people[1], jobTitle="Manager")
    five.graph.answer_next(DELTA, expired)
    result = phone.sync()
    assert (result["counts"]["removed"], result["counts"]["updated"], result["complete"]) == (1, 1, True)
    assert any("too long ago" in warning for warning in result["warnings"])
    assert asked(five) == [DELTA, DELTA, USERS]
    assert phone.sync()["warnings"] == []


def test_a_link_that_expires_in_the_middle_of_a_round_means_so_too(five, phone):
    for user in five.people:
        five.tenant.change(user, jobTitle="Manager")
    five.graph.answer_next(DELTA, None, EXPIRED[0])
    assert phone.sync()["counts"]["updated"] == 5


def test_nothing_is_removed_when_the_read_after_it_breaks_off(five, phone):
    five.tenant.delete(five.people[0])
    five.graph.page_limit = 3
    five.graph.answer_next(DELTA, EXPIRED[0])
    five.graph.answer_next(USERS, None, Answer(body=b'{"value": ['))
    result = phone.sync()
    assert (result["complete"], result["counts"]["removed"]) == (False, 0)
    assert len(phone.names()) == 5
    result = phone.sync()
    assert (result["complete"], result["counts"]["removed"]) == (True, 1), "the next run makes up for it"


def test_what_changed_is_not_forgotten_when_fetching_it_breaks_off(five, phone):
    five.tenant.change(five.people[0], jobTitle="Manager")
    five.tenant.delete(five.people[1])
    five.graph.answer_next(USERS, Answer(body=b'{"value": ['))
    result = phone.sync()
    assert (result["complete"], result["counts"]["updated"], result["counts"]["removed"]) == (False, 0, 0)
    result = phone.sync()
    assert (result["counts"]["updated"], result["counts"]["removed"]) == (1, 1)


def test_who_is_not_found_at_once_is_looked_for_again(five, phone):
    five.tenant.change(five.people[0], jobTitle="Manager")
    five.tenant.change(five.people[1], jobTitle="Manager")
    five.graph.answer_next(USERS, Answer(body={"value": []}))
    assert phone.sync()["changed"] is False
    five.tenant.delete(five.people[1])
    result = phone.sync()
    assert (result["counts"]["updated"], result["counts"]["removed"]) == (1, 1)
    asked(five)
    phone.sync()
    assert asked(five) == [DELTA]


def test_a_round_that_fails_changes_nothing_and_is_asked_for_again(five, phone):
    five.tenant.change(five.people[0], jobTitle="Manager")
    five.graph.answer_next(DELTA, error(500, "generalException", "Oops."))
    with pytest.raises(SourceError, match="500 generalException"):
        phone.sync()
    assert phone.sync()["counts"]["updated"] == 1


def test_a_busy_graph_is_waited_for_here_too(five, phone):
    five.graph.answer_next(DELTA, throttled("0"))
    (warning,) = (one for one in phone.sync()["warnings"] if "pool" not in one)
    assert "asked to slow down once" in warning


# -- what makes a full read -----------------------------------------------------------------------------------------


def test_changes_in_a_property_that_cannot_be_tracked_mean_full_reads(staff, cloud):
    phone = staff(source={"incremental": True}, variables={"job": "row.employeeType"})
    user = cloud.tenant.add("max@contoso.example", employeeType="Contractor")
    (warning,) = (one for one in phone.sync()["warnings"] if "pool" not in one)
    assert "incremental has no effect, everything is read" in warning
    assert "employeeType" in warning
    cloud.tenant.change(user, employeeType="Employee")
    assert phone.sync()["counts"]["updated"] == 1


def test_another_selection_starts_anew(five, phone):
    phone.profile(
        template="m365_users",
        source=five.source(incremental=True),
        guards={"max_removals": "100%"},
        variables={"job": "row.department"},
    )
    phone.sync()
    assert USERS in asked(five)


def test_a_changed_object_is_set_back_by_a_full_read(five, phone):
    phone.by_hand("user", username="user0@contoso.example", display_name="By hand")
    assert phone.sync()["counts"]["updated"] == 1
    assert phone.user("user0@contoso.example")["display_name"] == "user0"
    assert USERS in asked(five)


def test_an_object_that_was_removed_by_hand_comes_back(five, phone):
    phone.by_hand("user", username="user0@contoso.example", state="absent")
    assert phone.sync()["counts"]["created"] == 1


def test_one_record_can_be_looked_at(five, phone):
    key = five.people[3]["id"]
    result = phone.sync(only=key, explain=True, check=True)
    assert result["explain"]["row"]["userPrincipalName"] == "user3@contoso.example"


def test_members_of_a_group_are_always_read_in_full(staff, cloud):
    group = cloud.tenant.group("Sales", [cloud.tenant.add(f"{name}@contoso.example") for name in ("eva", "max")])
    phone = staff(source={"incremental": True, "group": "Sales"})
    for _time in range(2):
        (warning,) = (one for one in phone.sync()["warnings"] if "pool" not in one)
        assert "incremental has no effect" in warning
    cloud.tenant.groups[group]["members"].pop()
    assert phone.sync()["counts"]["removed"] == 1
    assert DELTA not in asked(cloud)


def test_a_permission_that_was_taken_away_is_named(five, phone):
    five.entra.apps[CLIENT_ID].roles = ()
    with pytest.raises(SourceError, match=r"lacks the application permission User\.Read\.All"):
        phone.sync()
    assert len(phone.names()) == 5


def test_who_is_disabled_in_entra_is_a_leaver_and_comes_back_as_before(five, phone, cloud):
    phone.profile(template="m365_users", source=cloud.source(incremental=True), leavers={"action": "disable"})
    before = phone.user("user1@contoso.example")
    five.tenant.change(five.people[1], accountEnabled=False)
    assert phone.sync()["counts"]["disabled"] == 1
    assert [one["username"] for one in phone.objects(leavers=True)] == ["user1@contoso.example"]
    assert phone.sync()["result"] == "unchanged"
    five.tenant.change(five.people[1], accountEnabled=True)
    assert phone.sync()["counts"]["returned"] == 1
    assert phone.user("user1@contoso.example") == before
