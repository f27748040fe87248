# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that no store can hold cost the record that brings them, and not the run."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import run_info


@pytest.mark.parametrize("name", ["\ud800anna", "an\0na"])
@pytest.mark.parametrize("others", [0, 20])  # so many are looked at side by side
@pytest.mark.parametrize("key", ["username | lower", "row.username"])
def test_half_of_a_surrogate_pair_or_a_nul_in_a_key_costs_its_record_alone(system, directory, name, others, key):
    system.profile(source={"url": "https://corp.example/people.csv"}, key=key)
    directory.set(name, "Anna")
    for number in range(others + 1):
        directory.set(f"user{number}", f"User {number}")
    result = system.sync()
    assert (result["counts"]["created"], result["counts"]["rejected"]) == (others + 1, 1)
    (rejected,) = result["rejected"]
    assert (rejected["key"], rejected["field"], rejected["column"]) == (None, "key", "username")


def test_half_of_a_surrogate_pair_in_a_field_costs_its_record_alone(system, directory):
    system.profile(source={"url": "https://corp.example/people.csv"})
    directory.set("anna", "Anna \ud800")
    directory.set("ben", "Ben")
    assert system.sync()["counts"]["created"] == 1
    (run,) = system.call(run_info.run_info, check=True, profile="staff", limit=1)["runs"]
    assert run["rejected"][0]["value"] == "Anna \\ud800"


@pytest.mark.parametrize("others", [0, 20])
def test_a_key_that_is_too_long_for_an_index_is_kept_short_and_its_own(system, others):
    system.profile("book", "csv_phonebook")
    name = "".join(f"{number} Straße der Nationen, " for number in range(400))
    rows = [f'"{name}{end}",1\n' for end in ("one", "two")] + [f"Taxi {number},2\n" for number in range(others)]
    text = "displayname,phone\n" + "".join(rows)
    first = system.import_csv(text, "book")
    assert first["counts"]["created"] == others + 2
    keys = {change["key"] for change in first["changes"]}
    assert len(keys) == others + 2
    assert all(len(key) < 200 for key in keys)
    assert system.sync("book")["result"] == "unchanged"
