# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Users who go and come in one plan and look like one person: a rename, seen by a key that changes with the name."""

from __future__ import annotations

import json
import typing as t
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice

from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext

#: What two people hardly share: the fields, which are also the rule of `match`, and what people call it.
_SIGNS = (
    (("extension",), "number"),
    (("email",), "e-mail address"),
    (("given_name", "surname"), "names"),
)
_SHOWN = 3
#: Users who go, and who come, that are looked at: with more of them it is no rename.
_MOST = 5000

Sign = tuple[t.Any, ...]


def warn(context: PlanContext) -> None:
    """Warn of pairs who go and come with the same number, address or names, and name the `match` that joins them."""
    staged, objects = context.staging.table.c, context.schema.objects.c
    is_user = staged.kind == "user"
    goes = sa.select(objects.name, objects.fields).join(context.staging.table, staged.object_id == objects.id)
    leaves = staged.action.in_((staging.REMOVE, staging.DISABLE))
    going = list(islice(context.store.rows(goes.where(is_user, leaves)), _MOST + 1))
    if not going or len(going) > _MOST:
        return
    comes = sa.select(staged.name, staged.fields).where(is_user, staged.action == staging.CREATE).order_by(staged.seq)
    by_sign: dict[Sign, list[str]] = defaultdict(list)
    for name, fields in going:
        for sign in _signs(json.loads(fields)):
            by_sign[sign].append(name)
    pairs: dict[tuple[str, str], list[Sign]] = defaultdict(list)
    for name, fields in islice(context.store.rows(comes), _MOST):
        for sign in _signs(json.loads(fields)):
            for other in by_sign.get(sign, ()) if len(by_sign.get(sign, ())) == 1 else ():
                pairs[other, name].append(sign)
    if pairs:
        context.findings.warn(_sentence(pairs, context.definition.match))


def _signs(fields: Mapping[str, t.Any]) -> Iterator[Sign]:
    for names, called in _SIGNS:
        values = [str(fields.get(name) or "").casefold() for name in names]
        if all(values):
            yield (names, called, *values)


def _sentence(pairs: Mapping[tuple[str, str], list[Sign]], match: tuple[t.Any, ...]) -> str:
    told = [
        f"{goes} goes and {comes} comes with the same {' and '.join(sign[1] for sign in signs)}"
        for (goes, comes), signs in pairs.items()
    ]
    more = f"; and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
    names = _common(pairs)
    rules = [rule if isinstance(rule, str) else f"[{', '.join(rule)}]" for rule in match]
    rules.append(names[0] if len(names) == 1 else f"[{', '.join(names)}]")
    return (
        f"Possible renames: {'; '.join(told[:_SHOWN])}{more}. If that is one person with a new login, match:"
        f" [{', '.join(rules)}] in the profile makes it a rename: the same user, with number, devices and history"
    )


def _common(pairs: Mapping[tuple[str, str], list[Sign]]) -> tuple[str, ...]:
    """Return the fields that join most of the pairs."""
    counts: dict[tuple[str, ...], int] = defaultdict(int)
    for signs in pairs.values():
        for sign in signs:
            counts[sign[0]] += 1
    return max(counts, key=lambda names: counts[names])
