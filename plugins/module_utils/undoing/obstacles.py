# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Finds what stands in the way of restoring objects: logins, numbers and records that are somebody else's by now.

Where another object is in the way, it may go back, too, and make room. So each obstacle is a need: that another object
is restored. Where it is not, the object stays as it is, and so do those that need this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ansible_collections.telephony.connector.plugins.module_utils.store import writer
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync import entry_owners
from ansible_collections.telephony.connector.plugins.module_utils.undoing.deciding import Fate, Pair, Touched
from ansible_collections.telephony.connector.plugins.module_utils.undoing.states import State

Claim = tuple[str, str]


@dataclass(frozen=True)
class Need:
    """An object can be restored only if another one is. `why`, `about`: what is said of it if not."""

    whose: int
    of: int
    fate: Fate
    why: str
    about: dict[str, str] = field(default_factory=dict)


class Obstacles:
    """Collects, part by part, what the objects that could be restored need."""

    def __init__(self, store: Store, run_id: int) -> None:
        self._store = store
        self._run_id = run_id
        self._needs: list[Need] = []
        #: login -> the user who gives it up
        self._leaving: dict[str, int] = {}
        #: (entry, login of the owner that it goes back to)
        self._returning: list[tuple[int, str]] = []
        #: entry -> the owner that it would have
        self._owners: dict[int, str | None] = {}

    def look_at(self, part: Sequence[Pair]) -> None:
        """Note what the objects of a part need."""
        wanted = [pair for pair in part if pair.touched.fate is Fate.RESTORED]
        self._claims(wanted)
        self._links(wanted)
        for pair in wanted:
            self._owner(pair)

    def _claims(self, wanted: Sequence[Pair]) -> None:
        claims = {
            (space, value): (pair.touched.object_id, name)
            for pair in wanted
            if pair.before is not None
            for space, value, name in writer.claims_of(pair.before.fields)
        }
        identifiers, objects = self._store.schema.identifiers.c, self._store.schema.objects.c
        query = sa.select(identifiers.space, identifiers.value, objects.id, objects.kind, objects.name)
        query = query.join_from(
            self._store.schema.identifiers, self._store.schema.objects, objects.id == identifiers.object_id
        )
        for space in {space for space, _value in claims}:
            values = [value for one, value in claims if one == space]
            for _space, value, holder, kind, name in self._store.rows(
                query.where(identifiers.space == space, identifiers.value.in_(values))
            ):
                whose, field_name = claims[space, value]
                if holder != whose:
                    about = {"field": field_name, "value": value, "holder": name}
                    why = f'its {field_name} "{value}" is taken by the {kind.replace("_", " ")} "{name}"'
                    self._needs.append(Need(whose, holder, Fate.CONFLICT, why, about))

    def _links(self, wanted: Sequence[Pair]) -> None:
        records = {
            link[:3]: pair.touched.object_id for pair in wanted if pair.before is not None for link in pair.before.links
        }
        if not records:
            return
        schema = self._store.schema
        links, profiles, objects = schema.links, schema.profiles, schema.objects
        query = (
            sa.select(profiles.c.name, links.c.key, links.c.slot, objects.c.id, objects.c.name)
            .join_from(links, profiles, profiles.c.id == links.c.profile_id)
            .join(objects, objects.c.id == links.c.object_id)
            .where(links.c.key.in_({key for _profile, key, _slot in records}))
        )
        for profile, key, slot, holder, name in self._store.rows(query):
            whose = records.get((profile, key, slot))
            if whose is not None and whose != holder:
                about = {"field": "key", "value": key, "holder": name}
                why = f'its record "{key}" of the profile "{profile}" belongs to "{name}" by now'
                self._needs.append(Need(whose, holder, Fate.CONFLICT, why, about))

    def _owner(self, pair: Pair) -> None:
        one, is_now, was = pair.touched, pair.now, pair.before
        if one.kind == "user":
            if is_now is not None and (was is None or was.name != is_now.name):
                self._leaving[is_now.name] = one.object_id
        elif one.kind == entry_owners.KIND.name:
            owner = _owner_of(was)
            self._owners[one.object_id] = owner
            if owner is not None and " " not in owner and owner != _owner_of(is_now):
                self._returning.append((one.object_id, owner))

    # -- owners of private entries ------------------------------------------------------------------------------------

    def _needs_of_owners(self) -> None:
        """A user cannot leave entries behind, and an entry goes back to the user whose it was, nobody else."""
        if self._leaving:
            heirs = entry_owners.heirs_of(dict.fromkeys(self._leaving))
            for part in entry_owners.followed(self._store, heirs):
                for entry in part:
                    user = self._leaving[entry.old]
                    of = entry.object_id if self._owners.get(entry.object_id, entry.old) != entry.old else _NOBODY
                    why = f'the private entry "{entry.name}" of this user was made or changed since'
                    about = {"entry": str(entry.object_id)}
                    self._needs.append(Need(user, of, Fate.KEPT, why, about))
        then = self._users_then({owner for _entry, owner in self._returning})
        now = self._users_now({owner for _entry, owner in self._returning})
        for entry_id, owner in self._returning:
            before, holder = then.get(owner), now.get(owner)
            why = f'its owner "{owner}" is not there, or is somebody else by now'
            about = {"field": "owner", "value": owner}
            if holder is not None and before in (None, holder) and self._leaving.get(owner) != holder:
                continue
            self._needs.append(Need(entry_id, _NOBODY if before is None else before, Fate.CONFLICT, why, about))

    def _users_then(self, logins: set[str]) -> dict[str, int]:
        """Return those of the logins that users had before the run whom it has changed."""
        if not logins:
            return {}
        past = self._store.schema.past_objects.c
        query = sa.select(past.name, past.object_id).where(past.run_id == self._run_id, past.kind == "user")
        return {name: object_id for name, object_id in self._store.rows(query) if name in logins}

    def _users_now(self, logins: set[str]) -> dict[str, int]:
        identifiers = self._store.schema.identifiers.c
        query = sa.select(identifiers.value, identifiers.object_id).where(identifiers.space == "username")
        found: dict[str, int] = {}
        names = sorted(logins)
        for start in range(0, len(names), 500):
            found.update(self._store.rows(query.where(identifiers.value.in_(names[start : start + 500]))))
        return found

    # -- who cannot be restored ---------------------------------------------------------------------------------------

    def settle(self, touched: Iterable[Touched]) -> None:
        """Take those out whose needs are not met, and those who need them, until all fits."""
        self._needs_of_owners()
        by_id = {one.object_id: one for one in touched}
        needed_by: dict[int, list[Need]] = {}
        for need in self._needs:
            needed_by.setdefault(need.of, []).append(need)
        unmet = [of for of in needed_by if of not in by_id or by_id[of].fate is not Fate.RESTORED]
        while unmet:
            for need in needed_by.pop(unmet.pop(), ()):
                one = by_id[need.whose]
                if one.fate is Fate.RESTORED:
                    also = ", which is not restored either" if need.of in by_id else ""
                    one.fate, one.why, one.about = need.fate, need.why + also, {**need.about, "of": str(need.of)}
                    unmet.append(one.object_id)


#: Needed by what cannot be.
_NOBODY = -1


def _owner_of(state: State | None) -> str | None:
    owner = None if state is None else state.fields.get("owner")
    return owner if isinstance(owner, str) else None
