# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role publish by the playbook that comes with it: its summary tells of every output, also of a failed one."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

SYNC, PUBLISH = "telephony.connector.sync", "telephony.connector.publish"


@pytest.fixture
def staff(ansible):
    """Twelve people in the store."""
    people = "".join(f"user{n},Käthe Groß {n},{300 + n}\n" for n in range(12))
    (ansible.folder / "users.csv").write_text("username,displayname,phone\n" + people, encoding="utf-8")
    profile = {"name": "staff", "template": "csv_users", "source": {"path": str(ansible.folder / "users.csv")}}
    assert ansible.playbook(SYNC, variables={"sync_profiles": [profile]}).returncode == 0


def told(run):
    return run.result("Tell what was published")["msg"]


def test_outputs_are_published_and_a_failed_one_keeps_nobody_back(ansible, staff):
    book = ansible.folder / "book.xml"
    yealink = {"name": "desk phones", "format": "yealink", "target": {"path": str(book)}}
    broken = {"format": "snom", "target": {"path": str(ansible.folder / "nowhere/book.xml")}}
    cards = {"format": "vcard", "target": {"path": str(ansible.folder / "book.vcf")}, "filter": "phone == '300'"}
    outputs = {"publish_outputs": [broken, yealink, cards]}

    simulated = ansible.playbook(PUBLISH, "--check", "--diff", variables={"publish_outputs": [yealink, cards]})
    assert simulated.returncode == 0, simulated.output
    assert told(simulated) == ["desk phones: changed (simulated): 12 created", "vcard: changed (simulated): 1 created"]
    assert "+name: Käthe Groß 7" in simulated.output
    assert not book.exists()

    run = ansible.playbook(PUBLISH, variables=outputs)
    assert run.returncode != 0
    assert "create it first" in told(run)[0]
    assert told(run)[1:] == ["desk phones: changed: 12 created", "vcard: changed: 1 created"]
    assert len(list(ET.parse(book).iter("DirectoryEntry"))) == 12

    again = ansible.playbook(PUBLISH, variables={"publish_outputs": [yealink, cards]})
    assert again.recap["changed"] == 0
    assert told(again)[0] == "desk phones: unchanged: 12 entries unchanged"

    narrowed = {**yealink, "filter": "phone == '300'"}
    stopped = ansible.playbook(PUBLISH, variables={"publish_outputs": [narrowed]})
    assert stopped.returncode != 0
    assert "max_removals" in told(stopped)[1]
    refused = ansible.playbook(PUBLISH, "--check", variables={"publish_outputs": [narrowed]})
    digest = told(refused)[1].removeprefix("  plan: ")
    plans = {"publish_outputs": [narrowed], "publish_expect_plans": {"desk phones": digest}}
    assert told(ansible.playbook(PUBLISH, variables=plans)) == ["desk phones: changed: 11 removed"]

    absent = [{"name": "desk phones", "state": "absent"}]
    assert ansible.playbook(PUBLISH, variables={"publish_outputs": absent}).returncode == 0
    assert not book.exists()


@pytest.mark.newest_alone
def test_a_misspelt_option_is_named_before_anything_is_published(ansible, staff):
    output = {"name": "desk phones", "format": "yealink", "targt": {"path": str(ansible.folder / "book.xml")}}
    run = ansible.playbook(PUBLISH, variables={"publish_outputs": [output]})
    assert run.returncode != 0
    assert 'The output "desk phones" in publish_outputs has no option "targt". Did you mean "target"?' in run.output
    run = ansible.playbook(PUBLISH, variables={"publish_outputs": [], "publish_expect_plan": {}})
    assert run.returncode != 0
    assert "publish has no variable" in run.output
    assert 'Did you mean "publish_expect_plans"?' in run.output.replace("\\", "")
