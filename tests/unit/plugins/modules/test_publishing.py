# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A phonebook is published as a playbook does it: run, simulate, review, take away."""

from __future__ import annotations

import hashlib
import json
import xml.etree.ElementTree as ET

import pytest
from ansible.module_utils.basic import AnsibleModule


@pytest.fixture
def people(run):
    """Three people and a partner in the store."""
    run("user", username="anna", display_name="Anna Äpfel", extension="201", phonebook={"mobile": "0171 5550123"})
    run("user", username="bert", display_name="Bert & Söhne <GmbH>", extension="202")
    run("phonebook_entry", display_name="Carla Kunde", phone="+49 991 2960100", organisation="Kunden")
    run("phonebook_entry", display_name="Nobody", email="nobody@example.com")


@pytest.fixture
def book(tmp_path):
    (tmp_path / "www").mkdir()
    return tmp_path / "www" / "book.xml"


@pytest.fixture
def warned(monkeypatch):
    """Return the warnings of all modules that run in this test, which Ansible would show."""
    texts = []
    monkeypatch.setattr(AnsibleModule, "warn", lambda _module, text: texts.append(text))
    return texts


def names(path):
    return [node.text for node in ET.parse(path).iter("Name")]


def test_a_book_is_written_and_a_second_run_changes_nothing(run, people, book):
    result = run("publish", name="desk phones", format="yealink", target={"path": str(book)})
    assert (result["changed"], result["result"]) == (True, "changed")
    assert result["counts"] == {
        "entries": 3, "created": 3, "updated": 0, "unchanged": 0, "removed": 0, "left_out": 1, "cut": 0, "conflicts": 0,
    }  # fmt: skip
    assert names(book) == ["Anna Äpfel", "Bert & Söhne <GmbH>", "Carla Kunde"]
    assert result["files"] == [
        {"path": str(book), "entries": 3, "sha256": hashlib.sha256(book.read_bytes()).hexdigest()}
    ]
    assert [(one["name"], one["rule"]) for one in result["left_out"]] == [("Nobody", "has no number to dial")]
    stamp = book.stat()
    again = run("publish", name="desk phones", format="yealink", target={"path": str(book)})
    assert (again["changed"], again["result"], again["counts"]["unchanged"]) == (False, "unchanged", 3)
    assert again["files"] == result["files"]
    assert (book.stat().st_mtime_ns, book.stat().st_ino) == (stamp.st_mtime_ns, stamp.st_ino)


def test_a_simulation_writes_nothing_and_tells_the_plan_that_the_run_carries_out(run, people, book, tmp_path):
    before = (tmp_path / "store.db").read_bytes()
    simulated = run("publish", check=True, diff=True, format="yealink", target={"path": str(book)})
    assert list(book.parent.iterdir()) == []
    assert (tmp_path / "store.db").read_bytes() == before
    assert any("Anna Äpfel" in one["after"] for one in simulated["diff"])
    done = run("publish", format="yealink", target={"path": str(book)}, expect_plan=simulated["plan_digest"])
    for name in ("plan_digest", "counts", "files", "changes", "summary", "result"):
        assert done[name] == simulated[name], name


def test_only_the_difference_is_told(run, people, book):
    run("publish", format="yealink", target={"path": str(book)})
    run("user", username="anna", extension="299")
    run("user", username="bert", state="absent")
    result = run("publish", format="yealink", target={"path": str(book)})
    shown = [(one["action"], one["name"], one["before"], one["after"]) for one in result["changes"]]
    assert shown == [
        ("update", "Anna Äpfel", {"phone": "201"}, {"phone": "299"}),
        ("remove", "Bert & Söhne <GmbH>", {"name": "Bert & Söhne <GmbH>", "phone": "202"}, {}),
    ]
    assert result["summary"] == "1 updated, 1 removed, 1 entry left out"
    assert names(book) == ["Anna Äpfel", "Carla Kunde"]


def test_a_new_book_without_entries_is_not_called_unchanged(run, book):
    run("extension_pool", ranges=["200-209"])  # a store without anybody
    done = run("publish", format="yealink", target={"path": str(book)})
    assert (done["result"], done["summary"]) == ("changed", "0 entries")


def test_entries_and_values_that_are_left_out_are_counted_by_their_own_words(run, people, book):
    run("phonebook_entry", display_name="Dora", phone="keine", mobile="+49 171 5550123")
    run("phonebook_entry", display_name="Emil", phone="-")
    for summary in ("4 created", "4 entries unchanged"):
        result = run("publish", format="yealink", target={"path": str(book)})
        assert result["summary"] == f"{summary}, 2 entries left out, 2 values left out"
        assert result["counts"]["left_out"] == len(result["left_out"]) == 4


