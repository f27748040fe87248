# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers of removed users: nobody else gets them for a while, and the same person gets them back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import (
    extension_pool,
    profile_removal,
    store_settings,
)
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.store import pools, writer
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.tests.contents import contents

HEADER = "number,username,displayname,email,phone\n"
ALL = {"max_removals": "100%"}


def people(*rows):
    """Return a file of (number of the person, login); their e-mail address is the login at corp.example."""
    return HEADER + "".join(f"{key},{login},{login.title()},{login}@corp.example,\n" for key, login in rows)


def numbers(system):
    return {user["username"]: user.get("extension") for user in system.objects()}


def resting(system):
    return sorted(row[0] for row in contents(system.location)["resting_numbers"])


def aged(system, days):
    """Let all numbers rest for so many days already."""
    then = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    store = Store.open(system.location, system.KEY)
    with store.writing():
        store.connection.execute(store.schema.resting_numbers.update().values(since=then))
    store.close()


@pytest.fixture
def staff(system):
    system.profile(key="row.number", guards=ALL)
    system.pool("200-229", cooldown_days=30)
    system.import_csv(people((1, "anna"), (2, "ben"), (3, "carl")))
    assert numbers(system) == {"anna": "200", "ben": "201", "carl": "202"}
    return system


def test_the_number_of_a_removed_user_is_given_to_nobody_else_for_so_long(staff):
    staff.import_csv(people((2, "ben"), (3, "carl")))
    staff.import_csv(people((2, "ben"), (3, "carl"), (4, "dora")))
    assert numbers(staff)["dora"] == "203"
    aged(staff, 29)
    staff.import_csv(people((2, "ben"), (3, "carl"), (4, "dora"), (5, "emil")))
    assert numbers(staff)["emil"] == "204"
    aged(staff, 31)
    staff.import_csv(people((2, "ben"), (3, "carl"), (4, "dora"), (5, "emil"), (6, "finn")))
    assert numbers(staff)["finn"] == "200"
    assert resting(staff) == []


def test_without_a_cool_down_the_lowest_free_number_is_given_out(staff):
    staff.import_csv(people((2, "ben"), (3, "carl")))
    staff.pool("200-229")
    staff.import_csv(people((2, "ben"), (3, "carl"), (4, "dora")))
    assert numbers(staff)["dora"] == "200"


@pytest.mark.parametrize(
    ("back", "why"),
    [
        ("1,anna-b,Anna B.,other@corp.example,", "the same record"),
        ("9,anna,Anna,other@corp.example,", "the same login"),
        ("9,anna-b,Anna B.,ANNA@corp.example,", "the same e-mail address"),
    ],
)
def test_the_same_person_gets_the_number_back(staff, back, why):
    staff.import_csv(people((3, "carl")))
    simulated = staff.import_csv(HEADER + f"0,aaron,Aaron,,\n{back}\n3,carl,Carl,carl@corp.example,\n", check=True)
    done = staff.sync()
    assert numbers(staff)[back.split(",")[1]] == "200", why
    assert numbers(staff)["aaron"] == "203", "although its key comes first"
    assert simulated["plan_digest"] == done["plan_digest"]
    assert staff.sync()["changed"] is False


def test_the_record_counts_more_than_a_login_that_somebody_else_has_now(staff):
    staff.import_csv(people((3, "carl")))
    staff.import_csv(people((1, "ben"), (3, "carl")))
    assert numbers(staff) == {"ben": "200", "carl": "202"}


def test_whose_a_number_was_is_told_by_record_then_by_login_and_address():
    resting = [
        pools.Before("201", "anna", None, None, None),
        pools.Before("202", "ben", "Anna@corp.example", "book", "1"),
        pools.Before("203", "carl", "", "staff", "1"),
        pools.Before("204", "anna", "anna@corp.example", "staff", "2"),
    ]
    former = pools.FormerHolders(resting)
    assert list(former.numbers_of("staff", "2", "anna", "ANNA@corp.example")) == ["204", "201", "202"]
    assert list(former.numbers_of(None, None, "dora", "")) == []
    assert list(former.numbers_of("staff", "1", "ben", "")) == ["203", "202"]


