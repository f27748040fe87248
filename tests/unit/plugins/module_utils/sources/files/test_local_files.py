# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files on this machine that cannot be opened: what, where, and what to do."""

from __future__ import annotations

import os

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.files import local


def _refusal(read, path):
    with pytest.raises(SourceError) as caught:
        read({"path": str(path)})
    return caught.value.message


def test_a_missing_file_is_named_with_its_whole_path_and_a_similar_name(read, tmp_path, monkeypatch):
    (tmp_path / "staff.csv").write_bytes(b"a\n")
    monkeypatch.chdir(tmp_path)
    assert _refusal(read, "stuff.csv") == (
        f'CSV file "{tmp_path}/stuff.csv" does not exist; check path. Did you mean "staff.csv"?'
    )


def test_a_missing_directory_is_named(read, tmp_path):
    assert f'there is no directory "{tmp_path}/no/where"' in _refusal(read, tmp_path / "no" / "where" / "staff.csv")


def test_a_file_in_place_of_a_directory_is_told(read, path):
    path.write_bytes(b"a\n")
    assert f'there is no directory "{path}"' in _refusal(read, path / "staff.csv")


def test_a_directory_is_no_file(read, tmp_path):
    assert f'CSV file "{tmp_path}" is a directory, not a file' in _refusal(read, tmp_path)


def test_a_pipe_does_not_block(read, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "is a pipe or device, not a file" in _refusal(read, tmp_path / "pipe")


@pytest.fixture
def ordinary_user():
    """Root may read everything: be somebody else for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_without_permission_names_the_user(read, tmp_path, request):
    folder = tmp_path / "share"
    folder.mkdir()
    secret = folder / "staff.csv"
    secret.write_bytes(b"a\n")
    secret.chmod(0)
    for parent in (folder, *folder.parents[:3]):
        parent.chmod(0o755)
    request.getfixturevalue("ordinary_user")
    assert "cannot be read by user " in _refusal(read, secret)
    assert "give that user read permission" in _refusal(read, secret)


def test_a_disk_that_fails_in_the_middle_is_an_incomplete_read(read, path, monkeypatch):
    path.write_bytes(b"a,b\n" + b"1,2\n" * 100_000)
    ordinary = local.LocalFile.__init__

    def broken(self, *arguments):
        ordinary(self, *arguments)
        self._file = FailingDisk(self._file)

    monkeypatch.setattr(local.LocalFile, "__init__", broken)
    whole = read({"path": str(path)})
    assert 0 < len(whole.rows) < 100_000
    assert not whole.result.complete
    assert "could not be read on after 131072 bytes (Input/output error)" in whole.result.reason


def test_a_disk_that_gives_less_than_the_size_of_the_file_is_an_incomplete_read(read, path, monkeypatch):
    path.write_bytes(b"a,b\n" + b"1,2\n" * 100_000)
    ordinary = local.LocalFile.read
    monkeypatch.setattr(local.LocalFile, "read", lambda self, size: b"" if self._read else ordinary(self, size))
    whole = read({"path": str(path)})
    assert 0 < len(whole.rows) < 100_000
    assert not whole.result.complete


class FailingDisk:
    """A file whose second block cannot be read."""

    def __init__(self, file):
        self._file = file
        self._blocks = 0

    def read(self, size):
        self._blocks += 1
        if self._blocks == 2:
            raise OSError(5, "Input/output error")
        return self._file.read(size)

    def __getattr__(self, name):
        return getattr(self._file, name)
