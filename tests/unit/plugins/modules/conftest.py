# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module as Ansible does, in this process, with a store of its own for each test."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common.parameters import PASS_VARS
from ansible.module_utils.testing import patch_module_args

from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.slapd import READER_PASSWORD, Slapd, person

from .logins import PASSWORD

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return run(module, check=, diff=, **options) -> the module's result; `failed` tells whether it failed."""
    monkeypatch.setenv("TELEPHONY_CONNECTOR_STORE", str(tmp_path / "store.db"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("TELEPHONY_CONNECTOR_STORE_KEY", raising=False)

    def call(module: str, *, check: bool = False, diff: bool = False, **options: Any) -> dict[str, Any]:
        arguments = {**options, "_ansible_check_mode": check, "_ansible_diff": diff}
        if "inject_invocation" in PASS_VARS:  # a newer ansible-core returns it only when asked
            arguments["_ansible_inject_invocation"] = True
        body = importlib.import_module(f"ansible_collections.telephony.connector.plugins.modules.{module}")
        basic._ANSIBLE_PROFILE = "legacy"
        with patch_module_args(arguments), pytest.raises(SystemExit) as ended:
            body.main()
        result: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert bool(ended.value.code) == bool(result.get("failed")), result
        told = [result.get("msg", ""), *(str(warning) for warning in result.get("warnings", ()))]
        assert not [sentence for sentence in told if sentence[:1].islower()], "sentences begin with a capital letter"
        return result

    return call


@pytest.fixture
def users_csv(tmp_path: Path) -> Path:
    """Return a file of two users, as the template csv_users knows its columns."""
    path = tmp_path / "users.csv"
    path.write_text(
        "displayname,username,phone,email,mobile\n"
        "Max Muster,MMuster,217,max@corp.example,+49 171 5550123\n"
        "Eva Beispiel,ebeispiel,218,eva@corp.example,\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the warnings of all modules that run in this test, which Ansible would show."""
    told: list[str] = []
    monkeypatch.setattr(basic.AnsibleModule, "warn", lambda module, text, *_more, **_options: told.append(text))
    return told


@pytest.fixture(scope="session")
def slapd(tmp_path_factory: pytest.TempPathFactory, ca: TestCA) -> Iterator[Slapd]:
    server = Slapd(tmp_path_factory.mktemp("slapd"), certificate=ca.path("server"))
    people = "".join(person(server.suffix, name, userPassword=PASSWORD) for name in ("mmuster", "ebeispiel"))
    server.load(server.base_ldif() + people)
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture
def by_template(slapd: Slapd, ca: TestCA) -> dict[str, Any]:
    """Options of ldap_auth with a bind-DN template."""
    return {"uri": [slapd.tls_uri], "ca_path": ca.path("ca.crt"), "bind_dn": f"uid=%,ou=people,{slapd.suffix}"}


@pytest.fixture
def by_search(slapd: Slapd, ca: TestCA) -> dict[str, Any]:
    """Options of ldap_auth with a search."""
    return {
        "uri": [slapd.tls_uri],
        "ca_path": ca.path("ca.crt"),
        "base_dn": slapd.suffix,
        "username_attribute": "uid",
        "proxy_user": slapd.reader,
        "proxy_password": READER_PASSWORD,
    }
