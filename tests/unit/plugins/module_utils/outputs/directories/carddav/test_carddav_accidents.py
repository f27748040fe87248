# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Publishers that are killed, or two at once: the address book ends as it should, and what is foreign stays."""

from __future__ import annotations

import random
import time

import pytest

from ansible_collections.telephony.connector.tests import publisher

from .stand_in import COUNT, KILLS, publish, target


def test_two_publishers_at_once_both_end_well(people, book):
    options = [{"format_": "carddav", "target": target(book.book), "filter": f"notes == '{n}'"} for n in (0, 1)]
    children = [publisher.in_child(people, people.directory, **one) for one in options]
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0, 0]
    assert len(book.cards) == COUNT / 2 + 1
    assert len({text[text.index("NOTE:") :] for text in book.cards.values() if "NOTE" in text}) == 1


@pytest.mark.slow
def test_a_run_that_is_killed_at_any_moment_is_finished_by_the_next(people, book):
    def run(turn):
        return publisher.in_child(
            people, people.directory, format_="carddav", target=target(book.book), filter=f"notes == '{turn}'"
        )

    contents, durations = {}, []
    for turn in (0, 1, 0, 1):
        start = time.monotonic()
        child = run(turn)
        child.join(60)
        assert child.exitcode == 0
        durations.append(time.monotonic() - start)
        contents[turn] = dict(book.cards)
    ours = {**contents[0], **contents[1]}
    chance = random.Random(4711)
    for kill in range(KILLS):
        child = run(kill % 2)
        time.sleep(chance.uniform(0.1, 1.0) * min(durations))
        child.kill()
        child.join(60)
        time.sleep(0.01)  # what is on its way arrives
        assert book.cards.items() <= ours.items()  # each card is one of ours, as it should be, or theirs
    for turn in (0, 1):
        result = publish(people, book.book, filter=f"notes == '{turn}'")
        assert (result["warnings"], result["conflicts"]) == ([], [])
        assert book.cards == contents[turn]
    assert publish(people, book.book, filter="notes == '1'")["changed"] is False
    publish(people, book.book, state="absent")
    assert len(book.cards) == 1
