# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user, a phonebook entry and a speed dial may hold."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS, FieldError, Notices

USER = {"username": "mmuster", "display_name": "Max Muster"}


def clean(kind: str = "user", partial: bool = False, /, **fields: Any) -> dict[str, Any]:
    return KINDS[kind].clean({**({} if kind != "user" or partial else USER), **fields}, Notices(), partial)


def refusal(kind: str = "user", /, **fields: Any) -> FieldError:
    with pytest.raises(FieldError) as refused:
        clean(kind, **fields)
    return refused.value


def test_values_come_back_normalised_and_in_the_order_of_the_kind() -> None:
    flat = {
        "phonebook.labels.Zone": " B ",
        "phonebook.labels.Area": "A",
        "phonebook.mobile": "+49 171 5550123",
        "devices": [{"type": "softphone"}],
        "roles": "Sales; Support,Sales",
        "extension": 217,
        "display_name": " Max Muster ",
        "username": " MMuster ",
    }
    assert list(KINDS["user"].clean(flat, Notices()).items()) == [
        ("username", "mmuster"),
        ("display_name", "Max Muster"),
        ("extension", "217"),
        ("roles", ["Sales", "Support"]),
        ("phonebook.mobile", "+49 171 5550123"),
        ("devices", [{"type": "softphone"}]),
        ("phonebook.labels.Area", "A"),
        ("phonebook.labels.Zone", "B"),
    ]


@pytest.mark.parametrize("empty", [None, "", "  ", [], ()])
@pytest.mark.parametrize("field", ["email", "extension", "pin", "auth_method", "phonebook.notes", "given_name"])
def test_an_empty_value_is_no_value(field: str, empty: Any) -> None:
    assert field not in clean(**{field: empty})


def test_empty_lists_are_no_value() -> None:
    assert clean(roles=[" ", ""], devices=[]) == USER


@pytest.mark.parametrize(("kind", "missing"), [("user", "username"), ("phonebook_entry", "display_name")])
def test_a_required_field_must_be_there(kind: str, missing: str) -> None:
    with pytest.raises(FieldError) as refused:
        KINDS[kind].clean({"email": "max@corp.example", missing: " "}, Notices())
    assert (refused.value.field, refused.value.value, refused.value.rule) == (missing, "", "required")
    with pytest.raises(FieldError, match=f"{missing}: required"):
        KINDS[kind].clean({}, Notices())


def test_a_partial_set_may_leave_required_fields_out_but_not_empty_them() -> None:
    user = KINDS["user"]
    assert user.clean({"email": "max@corp.example"}, Notices(), partial=True) == {"email": "max@corp.example"}
    assert user.clean({"username": None}, Notices(), partial=True) == {}
    with pytest.raises(FieldError, match="display_name: required"):
        user.clean({"display_name": ""}, Notices(), partial=True)


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("max muster", "must not hold blanks"),
        ("max\u00a0muster", "must not hold blanks"),
        ("corp\\max", 'must not hold "\\"'),
        ("a/b", 'must not hold "/"'),
        ("a;b", 'must not hold ";"'),
        ('"max"', """must not hold '"'"""),
        ("max=1", 'must not hold "="'),
        ("max\x07", "must not hold control characters (found U+0007)"),
        ("x" * 256, "must have 255 characters or fewer"),
    ],
)
def test_a_username_that_no_login_can_be_is_refused(value: str, rule: str) -> None:
    error = refusal(username=value)
    assert (error.field, error.rule) == ("username", rule)


@pytest.mark.parametrize("value", ["jürgen.weiß", "mmuster@corp.example", "o'neill", "svc_pbx-01", "x" * 255])
def test_usual_usernames_are_taken(value: str) -> None:
    assert clean(username=value)["username"] == value


