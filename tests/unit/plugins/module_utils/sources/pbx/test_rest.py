# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The phonebook of a phone system by its REST service: a real server with TLS in a process of its own."""

from __future__ import annotations

import json

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.pbx import rest
from ansible_collections.telephony.connector.tests.system import System

NAMES = {"id": "003pho_id", "display_name": "003pho_name", "phone": "003pho_phone", "organisation": "003pho_company"}
USER, PASSWORD = "moby", "recognisable-geheim"


def entry(number, **more):
    """Return an entry as the service has it."""
    name = {"003pho_id": number, "003pho_name": f"Müller {number}", "003pho_phone": f"+49 89 {number}"}
    return {**name, "003pho_company": None, "003pho_fax": "", **more}


@pytest.fixture
def pbx(tmp_path):
    return System(str(tmp_path / "store.db"), tmp_path)


def test_entries_travel_from_the_service_into_the_store(pbx, service, web):
    source = service([entry(1), entry(2)], raw={"auth": f"{USER}:{PASSWORD}"}, username=USER, password=PASSWORD)
    pbx.profile("other", "pbx_phonebook", source={**source, "key_map": NAMES})
    result = pbx.sync("other")
    assert (result["counts"]["created"], result["complete"], result["warnings"]) == (2, True, [])
    assert [change["key"] for change in result["changes"]] == ["1", "2"]
    assert {one["display_name"]: one["phone"] for one in pbx.objects("phonebook_entry")} == {
        "Müller 1": "+49 89 1",
        "Müller 2": "+49 89 2",
    }
    assert pbx.sync("other")["result"] == "unchanged"
    assert web.requests_of("/services/phonebook/")[-1]["headers"]["Accept"] == "application/json"


def test_what_is_not_mapped_is_taken_by_its_own_name(service, read):
    whole = read(service([{"ID": 7, "Display_Name": "Taxi", "phone": 19410, "vip": True, "old": False}]), ("*",))
    assert whole.rows == [{"ID": "7", "Display_Name": "Taxi", "phone": "19410", "vip": "true"}]


def test_numbers_stay_the_texts_they_are(service, read):
    body = b'[{"display_name": "a", "phone": 4989123456789012345678901234567890, "id": 1.50}]'
    assert read(service(body)).rows[0]["phone"] == "4989123456789012345678901234567890"
    assert read(service(body)).rows[0]["id"] == "1.50"


def test_entries_without_an_id_are_known_by_name_organisation_and_number(pbx, service):
    source = service([{"display_name": "Taxi", "phone": "19410", "organisation": "Cars"}])
    pbx.profile("other", "pbx_phonebook", source=source)
    (change,) = pbx.sync("other")["changes"]
    assert change["key"] == "taxi|cars|19410"


def test_a_name_that_nobody_has_keeps_what_it_gave_before(pbx, service):
    source = service([entry(1), entry(2)], key_map=NAMES)
    pbx.profile("other", "pbx_phonebook", source=source)
    pbx.sync("other")
    service([{name: value for name, value in entry(one).items() if "phone" not in name} for one in (1, 2)])
    result = pbx.sync("other")
    assert result["result"] == "unchanged"
    assert any('has "003pho_phone", which key_map gives to phone' in warning for warning in result["warnings"])


def test_a_name_that_comes_too_late_is_told(service, read):
    many = [{"id": number, "display_name": "x"} for number in range(1001)]
    whole = read(service([*many, {"id": 5000, "display_name": "x", "phone": "1"}]))
    assert len(whole.rows) == 1002
    assert whole.columns == ("display_name", "id")
    assert ['"phone" only in later entries' in warning for warning in whole.result.warnings] == [True]


def test_names_that_fit_nothing_are_refused_and_named(service, read):
    with pytest.raises(SourceError, match=r"none of the names .* It has: 003pho_company, 003pho_fax, 003pho_id"):
        read(service([entry(1)]))


def test_a_name_that_goes_is_told_without_a_key_map(pbx, service):
    pbx.profile("other", "pbx_phonebook", source=service([{"id": 1, "display_name": "Taxi", "phone": "19410"}]))
    pbx.sync("other")
    service([{"id": 1, "display_name": "Taxi", "telephone": "19410"}])
    result = pbx.sync("other")
    assert any("no longer has the column phone: " in warning for warning in result["warnings"])
    assert [entry["phone"] for entry in pbx.objects("phonebook_entry")] == ["19410"]
    assert pbx.sync("other")["warnings"] == []


