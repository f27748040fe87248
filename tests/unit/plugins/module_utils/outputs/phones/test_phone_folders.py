# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Formats that are a folder of files: changed as a whole, and never over files of somebody else."""

from __future__ import annotations

import pytest
from lxml import etree

from ansible_collections.telephony.connector.tests.unit.plugins.module_utils.outputs.conftest import import_book


def test_a_folder_changes_by_one_rename(system, publish, tmp_path):
    system.by_hand("phonebook_entry", display_name="Anna", phone="+49 991 1")
    publish(system, "cisco", "pages")
    first = (tmp_path / "out/pages").resolve()
    system.by_hand("phonebook_entry", display_name="Bert", phone="+49 991 2")
    publish(system, "cisco", "pages")
    second = (tmp_path / "out/pages").resolve()
    assert second != first
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted([second.name, "pages"])
    result = publish(system, "cisco", "pages", state="absent")
    assert result["changed"]
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_was_edited_is_set_back_and_kept(system, publish, tmp_path):
    system.by_hand("phonebook_entry", display_name="Anna", phone="+49 991 1")
    publish(system, "cisco", "pages")
    page = tmp_path / "out/pages/page0001.xml"
    content = page.read_text()
    page.write_text("edited")
    (tmp_path / "out/pages/mine.txt").write_text("mine")
    result = publish(system, "cisco", "pages")
    assert result["changed"]
    assert "changed by hand" in result["warnings"][0]
    assert page.read_text() == content
    kept = tmp_path / "out/pages.edited-1"
    assert ((kept / "page0001.xml").read_text(), (kept / "mine.txt").read_text()) == ("edited", "mine")
    assert publish(system, "cisco", "pages")["changed"] is False


def test_a_folder_of_somebody_else_is_a_conflict(system, publish, tmp_path):
    from ansible_collections.telephony.connector.plugins.module_utils.errors import RefusedError

    system.by_hand("phonebook_entry", display_name="Anna", phone="+49 991 1")
    folder = tmp_path / "out/pages"
    folder.mkdir()
    (folder / "theirs.txt").write_text("theirs")
    with pytest.raises(RefusedError, match="was not written by this output"):
        publish(system, "cisco", "pages")
    assert (folder / "theirs.txt").read_text() == "theirs"
    publish(system, "cisco", "pages", adopt=True)
    assert (folder / "page0001.xml").exists()
    assert (tmp_path / "out/pages.edited-1/theirs.txt").read_text() == "theirs"


def test_a_large_book_is_warned_of_and_may_be_limited(system, publish, tmp_path):
    import_book(system, ((f"Person {n:04}", f"+49 991 {n:04}", "", "") for n in range(1002)))
    assert "takes 1000" in publish(system, "grandstream")["warnings"][0]
    limited = publish(system, "grandstream", target={"max_entries": 1000}, guards={"max_removals": "100%"})
    assert limited["warnings"] == []
    assert [one["name"] for one in limited["left_out"]] == ["Person 1000", "Person 1001"]
    assert len(etree.parse(tmp_path / "out/book").xpath("//Contact")) == 1000


def test_an_edited_folder_is_kept_when_the_output_is_taken_away(system, publish, tmp_path):
    system.by_hand("phonebook_entry", display_name="Anna", phone="+49 991 1")
    publish(system, "cisco", "pages")
    (tmp_path / "out/pages/page0001.xml").write_text("edited")
    result = publish(system, "cisco", "pages", state="absent")
    assert "kept beside it" in result["warnings"][0]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["pages.edited-1"]
    assert (tmp_path / "out/pages.edited-1/page0001.xml").read_text() == "edited"


def test_a_draft_of_a_killed_run_goes_with_its_output(system, publish, tmp_path):
    system.by_hand("phonebook_entry", display_name="Anna", phone="+49 991 1")
    publish(system, "cisco", "pages")
    (tmp_path / "out/.pages.new").mkdir()
    (tmp_path / "out/.pages.new/page0001.xml").write_text("half")
    publish(system, "cisco", "pages", check=True, state="absent")
    assert (tmp_path / "out/.pages.new").exists()
    publish(system, "cisco", "pages", state="absent")
    assert list((tmp_path / "out").iterdir()) == []


def test_permissions_of_the_files_in_a_folder_are_kept_in_step(system, publish, tmp_path):
    def mode():
        return (tmp_path / "out/pages/page0001.xml").stat().st_mode & 0o777

    system.by_hand("phonebook_entry", display_name="Anna", phone="+49 991 1")
    publish(system, "cisco", "pages")
    assert publish(system, "cisco", "pages", check=True, mode="0640")["changed"]
    assert mode() == 0o644
    assert publish(system, "cisco", "pages", mode="0640")["changed"]
    assert mode() == 0o640
    (tmp_path / "out/pages/page0001.xml").chmod(0o600)
    assert publish(system, "cisco", "pages", mode="0640")["changed"]
    assert (mode(), publish(system, "cisco", "pages", mode="0640")["changed"]) == (0o640, False)
    assert sorted(path.name for path in (tmp_path / "out").iterdir())[-1] == "pages"
