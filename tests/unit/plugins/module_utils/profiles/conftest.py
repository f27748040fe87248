# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Helpers of the tests of profiles: make a profile, map rows given as mappings, work out one expression."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

Row = Mapping[str, Any]

_DIRECTORY = {"uri": "ldaps://a", "base_dn": "dc=example", "username": "cn=reader", "password": "x"}
_DOMAIN = {"domain": "corp.example", "server": ["dc1.corp.example"], "username": "reader", "password": "x"}
# Options that are enough for a source of each family.
SOURCES: dict[str, dict[str, Any]] = {
    "csv": {"path": "/x.csv"},
    "ldap": _DIRECTORY,
    "ad": _DOMAIN,
    "ucs": _DOMAIN,
    "m365": {"tenant_id": "contoso", "client_id": "11111111-2222-3333-4444-555555555555", "client_secret": "x"},
    "exchange": {"email": "svc-pbx@corp.example", "password": "x"},
    "pbx": {"store": "/other.db"},
}


def define(template: str = "csv_users", **options: Any) -> Any:
    """Return the definition of a profile called staff."""
    from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition

    source = SOURCES.get(template.partition("_")[0], SOURCES["csv"])
    return Definition.from_options({"name": "staff", "template": template, "source": source, **options})


def map_row(row: Row, template: str = "csv_users", **options: Any) -> Any:
    """Return what one row becomes."""
    from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import Mapper
    from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record

    return Mapper(define(template, **options)).bind(tuple(row)).map(Record(1, tuple(row.values())))


@pytest.fixture(name="define")
def define_fixture() -> Callable[..., Any]:
    """Return `define`."""
    return define


@pytest.fixture(name="map_row")
def map_row_fixture() -> Callable[..., Any]:
    """Return `map_row`."""
    return map_row


@pytest.fixture
def work_out() -> Callable[..., Any]:
    """Return work_out(expression, **columns) -> its value, or the rule by which the record was rejected.

    The value is what a speed dial's display name would be; the column `number` is always there.
    """

    def work_out(expression: Any, **columns: Any) -> Any:
        structure = {"speed_dial": [{"number": "row.number", "destination": "'0'", "display_name": expression}]}
        outcome = map_row({"number": "801", **columns}, "csv_speed_dials", key="row.number", structure=structure)
        if type(outcome).__name__ == "Rejected":
            return outcome.rule
        return outcome.objects[0].fields.get("display_name")

    return work_out
