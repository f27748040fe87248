# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users for other phone systems. Each expected line names where it comes from."""

from __future__ import annotations

import csv
import stat

import pytest

#: pascom documentation, user/csv-import: the columns of the sample, phonemac and phoneip among the optional ones
PASCOM_COLUMNS = "displayname,username,password,pin,phone,givenname,surname,email,mobile,homephone,job,phonemac,phoneip"

PEOPLE = """\
displayname,username,password,pin,phone,givenname,surname,organisation,email,mobile,homephone,fax,job,phonemac,phoneip,\
phoneuser,inttimeout,intdelay,quetimeout,roles,createSoftphone,createMobile
"Müller, ""Erika"" & Co",emueller,longpassword,4711,201,Erika,Müller,Muster & Söhne,erika@example.com,+49 171 2345678,\
0991 1,0991 2,"Key account, north",00:15:65:aa:bb:cc,192.0.2.7,emu,20,5,30,"Sales, Berlin; South",1,1
Ömer,oemer,,,,,,,,,,,,,,,,,,,,
=Formula,formula,,,202,,,,,,,,,,,,,,,,1,
"""


@pytest.fixture
def lines(publish, tmp_path):
    """Return lines(system, format, **options) -> (result, header, rows as dictionaries)."""

    def run(system, format_, **options):
        result = publish(system, format_, **options)
        with (tmp_path / "out/book").open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            rows = list(reader)
        return result, reader.fieldnames, rows

    return run


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_pascom_users_come_back_by_the_template_csv_users(system, publish, tmp_path):
    system.profile()
    system.import_csv(PEOPLE)
    result = publish(system, "pascom_users", "export.csv")
    assert (result["counts"]["created"], result["left_out"], result["cut"]) == (3, [], [])
    other = type(system)(str(tmp_path / "other.db"), tmp_path / "out")
    other.profile(source={"path": str(tmp_path / "out/export.csv")})
    assert other.sync()["counts"]["created"] == 3

    def people(of):
        kept = ({key: value for key, value in one.items() if key not in ("id", "password", "pin")} for one in of)
        return sorted(kept, key=lambda one: one["username"])

    assert people(other.objects()) == people(system.objects())
    assert other.sync()["counts"]["unchanged"] == 3


def test_pascom_users_have_the_columns_of_its_documentation_and_no_secret(system, lines, tmp_path):
    system.profile()
    system.import_csv(PEOPLE)
    _result, header, rows = lines(system, "pascom_users")
    assert ",".join(header).startswith(PASCOM_COLUMNS)
    assert {(row["password"], row["pin"]) for row in rows} == {("", "")}
    text = (tmp_path / "out/book").read_text(encoding="utf-8")
    assert "longpassword" not in text
    assert "4711" not in text
    assert "*" not in text  # the mask neither
    assert mode_of(tmp_path / "out/book") == 0o600


def test_pascom_users_tell_which_devices_have_no_column(system, lines):
    phones = [{"type": "ip_phone", "mac": f"00156500000{number}"} for number in range(2)]
    others = [{"type": "mobile", "number": "+49 171 1"}, {"type": "mobile", "number": "+49 171 2"}, {"type": "sip"}]
    system.by_hand(
        "user", username="anna", display_name="Anna", phonebook={"mobile": "0171 2"}, devices=[*phones, *others]
    )
    result, _header, (row,) = lines(system, "pascom_users", numbers={"form": "e164", "country": "DE"})
    assert (row["phonemac"], row["mobile"], row["createMobile"]) == ("001565000000", "+491712", "1")
    left_out = [(one["field"], one["value"]) for one in result["left_out"]]
    assert left_out == [
        ("devices (ip_phone)", "001565000001"), ("devices (mobile)", "+49 171 1"), ("devices (sip)", ""),
    ]  # fmt: skip


