# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole command, as people run it: `ansible-playbook` with the installed collection, a profile and its sync."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ansible_collections.telephony.connector.tests.benchmarks.people import (
    CHANGING_VARIABLES,
    OTHER_VARIABLES,
    PROFILE,
)
from ansible_collections.telephony.connector.tests.benchmarks.scenarios import EVERY, REDEFINED
from ansible_collections.telephony.connector.tests.benchmarks.watch import Measured, run

_PLAYBOOK = """\
- hosts: localhost
  connection: local
  gather_facts: false
  module_defaults:
    group/telephony.connector.connector: {store: "{{ place }}"}
  tasks:
    - telephony.connector.profile:
        {name: "{{ name }}", template: csv_users, source: {path: "{{ csv }}"}, variables: "{{ more }}"}
    - telephony.connector.sync: {profile: "{{ name }}"}
      register: outcome
    - ansible.builtin.copy: {content: "{{ outcome.counts | to_json }}", dest: "{{ place }}.counts", mode: "0600"}
"""


class Playbook:
    """Runs one playbook; a run's counts come back in a file beside the store."""

    def __init__(self, directory: Path, collections: Path) -> None:
        self._playbook = directory / "benchmark.yml"
        self._playbook.write_text(_PLAYBOOK)
        self._environment = {
            "ANSIBLE_COLLECTIONS_PATH": str(collections),
            "ANSIBLE_HOME": str(directory / "ansible-home"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        }

    def __call__(self, name: str, store: str, source: Path) -> Measured:
        """Do one run; CPU seconds are those of all processes, the memory that of the largest."""
        values = {"name": PROFILE, "csv": str(source), "place": store}
        values["more"] = {REDEFINED: OTHER_VARIABLES, EVERY: CHANGING_VARIABLES}.get(name, {})
        values["ansible_python_interpreter"] = sys.executable
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        _output, measured = run([program, str(self._playbook), "-e", json.dumps(values)], self._environment)
        counts = json.loads(Path(store + ".counts").read_text())
        return Measured(measured.seconds, measured.cpu, measured.peak, counts)
