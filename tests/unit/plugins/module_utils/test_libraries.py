# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A missing library is told with its name, the version, the interpreter and the line that installs it."""

from __future__ import annotations

import importlib.metadata
import sys

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require


@pytest.fixture(autouse=True)
def _nothing_remembered():
    require.cache_clear()


def _message(*arguments: str) -> str:
    with pytest.raises(DefinitionError) as caught:
        require(*arguments)
    return caught.value.message


def test_a_library_that_is_there_is_accepted():
    require("pytest", "pytest", "1.0", "this test")


def test_a_missing_library_is_named_with_the_way_to_get_it():
    assert _message("no_such_library", "No-Such", "2.0", "the store") == (
        f"The store needs No-Such >= 2.0 for {sys.executable}, but it is not installed; "
        f"install it with: {sys.executable} -m pip install 'No-Such>=2.0'"
    )


def test_a_library_that_is_too_old_is_refused_with_its_version():
    version = importlib.metadata.version("pytest")
    assert f"but it is version {version} there" in _message("pytest", "pytest", "9999", "this test")


@pytest.mark.parametrize(
    ("found", "minimum", "good"),
    [
        ("2.0", "2.0.0", True),
        ("2.10.0", "2.9", True),
        ("2.9", "2.10", False),
        ("2.0.0rc1", "2.0", True),
        ("1.9.9.post1", "2", False),
    ],
)
def test_versions_are_compared_by_their_numbers(monkeypatch, found, minimum, good):
    monkeypatch.setattr(pytest, "__version__", found)
    if good:
        require("pytest", "pytest", minimum, "this test")
    else:
        assert f"is version {found} there" in _message("pytest", "pytest", minimum, "this test")


def test_a_library_that_does_not_tell_its_version_is_asked_for_its_metadata(monkeypatch):
    monkeypatch.delattr(pytest, "__version__")
    monkeypatch.setattr(importlib.metadata, "version", lambda name: {"pytest": "1.5"}[name])
    require("pytest", "pytest", "1.5", "this test")
    assert "is version 1.5 there" in _message("pytest", "pytest", "2", "this test")


def test_a_library_without_metadata_is_accepted_when_it_can_be_imported():
    require("json", "no-such-distribution", "1", "this test")


def test_a_library_that_is_there_but_broken_is_told_apart_from_a_missing_one(tmp_path, monkeypatch):
    (tmp_path / "half_a_library.py").write_text("import what_it_needs\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert "cannot be imported (No module named 'what_it_needs')" in _message(
        "half_a_library", "half", "1", "this test"
    )
