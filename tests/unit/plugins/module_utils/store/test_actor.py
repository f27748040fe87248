# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every run and every change by hand says who made it."""

from __future__ import annotations

import os
import pwd
import socket

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import run_info
from ansible_collections.telephony.connector.plugins.module_utils.store import actor
from ansible_collections.telephony.connector.plugins.module_utils.store.run_summary import summary_line

ME = f"{pwd.getpwuid(os.getuid()).pw_name}@{socket.gethostname()}"


def test_a_run_and_a_change_by_hand_say_who_and_what(system, monkeypatch):
    monkeypatch.delenv("SUDO_USER", raising=False)
    monkeypatch.setenv("JOB_ID", "4711")
    monkeypatch.setenv("AWX_USER_NAME", "bob")
    system.profile()
    system.import_csv("username,displayname\nanna,Anna\n")
    system.by_hand("user", username="ben", display_name="Ben")
    runs = system.call(run_info.run_info, check=True, limit=10)["runs"]
    told = [[run[name] for name in ("profile", "actor", "job_id", "job_user", "summary")] for run in runs]
    assert told == [[None, ME, "4711", "bob", "1 created"], ["staff", ME, "4711", "bob", "1 created"]]


@pytest.mark.parametrize(
    ("environment", "job"),
    [
        ({}, (None, None)),
        ({"JOB_ID": "", "AWX_USER_NAME": " "}, (None, None)),
        ({"JOB_ID": "17"}, ("17", None)),
        ({"awx_job_id": "17", "awx_user_name": "anna"}, ("17", "anna")),
        ({"TOWER_JOB_ID": "17", "TOWER_USER_NAME": "anna", "JOB_ID": "18"}, ("17", "anna")),
        ({"TELEPHONY_CONNECTOR_JOB_ID": "a 1", "JOB_ID": "18", "TELEPHONY_CONNECTOR_JOB_USER": "a"}, ("a 1", "a")),
        ({"JOB_ID": "1\x1b[2J\n2\u202e3"}, ("1 [2J 2 3", None)),
        ({"JOB_ID": "9" * 5000}, ("9" * 200, None)),
    ],
)
def test_a_job_is_named_by_the_environment(environment, job):
    found = actor.current(environment)
    assert (found.job_id, found.job_user) == job


def test_behind_sudo_the_account_that_asked_is_named(monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 0)
    assert actor.current({"SUDO_USER": "anna"}).actor == f"anna@{socket.gethostname()}"
    monkeypatch.setattr(os, "getuid", lambda: 4_000_001)  # nobody's
    assert actor.current({"SUDO_USER": "anna"}).actor == f"4000001@{socket.gethostname()}"


@pytest.mark.parametrize(
    ("counts", "renumbered", "line"),
    [
        ({"read": 100, "unchanged": 100}, 0, "nothing to change"),
        ({"created": 5, "updated": 2, "rejected": 2}, 1, "5 created, 2 updated (1 renumbered), 2 rejected"),
        ({"conflicts": 1, "dropped": 3, "set_back": 2}, 0, "1 in conflict, 3 values dropped, 2 set back"),
    ],
)  # fmt: skip
def test_a_run_is_told_in_one_line(counts, renumbered, line):
    assert summary_line(counts, renumbered) == line
