# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The password in the URL of a store is shown nowhere, however it is written and whatever is wrong beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://sync:Wolken%40Bruch@127.0.0.1:1/store",
        "postgresql+psycopg://sync:Wolken@Bruch@127.0.0.1:1/store",
        "postgresql://sync@127.0.0.1:1/store?password=Wolken%40Bruch",
        "postgresql://sync@127.0.0.1:1/store?sslmode=disable&password=Wolken%40Bruch&sslmode=disable",
        "mysql://sync:Wolken%40Bruch@127.0.0.1/store",
    ],
)
@pytest.mark.parametrize("options", [{}, {"prfile": "typo"}, {"changes_limit": "many"}], ids=["", "typo", "type"])
def test_the_password_of_a_store_is_not_shown(run: Run, url: str, options: dict[str, Any]) -> None:
    failed = run("sync", profile="staff", store=url, **options)
    assert failed.get("failed") is True
    assert "Internal error" not in failed["msg"]
    assert "Bruch" not in json.dumps(failed)
    assert "127.0.0.1" in failed["invocation"]["module_args"]["store"], "only the password is hidden"


def test_the_password_in_the_environment_is_not_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEPHONY_CONNECTOR_STORE", "postgresql+psycopg://sync:Wolken-Bruch@127.0.0.1:1/Wolken-Bruch")
    failed = run("sync", profile="staff")
    assert "127.0.0.1" in failed["msg"]
    assert "Bruch" not in json.dumps(failed)


@pytest.mark.parametrize("inside", [False, True], ids=["profile", "definition"])
def test_the_password_of_another_store_is_not_shown(run: Run, tmp_path: Path, inside: bool) -> None:
    source = {"store": "postgresql://sync:Wolken%40Bruch@127.0.0.1:1/store"}
    definition = {"template": "pbx_phonebook", "source": source}
    options = {"definition": definition, "profile": "other"} if inside else {"name": "other", **definition}
    failed = run("sync" if inside else "profile", store=str(tmp_path / "store.db"), check=True, **options)
    assert "holds a password; give it as password" in failed["msg"]
    assert "Bruch" not in json.dumps(failed)
