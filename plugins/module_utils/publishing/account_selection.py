# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Selects the users who have an account at a SIP server, and reads their SIP passwords."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Entry, Selection
from ansible_collections.telephony.connector.plugins.module_utils.outputs.findings import Findings
from ansible_collections.telephony.connector.plugins.module_utils.phone_system import sip_password
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import mask
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.field_expressions import (
    FieldExpressions,
    Filter,
)
from ansible_collections.telephony.connector.plugins.module_utils.store import leavers
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.direct_numbers import DirectNumbers
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

#: Devices that sign in at a SIP server.
SIGNING_IN = frozenset(("softphone", "ip_phone", "sip"))
#: The user part of a SIP address (RFC 3261, section 25.1), without what configuration files give a meaning.
_SIP_USER = re.compile(r"[A-Za-z0-9_+*][A-Za-z0-9_.!~*+&=$-]{0,254}")
_RULE = "is no SIP user (letters of ASCII, digits and - _ . ! ~ * + & = $): give sip_user another expression"


def accounts(store: Store, selection: Selection, wanted: Filter, findings: Findings) -> Iterator[Entry]:
    """Yield the accounts, with `sip_user` among their fields and the secret `sip_password`.

    A user who has no SIP password yet gets a stand-in, and `lacks_secret`; who has no usable SIP user is reported.
    """
    name_of = _namer(selection.sip_user)
    taken: dict[str, str] = {}
    direct = DirectNumbers(store)
    for object_id, text, token in store.rows(_query(store)):
        fields = json.loads(text)
        devices = [one for one in fields.get("devices", ()) if one["type"] in SIGNING_IN]
        if not devices or not fields.get("extension") or fields.get("auth_method") == "none":
            continue
        shown = mask(direct.with_did(object_id, fields))
        if not wanted.wants("user", shown):
            continue
        name, sip_user = fields.get("display_name", ""), name_of(shown)
        if not _SIP_USER.fullmatch(sip_user):
            findings.leave_out(name, "sip_user", sip_user, _RULE if sip_user else "is empty")
            continue
        holder = taken.setdefault(sip_user.lower(), fields["username"])
        if holder != fields["username"]:
            findings.leave_out(name, "sip_user", sip_user, f"is the SIP user of {holder} already")
            continue
        secret = sip_password.TO_BE_MADE if token is None else store.vault.decrypt(token)
        ready = {**shown, "devices": mask({"devices": devices})["devices"], "sip_user": sip_user}
        yield Entry(str(object_id), "user", name, ready, "", {"sip_password": secret}, token is None)


def _query(store: Store) -> Any:
    """Return the select of all users with their encrypted SIP passwords, in the order of ids."""
    objects, credentials = store.schema.objects, store.schema.credentials
    own = (credentials.c.object_id == objects.c.id) & (credentials.c.field == "sip_password")
    return (
        sa.select(objects.c.id, objects.c.fields, credentials.c.value)
        .select_from(objects.outerjoin(credentials, own))
        .where(objects.c.kind == "user", ~leavers.is_leaver(store, objects.c.id))
        .order_by(objects.c.id)
    )


def _namer(expression: str) -> Callable[[dict[str, Any]], str]:
    """Return how the SIP user is found among a user's fields."""
    if not expression:
        return lambda fields: str(fields["extension"])
    expressions = FieldExpressions({"the option sip_user": expression})

    def named(fields: dict[str, Any]) -> str:
        (value,) = expressions.values("user", fields)
        return "" if value is None else str(value).strip()

    return named
