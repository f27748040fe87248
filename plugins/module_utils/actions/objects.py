# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Objects that a person makes, changes or removes: one at a time, with the same rules as a sync."""

from __future__ import annotations

import contextlib
import json
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass

from ansible_collections.telephony.connector.plugins.module_utils.actions.object_info import find_object, shown
from ansible_collections.telephony.connector.plugins.module_utils.authentication import passwords
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import (
    IDENTIFIERS,
    KINDS,
    FieldError,
    Kind,
    Notices,
)
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import (
    SECRET_FIELDS,
    mask,
    replace_secrets,
)
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.sync import entry_owners, journal, pool
from ansible_collections.telephony.connector.plugins.module_utils.sync.credentials import (
    credential_key,
    credential_name,
    credentials_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.sync.diff import object_diff
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.findings import Findings
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.merge import (
    Fields,
    differing,
    encode,
    ordered,
)

with contextlib.suppress(ImportError):  # said in words by Store.open
    import sqlalchemy as sa

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call

BY_HAND = "changed by hand"


@dataclass(frozen=True)
class Change:
    """What becomes of one object. `fields` None: it goes; `object_id` None: it is new."""

    kind: Kind
    object_id: int | None
    version: int
    old: Fields
    fields: Fields | None
    secrets: dict[str, str]
    reason: str

    @property
    def action(self) -> str:
        return "remove" if self.fields is None else "update" if self.object_id else "create"

    @property
    def is_empty(self) -> bool:
        return self.fields == self.old and self.object_id is not None

    @property
    def name(self) -> str:
        return self.kind.name_of(self.old if self.fields is None else self.fields)

    def parts(self) -> tuple[Fields, Fields]:
        """Return (before, after) of the fields that change, secrets masked."""
        if self.action == "update":
            before, after = differing(self.kind, self.old, self.fields or {})
        else:
            before, after = ordered(self.kind, self.old), ordered(self.kind, self.fields or {})
        return mask(before), mask(after)


def declare_object(call: Call, kind_name: str) -> dict[str, t.Any]:
    """Make, change or remove one object by hand (modules user, phonebook_entry, speed_dial)."""
    store, kind = call.store, KINDS[kind_name]
    with store.snapshot():
        change = _wanted(store, kind, call.params)
        entries = _private_entries(store, change)
    if not call.check_mode and change is not None and not change.is_empty:
        with store.writing():
            # as the store is now: somebody may have been quicker
            change = _wanted(store, kind, call.params)
            if change is not None and not change.is_empty:
                entries = _private_entries(store, change)
                run = journal.Run(None, journal.BY_HAND, journal.now(), "changed")
                run_id = journal.start(store, run, _counted(change, entries))
                write(store, change, run_id, 1)
                entry_owners.write(store, entries, run_id, 2)
    return _result(call, kind, change, entries)


def _private_entries(store: Store, change: Change | None) -> list[entry_owners.Followed]:
    """Return the private entries that go with a user who is renamed or removed."""
    before = change.old.get("username") if change else None
    after = (change.fields or {}).get("username") if change else None
    if before is None or before == after:
        return []
    return [one for part in entry_owners.followed(store, entry_owners.heirs_of({before: after})) for one in part]


def _counted(change: Change, entries: list[entry_owners.Followed]) -> Findings:
    findings = Findings()
    findings.counts[f"{change.action}d"] = 1
    findings.counts["updated"] += len(entries)
    if change.fields is None and entries:
        findings.warn(entry_owners.warning([change.name], len(entries)))
    return findings


def _result(call: Call, kind: Kind, change: Change | None, entries: list[entry_owners.Followed]) -> dict[str, t.Any]:
    result: dict[str, t.Any] = {"changed": change is not None and not change.is_empty}
    if change is None or change.fields is None:
        result["object"] = None
    else:
        with call.store.snapshot():
            found = None if call.check_mode else _locate(call.store, kind, {**change.fields, "id": change.object_id})
            object_id = found[0] if found else change.object_id
            result["object"] = shown(call.store, kind, [(object_id, change.fields)])[0]
    if call.diff:
        result["diff"] = [diff_of(change)] if result["changed"] and change is not None else []
        result["diff"] += [object_diff(one.as_change()) for one in entries]
    if change is not None and entries:
        result["warnings"] = _counted(change, entries).warnings
    return result


def diff_of(change: Change) -> dict[str, str]:
    """Return a change as texts for --diff."""
    before, after = change.parts()
    head = {"kind": change.kind.name, "name": change.name, "reason": change.reason}
    return object_diff({**head, "before": before, "after": after})


def removal(store: Store, object_id: int, reason: str) -> Change:
    """Return the removal of an object."""
    objects = store.schema.objects.c
    row = store.connection.execute(sa.select(objects.kind, objects.fields).where(objects.id == object_id)).one()
    return Change(KINDS[row.kind], object_id, 0, json.loads(row.fields), None, {}, reason)


# -- what the options ask for -------------------------------------------------------------------------------------


def _wanted(store: Store, kind: Kind, params: Mapping[str, t.Any]) -> Change | None:
    """Return the change that the options ask for; None when an object to remove is not there."""
    found = _locate(store, kind, params)
    if params["state"] == "absent":
        return removal(store, found[0], "removed by hand") if found else None
    object_id, version, old = found or (None, 0, {})
    given = _given_fields(kind, params)
    try:
        clean = kind.clean(given, Notices(), partial=True)
    except FieldError as error:
        raise DefinitionError(_about(kind, params, f'{error.field} "{error.value}": {error.rule}')) from None
    secrets: dict[str, str] = {}

    def seal(path: str, secret: str) -> str:
        mark = store.vault.fingerprint(credential_name(path), secret)
        secrets[credential_key(path, mark)] = secret
        return mark

    fields = {name: value for name, value in old.items() if name not in given} | replace_secrets(clean, seal)
    _check_required(kind, params, fields)
    if kind.name == "user" and "extension" not in fields:
        number = next(pool.free_numbers(store, pool.load(store)), None)
        fields |= {"extension": number} if number else {}
    change = Change(kind, object_id, version, old, ordered(kind, fields), secrets, BY_HAND)
    _check_unique(store, change)
    return change


def _given_fields(kind: Kind, params: Mapping[str, t.Any]) -> Fields:
    """Return the fields that were given, flat; an empty one is to be taken away."""
    own = {name.partition(".")[0] for name in kind.fields} | kind.groups
    nested = {name: _without_none(value) for name, value in params.items() if name in own and value is not None}
    if params.get("rename_to"):
        nested["username"] = params["rename_to"]
    try:
        return kind.flatten(nested)
    except FieldError as error:
        raise DefinitionError(_about(kind, params, f"{error.field}: {error.rule}")) from None


def _without_none(value: t.Any) -> t.Any:
    # Ansible fills suboptions that were not given with None
    if isinstance(value, dict):
        return {name: _without_none(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_none(inner) for inner in value]
    return value


def _about(kind: Kind, params: Mapping[str, t.Any], words: str) -> str:
    called = params.get("username") or params.get("number") or params.get("display_name") or params.get("id")
    return f'{kind.title} "{called}" cannot be set: {words}.'


def _check_required(kind: Kind, params: Mapping[str, t.Any], fields: Fields) -> None:
    absent = [name for name in kind.required if name not in fields]
    if absent:
        raise DefinitionError(_about(kind, params, f"{' and '.join(absent)} must be given"))


def _check_unique(store: Store, change: Change) -> None:
    identifiers, objects = store.schema.identifiers.c, store.schema.objects.c
    claimed = _identifiers_of(change.fields or {})
    numbers = [value for space, value, _field in claimed if space == "number"]
    if len(set(numbers)) < len(numbers):
        raise DefinitionError(
            f'{change.kind.title} "{change.name}" cannot be set: extension and fax_extension must differ.'
        )
    for space, value, field in claimed:
        query = (
            sa.select(objects.kind, objects.name)
            .join_from(store.schema.objects, store.schema.identifiers, identifiers.object_id == objects.id)
            .where(identifiers.space == space, identifiers.value == value)
        )
        if change.object_id is not None:
            query = query.where(objects.id != change.object_id)
        holder = store.connection.execute(query).one_or_none()
        if holder:
            raise DefinitionError(
                f'{change.kind.title} "{change.name}" cannot be set: {field} {value} is taken by the'
                f' {KINDS[holder.kind].title} "{holder.name}"; choose another one.'
            )


def _identifiers_of(fields: Fields) -> list[tuple[str, str, str]]:
    return [(space, fields[field], field) for field, space in IDENTIFIERS.items() if field in fields]


def _locate(store: Store, kind: Kind, params: Mapping[str, t.Any]) -> tuple[int, int, Fields] | None:
    """Return (id, version, fields) of the object that the options name, or None."""
    if kind.name == "phonebook_entry":
        return _locate_entry(store, kind, params)
    field = "username" if kind.name == "user" else "number"
    value = str(params.get(field) or "").strip().lower()
    found = find_object(store, IDENTIFIERS[field], value, field)
    if found is None and params.get("rename_to"):
        found = find_object(store, "username", params["rename_to"].strip().lower(), "username")
    return found


def _locate_entry(store: Store, kind: Kind, params: Mapping[str, t.Any]) -> tuple[int, int, Fields] | None:
    objects = store.schema.objects.c
    query = sa.select(objects.id, objects.version, objects.fields).where(objects.kind == kind.name)
    if params.get("id") is not None:
        row = store.connection.execute(query.where(objects.id == params["id"])).one_or_none()
        if row is None and params["state"] == "absent":
            return None
        if row is None:
            raise DefinitionError(
                f"there is no phonebook entry with the id {params['id']}: look it up with object_info."
            )
        return row.id, row.version, json.loads(row.fields)
    name = str(params.get("display_name") or "").strip()
    if not name:
        raise DefinitionError("a phonebook entry is named by display_name or by id: give one of them.")
    owner = str(params.get("owner") or "").strip().lower() or None
    rows = [
        (row.id, row.version, json.loads(row.fields))
        for row in store.connection.execute(query.where(objects.name == name)).all()
    ]
    rows = [row for row in rows if row[2].get("owner") == owner]
    if len(rows) > 1:
        ids = ", ".join(str(row[0]) for row in rows)
        raise DefinitionError(f'{len(rows)} phonebook entries are called "{name}" (ids {ids}): name one by its id.')
    return rows[0] if rows else None


# -- writing ------------------------------------------------------------------------------------------------------


def write(store: Store, change: Change, run_id: int, place: int) -> None:
    """Write one change and its entry in the journal (inside a writing transaction)."""
    schema, execute = store.schema, store.connection.execute
    objects = schema.objects
    object_id = change.object_id or store.take_object_ids(1)
    before, after = change.parts()
    execute(
        schema.changes.insert().values(
            run_id=run_id, seq=place, action=change.action, kind=change.kind.name, object_id=object_id,
            name=change.name, key=None, reason=change.reason, before=encode(before), after=encode(after),
        )
    )  # fmt: skip
    identifiers = schema.identifiers
    for space, value, _field in _identifiers_of(change.old):
        execute(identifiers.delete().where(identifiers.c.space == space, identifiers.c.value == value))
    if change.fields is None:
        _look_again(store, object_id)
        for table in (schema.credentials, schema.links):
            execute(table.delete().where(table.c.object_id == object_id))
        execute(objects.delete().where(objects.c.id == object_id))
        return
    values = {
        "kind": change.kind.name,
        "version": change.version + 1,
        "name": change.name,
        "fields": encode(change.fields),
    }
    if change.object_id is None:
        execute(objects.insert().values(id=object_id, **values))
    else:
        links = schema.links
        before_this = sa.select(objects.c.fields).where(objects.c.id == object_id).scalar_subquery()
        unwritten = (links.c.object_id == object_id) & links.c.applied.is_(None)
        execute(links.update().where(unwritten).values(applied=before_this))
        execute(objects.update().where(objects.c.id == object_id).values(**values))
    for space, value, field in _identifiers_of(change.fields):
        execute(identifiers.insert().values(space=space, value=value, field=field, object_id=object_id))
    _write_secrets(store, object_id, change, after)
    _write_catalogues(store, change.fields)


def _look_again(store: Store, object_id: int) -> None:
    """Have a record looked at again that has made other objects beside this one, which goes."""
    links, objects = store.schema.links, store.schema.objects
    own = sa.select(links.c.profile_id, links.c.key).where(links.c.object_id == object_id)
    for profile_id, key in store.connection.execute(own).all():
        fields = sa.select(objects.c.fields).where(objects.c.id == links.c.object_id).scalar_subquery()
        others = (links.c.profile_id == profile_id) & (links.c.key == key) & (links.c.object_id != object_id)
        # no object has this version, so its record counts as changed
        values = {"applied": sa.func.coalesce(links.c.applied, fields), "version": -1}
        store.connection.execute(links.update().where(others).values(values))


def _write_secrets(store: Store, object_id: int, change: Change, after: Fields) -> None:
    credentials = store.schema.credentials
    kept = credentials_of(change.fields or {})
    of_object = credentials.c.object_id == object_id
    store.connection.execute(credentials.delete().where(of_object, credentials.c.field.not_in(kept)))
    for name, secret in change.secrets.items():
        if name in SECRET_FIELDS:
            if name not in after:
                continue  # unchanged: the hash that is there is as good
            value = passwords.hash_all([secret])[0]
        else:
            value = store.vault.encrypt(secret)
        store.connection.execute(credentials.delete().where(of_object, credentials.c.field == name))
        store.connection.execute(credentials.insert().values(object_id=object_id, field=name, value=value))


def _write_catalogues(store: Store, fields: Fields) -> None:
    labels = {name.partition("labels.")[2] for name in fields if "labels." in name}
    for table, names in ((store.schema.roles, set(fields.get("roles", ()))), (store.schema.labels, labels)):
        known = set(store.connection.execute(sa.select(table.c.name)).scalars()) if names else set()
        for name in sorted(names - known):
            store.connection.execute(table.insert().values(name=name))
