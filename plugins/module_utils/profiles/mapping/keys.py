# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The key of a record as text, and what cannot be one."""

# pylint: disable=unidiomatic-typecheck  # an heir of str (as Jinja2 and Ansible make them) must become a plain one

from __future__ import annotations

import re
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import (
    as_text,
    refuse_control_characters,
)

#: NUL and halves of surrogate pairs, which JSON may bring and no store can hold.
_UNFIT = re.compile("[\0\ud800-\udfff]")


def is_fit(text: str) -> bool:
    """Say whether a text can be a key, or whether several can that are put together to one."""
    return text.isprintable() or _UNFIT.search(text) is None


def key_text(value: Any) -> str | None:
    """Return a key as text without blanks at its ends, None for an empty one; FieldError for what cannot be one."""
    key = (value if type(value) is str else as_text("key", value)).strip()
    if not is_fit(key):
        refuse_control_characters("key", key)
    return key or None
