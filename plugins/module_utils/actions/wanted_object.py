# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a person wants of one object, and the change that it takes (modules user, phonebook_entry, speed_dial)."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, capital
from ansible_collections.telephony.connector.plugins.module_utils.phone_system import sip_password
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import Fields, ordered
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import comparable
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import (
    IDENTIFIERS,
    KINDS,
    FieldError,
    Kind,
    Notices,
)
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import (
    credential_key,
    replace_secrets,
    secret_mark,
)
from ansible_collections.telephony.connector.plugins.module_utils.store import leavers, pools, secret_marks, writer
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.objects import find_object, possible_id
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.object_changes import (
    BROUGHT_BACK,
    REASON_BY_HAND,
    Change,
    removal,
)


@dataclass(frozen=True)
class ObjectArguments:
    """The object that is meant, and what a person wants of it.

    `fields` are those that were given, nested as people write them. `name` is the login or the number, for a phonebook
    entry its display name; `object_id` the id of a phonebook entry, `owner` whose private one it is. `returns`: a
    leaver is to be a user again.
    """

    kind: Kind
    is_absent: bool
    name: str
    rename_to: str | None
    object_id: int | None
    owner: str | None
    fields: Mapping[str, t.Any]
    returns: bool = False

    @classmethod
    def from_params(cls, kind_name: str, params: Mapping[str, t.Any]) -> ObjectArguments:
        """Read the options of the modules user, phonebook_entry and speed_dial."""
        kind = KINDS[kind_name]
        if params.get("leaver"):
            raise DefinitionError(
                f'User "{params.get("username")}" cannot be made a leaver: only a sync does that. To lock a user out,'
                " set auth_method to none."
            )
        own = {name.partition(".")[0] for name in kind.fields} | kind.groups
        nested = {name: _without_none(value) for name, value in params.items() if name in own and value is not None}
        name = {"user": "username", "speed_dial": "number"}.get(kind_name, "display_name")
        return cls(
            kind=kind,
            is_absent=params["state"] == "absent",
            name=str(params.get(name) or "").strip(),
            rename_to=params.get("rename_to") or None,
            object_id=params.get("id"),
            owner=comparable(str(params.get("owner") or "")) or None,
            fields=nested,
            returns=params.get("leaver") is False,
        )


def wanted_change(store: Store, arguments: ObjectArguments) -> Change | None:
    """Return the change that the options ask for; None when an object to remove is not there."""
    kind = arguments.kind
    found = _locate(store, arguments)
    if arguments.is_absent:
        return removal(store, found[0], "removed by hand") if found else None
    object_id, version, old = found or (None, 0, {})
    given = _given_fields(arguments)
    if given.get("sip_password") == sip_password.RENEW:
        given["sip_password"] = sip_password.new()
    try:
        clean = kind.clean(given, Notices(), partial=True)
    except FieldError as error:
        raise DefinitionError(_about(arguments, f'{error.field} "{error.value}": {error.rule}')) from None
    secrets: dict[str, str] = {}

    def own_mark(path: str, secret: str) -> str:
        store.vault.required_key()
        made = secret_mark(0, path)
        secrets[credential_key(path, made)] = secret
        return made

    clean = replace_secrets(clean, own_mark)
    if secrets:
        kept = secret_marks.kept_of(store, [object_id]).get(object_id, {}) if object_id else {}
        clean, secrets = secret_marks.with_marks(store, object_id or 0, version, old, kept, clean, secrets)
    fields = {name: value for name, value in old.items() if name not in given} | clean
    _check_required(arguments, fields)
    if kind.name == "user" and "extension" not in fields:
        number = pools.number_for(store, pools.load(store), fields["username"], fields.get("email", ""))
        fields |= {"extension": number} if number else {}
    returns = arguments.returns and object_id is not None and bool(leavers.among(store, [object_id]))
    reason = BROUGHT_BACK if returns else REASON_BY_HAND
    change = Change(kind, object_id, version, old, ordered(kind, fields), secrets, reason, returns)
    _check_unique(store, change)
    return change


