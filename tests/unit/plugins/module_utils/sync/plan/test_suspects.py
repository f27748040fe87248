# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody is removed while their record is in the source, however broken it is; who has left goes all the same."""

from __future__ import annotations

import itertools
import shutil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.tests.examples import example_count
from ansible_collections.telephony.connector.tests.system import System

HEADER = "username,displayname,phone\n"
ANNA, BEN, CARL = "anna,Anna,201\n", "ben,Ben,202\n", "carl,Carl,203\n"
BROKEN = [
    "ben,Ben, Jr.,202\n",
    "ben,Ben 202\n",
    "ben,B\0en,202\n",
    '"ben"x,Ben,202\n',
    "b en,Ben,202\n",
    ",Ben,202\n",
    "???\n",
    "anna,Ben,202\n",
]


@pytest.fixture
def three(system):
    system.profile()
    system.import_csv(HEADER + ANNA + BEN + CARL)
    return system


def names_after(system, text, **options):
    result = system.import_csv(HEADER + text, **options)
    return system.names(), result


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("only", [None, "ben"])
def test_whose_record_is_broken_stays(three, broken, only):
    names, result = names_after(three, ANNA + broken + CARL, only=only)
    assert names == ["anna", "ben", "carl"]
    assert result["counts"]["removed"] == 0
    if broken != BROKEN[-1] or only:
        assert any("ben" in warning and "may be theirs" in warning for warning in result["warnings"])


def test_known_broken_records_hold_nobody_else_back(three):
    three.import_csv(HEADER + ANNA + "???\n" + CARL)
    names, result = names_after(three, ANNA + "???\n")
    assert (names, result["counts"]["removed"]) == (["anna", "ben"], 1)
    assert names_after(three, ANNA + "???\n")[0] == ["anna", "ben"]


@pytest.mark.parametrize(
    ("later", "left"), [(ANNA + BEN + CARL, ["anna", "ben", "carl"]), (ANNA + CARL, ["anna", "carl"])]
)
def test_a_suspect_is_found_again_or_goes_once_the_broken_record_is_mended_or_gone(three, later, left):
    three.import_csv(HEADER + ANNA + "???\n" + CARL)
    assert names_after(three, later)[0] == left


def test_a_record_that_is_broken_in_another_way_still_holds_its_object(three):
    three.import_csv(HEADER + ANNA + "???\n" + CARL)
    assert names_after(three, ANNA + "!!!\n" + CARL)[0] == ["anna", "ben", "carl"]


def test_a_second_record_of_the_same_rubbish_counts_for_itself(three):
    three.import_csv(HEADER + ANNA + "???\n" + CARL)
    assert names_after(three, "???\n???\n" + CARL)[0] == ["anna", "ben", "carl"]
    assert names_after(three, "???\n" + CARL)[0] == ["anna", "ben", "carl"]  # whose it is nobody can tell
    assert names_after(three, CARL)[0] == ["carl"]


def test_the_digest_of_a_plan_lets_its_suspects_go(three):
    three.by_hand("phonebook_entry", display_name="Mother", phone="1", owner="ben")
    three.csv(HEADER + ANNA + "???\n" + CARL)
    plan = three.sync(check=True)
    assert (plan["counts"]["removed"], plan["result"]) == (0, "partial")
    simulated = three.sync(check=True, expect_plan=plan["plan_digest"])
    result = three.sync(expect_plan=plan["plan_digest"])
    assert result["counts"] == simulated["counts"] == {**plan["counts"], "removed": 1, "updated": 1}
    assert result["plan_digest"] == plan["plan_digest"]
    assert three.names() == ["anna", "carl"]
    (entry,) = three.objects("phonebook_entry")
    assert entry["owner"] == "ben (removed)"
    assert names_after(three, ANNA + "???\n" + CARL)[1]["result"] == "partial"


def test_an_incomplete_read_does_not_make_a_broken_record_known(three):
    three.import_csv(HEADER + ANNA + '???\ncarl,"Carl,203\n')  # an enclosure that is never closed
    assert three.names() == ["anna", "ben", "carl"]
    assert names_after(three, ANNA + "???\n" + CARL)[0] == ["anna", "ben", "carl"]


def test_what_broke_while_nobody_was_removed_is_new_to_the_mirror(system):
    system.profile(mode="create_update")
    system.import_csv(HEADER + ANNA + BEN)
    system.import_csv(HEADER + ANNA + "???\n")
    system.profile(mode="mirror")
    assert names_after(system, ANNA + "???\n")[0] == ["anna", "ben"]


def test_a_record_whose_number_is_taken_may_be_that_of_somebody_else(system):
    system.profile(key="row.phone", variables={"phone": "(row.phone | digits)[-3:]"})
    system.import_csv("username,displayname,phone\nanna,Anna,0991 201\nben,Ben,0991 202\n")
    system.import_csv("username,displayname,phone\nanna,Anna,0991 201\nben,Ben,0992 201\n")
    assert system.names() == ["anna", "ben"]


def test_only_takes_a_file_that_is_empty_for_no_reason_to_remove(three):
    three.csv("username,displayname,phone\n")
    assert three.sync(check=True, only="ben")["result"] == "refused"
    assert three.names() == ["anna", "ben", "carl"]


def test_only_refuses_what_another_record_of_the_file_claims(three):
    three.csv(HEADER + ANNA + BEN + CARL + "dora,Dora,204\nemil,Emil,204\n")
    result = three.sync(only="dora", explain=True)
    assert (result["counts"]["created"], result["counts"]["rejected"]) == (0, 1)
    assert result["explain"]["operation"] is None
    assert result["explain"]["rejected"]["field"] == "extension"


