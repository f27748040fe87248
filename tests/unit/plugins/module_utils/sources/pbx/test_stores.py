# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The phonebook of another store: two real ones, on SQLite and PostgreSQL, each in both parts."""

from __future__ import annotations

import sqlite3

import pytest
import sqlalchemy

from ansible_collections.telephony.connector.plugins.module_utils.errors import (
    DefinitionError,
    SourceError,
    StoreError,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.tests.servers.postgres import PASSWORD
from ansible_collections.telephony.connector.tests.system import System, source_of


def book_of(system):
    """Return what phones show: display name -> phone."""
    return {entry["display_name"]: entry.get("phone") for entry in system.objects("directory")}


@pytest.fixture
def peopled(there):
    """The other phone system with a user, an entry of the company and a private one."""
    there.by_hand(
        "user", username="max", display_name="Max Müller", extension="201", email="max@corp.example",
        phonebook={"organisation": "Muster Ltd", "mobile": "+49 171 1", "notes": "Buyer", "labels": {"Floor": "3"}},
    )  # fmt: skip
    there.by_hand(
        "phonebook_entry", display_name="Supplier", phone="+49 89 1", organisation="Supply Ltd",
        labels={"Department": "Sales", "Customer Number": "4711"},
    )  # fmt: skip
    there.by_hand("phonebook_entry", display_name="Doctor", phone="+49 30 1", owner="max")
    return there


def test_a_store_does_not_read_itself(here, there):
    here.by_hand("phonebook_entry", display_name="Taxi", phone="19410")
    here.profile("own", "pbx_phonebook", source=source_of(here))
    with pytest.raises(SourceError, match="which is the profile's own one: everybody would be in it twice"):
        here.sync("own")
    assert len(here.objects("phonebook_entry")) == 1


def test_what_phones_see_there_is_seen_here(here, peopled):
    here.profile("other", "pbx_phonebook", source=source_of(peopled))
    result = here.sync("other")
    assert (result["counts"]["created"], result["complete"], result["warnings"]) == (2, True, [])
    entries = here.objects("phonebook_entry")
    assert [{name: value for name, value in entry.items() if name != "id"} for entry in entries] == [
        {
            "profiles": ["other"],
            "display_name": "Max Müller",
            "phone": "201",
            "organisation": "Muster Ltd",
            "email": "max@corp.example",
            "mobile": "+49 171 1",
            "notes": "Buyer",
        },
        {
            "profiles": ["other"],
            "display_name": "Supplier",
            "phone": "+49 89 1",
            "organisation": "Supply Ltd",
        },
    ]
    assert here.sync("other")["result"] == "unchanged"


def test_a_renamed_entry_is_the_same_entry_and_a_removed_one_goes(here, peopled):
    here.profile("other", "pbx_phonebook", source=source_of(peopled))
    here.sync("other")
    before = {entry["display_name"]: entry["id"] for entry in here.objects("phonebook_entry")}
    (supplier,) = peopled.objects("phonebook_entry", search="Supplier")
    peopled.by_hand("phonebook_entry", id=supplier["id"], display_name="Best Supplier")
    peopled.by_hand("user", username="max", state="absent")
    counts = here.sync("other")["counts"]
    assert (counts["updated"], counts["removed"], counts["created"]) == (1, 1, 0)
    (left,) = here.objects("phonebook_entry")
    assert (left["display_name"], left["id"]) == ("Best Supplier", before["Supplier"])


def test_labels_arrive_and_show_in_the_simulation(here, peopled):
    labels = {"Department": "row['labels.Department']", "Number": "row['labels.customer number']"}
    structure = {"phonebook_entry": {"labels": labels}}
    here.profile("other", "pbx_phonebook", source=source_of(peopled), structure=structure)
    changes = {change["name"]: change["after"] for change in here.sync("other", check=True)["changes"]}
    assert changes["Supplier"]["labels"] == {"Department": "Sales", "Number": "4711"}
    assert "labels" not in changes["Max Müller"]
    here.sync("other")
    (supplier,) = here.objects("phonebook_entry", search="4711")
    assert supplier["labels"] == {"Department": "Sales", "Number": "4711"}


def test_labels_of_any_name_can_be_looked_up(peopled, read):
    whole = read(source_of(peopled), ("*",))
    assert [row.get("labels.Customer Number") for row in whole.rows] == [None, "4711"]
    assert [row.get("labels.Floor") for row in whole.rows] == ["3", None]


def test_without_users_only_entries_come(peopled, read):
    assert [row["kind"] for row in read(source_of(peopled)).rows] == ["user", "phonebook_entry"]
    (row,) = read(source_of(peopled, include_users=False)).rows
    assert (row["display_name"], row["kind"]) == ("Supplier", "phonebook_entry")


def test_two_stores_that_read_each_other_make_no_loop(here, there):
    here.by_hand("phonebook_entry", display_name="Ours", phone="1")
    here.by_hand("phonebook_entry", display_name="Ours too", phone="3")
    there.by_hand("phonebook_entry", display_name="Theirs", phone="2")
    both = {"Ours": "1", "Ours too": "3", "Theirs": "2"}
    for system, other in ((here, there), (there, here)):
        system.profile("other", "pbx_phonebook", source=source_of(other))
    results = [system.sync("other")["result"] for system in (here, there) * 3]
    assert results == ["changed"] * 2 + ["unchanged"] * 4
    assert book_of(here) == book_of(there) == both
    # what goes at its home goes everywhere, and comes back from nowhere
    here.by_hand("phonebook_entry", display_name="Ours", state="absent")
    for system in (there, here, there, here):
        system.sync("other")
    assert book_of(here) == book_of(there) == {"Ours too": "3", "Theirs": "2"}


def test_an_entry_that_both_had_stays_with_the_one_that_was_read_first(here, there):
    for system in (here, there):
        system.by_hand("phonebook_entry", display_name="Fire brigade", phone="112")
    for system, other in ((here, there), (there, here)):
        system.profile("other", "pbx_phonebook", source=source_of(other))
    for system in (here, there) * 2:
        system.sync("other")
    there.by_hand("phonebook_entry", display_name="Fire brigade", notes="ring twice")
    for system in (here, there) * 2:
        system.sync("other")
    for system in (here, there):
        assert [entry.get("notes") for entry in system.objects("phonebook_entry")] == ["ring twice"]


def test_entries_from_a_third_phone_system_are_handed_on_when_asked_for(there, tmp_path, read):
    third = System(str(tmp_path / "third.db"), tmp_path)
    third.by_hand("phonebook_entry", display_name="From the third", phone="3")
    there.profile("third", "pbx_phonebook", source=source_of(third))
    there.sync("third")
    assert read(source_of(there)).rows == []
    (row,) = read(source_of(there, include_pbx_entries=True)).rows
    assert row["display_name"] == "From the third"


def revision_of(system):
    url = system.location if "://" in system.location else f"sqlite:///{system.location}"
    engine = sqlalchemy.create_engine(url)
    try:
        with engine.connect() as connection:
            return connection.scalar(sqlalchemy.text("SELECT value FROM meta WHERE name = 'revision'"))
    finally:
        engine.dispose()


def test_the_other_store_is_only_read(here, peopled):
    before = revision_of(peopled)
    here.profile("other", "pbx_phonebook", source=source_of(peopled))
    here.sync("other")
    assert revision_of(peopled) == before


def test_a_role_that_may_read_five_tables_is_enough(postgres, tmp_path, read):
    other = System(postgres.new_database(), tmp_path)
    other.by_hand("phonebook_entry", display_name="Supplier", phone="1")
    engine = sqlalchemy.create_engine(other.location, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE ROLE reader LOGIN PASSWORD 'reader-pw'")
        connection.exec_driver_sql("GRANT SELECT ON meta, objects, links, profiles, leavers TO reader")
        reader = {"store": other.location.replace(f"sync:{PASSWORD}@", "reader@"), "password": "reader-pw"}
        assert [row["display_name"] for row in read(reader).rows] == ["Supplier"]
        connection.exec_driver_sql("REVOKE SELECT ON objects FROM reader")
        with pytest.raises(SourceError, match="permission denied"):
            read(reader)
    engine.dispose()


def test_a_store_without_its_key_file_can_be_read(tmp_path, read):
    path = tmp_path / "keyless.db"
    Store.open(str(path)).close()  # makes a key file, as System does not
    path.with_name("keyless.db.key").unlink()
    assert read({"store": str(path)}).rows == []
    with pytest.raises(StoreError, match="key file"):
        Store.open(str(path), check_mode=True)


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda path: None, "There is no store .*other.db: check its path"),
        (lambda path: path.write_text("a,b\n1,2\n" * 1000), "is not an SQLite database"),
        (lambda path: sqlite3.connect(path).execute("CREATE TABLE x (y)"), "not one of telephony.connector"),
        (lambda path: path.touch(), "is an empty database"),
        (lambda path: path.mkdir(), "is a directory"),
    ],
)
def test_what_is_no_store_is_refused_and_nothing_is_made(tmp_path, read, prepare, words):
    path = tmp_path / "other.db"
    prepare(path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(SourceError, match=words):
        read({"store": str(path)})
    assert sorted(tmp_path.iterdir()) == before


def test_a_wrong_password_is_told_without_it(postgres, read):
    url = postgres.new_database().replace(f":{PASSWORD}@", "@")
    with pytest.raises(SourceError, match="refuses the user or password") as caught:
        read({"store": url, "password": "wrong-geheim"})
    assert "wrong-geheim" not in caught.value.message


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "either store .* or url"),
        ({"store": "/a.db", "url": "https://b"}, "and not both"),
        ({"store": " "}, "store is empty"),
        ({"store": "postgresql://u:p@h/d"}, "holds a password; give it as password"),
        ({"store": "postgresql://u@h/d?password=p"}, "holds a password; give it as password"),
        ({"store": "/a.db", "password": "x"}, "password is for a store in PostgreSQL"),
        ({"store": "/a.db", "key_map": {"a": "b"}}, "key_map needs url"),
        ({"url": "https://b", "include_users": False}, "include_users needs store"),
        ({"url": "https://b", "username": "u"}, "username needs password"),
        ({"url": "https://b", "password": "u"}, "password needs username"),
        ({"url": "https://b", "offset_parameter": "o", "page_parameter": "p"}, "two ways"),
        ({"url": "https://b", "first_page": 0}, "first_page needs page_parameter"),
        ({"url": "https://b", "page_size": 5}, "page_size needs page_size_parameter"),
        ({"url": "https://b", "key_map": {}}, "key_map is empty"),
        ({"url": "https://b", "key_map": {"phone": " "}}, "key_map names nothing for phone"),
        ({"url": "https://b", "key_map": {"Phone": "a", "phone": "b"}}, "key_map names phone twice"),
        ({"url": "https://[::1/a"}, "is not a web address"),
        ({"url": "https://b", "timeout": 10**20}, "timeout must be from 1 to 86400"),
        ({"url": "https://b", "key_map": {"a": 1}}, "mapping of names to names"),
        ({"url": "https://b", "key_map": "a"}, "mapping of names to names"),
        ({"url": "postgresql://h/d"}, "a store goes into the option store"),
        ({"url": "http://b"}, "allow_plaintext"),
        ({"url": "https://u:p@b"}, "give it as username and password"),
        ({"url": "https://b", "page_size_parameter": "n", "page_size": 0}, "page_size must be from 1 to"),
        ({"url": "https://b", "page_parameter": ""}, "must be names, each another"),
        ({"url": "https://b", "page_parameter": "n", "page_size_parameter": "n"}, "must be names, each another"),
        ({"url": "https://b", "proxy": "http://[::1"}, "proxy must have the form"),
    ],
)
def test_options_that_do_not_fit_together_are_refused(options, words):
    with pytest.raises(DefinitionError, match=words):
        source_class("pbx")(options)
