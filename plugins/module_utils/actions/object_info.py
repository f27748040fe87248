# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Lists what is in the store: users, phonebook entries, speed dials, and the company phonebook (module object_info)."""

from __future__ import annotations

import heapq
import json
import typing as t
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import Action, Result, Task, read_limit
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.company_phonebook import (
    PHONEBOOK_KINDS,
    is_private,
    phonebook_entry_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import Fields
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import comparable
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS, Kind
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import SECRET_FIELDS, mask
from ansible_collections.telephony.connector.plugins.module_utils.store import leavers, profiles
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.direct_numbers import DirectNumbers
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


@dataclass(frozen=True)
class ObjectQuery:
    """Which objects: of a kind (or the company directory), and all of what is given besides."""

    kind: str
    limit: int
    username: str = ""
    extension: str = ""
    email: str = ""
    profile: str | None = None
    unmanaged: bool = False
    leavers: bool = False
    search: str = ""

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> ObjectQuery:
        """Read the module's options; DefinitionError for those that do not go together."""
        if params.get("leavers") and params["kind"] != "user":
            raise DefinitionError("Leavers are users: ask for them with kind: user.")
        return cls(
            kind=params["kind"],
            limit=read_limit(params),
            username=comparable(params.get("username") or ""),
            extension=(params.get("extension") or "").strip(),
            email=(params.get("email") or "").strip().casefold(),
            profile=params.get("profile"),
            unmanaged=bool(params.get("unmanaged")),
            leavers=bool(params.get("leavers")),
            search=(params.get("search") or "").strip().casefold(),
        )


@dataclass(frozen=True)
class ObjectList(Result):
    """The objects that fit, by name; `count` is of all of them, also when `limit` cut the list."""

    objects: list[dict[str, t.Any]]
    count: int
    truncated: bool


def list_objects(task: Task, query: ObjectQuery) -> ObjectList:
    """Return the objects that fit, in the order of their names."""
    return find_objects(task.store, query)


object_info = Action(ObjectQuery.from_params, list_objects)


def find_objects(store: Store, query: ObjectQuery) -> ObjectList:
    """Return the objects that fit, in the order of their names; DefinitionError for a profile that there is not."""
    with store.snapshot():
        count = 0

        def counted() -> Iterator[tuple[str, int, str, Fields]]:
            nonlocal count
            for found in _matching(store, query):
                count += 1
                yield found

        # the smallest by name, so that a store of any size is listed in the memory of one page
        page = heapq.nsmallest(query.limit, counted(), key=lambda found: (_sort_key(found[0]), found[0], found[1]))
        for _rest in counted() if query.limit == 0 else ():
            pass
        listed = [(object_id, kind, fields) for _name, object_id, kind, fields in page]
        if query.kind == "directory":
            objects = _directory(store, listed)
        else:
            objects = shown(store, KINDS[query.kind], [(object_id, fields) for object_id, _kind, fields in listed])
    return ObjectList(False, objects, count, count > len(objects))


def _sort_key(name: str) -> str:
    """Sort letters with accents and umlauts with their base letters, as phonebooks do (DIN 5007-1)."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def shown(store: Store, kind: Kind, objects: t.Sequence[tuple[int | None, Fields]]) -> list[dict[str, t.Any]]:
    """Return objects: their fields, nested, with `id` and `profiles`, leavers with `leaver`; secrets masked."""
    ids = [object_id for object_id, _fields in objects if object_id is not None]
    owners, leaving = _owners(store, ids), leavers.among(store, ids) if kind.name == "user" else {}
    if kind.name == "user":
        direct = DirectNumbers(store)
        objects = [(object_id, direct.with_did(object_id, fields)) for object_id, fields in objects]
    return [
        {
            "id": object_id,
            "profiles": owners.get(object_id, []),
            **({"leaver": leaving[object_id].as_dict()} if object_id is not None and object_id in leaving else {}),
            **kind.nest(mask({**fields, **{name: fields.get(name, value) for name, value in kind.defaults.items()}})),
        }
        for object_id, fields in objects
    ]


def _matching(store: Store, query: ObjectQuery) -> Iterator[tuple[str, int, str, Fields]]:
    """Yield (name to sort by, id, kind, fields) of the objects that fit the options."""
    is_directory, term = query.kind == "directory", query.search
    in_json = json.dumps(term, ensure_ascii=False)[1:-1]  # as it stands in the stored text
    dropped = leavers.out_of_phonebook(store) if is_directory else frozenset()
    leaving = {one.object_id: one for one in leavers.every(store)} if query.leavers else None
    for object_id, kind, name, text in store.rows(_query(store, query)):
        if object_id in dropped or (leaving is not None and object_id not in leaving):
            continue
        if term and in_json not in text.casefold():
            continue  # most are out before their text is taken apart
        fields = json.loads(text)
        if is_directory and is_private(fields):
            continue
        if query.username and query.username not in (fields.get("username"), fields.get("owner")):
            continue
        if query.email and query.email != fields.get("email", "").casefold():
            continue
        if term and not any(term in value.casefold() for value in _texts(fields)):
            continue
        if leaving is not None:
            name = f"{leaving[object_id].until or date.max} {name}"  # who goes first comes first
        yield fields.get("display_name", name) if is_directory else name, object_id, kind, fields


def _texts(value: t.Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in SECRET_FIELDS:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    else:
        yield str(value)


def _query(store: Store, wanted: ObjectQuery) -> sa.Select[t.Any]:
    objects, links = store.schema.objects, store.schema.links
    kinds = PHONEBOOK_KINDS if wanted.kind == "directory" else (wanted.kind,)
    query = sa.select(objects.c.id, objects.c.kind, objects.c.name, objects.c.fields).where(objects.c.kind.in_(kinds))
    if wanted.username and wanted.kind == "user":
        query = query.where(objects.c.name == wanted.username)
    if wanted.extension:
        reached = store.schema.identifiers.c
        holds = (reached.space == "number") & (reached.value == wanted.extension)
        query = query.where(objects.c.id.in_(sa.select(reached.object_id).where(holds)))
    if wanted.unmanaged:
        query = query.where(objects.c.id.not_in(sa.select(links.c.object_id)))
    if wanted.profile is not None:
        profile = profiles.find(store, wanted.profile)
        if profile is None:
            names = [other.name for other in profiles.every(store)]
            raise DefinitionError(
                f'There is no profile "{wanted.profile}" in {store.where}.{nearest(wanted.profile, names)}'
            )
        query = query.join(links, links.c.object_id == objects.c.id).where(links.c.profile_id == profile.id)
    return query


def _owners(store: Store, object_ids: t.Sequence[int]) -> dict[int | None, list[str]]:
    links, named = store.schema.links.c, store.schema.profiles
    owners: dict[int | None, list[str]] = {}
    for start in range(0, len(object_ids), 5000):
        query = (
            sa.select(links.object_id, named.c.name)
            .join(named, named.c.id == links.profile_id)
            .where(links.object_id.in_(object_ids[start : start + 5000]))
        )
        for object_id, name in store.connection.execute(query).all():
            owners.setdefault(object_id, []).append(name)
    return owners


def _directory(store: Store, listed: t.Sequence[tuple[int, str, Fields]]) -> list[dict[str, t.Any]]:
    """Return objects as the company directory has them."""
    owners = _owners(store, [object_id for object_id, _kind, _fields in listed])
    direct = DirectNumbers(store)
    return [
        {
            "id": object_id,
            "kind": kind,
            "profiles": owners.get(object_id, []),
            **KINDS["phonebook_entry"].nest(direct.entry_with_did(object_id, kind, phonebook_entry_of(kind, fields))),
        }
        for object_id, kind, fields in listed
    ]
