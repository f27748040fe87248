# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metrics and alert rules as Prometheus' own tool reads them: their form, and when each alert fires."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from .conftest import Run

EXAMPLES = Path(__file__).parents[4] / "docs/examples/prometheus"
# promtool is a package of the system, which quick tests do without
pytestmark = [pytest.mark.slow, pytest.mark.once]


def promtool(*words: str, folder: Path = EXAMPLES, given: str = "") -> tuple[int, str]:
    done = subprocess.run(
        ["promtool", *words], input=given, capture_output=True, text=True, check=False, cwd=folder, timeout=120
    )
    return done.returncode, done.stdout + done.stderr


def test_metrics_are_as_prometheus_wants_them(run: Run, users_csv: Path, tmp_path: Path) -> None:
    run("extension_pool", ranges=["217-226"], reserved=["220"])
    run("profile", name='the "staff"\\ Müller', template="csv_users", source={"path": str(users_csv)})
    run("sync", profile='the "staff"\\ Müller')
    run("publish", format="yealink", target={"path": str(tmp_path / "book.xml")})
    run("metrics", path=str(tmp_path / "connector.prom"))
    text = (tmp_path / "connector.prom").read_text("utf-8")
    assert "Müller" in text
    assert promtool("check", "metrics", given=text) == (0, "")
    wrong = text.replace("_runs_total", "_runs")  # a counter has this suffix
    assert promtool("check", "metrics", given=wrong)[0] != 0


def test_rules_are_right_and_each_alert_fires_when_it_should(tmp_path: Path) -> None:
    code, said = promtool("check", "rules", "alerts.yml")
    assert code == 0, said
    code, said = promtool("test", "rules", "alerts_test.yml")
    assert code == 0, said
    (rules,) = yaml.safe_load((EXAMPLES / "alerts.yml").read_text("utf-8"))["groups"]
    cases = yaml.safe_load((EXAMPLES / "alerts_test.yml").read_text("utf-8"))["tests"]
    fired = {one["alertname"] for case in cases for one in case["alert_rule_test"] if one["exp_alerts"]}
    assert fired == {rule["alert"] for rule in rules["rules"]}

    shutil.copytree(EXAMPLES, tmp_path, dirs_exist_ok=True)
    rules_file = tmp_path / "alerts.yml"
    rules_file.write_text(rules_file.read_text("utf-8").replace("< 10", "< 9"), encoding="utf-8")
    code, said = promtool("test", "rules", "alerts_test.yml", folder=tmp_path)
    assert code != 0
    assert "PhoneSystemNumbersRunOut" in said