@pytest.mark.parametrize("field", ["extension", "fax_extension"])
@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("2 17", "must consist of digits only"),
        ("+49", "must consist of digits only"),
        ("²²", "must consist of digits only"),
        ("٢١٧", "must consist of digits only"),
        ("7", "must have 2 to 20 digits"),
        ("1" * 21, "must have 2 to 20 digits"),
        ("017", "must not start with 0"),
        ("110", "must not be an emergency number (110, 112)"),
        ("112", "must not be an emergency number (110, 112)"),
    ],
)
def test_a_number_that_no_extension_can_have_is_refused(field: str, value: str, rule: str) -> None:
    error = refusal(**{field: value})
    assert (error.field, error.value, error.rule) == (field, value, rule)


def test_numbers_become_text_where_the_field_is_text() -> None:
    assert clean(extension=217, pin=4711, surname=3.0, given_name=2.5) == {
        **USER,
        "given_name": "2.5",
        "surname": "3",
        "extension": "217",
        "pin": "4711",
    }


@pytest.mark.parametrize("value", [True, False, ["a"], {"a": 1}, object()])
def test_what_is_no_text_is_refused_where_the_field_is_text(value: Any) -> None:
    assert refusal(email=value).rule == "must be a single text or number"


@pytest.mark.parametrize("field", ["surname", "language", "phonebook.homephone"])
def test_text_has_255_characters_at_most(field: str) -> None:
    assert clean(**{field: "ü" * 255})[field] == "ü" * 255
    assert refusal(**{field: "ü" * 256}).rule == "must have 255 characters or fewer"


@pytest.mark.parametrize("bad", ["a\x07b", "a\x1bb", "a\x00b", "a\x85b", "a\ud800b"])
def test_control_characters_and_half_characters_are_refused_in_one_line_texts(bad: str) -> None:
    assert refusal(surname=bad).rule.startswith("must not hold control characters")
    assert refusal(display_name=bad).rule.startswith("must not hold control characters")


def test_line_breaks_and_tabs_become_blanks_in_one_line_texts() -> None:
    assert clean(surname="a \r\n b\tc")["surname"] == "a b c"
    assert clean(display_name="a\nb")["display_name"] == "a b"


@pytest.mark.parametrize("field", ["surname", "display_name", "email", "username", "auth_method", "phonebook.notes"])
def test_white_space_around_a_value_does_not_count(field: str) -> None:
    assert clean(**{field: " \t\u00a0ldap\r\n"})[field] == "ldap"


def test_invisible_but_harmless_characters_are_taken() -> None:
    assert clean(surname="a\u00a0b\u200dc")["surname"] == "a\u00a0b\u200dc"


def test_notes_may_have_several_lines() -> None:
    assert clean(**{"phonebook.notes": "one\r\ntwo\rthree\tfour\n"})["phonebook.notes"] == "one\ntwo\nthree\tfour"
    assert len(clean(**{"phonebook.notes": "x" * 4000})["phonebook.notes"]) == 4000
    assert refusal(**{"phonebook.notes": "x" * 4001}).rule == "must have 4000 characters or fewer"
    assert refusal(**{"phonebook.notes": "x\x00"}).field == "phonebook.notes"


def test_a_long_display_name_is_cut_and_counted() -> None:
    notices = Notices()
    user = KINDS["user"]
    for name in ("x" * 81, "y" * 79 + " z", "z" * 80):
        cleaned = user.clean({**USER, "display_name": name}, notices)
        assert cleaned["display_name"] == name[:80].strip()
    assert notices.sentences() == [f"2 display names were longer than 80 characters and were cut (first: {'x' * 81})"]


