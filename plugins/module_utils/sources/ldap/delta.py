# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a server says has changed, in the form that all sorts of servers are brought into."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Entry


@dataclass(frozen=True)
class Delta:
    """What changed since a checkpoint.

    `entries` fit the search as they are now; `gone` are the keys of those that do not, or are not there. `lost` are the
    ids of entries that the account cannot see (any more), `told` all ids that the server told of. `position` is what to
    keep of the checkpoint in a new form.
    """

    entries: list[Entry]
    gone: list[str]
    position: dict[str, Any]
    lost: AbstractSet[str] = frozenset()
    told: AbstractSet[str] = field(default_factory=frozenset)

    def tells_of(self, identity: str) -> bool:
        """Say whether the server told of changes of an id."""
        return identity in self.told
