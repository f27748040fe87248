# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins set up and tried by playbooks: who may sign in, and that no password can be read anywhere afterwards."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.process import MissingProgramError
from ansible_collections.telephony.connector.tests.servers.slapd import READER_PASSWORD, Slapd, person

PASSWORD, WRONG, OWN = "Kirschbaum-Laterne-88", "Regenbogen-Tasse-31", "Regenschirm-Wolke-12"
SECRETS = (PASSWORD, WRONG, OWN, READER_PASSWORD)


@pytest.fixture(scope="module")
def slapd(tmp_path_factory, ca):
    server = Slapd(tmp_path_factory.mktemp("slapd"), certificate=ca.path("server"))
    try:
        try:
            people = "".join(person(server.suffix, name, userPassword=PASSWORD) for name in ("mmuster", "ebeispiel"))
            server.load(server.base_ldif() + people)
            server.start()
        except MissingProgramError as missing:
            pytest.skip(str(missing))
        yield server
    finally:
        server.stop()


@pytest.fixture
def vault(tmp_path):
    """A file with the passwords, as a vault is one: what stands on a command line is in the process list anyway."""
    path = tmp_path / "vault.json"
    path.write_text(json.dumps({"right": PASSWORD, "wrong": WRONG, "own": OWN, "reader": READER_PASSWORD}))
    return path


class ProcessList:
    """Looks at command lines and environments of all processes that a test starts meanwhile; a context manager."""

    def __init__(self) -> None:
        self.seen: set[bytes] = set()
        self._stop = threading.Event()
        self._own = str(os.getpid())

    def __enter__(self) -> ProcessList:
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.is_set():
            for process in self._started_by_us():
                for name in ("cmdline", "environ"):
                    with contextlib.suppress(OSError):
                        self.seen.add((process / name).read_bytes())
            time.sleep(0.05)

    def _started_by_us(self) -> Iterator[Path]:
        """Yield the processes below this one; other tests on the machine may be less careful with their passwords."""
        parents: dict[str, str] = {}
        for process in Path("/proc").iterdir():
            if process.name.isdecimal():
                with contextlib.suppress(OSError):
                    # the name of the program is in brackets, and may hold anything
                    parents[process.name] = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()[1]
        for process in parents:
            above = parents[process]
            while above in parents and above != self._own:
                above = parents[above]
            if above == self._own:
                yield Path("/proc") / process

    def holds(self, secret: str) -> bool:
        return any(secret.encode() in text for text in self.seen)


def profile(slapd: Slapd, ca: TestCA, **source: Any) -> dict[str, Any]:
    return {
        "name": "staff",
        "template": "ldap_users",
        "source": {
            "uri": slapd.tls_uri,
            "ca_path": ca.path("ca.crt"),
            "base_dn": slapd.suffix,
            "username": slapd.reader,
            "password": "{{ reader }}",
            "search_filter": "(objectClass=inetOrgPerson)",
            **source,
        },
        "configure_authentication": True,
    }


def logins() -> Iterator[dict[str, Any]]:
    """Yield tasks that try logins, each called by what is expected."""
    for name, username, password in (
        ("accepted", "mmuster", "{{ right }}"),
        ("wrong", "mmuster", "{{ wrong }}"),
        ("unknown", "nobody", "{{ right }}"),
        ("blank", "mmuster", " "),
        ("own", "porter", "{{ own }}"),
    ):
        yield {"name": name, "auth_test": {"username": username, "password": password}}


def files_with(secret: str, *folders: Path) -> list[str]:
    """Return the files that hold a secret, plain, in base64, or packed as Ansible packs modules."""
    files = (path for folder in folders if folder.is_dir() for path in folder.rglob("*") if path.is_file())
    return [str(path) for path in files if any(secret.encode() in reading for reading in _readings(path.read_bytes()))]


def _readings(data: bytes) -> Iterator[bytes]:
    yield data
    for part in data.replace(b'"', b"'").split(b"'"):
        if len(part) > 100:
            try:
                decoded = base64.b64decode(part, validate=True)
            except ValueError:
                continue
            yield decoded
            try:
                yield zlib.decompress(decoded)
            except zlib.error:
                continue


def play(ansible, slapd: Slapd, ca: TestCA, vault: Path, *options: str, **more: Any):
    """Set a login up by a profile and by hand, and try it."""
    porter = {"username": "porter", "display_name": "Porter"}
    return ansible.tasks(
        {"name": "declare", "profile": profile(slapd, ca)},
        {"name": "sync", "sync": {"profile": "staff"}},
        {"name": "porter", "user": porter},
        {"name": "method", "user_auth": {"users": "porter", "method": "internal", "password": "{{ own }}"}},
        *logins(),
        {"name": "settings", "ldap_auth": {"enabled": True}},
        {"name": "journal", "run_info": {"name": "porter"}},
        options=("-e", f"@{vault}", *options),
        **more,
    )


