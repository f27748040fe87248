# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad targets and bad moments: the target is as before or as after, the next run finishes, nothing foreign is lost."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import random
import time
import typing as t

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, RefusedError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import TargetError
from ansible_collections.telephony.connector.plugins.module_utils.publishing import (
    file_access,
    file_target,
    folder_target,
)
from ansible_collections.telephony.connector.tests.examples import kill_count
from ansible_collections.telephony.connector.tests.publisher import in_child, publish
from ansible_collections.telephony.connector.tests.system import System

KILLS = {"yealink": 100, "cisco": kill_count(30)}


@pytest.fixture
def system(tmp_path):
    """A store of 60 entries, the notes of every second one being "1"."""
    system = System(str(tmp_path / "store.db"), tmp_path)
    system.csv("displayname,phone,notes\n" + "".join(f"Person {n:02},+49 991 {n:04},{n % 2}\n" for n in range(60)))
    system.profile("book", "csv_phonebook", structure={"phonebook_entry": {"notes": "row.notes"}})
    system.sync("book")
    (tmp_path / "www").mkdir()
    (tmp_path / "www/foreign.txt").write_text("theirs")
    return system


@pytest.fixture
def path(tmp_path):
    return tmp_path / "www/book"


def lying(path):
    """Return the content of a file, or of all files of a folder."""
    if path.is_dir():
        return {one.name: one.read_bytes() for one in path.iterdir()}
    return path.read_bytes() if path.exists() else None


def visible(path):
    return sorted(one.name for one in path.parent.iterdir() if not one.name.startswith("."))


def ended(child):
    """Wait for a process and return its exit code."""
    child.join(60)
    return child.exitcode


def test_a_missing_folder_is_said_and_nothing_is_kept(system, tmp_path):
    with pytest.raises(TargetError, match=r"the directory .*nowhere does not exist, create it first"):
        publish(system, tmp_path / "nowhere/book")
    assert publish(system, tmp_path / "www/book")["counts"]["created"] == 60


@pytest.mark.parametrize("format_", KILLS)
def test_a_folder_that_may_not_be_written_keeps_what_it_has(system, path, format_, monkeypatch):
    publish(system, path, format_)
    before = lying(path)

    def refuse(*_arguments, **_options):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(os, "open" if format_ == "yealink" else "mkdir", refuse)
        patched.setattr("fcntl.lockf", lambda *_arguments: None)
        patched.setattr(
            "ansible_collections.telephony.connector.plugins.module_utils.publishing.run.output_lock",
            lambda *_arguments: contextlib.nullcontext(),
        )
        with pytest.raises(TargetError, match=r"cannot be written .Permission denied.*is as it was"):
            publish(system, path, format_, filter="notes == '1'")
    assert lying(path) == before
    assert publish(system, path, format_)["changed"] is False


@pytest.mark.parametrize("format_", KILLS)
def test_a_disk_that_fills_up_in_the_middle_leaves_the_old_file_whole(system, path, format_, monkeypatch):
    publish(system, path, format_, filter="notes == '1'")
    before, names = lying(path), visible(path)
    new_file = file_access._new_file

    class Full(io.BufferedWriter):
        def write(self, data):
            super().write(data[:500])
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(
            file_access, "_new_file", lambda path: Full(t.cast("io.BufferedWriter", new_file(path)).detach())
        )
        with pytest.raises(TargetError, match=r"No space left.*there is as it was: make room on the file system of"):
            publish(system, path, format_)
    assert (lying(path), visible(path)) == (before, names)
    assert not list(path.parent.glob("*.new*"))
    assert publish(system, path, format_)["counts"]["created"] == 30


def test_the_private_book_of_nobody_is_no_empty_book(system, path):
    with pytest.raises(DefinitionError, match='The option book names the user "niemand"'):
        publish(system, path, "yealink", book="niemand")
    assert lying(path) is None


def test_a_folder_that_became_a_link_to_elsewhere_is_not_written(system, path, tmp_path):
    publish(system, path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "book").write_text("theirs")
    path.parent.rename(tmp_path / "moved")
    (tmp_path / "www").symlink_to(elsewhere)
    for options in ({"filter": "notes == '1'"}, {}, {"state": "absent"}):
        with pytest.raises(TargetError, match=r"led to .*www when .*now leads to .*elsewhere"):
            publish(system, path, **options)
    assert (elsewhere / "book").read_text() == "theirs"


