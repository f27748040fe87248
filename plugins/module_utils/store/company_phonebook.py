# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reads the company phonebook of a store, also of another phone system's, and who its users are."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Collection, Iterator

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.company_phonebook import (
    PHONEBOOK_KINDS,
    is_private,
    phonebook_entry_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import decode
from ansible_collections.telephony.connector.plugins.module_utils.store import leavers
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def company_phonebook(
    store: Store, without_users: bool = False, without_templates: Collection[str] = ()
) -> Iterator[tuple[int, str, dict[str, t.Any]]]:
    """Yield (id, kind, flat fields of the entry), streamed in the order of ids; private entries are never among them,
    nor are leavers, unless their profile keeps them in the phonebook.

    `without_templates`: nothing that belongs to a profile of one of these templates.
    """
    objects, links = store.schema.objects.c, store.schema.links.c
    kinds = PHONEBOOK_KINDS[1:] if without_users else PHONEBOOK_KINDS
    query = sa.select(objects.id, objects.kind, objects.fields).where(objects.kind.in_(kinds)).order_by(objects.id)
    if profiles := _profiles_of(store, without_templates):
        theirs = sa.select(links.object_id).where(links.object_id == objects.id, links.profile_id.in_(profiles))
        query = query.where(~theirs.exists())
    dropped = leavers.out_of_phonebook(store)
    for object_id, kind, text in store.rows(query):
        if object_id in dropped:
            continue
        fields = decode(text)
        if not is_private(fields):
            yield object_id, kind, phonebook_entry_of(kind, fields)


def phone_users(store: Store) -> Iterator[tuple[str, str]]:
    """Yield (login, e-mail address or "") of every user, by login."""
    objects = store.schema.objects.c
    query = sa.select(objects.name, objects.fields).where(objects.kind == "user").order_by(objects.name)
    for username, text in store.rows(query):
        yield username, json.loads(text).get("email", "")


def _profiles_of(store: Store, templates: Collection[str]) -> list[int]:
    """Return the ids of the profiles of some templates; needs no key, since the template is no secret."""
    profiles = store.schema.profiles.c
    if not templates:
        return []
    rows = store.connection.execute(sa.select(profiles.id, profiles.options)).all()
    return [row.id for row in rows if json.loads(row.options).get("template") in templates]
