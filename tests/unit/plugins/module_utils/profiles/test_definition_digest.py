# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The digest of a profile changes with what records become, and with nothing else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition

Define = Callable[..., Definition]


CHANGES: list[dict[str, Any]] = [
    {"variables": {"job": "row.title"}},
    {"structure": {"user": {"email": None}}},
    {"filter": "row.active"},
    {"key": "row.id"},
    {"field_policy": {"email": "keep"}},
    {"create_softphone": False},
    {"template": "csv_phonebook"},
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_digest_changes_with_what_records_become(define: Define, change: dict[str, Any]) -> None:
    assert define(**change).digest != define().digest


@pytest.mark.parametrize(
    "same",
    [
        {"mode": "create_update"},
        {"guards": {"max_removals": 1}},
        {"remove_adopted": True},
        {"source": {"path": "/other.csv"}},
        {"name": "people"},
        {"variables": {"job": "row.job"}},
        {"structure": {"user": {"email": "email"}}},
    ],
)
def test_the_digest_does_not_depend_on_anything_else(define: Define, same: dict[str, Any]) -> None:
    assert define(**same).digest == define().digest


def test_the_digest_does_not_depend_on_the_order_in_which_things_are_written(define: Define) -> None:
    one = define(variables={"a": "row.a", "b": "row.b"})
    other = define(variables={"b": "row.b", "a": "row.a"})
    assert one.digest == other.digest


def test_the_digest_is_the_same_in_another_process(define: Define) -> None:
    script = (
        "from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition;"
        "print(Definition.from_options({'name': 'x', 'template': 'csv_users', 'source': {'path': '/y'}}).digest)"
    )
    for seed in ("1", "2"):
        command = [sys.executable, "-c", script]
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == define().digest
