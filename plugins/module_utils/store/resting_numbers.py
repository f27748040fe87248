# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Numbers of removed users, which rest for a while before a pool gives them to another one."""

from __future__ import annotations

import typing as t
from datetime import datetime, timedelta

from ansible_collections.telephony.connector.plugins.module_utils.store import clock
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

Query = t.Any


def begin(store: Store, ids: Query) -> None:
    """Note the numbers of users who are about to be removed, a select of ids or a list (inside a transaction).

    Their identifiers, links and objects must still be there.
    """
    schema, execute = store.schema, store.connection.execute
    resting, identifiers, objects, links = schema.resting_numbers, schema.identifiers.c, schema.objects.c, schema.links
    theirs = (identifiers.space == "number") & identifiers.object_id.in_(ids) & (objects.kind == "user")
    whose = schema.identifiers.join(schema.objects, objects.id == identifiers.object_id)

    def of_link(column: t.Any) -> t.Any:
        # an expression, so that PostgreSQL looks links up by their object, not in the order of their primary key
        profile = links.c.profile_id + 0
        joined = links.join(schema.profiles, schema.profiles.c.id == links.c.profile_id)
        return (
            sa.select(column)
            .select_from(joined)
            .where(links.c.object_id == objects.id)
            .order_by(profile, links.c.key, links.c.slot)
            .limit(1)
            .scalar_subquery()
        )

    if is_any(store):
        again = sa.select(identifiers.value).select_from(whose).where(theirs)
        execute(resting.delete().where(resting.c.number.in_(again)))
    query = sa.select(
        identifiers.value, identifiers.field, sa.literal(clock.stamp()), objects.id,
        objects.name, _email(store), of_link(schema.profiles.c.name), of_link(links.c.key),
    ).select_from(whose).where(theirs)  # fmt: skip
    columns = ["number", "field", "since", "object_id", "username", "email", "profile", "key"]
    execute(resting.insert().from_select(columns, query))


def _email(store: Store) -> t.Any:
    fields = store.schema.objects.c.fields
    if store.is_sqlite:
        return sa.func.json_extract(fields, "$.email")
    from sqlalchemy.dialects.postgresql import JSON

    return sa.cast(fields, JSON)["email"].astext


def is_any(store: Store) -> bool:
    """Say whether any number is known to be nobody's since its user was removed."""
    return store.connection.execute(sa.select(store.schema.resting_numbers.c.number).limit(1)).first() is not None


def end(store: Store, numbers: Query) -> None:
    """Let numbers that are somebody's again rest no longer, a select of numbers or a list."""
    resting = store.schema.resting_numbers
    store.connection.execute(resting.delete().where(resting.c.number.in_(numbers)))


def forget(store: Store, before: str) -> None:
    """Forget whose the numbers were that have been nobody's since before a time."""
    resting = store.schema.resting_numbers
    store.connection.execute(resting.delete().where(resting.c.since < before))


def since(cooldown_days: int) -> str:
    """Return the time since which a number must have been nobody's for a pool to wait no longer."""
    try:
        limit = clock.now() - timedelta(days=cooldown_days)
    except OverflowError:  # before the first year
        return ""
    return clock.stamp(limit)


def until(since_when: str, cooldown_days: int) -> str:
    """Return when a number that is nobody's since a time will have rested."""
    try:
        ended = datetime.fromisoformat(since_when) + timedelta(days=cooldown_days)
    except OverflowError:  # after the last year
        return "9999-12-31T23:59:59Z"
    return clock.stamp(ended)


def select_resting(store: Store, cooldown_days: int, columns: t.Sequence[str] = ("number",)) -> t.Any:
    """Return the select of columns of the numbers that rest for a pool with this cool-down."""
    table = store.schema.resting_numbers
    return sa.select(*(table.c[name] for name in columns)).where(table.c.since > since(cooldown_days))
