# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs with the newest ansible-core alone leaves out no module, role or playbook with the oldest one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]


def names() -> list[str]:
    """Return the modules, roles and playbooks of the collection."""
    files = [*ROOT.glob("plugins/modules/*.py"), *ROOT.glob("playbooks/*.yml"), *ROOT.glob("roles/*")]
    return sorted({path.stem for path in files if not path.stem.startswith("_")})


def without_newest_alone(source: str) -> str:
    """Return a test file without the tests that are marked so."""
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and any("newest_alone" in ast.unparse(one) for one in node.decorator_list):
            first = node.decorator_list[0].lineno - 1
            lines[first : node.end_lineno] = [""] * ((node.end_lineno or 0) - first)
    return "\n".join(lines)


def used(sources: list[str]) -> set[str]:
    """Return which of the names stand in the tests as those of a task, a role or a playbook."""
    text = "\n".join(sources)
    return {
        name for name in names() if re.search(rf"telephony\.connector\.{name}\b|\"{name}\"|^ *-? *{name}:", text, re.M)
    }


def test_every_module_role_and_playbook_runs_with_both_versions() -> None:
    sources = [path.read_text() for path in FOLDER.glob("test_*.py") if path != Path(__file__)]
    left = [without_newest_alone(source) for source in sources]
    assert sum(map(len, left)) < sum(map(len, sources)), "the mark is found"
    assert used(left) == used(sources)
    assert len(used(sources)) > 25, used(sources)
