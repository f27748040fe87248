# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of source_test share: trying a source, and running what is suggested for it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import yaml

from ansible_collections.telephony.connector.plugins.module_utils.actions.source_test import try_source
from ansible_collections.telephony.connector.plugins.module_utils.sources.option_specs import OPTIONS


class Tried:
    """What source_test returns for the source of a template."""

    def __init__(self, template: str, source: dict[str, Any], limit: int = 200) -> None:
        params = {"template": template, "source": source, "limit": limit, "profile": None}
        self.result: dict[str, Any] = try_source(SimpleNamespace(params=params, check_mode=False, diff=False))  # type: ignore[arg-type]
        secrets = [
            str(value) for name, value in source.items() if any(OPTIONS[f].get(name, {}).get("no_log") for f in OPTIONS)
        ]
        assert [secret for secret in secrets if len(secret) > 5 and secret in str(self.result)] == []
        self._secrets = {f"source_{name}": value for name, value in source.items()}

    @property
    def worked(self) -> list[str]:
        """The names of the steps that worked."""
        return [step["step"] for step in self.result["steps"] if step["ok"]]

    @property
    def failed(self) -> dict[str, str]:
        """The steps that did not work, with their messages."""
        return {step["step"]: step["message"] for step in self.result["steps"] if not step["ok"]}

    @property
    def columns(self) -> dict[str, dict[str, Any]]:
        return {column["name"]: column for column in self.result["columns"]}

    def profile(self) -> dict[str, Any]:
        """Return the suggested options of a profile, its variables filled in as a play does."""
        text = self.result["suggested"]
        for name, value in self._secrets.items():
            text = text.replace(f"'{{{{ {name} }}}}'", repr(value))
        options: dict[str, Any] = yaml.safe_load(text)
        return options
