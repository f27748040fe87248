# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Makes rows of the staging table of what records become."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Sequence
from itertools import repeat

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import (
    encode,
    encode_clean,
    encode_columns,
)
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS, labels_in
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import (
    SECRET_FIELDS,
    credential_key,
    mask,
    replace_secrets,
    secret_mark,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import Alike, Desired
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import digest, staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.following import Follower
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.operation_marks import UNMARKED


class ObjectStaging:
    """Stages the objects that records become.

    `mapped`: for each slot, the fields that the structure sets there; `roles` and `labels`: those that are named.
    """

    def __init__(self, context: PlanContext) -> None:
        self._context = context
        self._secrets = context.staging.secrets
        self.mapped: dict[str, frozenset[str]] = {}
        self.roles: set[str] = set()
        self.labels: set[str] = set()
        if context.linked:
            context.staging.follow = Follower(context, self.mapped).follow

    def stage(self, number: int, key: str, desired: Desired, mark: bytes | None, pool: str | None) -> None:
        """Stage one object of a record."""
        table, fields, kind = self._context.staging, desired.fields, desired.kind
        stored, after = fields, None
        if kind == "user" and (not SECRET_FIELDS.isdisjoint(fields) or "devices" in fields):
            stored = replace_secrets(fields, lambda path, value: self._keep_secret(table.last + 1, path, value))
            if stored != fields:
                after = encode(mask(fields))
        username, extension = (
            (fields["username"], fields.get("extension")) if kind == "user" else (None, fields.get("number"))
        )
        slot, name, text = desired.slot, KINDS[kind].name_of(fields), encode_clean(stored)
        operation = UNMARKED
        if table.is_marked:
            secrets = digest.of_secrets(table, table.last + 1, staging.CREATE, text) if after else ""
            operation = digest.operation_hash(key, slot, kind, staging.CREATE, name, "", (after or text) + secrets)
        plain = (operation, number, key, slot, kind, name, text, mark, username, extension)
        self._note_mapped(slot, desired.mapped)
        fax_number, lacks_number = fields.get("fax_extension"), kind == "user" and extension is None
        if fax_number or lacks_number or after or pool:
            table.has_fax_numbers |= fax_number is not None
            table.has_lacking_numbers |= lacks_number
            table.add(*plain, staging.CREATE, fax_number, lacks_number, after, pool)
        else:
            table.add(*plain)
        if "roles" in fields:
            self.roles.update(fields["roles"])

    def stage_alike(self, numbers: Sequence[int], marks: Sequence[bytes], alike: Alike) -> None:
        """Stage the objects of many records, as `stage` does with one; none has a secret or a role."""
        table, (keys, slot, kind, columns, mapped) = self._context.staging, alike
        texts, names = encode_columns(columns), columns[KINDS[kind].called]
        made = [UNMARKED] * len(keys)
        if table.is_marked:
            each = zip(keys, names, texts, strict=True)
            made = [digest.operation_hash(key, slot, kind, staging.CREATE, name, "", text) for key, name, text in each]
        usernames, number = (names, "extension") if kind == "user" else (repeat(None), "number")
        extensions = _or_none(columns.get(number))
        plain: tuple[Iterable[t.Any], ...]
        plain = (numbers, keys, repeat(slot), repeat(kind), names, texts, marks, usernames, extensions)
        lacks_number = kind == "user" and (number not in columns or not all(columns[number]))
        if lacks_number or "fax_extension" in columns:
            table.has_fax_numbers |= "fax_extension" in columns
            table.has_lacking_numbers |= lacks_number
            lacking = [kind == "user" and not one for one in columns.get(number, [""] * len(keys))]
            fax_numbers = _or_none(columns.get("fax_extension"))
            plain = (*plain, repeat(staging.CREATE), fax_numbers, lacking, repeat(None), repeat(None))
        self._note_mapped(slot, mapped)
        table.add_many(made, plain)

    def _note_mapped(self, slot: str, mapped: frozenset[str]) -> None:
        if slot not in self.mapped:
            self.mapped[slot] = mapped
            self.labels |= labels_in(mapped)

    def _keep_secret(self, row: int, path: str, secret: str) -> str:
        """Return what stands for a secret in the fields of a new object; the secret itself waits for the run."""
        self._context.store.vault.required_key()
        mark = secret_mark(1, path)
        self._secrets.setdefault(row, {})[credential_key(path, mark)] = secret
        return mark


def _or_none(column: Sequence[str] | None) -> Iterable[str | None]:
    """Return a column's values with None where there is none."""
    if column is None:
        return repeat(None)
    return column if all(column) else [value or None for value in column]
