# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""To version 4: fingerprints of secrets stand beside the secrets, salted, and fields say only that a secret is set.

Before, ``objects.fields`` and ``links.applied`` held them without a salt: who could read objects saw who had one PIN.
"""

from __future__ import annotations

import hashlib
import json
import typing as t

from ansible_collections.telephony.connector.plugins.module_utils.store.migrations.words import add_columns, is_sqlite
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

_SECRET = "%s LIKE '%%\"password\":%%' OR %s LIKE '%%\"pin\":%%'"  # noqa: S105  # a condition
_FIELDS = ("password", "pin")

Fields = dict[str, t.Any]


def migrate(connection: sa.Connection) -> None:
    """Take the step."""
    add_columns(connection, "credentials", "fingerprint TEXT")
    if is_sqlite(connection):
        connection.exec_driver_sql("PRAGMA secure_delete = ON")  # leave the old texts in no free page
    condition = _SECRET % ("fields", "fields")
    objects = sa.text(f"SELECT id, version, fields FROM objects WHERE {condition}")  # noqa: S608
    rows = connection.execute(objects).all()
    for object_id, version, text in rows:
        _of_object(connection, object_id, version, json.loads(text))


def _of_object(connection: sa.Connection, object_id: int, version: int, fields: Fields) -> None:
    marks: dict[tuple[str, str], str] = {}
    execute = connection.execute
    for kind, place, old in _secrets(fields):
        if (kind, old) in marks:
            continue
        marks[kind, old] = f"set {version}" + ("" if place is None else f".{place}")
        before = f"device:{old}" if kind == "device" else kind
        after = f"device:{marks[kind, old]}" if kind == "device" else kind
        values = {"id": object_id, "before": before, "after": after, "fingerprint": _salted(object_id, old)}
        update = "UPDATE credentials SET field = :after, fingerprint = :fingerprint"
        execute(sa.text(f"{update} WHERE object_id = :id AND field = :before"), values)
    _mark(fields, marks)
    execute(sa.text("UPDATE objects SET fields = :text WHERE id = :id"), {"id": object_id, "text": _text(fields)})
    links = sa.text("SELECT profile_id, key, slot, applied FROM links WHERE object_id = :id AND applied IS NOT NULL")
    for profile_id, key, slot, text in execute(links, {"id": object_id}).all():
        applied = json.loads(text)
        _mark(applied, marks)
        values = {"profile": profile_id, "key": key, "slot": slot, "text": _text(applied)}
        which = "profile_id = :profile AND key = :key AND slot = :slot"
        execute(sa.text(f"UPDATE links SET applied = :text WHERE {which}"), values)  # noqa: S608


def _secrets(fields: Fields) -> t.Iterator[tuple[str, int | None, str]]:
    for name in _FIELDS:
        if name in fields:
            yield name, None, fields[name]
    for place, device in enumerate(fields.get("devices") or ()):
        if "password" in device:
            yield "device", place, device["password"]


def _mark(fields: Fields, marks: t.Mapping[tuple[str, str], str]) -> None:
    """Replace the fingerprints; one that the object no longer has was changed by somebody else since."""
    for name in _FIELDS:
        if name in fields:
            fields[name] = marks.get((name, fields[name]), "set 0")
    for place, device in enumerate(fields.get("devices") or ()):
        if "password" in device:
            device["password"] = marks.get(("device", device["password"]), f"set 0.{place}")


def _salted(object_id: int, fingerprint: str) -> str:
    return hashlib.blake2b(f"{object_id}\0{fingerprint}".encode(), digest_size=16).hexdigest()


def _text(fields: Fields) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