def test_a_source_or_a_person_may_set_the_number_earlier(staff):
    staff.import_csv(people((3, "carl")))
    staff.by_hand("user", username="porter", display_name="Porter", extension="200")
    staff.import_csv(people((3, "carl")) + "4,dora,Dora,,201\n")
    assert numbers(staff) == {"carl": "202", "porter": "200", "dora": "201"}
    assert resting(staff) == []
    staff.by_hand("user", username="porter", extension="300")
    staff.import_csv(people((3, "carl"), (5, "emil")) + "4,dora,Dora,,201\n")
    assert numbers(staff)["emil"] == "200", "its old user was forgotten when the number became somebody's"


def test_a_number_that_an_undo_gives_back_rests_no_longer(staff):
    removal = staff.import_csv(people((3, "carl")))
    assert resting(staff) == ["200", "201"]
    store = Store.open(staff.location, staff.KEY)
    with store.writing():
        writer.claim_each(store, [(1, ("number", "200", "extension"))])
    store.close()
    assert removal["counts"]["removed"] == 2
    assert resting(staff) == ["201"]


def test_who_is_removed_and_made_again_by_hand_gets_the_number_back(staff):
    staff.by_hand("user", username="guest", display_name="Guest")
    staff.by_hand("user", username="other", display_name="Other")
    staff.by_hand("user", username="guest", state="absent")
    staff.by_hand("user", username="new", display_name="New")
    staff.by_hand("user", username="guest", display_name="Guest")
    assert numbers(staff) | {"guest": "203", "other": "204", "new": "205"} == numbers(staff)


def test_numbers_of_a_removed_profile_rest_as_well(staff):
    staff.call(profile_removal.forget, name="staff", objects="remove")
    assert resting(staff) == ["200", "201", "202"]


def test_where_all_numbers_rest_it_is_said_why_there_is_none(staff):
    staff.pool("200-202", cooldown_days=30)
    staff.import_csv(people((3, "carl")))
    result = staff.import_csv(people((3, "carl"), (7, "gus")))
    (entry,) = result["rejected"]
    assert entry["rule"] == (
        "no number is free in the extension pool (200-202: 1 in use, 2 of removed users rest): give it more ranges"
        " with the module extension_pool"
    )


def test_why_there_is_no_number_counts_those_that_the_same_run_gives(staff):
    staff.pool("200-203", cooldown_days=30)
    staff.import_csv(people((2, "ben"), (3, "carl")))
    back, own, nobody = (1, "anna"), "6,finn,Finn,finn@corp.example,203\n", (7, "gus")
    result = staff.import_csv(people((2, "ben"), (3, "carl"), back, nobody) + own)
    (entry,) = result["rejected"]
    assert entry["name"] == "gus"
    assert entry["rule"] == (
        "no number is free in the extension pool (200-203: 4 in use): give it more ranges with the module"
        " extension_pool"
    )
    assert numbers(staff) == {"anna": "200", "ben": "201", "carl": "202", "finn": "203"}


def test_who_is_made_by_hand_and_gets_no_number_is_told_why(staff):
    staff.pool("200-202", cooldown_days=30)
    (warning,) = staff.by_hand("user", username="gus", display_name="Gus")["warnings"]
    assert warning.startswith("User gus has no extension: no number is free in the extension pool (200-202: 3 in use)")
    assert "warnings" not in staff.by_hand("user", username="hanna", display_name="Hanna", extension="300")


def test_numbers_are_forgotten_when_neither_a_pool_nor_the_journal_needs_them(staff):
    staff.import_csv(people((3, "carl")))
    aged(staff, 100)
    staff.sync()
    assert resting(staff) == ["200", "201"]
    staff.call(store_settings.store_settings, journal_days=90, numbers=None)
    staff.sync()
    assert resting(staff) == []


