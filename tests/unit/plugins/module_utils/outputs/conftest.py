# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores to publish from, and publishing as the module does it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

#: display name, phone, mobile, organisation: names that break careless writers
HOSTILE = [
    ("Müller & Söhne <GmbH> \"quoted\" 'single'", "+49 991 2960100", "", "A & B <C>"),
    ("; semicolon, comma\\ backslash", "+49 991 2960101", "", "x;y,z\\"),
    ("*starts with a star", "*21", "+49 171 1", ""),
    ("=cmd()|'x'!A1", "+49 991 2960102", "", ""),
    ("𝔉𝔯𝔞𝔨𝔱𝔲𝔯 😀👨‍👩‍👧", "+49 991 2960103", "+49 171 2", "🏢"),
    ("محمد عبد الله", "+49 991 2960104", "", "שלום"),
    ("e\u0301clair decomposed", "+49 991 2960105", "", ""),
    ("]]> <![CDATA[ &amp; {{ x }} %", "+49 991 2960106", "", ""),
    ("BEGIN:VCARD", "+49 991 2960107", "", "END:VCARD"),
    ("Zeile\u2028trenner\u00a0und\ufeffBOM", "+49 991 2960108", "", ""),
    ("nicht\ufffezeichen", "+49 991 2960109", "", ""),
]


@pytest.fixture
def publish(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Return publish(system, format, file name, **options) -> result; files lie in the folder `out`."""
    from ansible_collections.telephony.connector.plugins.module_utils.actions.publish import (
        PUBLISH_SPEC,
        publish_output,
    )

    (tmp_path / "out").mkdir()

    def run(system: Any, format_: str, name: str = "book", check: bool = False, **options: Any) -> dict[str, Any]:
        target = {"path": str(tmp_path / "out" / name), **options.pop("target", {})}
        defaults = {key: option.get("default") for key, option in PUBLISH_SPEC.items()}
        options = {**defaults, "name": f"{format_} {name}", "format": format_, "target": target, **options}
        result: dict[str, Any] = system.call(publish_output, check, **options)
        return result

    return run


@pytest.fixture
def location(tmp_path: Path) -> str:
    """Formats know nothing of databases: SQLite will do."""
    return str(tmp_path / "store.db")


@pytest.fixture
def hostile(system: Any) -> Any:
    """A store of hostile names."""
    import_book(system, HOSTILE)
    return system


def import_book(system: Any, rows: Iterable[tuple[str, str, str, str]]) -> None:
    """Fill a store with entries: display name, phone, mobile, organisation."""
    text = io.StringIO()
    csv.writer(text).writerows([("displayname", "phone", "mobile", "organisation"), *rows])
    system.csv(text.getvalue(), "book.csv")
    system.profile(name="book", template="csv_phonebook", source={"path": str(system.directory / "book.csv")})
    system.sync("book")
