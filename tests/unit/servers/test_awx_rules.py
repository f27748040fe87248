# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in of AWX refuses what AWX's own description of its fields does not allow."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.telephony.connector.tests.servers.awx_rules import ASSOCIATIONS, RESOURCES, VERSION, wrong

TEMPLATE = {"name": "Phones sync", "project": 3, "inventory": 4, "playbook": "sync.yml"}


@pytest.mark.parametrize(
    ("resource", "given", "field", "words"),
    [
        ("job_templates", {**TEMPLATE, "playbok": "x"}, "playbok", "no such field"),
        ("job_templates", {**TEMPLATE, "project": "three"}, "project", "is no id"),
        ("job_templates", {**TEMPLATE, "project": True}, "project", "is no id"),
        ("job_templates", {**TEMPLATE, "allow_simultaneous": "maybe"}, "allow_simultaneous", "is no boolean"),
        ("job_templates", {**TEMPLATE, "job_type": "walk"}, "job_type", "not a valid choice"),
        ("job_templates", {**TEMPLATE, "forks": -1}, "forks", "too small"),
        ("job_templates", {**TEMPLATE, "name": "x" * 513}, "name", "no more than 512"),
        ("job_templates", {**TEMPLATE, "name": ""}, "name", "may not be blank"),
        ("job_templates", {"playbook": "sync.yml"}, "name", "is required"),
        ("schedules", {"name": "x", "unified_job_template": 3}, "rrule", "is required"),
        ("credential_types", {"name": "x", "kind": "ssh"}, "kind", "not a valid choice"),
        ("workflow_approval_templates", {"name": "x", "identifier": "x"}, "identifier", "no such field"),
        (
            "notification_templates",
            {"name": "x", "organization": 1, "notification_type": "webhook", "notification_configuration": {}},
            "notification_configuration",
            "must hold exactly",
        ),
    ],
)
def test_what_awx_would_not_take_is_named(resource: str, given: dict[str, Any], field: str, words: str) -> None:
    assert words in wrong(resource, given, is_new=True)[field][0]


def test_what_awx_takes_is_taken() -> None:
    assert wrong("job_templates", TEMPLATE, is_new=True) == {}
    assert wrong("job_templates", {"job_type": "check"}, is_new=False) == {}


def test_what_is_connected_is_what_awx_connects() -> None:
    assert VERSION
    for resource, connected in ASSOCIATIONS.items():
        assert connected.keys() <= set(RESOURCES[resource]["related"])
        assert set(connected.values()) <= RESOURCES.keys()
