# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first import of the README, as somebody types it, and what the role says to misspelt names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def first_import(ansible):
    """Return a function that runs the README's first playbook, with an inventory that names localhost for ssh."""
    section = README.read_text("utf-8").partition("\n## A first import\n")[2].partition("\n## ")[0]
    rows, play = re.findall(r"^```\w*\n(.*?)^```", section, re.M | re.S)[:2]
    (ansible.folder / "users.csv").write_text(rows, encoding="utf-8")
    (ansible.folder / "hosts").write_text("[pbx]\nlocalhost\n", encoding="utf-8")

    def run(*options: str, old: str = "", new: str = ""):
        (ansible.folder / "import.yml").write_text(play.replace(old, new), encoding="utf-8")
        return ansible.command("ansible-playbook", "-i", "hosts", "import.yml", *options)

    return run


def test_the_readme_is_true_from_the_simulation_to_the_second_run(ansible, first_import):
    simulated = first_import("--check", "--diff")
    assert simulated.returncode == 0, simulated.stdout + simulated.stderr
    assert "+display_name: Anna Müller" in simulated.stdout
    assert not (ansible.folder / "store.db").exists()
    # without connection: local in the play it is the role that stays on this machine
    run = first_import(old="  connection: local\n")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "2 created" in run.stdout
    again = first_import()
    assert "changed=0" in again.stdout


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("sync_profiles:", "profiles:", '"profiles" is set: was sync_profiles meant?'),
        ("sync_profiles:", "sync_expect_plan: {}\n        sync_profiles:", 'Did you mean "sync_expect_plans"?'),
        ("          - name: staff\n", "          staff:\n", "is a mapping (staff), but must be a list of profiles"),
        (
            "template:",
            "fieldpolicy: {}\n            template:",
            'The profile "staff" in sync_profiles has no option "fieldpolicy". Did you mean "field_policy"?',
        ),
    ],
)
@pytest.mark.newest_alone
def test_a_misspelt_name_fails_with_the_nearest(ansible, first_import, old, new, words):
    run = first_import(old=old, new=new)
    assert run.returncode != 0
    assert words in run.stdout.replace('\\"', '"')
    assert not (ansible.folder / "store.db").exists()
