# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another definition takes short ways that come to what the merge of fields comes to."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import encode, ordered
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.merge import merge
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.quick_changes import PlainFields

HEADER = "username,displayname,phone,mobile,pin\n"
PEOPLE = "anna,Anna,101,+49 171 1,\nben,Ben,102,+49 171 2,\ncarla,Carla,103,,4711\n"
NAMES = ("display_name", "given_name", "surname", "email", "phonebook.notes", "phonebook.mobile")
VALUES = st.one_of(
    st.sampled_from(["Anna", '","', '":"', '"}', "[x]", "{}", "a\\b", "two\nlines", "é", "1"]), st.text(min_size=1)
)
LISTS = st.lists(VALUES, min_size=1, max_size=2)


PAIRS = st.dictionaries(st.sampled_from(NAMES), st.tuples(VALUES, VALUES))
OBJECTS = st.lists(st.tuples(PAIRS, st.tuples(LISTS, LISTS) | st.none()), min_size=1, max_size=4)


@settings(max_examples=300, deadline=None)
@given(OBJECTS, st.data())
def test_the_short_way_tells_what_the_merge_tells_or_leaves_it_to_that(objects, data):
    kind, plain = KINDS["user"], PlainFields(frozenset(NAMES), "")
    again = data.draw(st.lists(st.sampled_from(objects), max_size=3))  # so that one changes what the last did
    for values, roles in objects + again:
        pairs = {"username": ("anna", "anna"), **values, **({"roles": roles} if roles else {})}
        current, wanted = (ordered(kind, {name: pair[place] for name, pair in pairs.items()}) for place in (0, 1))
        changed = plain.changed(encode(current), encode(wanted))
        merged = merge(kind, current, current, wanted, frozenset(pairs), {})
        if changed is None:
            texts = encode([*current.values(), *wanted.values()])
            assert current == wanted or "\\" in texts or roles
        else:
            assert changed == (encode(merged.before), encode(merged.after))
            assert merged.fields == merged.applied == wanted


def test_an_update_of_the_same_fields_as_the_last_is_looked_at_as_closely():
    plain = PlainFields(frozenset({"display_name", "surname"}), "")
    text = '{"username":"anna","display_name":"%s","surname":"%s","email":"%s"}'
    assert plain.changed(text % ("A", "B", "e"), text % ("C", "D", "e")) == (
        '{"display_name":"A","surname":"B"}',
        '{"display_name":"C","surname":"D"}',
    )
    for before, after in (
        (("A", "B", "e"), ("C", "D", "f")),  # a field more, which a policy keeps
        (("A\\n", "B", "e"), ("C", "D", "e")),  # not as plain as it looks
        (("A", "B", "e"), ("A", "B", "e")),
    ):
        assert plain.changed(text % before, text % after) is None
    assert plain.changed(text % ("A", "B", "e"), text % ("A", "D", "e")) == ('{"surname":"B"}', '{"surname":"D"}')


def test_a_field_that_a_policy_keeps_is_left_to_the_merge():
    text = '{"username":"anna","display_name":"%s"}'
    assert PlainFields(frozenset(), "").changed(text % "B", text % "A") is None


def told(result):
    return [(change["name"], change["before"], change["after"]) for change in result["changes"]]


def test_another_definition_with_the_same_outcome_changes_nothing_and_is_as_before_the_next_time(system):
    system.profile()
    system.import_csv(HEADER + PEOPLE)
    before = system.objects()
    system.profile(variables={"unused": "row.fax"}, missing_columns="warn")
    result = system.import_csv(HEADER + PEOPLE)
    counts = result["counts"]
    assert (counts["unchanged"], counts["updated"], counts["created"], result["changes"]) == (3, 0, 0, [])
    assert system.objects() == before
    again = system.import_csv(HEADER + PEOPLE.replace("171 2", "171 3"))["counts"]
    assert (again["unchanged"], again["updated"]) == (2, 1)


def test_a_definition_that_changes_all_tells_each_change_and_a_later_change_by_hand_is_set_back(system):
    system.profile()
    system.import_csv(HEADER + PEOPLE)
    system.profile(variables={"displayname": "'Dr ' ~ row.displayname"})
    result = system.import_csv(HEADER + PEOPLE)
    assert told(result) == [
        (login, {"display_name": name}, {"display_name": f"Dr {name}"})
        for login, name in (("anna", "Anna"), ("ben", "Ben"), ("carla", "Carla"))
    ]
    system.by_hand("user", username="ben", display_name="Benny")
    counts = system.import_csv(HEADER + PEOPLE)["counts"]
    assert (counts["updated"], counts["set_back"]) == (1, 1)
    assert system.user("ben")["display_name"] == "Dr Ben"


def test_an_undo_of_a_change_of_all_brings_everything_back(system):
    system.profile()
    system.import_csv(HEADER + PEOPLE)
    before = system.objects()
    system.profile(variables={"displayname": "'Dr ' ~ row.displayname"})
    run = system.import_csv(HEADER + PEOPLE)["run_id"]
    assert system.undo(run)["counts"]["restored"] == 3
    assert system.objects() == before


def test_who_is_missing_under_another_definition_is_removed(system):
    system.profile()
    system.import_csv(HEADER + PEOPLE)
    system.profile(variables={"unused": "row.fax"}, missing_columns="warn")
    counts = system.import_csv(HEADER + PEOPLE.replace("ben,Ben,102,+49 171 2,\n", ""))["counts"]
    assert (counts["removed"], counts["unchanged"]) == (1, 2)
