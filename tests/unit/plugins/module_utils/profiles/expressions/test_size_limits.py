# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No expression makes more than a record can need, however few characters ask for it."""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

import pytest
from jinja2.exceptions import SecurityError

from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.compiling import (
    environment,
    plain,
)

HUGE = [
    "'%(a)1000000000s' | format(a=1)",
    "'%(a(b))1000000000s' | format(**{'a(b)': 1})",
    "'%.*f' % (1000000000, 1.5)",
    "'%s%%%1000000000d' % (1, 1)",
    "(('%s' * 30000) % (['a' * 90000] * 30000))",
    "('%(a)s' * 20000) | format(a='a' * 90000)",
    "(1).to_bytes(1000000000, 'big')",
    "true.to_bytes(1000000000, 'big')",
    "1.5 | round(99999999, 'ceil')",
    "[['a'] * 1000] * 100000",
    "([['a'] * 1000] * 1000) * 1000",
    "['a' * 90000] * 90000",
    "('a' * 90000) | replace('a', 'b' * 90000)",
    "('a' * 90000) | replace('', 'b' * 90000)",
    "('a' * 90000).replace('a', 'b' * 90000)",
    "('a' * 90000).encode().replace('a'.encode(), ('b' * 90000).encode())",
    "('a' * 90000).translate({97: 'b' * 90000})",
    "('b' * 90000).join('a' * 90000)",
    "('a' * 90000) | join('b' * 90000)",
    "('a' * 90000) | list | join('b' * 90000)",
    "range(90000) | map('replace', '', 'x' * 1000) | list",
    "('a\\n' * 50000) | indent(900)",
    "('a' * 90000) | wordwrap(1, true, 'b' * 90000)",
    "9 ** (9 ** 9)",
    "dict(a=['x' * 90000] * 40) | tojson ~ ''.join(['y' * 90000] * 40)",
]
FINE = {
    "'%05d' | format(7)": "00007",
    "'%s 2026, 100%%' % 'in'": "in 2026, 100%",
    "'%(name)s 12345' | format(name='room')": "room 12345",
    "'%s-%s' | format('a', 'b')": "a-b",
    "'a-b' | replace('-', '')": "ab",
    "'aXbXc'.replace('X', '.', 1)": "a.bXc",
    "['a', 'b'] | join(', ')": "a, b",
    "[{'n': 'a'}, {'n': 'b'}] | join('+', attribute='n')": "a+b",
    "'-'.join(['a', 'b'])": "a-b",
    "'a' ~ 1 ~ none ~ nothing ~ ['x']": "a1None['x']",
    "'a' + 'b'": "ab",
    "[1] + [2]": [1, 2],
    "1.25 | round(1)": 1.2,
    "'ab' * 3": "ababab",
    "nothing | replace('a', 'b') ~ (nothing | join(','))": "",
    "nothing + 'x'": "x",
}


def result(expression: str) -> Any:
    template = environment().from_string("{{ " + expression + " }}")
    (value,) = template.root_render_func(template.new_context())
    return plain(value)


@pytest.mark.parametrize("expression", HUGE)
def test_what_is_huge_is_refused_before_it_is_made(expression):
    result("1")  # what is needed is loaded now
    tracemalloc.start()
    start = time.process_time()
    try:
        with pytest.raises((SecurityError, TypeError)):
            result(expression)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 60_000_000
    assert time.process_time() - start < 5


@pytest.mark.parametrize(("expression", "expected"), FINE.items())
def test_what_people_write_works_as_ever(expression, expected):
    assert result(expression) == expected


def test_a_list_that_holds_itself_often_is_refused_where_it_would_be_written_out():
    nested: Any = ["x" * 1000]
    for _again in range(40):
        nested = [nested, nested]
    with pytest.raises(TypeError, match="too large"):
        plain(nested)
    for text_filter in ("string", "tojson", "upper", "pprint"):
        with pytest.raises(SecurityError):
            environment().filters[text_filter](*([environment()] if text_filter == "tojson" else []), nested)