def test_a_plan_that_is_no_longer_the_reviewed_one_is_refused(run, people, book):
    simulated = run("publish", check=True, format="yealink", target={"path": str(book)})
    run("user", username="anna", extension="299")
    refused = run("publish", format="yealink", target={"path": str(book)}, expect_plan=simulated["plan_digest"])
    assert refused["failed"]
    assert "reviewed" in refused["msg"]
    assert not book.exists()


def test_a_filter_decides_about_the_entries(run, people, book):
    run("publish", format="yealink", target={"path": str(book)}, filter="organisation != 'Kunden' and phone")
    assert names(book) == ["Anna Äpfel", "Bert & Söhne <GmbH>"]
    wrong = run("publish", format="yealink", target={"path": str(book)}, filter="organsation == 'x'")
    assert 'Did you mean "organisation"?' in wrong["msg"]


def test_numbers_are_written_as_they_are_dialled(run, people, book):
    numbers = {"form": "international", "country": "DE", "outside_line": "0"}
    run("publish", format="yealink", target={"path": str(book)}, numbers=numbers)
    assert [node.text for node in ET.parse(book).iter("Telephone")] == [
        "201", "000491715550123", "202", "000499912960100",
    ]  # fmt: skip


def test_a_book_of_somebody_else_is_not_replaced_unless_told_to(run, people, book):
    book.write_text("mine")
    refused = run("publish", format="yealink", target={"path": str(book)})
    assert "was not written by this output" in refused["msg"]
    assert book.read_text() == "mine"
    simulated = run("publish", check=True, format="yealink", target={"path": str(book)})
    assert simulated["result"] == "refused"
    run("publish", format="yealink", target={"path": str(book)}, adopt=True)
    assert len(names(book)) == 3
    assert [path.read_text() for path in book.parent.glob("book.xml.edited-*")] == ["mine"]


def test_an_edited_book_is_set_back_and_the_edited_one_is_kept(run, people, book, warned):
    run("publish", format="yealink", target={"path": str(book)})
    content = book.read_text()
    book.write_text(content.replace("Carla", "Karla"))
    result = run("publish", format="yealink", target={"path": str(book)})
    assert "changed by hand" in warned[-1]
    assert result["changed"]
    assert "1 file set back" in result["summary"]
    assert book.read_text() == content
    assert "Karla" in next(book.parent.glob("book.xml.edited-*")).read_text()


def test_a_missing_book_is_written_again(run, people, book):
    first = run("publish", format="yealink", target={"path": str(book)})
    book.unlink()
    again = run("publish", format="yealink", target={"path": str(book)})
    assert again["changed"]
    assert again["files"] == first["files"]
    assert book.exists()


def test_an_empty_book_never_replaces_a_filled_one(run, people, book):
    run("publish", format="yealink", target={"path": str(book)})
    content = book.read_bytes()
    options = {"format": "yealink", "target": {"path": str(book)}, "filter": "organisation == 'nothing'"}
    simulated = run("publish", check=True, **options)
    assert simulated["result"] == "refused"
    for more in ({}, {"expect_plan": simulated["plan_digest"]}):
        assert "the book is empty" in run("publish", **options, **more)["msg"]
    assert book.read_bytes() == content


def test_a_guard_stops_many_removals_until_the_plan_was_seen(run, book):
    for number in range(30):
        run("phonebook_entry", display_name=f"Person {number}", phone=f"+49 30 {1000 + number}", notes=str(number % 2))
    options = {"name": "phones", "format": "yealink", "target": {"path": str(book)}}
    run("publish", **options)
    refused = run("publish", **options, filter="notes == '1'")
    assert "max_removals (20%) allows 6" in refused["msg"]
    assert len(names(book)) == 30
    run("publish", **options, filter="notes == '1'", expect_plan=refused["plan_digest"])
    assert len(names(book)) == 15


def test_absent_takes_away_what_was_written_and_nothing_else(run, people, book):
    run("publish", name="phones", format="yealink", target={"path": str(book)})
    other = book.with_name("other.xml")
    other.write_text("other")
    simulated = run("publish", check=True, name="phones", state="absent")
    assert (simulated["changed"], simulated["counts"]["removed"]) == (True, 3)
    assert book.exists()
    result = run("publish", name="phones", state="absent")
    assert (result["changed"], result["counts"]["removed"]) == (True, 3)
    assert list(book.parent.iterdir()) == [other]
    assert run("publish", name="phones", state="absent")["changed"] is False
    assert run("output_info")["outputs"] == []


def test_a_book_that_moves_leaves_nothing_behind(run, people, book):
    run("publish", name="phones", format="yealink", target={"path": str(book)})
    elsewhere = book.with_name("elsewhere.xml")
    run("publish", name="phones", format="yealink", target={"path": str(elsewhere)})
    assert [path.name for path in book.parent.iterdir()] == ["elsewhere.xml"]