def test_an_odd_email_address_is_counted_and_kept() -> None:
    notices = Notices()
    for address in ("max@corp.example", "nobody", "max@corp.example "):
        assert KINDS["user"].clean({**USER, "email": address}, notices)["email"] == address.strip()
    assert notices.sentences() == ["1 e-mail address looks odd and was taken as it is (nobody)"]


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("pin", "123", "must have 4 digits or more"),
        ("pin", "12a4", "must consist of digits only"),
        ("password", "geheim", "must have 8 characters or more"),
        ("password", "geheim\x00geheim", "must not hold control characters (found U+0000)"),
        ("password", "x" * 256, "must have 255 characters or fewer"),
        ("password", ["geheimgeheim"], "must be a single text or number"),
    ],
)
def test_a_refused_secret_is_not_repeated(field: str, value: Any, rule: str) -> None:
    error = refusal(**{field: value})
    assert (error.field, error.value, error.rule) == (field, "********", rule)
    assert "geheim" not in str(error)


def test_a_password_is_taken_to_the_letter() -> None:
    assert clean(password="  two blanks ")["password"] == "  two blanks "
    assert clean(password="12345678", pin="1234") == {**USER, "pin": "1234", "password": "12345678"}


def test_auth_method_is_one_of_four() -> None:
    assert clean(auth_method=" LDAP ")["auth_method"] == "ldap"
    assert refusal(auth_method="kerberos").rule == "must be one of internal, ldap, sso, none"


@pytest.mark.parametrize(
    ("given", "roles"),
    [
        ("Sales", ["Sales"]),
        ("Sales, Support ;Front desk,,Sales", ["Sales", "Support", "Front desk"]),
        (["Sales, EU", " Support", "Sales, EU", "", None, 7], ["Sales, EU", "Support", "7"]),
        (("b", "a"), ["b", "a"]),
    ],
)
def test_roles_are_a_list_or_a_text_with_commas(given: Any, roles: list[str]) -> None:
    assert clean(roles=given)["roles"] == roles


@pytest.mark.parametrize("bad", [7, {"Sales": 1}, [["Sales"]], ["a\x07b"], "x" * 256])
def test_what_is_no_list_of_names_is_refused_as_roles(bad: Any) -> None:
    assert refusal(roles=bad).field == "roles"


def test_a_long_refused_value_is_shortened() -> None:
    assert len(refusal(surname="x" * 10_000).value) == 200


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        ("801", ""),
        ("*801", ""),
        ("*8", ""),
        ("8", "must have 2 to 20 digits"),
        ("*", "must consist of 1 to 20 digits after the *"),
        ("*8*", "must consist of 1 to 20 digits after the *"),
        ("112", "must not be an emergency number (110, 112)"),
        ("0801", "must not start with 0"),
    ],
)
def test_speed_dial_numbers(number: str, rule: str) -> None:
    if not rule:
        assert clean("speed_dial", number=number, destination="1")["number"] == number
    else:
        assert refusal("speed_dial", number=number, destination="1").rule == rule


@pytest.mark.parametrize("destination", ["+49 30 23125 700", "sip:desk@corp.example", "SIPS:desk", "*21"])
def test_a_speed_dial_calls_a_number_or_a_sip_address(destination: str) -> None:
    assert clean("speed_dial", number="801", destination=destination)["destination"] == destination


def test_a_speed_dial_without_anything_to_dial_is_refused() -> None:
    assert refusal("speed_dial", number="801", destination="desk").rule == (
        "must hold at least one digit, or be a sip: address"
    )
    assert refusal("speed_dial", number="801").rule == "required"


def test_the_owner_of_an_entry_is_a_username() -> None:
    assert clean("phonebook_entry", display_name="x", owner=" MMuster ")["owner"] == "mmuster"
    assert refusal("phonebook_entry", display_name="x", owner="max muster").field == "owner"


def test_an_unknown_field_is_refused_and_the_nearest_named() -> None:
    assert refusal(emial="x").rule == 'unknown field of a user. Did you mean "email"?'
    assert refusal("speed_dial", number="801", destination="1", **{"labels.x": "1"}).field == "labels.x"


@pytest.mark.parametrize("label", ["", " Zone", "x" * 256, "a\nb"])
def test_the_name_of_a_label_is_a_line_of_text(label: str) -> None:
    assert refusal(**{f"phonebook.labels.{label}": "1"}).field.startswith("phonebook.labels.")