def test_a_time_that_cannot_be_is_refused(system):
    for days in (-1, 36_501):
        with pytest.raises(DefinitionError, match="cooldown_days must be 0"):
            system.pool("200-299", cooldown_days=days)


def test_a_pool_is_nearly_full_before_it_is_full(system):
    system.profile()
    assert "warnings" not in system.pool("200-219")
    system.import_csv("username,displayname\n" + "".join(f"u{one:02},U\n" for one in range(15)))
    assert not any("soon be full" in words for words in system.sync()["warnings"])
    result = system.import_csv("username,displayname\n" + "".join(f"u{one:02},U\n" for one in range(16)))
    words = "The extension pool will soon be full: there are 4 numbers left of 20 (200-219); give it more ranges"
    assert [warning for warning in result["warnings"] if words in warning]
    assert "There are 4" in system.pool("200-219")["warnings"][0].replace("there are", "There are")


# -- several pools ------------------------------------------------------------------------------------------------


@pytest.fixture
def sites(system):
    system.pool("300-309", name="berlin")
    system.pool("400-409", name="munich", reserved=("400",))
    return system


SITES = "username,displayname,site\nanna,Anna,Berlin\nben,Ben,Munich\ncarl,Carl,\n"


def test_a_profile_names_the_pool_of_its_users(sites):
    sites.profile(pool="berlin")
    sites.import_csv("username,displayname\nanna,Anna\n")
    assert numbers(sites) == {"anna": "300"}


@pytest.mark.parametrize("pool", ["row.site | lower", "where", "{'Berlin': 'berlin', 'Munich': 'munich'}[row.site]"])
def test_an_expression_lets_each_record_decide(sites, pool):
    sites.pool("200-209")
    sites.profile(pool=pool, variables={"where": "row.site | lower"})
    assert sites.import_csv(SITES)["result"] == "changed"
    assert numbers(sites) == {"anna": "300", "ben": "401", "carl": "200"}
    assert sites.sync()["changed"] is False


def test_who_moves_keeps_the_number(sites):
    sites.profile(pool="row.site | lower")
    sites.import_csv("username,displayname,site\nanna,Anna,Berlin\n")
    assert sites.import_csv("username,displayname,site\nanna,Anna,Munich\n")["changed"] is False
    assert numbers(sites) == {"anna": "300"}


@pytest.mark.parametrize("pool", ["berln", "'berln' if row.site else 'munich'", "{'B': 'berln'}.get(row.site)"])
def test_a_profile_that_names_an_unknown_pool_is_refused(sites, pool):
    with pytest.raises(DefinitionError) as refused:
        sites.profile(pool=pool)
    assert 'pool names "berln", but there is no such extension pool' in refused.value.message
    assert 'Did you mean "berlin"?' in refused.value.message


def test_a_simulation_only_warns_of_a_pool_that_is_not_there_yet(system):
    (warning,) = system.profile(pool="berlin", check=True)["warnings"]
    assert 'pool names "berlin"' in warning


def test_a_record_that_names_an_unknown_pool_is_rejected_and_nobody_else(sites):
    sites.profile(pool="row.site")
    result = sites.import_csv("username,displayname,site\nanna,Anna,berlin\nben,Ben,paris\n")
    (entry,) = result["rejected"]
    assert (entry["name"], entry["field"], entry["value"]) == ("ben", "pool", "paris")
    assert entry["rule"].startswith("there is no extension pool of this name")
    assert numbers(sites) == {"anna": "300"}


def test_each_pool_is_declared_for_itself(sites):
    assert sites.pool("300-309", name="berlin")["changed"] is False
    assert sites.pool(name="berlin")["changed"] is True
    assert sites.pool("400-409", name="munich", reserved=("400",))["changed"] is False
    with pytest.raises(DefinitionError, match="must be a word"):
        sites.call(extension_pool.declare_pool, ranges=[], reserved=[], name="New York")
