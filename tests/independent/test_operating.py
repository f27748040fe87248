# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator's guide: its files are written and its commands run, one after the other, as they stand on the page."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from prometheus_client.parser import text_string_to_metric_families

from ansible_collections.telephony.connector.tests.servers.postgres import Postgres

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / name for name in ("operating.md", "awx.md", "metrics.md")]
PROGRAMS = Path(sys.executable).parent
#: Python's own variables say that nothing is to be compiled for good
NOT_KEPT = ("ANSIBLE_", "PG", "PYTHON", "TELEPHONY_")
#: where the role schedule puts things, which belongs to this machine
PLACES = {
    "schedule_directory": "etc/schedules/{{ schedule_name }}",
    "schedule_unit_directory": "etc/units",
    "schedule_cron_directory": "etc/cron.d",
    "schedule_logrotate_directory": "etc/logrotate.d",
    "store_schedules_directory": "etc/schedules",
}


def blocks():
    """Yield (language, text) of every block of the pages that is a file or a command."""
    pages = "".join(page.read_text("utf-8") for page in PAGES)
    for indent, language, text in re.findall(r"^( *)```(\w+)\n(.*?)^ *```$", pages, re.M | re.S):
        yield language, "\n".join(line.removeprefix(indent) for line in text.splitlines())


def test_every_command_of_the_guide_does_what_it_says(tmp_path, kept_modules):
    with tempfile.TemporaryDirectory(prefix="telephony-pg-") as directory:
        Path(directory).chmod(0o755)
        server = Postgres(Path(directory) / "server")
        server.start()
        try:
            _follow(tmp_path / "pbx", server, kept_modules)
        finally:
            server.stop()


def _follow(folder, server, kept_modules):
    for name in ("etc/units", "etc/cron.d", "etc/logrotate.d", "metrics"):
        (folder / name).mkdir(parents=True)
    database = server.new_database()
    places = {name: str(folder / place) for name, place in PLACES.items()}
    (folder / "group_vars").mkdir()
    (folder / "group_vars/all.yml").write_text(json.dumps({**places, "schedule_activate": False}), encoding="utf-8")
    (folder / "people.csv").write_text("displayname,username,phone,password\nAnna,anna,200,Correct-horse-7\n", "utf-8")

    def here(text):
        text = text.replace("/srv/pbx", str(folder))
        return text.replace("postgresql+psycopg://connector@db.corp.example/telephony", database)

    for name in ("alerts.yml", "alerts_test.yml"):
        (folder / name).write_bytes((DOCS / "examples/prometheus" / name).read_bytes())
    commands = []
    for language, text in blocks():
        if language == "yaml" and (name := re.match(r"# (\w+\.yml)$", text.splitlines()[0])):
            yaml.safe_load(text)
            (folder / name[1]).write_text(here(text), encoding="utf-8")
        elif language == "bash":
            commands += text.splitlines()
    assert len(commands) > 30
    script = ["set -eo pipefail"]
    for number, command in enumerate(commands):
        given = f" -e @{folder}/group_vars/all.yml" if "connector.restore" in command else ""
        script += [f"echo '== {number}: '{json.dumps(command.split()[0])}", here(command) + given]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_KEPT)}
    environment = {
        **kept,
        **kept_modules,
        "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
        "ANSIBLE_HOME": str(folder / "ansible-home"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
        "LC_ALL": "C.UTF-8",
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
    }
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)], capture_output=True, text=True, check=False, cwd=folder, timeout=1500,
        env=environment, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    shown = done.stdout + done.stderr
    assert done.returncode == 0, shown[-6000:]
    parts = re.split(r"^== \d+: .*$", done.stdout, flags=re.M)[1:]
    assert len(parts) == len(commands)

    def said(words):
        (*_before, found) = [part for command, part in zip(commands, parts, strict=True) if words in command]
        return found

    assert (folder / "secrets.yml").read_text("utf-8").startswith("$ANSIBLE_VAULT;")
    assert said('["result"]').strip() == "unchanged"
    assert "Anna" in (folder / "yealink.xml").read_text("utf-8")
    assert "on hold" in said("connector.restore")
    # the copy in PostgreSQL is the same store: nothing to change
    assert "staff: unchanged (simulated): 1 record read" in said("connector.sync -e @profiles.yml --check")
    assert "Correct-horse-7" not in shown
    metrics = (folder / "metrics/connector.prom").read_text("utf-8")
    names = {family.name for family in text_string_to_metric_families(metrics)}
    assert "telephony_connector_profile_last_success_timestamp_seconds" in names
