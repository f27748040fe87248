# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords on their way into the store: hashed or encrypted, never in clear, and gone when their field is gone."""

from __future__ import annotations

import json
import re

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.authentication import passwords
from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.tests.contents import contents, everything

PASSWORD, PIN, PHONE_PASSWORD = "Kirschbaum-Laterne-88", "90347215", "Telefon-Wolke-4711"
SOURCE_PASSWORD = "Quelle-Regenschirm-12"
HEADER = "username,displayname,password,pin,phonemac,phonepass\n"
EVERY_SECRET = f"eeva,Eva,{PASSWORD},{PIN},001122aabbcc,{PHONE_PASSWORD}\n"


@pytest.fixture
def staff(system):
    system.profile()
    system.import_csv(HEADER + EVERY_SECRET + "other,Other,,,,\n")
    return system


def credentials(system):
    """Return field -> value of Eva's secrets; a device's without its mark."""
    eva = system.user("eeva")["id"]
    rows = contents(system.location)["credentials"]
    return {field.partition(":")[0]: value for object_id, field, value, _mark in rows if object_id == eva}


def test_no_secret_lies_in_the_store_in_clear(staff):
    source = {"url": "https://127.0.0.1:1/people.csv", "url_username": "pbx", "url_password": SOURCE_PASSWORD}
    staff.profile("web", source=source)
    staff.by_hand("user", username="porter", display_name="Porter", password=PASSWORD + "-2", pin=PIN + "2")
    found = everything(staff.location)
    for secret in (PASSWORD, PIN, PHONE_PASSWORD, SOURCE_PASSWORD, staff.KEY):
        assert secret.encode() not in found
    assert b"Eva" in found, "the search would find a text that is there"


def test_passwords_are_hashes_that_verify_and_device_secrets_can_be_read_again(staff):
    kept = credentials(staff)
    assert kept.keys() == {"password", "pin", "device"}
    for field, secret in (("password", PASSWORD), ("pin", PIN)):
        assert kept[field].startswith("$argon2id$")
        assert passwords.hasher().verify(kept[field], secret)
    store = Store.open(staff.location, staff.KEY)
    assert store.vault.decrypt(kept["device"]) == PHONE_PASSWORD
    store.close()


def test_equal_passwords_of_two_people_do_not_look_equal(staff):
    staff.import_csv(HEADER + EVERY_SECRET + f"other,Other,{PASSWORD},,,\n")
    hashes = [value for _object, field, value, _mark in contents(staff.location)["credentials"] if field == "password"]
    assert len(set(hashes)) == len(hashes) == 2


def test_a_password_is_not_hashed_again_while_it_stays_the_same(staff):
    before = credentials(staff)
    staff.import_csv(HEADER + EVERY_SECRET.replace("Eva", "Eva Ebert"))
    staff.by_hand("user", username="eeva", language="de", password=PASSWORD)
    assert credentials(staff) == before


def test_a_changed_password_replaces_the_old_one(staff):
    staff.import_csv(HEADER + EVERY_SECRET.replace(PASSWORD, "Regenbogen-Tasse-3"))
    assert passwords.hasher().verify(credentials(staff)["password"], "Regenbogen-Tasse-3")
    staff.by_hand("user", username="eeva", password="Regenbogen-Tasse-4")
    assert passwords.hasher().verify(credentials(staff)["password"], "Regenbogen-Tasse-4")


def test_a_password_that_the_source_takes_away_opens_nothing_any_more(staff):
    staff.import_csv(HEADER + "eeva,Eva,,,,\nother,Other,,,,\n")
    assert credentials(staff) == {}
    assert "password" not in staff.user("eeva")


def test_a_password_that_a_person_takes_away_opens_nothing_any_more(staff):
    staff.by_hand("user", username="eeva", password="", pin="", devices=[])
    assert credentials(staff) == {}


@pytest.mark.parametrize("by_hand", [False, True])
def test_the_secret_of_a_device_goes_with_its_change_or_its_device(staff, by_hand):
    if by_hand:
        staff.by_hand(
            "user", username="eeva", devices=[{"type": "ip_phone", "mac": "001122aabbcc", "password": "New-Word-9"}]
        )
    else:
        staff.import_csv(HEADER + EVERY_SECRET.replace(PHONE_PASSWORD, "New-Word-9"))
    eva = staff.user("eeva")["id"]
    names = [field for object_id, field, *_value in contents(staff.location)["credentials"] if object_id == eva]
    assert len(names) == 3, "the old device secret is not kept beside the new one"
    store = Store.open(staff.location, staff.KEY)
    assert store.vault.decrypt(credentials(staff)["device"]) == "New-Word-9"
    store.close()


def test_secrets_go_with_their_object(staff):
    staff.import_csv(HEADER + "other,Other,,,,\n")
    assert contents(staff.location)["credentials"] == []


def test_a_secret_that_cannot_be_used_is_masked_wherever_it_is_told(staff):
    result = staff.import_csv(HEADER + "eeva,Eva,Kurz-1x,,,\nother,Other,,12x4,,\n")
    assert [(entry["field"], entry["value"]) for entry in result["rejected"]] == [
        ("password", "********"),
        ("pin", "********"),
    ]
    explained = staff.sync(check=True, only="eeva", explain=True)
    for text in (json.dumps(result), json.dumps(explained), everything(staff.location).decode("latin-1")):
        assert "Kurz-1x" not in text
        assert "12x4" not in text


