# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people never become one login: over all of Unicode, letter case and the way a letter is composed count alone."""

from __future__ import annotations

import sys
import unicodedata
from collections import defaultdict

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.authentication.decision import login_name
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import comparable, username
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import FieldError, Notices


def login(text: str) -> str | None:
    """Return the login that a source's text becomes, None where it is refused."""
    try:
        return str(username("username", text, Notices()))
    except FieldError:
        return None


def test_no_two_characters_become_one_but_a_letter_and_its_capitals():
    made: dict[str, list[str]] = defaultdict(list)
    for code in range(sys.maxunicode + 1):
        # nothing is known of what is not assigned: every hundredth stands for the others
        if code % 100 and unicodedata.category(chr(code)) in ("Cn", "Co"):
            continue
        name = login(f"1{chr(code)}2")
        if name is not None and not 0xD800 <= code <= 0xDFFF:
            made[name].append(chr(code))
    assert len(made) > 100_000
    for name, characters in made.items():
        small = [one for one in characters if one.lower() == one]
        assert len(small) <= 1, name
        assert all(one.lower() == name[1:-1] for one in characters), name


@pytest.mark.parametrize(
    "different",
    [
        ("strauß", "strauss"),
        ("ﬁona", "fiona"),
        ("ſam", "sam"),
        ("nikος", "nikοσ"),
        ("ırmak", "irmak"),
        ("İsmail", "ismail"),
    ],
)
def test_different_letters_are_different_people(different):
    logins = {login(name) for name in different}
    assert len(logins) == 2
    assert len({comparable(name) for name in different}) == 2


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Müller", "müller"),
        (unicodedata.normalize("NFD", "Müller"), "müller"),
        ("STRAUẞ", "strauß"),
        ("İsmail", "i\u0307smail"),
        ("\u212aai", None),  # the Kelvin sign
    ],
)
def test_a_login_is_what_its_owner_types(written, name):
    assert login(written) == name
    assert login_name(written) == name