def _given_fields(arguments: ObjectArguments) -> Fields:
    """Return the fields that were given, flat; an empty one is to be taken away."""
    nested = dict(arguments.fields)
    if arguments.rename_to:
        nested["username"] = arguments.rename_to
    try:
        return arguments.kind.flatten(nested)
    except FieldError as error:
        raise DefinitionError(_about(arguments, f"{error.field}: {error.rule}")) from None


def _without_none(value: t.Any) -> t.Any:
    # Ansible fills suboptions that were not given with None
    if isinstance(value, dict):
        return {name: _without_none(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_none(inner) for inner in value]
    return value


def _about(arguments: ObjectArguments, words: str) -> str:
    called = arguments.name or arguments.object_id
    return f'{capital(arguments.kind.title)} "{called}" cannot be set: {words}.'


def _check_required(arguments: ObjectArguments, fields: Fields) -> None:
    absent = [name for name in arguments.kind.required if name not in fields]
    if absent:
        raise DefinitionError(_about(arguments, f"{' and '.join(absent)} must be given"))


def _check_unique(store: Store, change: Change) -> None:
    identifiers, objects = store.schema.identifiers.c, store.schema.objects.c
    claimed = writer.claims_of(change.fields or {})
    numbers = [value for space, value, _field in claimed if space == "number"]
    if len(set(numbers)) < len(numbers):
        raise DefinitionError(
            f'{capital(change.kind.title)} "{change.name}" cannot be set: extension and fax_extension must differ.'
        )
    for space, value, field in claimed:
        query = (
            sa.select(objects.id, objects.kind, objects.name)
            .join_from(store.schema.objects, store.schema.identifiers, identifiers.object_id == objects.id)
            .where(identifiers.space == space, identifiers.value == value)
        )
        if change.object_id is not None:
            query = query.where(objects.id != change.object_id)
        holder = store.connection.execute(query).one_or_none()
        leaver = leavers.among(store, [holder.id]).get(holder.id) if holder else None
        if leaver:
            raise DefinitionError(
                f'{capital(change.kind.title)} "{change.name}" cannot be set: {field} {value} is held by the {leaver}:'
                " choose another one, or take it from that user first."
            )
        if holder:
            raise DefinitionError(
                f'{capital(change.kind.title)} "{change.name}" cannot be set: {field} {value} is taken by the'
                f' {KINDS[holder.kind].title} "{holder.name}"; choose another one.'
            )


def _locate(store: Store, arguments: ObjectArguments) -> tuple[int, int, Fields] | None:
    """Return (id, version, fields) of the object that is meant, or None."""
    if arguments.kind.name == "phonebook_entry":
        return _locate_entry(store, arguments)
    field = "username" if arguments.kind.name == "user" else "number"
    found = find_object(store, IDENTIFIERS[field], comparable(arguments.name), field)
    if found is None and arguments.rename_to:
        found = find_object(store, "username", comparable(arguments.rename_to), "username")
    return found


def _locate_entry(store: Store, arguments: ObjectArguments) -> tuple[int, int, Fields] | None:
    objects = store.schema.objects.c
    query = sa.select(objects.id, objects.version, objects.fields).where(objects.kind == arguments.kind.name)
    if arguments.object_id is not None:
        query = query.where(objects.id == possible_id(arguments.object_id))
        row = store.connection.execute(query).one_or_none()
        if row is None and arguments.is_absent:
            return None
        if row is None:
            raise DefinitionError(
                f"There is no phonebook entry with the id {arguments.object_id}: look it up with object_info."
            )
        return row.id, row.version, json.loads(row.fields)
    if not arguments.name:
        raise DefinitionError("A phonebook entry is named by display_name or by id: give one of them.")
    rows = [
        (row.id, row.version, json.loads(row.fields))
        for row in store.connection.execute(query.where(objects.name == arguments.name)).all()
    ]
    rows = [row for row in rows if row[2].get("owner") == arguments.owner]
    if len(rows) > 1:
        ids = ", ".join(str(row[0]) for row in rows)
        raise DefinitionError(
            f'{len(rows)} phonebook entries are called "{arguments.name}" (ids {ids}): name one by its id.'
        )
    return rows[0] if rows else None
