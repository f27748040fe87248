# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a path is the Python that runs here."""

from __future__ import annotations

import sys

import pytest

from ansible_collections.telephony.connector.plugins.plugin_utils.direct_action import is_same_interpreter


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """Make two virtual environments of one Python; the first is the one that runs."""
    for name in ("one", "two"):
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / "pyvenv.cfg").touch()
        for program in ("python", "python3"):
            (tmp_path / name / "bin" / program).symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "one/bin/python3"))
    return tmp_path


def test_the_same_by_any_name(environment):
    assert is_same_interpreter(sys.executable)
    assert is_same_interpreter(str(environment / "one/bin/python"))
    (environment / "link").symlink_to(environment / "one")
    assert is_same_interpreter(str(environment / "link/bin/python"))


@pytest.mark.parametrize("path", ["two/bin/python", "one/bin/python4", "one/bin/python -E"])
def test_others(environment, path):
    assert not is_same_interpreter(str(environment / path))


@pytest.mark.parametrize("path", ["", "python3", "/usr/bin/env python3"])
def test_words_that_are_no_whole_path(environment, path):
    assert not is_same_interpreter(path)
