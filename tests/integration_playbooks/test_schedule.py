# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role schedule: what it writes is right for systemd and cron, runs from an empty environment, and goes again."""

from __future__ import annotations

import fcntl
import http.server
import json
import shutil
import subprocess
import threading

import pytest

SECRET = "recognisable-key-0123456789-0123456789"


@pytest.fixture
def schedule(ansible):
    """Return a function that runs the role with everything it writes below the folder of the test."""
    folder = ansible.folder / "schedule"
    (ansible.folder / "staff.csv").write_text("username,displayname\nanna,Anna\n", encoding="utf-8")
    for name in ("units", "cron.d", "logrotate.d"):
        (ansible.folder / name).mkdir()
    profile = {"name": "staff", "template": "csv_users", "source": {"path": str(ansible.folder / "staff.csv")}}

    def run(*options, **variables):
        return ansible.tasks(
            {
                "name": "Schedule",
                "ansible.builtin.include_role": {"name": "telephony.connector.schedule"},
                "vars": {
                    "schedule_directory": str(folder),
                    "schedule_unit_directory": str(ansible.folder / "units"),
                    "schedule_cron_directory": str(ansible.folder / "cron.d"),
                    "schedule_logrotate_directory": str(ansible.folder / "logrotate.d"),
                    "schedule_activate": False,
                    "schedule_manager": "systemd",
                    "schedule_environment": {
                        "TELEPHONY_CONNECTOR_STORE": str(ansible.store),
                        "TELEPHONY_CONNECTOR_STORE_KEY": SECRET,
                        "ODD": "it's $HOME; `id`",
                    },
                    "schedule_variables": {"sync_profiles": [profile]},
                    **variables,
                },
            },
            options=options,
        )

    return run


def files(folder):
    return sorted(str(path.relative_to(folder)) for name in ("schedule", "units", "cron.d", "logrotate.d")
                  for path in (folder / name).rglob("*") if path.is_file())  # fmt: skip


def test_units_are_right_run_from_nothing_and_go_again(ansible, schedule):
    simulated = schedule("--check", "--diff")
    assert simulated.returncode == 0, simulated.output
    assert files(ansible.folder) == []
    first = schedule("--diff", schedule_at=["02:30"], schedule_days=["mon", "fri"])
    assert first.returncode == 0, first.output
    assert SECRET not in first.output
    assert schedule(schedule_at=["02:30"], schedule_days=["mon", "fri"]).recap["changed"] == 0
    units = sorted((ansible.folder / "units").iterdir())
    assert "OnCalendar=mon,fri *-*-* 02:30:00" in units[-1].read_text("utf-8")
    assert shutil.which("systemd-analyze"), "the package systemd is missing"
    verdict = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (verdict.returncode, verdict.stderr) == (0, "")

    folder = ansible.folder / "schedule"
    assert {path.name: oct(path.stat().st_mode)[-3:] for path in folder.iterdir()} == {
        "environment": "600", "variables.json": "600", "run": "700", "notify": "700",
    }  # fmt: skip
    done = subprocess.run(["env", "-i", folder / "run"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "staff: changed: 1 record read, 1 created" in done.stdout
    assert SECRET not in done.stdout

    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(["env", "-i", folder / "run"], capture_output=True, text=True, check=True)
    assert "another run is under way" in done.stdout

    gone = schedule(schedule_state="absent")
    assert gone.returncode == 0, gone.output
    assert files(ansible.folder) == []
    assert schedule(schedule_state="absent").recap["changed"] == 0


def test_cron_runs_a_command_that_logs_and_tells_of_failures(ansible, schedule):
    told = []

    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_words):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        log = ansible.folder / "sync.log"
        sendmail, mail = ansible.folder / "sendmail", ansible.folder / "mail.txt"
        sendmail.write_text(f'#!/bin/sh\ncat >"{mail}"\n', encoding="utf-8")
        sendmail.chmod(0o755)
        how = {
            "schedule_manager": "cron",
            "schedule_log": str(log),
            "schedule_random_delay": 0,
            "schedule_mail_to": "telephony@corp.example",
            "schedule_sendmail": str(sendmail),
            "schedule_webhook_url": f"http://127.0.0.1:{server.server_port}/secret-path",
        }
        assert schedule(schedule_manager="systemd").returncode == 0
        changed = schedule(**how)
        assert changed.returncode == 0, changed.output
        assert list((ansible.folder / "units").iterdir()) == []
        line = (ansible.folder / "cron.d/telephony-connector-sync").read_text("utf-8").splitlines()[-1]
        minutes, _hour, _day, _month, _weekday, user, command = line.split(None, 6)
        assert (minutes, user) == ("*/15", "root")
        assert subprocess.run(["env", "-i", "/bin/bash", "-c", command], check=False).returncode == 0
        assert "staff: changed" in log.read_text("utf-8")
        assert told == []

        (ansible.folder / "staff.csv").unlink()
        assert subprocess.run(["env", "-i", "/bin/bash", "-c", command], check=False).returncode != 0
        server.shutdown()
    head, _blank, body = mail.read_text("utf-8").partition("\n\n")
    assert head.startswith("To: telephony@corp.example\nSubject: telephony-connector-sync on ")
    assert body.startswith("staff: failed: ")
    assert len(told) == 1
    assert "failed" in told[0]
    assert told[0].splitlines()[1].startswith("staff: failed: "), "the summary comes first, as text"
    assert "staff.csv" in told[0]
    assert SECRET not in told[0]


@pytest.mark.newest_alone
def test_times_that_cannot_be_are_refused(schedule):
    refused = schedule(schedule_every_minutes=7)
    assert refused.returncode != 0
    assert "must divide an hour" in refused.output
