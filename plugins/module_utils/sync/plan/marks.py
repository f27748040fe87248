# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The mark of one operation, of which the digest of a plan is made: of a sync, and of an undo."""

from __future__ import annotations

import hashlib

from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import staging


def operation_hash(key: str, slot: str, kind: str, action: str, name: str, before: str, after: str) -> bytes:
    """Return the mark of one operation (16 bytes); `before` and `after` are JSON texts, secrets masked."""
    # no text holds NUL
    text = f"{key}\0{slot}\0{kind}\0{action}\0{name}\0{before}\0{after}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=staging.MARK_SIZE).digest()
