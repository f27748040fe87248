# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a template is: the preset of variables, structure, key, match and filter that a profile starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Template:
    """One preset. `version` goes up whenever the template makes something else of the same record."""

    name: str
    family: str  # of its source
    version: int
    title: str
    key: str
    match: tuple[str | tuple[str, ...], ...]
    variables: Mapping[str, Any]
    structure: Mapping[str, Mapping[str, Any]]  # kind -> nested fields -> expressions
    filter: str | None = None
    authentication: str | None = None  # auth_method of users when the profile says configure_authentication
    with_lines: Mapping[str, str] = field(default_factory=dict)  # variables where lines of the phone system are known
    pairs_again_on_rename: bool = False  # a user's apps sign in with the login, so another one needs a new pairing
