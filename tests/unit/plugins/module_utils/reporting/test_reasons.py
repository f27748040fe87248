# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A German report gives reasons in German, and the report of an undo has words and sections of its own."""

from __future__ import annotations

import json

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.reporting.model import Change
from ansible_collections.telephony.connector.plugins.module_utils.reporting.reasons import in_german
from ansible_collections.telephony.connector.plugins.module_utils.reporting.writing import write_report
from ansible_collections.telephony.connector.plugins.module_utils.sync import entry_owners
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import plan, staging, updates
from ansible_collections.telephony.connector.tests import reports
from ansible_collections.telephony.connector.tests.system import System

PEOPLE = "username,displayname,phone\nanna,Anna,200\nben,Ben,201\ncleo,Cleo,202\n"


@pytest.mark.parametrize(
    "reason",
    [
        *plan.DEFAULT_REASONS.values(),
        *(getattr(updates, name) for name in ("SET_BACK", "BOTH", "FROM_EITHER")),
        *(getattr(staging, name) for name in ("NO_LONGER_THERE", "GRACE_OVER", "BACK", "SEEN_BY_A_PERSON")),
        staging.BACK_AND + updates.BOTH,
        *(entry_owners.reason("anna", entry_owners.Rename("a", login)) for login in (None, "anni")),
    ],
)
def test_every_reason_of_a_sync_has_german_words(reason):
    assert in_german(reason) != reason
    assert not {"the", "source", "changed", "is"} & set(in_german(reason).split())


def test_what_nobody_has_put_into_german_stays_as_it_is():
    assert in_german("said by somebody; new") == "said by somebody; new"


def test_a_german_report_has_german_reasons_in_every_place(tmp_path):
    changes = [
        Change("update", "user", name, name, reason, {"phonebook.notes": "a"}, {"phonebook.notes": "b"})
        for name, reason in (("anna", "changed in the source"), ("ben", "set back to what the source says"))
    ]
    for name in ("german.de.html", "german.de.md"):
        write_report(str(tmp_path / name), reports.report(changes=changes))
        text = (tmp_path / name).read_text()
        body = text.partition("<body>")[2].partition("<script")[0] or text
        assert "in der Quelle geändert" in body
        assert ">changed in the source" not in body
    assert 'data-o="changed in the source">in der Quelle geändert' in (tmp_path / "german.de.html").read_text()


@pytest.mark.parametrize("ending", ["md", "html"])
def test_a_german_report_tells_of_conflicts_in_german(tmp_path, ending):
    system = System(str(tmp_path / "store.db"), tmp_path)
    system.profile(match=["extension", "username"])
    system.import_csv(PEOPLE + "emil,Emil,204\nemil,Emil Zwei,205\n")
    system.by_hand("user", username="fred", display_name="Fred", extension="206")
    system.by_hand("user", username="gina", display_name="Gina", extension="207")
    result = system.import_csv(PEOPLE + "emil,Emil,204\nemil,Emil Zwei,205\nfred,Fred,207\n")
    path = tmp_path / f"conflicts.de.{ending}"
    write_report(str(path), reports.report(about="profile staff", conflicts=result["conflicts"]))
    text = path.read_text("utf-8").partition("<script")[0].replace("\\", "").replace("&#34;", '"')
    assert "Profil staff" in text
    assert 'mehrere Datensätze der Quelle haben den Schlüssel "emil"' in text
    assert "mehrere Objekte passen zu diesem Datensatz" in text
    for english in (">record<", "- record:", "{'id'", '{"id"'):
        assert english not in text


def undone(tmp_path, check, endings):
    system = System(str(tmp_path / "store.db"), tmp_path)
    system.profile(guards={"max_removals": 1000})
    system.import_csv(PEOPLE)
    bad = system.import_csv(PEOPLE.replace("anna,Anna,200\nben,Ben,201\n", "").replace("Cleo", "Cleopatra"))
    system.by_hand("user", username="eva", display_name="Eva", extension="201")
    system.by_hand("user", username="cleo", given_name="C.")
    for ending in endings:
        system.undo(bad["run_id"], check=check, report=str(tmp_path / f"undo.{ending}"))
        yield (tmp_path / f"undo.{ending}").read_text()


@pytest.mark.parametrize("check", [True, False])
def test_the_report_of_an_undo_tells_back_again_kept_and_conflicts_apart(tmp_path, check):
    (text,) = undone(tmp_path, check, ["md"])
    heads = [line.lstrip("# ") for line in text.splitlines() if line.startswith("#")]
    assert "Back again (1)" in heads
    assert "Users: back again" in heads
    assert "Conflicts (1)" in heads
    assert "Kept: others have changed it since (1)" in heads
    assert "Users: new" not in heads


def test_the_same_in_html_and_json(tmp_path):
    page, data = undone(tmp_path, True, ["html", "json"])
    assert '<section id="kept"' in page
    assert 'data-t="undo.section.new">Back again' in page
    assert [one["name"] for one in json.loads(data)["kept"]] == ["cleo"]
    assert [one["name"] for one in json.loads(data)["conflicts"]] == ["ben"]
