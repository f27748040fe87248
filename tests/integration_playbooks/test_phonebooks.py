# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks of the pages about Exchange and other phone systems, as they stand there, with servers to read from."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.ews import EMAIL, PASSWORD, USER, Ews
from ansible_collections.telephony.connector.tests.servers.ntlm import Ntlm
from ansible_collections.telephony.connector.tests.servers.postgres import Postgres
from ansible_collections.telephony.connector.tests.servers.process import MissingProgramError
from ansible_collections.telephony.connector.tests.servers.web import Web

DOCS = Path(__file__).parents[2] / "docs"
SECRET = "recognisable-geheim"


def example(page: str, language: str, words: str, *replacements: tuple[str, str]) -> str:
    """Return the first example of a page with these words, with real names in place of those that stand there."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", (DOCS / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)
    text: str = next(block for block in blocks if words in block)
    for written, real in replacements:
        assert written in text
        text = text.replace(written, real)
    return text


def with_sync(example: str) -> list[dict[str, Any]]:
    """Return a play for an example that only declares a profile: it is declared, and synced."""
    (task,) = yaml.safe_load(example)
    profile = task["telephony.connector.profile"]
    sync = {"profile": profile["name"], "definition": profile}
    tasks = [{"name": "Declare the profile", **task}, {"name": "Sync", "telephony.connector.sync": sync}]
    return [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]


def kept(ansible: Any, **secrets: str) -> tuple[str, str]:
    """Return the words that hand secrets over in a file; ansible-playbook itself shows others at -vvvv."""
    (ansible.folder / "secrets.json").write_text(json.dumps(secrets), "utf-8")
    return "--extra-vars", "@secrets.json"


class Syncs:
    """A playbook in all the ways that people run it: simulated from nothing, done, and done again."""

    def __init__(self, ansible: Any, play: Any, **secrets: str) -> None:
        before = sorted(ansible.store.parent.glob("store.db*"))
        words = ("--diff", "-vvvv", *kept(ansible, **secrets))
        self.simulated = ansible.playbook(play, "--check", *words)
        assert self.simulated.returncode == 0, self.simulated.output
        assert sorted(ansible.store.parent.glob("store.db*")) == before, "a simulation makes nothing"
        self.run = ansible.playbook(play, *words)
        assert self.run.returncode == 0, self.run.output
        again = ansible.playbook(play, *words)
        assert (again.returncode, again.recap["changed"]) == (0, 0), again.output
        assert again.result("Sync")["result"] == "unchanged"
        assert self.simulated.result("Sync")["plan_digest"] == self.run.result("Sync")["plan_digest"]
        runs = (self.simulated, self.run, again)
        for secret in secrets.values():
            assert not [run for run in runs if secret in run.output + str(run.tasks)]
            assert not [path for path in ansible.store.parent.glob("store.db*") if secret.encode() in path.read_bytes()]
        self.created = self.run.result("Sync")["counts"]["created"]


def entries_of(ansible: Any) -> list[dict[str, Any]]:
    """Return the phonebook of this phone system, by name."""
    look = ansible.tasks({"name": "Look", "object_info": {"kind": "phonebook_entry", "limit": 1000}})
    assert look.returncode == 0, look.output
    found: list[dict[str, Any]] = look.result("Look")["objects"]
    return found


# -- Exchange ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def exchange(ca: TestCA) -> Iterator[Ews]:
    server = Ews(ca.path("server"))
    try:
        server.ntlm = Ntlm(ca.path("server"), PASSWORD, USER, EMAIL)
    except MissingProgramError as missing:
        pytest.skip(str(missing))
    server.start()
    server.shared.add("sales@corp.example")
    for number in range(20):
        folder = server.mailboxes.public.folder("Customers").folder(f"Region {number}")
        folder.add(f"Customer {number}", Department="Sales", PhoneNumbers={"BusinessPhone": f"+49 89 {number}"})
    server.mailboxes.public.folder("Archive").add("Former customer")
    server.mailboxes.mailbox("sales@corp.example").contacts.add("Supplier", PhoneNumbers={"BusinessPhone": "+49 30 1"})
    server.mailboxes.mailbox("max@corp.example").contacts.add("Aunt", PhoneNumbers={"HomePhone": "+49 40 1"})
    yield server
    server.stop()
    server.ntlm.close()


@pytest.mark.newest_alone
def test_the_contacts_of_an_exchange_server(ansible: Any, exchange: Ews, ca: TestCA) -> None:
    play = example(
        "exchange.md", "yaml", "CORP\\svc-pbx", ("mail.corp.example", f"localhost:{exchange.port}"),
        ("/etc/ssl/corp-ca.pem", ca.path("ca.crt")),
    )  # fmt: skip
    made = ansible.tasks(
        {"name": "Max", "user": {"username": "max", "display_name": "Max", "email": "max@corp.example"}}
    )
    assert made.returncode == 0, made.output
    assert Syncs(ansible, play, vault_exchange_password=PASSWORD).created == 23
    found = entries_of(ansible)
    assert {entry["display_name"]: entry["owner"] for entry in found if entry.get("owner")} == {"Aunt": "max"}
    assert {"Former customer", "Supplier"} < {entry["display_name"] for entry in found}


@pytest.mark.newest_alone
def test_departments_arrive_as_labels_and_show_in_the_simulation(ansible: Any, exchange: Ews, ca: TestCA) -> None:
    address = f"email: {EMAIL}\n      url: {exchange.address}\n      ca_path: {ca.path('ca.crt')}\n"
    play = with_sync(example("exchange.md", "yaml", "Department", (f"email: {EMAIL}\n", address)))
    syncs = Syncs(ansible, play, vault_exchange_password=PASSWORD)
    assert syncs.created == 20, "without the archive"
    assert syncs.simulated.output.count("+labels.Department: Sales") == 20
    assert [entry["labels"] for entry in entries_of(ansible)] == [{"Department": "Sales"}] * 20


@pytest.mark.newest_alone
def test_a_refused_password_fails_the_task_and_is_not_shown(ansible: Any, exchange: Ews, ca: TestCA) -> None:
    play = example(
        "exchange.md", "yaml", "CORP\\svc-pbx", ("mail.corp.example", f"localhost:{exchange.port}"),
        ("/etc/ssl/corp-ca.pem", ca.path("ca.crt")),
    )  # fmt: skip
    run = ansible.playbook(play, "-vvvv", *kept(ansible, vault_exchange_password=SECRET))
    assert run.returncode != 0
    assert "Exchange at localhost does not accept the user or password (CORP\\svc-pbx)" in run.result("Sync")["msg"]
    assert SECRET not in run.output + str(run.tasks)
    assert "Traceback" not in run.output
    assert exchange.ntlm is not None
    assert exchange.ntlm.messages == [1, 3], "tried once"


# -- another phone system ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    # not below pytest's own directory: the server's user must get there
    with tempfile.TemporaryDirectory(prefix="telephony-pg-") as directory:
        server = Postgres(Path(directory) / "server")
        Path(directory).chmod(0o755)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    server = Web(tmp_path_factory.mktemp("web"))
    try:
        yield server.start()
    finally:
        server.stop()


def fill(ansible: Any, store: str) -> None:
    """Make another phone system with a user and two entries, one of them private."""
    tasks: list[dict[str, Any]] = [
        {"user": {"username": "max", "display_name": "Max Müller", "extension": "201"}},
        {"phonebook_entry": {"display_name": "Supplier", "phone": "+49 89 1", "labels": {"Customer number": "4711"}}},
        {"phonebook_entry": {"display_name": "Doctor", "phone": "+49 30 1", "owner": "max"}},
    ]
    for task in tasks:
        for options in task.values():
            options |= {"store": store, "store_key": "tc1-a_key_of_the_tests_long_enough_0123456789ab"}
    made = ansible.tasks(*tasks)
    assert made.returncode == 0, made.output


@pytest.mark.newest_alone
def test_the_phonebook_of_a_store_in_postgresql(ansible: Any, postgres: Postgres) -> None:
    import sqlalchemy

    database = postgres.new_database()
    fill(ansible, database)
    engine = sqlalchemy.create_engine(database, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in example("pbx.md", "sql", "GRANT", ("'...'", f"'{SECRET}'")).splitlines():
            connection.exec_driver_sql(statement)
    engine.dispose()
    place = f"127.0.0.1:{postgres.port}/{database.rpartition('/')[2]}"
    play = example("pbx.md", "yaml", "postgresql", ("db.berlin.corp.example/connector", place))
    assert Syncs(ansible, play, vault_reader_password=SECRET).created == 2
    assert {entry["display_name"]: entry["phone"] for entry in entries_of(ansible)} == {
        "Max Müller": "201",
        "Supplier": "+49 89 1",
    }


@pytest.mark.newest_alone
def test_the_phonebook_of_a_store_in_sqlite_with_a_prefix_and_labels(ansible: Any, tmp_path: Path) -> None:
    (tmp_path / "berlin").mkdir()
    fill(ansible, str(tmp_path / "berlin/store.db"))
    play = with_sync(example("pbx.md", "yaml", "Customer number", ("/srv/berlin", str(tmp_path / "berlin"))))
    syncs = Syncs(ansible, play)
    assert syncs.created == 2
    assert "+labels.Customer number: 4711" in syncs.simulated.output
    assert [(entry["display_name"], entry["phone"], entry.get("labels")) for entry in entries_of(ansible)] == [
        ("Max Müller", "87201", None),
        ("Supplier", "+49 89 1", {"Customer number": "4711"}),
    ]


@pytest.mark.newest_alone
def test_the_phonebook_of_a_rest_service(ansible: Any, web: Web) -> None:
    path = "/hamburg/services/phonebook/"
    body = [
        {"003pho_id": n, "003pho_name": f"Müller {n}", "003pho_phone": f"+49 40 {n}", "003pho_company": f"{n} Ltd"}
        for n in range(30)
    ]
    web.answer(path, {"body": json.dumps(body).encode(), "auth": f"moby:{SECRET}"})
    play = example(
        "pbx.md", "yaml", "key_map", ("https://pbx.hamburg.corp.example", web.url("")),
        ("/etc/ssl/corp-ca.pem", web.ca.path("ca.crt")),
    )  # fmt: skip
    syncs = Syncs(ansible, with_sync(play), vault_moby_password=SECRET)
    assert syncs.created == 30
    assert "+phone: +49 40 29" in syncs.simulated.output
    assert {entry["organisation"] for entry in entries_of(ansible)} == {f"{n} Ltd" for n in range(30)}
    wrong = ansible.playbook(with_sync(play), "-vvvv", *kept(ansible, vault_moby_password="another-geheim"))
    assert "answers 401 Unauthorized; check username and password (user moby)" in wrong.result("Sync")["msg"]
    assert "another-geheim" not in wrong.output + str(wrong.tasks)
