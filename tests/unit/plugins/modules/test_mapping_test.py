# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module mapping_test: what counts as a difference, and how it is told."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.basic import AnsibleModule

from .conftest import Run

PAGE = Path(__file__).parents[4] / "docs/mapping_tests.md"
ANNA = {"displayname": "Anna Müller", "username": "anna", "phone": "217", "mobile": "0171 5550123", "roles": "a;b"}
PHONE = {"phonemac": "00:15:65:aa:bb:cc", "phonepass": "s3cret-phone", "createSoftphone": "yes"}
SPEED_DIALS = {
    "speed_dial": [
        {"number": "row.phone", "destination": "row.mobile"},
        {"number": "'8' ~ row.phone", "destination": "row.mobile", "when": "row.second"},
    ]
}


def test_of(run: Run, row: Any, expected: Any, **definition: Any) -> dict[str, Any]:
    rows, expect = (row, expected) if isinstance(row, list) else ([row], [expected])
    return run("mapping_test", definition={"template": "csv_users", **definition}, rows=rows, expect=expect)


test_of.__test__ = False  # type: ignore[attr-defined]  # a helper, whatever it is called


@pytest.mark.parametrize(
    "expected",
    [
        {"user": {"extension": 217}},
        {"user": {"extension": "217", "phonebook": {"mobile": "0171 5550123"}}},
        {"user": {"roles": ["a", "b"], "email": None, "phonebook": {"fax": ""}}},
        [{"user": {"display_name": "Anna Müller"}}],
        {"user": [{}]},
    ],
)
def test_only_the_fields_that_are_given_are_compared(run: Run, expected: Any) -> None:
    result = test_of(run, ANNA, expected)
    assert (result["changed"], result["passed"]) == (False, 1)
    assert result["results"][0]["became"]["user"]["username"] == "anna"


@pytest.mark.parametrize(
    ("expected", "where", "actual"),
    [
        ({"user": {"extension": "218"}}, "user.extension", "217"),
        ({"user": {"email": "a@b.example"}}, "user.email", None),
        ({"user": {"roles": ["b", "a"]}}, "user.roles", ["a", "b"]),
        ({"user": {"phonebook": {"mobile": "1"}}}, "user.phonebook.mobile", "0171 5550123"),
        ({"phonebook_entry": {}}, "phonebook_entry", None),
        (None, "the record", "user"),
        ({"rejected": "extension"}, "the record", "user"),
        ([{"user": {}}, {"user": {}}], "user", None),
    ],
)
def test_what_differs_fails_the_task_and_is_named(run: Run, expected: Any, where: str, actual: Any) -> None:
    result = test_of(run, ANNA, expected)
    assert result["failed"] is True
    first = result["results"][0]["differences"][0]
    assert (first["where"], first["actual"]) == (where, actual)
    assert where in result["msg"]


def test_a_failure_reads_like_a_diff(run: Run) -> None:
    expected = [{"user": {"extension": "217"}}, {"user": {"extension": "999", "display_name": "Anna Müller"}}]
    message = test_of(run, [ANNA, ANNA], expected)["msg"]
    assert message.splitlines() == [
        "1 row does not become what is expected, of 2 (- expected, + what the profile makes):",
        "",
        "row 2 (displayname: Anna Müller)",
        "  user.extension",
        "-   999",
        "+   217",
    ]


def test_filtered_and_rejected_records_are_expected_as_such(run: Run) -> None:
    rows = [ANNA, {**ANNA, "phone": "no number"}, {**ANNA, "displayname": "", "phone": "218"}]
    expected = [None, {"rejected": "extension"}, {"rejected": "display_name"}]
    result = test_of(run, rows, expected, filter="row.phone != '217'")
    assert result["passed"] == 3, result["msg"]
    failed = test_of(run, rows[1], {"rejected": "email"})["results"][0]["differences"][0]
    assert failed["actual"].startswith("rejected (extension 'no number': must")


def test_several_objects_of_one_record(run: Run) -> None:
    rows = [{"phone": "800", "mobile": "0171555", "second": "yes"}, {"phone": "801", "mobile": "0171556", "second": ""}]
    both = [{"speed_dial": {"number": "800"}}, {"speed_dial": {"number": "8800"}}]
    options = {"template": "csv_speed_dials", "key": "row.phone", "structure": SPEED_DIALS}
    assert test_of(run, rows, [both, {"speed_dial": {"number": "801"}}], **options)["passed"] == 2
    more = test_of(run, rows[0], both[0], **options)["results"][0]["differences"]
    assert [(one["expected"], one["actual"]["number"]) for one in more] == [(None, "8800")]


