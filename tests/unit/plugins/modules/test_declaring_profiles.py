# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules profile, profile_info and template_info: declared once, read back the same, bad options named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .conftest import Run


def staff(path: Path, **options: Any) -> dict[str, Any]:
    return {"name": "staff", "template": "csv_users", "source": {"path": str(path)}, **options}


def test_a_profile_declared_twice_changes_nothing_the_second_time(run: Run, users_csv: Path) -> None:
    options = staff(users_csv, filter="row.phone", variables={"job": "row.title"}, guards={"max_removals": "10%"})
    assert run("profile", **options)["changed"] is True
    again = run("profile", **options)
    assert again["changed"] is False
    assert again["profile"]["guards"] == {"max_removals": "10%"}


def test_check_mode_declares_nothing(run: Run, users_csv: Path, tmp_path: Path) -> None:
    assert run("profile", check=True, **staff(users_csv))["changed"] is True
    assert not (tmp_path / "store.db").exists()
    assert run("profile_info", check=True)["profiles"] == []


def test_a_declared_profile_is_read_back(run: Run, users_csv: Path) -> None:
    declared = run("profile", **staff(users_csv))["profile"]
    found = run("profile_info", name="staff")["profiles"]
    assert len(found) == 1
    assert declared.items() <= found[0].items()
    assert run("profile_info", name="nobody")["profiles"] == []


def test_an_option_that_is_no_longer_given_takes_its_default(run: Run, users_csv: Path) -> None:
    run("profile", **staff(users_csv, mode="create_update", filter="row.phone"))
    changed = run("profile", diff=True, **staff(users_csv))
    assert changed["changed"] is True
    assert changed["profile"]["mode"] == "mirror"
    assert "filter" not in changed["profile"]
    assert changed["diff"]["before"]["filter"] == "row.phone"


def test_a_profile_taken_out_is_gone_and_a_second_time_nothing_happens(run: Run, users_csv: Path) -> None:
    run("profile", **staff(users_csv))
    assert run("profile", name="staff", state="absent", check=True)["changed"] is True
    assert run("profile", name="staff", state="absent")["changed"] is True
    assert run("profile", name="staff", state="absent")["changed"] is False
    assert run("profile_info")["profiles"] == []


@pytest.mark.parametrize(("objects", "left"), [("keep", 2), ("remove", 0)])
def test_its_objects_stay_or_go_as_the_option_says(run: Run, users_csv: Path, objects: str, left: int) -> None:
    run("profile", **staff(users_csv))
    run("sync", profile="staff")
    gone = run("profile", name="staff", state="absent", objects=objects)
    assert gone["removed_objects"] == 2 - left
    people = run("object_info", kind="user")["objects"]
    assert len(people) == left
    assert all(person["profiles"] == [] for person in people)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"template": "csv_user"}, 'Did you mean "csv_users"?'),
        ({"mode": "merge"}, "mirror, create_update"),
        ({"filter": "row.phone +"}, "filter"),
        ({"variables": {"job": "row.title |"}}, "job"),
        ({"variables": {"job": "row.title | shorten"}}, "shorten"),
        ({"structure": {"user": {"job": "row.title"}}}, "job"),
        ({"structure": {"users": {"job": "row.title"}}}, 'Did you mean "user"?'),
        ({"structure": {"user": {"surname": "sirname"}}}, 'Did you mean "surname"?'),
        ({"match": ["mail"]}, 'Did you mean "email"?'),
        ({"guards": {"max_removals": "half"}}, "guards.max_removals"),
        ({"guards": {"max_removal": 3}}, 'Did you mean "max_removals"?'),
        ({"field_policy": {"surname": "keeep"}}, 'Did you mean "keep"?'),
        ({"source": {"path": "users.csv", "delimeter": ";"}}, 'Did you mean "delimiter"?'),
        ({"source": {"path": "users.csv", "delimiter": ";;"}}, "delimiter"),
        ({"source": {"path": "users.csv", "encoding": "utf-9"}}, "utf-8"),
        ({"source": {}}, "path"),
        ({"filters": "row.phone"}, 'Did you mean "filter"?'),
    ],
)
def test_a_wrong_option_fails_with_its_name(run: Run, users_csv: Path, options: dict[str, Any], words: str) -> None:
    failed = run("profile", **{**staff(users_csv), **options})
    assert failed.get("failed") is True
    assert words in failed["msg"]
    assert "Traceback" not in failed["msg"]
    assert "Internal error" not in failed["msg"]


def test_a_profile_without_a_template_says_so(run: Run) -> None:
    failed = run("profile", name="staff")
    assert failed.get("failed") is True
    assert "template" in failed["msg"]


def test_all_templates_are_shown_in_full(run: Run) -> None:
    templates = {template["name"]: template for template in run("template_info")["templates"]}
    assert {"csv_users", "csv_phonebook", "csv_speed_dials"} <= templates.keys()
    speed_dials = templates["csv_speed_dials"]
    assert speed_dials["structure"]["speed_dial"]["number"] == "speeddial"
    assert speed_dials["variables"]["speeddial"] == "row.speeddial"
    assert "delimiter" in speed_dials["source_options"]


def test_an_unknown_template_is_named_with_the_nearest(run: Run) -> None:
    assert 'Did you mean "csv_users"?' in run("template_info", name="csv_user")["msg"]


TOKEN = "s3cr3t-token-in-a-link"


def shared_link(token: str = TOKEN) -> dict[str, Any]:
    url = f"https://files.corp.example/export?sig={token}&v=1#part"
    return {"name": "staff", "template": "csv_users", "source": {"url": url}}


def test_a_key_in_the_query_of_an_address_is_a_secret(run: Run, tmp_path: Path) -> None:
    shown = "https://files.corp.example/export?sig=********&v=********"
    declared = run("profile", diff=True, **shared_link())
    assert declared["profile"]["source"]["url"] == shown
    assert run("profile_info")["profiles"][0]["source"]["url"] == shown
    assert run("profile", **shared_link())["changed"] is False
    again = run("profile", diff=True, **shared_link("another-token-in-a-link"))
    assert again["changed"] is True
    assert again["diff"]["after"]["source"]["url"] == f"{shown} (changed)"
    for result in (declared, again):
        assert "token-in-a-link" not in str(result)
    for file in tmp_path.glob("store.db*"):
        assert TOKEN.encode() not in file.read_bytes()


def test_a_key_that_an_earlier_version_kept_in_clear_is_encrypted_without_a_change(run: Run, tmp_path: Path) -> None:
    import json
    import sqlite3

    run("profile", **shared_link())
    options = {"name": "staff", "template": "csv_users", "source": shared_link()["source"]}
    with sqlite3.connect(tmp_path / "store.db") as store:
        (stored,) = store.execute("select options from profiles").fetchone()
        store.execute("update profiles set options = ?", (json.dumps({**json.loads(stored), **options}),))
    assert run("profile", **shared_link())["changed"] is False
    with sqlite3.connect(tmp_path / "store.db") as store:
        assert TOKEN not in store.execute("select options from profiles").fetchone()[0]


def test_an_address_without_a_query_is_shown_as_it_is(run: Run) -> None:
    declared = run("profile", name="staff", template="csv_users", source={"url": "https://files.corp.example/x.csv"})
    assert declared["profile"]["source"]["url"] == "https://files.corp.example/x.csv"
