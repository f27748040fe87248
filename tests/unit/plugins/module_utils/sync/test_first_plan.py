# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan made before there is a store cannot be approved where passwords are in it, and the words say so."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import RefusedError
from ansible_collections.telephony.connector.tests.system import System

ANNA = "username,displayname,password\nanna,Anna,secret-1234\n"


class KeyFileSystem(System):
    """A store with a key file of its own, which is made with it."""

    KEY = None


@pytest.fixture
def keyless(tmp_path):
    """A phone system without a store yet."""
    return KeyFileSystem(str(tmp_path / "store.db"), tmp_path)


def simulated(system, text):
    system.csv(text)
    source = {"path": str(system.directory / "people.csv")}
    return system.sync(check=True, definition={"template": "csv_users", "mode": "mirror", "source": source})


def test_a_plan_with_passwords_says_that_it_is_not_one_to_approve(keyless):
    plan = simulated(keyless, ANNA)
    (warning,) = [text for text in plan["warnings"] if "no store yet" in text]
    assert "declare the profile first" in warning
    keyless.profile()
    with pytest.raises(RefusedError, match=r"it changes the same, but passwords or PINs are others, or the store"):
        keyless.sync(expect_plan=plan["plan_digest"])
    assert keyless.names() == []
    again = simulated(keyless, ANNA)
    assert [text for text in again["warnings"] if "no store yet" in text] == []
    assert keyless.sync(expect_plan=again["plan_digest"])["counts"]["created"] == 1


def test_a_plan_without_passwords_can_be_approved_at_once(keyless):
    plan = simulated(keyless, "username,displayname\nanna,Anna\n")
    assert [text for text in plan["warnings"] if "no store yet" in text] == []
    keyless.profile()
    assert keyless.sync(expect_plan=plan["plan_digest"])["counts"]["created"] == 1
