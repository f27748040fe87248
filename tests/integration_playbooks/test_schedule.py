# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role schedule: what it writes is right for systemd and cron, runs from an empty environment, and goes again."""

from __future__ import annotations

import configparser
import fcntl
import http.server
import json
import os
import shlex
import shutil
import subprocess
import threading
import time

import pytest

from .conftest import SECRET


def files(folder):
    return sorted(str(path.relative_to(folder)) for name in ("schedule", "units", "cron.d", "logrotate.d")
                  for path in (folder / name).rglob("*") if path.is_file())  # fmt: skip


def test_a_schedule_is_made_and_goes_again(ansible, schedule):
    made = schedule()
    assert made.returncode == 0, made.output
    assert {"schedule/run", "units/telephony-connector-sync.timer"} <= {*files(ansible.folder)}
    gone = schedule(schedule_state="absent")
    assert gone.returncode == 0, gone.output
    assert files(ansible.folder) == []


@pytest.mark.newest_alone
def test_units_are_right_run_from_nothing_and_go_again(ansible, schedule):
    typo = schedule(schedule_evry_minutes=5)
    assert 'no variable "schedule_evry_minutes". Did you mean "schedule_every_minutes"?' in typo.output
    assert files(ansible.folder) == []
    texts = schedule("--check", "--diff", "-e", "schedule_every_minutes=30")  # -e makes a text of a number
    assert texts.returncode == 0, texts.output
    assert "+OnCalendar=*:0/30\n" in texts.output
    assert files(ansible.folder) == []
    first = schedule("--diff", schedule_at=["02:30"], schedule_days=["mon", "fri"])
    assert first.returncode == 0, first.output
    assert SECRET not in first.output
    assert schedule(schedule_at=["02:30"], schedule_days=["mon", "fri"]).recap["changed"] == 0
    units = sorted((ansible.folder / "units").iterdir())
    timer = units[-1].read_text("utf-8")
    assert "OnCalendar=mon,fri *-*-* 02:30:00" in timer
    assert "Persistent=true" in timer, "a missed run is made up"
    assert "RandomizedDelaySec=60" in timer
    assert shutil.which("systemd-analyze"), "the package systemd is missing"
    verdict = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (verdict.returncode, verdict.stderr) == (0, "")

    folder = ansible.folder / "schedule"
    assert {path.name: oct(path.stat().st_mode)[-3:] for path in folder.iterdir()} == {
        **dict.fromkeys(("environment", "variables.json", "message.json", "message.py"), "600"),
        **dict.fromkeys(("run", "notify"), "700"),
    }  # fmt: skip
    service = configparser.ConfigParser(strict=False, interpolation=None)
    service.read(ansible.folder / "units/telephony-connector-sync.service")
    command = service["Service"]["ExecStart"]
    done = subprocess.run(["env", "-i", *shlex.split(command)], capture_output=True, text=True, check=False)
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


def starts(folder, ago):
    """Say whether a run begins after a start of the machine, if the last one began so many seconds ago."""
    began = folder / "schedule/began"
    began.touch()
    then = time.time() - ago
    os.utime(began, (then, then))
    line = (folder / "cron.d/telephony-connector-sync").read_text("utf-8").splitlines()[-1]
    assert line.startswith("@reboot root ")
    command = ["env", "-i", "/bin/bash", "-c", line.split(None, 2)[2]]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=170)
    assert done.returncode == 0, done.stdout + done.stderr
    begins = began.stat().st_mtime > then + 60
    # the output goes to the log, if there is one
    assert begins or "begins" not in done.stdout
    return begins