def test_a_misspelt_name_of_our_own_in_key_map_is_told(pbx, service):
    source = service([entry(1)], key_map={**NAMES, "fone": "003pho_phone"})
    pbx.profile("other", "pbx_phonebook", source=source)
    warnings = pbx.sync("other")["warnings"]
    assert any(
        'key_map has the name "fone", which the profile does not use. Did you mean "phone"?' in one for one in warnings
    )


def test_a_needed_name_that_is_not_there_leads_to_key_map(pbx, service):
    pbx.profile("other", "pbx_phonebook", source=service([{"id": 1, "title": "Taxi"}]))
    with pytest.raises(SourceError, match=r'no column "display_name".*Map them in key_map') as caught:
        pbx.sync("other")
    assert "first line" not in caught.value.message

    pbx.profile("other", "pbx_phonebook", source=service([{"title": "Taxi"}], key_map={"displaynam": "title"}))
    with pytest.raises(SourceError, match=r"It has: title\. The option key_map .* Did you mean \"display_name\"\?"):
        pbx.sync("other")


def test_the_names_of_variables_are_understood_in_key_map(pbx, service):
    key_map = {"displayname": "title", "givenname": "first", "phone": "nr"}
    source = service([{"id": 1, "title": "Taxi", "first": "Anna", "nr": "19410"}], key_map=key_map)
    pbx.profile("other", "pbx_phonebook", source=source)
    assert pbx.sync("other")["warnings"] == []
    (found,) = pbx.objects("phonebook_entry")
    assert (found["display_name"], found["given_name"], found["phone"]) == ("Taxi", "Anna", "19410")


def test_an_empty_list_is_no_fault(service, read):
    whole = read(service(b"\xef\xbb\xbf [ ] \n"))
    assert (whole.rows, whole.result.complete) == ([], True)


# -- pages -------------------------------------------------------------------------------------------------------------


def test_pages_by_offset_are_read_until_one_is_empty(service, read, web):
    source = service([entry(1), entry(2)], [entry(3)], [], path="/offset?kind=company", key_map=NAMES)
    web.answer("/offset", *({"body": json.dumps(one).encode()} for one in ([entry(1), entry(2)], [entry(3)], [])))
    whole = read({**source, "offset_parameter": "offset", "page_size_parameter": "limit", "page_size": 2})
    assert [row["id"] for row in whole.rows] == ["1", "2", "3"]
    assert [request["path"] for request in web.requests_of("/offset")] == [
        "/offset?kind=company&offset=0&limit=2",
        "/offset?kind=company&offset=2&limit=2",
        "/offset?kind=company&offset=3&limit=2",
    ]


def test_pages_by_number_are_read_until_one_is_empty(service, read, web):
    source = service([entry(1)], [entry(2)], [], path="/pages", key_map=NAMES, page_parameter="p", first_page=0)
    assert [row["id"] for row in read(source).rows] == ["1", "2"]
    assert [request["path"] for request in web.requests_of("/pages")] == ["/pages?p=0", "/pages?p=1", "/pages?p=2"]


def test_a_service_that_ignores_pages_makes_no_endless_read(service, read):
    whole = read(service([entry(1), entry(2)], path="/same", key_map=NAMES, offset_parameter="offset"))
    assert [row["id"] for row in whole.rows] == ["1", "2"]
    assert not whole.result.complete
    assert "the same page again" in whole.result.reason


@pytest.mark.parametrize(
    "pages",
    [
        [[entry(1)], [entry(2)]] * 20,
        [[entry(1, asked=number), entry(2)] for number in range(40)],
        [[entry(1)], [entry(2)], [entry(2)]],
    ],
    ids=["by turns", "with the time of the answer", "the last one for ever"],
)
def test_pages_that_come_again_make_no_endless_read(service, read, web, pages):
    path = f"/again-{len(pages)}-{len(pages[0])}"
    source = service(*pages, path=path, key_map=NAMES, page_parameter="page")
    before = len(web.requests_of(path))
    whole = read(source)
    assert [row["id"] for row in whole.rows] == ["1", "2"]
    assert (whole.result.complete, "the same page again" in whole.result.reason) == (False, True)
    assert len(web.requests_of(path)) - before <= 3


def test_a_service_with_new_pages_for_ever_is_given_up(service, read, monkeypatch):
    monkeypatch.setattr(rest, "_MOST_PAGES", 5)
    pages = [[entry(number)] for number in range(10)]
    whole = read(service(*pages, path="/ever", key_map=NAMES, page_parameter="page"))
    assert (len(whole.rows), whole.result.complete) == (5, False)
    assert "more than 5 pages" in whole.result.reason


