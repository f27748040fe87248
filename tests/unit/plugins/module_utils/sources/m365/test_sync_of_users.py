# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users of Microsoft 365 on their whole way: signed in for, read, mapped, and in the store."""

from __future__ import annotations


def test_one_user_travels_from_the_tenant_into_the_store(staff, cloud):
    user = cloud.tenant.add(
        "Max.Müller@contoso.onmicrosoft.com", displayName="Max Müller", givenName="Max", surname="Müller",
        mail="max@contoso.example", mobilePhone="+49 151 1", businessPhones=["4711"], companyName="Contoso",
        jobTitle="Buyer", faxNumber="+49 30 99",
    )  # fmt: skip
    system = staff(create_softphone=True, create_mobile_phone=True)
    result = system.sync()
    assert result["counts"]["created"] == 1
    assert result["warnings"] == []
    (change,) = result["changes"]
    assert change["key"] == user["id"]
    found = system.user("max.müller@contoso.onmicrosoft.com")
    del found["id"]
    assert found == {
        "profiles": ["staff"],
        "username": "max.müller@contoso.onmicrosoft.com",
        "display_name": "Max Müller",
        "given_name": "Max",
        "surname": "Müller",
        "email": "max@contoso.example",
        "extension": "4711",
        "auth_method": "sso",
        "phonebook": {"organisation": "Contoso", "mobile": "+49 151 1", "fax": "+49 30 99", "notes": "Buyer"},
        "devices": [{"type": "softphone"}, {"type": "mobile", "number": "+49 151 1"}],
    }
    again = system.sync()
    assert (again["result"], again["counts"]["unchanged"]) == ("unchanged", 1)
