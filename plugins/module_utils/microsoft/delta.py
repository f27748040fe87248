# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What changed since the last time among the users of a tenant or the contacts of a folder (delta queries of Graph).

A round tells who changed, not what there is now: a property that is left out of it may be empty or unchanged.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.microsoft.errors import GraphError
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.graph import Graph

NEEDS = ("User.Read.All",)


class Round(NamedTuple):
    """The ids of what changed or came, and of what is gone; `link` is where the next round begins."""

    changed: list[str]
    removed: list[str]
    link: str

    def with_missed(self, missed: Iterable[str]) -> Round:
        """Return the round with users of earlier ones who could not be found then, unless they are gone."""
        gone = set(self.removed)
        changed = dict.fromkeys([*self.changed, *(key for key in missed if key not in gone)])
        return self._replace(changed=list(changed))

    def is_dearer(self, at_once: int, known: int, page: int) -> bool:
        """Say whether fetching what changed, `at_once` a request, takes more requests than all that is `known`."""
        return math.ceil(len(self.changed) / at_once) > math.ceil(max(known, 1) / page)


def begin(graph: Graph, select: str) -> str:
    """Return the link of a first round, which tells the changes of the selected properties from now on.

    Raises GraphError with status 400 for a property whose changes Graph does not track.
    """
    query = {"$select": select, "$deltatoken": "latest"}
    return changes(graph, graph.url("users/delta", query)).link


def changes(graph: Graph, link: str, needs: tuple[str, ...] = NEEDS, headers: Mapping[str, str] | None = None) -> Round:
    """Return all of one round; ExpiredError when the link is too old, else as Graph.get.

    Graph may list a thing several times, in any order of things: what comes last holds.
    """
    is_there: dict[str, bool] = {}
    next_round: str | None = None
    for page in graph.pages(link, needs, headers):
        for item in page.items:
            is_there[str(item["id"])] = "@removed" not in item
        next_round = page.delta_link
    if next_round is None:
        raise GraphError("Microsoft Graph ends a delta query without the link to the next one; run again later.", 200)
    changed = [key for key, there in is_there.items() if there]
    return Round(changed, [key for key, there in is_there.items() if not there], next_round)