def test_secrets_are_masked_in_results_changes_and_diffs(staff):
    texts = [
        staff.sync(check=True, diff=True, only="eeva", explain=True),
        staff.import_csv(HEADER + EVERY_SECRET.replace("-88", "-89").replace(PIN, PIN + "1"), diff=True),
        staff.objects(),
        staff.user("eeva"),
    ]
    for text in map(json.dumps, texts):
        for secret in (PASSWORD[:-3], PIN, PHONE_PASSWORD):
            assert secret not in text


def test_a_store_without_a_key_refuses_secrets_and_takes_the_rest(postgres, tmp_path):
    from ansible_collections.telephony.connector.tests.system import System

    system = System(postgres.new_database(), tmp_path)
    system.KEY = None
    system.profile()
    assert system.import_csv("username,displayname\neeva,Eva\n")["counts"]["created"] == 1
    with pytest.raises(StoreError, match="needs a key before it can keep passwords"):
        system.import_csv(HEADER + EVERY_SECRET)
    web = {"url": "https://127.0.0.1:1/x", "url_username": "u", "url_password": "s3cret"}
    for check in (True, False):
        with pytest.raises(StoreError, match="TELEPHONY_CONNECTOR_STORE_KEY"):
            system.profile("web", check=check, source=web)
    assert contents(system.location)["credentials"] == []


# -- who has the same secret is nobody's business ---------------------------------------------------------------------

SAME = HEADER + "".join(f"user{n},User {n},same-password,4711,00112233440{n},same-device\n" for n in range(5))


def test_equal_secrets_are_equal_nowhere_in_the_store(system):
    """Not in what a read-only role sees, nor in credentials."""
    system.profile()
    system.import_csv(SAME)
    system.import_csv(SAME.replace("4711", "4712"))
    system.by_hand("user", username="six", display_name="Six", password="same-password", pin="4712")
    tables = contents(system.location)
    kept = [(field.partition(":")[0], cell) for _id, field, *cells in tables["credentials"] for cell in cells]
    assert len(set(kept)) == len(kept) == 2 * (5 * 3 + 2)
    fingerprints = {cell for _kind, cell in kept}
    for table in tables.keys() - {"credentials", "past_credentials"}:
        assert [cell for cell in fingerprints if cell in repr(tables[table])] == [], table
    texts = repr([tables["objects"], tables["links"], tables["changes"]])
    assert not re.search(r"[0-9a-f]{32}", texts)
    assert set(re.findall(r'"(?:password|pin)":"([^"]*)"', texts)) <= {
        "********", "set 1", "set 2", "set 1.0", "set 2.0",
    }  # fmt: skip


def test_swapped_secrets_are_another_plan(staff):
    """Somebody who may write the file after the review must not get in by it."""
    two = HEADER + "anna,Anna,first-password,1111,,\nben,Ben,second-password,2222,,\n"
    swapped = two.replace("first", "x").replace("second", "first").replace("x-p", "second-p")
    for before in (
        None,
        HEADER + EVERY_SECRET + "other,Other,,,,\nanna,Anna,old-password,,,\nben,Ben,old-password,,,\n",
    ):
        if before:
            staff.import_csv(before)
        digests = set()
        for text in (two, swapped, two.replace("1111", "1112"), two):
            staff.csv(HEADER + EVERY_SECRET + "other,Other,,,,\n" + text.removeprefix(HEADER))
            digests.add(staff.sync(check=True)["plan_digest"])
        assert len(digests) == 3


def test_a_password_of_a_persons_hand_is_known_from_the_profiles(staff):
    """Where the source has none any more, what a person set since stays; what the profile had set goes."""
    staff.by_hand("user", username="eeva", password="By-Hand-77")
    staff.import_csv(HEADER + f"eeva,Eva,,{PIN},001122aabbcc,{PHONE_PASSWORD}\nother,Other,,,,\n")
    assert passwords.hasher().verify(credentials(staff)["password"], "By-Hand-77")
    staff.import_csv(HEADER + "eeva,Eva,,,001122aabbcc,\nother,Other,,,,\n")
    assert credentials(staff).keys() == {"password"}


def test_the_same_secret_by_hand_is_no_change(staff):
    before = contents(staff.location)
    device = {"type": "ip_phone", "mac": "001122aabbcc", "password": PHONE_PASSWORD}
    for fields in ({"password": PASSWORD}, {"pin": PIN}, {"devices": [device]}):
        assert staff.by_hand("user", username="eeva", **fields)["changed"] is False
    assert contents(staff.location) == before


def test_two_devices_with_the_same_secret_stay_as_they_are(system):
    devices = [{"type": "sip", "username": f"username ~ '-{n}'", "password": "row.phonepass"} for n in (1, 2)]
    system.profile(structure={"user": {"devices": devices}})
    for name in ("Eva", "Eva B."):
        result = system.import_csv(f"username,displayname,phonepass\neva,{name},{PHONE_PASSWORD}\n")
    (change,) = result["changes"]
    assert change["after"] == {"display_name": "Eva B."}
    again = [{"type": "sip", "username": f"eva-{n}", "password": PHONE_PASSWORD} for n in (1, 2)]
    assert not system.by_hand("user", username="eva", devices=again)["changed"]


def test_what_is_adopted_keeps_the_secret_that_it_has(system):
    system.by_hand("user", username="eeva", display_name="Eva", password=PASSWORD, pin=PIN)
    before = contents(system.location)["credentials"]
    system.profile()
    (change,) = system.import_csv(HEADER + f"eeva,Eva,{PASSWORD},{PIN},,\n")["changes"]
    assert (change["before"], change["after"]) == ({}, {})
    assert contents(system.location)["credentials"] == before
    assert system.sync()["result"] == "unchanged"
