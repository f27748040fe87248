# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook who: on one screen who has a number or a name, since when, by whom, and what happened."""

from __future__ import annotations

from typing import Any

import pytest

WHO = "telephony.connector.who"
LINE = {"prefix": "+49 991 2960", "extension_digits": 3}


@pytest.fixture
def staff(ansible: Any) -> Any:
    """Anna was imported with 217, a person gave her 231, and the import sets it back; Taxi was typed in."""
    path = ansible.folder / "users.csv"
    people = "displayname,username,phone,mobile\nAnna Müller,anna,217,0171/392 0001\nBob,bob,218,\n"
    path.write_text(people, encoding="utf-8")
    profile = {"name": "staff", "template": "csv_users", "source": {"path": str(path)}}
    tasks = [
        {"telephony.connector.store_settings": {"numbers": {"country": "DE", "lines": [LINE]}}},
        {"telephony.connector.profile": profile},
        {"telephony.connector.sync": {"profile": "staff"}},
        {"telephony.connector.user": {"username": "anna", "extension": "231"}},
        {"telephony.connector.speed_dial": {"number": "*10", "destination": "0891", "display_name": "Taxi"}},
    ]
    assert ansible.playbook([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]).returncode == 0
    return ansible


def shown(ansible: Any, question: str) -> list[str]:
    done = ansible.playbook(WHO, "-e", question)
    assert done.returncode == 0, done.output
    lines: list[str] = done.result("Show it")["msg"]
    assert len(lines) < 40
    return lines


def test_a_number_tells_its_holder_and_a_former_number_its_story(staff: Any) -> None:
    now = shown(staff, "number=231")
    assert now[0] == "Anna Müller (anna)"
    assert "  number         231" in now
    assert "  from           profile staff" in now
    former = shown(staff, "number=217")
    assert former[0] == "Nobody has 217 now."
    assert any("extension 217 → 231" in line for line in former)
    assert [line.split()[1] for line in former if line.startswith(("WHEN", "20"))] == ["RUN", "2", "1"]


@pytest.mark.newest_alone
@pytest.mark.parametrize("number", ["0991/2960-231", "+49 (0)991 2960 231", "0171/392 0001"])
def test_an_outside_number_tells_whose_it_is(staff: Any, number: str) -> None:
    lines = shown(staff, f"number='{number}'")
    assert lines[0] == "Anna Müller (anna)"
    assert any("extension 217 → 231" in line for line in lines)


@pytest.mark.newest_alone
def test_a_part_of_a_name_will_do(staff: Any) -> None:
    lines = shown(staff, "who=müll")
    assert lines[0] == "Anna Müller (anna)"
    assert any("create" in line and "staff" in line and "new in the source" in line for line in lines)
    assert any(line.startswith("  since          20") for line in lines)
    assert shown(staff, "name=taxi")[0] == "Taxi"
    assert shown(staff, "who=nobody")[:1] == ["Nobody has nobody now."]


@pytest.mark.newest_alone
def test_what_is_asked_must_be_said(ansible: Any) -> None:
    done = ansible.playbook(WHO)
    assert done.returncode != 0
    assert "-e number=217" in done.output
