# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Users of Microsoft 365 (Entra ID) as a source: the options, and opening it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.microsoft import options as microsoft
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.users import UserRows
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Reading
from ansible_collections.telephony.connector.plugins.module_utils.sources.m365_reading import UsersReading
from ansible_collections.telephony.connector.plugins.module_utils.sources.options import given


class M365Source:
    """The users of a tenant, or the members of groups of it, read with Microsoft Graph."""

    family: ClassVar[str] = "m365"
    OPTIONS: ClassVar[dict[str, dict[str, Any]]] = {
        **microsoft.OPTIONS,
        "group": {"type": "list", "elements": "str"},
    }
    SECRETS: ClassVar[frozenset[str]] = microsoft.SECRETS

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = given(options, self.OPTIONS, self.family)
        microsoft.check(self._options)
        self._groups = tuple(dict.fromkeys(name.strip() for name in self._options.get("group", ()) if name.strip()))

    @contextmanager
    def read(self, wanted: frozenset[str], checkpoint: Mapping[str, Any] | None) -> Iterator[Reading]:
        """See Source.read."""
        rows = UserRows(wanted)
        with microsoft.connect(self._options) as connection:
            yield UsersReading(connection, rows, self._groups)
