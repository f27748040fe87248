# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The company phonebook of another store of this collection, read as a guest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError, StoreError
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    Gone,
    ReadResult,
    Record,
    Unusable,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import (
    Bounds,
    LimitReachedError,
    checked,
)
from ansible_collections.telephony.connector.plugins.module_utils.store.company_phonebook import company_phonebook
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

#: Templates whose entries came from a phone system. Handed on, two stores would feed each other for ever.
PBX_TEMPLATES = ("pbx_phonebook",)
_ALL = "*"
_LABEL = "labels."
_COLUMNS = (
    "id",
    "kind",
    "display_name",
    "phone",
    "given_name",
    "surname",
    "organisation",
    "email",
    "mobile",
    "homephone",
    "fax",
    "notes",
    "username",
)


@contextmanager
def reading(
    options: Mapping[str, Any], wanted: frozenset[str], own_store: Mapping[str, str] | None = None
) -> Iterator[StoreReading]:
    """Open the store and return the reading. SourceError when it cannot be opened, or is the own one.

    `own_store`: the facts of the store that is read for.
    """
    try:
        store = Store.open_as_guest(_location(options))
    except StoreError as error:
        raise SourceError(f"The phonebook of the other phone system cannot be read: {error.message}") from None
    with closing(store):
        _refuse_the_own(store, own_store or {})
        yield StoreReading(store, options, wanted)


def _refuse_the_own(store: Store, own: Mapping[str, str]) -> None:
    """Refuse the very store that is read for, whatever its path or host is called, or a copy that is still the same."""
    facts = store.facts()
    if own and all(own.get(name) == facts.get(name) for name in ("salt", "revision", "next_object_id")):
        raise SourceError(
            f"The source option store names {store.where}, which is the profile's own one: everybody would be in it"
            " twice; name the store of the other phone system."
        )


def _location(options: Mapping[str, Any]) -> str:
    location: str = options["store"].strip()
    if "password" not in options:
        return location
    require("sqlalchemy", "SQLAlchemy", "2.0", "the store")
    import sqlalchemy as sa

    try:
        return sa.make_url(location).set(password=options["password"]).render_as_string(hide_password=False)
    except (sa.exc.ArgumentError, ValueError):
        return location  # said in words when it is opened


class StoreReading:
    """One read of a store in one snapshot; see Reading."""

    def __init__(self, store: Store, options: Mapping[str, Any], wanted: frozenset[str]) -> None:
        self.result = ReadResult()
        self._bounds = Bounds.from_options(options, "The other store")
        self._store = store
        self._without_users = not options.get("include_users", True)
        self._without_templates = () if options.get("include_pbx_entries") else PBX_TEMPLATES
        folded = {name.casefold() for name in wanted}
        labels = self._labels() if _ALL in wanted else [name for name in sorted(wanted) if _is_label(name)]
        self.columns = (*(name for name in _COLUMNS if name in folded or _ALL in wanted), *labels)

    def _labels(self) -> list[str]:
        import sqlalchemy as sa

        try:
            with self._store.snapshot():
                names = self._store.connection.execute(sa.select(self._store.schema.labels.c.name)).scalars()
                return sorted(_LABEL + name for name in names)
        except StoreError as error:
            raise SourceError(f"The phonebook of the other phone system cannot be read: {error.message}") from None

    def __iter__(self) -> Iterator[Record | Unusable | Gone]:
        """Yield a record for every entry, also after a fault those that came."""
        folded = [name.casefold() for name in self.columns]
        number = 0
        try:
            with self._store.snapshot():
                entries = company_phonebook(self._store, self._without_users, self._without_templates)
                for number, (object_id, kind, fields) in enumerate(entries, 1):
                    cells = {name.casefold(): value for name, value in fields.items()}
                    cells |= {"id": str(object_id), "kind": kind}
                    row = tuple([cells.get(name) for name in folded])
                    self._bounds.received(len(fields))  # for the time, above all
                    yield checked(Record(number, row), self.columns, self.result, "the other store")
        except LimitReachedError as error:
            self.result.complete, self.result.reason = False, error.message
        except StoreError as error:
            if not number:
                raise SourceError(f"The phonebook of the other phone system cannot be read: {error.message}") from None
            self.result.complete, self.result.reason = False, error.message


def _is_label(name: str) -> bool:
    return name.casefold().startswith(_LABEL)
