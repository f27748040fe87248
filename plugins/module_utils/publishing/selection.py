# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Selects what is published: the entries of a book, or whatever else a format names in its selection."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import (
    COMPANY,
    PRIVATE,
    Entry,
    Selection,
    SpeedDial,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.findings import Findings
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.company_phonebook import is_private
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.dialling import Dialling
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import mask
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.field_expressions import Filter
from ansible_collections.telephony.connector.plugins.module_utils.publishing.account_selection import accounts
from ansible_collections.telephony.connector.plugins.module_utils.store import leavers
from ansible_collections.telephony.connector.plugins.module_utils.store.company_phonebook import company_phonebook
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.direct_numbers import DirectNumbers
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def select(store: Store, selection: Selection, wanted: Filter, findings: Findings) -> Generator[Entry]:
    """Yield what is to be published, inside a snapshot; numbers are as the store has them."""
    if selection.what == ACCOUNTS:
        yield from accounts(store, selection, wanted, findings)
        return
    found = _all(store, selection, findings)
    yield from found if wanted.wants_all else (entry for entry in found if wanted.wants(entry.kind, entry.fields))


def _all(store: Store, selection: Selection, findings: Findings) -> Iterator[Entry]:
    if selection.what == ACCOUNT_DEVICES:
        return _with_devices(accounts(store, selection, Filter(None), findings))
    reader = READERS.get(selection.what)
    if reader is None:
        names = ", ".join((*READERS, ACCOUNTS, ACCOUNT_DEVICES))
        raise DefinitionError(f'There is no selection "{selection.what}"; there are: {names}.')
    return reader(store, selection)


def _phonebook(store: Store, selection: Selection) -> Iterator[Entry]:
    if selection.book == COMPANY:
        direct = DirectNumbers(store)
        for object_id, kind, fields in company_phonebook(store):
            entry = direct.entry_with_did(object_id, kind, fields)
            yield Entry(str(object_id), kind, fields.get("display_name", ""), entry)
        return
    owner = None if selection.book == PRIVATE else selection.book.lower()
    is_empty = True
    objects = store.schema.objects.c
    query = sa.select(objects.id, objects.fields).where(objects.kind == "phonebook_entry").order_by(objects.id)
    for object_id, text in store.rows(query):
        fields = json.loads(text)
        if is_private(fields) and owner in (None, fields["owner"]):
            is_empty = False
            yield Entry(str(object_id), "phonebook_entry", fields.get("display_name", ""), fields, fields["owner"])
    if owner is not None and is_empty:
        _check_owner(store, owner)


def _check_owner(store: Store, owner: str) -> None:
    """Raise DefinitionError where nobody has the login whose private book is to be published."""
    identifiers = store.schema.identifiers.c
    logins = sa.select(identifiers.value).where(identifiers.space == "username")
    if store.connection.scalar(logins.where(identifiers.value == owner)) is None:
        near = nearest(owner, list(store.connection.execute(logins.limit(_LOOKED_AT)).scalars()))
        raise DefinitionError(
            f'The option book names the user "{owner}", who does not exist.{near} Write company for the company'
            " phonebook."
        )


def _users(store: Store, selection: Selection) -> Iterator[Entry]:
    """Yield all users but leavers, with their own fields and the number that reaches them from outside."""
    objects, direct = store.schema.objects.c, DirectNumbers(store)
    query = sa.select(objects.id, objects.fields).where(objects.kind == "user").order_by(objects.id)
    query = query.where(~leavers.is_leaver(store, objects.id))
    for object_id, text in store.rows(query):
        fields = direct.with_did(object_id, json.loads(text))
        yield Entry(str(object_id), "user", fields.get("display_name", ""), mask(fields))


def _devices(store: Store, selection: Selection) -> Iterator[Entry]:
    """Yield all devices, each with the fields of its user and as `device`."""
    return _with_devices(_users(store, selection))


def _with_devices(users: Iterator[Entry]) -> Iterator[Entry]:
    """Yield an entry for each device; its key begins with the user's."""
    for user in users:
        for place, device in enumerate(user.fields.get("devices", ())):
            stable = device.get("mac") or device.get("number") or place
            key = f"{user.key}:{device['type']}:{stable}"
            yield user._replace(key=key, fields={**user.fields, "device": device})


def speed_dials(store: Store, dialling: Dialling, findings: Findings) -> tuple[SpeedDial, ...]:
    """Return all speed dials by number; one whose destination cannot be dialled is left out and reported."""
    objects = store.schema.objects.c
    query = sa.select(objects.fields).where(objects.kind == "speed_dial").order_by(objects.name)
    found = []
    for (text,) in list(store.rows(query)):
        fields = json.loads(text)
        destination, rule = dialling.dial(fields["destination"])
        name = fields.get("display_name", "")
        if rule:
            findings.leave_value_out(name or fields["number"], "destination", fields["destination"], rule)
        else:
            found.append(SpeedDial(fields["number"], destination, name))
    return tuple(found)


#: The selections that may leave something out: users who sign in at a SIP server, and the devices with which they do.
ACCOUNTS = "accounts"
ACCOUNT_DEVICES = "account devices"
#: Logins among which a misspelt one is looked for.
_LOOKED_AT = 10_000

#: What a format's selection may name -> how it is read.
READERS: dict[str, Callable[[Store, Selection], Iterator[Entry]]] = {
    "phonebook": _phonebook,
    "users": _users,
    "devices": _devices,
}
