# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The built artifact holds what people need, and nothing of the workshop."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml


@pytest.fixture
def installed(collections_path: str) -> Path:
    return Path(collections_path) / "ansible_collections/telephony/connector"


def test_ansible_finds_every_module_of_the_action_group(ansible, installed):
    runtime = yaml.safe_load((installed / "meta/runtime.yml").read_text(encoding="utf-8"))
    wanted = {f"telephony.connector.{name}" for name in runtime["action_groups"]["connector"]}

    listed = ansible.command("ansible-doc", "--list", "--json", "--type", "module", "telephony.connector")

    assert listed.returncode == 0, listed.stderr
    assert set(json.loads(listed.stdout)) == wanted


@pytest.mark.parametrize(
    "name", ["LICENSE", "README.md", "requirements.txt", "bindep.txt", "meta/execution-environment.yml"]
)
def test_the_artifact_holds_what_people_need(installed, name):
    assert (installed / name).is_file()


@pytest.mark.parametrize("name", [".ci", ".git", ".ansible", "test.sh", "demo.sh", "tests/ci", "tests/output"])
def test_the_artifact_holds_nothing_of_the_workshop(installed, name):
    if not (installed / "MANIFEST.json").is_file():
        pytest.fail("this is a checkout, not an installed artifact: run ./test.sh integration")
    assert not (installed / name).exists()