@pytest.mark.parametrize("format_", KILLS)
def test_an_output_that_became_a_link_to_elsewhere_is_a_conflict(system, path, tmp_path, format_):
    publish(system, path, format_)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir() if format_ == "cisco" else elsewhere.write_text("theirs")
    if format_ == "cisco":
        (elsewhere / "page0001.xml").write_text("theirs")
    path.unlink()
    path.symlink_to(elsewhere)
    with contextlib.suppress(RefusedError):
        publish(system, path, format_, filter="notes == '1'")
    with contextlib.suppress(RefusedError):
        publish(system, path, format_, state="absent")
    assert lying(elsewhere) == ({"page0001.xml": b"theirs"} if format_ == "cisco" else b"theirs")


def test_a_directory_in_place_of_the_file_is_said(system, path):
    path.mkdir()
    with pytest.raises(TargetError, match="is a directory: give the path of a file"):
        publish(system, path)


@pytest.mark.parametrize("format_", KILLS)
def test_two_publishers_at_once_both_end_well(system, path, format_):
    for turn in range(3):
        children = [in_child(system, path, format_=format_, filter=f"notes == '{n % 2}'") for n in (turn, turn + 1)]
        assert [ended(child) for child in children] == [0, 0]
        found = lying(path)
        publish(system, path, format_, filter="notes == '0'")
        zero = lying(path)
        publish(system, path, format_, filter="notes == '1'")
        assert found in (zero, lying(path))
    assert visible(path) == ["book", "foreign.txt"]


@pytest.mark.parametrize("format_", KILLS)
def test_what_two_killed_runs_were_about_to_write_is_known_to_be_ours(system, path, format_, monkeypatch):
    """The first dies when its files are in place, the second before: what lies there is neither's last word."""
    path = path.with_name("my book")  # names hold blanks
    target = file_target.FileTarget if format_ == "yealink" else folder_target.FolderTarget

    def die(*_arguments):
        raise KeyboardInterrupt

    publish(system, path, format_, filter="notes == '0'")
    for method, notes in (("record", "1"), ("write", "0")):
        with monkeypatch.context() as patched:
            patched.setattr(target, method, die)
            with pytest.raises(KeyboardInterrupt):
                publish(system, path, format_, filter=f"notes == '{notes}'")
    result = publish(system, path, format_)
    assert (result["warnings"], result["counts"]["entries"]) == ([], 60)
    assert visible(path) == ["foreign.txt", "my book"]
    assert len(list(path.parent.glob(".*"))) == (1 if format_ == "cisco" else 0)


@pytest.mark.parametrize("format_", KILLS)
def test_a_run_that_is_killed_at_any_moment_is_finished_by_the_next(system, path, format_):
    contents, durations = {}, []
    for turn in (0, 1, 0, 1):
        start = time.monotonic()
        assert ended(in_child(system, path, format_=format_, filter=f"notes == '{turn}'")) == 0
        durations.append(time.monotonic() - start)
        contents[turn] = lying(path)
    chance = random.Random(4711)
    turn = 1
    for _kill in range(KILLS[format_]):
        before, turn = turn, 1 - turn
        child = in_child(system, path, format_=format_, filter=f"notes == '{turn}'")
        time.sleep(chance.uniform(0.1, 1.1) * min(durations))
        child.kill()
        ended(child)
        found = lying(path)
        assert found in (contents[before], contents[turn])
        turn = before if found == contents[before] else turn
    for turn in (0, 1):
        result = publish(system, path, format_, filter=f"notes == '{turn}'")
        assert result["warnings"] == []
        assert lying(path) == contents[turn]
    assert publish(system, path, format_, filter="notes == '1'")["changed"] is False
    assert visible(path) == ["book", "foreign.txt"]
    hidden = [one for one in path.parent.iterdir() if one.name.startswith(".")]
    assert len(hidden) == (1 if format_ == "cisco" else 0), hidden
    publish(system, path, format_, state="absent")
    assert [one.name for one in path.parent.iterdir()] == ["foreign.txt"]