@pytest.mark.both_ways
def test_logins_are_set_up_and_tried_and_no_password_can_be_read_anywhere(ansible, slapd, ca, vault):
    temporary = ansible.folder / "module-files"
    environment = {"ANSIBLE_REMOTE_TMP": str(temporary), "ANSIBLE_LOCAL_TEMP": str(temporary)}
    with ProcessList() as processes:
        run = play(ansible, slapd, ca, vault, "-vvvv", "--diff", environment=environment)
    assert run.returncode == 0, run.output
    reasons = {name: run.result(name)["reason"] for name in ("accepted", "wrong", "unknown", "blank")}
    assert reasons == {
        "accepted": "accepted",
        "wrong": "wrong password",
        "unknown": "unknown user",
        "blank": "empty password",
    }
    assert (run.result("own")["authenticated"], run.result("own")["method"]) == (True, "internal")
    assert run.result("journal")["changes"][0]["after"]["password"] == "********"
    if ansible.environment["TELEPHONY_CONNECTOR_DIRECT"] == "0":  # else there is no such process
        assert any(b"AnsiballZ_auth_test" in text for text in processes.seen), "the list was looked at meanwhile"
    for secret in SECRETS:
        assert secret not in run.output
        assert secret not in json.dumps(run.tasks)
        assert not processes.holds(secret)
        assert files_with(secret, temporary, ansible.folder / "ansible-home") == []
        assert [path for path in ansible.store.parent.glob("store.db*") if secret.encode() in path.read_bytes()] == []


def test_the_search_for_passwords_in_module_files_would_find_one(ansible, slapd, ca, vault):
    """Else the test before could not fail: with the files kept, as somebody who looks for a fault may ask for."""
    temporary = ansible.folder / "module-files"
    environment = {"ANSIBLE_REMOTE_TMP": str(temporary), "ANSIBLE_KEEP_REMOTE_FILES": "true"}
    login = {"name": "login", "auth_test": {"username": "mmuster", "password": "{{ right }}"}}
    ansible.tasks(login, options=("-e", f"@{vault}"), environment=environment)
    assert files_with(PASSWORD, temporary)


@pytest.mark.newest_alone
def test_the_simulation_shows_the_settings_and_a_second_run_changes_nothing(ansible, slapd, ca, vault):
    task = {"name": "declare", "profile": profile(slapd, ca)}
    options = ("-e", f"@{vault}", "--diff")
    simulated = ansible.tasks(task, options=(*options, "--check"))
    assert simulated.result("declare")["ldap_auth"]["uri"] == [slapd.tls_uri]
    assert "LDAP authentication" in simulated.output
    assert f'base_dn": "{slapd.suffix}"' in simulated.output
    declared = ansible.tasks(task, options=options)
    assert declared.result("declare")["ldap_auth"] == simulated.result("declare")["ldap_auth"]
    again = ansible.tasks(task, options=options)
    assert again.recap["changed"] == 0


@pytest.mark.newest_alone
def test_a_login_denied_does_not_fail_the_task_and_a_wrong_option_does(ansible, slapd, ca, vault):
    run = ansible.tasks(
        {"name": "unknown", "auth_test": {"username": "nobody", "password": "{{ wrong }}"}},
        {
            "name": "settings",
            "ldap_auth": {"uri": slapd.uri, "bind_dn": f"uid=%,{slapd.suffix}"},
            "ignore_errors": True,
        },
        {"name": "method", "user_auth": {"users": ["nobody"], "method": "ldap"}},
        options=("-e", f"@{vault}", "-vvv"),
    )
    assert (run.result("unknown")["authenticated"], run.result("unknown")["reason"]) == (False, "unknown user")
    assert "sends the passwords of users in clear" in run.result("settings")["msg"]
    assert 'There is no user "nobody"' in run.result("method")["msg"]
    assert WRONG not in run.output
    assert "Traceback" not in run.output


@pytest.mark.newest_alone
def test_a_directory_that_is_down_denies_and_is_named(ansible, slapd, ca, vault):
    login = {"name": "login", "auth_test": {"username": "mmuster", "password": "{{ right }}"}}
    settings = {
        "uri": "ldaps://localhost:1",
        "bind_dn": f"uid=%,ou=people,{slapd.suffix}",
        "ca_path": ca.path("ca.crt"),
    }
    run = ansible.tasks(
        {"name": "user", "user": {"username": "mmuster", "display_name": "Max", "auth_method": "ldap"}},
        {"name": "settings", "ldap_auth": settings},
        login,
        options=("-e", f"@{vault}"),
    )
    assert run.returncode == 0, run.output
    result = run.result("login")
    assert (result["authenticated"], result["reason"]) == (False, "directory unreachable")
    assert "ldaps://localhost:1" in result["message"]
