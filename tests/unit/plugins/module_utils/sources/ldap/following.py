# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads of a directory that follow each other."""

from __future__ import annotations

from typing import Any

from ansible_collections.telephony.connector.tests.directory import read_directory, source_of
from ansible_collections.telephony.connector.tests.servers.slapd import Slapd

SUFFIX = "dc=example,dc=test"
WANTED = ("entryUUID", "uid", "cn", "dn", "telephoneNumber")


def source(slapd: Slapd, **options: Any) -> dict[str, Any]:
    return source_of(slapd, **{"incremental": True, **options})


def read(slapd: Slapd, *wanted: str, checkpoint: Any = None, **options: Any) -> Any:
    return read_directory(source(slapd, **options), *(wanted or WANTED), checkpoint=checkpoint)


def again(slapd: Slapd, first: Any, *wanted: str, **options: Any) -> Any:
    """Read on from what an earlier read left."""
    assert first.result.checkpoint
    return read(slapd, *wanted, checkpoint=first.result.checkpoint, **options)
