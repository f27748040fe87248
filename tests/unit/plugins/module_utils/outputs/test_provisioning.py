# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files for phones by templates: the examples of the documentation, and what happens to the secrets in them."""

from __future__ import annotations

import configparser
import os
import stat
from pathlib import Path

import pytest
import yaml
from lxml import etree

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import TargetError

EXAMPLES = Path(__file__).parents[5] / "docs/examples/provisioning"
SECRET = "a<secret>&more"
YEALINK, SNOM = "001565aabbcc", "000413aabbcc"


@pytest.fixture
def example(system, publish):
    """Return example(name of the file in it, **options): publishes as the task of the example playbook does."""
    (play,) = yaml.safe_load((EXAMPLES / "provision.yml").read_text())
    tasks = {task["name"]: task["telephony.connector.publish"] for task in play["tasks"]}

    def run(maker, check=False, **options):
        (task,) = (one for name, one in tasks.items() if maker in name)
        target = task["target"]
        template = target["template"].replace("{{ playbook_dir }}", str(EXAMPLES))
        name = target["path"].removeprefix("{{ provisioning_dir }}/")
        return publish(
            system, task["format"], name, check, filter=task["filter"],
            target={"template": template, "each": target["each"], **options},
        )  # fmt: skip

    return run


@pytest.fixture
def phones(system):
    """Anna has a phone of each maker and a softphone, Bert a phone and no password yet, Carla may not sign in."""

    def phone(mac):
        return {"type": "ip_phone", "mac": mac}

    both = [phone(YEALINK), phone(SNOM), {"type": "softphone"}]
    name = 'Anna "Müller" & <Söhne>'
    system.by_hand("user", username="anna", display_name=name, extension="201", sip_password=SECRET, devices=both)
    system.by_hand("user", username="bert", display_name="Bert", extension="202", devices=[phone("805ec0000001")])
    gone = {"auth_method": "none", "devices": [phone("001565000003")]}
    system.by_hand("user", username="carla", display_name="Carla", extension="203", **gone)
    return system


def test_the_yealink_example_has_account_secret_and_phonebook(phones, example, tmp_path):
    result = example("Yealink")
    assert [one["path"] for one in result["files"]] == [
        str(tmp_path / f"out/{mac}.cfg") for mac in (YEALINK, "805ec0000001")
    ]  # fmt: skip
    text = (tmp_path / f"out/{YEALINK}.cfg").read_text()
    # Yealink administrator guides: the first line names the version, others are key = value
    first, _newline, rest = text.partition("\n")
    assert first == "#!version:1.0.0.1"
    parser = configparser.RawConfigParser(delimiters=("=",), strict=True)
    parser.read_string(f"[phone]\n{rest}")
    assert dict(parser["phone"]) == {
        "account.1.enable": "1", "account.1.label": "201", "account.1.display_name": 'Anna "Müller" & <Söhne>',
        "account.1.user_name": "201", "account.1.auth_name": "201", "account.1.password": SECRET,
        "account.1.sip_server.1.address": "pbx.corp.example",
        "remote_phonebook.data.1.url": "http://pbx.corp.example/phonebook/yealink.xml",
        "remote_phonebook.data.1.name": "Company",
    }  # fmt: skip
    assert SECRET not in str(result)


def test_the_snom_example_has_account_secret_and_phonebook(phones, example, tmp_path):
    example("Snom")
    root = etree.parse(tmp_path / f"out/{SNOM}.xml").getroot()
    (settings,) = root
    # service.snom.com: settings > phone-settings > one element a setting, the account in idx
    assert (root.tag, settings.tag) == ("settings", "phone-settings")
    assert {(one.tag, one.get("idx")): one.text for one in settings} == {
        ("user_active", "1"): "on", ("user_realname", "1"): 'Anna "Müller" & <Söhne>', ("user_idle_text", "1"): "201",
        ("user_name", "1"): "201", ("user_pname", "1"): "201", ("user_pass", "1"): SECRET,
        ("user_host", "1"): "pbx.corp.example",
        ("dkey_directory", None): "url http://pbx.corp.example/phonebook/snom.xml",
    }  # fmt: skip


def test_a_password_that_is_missing_is_made_and_stays(phones, example, tmp_path):
    path = tmp_path / "out/805ec0000001.cfg"
    simulated = example("Yealink", check=True)
    assert simulated["counts"]["sip_passwords_made"] == 1
    assert not path.exists()
    example("Yealink")
    (line,) = (one for one in path.read_text().splitlines() if "password" in one)
    made = line.rpartition(" ")[2]
    assert (len(made), made.isalnum()) == (24, True)
    assert example("Yealink")["changed"] is False


def test_files_with_secrets_are_for_nobody_else_at_no_time(phones, example, tmp_path, monkeypatch):
    seen = []
    replace, opened = os.replace, os.open

    def watched(source, target):
        seen.append(stat.S_IMODE(os.stat(source).st_mode))
        replace(source, target)

    def watched_open(path, flags, mode=0o777, **more):
        handle = opened(path, flags, mode, **more)
        if flags & os.O_CREAT and str(path).startswith(str(tmp_path / "out")):
            seen.append(stat.S_IMODE(os.fstat(handle).st_mode))
        return handle

    monkeypatch.setattr(os, "replace", watched)
    monkeypatch.setattr(os, "open", watched_open)
    example("Yealink")
    assert seen == [0o600] * 4  # made, and put in place
    assert {stat.S_IMODE(one.stat().st_mode) for one in (tmp_path / "out").iterdir()} == {0o600}
    example("Yealink", mode="0640")
    assert {stat.S_IMODE(one.stat().st_mode) for one in (tmp_path / "out").iterdir()} == {0o640}


def test_who_leaves_has_no_file_any_more(phones, example, tmp_path):
    example("Yealink")
    phones.by_hand("user", username="anna", auth_method="none")
    assert example("Yealink")["counts"]["removed"] == 1
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["805ec0000001.cfg"]


@pytest.fixture
def template(tmp_path):
    """Return template(text) -> path."""

    def write(text):
        path = tmp_path / "template.j2"
        path.write_text(text)
        return str(path)

    return write


@pytest.mark.parametrize("name", ["sip_password", "user.sip_password", "user['sip_password']"])
def test_a_template_names_the_secret_as_it_likes(phones, publish, template, tmp_path, name):
    path = template(f"{{{{ {name} }}}} {{{{ user.sip_user }}}}")
    publish(
        phones, "template", "{username}", template=path, each="user", sip_user="username", filter="extension == '201'"
    )
    assert (tmp_path / "out/anna").read_text() == f"{SECRET} anna"
    assert stat.S_IMODE((tmp_path / "out/anna").stat().st_mode) == 0o600


def test_no_error_of_a_template_tells_a_secret(phones, publish, template):
    path = template("{{ user[user.sip_password] }}")
    with pytest.raises(TargetError, match=r"line 1 of the template") as failed:
        publish(phones, "template", "{username}", template=path, each="user")
    assert SECRET not in failed.value.message


def test_a_template_without_secrets_is_as_it_was(phones, publish, template, tmp_path):
    publish(phones, "template", "{username}", template=template("{# sip_password #}{{ user }}"), each="user")
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["anna", "bert", "carla"]
    assert SECRET not in (tmp_path / "out/anna").read_text()
    assert stat.S_IMODE((tmp_path / "out/anna").stat().st_mode) == 0o644
    with pytest.raises(DefinitionError, match="each: user or device"):
        publish(phones, "template", template=template("{{ sip_password }}"))
