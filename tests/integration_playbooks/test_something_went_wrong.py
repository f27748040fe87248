# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of the page "When something went wrong" do what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

PAGE = (Path(__file__).parents[2] / "docs/when_something_went_wrong.md").read_text("utf-8")
COMMANDS = list(dict.fromkeys(re.findall(r"^```sh\n(.*?)\n```$", PAGE, flags=re.DOTALL | re.MULTILINE)))
TASKS = [
    task
    for text in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    for task in yaml.safe_load(text)
]
HEADER = "username,displayname,phone,password\n"
PEOPLE = HEADER + "anna,Anna,200,Correct-horse-7\nben,Ben,201,\ncleo,Cleo,202,\n"


@pytest.mark.newest_alone
def test_the_commands_of_the_page_bring_people_back(ansible):
    """A run has removed Anna and given Ben another number; all that the page says is carried out, in its order."""
    source = ansible.folder / "staff.csv"
    profile = {"name": "staff", "template": "csv_users", "source": {"path": str(source)}}

    def sync(text, **more):
        source.write_text(text, encoding="utf-8")
        return ansible.playbook("telephony.connector.sync", variables={"sync_profiles": [{**profile, **more}]})

    assert sync(PEOPLE).returncode == 0
    assert sync(HEADER + "ben,Ben,209,\ncleo,Cleo,202,\n").returncode == 0
    assert sync(HEADER + "ben,Ben,209,\ncleo,Cleo,202,\n").returncode == 0  # changes nothing
    said = {}
    for command in COMMANDS:
        program, name, *options = shlex.split(command.replace("run=17", "run=2"))
        assert program == "ansible-playbook"
        done = ansible.playbook(name, *options)
        assert done.returncode == 0, f"{command}\n{done.output}"
        said[command] = done.output
    assert "no longer in the source" in said["ansible-playbook telephony.connector.who -e who=anna"]
    assert "1 restored (1 back)" in said["ansible-playbook telephony.connector.undo -e run=17 -e only=anna"]
    runs = said["ansible-playbook telephony.connector.undo"]
    assert "run 2, " in runs
    assert "run 1, " in runs
    assert "nothing to change" not in runs
    typo = ansible.playbook("telephony.connector.undo", "-e", "runn=2")
    assert 'has no variable "runn". Did you mean "run"?' in typo.output.replace('\\"', '"')
    assert "run 2, " in typo.output
    assert "1 restored (1 as before" in said["ansible-playbook telephony.connector.undo -e run=17 --check --diff"]
    assert "1 restored (1 as before" in said["ansible-playbook telephony.connector.undo -e run=17"]

    held = sync(PEOPLE)
    assert held.returncode != 0
    assert 'Profile "staff" is on hold: run 2 was taken back by run 4' in held.output
    play = [{"hosts": "localhost", "gather_facts": False, "tasks": [_with_run(task, 2) for task in TASKS]}]
    done = ansible.playbook(play)
    assert done.returncode == 0, done.output
    again = sync(PEOPLE)
    assert again.recap["changed"] == 0, again.output
    login = {"auth_check_logins": [{"username": "anna", "password": "Correct-horse-7"}]}
    assert ansible.playbook("telephony.connector.auth_check", variables=login).returncode == 0


def _with_run(task, run):
    """Return a task of the page with the number of a run that there is."""
    options = task.get("telephony.connector.undo")
    return {**task, "telephony.connector.undo": {**options, "run": run}} if options else task
