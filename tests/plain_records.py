# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records most of which are plain, and profiles for them: may they be taken many at a time, and what do they become?"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

COLUMNS = ("username", "displayname", "phone", "email", "mobile", "password", "roles", "surname")
USUAL = st.tuples(
    st.one_of(st.from_regex(r"\A[a-z0-9.]{1,12}\Z"), st.sampled_from(["", " "])),
    st.sampled_from(["Max Muster", " Anna ", "Łukasz Øster", "x" * 81, "y" * 300]),
    st.sampled_from(["217", "4711", "", "110", "0815", " 33 ", "12a", "4" * 21]),
    st.sampled_from(["a@b.example", "", "nobody", " c@d.example "]),
    st.sampled_from(["+49 170 1", "", 'say "yes"', "back\\slash", "tab\there", " "]),
    st.sampled_from(["", "", "", "geheim123", "short"]),
    st.sampled_from(["", "", "sales, support", ","]),
    st.one_of(st.none(), st.just(""), st.text(max_size=5), st.lists(st.text(max_size=3), max_size=2)),
)
PLAIN = st.tuples(
    st.from_regex(r"\A[a-z0-9.]{1,12}\Z"),
    st.sampled_from(["Max Muster", " Anna ", "Łukasz"]),
    st.sampled_from(["217", "", "4711"]),
    st.sampled_from(["a@b.example", ""]),
    st.sampled_from(["+49 170 1", ""]),
    *[st.just("")] * 2,
    st.sampled_from([None, "", "Muster", ["Muster", "M."]]),
)
ROWS = st.lists(st.one_of(PLAIN, PLAIN, PLAIN, PLAIN, USUAL), min_size=1, max_size=24) | st.lists(
    PLAIN, min_size=2, max_size=24
)

OPTIONS: dict[str, dict[str, Any]] = {
    "bare columns": {},
    "values that cannot be used are left out": {"on_invalid": {"email": "drop", "extension": "drop"}},
    "expressions": {"variables": {"organisation": "'Example: ' ~ row.surname", "job": "row.phone | int"}},
    "a failing expression": {"variables": {"surname": "10 // (row.phone | int) ~ 'x'"}},
    "expressions with notices": {
        "variables": {"mobile": "row.mobile | e164('DE')", "surname": "10 // (row.phone | int) ~ 'x'"}
    },
    "a filter": {"filter": "row.phone"},
    "leavers": {"leavers": {"when": "row.mobile == ''"}},
    "two objects": {"structure": {"phonebook_entry": {"display_name": "row.mobile", "when": "row.mobile"}}},
    "a constant": {"variables": {"job": "'Agent'"}},
}