def test_devices_are_compared_by_the_fields_given(run: Run) -> None:
    expected = {"user": {"devices": [{"type": "softphone"}, {"mac": "001565aabbcc", "password": "s3cret-phone"}]}}
    result = test_of(run, {**ANNA, **PHONE}, expected)
    assert result["passed"] == 1
    fewer = test_of(run, {**ANNA, **PHONE}, {"user": {"devices": [{"type": "softphone"}]}})
    assert fewer["failed"] is True


def test_secrets_are_compared_and_never_shown(run: Run) -> None:
    row = {**ANNA, **PHONE, "password": "correct-horse", "pin": "4711"}
    assert test_of(run, row, {"user": {"password": "correct-horse", "pin": "4711"}})["passed"] == 1
    wrong = {"password": "battery-staple", "pin": "0815", "devices": [{}, {"password": "other-phone"}]}
    result = test_of(run, row, {"user": wrong})
    result.pop("invocation")  # the options as they were written in the play
    assert len(result["results"][0]["differences"]) == 3
    for secret in ("correct-horse", "battery-staple", "s3cret-phone", "other-phone", "0815", "4711"):
        assert secret not in str(result)


def test_directories_give_several_values_and_truth(run: Run) -> None:
    row = {"id": "1", "userPrincipalName": "anna@corp.example", "displayName": "Anna", "accountEnabled": True}
    rows = [{**row, "businessPhones": ["217", "218"]}, {**row, "accountEnabled": False}]
    result = test_of(run, rows, [{"user": {"extension": "217"}}, None], template="m365_users")
    assert result.get("passed") == 2, result


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ([{"user": {}}, None], "2 entries in expect"),
        ([{"usr": {}}], 'unknown kind "usr". Did you mean "user"?'),
        ([{"user": {"extention": 1}}], 'Did you mean "extension"?'),
        ([{"user": {"devices": [{"typ": "sip"}]}}], 'Did you mean "type"?'),
        (["user"], "expect[0] must be null, rejected"),
        ([{}], "write null"),
        ([{"rejected": "pin", "user": {}}], "stands alone"),
    ],
)
def test_a_wrong_expectation_is_told_before_anything_is_compared(run: Run, expected: list[Any], words: str) -> None:
    result = run("mapping_test", definition={"template": "csv_users"}, rows=[ANNA], expect=expected)
    assert result["failed"] is True
    assert words in result["msg"]


def test_neither_source_nor_store_is_touched(run: Run, tmp_path: Path) -> None:
    source = {"uri": "ldaps://nowhere.invalid", "base_dn": "dc=x", "username": "cn=x", "password": "y"}
    row = {"entryUUID": "1", "cn": "Anna", "username": "anna"}
    assert test_of(run, row, {"user": {"display_name": "Anna"}}, template="ldap_users", source=source)["passed"] == 1
    assert list(tmp_path.iterdir()) == []


def test_a_misspelt_column_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(AnsibleModule, "warn", lambda _module, text: said.append(text))
    test_of(run, ANNA, {"user": {}}, variables={"email": "row.mial"})
    assert [text.partition(",")[0] for text in said] == ['No row has the column "mial"']


def tasks_of_page() -> list[dict[str, Any]]:
    """Return the options of the tests on the page that can be run as they stand there."""
    blocks = re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    tasks = [task for block in blocks for play in yaml.safe_load(block) for task in play["tasks"]]
    found = [task["telephony.connector.mapping_test"] for task in tasks]
    return [options for options in found if isinstance(options["definition"], dict)]


def test_the_page_shows_tests_that_pass_and_failures_as_they_are(run: Run) -> None:
    (options,) = tasks_of_page()
    assert run("mapping_test", **options)["passed"] == 3
    options["rows"][0]["telephone"] = "+49 89 5550-271"
    assert f"```\n{run('mapping_test', **options)['msg']}\n```" in PAGE.read_text("utf-8")


@pytest.mark.parametrize("expected", ["Geheim-Map-91", 5])
def test_no_password_is_in_the_invocation(run: Run, expected: Any) -> None:
    """Neither of the rows nor of the expectations, whether the options are right or not."""
    row = {"displayname": "Anna", "username": "anna", "Kennwort": "Geheim-Map-90", "Extra Wert": "Geheim-Map-92"}
    definition = {"template": "csv_users", "variables": {"password": "row['Extra Wert']"}}
    wanted = {"user": {"password": expected, "username": "anna", "devices": [{"password": "Geheim-Map-93"}]}}
    for options in ({}, {"limit": 3}):
        result = run("mapping_test", definition=definition, rows=[row], expect=[wanted], **options)
        arguments = result["invocation"]["module_args"]
        assert "Geheim-Map" not in str(result)
        assert arguments["rows"][0] == {**row, "Kennwort": "********", "Extra Wert": "********"}
        assert arguments["expect"][0]["user"]["password"] == "********"
        assert arguments["expect"][0]["user"]["username"] == "anna"
