# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Helpers of the tests of sources: a CSV file of given bytes, and a whole read of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.sources.base import ReadResult, Record, Unusable
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class


@dataclass
class Whole:
    """Everything that one read gave."""

    columns: tuple[str, ...]
    items: list[Record | Unusable]
    result: ReadResult

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        return [item.row for item in self.items if isinstance(item, Record)]

    @property
    def unusable(self) -> list[Unusable]:
        return [item for item in self.items if isinstance(item, Unusable)]


Read = Callable[..., Whole]


def read_all(
    options: Mapping[str, Any], wanted: tuple[str, ...] = ("a", "b"), checkpoint: Mapping[str, Any] | None = None
) -> Whole:
    """Read a csv source to its end."""
    with source_class("csv")(options).read(frozenset(wanted), checkpoint) as reading:
        items = list(reading)
        return Whole(reading.columns, items, reading.result)


@pytest.fixture
def read() -> Read:
    """Read a csv source with the given options."""
    return read_all


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where `read_bytes` writes."""
    return tmp_path / "staff.csv"


@pytest.fixture
def read_bytes(path: Path) -> Read:
    """Write bytes to a file and read it: read_bytes(b"...", delimiter=";", checkpoint=...)."""

    def read_them(data: bytes, wanted: tuple[str, ...] = ("a", "b"), checkpoint: Any = None, **options: Any) -> Whole:
        path.write_bytes(data)
        return read_all({"path": str(path), **options}, wanted, checkpoint)

    return read_them
