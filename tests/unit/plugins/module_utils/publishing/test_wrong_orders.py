# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of places that cannot be written, and of options that cannot be: which output, what, and what to do."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import TargetError
from ansible_collections.telephony.connector.plugins.module_utils.publishing import file_access
from ansible_collections.telephony.connector.tests.publisher import publish
from ansible_collections.telephony.connector.tests.system import System

#: Python knows these, but can write no file of texts in them
ODD_ENCODINGS = ("hex", "rot13", "idna", "undefined")


@pytest.fixture
def system(tmp_path):
    system = System(str(tmp_path / "store.db"), tmp_path)
    system.by_hand("phonebook_entry", display_name="Plumber", phone="0891")
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    return system


@pytest.mark.parametrize(
    ("path", "format_", "words"),
    [
        ("none/book.xml", "yealink", "{0}/none/book.xml .*: the directory {0}/none does not exist, create it first"),
        ("file/book.xml", "yealink", "{0}/file/book.xml .*: {0}/file is a file and no directory, name another path"),
        ("file/below/book", "cisco", "{0}/file/below/book .*: {0}/file is a file and no directory, name another path"),
        ("folder", "yealink", "{0}/folder is a directory: give the path of a file"),
        ("/proc/book.xml", "yealink", "/proc/book.xml .*: no file can be made in /proc, .*; name another path"),
    ],
)
def test_a_place_that_cannot_be_written_is_named_with_the_way_on(system, tmp_path, path, format_, words):
    with pytest.raises(TargetError, match='^Output "book": ' + words.format(tmp_path)):
        publish(system, tmp_path / path, format_)


@pytest.mark.parametrize("format_", ["yealink", "cisco"])
def test_a_simulation_warns_where_a_run_would_fail(system, tmp_path, format_):
    (warning,) = publish(system, tmp_path / "none/book", format_, check=True)["warnings"]
    assert warning.startswith(
        f'Output "book": A run would fail: {tmp_path}/none/book could not be written: the directory'
    )
    assert not publish(system, tmp_path / "folder/book", format_, check=True)["warnings"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.EROFS, "the file system of {0} is read-only; mount it writable"),
        (errno.EPERM, "unlock it"),
        (errno.EACCES, "may not write in {0}; let that user do so"),
        (errno.EBUSY, "used by another program"),
    ],
)
def test_each_refusal_of_the_system_has_its_way_on(tmp_path, code, words):
    (tmp_path / "file").write_text("x")
    told = file_access.unwritable(str(tmp_path / "file"), OSError(code, os.strerror(code))).message
    assert f"({os.strerror(code)}); the file there is as it was: " in told
    assert words.format(tmp_path) in told


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"format_": "csv", "columns": {"A": "display_nam"}}, 'Column "A" uses the unknown name'),
        ({"filter": "organisation ="}, "The filter is not a valid expression"),
        ({"format_": "csv", "encoding": "nonsense"}, 'There is no encoding "nonsense"'),
        *(({"format_": "csv", "encoding": name}, f'There is no encoding "{name}" for files') for name in ODD_ENCODINGS),
        ({"format_": "template", "template": __file__, "encoding": "nonsense"}, 'There is no encoding "nonsense"'),
        ({"numbers": {"form": "e164", "country": "XX"}}, "The option numbers.country must be a country"),
        ({"numbers": {"international_prefix": "abc"}}, 'The option numbers.international_prefix must .*not "abc"'),
        ({"mode": "999"}, "The option mode must be octal digits"),
    ],
)
def test_a_wrong_option_names_the_output(system, tmp_path, options, words):
    with pytest.raises(DefinitionError, match=f'^Output "book": {words}'):
        publish(system, tmp_path / "book", **options)


@pytest.mark.parametrize(
    ("each", "path", "kind", "reason"),
    [
        ("user", "{username}", "user", "a new user"),
        ("device", "{mac}", "device", "a new device"),
        ("directory", "all", "phonebook_entry", "new in the phonebook"),
    ],
)
def test_a_template_says_what_it_makes_files_of(system, tmp_path, each, path, kind, reason):
    device = {"type": "ip_phone", "mac": "00:15:65:aa:bb:cc"}
    system.by_hand("user", username="anna", display_name="Anna", extension="200", devices=[device])
    (tmp_path / "file.j2").write_text("{{ user | default(entries) | default('') }}")
    more = {"template": str(tmp_path / "file.j2"), "each": each}
    changes = publish(system, tmp_path / "folder" / path, "template", check=True, **more)["changes"]
    assert {(one["kind"], one["reason"]) for one in changes} == {(kind, reason)}


def test_a_refused_simulation_names_its_output_once(system, tmp_path):
    publish(system, tmp_path / "book")
    told = publish(system, tmp_path / "book", filter="display_name == ''", check=True)
    assert told["result"] == "refused"
    assert str(told["warnings"]).count('utput "book"') == 1


@pytest.mark.parametrize("format_", ["yealink", "cisco"])
@pytest.mark.parametrize("adopt", [False, True])
@pytest.mark.parametrize("check", [False, True])
def test_what_one_output_writes_no_other_takes_over(system, tmp_path, format_, adopt, check):
    path, link = tmp_path / "folder/book", tmp_path / "link"
    link.symlink_to(tmp_path / "folder")
    publish(system, path, format_, name="yea")
    before = sorted(tmp_path.rglob("*"))
    words = f'^Output "other": {link}/book is written by the output "yea"; choose another path, or remove that output'
    for other in ("snom", format_):
        with pytest.raises(TargetError, match=words):
            publish(system, link / "book", other, name="other", adopt=adopt, check=check)
    assert sorted(tmp_path.rglob("*")) == before
    assert not publish(system, path, format_, name="yea")["changed"]
    publish(system, path, format_, name="yea", state="absent")
    assert publish(system, link / "book", format_, name="other")["changed"]


def test_the_end_of_an_output_leaves_what_another_writes_as_well(system, tmp_path):
    for name in ("yea", "other"):
        publish(system, tmp_path / name, name=name)
    with contextlib.closing(sqlite3.connect(system.location, isolation_level=None)) as store:
        store.execute("UPDATE output_files SET path = ?", (str(tmp_path / "yea"),))
    assert publish(system, tmp_path / "yea", name="other", state="absent")["changed"]
    assert (tmp_path / "yea").exists()
    publish(system, tmp_path / "yea", name="yea", state="absent")
    assert not (tmp_path / "yea").exists()


def test_a_field_that_a_template_misspells_is_named_with_its_line(system, tmp_path):
    template = tmp_path / "book.j2"
    for text, words in (
        ("book\n{% for entry in entries %}{{ entry.nix }}{% endfor %}", r"\(line 2 of the template\): write entry.nix"),
        ("{{ nix }}", r"\(line 1 of the template\): write nix"),
    ):
        template.write_text(text)
        with pytest.raises(TargetError, match=f'there is no field "nix" {words} . default') as failed:
            publish(system, tmp_path / "book", "template", template=str(template), each="directory")
        assert "UndefinedError" not in failed.value.message


def test_a_file_that_somebody_has_removed_is_said_to_be_written_again(system, tmp_path):
    publish(system, tmp_path / "book.xml", "yealink")
    (tmp_path / "book.xml").unlink()
    again = publish(system, tmp_path / "book.xml", "yealink")
    assert again["summary"] == "1 entry unchanged, 1 file written again, it was gone"
