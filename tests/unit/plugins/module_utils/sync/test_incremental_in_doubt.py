# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads of changes alone that do not tell enough: everything is read, and decided as a full read would."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import RefusedError

from .followed_source import sync


@pytest.fixture
def selected(system, directory):
    """A profile that uses two people of three."""
    options = {"guards": {"max_removals": "100%"}, "filter": "row.status != 'outside'"}
    system.profile(source={"url": "https://corp.example/people.csv"}, **options)
    for name, status in (("anna", ""), ("ben", ""), ("carl", "outside")):
        directory.set(name, name.title(), "", status)
    sync(system, directory, "full")
    return system


def test_who_was_used_is_gone_and_others_are_still_there(selected, directory):
    directory.drop("anna")
    directory.drop("ben")
    with pytest.raises(RefusedError, match="The filter leaves out the only record, so 2 objects would be removed"):
        sync(selected, directory, "changes", "full")
    assert selected.names() == ["anna", "ben"]
    simulated = sync(selected, directory, check=True)
    assert (simulated["result"], simulated["counts"]["removed"]) == ("refused", 2)
    assert sync(selected, directory, expect_plan=simulated["plan_digest"])["counts"]["removed"] == 2


def test_nobody_is_gone_for_good_where_nobody_is_there_at_all(selected, directory):
    for name in ("anna", "ben", "carl"):
        directory.drop(name)
    with pytest.raises(RefusedError, match="The source returned no records, and its 2 objects stay as they are"):
        sync(selected, directory, "changes", "full")


def test_a_record_without_a_key_holds_those_back_who_go_with_it_and_nobody_later(followed, directory):
    directory.set("", "Nobody's")
    first = sync(followed, directory, "changes", "full")
    assert (len(first["rejected"]), first["counts"]["removed"]) == (1, 0)
    directory.drop("carl")
    later = sync(followed, directory, "changes", "full")
    assert later["counts"]["removed"] == 2
    assert "carl" not in followed.names()