def test_a_later_page_that_fails_makes_the_read_incomplete(service, read, web):
    source = service([entry(1)], path="/fails", key_map=NAMES, page_parameter="page", retries=0)
    web.answer("/fails", {"body": json.dumps([entry(1)]).encode()}, {"status": 500})
    whole = read(source)
    assert [row["id"] for row in whole.rows] == ["1"]
    assert not whole.result.complete
    assert "answers 500" in whole.result.reason


def test_a_round_number_of_entries_looks_like_a_limit(service, read):
    whole = read(service([entry(number) for number in range(100)], key_map=NAMES))
    assert ["exactly 100 entries" in warning for warning in whole.result.warnings] == [True]


# -- what goes wrong ---------------------------------------------------------------------------------------------------


def test_a_body_that_breaks_off_gives_what_came_whole_and_removes_nothing(pbx, service, web):
    body = json.dumps([entry(number) for number in range(20)]).encode()
    pbx.profile("other", "pbx_phonebook", source=service(body, path="/cut", key_map=NAMES, retries=0))
    assert pbx.sync("other")["counts"]["created"] == 20
    changed = json.dumps([entry(number, **{"003pho_phone": "1"}) for number in range(20)]).encode()
    web.answer("/cut", {"body": changed, "cut": len(changed) // 2})
    result = pbx.sync("other")
    assert (result["complete"], result["result"], result["counts"]["removed"]) == (False, "partial", 0)
    assert 5 < result["counts"]["updated"] < 15
    assert len(pbx.objects("phonebook_entry")) == 20


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"body": b'{"data": []}'}, "one JSON object, not a list of objects; check url"),
        ({"body": b"<html>Sign in</html>"}, "a web page, not a JSON list"),
        ({"body": b""}, "nothing, not even an empty list"),
        ({"body": b"id,name"}, "something that is not a JSON list"),
        ({"body": b'[{"id": '}, "ends in the middle of its list"),
        ({"body": b'[{"id": 1}]', "cut": 4}, "broke off after 4 of 11 bytes"),
        ({"body": b'["a"]'}, "a list that holds something else than objects"),
        ({"body": b"[{id: 1}]"}, "is not valid JSON behind entry 0: expecting property name .*; check url"),
        ({"body": b'[{"id": ' + b"[" * 9999 + b"]" * 9999 + b"}]"}, "not valid JSON behind entry 0: nested too deeply"),
        ({"body": b'[{"id": "' + b"x" * 5_000_000 + b'"}]'}, "not valid JSON behind entry 0: one of more than 4 MiB"),
        ({"body": '[{"id": "ü"}]'.encode("latin-1")}, "is not UTF-8"),
        ({"status": 401}, "answers 401 Unauthorized; give username and password"),
        ({"status": 404}, "answers 404 Not Found; check url"),
        ({"auth": f"{USER}:other"}, r"check username and password \(user moby\)"),
    ],
)
def test_what_cannot_be_used_fails_with_one_sentence(service, read, web, answer, words):
    credentials = {"username": USER, "password": PASSWORD} if "auth" in answer else {}
    source = service([], path="/wrong", **credentials)
    web.answer("/wrong", answer)
    with pytest.raises(SourceError, match=words) as caught:
        read(source)
    assert caught.value.message.startswith("The phonebook https://localhost:")
    assert PASSWORD not in caught.value.message


def test_a_list_that_is_no_json_in_the_middle_gives_what_came_before(service, read):
    whole = read(service(b'[{"id": 1, "display_name": "a"},]'))
    assert [row["id"] for row in whole.rows] == ["1"]
    assert not whole.result.complete
    assert "not valid JSON behind entry 1: a comma behind the last entry" in whole.result.reason


def test_a_certificate_of_an_unknown_authority_is_refused(service, read):
    source = service([entry(1)], key_map=NAMES)
    del source["ca_path"]
    with pytest.raises(SourceError, match=r"certificate of localhost.*check ca_path"):
        read(source)


@pytest.mark.parametrize(
    ("item", "rule"),
    [
        ({"id": 2, "display_name": {"first": "Max"}}, 'must have a text or number in "display_name"'),
        ({"id": 2, "display_name": "a\0b"}, 'must not hold a NUL character in "display_name"'),
        ({"id": 2, "display_name": "a\ud83d"}, 'must not hold half a character in "display_name"'),
        ({"id": "\udcff", "display_name": "a"}, 'must not hold half a character in "id"'),
    ],
)
def test_an_entry_that_cannot_be_used_stops_no_other(service, read, item, rule):
    whole = read(service([{"id": 1, "display_name": "a"}, item, {"id": 3, "display_name": "c"}]))
    assert [row["id"] for row in whole.rows] == ["1", "3"]
    assert [(one.number, one.rule) for one in whole.unusable] == [(2, rule)]
