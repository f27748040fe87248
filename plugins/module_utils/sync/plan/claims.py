# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What the staged objects claim for themselves alone: logins and numbers."""

from __future__ import annotations

import typing as t

from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext

CLAIMING = (staging.CREATE, staging.UPDATE)


def are_any(tables: staging.Staging) -> bool:
    """Say whether a staged row claims something anew: most plans of changes claim nothing."""
    staged = tables.table.c
    columns = (staged.username, staged.number, *((staged.fax_number,) if tables.has_fax_numbers else ()))
    execute = tables.store.connection.execute
    return any(execute(sa.select(one).where(one.is_not(None)).limit(1)).first() for one in columns)


def parts_of_claims(tables: staging.Staging, refused_too: bool = False) -> list[sa.Select[t.Any]]:
    """Return (seq, space, value, field) of what staged rows claim anew, a select for each column with claims.

    `refused_too`: also what records claim that are not used.
    """
    staged = tables.table.c
    parts = []
    for column, space, field in (
        (staged.username, "username", sa.literal("username")),
        (staged.number, "number", sa.case((staged.kind == "user", "extension"), else_="number")),
        (staged.fax_number, "number", sa.literal("fax_extension")),
    )[: 3 if tables.has_fax_numbers else 2]:
        part = sa.select(staged.seq, sa.literal(space).label("space"), column.label("value"), field.label("field"))
        part = part.where(column.is_not(None))
        parts.append(part if refused_too else part.where(staged.action.in_(CLAIMING)))
    return parts


def all_claims(context: PlanContext, refused_too: bool = False) -> sa.Subquery:
    """Return (seq, space, value, field) of what the plan claims anew; `refused_too`: also what refused records do."""
    return sa.union_all(*parts_of_claims(context.staging, refused_too)).subquery("claims")
