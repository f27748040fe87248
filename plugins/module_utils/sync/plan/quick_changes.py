# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Short ways for what most rows of another definition become: a touch, or an update of a few plain fields.

They come to the same as the merge of fields, and leave to that whatever is not as plain as they need it.
"""

from __future__ import annotations

import typing as t
from collections.abc import Set

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import IDENTIFIERS
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import SECRET_FIELDS
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.merge import replaceable
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.updates import FROM_EITHER, FROM_SOURCE

#: What stands between two fields of a text that holds nothing but texts, and between a name and its value.
_BETWEEN, _IS = '","', '":"'


def touch_all(context: PlanContext) -> None:
    """Turn the rows that say what their objects are already into touches, in one statement.

    For a read in which no record came as it was, such as the first one by another definition: with others among them,
    a row may be the same record in a second form.
    """
    staged, links, objects = context.staging.table, context.schema.links.c, context.schema.objects.c
    store = context.store
    # an expression, so that SQLite goes through the staged rows as they lie, and looks each link up
    key = staged.c.key + "" if store.is_sqlite else staged.c.key
    is_same = (links.profile_id == context.profile_id) & (links.key == key) & (links.slot == staged.c.slot)
    is_same &= (objects.id == links.object_id) & (objects.version == links.version) & links.applied.is_(None)
    # a row with secrets has texts of its own to tell; what is kept of them is looked at one by one
    is_plain = (staged.c.action == staging.CREATE) & staged.c.after.is_(None) & (staged.c.fields == objects.fields)
    nothing = {name: sa.null() for name in ("username", "number", "fax_number")}
    touched = staged.update().where(is_plain, is_same)
    with store.joining_all():
        touched = touched.values(
            action=staging.TOUCH, object_id=objects.id, version=objects.version, origin=links.origin, **nothing
        )
        context.staging.update(touched, staging.TOUCH)


class Followed(t.NamedTuple):
    """The fields that are what the source says and nothing else, and the reason of an update that changes such."""

    names: Set[str]
    reason: str


def followed(context: PlanContext, mapped: frozenset[str]) -> Followed:
    """Return which of the `mapped` fields an update may change the short way: no identifiers, secrets or lists."""
    names = replaceable(mapped, tuple(context.definition.field_policy.items()))
    reason = FROM_SOURCE if context.is_same_profile else FROM_EITHER
    return Followed(names - IDENTIFIERS.keys() - SECRET_FIELDS, reason)


#: Columns of a staged row that such an update sets; it claims nothing anew.
UPDATED = (
    *("action", "reason", "origin", "object_id", "version", "before", "after"),
    *("username", "number", "fax_number"),
)


def changed_texts(names: Set[str], current: str, wanted: str) -> tuple[str, str] | None:
    """Return the texts of what the fields were, and are to be, that differ between two texts of fields.

    None where they are not the same few texts with other values, all of them among `names`.
    """
    had, has = _pieces(current), _pieces(wanted)
    if len(had) != len(has):
        return None
    changed = [pair for pair in zip(had, has, strict=True) if pair[0] != pair[1]]
    for old, new in changed:
        name = old.partition(_IS)[0]
        if name not in names or not new.startswith(name + _IS):
            return None
    if not changed:
        return None
    before, after = zip(*changed, strict=True)
    return f'{{"{_BETWEEN.join(before)}"}}', f'{{"{_BETWEEN.join(after)}"}}'


def _pieces(text: str) -> list[str]:
    """Return the fields of a text that holds nothing but texts, none of them with a quote; [] of any other."""
    pieces = text[2:-2].split(_BETWEEN)
    is_plain = text.endswith('"}') and "\\" not in text and text.count('"') == 4 * len(pieces)
    return pieces if is_plain else []
