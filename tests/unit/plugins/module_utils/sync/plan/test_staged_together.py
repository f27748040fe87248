# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records taken many at a time are staged as they are one by one: the same rows, marks, secrets and findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import Phase, given

from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.compiled_profile import (
    CompiledProfile,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import (
    Alike,
    BoundMapper,
    Outcome,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import ReadResult, Record
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.pools import Pool
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.checkpoint import Carryover
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.findings import Findings
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.known_records import KnownRecords
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.operation_marks import SIZE
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.record_intake import RecordIntake
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.staging import Staging
from ansible_collections.telephony.connector.tests.examples import example_count
from ansible_collections.telephony.connector.tests.plain_records import COLUMNS, OPTIONS, ROWS

PROFILES: dict[str, dict[str, Any]] = {
    **OPTIONS,
    "a fax number": {"structure": {"user": {"fax_extension": "row.phone", "extension": None}}},
    "both numbers": {"structure": {"user": {"fax_extension": "row.phone"}}},
    "a label": {
        "match": ["display_name"],
        "structure": {
            "user": None,
            "phonebook_entry": {"display_name": "row.displayname", "phone": "row.phone", "labels": {"a": "row.mobile"}},
        },
    },
    "speed dials": {
        "match": ["number"],
        "structure": {"user": None, "speed_dial": {"number": "row.phone", "destination": "row.username"}},
    },
    "a pool": {"pool": "'inner' if row.mobile else 'outer'"},
}


class Rows:
    """A reading of these rows."""

    columns = COLUMNS
    result = ReadResult()

    def __init__(self, rows: Sequence[tuple[Any, ...]]) -> None:
        self.rows = rows

    def __iter__(self) -> Iterator[Record]:
        return (Record(number, row) for number, row in enumerate(self.rows, 2))


class OneByOne(BoundMapper):
    """Maps each record by itself."""

    def map_many(self, rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Sequence[int], Outcome | Alike]]:
        """Yield each row's place and what becomes of it."""
        for place, row in enumerate(rows):
            yield (place,), self.map(Record(place, row))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(str(tmp_path / "store.db"), "tc1-a_key_of_the_tests_long_enough_0123456789ab")
    with opened.snapshot():
        yield opened
    opened.close()


def taken(store: Store, definition: Definition, mapper: type[BoundMapper], rows: Any, linked: int) -> dict[str, Any]:
    """Return all that is left of taking rows in: what is staged, in the order of the records, and the findings."""
    staging = Staging(store, is_marked=not linked)
    findings = Findings(asked_for=None)
    pool = {"": Pool(("200-5000",))}
    context = PlanContext(store, definition, 1, linked, pool, staging, findings)
    bound = mapper(CompiledProfile(definition), COLUMNS)
    findings.column_of = bound.column_of
    carryover = Carryover(lost=frozenset(["nobody", *(row[0] for row in rows[:3])]))  # some of whom come
    intake = RecordIntake(context, KnownRecords(context), carryover, bound).take(Rows(rows))
    order = sa.select(staging.table).order_by(staging.table.c.record, staging.table.c.slot)
    staged = [dict(row._mapping) for row in store.connection.execute(order)]
    marks = bytes(staging.marks._marks)
    for row in staged:  # filtered ones come first where many are taken
        seq = row.pop("seq")
        row["lacks_number"] = bool(row["lacks_number"])  # NULL where no row of its portion lacks one
        row["mark"], row["secrets"] = marks[(seq - 1) * SIZE : seq * SIZE], staging.secrets.get(seq)
    return {
        "staged": staged,
        "flags": (staging.last, staging.has_fax_numbers, staging.has_lacking_numbers),
        "actions": staging._actions,
        "intake": {name: value for name, value in vars(intake).items() if name not in ("secrets", "unused")},
        "unused": sorted(intake.unused, key=repr),
        "rejected": findings.rejected,
        "warnings": sorted(findings.warnings),
        "counted": (findings.rejected_count, findings.dropped_count),
    }


@pytest.mark.parametrize(
    ("profile", "linked"),
    [*((name, 0) for name in PROFILES), ("bare columns", 3), ("a filter", 3), ("leavers", 3), ("a pool", 3)],
)
@example_count(12, phases=[Phase.generate])  # to make a failing one smaller takes minutes
@given(rows=ROWS)
def test_records_are_staged_together_as_they_are_one_by_one(
    store: Store, profile: str, linked: int, rows: list[tuple[Any, ...]]
) -> None:
    options = {"name": "staff", "template": "csv_users", "source": {"path": "people.csv"}, **PROFILES[profile]}
    definition = Definition.from_options(options)
    together = taken(store, definition, BoundMapper, rows, linked)
    one_by_one = taken(store, definition, OneByOne, rows, linked)
    for left, right in zip(together.pop("staged"), one_by_one.pop("staged"), strict=True):
        assert left == right
    assert together == one_by_one