def test_private_books_have_a_file_for_each_owner(run, people, book):
    run("phonebook_entry", display_name="Oma", phone="+49 30 1", owner="anna")
    run("phonebook_entry", display_name="Arzt", phone="+49 30 2", owner="bert")
    path = book.with_name("{owner}.xml")
    result = run("publish", name="private", format="yealink", book="private", target={"path": str(path)})
    assert {path.name: names(path) for path in book.parent.iterdir()} == {"anna.xml": ["Oma"], "bert.xml": ["Arzt"]}
    assert [one["entries"] for one in result["files"]] == [1, 1]
    run("publish", name="anna", format="yealink", book="anna", target={"path": str(book)})
    assert names(book) == ["Oma"]


def test_the_ledger_tells_what_each_output_has_written(run, people, book):
    run("publish", name="desk phones", format="yealink", target={"path": str(book)})
    (output,) = run("output_info", name="desk phones")["outputs"]
    assert (output["format"], output["target"], output["count"]) == ("yealink", str(book), 3)
    assert [one["name"] for one in output["entries"]] == ["Anna Äpfel", "Bert & Söhne <GmbH>", "Carla Kunde"]
    assert 'Did you mean "desk phones"?' in run("output_info", name="desk phone")["msg"]


def test_formats_describe_themselves(run):
    formats = run("format_info")["formats"]
    assert {"yealink", "vcard"} <= {one["name"] for one in formats}
    for one in formats:
        assert one["title"]
        assert all(option["description"] for option in one["options"].values()), one["name"]
    assert "Did you mean" in run("format_info", name="yealnik")["msg"]


def test_wrong_options_are_named(run, people, book):
    unknown = run("publish", format="yealink", target={"paht": str(book)})
    assert 'Did you mean "path"?' in unknown["msg"]
    assert "path" in run("publish", format="yealink", target={})["msg"]
    assert "version" in run("publish", format="vcard", version="5", target={"path": str(book)})["msg"]
    assert (
        "max_removals"
        in run("publish", format="yealink", target={"path": str(book)}, guards={"max_removals": "x"})["msg"]
    )
    assert "octal" in run("publish", format="yealink", target={"path": str(book)}, mode="rw")["msg"]


def test_the_private_book_of_a_login_of_dots_stays_in_the_folder(run, people, book):
    run("user", username="..", display_name="Dots")
    run("phonebook_entry", display_name="Dentist", phone="+49 991 1", owner="..")
    for folder in ("anna", "bert", "%2E%2E"):
        (book.parent / "books" / folder).mkdir(parents=True)
    path = book.parent / "books/{owner}/book.xml"
    run("publish", name="private", format="yealink", book="private", target={"path": str(path)})
    assert "Dentist" in (book.parent / "books/%2E%2E/book.xml").read_text()
    assert not (book.parent / "book.xml").exists()


@pytest.mark.parametrize("beside", [True, False])
def test_permissions_without_quotes_are_those_that_were_written(run, people, book, beside):
    def publish(mode):
        options = {"mode": mode, "target": {}} if beside else {"target": {"mode": mode}}
        options["target"]["path"] = str(book)
        return run("publish", format="yealink", **options)

    publish(0o640)  # as YAML reads 0640
    assert book.stat().st_mode & 0o777 == 0o640
    assert 'octal digits in quotes, such as "0644", not 640' in publish(640)["msg"]


def test_permissions_are_kept_in_step(run, people, book):
    options = {"format": "yealink", "target": {"path": str(book), "mode": "0640"}}
    run("publish", **options)
    assert book.stat().st_mode & 0o777 == 0o640
    book.chmod(0o600)
    assert run("publish", **options)["changed"]
    assert book.stat().st_mode & 0o777 == 0o640
    assert run("publish", **options)["changed"] is False


def test_a_password_in_the_target_is_hidden(run, people, book):
    result = run("publish", format="yealink", target={"path": str(book), "password": "very-secret-word"})
    assert result["failed"]
    assert "very-secret-word" not in json.dumps(result)


def test_the_password_of_a_database_is_shown_nowhere(run):
    run("user", username="anna", display_name="Anna", extension="201", devices=[{"type": "softphone"}])
    database = "postgresql+psycopg://kamailio:recognisable-pw@127.0.0.1:1/kamailio"
    result = run("publish", format="kamailio", target={"database": database, "domain": "example.test"})
    assert result["failed"]
    assert "postgresql://127.0.0.1:1/kamailio of Kamailio does not answer (connection refused)" in result["msg"]
    assert "recognisable-pw" not in str(result)
    wrong = run("publish", format="kamailio", target={"database": "kamailio:recognisable-pw", "domain": "x"})
    assert "must be a SQLAlchemy URL" in wrong["msg"]