def test_only_leaves_a_number_that_another_record_would_give_up(three):
    three.csv(HEADER + "anna,Anna,202\nben,Ben,201\n" + CARL)
    result = three.sync(only="anna")
    assert (result["counts"]["updated"], result["counts"]["rejected"]) == (0, 1)
    assert three.sync()["counts"]["updated"] == 2


# -- whatever happens to the lines ----------------------------------------------------------------------------------

COLUMNS = ("username", "surname", "givenname", "phone", "email")
EXPRESSIONS: list[dict[str, Any]] = [
    {},
    {"variables": {"username": "row.username | lower | ascii"}},
    {"variables": {"username": "(row.givenname ~ '.' ~ row.surname) | lower | ascii"}},
    {"variables": {"phone": "(row.phone | digits)[-3:]"}, "key": "row.phone"},
    {"key": "row.surname ~ row.phone", "filter": "row.username"},
    {"match": ["email"]},
]
_DISPLAY = {"displayname": "row.surname ~ ', ' ~ row.givenname"}


def line_of(number: int) -> str:
    letter = "abcdefgh"[number]
    return f"{letter}user,Sur{letter},Given{letter},{201 + number},{letter}@corp.example"


def _put(line: str, at: int, text: str) -> str:
    place = at % (len(line) + 1)
    return line[:place] + text + line[place:]


DAMAGE = {
    "comma": lambda line, at: _put(line, at, ","),
    "blank": lambda line, at: _put(line, at, " "),
    "nul": lambda line, at: _put(line, at, "\0"),
    "quotes": lambda line, at: f'"{line[: at % 5 + 1]}"' + line[at % 5 + 1 :],
    "cut": lambda line, at: line[: at % len(line)] or "?",
    "fewer": lambda line, at: line.replace(",", " ", 1 + at % 4),
    "empty cell": lambda line, at: ",".join("" if n == at % 5 else cell for n, cell in enumerate(line.split(","))),
    "swap": lambda line, at: ",".join(line.split(",")[at % 5 :] + line.split(",")[: at % 5]),
    "other": lambda line, at: ",".join(
        line_of(at % 8).split(",")[n] if n == at % 5 else c for n, c in enumerate(line.split(","))
    ),
    "rubbish": lambda line, at: "???",
}
STEPS = st.lists(
    st.tuples(st.sampled_from([*DAMAGE, "mend", "mend", "delete"]), st.integers(0, 7), st.integers(0, 60)),
    min_size=1,
    max_size=4,
)


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return new(number): a phone system with the profile of these expressions and eight people."""
    folder, count = tmp_path_factory.mktemp("suspects"), itertools.count()
    made: dict[int, System] = {}

    def new(number: int) -> System:
        if number not in made:
            place = folder / f"template{number}"
            place.mkdir()
            system = System(str(place / "store.db"), place)
            options = EXPRESSIONS[number]
            variables = {**_DISPLAY, **options.get("variables", {})}
            guards = {"max_removals": "100%", "max_rejected": "100%"}
            system.profile(**{**options, "variables": variables, "guards": guards})
            write(system, [line_of(number) for number in range(8)])
            assert system.sync()["counts"]["created"] == 8
            made[number] = system
        place = folder / f"copy{next(count)}"
        place.mkdir()
        shutil.copy(made[number].location, place / "store.db")
        return System(str(place / "store.db"), made[number].directory)

    return new


def write(system: System, lines: list[str | None]) -> None:
    system.csv(",".join(COLUMNS) + "\n" + "".join(f"{line}\n" for line in lines if line is not None))


def unused(result: dict[str, Any], lines: list[str | None]) -> set[int]:
    """Return the places of lines whose record was not used; the first line of the file is that of the columns."""
    left = [place for place, line in enumerate(lines) if line is not None]
    records = {entry["record"] for entry in (*result["rejected"], *result["conflicts"])}
    return {place for number, place in enumerate(left, 2) if number in records}


@example_count(25)
@given(
    expressions=st.integers(0, len(EXPRESSIONS) - 1),
    steps=st.lists(STEPS, min_size=1, max_size=4),
    asked=st.integers(0, 7),
)
def test_nobody_goes_whose_line_is_still_there(declared, expressions, steps, asked):
    system = declared(expressions)
    lines: list[str | None] = [line_of(number) for number in range(8)]
    by_mail = {found["email"]: found["id"] for found in system.objects()}
    objects: dict[int, int] = {place: by_mail[f"{'abcdefgh'[place]}@corp.example"] for place in range(8)}
    names = {found["id"]: found["username"] for found in system.objects()}
    for step in steps:
        for kind, place, at in step:
            if kind == "delete":
                lines[place] = None
                objects.pop(place, None)
            elif kind == "mend":
                lines[place] = line_of(place)
            elif (line := lines[place]) is not None:
                lines[place] = DAMAGE[kind](line, at) or "?"
        write(system, lines)
        result = system.sync(check=True)
        if result["result"] == "refused":
            continue  # nothing at all was read
        held = unused(result, lines)
        intact = {place for place in range(8) if lines[place] == line_of(place)}
        watched = {objects[place] for place in held | intact if place in objects}
        if asked in objects and objects[asked] in watched and objects[asked] in names:
            system.sync(only=names[objects[asked]])
        assert watched <= {found["id"] for found in system.objects()}, "only"
        system.sync()
        after = {found["id"]: found for found in system.objects()}
        assert watched <= after.keys()
        names = {object_id: found["username"] for object_id, found in after.items()}
        by_mail = {found.get("email", ""): object_id for object_id, found in after.items()}
        for place in range(8):
            found_by_mail = by_mail.get(f"{'abcdefgh'[place]}@corp.example")
            if place in intact - held and found_by_mail is not None:
                objects[place] = found_by_mail
            elif place not in held:
                objects.pop(place, None)  # a sound record of somebody else
