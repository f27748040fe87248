# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No text that a source may hold takes a function more time than its length explains."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import nearest
from ansible_collections.telephony.connector.plugins.module_utils.phone_system import fields, numbers
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.devices import DEVICE_FIELDS
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS, Notices
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions import filters
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.compiling import environment
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.dialect import Dialect

pytestmark = pytest.mark.once

Function = Callable[[str], Any]
SHORT, LONG = 6_000, 24_000  # characters; a value of a source may have 65536

#: What to repeat, between a beginning and an end.
PIECES = (
    " ", "\t", " \t", "\n", "\r\n", "(", "(0", "(0)", "+", "@", "a@", "a", "aB", ",", ";", "a,", ".", "..", "\\", "\\,",
    "=", "cn=", "<", "<a", "<!--", "&", "&a;", '"', "'", "%", "{", "[", "0", "9", "-", "_", "*", "/", "://",
    "http://a ", "ä", "ß", "\u0301", "\u0301\u0316", "\ufdfa", "\u200b", "\U0001f600", "a\u0301", "sip:", "tel:",
)  # fmt: skip
FRAMES = (("", ""), ("x", "y\tz"), ("cn=", "!"), ("tel:", "x"))


def functions() -> dict[str, Function]:
    """Return everything that is given a text of a source."""
    found: dict[str, Function] = {}
    rules = {f"{kind.name}.{name}": one.rule for kind in KINDS.values() for name, one in kind.fields.items()}
    for name, rule in {**rules, **{f"device.{name}": rule for name, rule in DEVICE_FIELDS.items()}}.items():
        found[f"rule {name}"] = lambda text, rule=rule: rule("field", text, Notices())
    for check in (numbers.check_extension, numbers.check_speed_dial, numbers.check_destination):
        found[check.__name__] = check
    for function in (fields.is_true, fields.shown, filters.cn, filters.digits, filters.to_ascii):
        found[function.__name__] = function
    found["nearest"] = lambda text: nearest(text, ("username", "display_name", text[::-1]))
    found["international"] = lambda text: filters.international(text, "DE")
    found["names"] = lambda text: fields.names("roles", text, Notices())
    found["guess"] = Dialect(",", '"', "auto").guess
    for name, filter_ in environment().filters.items():
        if not hasattr(filter_, "jinja_pass_arg"):
            found[f"filter {name}"] = filter_
    return found


def seconds(function: Function, text: str) -> float:
    """Return how long a function takes; an error is an answer, too."""
    start = time.process_time()
    with contextlib.suppress(Exception):
        function(text)
    return time.process_time() - start


def make(piece: str, frame: tuple[str, str], length: int) -> str:
    return frame[0] + piece * (length // len(piece)) + frame[1]


def is_superlinear(function: Function, piece: str, frame: tuple[str, str]) -> bool:
    """Say whether four times the length takes far more than four times as long, and long enough to be told."""
    for _again in range(3):
        long = seconds(function, make(piece, frame, LONG))
        if long < 0.02 or long < 9 * seconds(function, make(piece, frame, SHORT)):
            return False
    return True


@pytest.mark.parametrize("name", functions())
def test_time_grows_with_the_length_alone(name):
    function = functions()[name]
    slow = [(piece, frame) for piece in PIECES for frame in FRAMES if is_superlinear(function, piece, frame)]
    assert slow == []


def test_what_is_superlinear_is_found():
    # cubic: 64 times as long, so that even a busy machine does not make it look like less than nine
    assert is_superlinear(lambda text: re.sub(r" * *\t", " ", text[: len(text) // 30]), " ", ("x", "y"))
    assert not is_superlinear(lambda text: text * 100, " ", ("x", "y"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a\tb", "a b"), ("a \n b", "a b"), ("a  b", "a  b"), (" a\r\nb ", "a b"), ("a \t  \t b  c", "a b  c")],
)
def test_breaks_and_tabs_become_a_blank_and_blanks_stay(text, expected):
    assert fields.plain_text("surname", text, Notices()) == expected
