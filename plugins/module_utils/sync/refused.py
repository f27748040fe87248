# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Records that were rejected, kept with the checkpoint: a read that brings only changes does not bring them again.

They are looked at again as if it had, so that they are told of and protect objects as in a full read. As they may hold
passwords, they are kept encrypted.
"""

from __future__ import annotations

import json
import typing as t
from collections.abc import Mapping

from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.sync import findings

#: Beyond this, everything is read again.
LIMIT = findings.LIMIT
_ENTRY = "refused"


class Refused(t.NamedTuple):
    """The rejected records of one read by their keys, and the columns of their cells."""

    columns: tuple[str, ...] = ()
    records: Mapping[str, Record] = {}


def as_entry(store: Store, refused: Refused) -> dict[str, str]:
    """Return what to keep with a checkpoint."""
    if not refused.records:
        return {}
    records = [(key, record.number, record.row) for key, record in refused.records.items()]
    return {_ENTRY: store.vault.encrypt(json.dumps([refused.columns, records]))}


def of(store: Store, checkpoint: Mapping[str, t.Any]) -> Refused:
    """Return what was kept with a checkpoint."""
    if _ENTRY not in checkpoint:
        return Refused()
    columns, records = json.loads(store.vault.decrypt(checkpoint[_ENTRY]))
    return Refused(tuple(columns), {key: Record(number, tuple(row)) for key, number, row in records})
