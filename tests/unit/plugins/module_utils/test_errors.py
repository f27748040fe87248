# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What messages repeat of sources and servers neither acts on a terminal nor hides."""

from __future__ import annotations

import errno

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import ConnectorError, visible, way_on

ACTING = ["\x1b", "\x9b", "\x07", "\x08", "\r", "\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\u2028", "\x00"]


@pytest.mark.parametrize("character", ACTING)
def test_what_acts_or_hides_is_written_out(character):
    text = visible(f"a{character}b")
    assert text == f"a⟨U+{ord(character):04X}⟩b"
    assert text.isprintable()
    assert ConnectorError(f"a{character}b").message == str(ConnectorError(f"a{character}b")) == text


def test_a_line_break_forges_no_line():
    assert visible("a\nok: [localhost]") == "a ⏎ ok: [localhost]"
    assert visible("a\n\tb", allowed="\n\t") == "a\n\tb"


@pytest.mark.parametrize(
    ("text", "shown"), [("Müller · 日本 🙂", "Müller · 日本 🙂"), ("a\u00a0b\u3000c", "a b c"), ("", "")]
)
def test_what_people_write_stays(text, shown):
    assert visible(text) == shown


def test_a_full_disk_wants_room():
    full, other = OSError(errno.ENOSPC, "No space left on device"), OSError(errno.EACCES, "Permission denied")
    assert way_on(full, "check the rights") == "make room on that disk"
    assert way_on(other, "check the rights") == "check the rights"