@pytest.mark.newest_alone
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
        for name in ("sync.service", "sync.timer", "sync-failure.service"):  # as when systemd started it
            (ansible.folder / "units" / f"telephony-connector-{name}").touch()
        changed = schedule(**how)
        assert changed.returncode == 0, changed.output
        assert list((ansible.folder / "units").iterdir()) == []
        table = (ansible.folder / "cron.d/telephony-connector-sync").read_text("utf-8")
        (line,) = [one for one in table.splitlines() if one.endswith("run --scheduled")]
        minutes, _hour, _day, _month, _weekday, user, command = line.split(None, 6)
        assert (minutes, user) == ("*/15", "root")
        assert subprocess.run(["env", "-i", "/bin/bash", "-c", command], check=False).returncode == 0
        assert "staff: changed" in log.read_text("utf-8")
        assert told == []
        missed = (starts(ansible.folder, 300), starts(ansible.folder, 2000))
        assert missed == (False, True), "what is older than a quarter of an hour was missed"
        assert told == []

        (ansible.folder / "staff.csv").unlink()
        assert subprocess.run(["env", "-i", "/bin/bash", "-c", command], check=False).returncode != 0
        server.shutdown()
    head, _blank, body = mail.read_text("utf-8").partition("\n\n")
    assert head.startswith("Subject: telephony-connector-sync on ")
    assert "\nTo: telephony@corp.example\n" in head
    assert body.startswith("staff: failed: ")
    assert len(told) == 1
    assert "failed" in told[0]
    assert told[0].splitlines()[1].startswith("staff: failed: "), "the summary comes first, as text"
    assert "secret-path" not in log.read_text("utf-8")
    assert "staff.csv" in told[0]
    assert SECRET not in told[0]


def pause(folder, seconds):
    """Write a playbook that takes so long."""
    playbook = folder / "slow.yml"
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [{"ansible.builtin.command": f"sleep {seconds}"}]}
    playbook.write_text(json.dumps([play]), encoding="utf-8")
    return str(playbook)


@pytest.mark.newest_alone
def test_a_run_that_takes_too_long_is_stopped_and_logs_are_rotated(ansible, schedule):
    logs = ansible.folder / "log"
    logs.mkdir(mode=0o755)
    log = logs / "sync.log"
    slow = pause(ansible.folder, 170)
    done = schedule(schedule_timeout=3, schedule_playbook=slow, schedule_log=str(log), schedule_log_keep=2)
    assert done.returncode == 0, done.output
    began = time.monotonic()
    assert subprocess.run(["env", "-i", ansible.folder / "schedule/run"], check=False, timeout=170).returncode == 124
    assert "telephony-connector-sync: stopped after 3 seconds" in log.read_text("utf-8")
    assert time.monotonic() - began < 100

    state, settings = ansible.folder / "state", ansible.folder / "logrotate.d/telephony-connector-sync"
    for number in range(4):
        log.write_text(f"{number}\n", encoding="utf-8")
        command = ["/usr/sbin/logrotate", "--force", "--state", state, settings]
        rotated = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (rotated.returncode, rotated.stderr) == (0, "")
    assert sorted(path.name for path in logs.iterdir()) == ["sync.log", "sync.log.1.gz", "sync.log.2.gz"]
    assert (log.stat().st_size, oct(log.stat().st_mode)[-3:]) == (0, "600")


@pytest.mark.newest_alone
def test_cron_makes_up_for_what_was_missed_while_the_machine_was_off(ansible, schedule):
    playbook = pause(ansible.folder, 0)
    how = {"schedule_manager": "cron", "schedule_random_delay": 0, "schedule_playbook": playbook}
    # at this time of yesterday's day of the week: what is older than a day was missed
    yesterday = time.localtime(time.time() - 86400)
    at = {"schedule_at": [time.strftime("%H:%M", yesterday)], "schedule_days": [time.strftime("%a", yesterday).lower()]}
    assert schedule(**how, **at).returncode == 0
    assert (starts(ansible.folder, 43200), starts(ansible.folder, 2 * 86400)) == (False, True)


@pytest.mark.newest_alone
def test_times_that_cannot_be_are_refused(schedule):
    refused = schedule(schedule_every_minutes=7)
    assert refused.returncode != 0
    assert "must divide an hour" in refused.output
