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
