# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on the architecture shows how the engine is used from plain Python: its lines run as they stand there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[5]
PAGE = ROOT / "docs/development/architecture.md"


def lines_of_the_page() -> str:
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return str(code)


def test_the_lines_of_the_page_import_a_file_without_ansible(tmp_path):
    (tmp_path / "people.csv").write_text("username,displayname\nanna,Anna\nben,Ben\n", encoding="utf-8")
    # a process that has no Ansible to import
    code = "import sys\nsys.modules['ansible'] = None\n" + lines_of_the_page()
    paths = {"PYTHONPATH": str(ROOT.parents[2])}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=paths, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout) == (0, "changed 2\n"), run.stderr


def test_they_are_ten(tmp_path):
    statements = [line for line in lines_of_the_page().splitlines() if line and not line.startswith("from ")]
    assert len(statements) <= 10


def test_every_file_that_the_page_names_is_there():
    page = PAGE.read_text(encoding="utf-8")
    for name in set(re.findall(r"(?:sync|store|profiles|phone_system|actions)/[\w/]*\.py", page)):
        assert (ROOT / "plugins/module_utils" / name).is_file(), name
