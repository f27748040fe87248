# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Which changes by hand a profile will take back: told at once, and not only when it has happened."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ansible_collections.telephony.connector.plugins.module_utils.profiles.policies import LIST_FIELDS, policy_of
from ansible_collections.telephony.connector.plugins.module_utils.store import leavers
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.object_changes import Change

_NOT_BACK = (
    "User {} stays without a login, since the record is gone from the source ({}): the return of the record brings the"
    " user back, or the module user with leaver: false, after which no profile has the user any more."
)


def of_change(store: Store, change: Change | None) -> list[str]:
    """Return a warning for each profile whose next sync undoes the change (inside a snapshot, before it is written).

    A profile sets what it had set the last time, which its link to the object says.
    """
    if change is None or change.object_id is None or change.returns:
        return []
    leaver = leavers.among(store, [change.object_id]).get(change.object_id)
    if leaver is not None:
        return [] if change.fields is None else [_NOT_BACK.format(change.name, leaver)]
    if change.is_empty:
        return []
    links, profiles = store.schema.links.c, store.schema.profiles
    query = (
        sa.select(profiles.c.name, profiles.c.options, links.applied)
        .join(store.schema.links, links.profile_id == profiles.c.id)
        .where(links.object_id == change.object_id)
        .order_by(profiles.c.name)
    )
    told = []
    for name, options, applied in store.connection.execute(query).all():
        if change.fields is None:
            told.append(
                f'The {change.kind.title} {change.name} was brought by the profile "{name}", whose next sync brings it'
                " back as long as its record is wanted: take the record out of the source, or filter it out."
            )
            continue
        policy = json.loads(options).get("field_policy") or {}
        last = change.old if applied is None else json.loads(applied)
        before, after = change.parts()
        fields = [
            field
            for field in {**before, **after}
            if last.get(field)
            and (field in LIST_FIELDS or policy_of(field, policy, "force") == "force")
            and _differs(change, field, last[field])
        ]
        if fields:
            told.append(
                f'The profile "{name}" sets {" and ".join(fields)} of {change.name} itself, so its next sync sets that'
                f" back: {_way_to_keep(fields)}."
            )
    return told


def _way_to_keep(fields: Sequence[str]) -> str:
    """Say how changes of these fields outlive the next sync; what a profile has put in a list no policy leaves out."""
    keep = ", ".join(f"{field}: keep" for field in fields if field not in LIST_FIELDS)
    lists = " and ".join(field for field in fields if field in LIST_FIELDS)
    ways = [f"give the profile field_policy: {{{keep}}} to keep the change"] if keep else []
    return "; ".join([*ways, *([f"change {lists} in the source, or what the profile makes of it"] if lists else [])])


def _differs(change: Change, field: str, last: object) -> bool:
    """Say whether what the profile sets is no longer there; what a person adds to a list stays."""
    now = (change.fields or {}).get(field)
    return any(item not in (now or []) for item in last) if isinstance(last, list) else now != last
