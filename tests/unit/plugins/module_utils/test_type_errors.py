# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An option with a value of another type is named with what it takes, in words that are not Python's."""

from __future__ import annotations

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.telephony.connector.plugins.module_utils.errors import nearest
from ansible_collections.telephony.connector.plugins.module_utils.type_errors import in_words

SPEC = {
    "leavers": {"type": "dict", "options": {"grace_days": {"type": "int"}, "more": {"type": "dict", "options": {
        "deep": {"type": "bool"}}}}},
    "limit": {"type": "int"},
    "columns": {"type": "dict"},
    "devices": {"type": "list", "elements": "dict", "options": {"number": {"type": "int"}}},
    "names": {"type": "list", "elements": "int"},
    "mode": {"choices": ["mirror", "create_update"]},
    "kinds": {"type": "list", "elements": "str", "choices": ["user", "phonebook_entry"]},
    "inner": {"type": "dict", "options": {"side": {"choices": ["left", "right"]}}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"leavers": "disable"}, "The option leavers must be a mapping (name: value), not text"),
        ({"limit": "many"}, "The option limit must be a whole number, not text"),
        ({"limit": [1]}, "The option limit must be a whole number, not a list"),
        ({"columns": ["a"]}, "The option columns must be a mapping (name: value), not a list"),
        ({"leavers": {"grace_days": "soon"}}, "The option leavers.grace_days must be a whole number, not text"),
        ({"leavers": {"more": {"deep": "maybe"}}}, "The option leavers.more.deep must be true or false, not text"),
        ({"devices": ["sip"]}, "Each entry of devices must be a mapping (name: value), not text"),
        ({"names": [1, "x"]}, "Each entry of names must be a whole number, not text"),
        ({"devices": [{"number": "x"}]}, "The option devices.number must be a whole number, not text"),
        (
            {"mode": "mirorr"},
            'The option mode must be one of mirror, create_update, not "mirorr" (did you mean "mirror"?)',
        ),
        ({"mode": "5 of: x, got: y"}, 'The option mode must be one of mirror, create_update, not "5 of: x, got: y"'),
        ({"kinds": ["user", "zebra"]}, 'The option kinds must be one of user, phonebook_entry, not "zebra"'),
        ({"inner": {"side": "up"}}, 'The option inner.side must be one of left, right, not "up"'),
    ],
)
def test_a_value_that_an_option_cannot_take_is_told_in_words(options, words):
    message = ArgumentSpecValidator(SPEC).validate(options).error_messages[0]
    assert in_words(message, SPEC, options) == f"{words}."


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("missing required arguments: path", "Missing required arguments: path."),
        ("limit is 1 but all of the following are missing: columns", "The option limit is 1 but all of the following"),
    ],
)
def test_other_messages_begin_with_a_capital_letter(message, words):
    assert in_words(message, SPEC).startswith(words)


@pytest.mark.parametrize(
    ("name", "choices", "hint"),
    [
        ("mobil", ("email", "phonebook.mobile", "extension"), "phonebook.mobile"),
        ("days", ("action", "grace_days", "phonebook", "when"), "grace_days"),
        ("usernam", ("username", "email"), "username"),
        ("display", ("display_name", "number"), "display_name"),
    ],
)
def test_a_part_of_a_name_is_enough_for_a_suggestion(name, choices, hint):
    assert nearest(name, choices) == f' Did you mean "{hint}"?'


def test_what_is_like_nothing_gets_no_suggestion():
    assert nearest("xyzzy", ("username", "phonebook.mobile")) == ""
