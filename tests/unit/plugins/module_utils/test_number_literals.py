# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers in a playbook: a warning where digits are meant, none where a number is."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions.publish import PUBLISH_SPEC
from ansible_collections.telephony.connector.plugins.module_utils.number_literals import warnings_for
from ansible_collections.telephony.connector.plugins.module_utils.outputs.registry import FORMATS


@pytest.mark.parametrize("name", FORMATS)
def test_a_target_may_have_numbers_where_numbers_are_meant(name: str) -> None:
    kinds = {option: spec["type"] for option, spec in FORMATS[name].OPTIONS.items()}
    given = {"target": {option: 3 for option, kind in kinds.items() if kind == "int"}}
    assert list(warnings_for(PUBLISH_SPEC, given)) == []


def test_permissions_without_quotes_are_told() -> None:
    (warning,) = warnings_for(PUBLISH_SPEC, {"target": {"mode": 0o644, "max_entries": 100}})
    assert "The option target.mode is the number 420 in the playbook" in warning
