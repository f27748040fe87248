# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users of Microsoft 365, synced by playbooks: simulation, run, no change, a rename, and secrets that nobody sees."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.tests.servers.app_certificate import AppCertificate
from ansible_collections.telephony.connector.tests.servers.entra import CLIENT_ID, SECRET
from ansible_collections.telephony.connector.tests.servers.microsoft import Microsoft365

PASSWORD = "recognisable-geheim"


@pytest.fixture
def cloud(ca):
    with Microsoft365(ca) as both:
        for number in range(30):
            both.tenant.add(f"User{number}@contoso.example", displayName=f"User {number}", mobilePhone=f"0151 {number}")
        both.tenant.add("guest_partner.example#EXT#@contoso.example", userType="Guest")
        both.tenant.add("left@contoso.example", accountEnabled=False)
        yield both


def import_from(ansible, source: dict, *options: str, secret: str = SECRET, **more):
    """Declare the profile and sync it in one play, which simulates from nothing; returns the run."""
    profile = {"name": "staff", "template": "m365_users", "source": source, "create_mobile_phone": True}
    return ansible.tasks(
        {"name": "declare", "profile": profile},
        {"name": "sync", "sync": {"profile": "staff", "definition": profile}},
        {"name": "look", "profile_info": {"name": "staff"}},
        options=options,
        variables={"secret": secret},
        **more,
    )


def traces(ansible, run, secret: str) -> list[str]:
    """Return where a secret can be read: the output of the command, the results, the files of the store."""
    found = ["output"] if secret in run.output else []
    found += ["results"] if secret in str(run.tasks) else []
    for path in ansible.store.parent.glob("store.db*"):
        found += [path.name] if secret.encode() in path.read_bytes() else []
    return found


def test_a_tenant_is_simulated_synced_and_then_unchanged_and_its_secret_is_nowhere(ansible, cloud):
    source = cloud.source(client_secret="{{ secret }}", incremental=True)
    simulated = import_from(ansible, source, "--check", "--diff", "-vvv")
    assert simulated.returncode == 0, simulated.output
    assert not ansible.store.exists()
    run = import_from(ansible, source, "--diff", "-vvv")
    assert run.returncode == 0, run.output
    for one in (simulated, run):
        counts = one.result("sync")["counts"]
        assert (counts["read"], counts["filtered"], counts["created"]) == (32, 2, 30)
    assert simulated.result("sync")["plan_digest"] == run.result("sync")["plan_digest"]
    again = import_from(ansible, source, "-vvv")
    assert (again.result("declare")["changed"], again.result("sync")["result"]) == (False, "unchanged")
    for one in (simulated, run, again):
        assert traces(ansible, one, SECRET) == []
        assert "eyJ" not in one.output, "a token"


@pytest.mark.newest_alone
def test_a_renamed_user_is_warned_about(ansible, cloud):
    source = cloud.source(client_secret="{{ secret }}")
    import_from(ansible, source)
    user = next(iter(cloud.tenant.users.values()))
    cloud.tenant.change(user, userPrincipalName="new.name@contoso.example")
    run = import_from(ansible, source)
    (change,) = run.result("sync")["changes"]
    assert change["after"]["username"] == "new.name@contoso.example"
    assert change["after"]["devices"][0]["pairing"] == "required"
    assert "must be paired again: user0@contoso.example -> new.name@contoso.example" in " ".join(run.output.split())


@pytest.mark.newest_alone
def test_a_certificate_with_a_password_signs_in(ansible, cloud, tmp_path):
    app = AppCertificate()
    cloud.entra.apps[CLIENT_ID].certificates = [app.certificate]
    path = app.pfx(tmp_path / "app.pfx", PASSWORD)
    source = cloud.source(client_secret=None, certificate=path, certificate_password="{{ secret }}")
    run = import_from(ansible, source, "-vvv", secret=PASSWORD)
    assert run.returncode == 0, run.output
    assert run.result("sync")["counts"]["created"] == 30
    assert traces(ansible, run, PASSWORD) == []


@pytest.mark.newest_alone
def test_a_wrong_secret_fails_the_task_with_one_sentence_and_without_the_secret(ansible, cloud):
    run = import_from(ansible, cloud.source(client_secret="{{ secret }}"), "-vvv", secret=PASSWORD)
    assert run.returncode != 0
    message = run.result("sync")["msg"]
    assert message.startswith('Profile "staff" (m365_users): The application')
    assert "give the secret's Value as client_secret, not its Secret ID" in message
    assert "AADSTS7000215" in message
    assert traces(ansible, run, PASSWORD) == []
    assert "Traceback" not in run.output


@pytest.mark.newest_alone
def test_a_missing_permission_fails_the_task_and_changes_nothing(ansible, cloud):
    source = cloud.source(client_secret="{{ secret }}")
    import_from(ansible, source)
    cloud.entra.apps[CLIENT_ID].roles = ("User.ReadBasic.All",)
    run = import_from(ansible, source)
    assert run.returncode != 0
    assert "lacks the application permission User.Read.All" in run.result("sync")["msg"]
    look = ansible.tasks({"name": "users", "object_info": {"kind": "user", "limit": 0}})
    assert look.result("users")["count"] == 30
