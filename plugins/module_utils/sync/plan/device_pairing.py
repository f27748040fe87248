# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""A user's apps sign in with the login: with another one they must be paired again, where the template says so."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import ordered
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import Kind
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.registry import TEMPLATES
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.merge import Merged

#: Devices that are apps; a telephone has credentials of its own, which a new login leaves as they are.
APPS = ("mobile", "softphone")
_SHOWN = 5


def require_on_rename(context: PlanContext, kind: Kind, merged: Merged) -> Merged:
    """Return what becomes of a user who gets another login: the apps, made by hand or not, must be paired again."""
    renamed = "username" in merged.before and "username" in merged.after
    if not renamed or not TEMPLATES[context.definition.template].pairs_again_on_rename:
        return merged
    old = merged.fields.get("devices", [])
    new = [{**device, "pairing": "required"} if device["type"] in APPS else device for device in old]
    if new == old:
        return merged
    before, after = dict(merged.before), {**merged.after, "devices": new}
    if "devices" not in merged.after:
        before["devices"] = old
    return merged._replace(
        fields={**merged.fields, "devices": new}, before=ordered(kind, before), after=ordered(kind, after)
    )


def warn_of_renames(context: PlanContext) -> None:
    """Say whose apps must be paired again, once it is settled which records are used."""
    if not TEMPLATES[context.definition.template].pairs_again_on_rename:
        return
    staged, released = context.staging.table.c, context.staging.released.c
    query = (
        sa.select(released.value, staged.username)
        .join_from(context.staging.released, context.staging.table, staged.seq == released.seq)
        .where(released.space == "username", staged.action == staging.UPDATE, staged.username.is_not(None))
        .order_by(staged.key, staged.slot)
    )
    names = list(context.store.rows(query))
    if not names:
        return
    shown = ", ".join(f"{old} -> {new}" for old, new in names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} others" if len(names) > _SHOWN else ""
    are = "s get another login" if len(names) > 1 else " gets another login"
    context.findings.warn(
        f"{len(names)} user{are}, so that their paired mobile apps and softphones must be paired again: {shown}{more}"
    )
