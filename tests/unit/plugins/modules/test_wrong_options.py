# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person is told who has mistyped an option: whose profile it is, and what could have been said there."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Run


@pytest.mark.parametrize("module", ["profile", "sync"])
def test_a_wrong_source_option_lists_those_of_the_template_alone(run: Run, module: str) -> None:
    options = {"template": "csv_users", "source": {"pth": "/srv/users.csv"}}
    call = {"name": "staff", **options} if module == "profile" else {"profile": "staff", "definition": options}
    message = run(module, check=True, **call)["msg"]
    assert message.startswith('Profile "staff" (csv_users): The source has no option "pth". Did you mean "path"?')
    assert "share_username" in message
    assert "base_dn" not in message


def test_an_option_of_another_family_is_answered_with_those_of_this_one(run: Run) -> None:
    message = run("profile", name="staff", template="csv_users", source={"path": "x", "uri": "ldaps://ldap"})["msg"]
    assert message.startswith('Profile "staff" (csv_users): ')
    assert "share_username" in message
    assert "base_dn" not in message


@pytest.mark.parametrize(
    "options",
    [{"mode": "miror"}, {"template": "csv_user"}, {"sorce": {}}, {"guards": {"max": 1}}, {"remove_adopted": "x"}],
)
def test_whatever_is_wrong_the_profile_is_named(run: Run, options: dict[str, Any]) -> None:
    right = {"name": "staff", "template": "csv_users", "source": {"path": "/srv/users.csv"}}
    assert run("profile", **{**right, **options})["msg"].startswith('Profile "staff"')


def test_field_policy_lists_its_fields(run: Run) -> None:
    right = {"name": "staff", "template": "csv_users", "source": {"path": "/srv/users.csv"}}
    message = run("profile", **right, field_policy={"phone": "keep"})["msg"]
    assert "The fields are: " in message
    assert "extension" in message
    assert "phonebook.mobile" in message


def test_a_number_where_digits_are_meant_is_told(run: Run, warned: list[str]) -> None:
    # 0o100 is what a playbook with extension: 0100 hands on
    run("user", username="anna", display_name="Anna", extension=0o100)
    run("user", username="ben", display_name="Ben", extension="65")
    (warning,) = warned
    assert "extension is the number 64" in warning


def test_a_pin_that_is_a_number_is_told_without_its_digits(run: Run, warned: list[str]) -> None:
    run("user", username="anna", display_name="Anna", pin=0o123456)
    (warning,) = warned
    assert warning.startswith("The option pin is a number")
    assert "42798" not in warning


def test_numbers_in_lists_labels_and_profiles_are_told_and_times_are_not(run: Run, warned: list[str]) -> None:
    run("extension_pool", ranges=["200-299"], reserved=[299, "298"])
    run("phonebook_entry", display_name="A", labels={"Customer": 100})
    run(
        "profile",
        name="staff",
        template="csv_users",
        source={"path": "/srv/users.csv"},
        variables={"phone": 64, "inttimeout": 20},
        guards={"max_removals": 10},
        structure={"user": {"devices": [{"type": "'sip'", "number": 64, "timeouts": {"internal": {"ring": 20}}}]}},
    )
    assert [warning.partition(" is ")[0] for warning in warned] == [
        "The option reserved[0]",
        "The option labels.Customer",
        "The option variables.phone",
        "The option structure.user.devices.0.number",
    ]


def test_a_question_may_hold_numbers(run: Run, warned: list[str]) -> None:
    run("user", username="anna", display_name="Anna", extension="217")
    assert run("object_info", kind="user", search=217)["count"] == 1
    assert warned == []
