# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CSV files from a share and the web, synced by playbooks: passwords stay hidden, half a file is harmless."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from ansible_collections.telephony.connector.tests.servers.process import MissingProgramError
from ansible_collections.telephony.connector.tests.servers.relay import Relay
from ansible_collections.telephony.connector.tests.servers.smbd import PASSWORD, USER, Smbd
from ansible_collections.telephony.connector.tests.servers.web import Web

PEOPLE = 40
WEB_PASSWORD = "recognisable-geheim"


def staff(count: int, padding: int = 0) -> bytes:
    """Return a file of so many users; with padding, a big one."""
    lines = [
        "username,displayname,phone,filler",
        *(f"user{n},User {n},{1000 + n},{'x' * padding}" for n in range(count)),
    ]
    return ("\n".join(lines) + "\n").encode()


@pytest.fixture(scope="module")
def share():
    directory = Path(tempfile.mkdtemp(prefix="smbd."))
    server = Smbd(directory)
    try:
        try:
            server.start()
        except MissingProgramError as missing:
            pytest.skip(str(missing))
        (server.share / "hr").mkdir()
        yield server
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    server = Web(tmp_path_factory.mktemp("web"))
    try:
        yield server.start()
    finally:
        server.stop()


def share_source(port: int, **more) -> dict:
    source = {"share": r"\\127.0.0.1\share", "path": r"hr\staff.csv", "share_port": port, "timeout": 10}
    return {**source, "share_username": USER, "share_password": "{{ secret }}", **more}


def web_source(web: Web, path: str, **more) -> dict:
    source = {"url": web.url(path), "ca_path": web.ca.path("ca.crt"), "url_username": "anna", "timeout": 10}
    return {**source, "url_password": "{{ secret }}", **more}


def import_from(ansible, source: dict, *options: str, secret: str = "", **more):
    """Declare the profile and sync it in one play; returns the run. The play names the password as people do."""
    secret = secret or (PASSWORD if "share" in source else WEB_PASSWORD)
    return ansible.tasks(
        {"name": "declare", "profile": {"name": "staff", "template": "csv_users", "source": source}},
        {"name": "sync", "sync": {"profile": "staff"}},
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


def test_a_share_is_synced_and_its_password_is_nowhere_to_be_read(ansible, share):
    (share.share / "hr" / "staff.csv").write_bytes(staff(PEOPLE))
    run = import_from(ansible, share_source(share.port), "-vvv")
    assert run.returncode == 0, run.output
    assert run.result("sync")["counts"]["created"] == PEOPLE
    assert traces(ansible, run, PASSWORD) == []
    again = import_from(ansible, share_source(share.port), "-vvv", "--diff")
    assert (again.result("declare")["changed"], again.result("sync")["result"]) == (False, "unchanged")
    assert traces(ansible, again, PASSWORD) == []


@pytest.mark.newest_alone
def test_a_share_that_refuses_fails_the_task_with_one_sentence_and_without_the_password(ansible, share):
    run = import_from(ansible, share_source(share.port), "-vvv", secret="wrong-recognisable")
    assert run.returncode != 0
    message = run.result("sync")["msg"]
    assert "STATUS_LOGON_FAILURE (0xc000006d); check share_username, share_password and share_domain" in message
    assert traces(ansible, run, "wrong-recognisable") == []
    assert "Traceback" not in run.output


@pytest.mark.newest_alone
def test_a_share_that_breaks_off_removes_nothing(ansible, share):
    (share.share / "hr" / "staff.csv").write_bytes(staff(PEOPLE, padding=60_000))
    assert import_from(ansible, share_source(share.port)).returncode == 0
    with Relay(share.port, limit=1_500_000) as relay:
        run = import_from(ansible, share_source(relay.port))
    result = run.result("sync")
    assert run.returncode == 0, run.output
    assert (result["complete"], result["result"], result["counts"]["removed"]) == (False, "partial", 0)
    assert any("broke off after" in warning for warning in result["warnings"])


@pytest.mark.newest_alone
def test_a_web_address_is_synced_and_unchanged_costs_one_304(ansible, web):
    web.answer("/staff.csv", {"body": staff(PEOPLE), "auth": f"anna:{WEB_PASSWORD}", "headers": {"ETag": '"v1"'}})
    run = import_from(ansible, web_source(web, "/staff.csv"), "-vvv")
    assert run.returncode == 0, run.output
    assert run.result("sync")["counts"]["created"] == PEOPLE
    assert traces(ansible, run, WEB_PASSWORD) == []
    before = len(web.requests_of("/staff.csv"))
    again = import_from(ansible, web_source(web, "/staff.csv"), "-vvv")
    assert again.result("sync")["result"] == "unchanged"
    assert again.result("sync")["counts"]["unchanged"] == PEOPLE
    (asked,) = web.requests_of("/staff.csv")[before:]
    assert asked["headers"]["If-None-Match"] == '"v1"'


@pytest.mark.newest_alone
def test_a_web_address_that_breaks_off_removes_nothing(ansible, web):
    source = web_source(web, "/broken.csv")
    web.answer("/broken.csv", {"body": staff(PEOPLE)})
    assert import_from(ansible, source).returncode == 0
    web.answer("/broken.csv", {"body": staff(PEOPLE), "chunked": True, "cut": 600})
    run = import_from(ansible, source)
    result = run.result("sync")
    assert (run.returncode, result["complete"], result["counts"]["removed"]) == (0, False, 0)
    assert any("broke off after 600 bytes" in warning for warning in result["warnings"])


@pytest.mark.newest_alone
def test_a_web_address_refuses_with_one_sentence_and_without_the_password(ansible, web):
    web.answer("/locked.csv", {"auth": "anna:another"})
    run = import_from(ansible, web_source(web, "/locked.csv"), "-vvv")
    assert run.returncode != 0
    assert (
        "the server answers 401 Unauthorized; check url_username and url_password (user anna)"
        in (run.result("sync")["msg"])
    )
    assert traces(ansible, run, WEB_PASSWORD) == []


def test_the_environment_of_the_task_does_not_replace_what_the_profile_says(ansible, web):
    web.answer("/environment.csv", {"body": staff(PEOPLE)})
    environment = {
        "REQUESTS_CA_BUNDLE": web.ca.path("other.crt"),
        "CURL_CA_BUNDLE": web.ca.path("other.crt"),
        "NETRC": os.devnull,
    }
    run = import_from(ansible, web_source(web, "/environment.csv"), environment=environment)
    assert run.returncode == 0, run.output
    trusting = {"REQUESTS_CA_BUNDLE": web.ca.path("ca.crt"), "CURL_CA_BUNDLE": web.ca.path("ca.crt")}
    source = web_source(web, "/environment.csv", ca_path=web.ca.path("other.crt"))
    refused = import_from(ansible, source, environment=trusting)
    assert "is not trusted" in refused.result("sync")["msg"]
