# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the template m365_users makes of users of every kind."""

from __future__ import annotations

import pytest

UPN = "max@contoso.onmicrosoft.com"


@pytest.fixture
def location(tmp_path):
    """One database is enough here."""
    return str(tmp_path / "store.db")


@pytest.mark.parametrize(
    ("properties", "is_imported"),
    [
        ({}, True),
        ({"userType": None}, True),
        ({"userType": "Guest"}, False),
        ({"accountEnabled": False}, False),
        ({"userPrincipalName": "max_partner.example#EXT#@contoso.onmicrosoft.com"}, False),
    ],
    ids=["member", "from before there were guests", "guest", "disabled", "external member"],
)
def test_enabled_members_are_imported_by_default(staff, cloud, properties, is_imported):
    user = cloud.tenant.add(UPN)
    cloud.tenant.change(user, **properties)
    counts = staff().sync()["counts"]
    assert (counts["created"], counts["filtered"]) == ((1, 0) if is_imported else (0, 1))


def test_a_profile_may_want_others(staff, cloud):
    cloud.tenant.add(UPN, accountEnabled=False, department="Sales")
    cloud.tenant.add("eva@contoso.onmicrosoft.com", userType="Guest", department="Sales")
    cloud.tenant.add("kim@contoso.onmicrosoft.com", department="Legal")
    phone = staff(filter="row.department == 'Sales' and (row.disabled or row.userType == 'Guest')")
    phone.sync()
    assert phone.names() == ["eva@contoso.onmicrosoft.com", UPN]


@pytest.mark.parametrize(
    ("number", "extension"),
    [
        ("234", "234"),
        (" 234 ", "234"),
        ("+49 30 1234-567", None),
        ("030 1234567", None),
        ("4930123456", None),
        ("0234", None),
        (None, None),
    ],
)
def test_only_a_number_that_is_dialled_inside_becomes_the_extension(staff, cloud, number, extension):
    cloud.tenant.add(UPN, businessPhones=[number] if number else [])
    phone = staff()
    assert phone.sync()["rejected"] == []
    assert phone.user(UPN).get("extension") == extension


def test_the_extension_can_be_cut_out_of_a_public_number(staff, cloud):
    cloud.tenant.add(UPN, businessPhones=["+49 30 1234-567"])
    phone = staff(variables={"phone": "row.businessPhones | regex_search('-([0-9]{3})$', 1)"})
    phone.sync()
    assert phone.user(UPN)["extension"] == "567"


def test_switches_make_devices(staff, cloud):
    cloud.tenant.add(UPN, mobilePhone="0151")
    cloud.tenant.add("eva@contoso.onmicrosoft.com")
    phone = staff(create_softphone=True, create_mobile_phone=True)
    phone.sync()
    assert phone.user(UPN)["devices"] == [{"type": "softphone"}, {"type": "mobile", "number": "0151"}]
    assert phone.user("eva@contoso.onmicrosoft.com")["devices"] == [{"type": "softphone"}]


@pytest.mark.parametrize("configures", [True, False])
def test_users_sign_in_by_single_sign_on(staff, cloud, configures):
    cloud.tenant.add(UPN)
    phone = staff(configure_authentication=configures)
    phone.sync()
    assert phone.user(UPN)["auth_method"] == "sso"


def test_a_user_without_a_name_is_rejected_and_the_others_come(staff, cloud):
    cloud.tenant.add(UPN, displayName=None)
    cloud.tenant.add("eva@contoso.onmicrosoft.com")
    phone = staff()
    (rejected,) = phone.sync()["rejected"]
    assert (rejected["field"], rejected["rule"]) == ("display_name", "required")
    assert phone.names() == ["eva@contoso.onmicrosoft.com"]
