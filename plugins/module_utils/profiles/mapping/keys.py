# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The key of a record as text, and what cannot be one."""

# pylint: disable=unidiomatic-typecheck  # an heir of str (as Jinja2 and Ansible make them) must become a plain one

from __future__ import annotations

import hashlib
import re
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import (
    as_text,
    refuse_control_characters,
)

#: NUL and halves of surrogate pairs, which JSON may bring and no store can hold.
_UNFIT = re.compile("[\0\ud800-\udfff]")
#: Bytes of a key that PostgreSQL can look up beside a profile's name, and characters that never have more.
_MOST_BYTES = 1500
USUAL = _MOST_BYTES // 4
#: Characters that are left of a longer key, before the hash that tells it from others.
_LEFT = 100


def is_fit(text: str) -> bool:
    """Say whether a text can be a key, or whether several can that are put together to one."""
    return text.isprintable() or _UNFIT.search(text) is None


def key_text(value: Any) -> str | None:
    """Return a key as text without blanks at its ends, None for an empty one; FieldError for what cannot be one.

    One that is too long for an index, as a key made of a display name may be, is a shorter text as much its own.
    """
    key = (value if type(value) is str else as_text("key", value)).strip()
    if not is_fit(key):
        refuse_control_characters("key", key)
    if len(key) > USUAL and len(octets := key.encode()) > _MOST_BYTES:
        return f"{key[:_LEFT]}…{hashlib.sha256(octets).hexdigest()}"
    return key or None
