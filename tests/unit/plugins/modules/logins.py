# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users, and logins that are tried with auth_test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.telephony.connector.plugins.module_utils.authentication import reasons

if TYPE_CHECKING:
    from .conftest import Run

PASSWORD = "Kirschbaum-Laterne-88"
PROXY_PASSWORD = "Regenschirm-Wolke-12"


def log_in(run: Run, username: str = "mmuster", password: str = PASSWORD, **more: Any) -> tuple[bool, str | None, str]:
    """Try a login and return (authenticated, method, reason)."""
    result = run("auth_test", username=username, password=password, **more)
    assert result["changed"] is False
    assert 0 <= result["duration"] < 20
    assert result["message"].startswith(reasons.ADVICE[result["reason"]])
    return result["authenticated"], result["method"], result["reason"]


def make_users(run: Run, *names: str, **fields: Any) -> None:
    for name in names:
        run("user", username=name, display_name=name, **fields)


def methods(run: Run) -> dict[str, str]:
    return {found["username"]: found["auth_method"] for found in run("object_info", kind="user")["objects"]}
