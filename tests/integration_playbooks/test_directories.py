# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks of the pages about Active Directory and UCS, as they stand there, with real servers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.process import MissingProgramError

DOCS = Path(__file__).parents[2] / "docs"


def play_of(page: str, *replacements: tuple[str, str]) -> str:
    """Return the first playbook of a page, with real names in place of those of the example."""
    text = (DOCS / page).read_text("utf-8")
    play = re.findall(r"^```yaml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)[0]
    for written, real in replacements:
        assert written in play
        play = play.replace(written, real)
    return play


def traces(ansible: Any, secret: str, *runs: Any) -> list[str]:
    """Return where a secret can be read: the output of the commands, the results, the files of the store."""
    found = [f"run {number}" for number, run in enumerate(runs) if secret in run.output + str(run.tasks)]
    found += [path.name for path in ansible.store.parent.glob("store.db*") if secret.encode() in path.read_bytes()]
    return found


@pytest.fixture(scope="module")
def dc(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from ansible_collections.telephony.connector.tests.servers import samba_dc, samba_domain
    from ansible_collections.telephony.connector.tests.servers.samba_domain import GROUPS, STAFF, user

    people = [
        (f"CN={name},{STAFF}", user(name.lower(), displayName=name, telephoneNumber=f"+49 30 1234-{number}"))
        for number, name in ((217, "Anna"), (218, "Bob"), (219, "Carl"))
    ]
    groups = [
        (f"CN=Sales,{GROUPS}", {"objectClass": "group", "sAMAccountName": "Sales", "member": [people[0][0]]}),
        (
            f"CN=Phone users,{GROUPS}",
            {"objectClass": "group", "sAMAccountName": "Phones", "member": [f"CN=Sales,{GROUPS}", people[1][0]]},
        ),
    ]
    directory, cache = tmp_path_factory.mktemp("dc") / "dc", samba_domain.cache_of(tmp_path_factory)
    try:
        with samba_dc.running(directory, cache, [*people, *groups]) as server:
            yield server
    except MissingProgramError as missing:
        pytest.skip(str(missing))


@pytest.mark.newest_alone
def test_a_domain_is_simulated_imported_and_found_unchanged(ansible: Any, dc: Any) -> None:
    from ansible_collections.telephony.connector.tests.servers.samba_domain import READER_PASSWORD

    play = play_of(
        "active_directory.md",
        ("corp.example", "example.test"),
        ("dc1.example.test", "127.0.0.1:1"),  # this one is down
        ("dc2.example.test", dc.ip),
        ("/etc/ssl/corp-ca.pem", dc.ca.path("ca.crt")),
    )
    variables = {"vault_svc_pbx_password": READER_PASSWORD}
    simulated = ansible.playbook(play, "--check", "--diff", variables=variables)
    assert simulated.returncode == 0, simulated.output
    assert simulated.result("Sync")["counts"]["created"] == 2
    assert not ansible.store.exists()
    run = ansible.playbook(play, "-vvv", variables=variables)
    assert run.returncode == 0, run.output
    assert run.result("Sync")["plan_digest"] == simulated.result("Sync")["plan_digest"]
    again = ansible.playbook(play, variables=variables)
    assert (again.returncode, again.recap["changed"]) == (0, 0), again.output
    users = ansible.tasks({"name": "Users", "object_info": {"kind": "user"}}).result("Users")["objects"]
    assert [(user["username"], user["extension"], user.get("roles"), user["auth_method"]) for user in users] == [
        ("anna", "217", ["Sales"], "ldap"),
        ("bob", "218", None, "ldap"),
    ]
    assert "127.0.0.1:1 cannot be reached" in run.output
    assert traces(ansible, READER_PASSWORD, simulated, run, again) == []


@pytest.mark.newest_alone
def test_a_domain_that_refuses_the_account_says_why_and_nothing_is_lost(ansible: Any, dc: Any) -> None:
    source = {"domain": "example.test", "server": dc.ip, "ca_path": dc.ca.path("ca.crt"), "username": "svc-pbx"}
    secret = "Not-the-Pw1-recognisable"
    run = ansible.tasks(
        {
            "name": "declare",
            "profile": {"name": "staff", "template": "ad_users", "source": {**source, "password": "{{ secret }}"}},
        },
        {"name": "sync", "sync": {"profile": "staff"}},
        options=("-vvv",),
        variables={"secret": secret},
    )
    assert run.returncode != 0
    message = run.result("sync")["msg"]
    assert 'refuses the sign-in of "svc-pbx@example.test": the name or the password is wrong' in message
    assert traces(ansible, secret, run) == []


@pytest.mark.newest_alone
def test_a_ucs_domain_is_simulated_imported_and_found_unchanged(ansible: Any, tmp_path: Path) -> None:
    from ansible_collections.telephony.connector.tests.servers.ucs import MACHINE_PASSWORD, Ucs, ucs_group, ucs_user

    ca = TestCA(tmp_path / "ca")
    server = Ucs(tmp_path / "ucs", ca.path("server"))
    try:
        people = [ucs_user("anna", telephoneNumber="217"), ucs_user("bob"), ucs_user("carl", marked=False)]
        server.load(server.base_ldif() + "".join(people))
        server.start()
        server.modify(ucs_group("Sales", "anna"))
        play = play_of(
            "ucs.md",
            ("primary.corp.example", f"localhost:{server.tls_port}"),
            ("corp.example", "ucs.test"),
            ("/etc/ssl/ucs-root-ca.pem", ca.path("ca.crt")),
        )
        variables = {"vault_pbx_password": MACHINE_PASSWORD}
        simulated = ansible.playbook(play, "--check", variables=variables)
        assert simulated.result("Sync")["counts"]["created"] == 2, simulated.output
        run = ansible.playbook(play, "-vvv", variables=variables)
        again = ansible.playbook(play, variables=variables)
    finally:
        server.stop()
    assert (run.returncode, again.returncode, again.recap["changed"]) == (0, 0, 0), run.output + again.output
    users = ansible.tasks({"name": "Users", "object_info": {"kind": "user"}}).result("Users")["objects"]
    assert [(user["username"], user["extension"], user.get("roles")) for user in users] == [
        ("anna", "217", ["Sales"]),
        ("bob", "200", None),
    ]
    assert traces(ansible, MACHINE_PASSWORD, simulated, run, again) == []
