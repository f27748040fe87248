# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A number that was dropped as taken was never the object's: that it lacks it is nobody's change by hand."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.tests.contents import contents


def people(title, bert="200", carl="201"):
    return (
        "username,displayname,phone,email\n"
        f"anna,Anna{title},200,a@x.example\nbert,Bert,{bert},b{title}@x.example\ncarl,Carl{title},{carl},c@x.example\n"
    )


@pytest.fixture
def dropped(system):
    system.profile(on_invalid={"extension": "drop"})
    counts = system.import_csv(people(""))["counts"]
    assert (counts["created"], counts["dropped"]) == (3, 2)
    return system


def told(result):
    """Return what a run says of changes by hand: its count, reasons and warnings."""
    warnings = [text for text in result["warnings"] if "by hand" in text]
    return result["counts"]["set_back"], {change["reason"] for change in result["changes"]}, warnings


FROM_SOURCE = (0, {"changed in the source"}, [])


def test_people_without_the_number_that_was_dropped_are_not_set_back(dropped):
    for title in ("1", "2", "3"):
        result = dropped.import_csv(people(title))
        assert result["counts"]["updated"] == 3
        assert told(result) == FROM_SOURCE
    # nothing is noted apart of what the profile has set where the object is just that
    assert {row[-1] for row in contents(dropped.location)["links"]} == {None}


def test_another_number_for_a_person_whose_number_was_dropped_is_not_set_back(dropped):
    dropped.import_csv(people("1"))
    result = dropped.import_csv(people("1", bert="202"))
    assert told(result) == FROM_SOURCE
    assert dropped.user("bert")["extension"] == "202"


def test_a_number_that_stays_since_the_new_one_is_taken_is_followed_by_the_next_one(dropped):
    result = dropped.import_csv(people("1", carl="200"))
    assert told(result) == FROM_SOURCE
    assert dropped.user("carl")["extension"] == "201"
    result = dropped.import_csv(people("1", carl="203"))
    assert told(result) == FROM_SOURCE
    assert dropped.user("carl")["extension"] == "203"


def test_a_change_by_hand_is_told_alone_where_a_number_is_dropped(dropped):
    dropped.import_csv(people("1"))
    dropped.by_hand("user", username="bert", display_name="Berta")
    result = dropped.import_csv(people("1").replace("Anna1", "Anna2"))
    reasons = {change["name"]: change["reason"] for change in result["changes"]}
    assert reasons == {"anna": "changed in the source", "bert": "set back to what the source says"}
    assert (result["counts"]["set_back"], result["counts"]["dropped"]) == (1, 2)


def test_a_number_that_a_person_took_away_and_is_dropped_is_not_called_set_back(dropped):
    dropped.by_hand("user", username="carl", extension="")
    dropped.by_hand("user", username="bert", extension="201")
    result = dropped.import_csv(people("1").replace("bert,Bert,200", "bert,Bert,"))
    assert told(result) == FROM_SOURCE
    assert "extension" not in dropped.user("carl")


def test_a_number_that_is_free_again_comes_with_a_change_of_the_record_or_when_that_is_synced_alone(dropped):
    dropped.import_csv(people("").replace("Anna,200", "Anna,203"))
    assert "extension" not in dropped.user("bert")
    assert dropped.sync()["result"] == "unchanged"
    simulated = dropped.sync(check=True, only="bert")
    assert [change["after"] for change in simulated["changes"]] == [{"extension": "200"}]
    dropped.import_csv(people("1").replace("Anna1,200", "Anna1,203"))
    assert dropped.user("bert")["extension"] == "200"