PHONE = [{"type": "ip_phone", "mac": "001565aabbcc"}]
SECRET = "a-chosen-secret"
ERIKA = {
    "username": "emueller", "display_name": "Erika Müller", "given_name": "Erika", "surname": "Müller",
    "extension": "201", "email": "erika@example.com", "language": "de", "sip_password": SECRET, "devices": PHONE,
    "phonebook": {"mobile": "+49 (0)171 2345678", "organisation": "Muster & Söhne", "fax": "0991 2"},
}  # fmt: skip


def test_freepbx_users_have_the_columns_of_its_user_manager(system, lines, tmp_path):
    system.by_hand("user", **ERIKA)
    system.by_hand("user", username="voicemail", display_name="Voicemail", extension="202")
    system.by_hand("user", username="none", display_name="None", extension="203", auth_method="none")
    system.by_hand("user", username="nonumber", display_name="No number")
    result, header, rows = lines(system, "freepbx_users")
    # userman, Userman.class.php, bulkhandlerGetHeaders("usermanusers"); company to fax and encrypted_password are read
    # in bulkhandlerImport
    assert header == [
        "username", "password", "encrypted_password", "default_extension", "description", "fname", "lname",
        "displayname", "company", "email", "cell", "home", "fax",
    ]  # fmt: skip
    # the same function: an empty password keeps the old one, and encrypted_password counts for new users alone; no
    # password has the hash *
    assert {name: value for name, value in rows[0].items() if value} == {
        "username": "emueller", "encrypted_password": "*", "default_extension": "201", "fname": "Erika",
        "lname": "Müller", "displayname": "Erika Müller", "company": "Muster & Söhne", "email": "erika@example.com",
        "cell": "+49 (0)171 2345678", "fax": "0991 2",
    }  # fmt: skip
    assert [row["username"] for row in rows] == ["emueller", "voicemail"]
    # the import stops at the first line without default_extension
    assert sorted((one["name"], one["field"]) for one in result["left_out"]) == [
        ("No number", "extension"), ("None", "auth_method"),
    ]  # fmt: skip
    assert mode_of(tmp_path / "out/book") == 0o600
    assert SECRET not in (tmp_path / "out/book").read_text()


def test_freepbx_accepts_the_hash_of_a_sip_password(system, lines):
    from passlib.hash import phpass

    system.by_hand("user", **ERIKA)
    system.by_hand("user", username="voicemail", display_name="Voicemail", extension="202")
    result, _header, (row,) = lines(system, "freepbx_users", target={"new_users": "sip_password"})
    assert phpass.verify(SECRET, row["encrypted_password"])
    assert not phpass.verify("another", row["encrypted_password"])
    # PasswordHash(8, false) makes 2 ** 13 rounds, the letter B, where it makes a portable hash
    assert row["encrypted_password"].startswith("$P$B")
    assert row["encrypted_password"] not in str(result)
    again, _header, (same,) = lines(system, "freepbx_users", target={"new_users": "sip_password"})
    assert (again["changed"], same) == (False, row)


def test_3cx_users_have_the_columns_of_its_bulk_import(system, lines, tmp_path):
    system.by_hand("user", **ERIKA)
    numbers = {"form": "international", "country": "DE"}
    result, header, (row,) = lines(system, "threecx_users", numbers=numbers)
    # 3cx.com, bulk extension import: a fixed order
    assert ",".join(header) == (
        "Number,FirstName,LastName,EmailAddress,MobileNumber,AuthID,AuthPassword,WebMeetingFriendlyName,"
        "WebMeetingPrivateRoom,ClickToCall,ClickToCallFriendlyName,WebMeetingAcceptReject,EnableVoicemail,VMNoPin"
    )
    # the same page: switches are 0 or 1, a mobile number has digits only
    assert list(row.values()) == [
        "201", "Erika", "Müller", "erika@example.com", "00491712345678", "201", SECRET, "", "0", "0", "", "0", "0", "0",
    ]  # fmt: skip
    assert SECRET not in str(result)
    assert mode_of(tmp_path / "out/book") == 0o600


