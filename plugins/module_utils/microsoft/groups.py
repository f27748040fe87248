# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Groups of a tenant, found by their id or their name."""

from __future__ import annotations

import re
from urllib.parse import quote

from ansible_collections.telephony.connector.plugins.module_utils.microsoft.errors import GraphError
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.graph import Graph

_ID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_NEEDS = ("GroupMember.Read.All",)


def find(graph: Graph, name: str) -> str:
    """Return the id of a group; GraphError when there is none of this id or name, or several of the name."""
    if _ID.fullmatch(name):
        try:
            return str(graph.get(graph.url(f"groups/{quote(name)}", {"$select": "id"}), _NEEDS)["id"])
        except GraphError as error:
            if error.status != 404:
                raise
            raise GraphError(f"There is no group with the id {name} in the tenant; check group.", 404) from None
    quoted = name.replace("'", "''")
    url = graph.url("groups", {"$filter": f"displayName eq '{quoted}'", "$select": "id,displayName"})
    found = [str(group["id"]) for page in graph.pages(url, _NEEDS) for group in page.items]
    if len(found) == 1:
        return found[0]
    if not found:
        raise GraphError(f'There is no group called "{name}" in the tenant; check group, or give its object id.', 404)
    raise GraphError(f'{len(found)} groups are called "{name}"; give the id of one in group: {", ".join(found)}.')