def test_3cx_20_takes_nobody_without_names_and_address(system, lines):
    system.by_hand("user", **ERIKA)
    system.by_hand("user", username="otto", display_name="Otto Ohnemail", extension="202", devices=PHONE)
    system.by_hand("user", username="lobby", display_name="Lobby", extension="203", devices=PHONE)
    result, _header, rows = lines(system, "threecx_users")
    assert [row["Number"] for row in rows] == ["201"]
    left_out = {one["name"]: one["field"] for one in result["left_out"] if one["field"] != "MobileNumber"}
    assert left_out == {"Otto Ohnemail": "email", "Lobby": "surname"}
    # without an international prefix, +49 is no number of digits
    assert [one["value"] for one in result["left_out"] if one["field"] == "MobileNumber"] == ["+491712345678"]
    _result, _header, rows = lines(system, "threecx_users", target={"version": "16"})
    assert [(row["Number"], row["FirstName"], row["LastName"]) for row in rows] == [
        ("201", "Erika", "Müller"), ("203", "Lobby", ""), ("202", "Otto", "Ohnemail"),
    ]  # fmt: skip


def test_wazo_users_have_the_columns_of_its_import(system, lines, tmp_path):
    system.by_hand("user", **ERIKA)
    result, header, (row,) = lines(system, "wazo_users", target={"context": "internal"}, sip_user="username")
    # Wazo documentation, "CSV Import and Export": UTF-8, commas, these names
    assert header == [
        "firstname", "lastname", "language", "mobile_phone_number", "email", "username", "exten", "context",
        "line_protocol", "sip_username", "sip_secret",
    ]  # fmt: skip
    # wazo-confd, plugins/user/schema.py: a mobile number of digits, * and # with an optional +
    assert list(row.values()) == [
        "Erika", "Müller", "de_DE", "+491712345678", "erika@example.com", "emueller", "201", "internal", "sip",
        "emueller", SECRET,
    ]  # fmt: skip
    # wazo-confd, user_import/csvparse.py: the body is split at \n
    assert b"\r" not in (tmp_path / "out/book").read_bytes()
    assert SECRET not in str(result)
    assert mode_of(tmp_path / "out/book") == 0o600


def test_wazo_limits_are_kept_and_said(system, lines):
    system.by_hand(
        "user", username="ä", display_name="Äm", given_name="g" * 129, extension="201", language="nl", devices=PHONE,
        phonebook={"mobile": "see note"},
    )  # fmt: skip
    result, header, (row,) = lines(system, "wazo_users", target={"entity_id": 3})
    assert header[0] == "entity_id"
    assert (row["entity_id"], len(row["firstname"]), len(row["sip_secret"])) == ("3", 128, 24)
    assert sorted(one["field"] for one in result["left_out"]) == ["language", "phonebook.mobile", "username"]
    assert [one["field"] for one in result["cut"]] == ["firstname"]


@pytest.mark.parametrize("format_", ["threecx_users", "wazo_users"])
def test_who_may_not_sign_in_is_in_no_file_of_accounts(system, lines, format_):
    system.by_hand("user", **ERIKA)
    system.by_hand("user", **{**ERIKA, "username": "gone", "extension": "202", "auth_method": "none"})
    system.by_hand("user", **{**ERIKA, "username": "mobile", "extension": "203", "devices": []})
    _result, _header, rows = lines(system, format_)
    assert [row.get("Number") or row["exten"] for row in rows] == ["201"]


def test_a_password_is_written_to_the_letter_whatever_a_spreadsheet_does(system, lines):
    system.by_hand("user", **{**ERIKA, "sip_password": "=a,b\"c'defg", "given_name": "=" + "g" * 127})
    _result, _header, (row,) = lines(system, "wazo_users", target={"formulas": "text"})
    assert row["sip_secret"] == "=a,b\"c'defg"
    assert row["firstname"] == "'=" + "g" * 126  # within the 128 that Wazo takes
