# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for every run of the tests: a skipped test fails the run in CI, and a slow machine is no fault of the code."""

from __future__ import annotations

import gc
import os
import signal
import tempfile
import typing as t
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible.utils.collection_loader import AnsibleCollectionConfig
from hypothesis import settings
from pytest_ansible.units import inject, inject_only

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.tests.servers.ca import TestCA
    from ansible_collections.telephony.connector.tests.servers.postgres import Postgres

ROOT = Path(__file__).parents[1]
if not AnsibleCollectionConfig.collection_finder:
    # pytest-ansible makes the collection known too, but only after the conftest files, which import from it, are read
    is_in_tree = ROOT.parts[-3:] == ("ansible_collections", "telephony", "connector")
    if is_in_tree:
        inject_only()
    else:
        inject(ROOT)

settings.register_profile("project", deadline=None)
settings.load_profile("project")


#: Fixtures that start a server, or run something as a whole.
SERVERS = {
    *("ansible", "book", "ca", "carddav", "cloud", "dc", "exchange", "kamailio"),
    *("pair", "postgres", "radicale", "samba", "server", "slapd", "smbd", "ucs", "web"),
}
#: Files that take longest begin first: else one process works on alone at the end. Others go by their number of tests.
LONGEST = [
    *("test_operating", "test_awx"),
    *("test_schedule", "test_direct", "test_approval", "test_store_role", "test_phonebook_server", "test_phonebooks"),
    *("test_authentication", "test_directories", "test_publish", "test_by_hand", "test_role", "test_ldap"),
    # of the unit tests, those of few tests
    *("test_faults", "test_ldap_389", "test_ad_incremental", "test_bad_targets", "test_memory", "test_in_browser"),
    *("test_graph_incremental_properties", "test_incremental_properties", "test_properties", "test_undo_properties"),
    *("test_rotation", "test_directory_login", "test_ldap_faults", "test_csv_incomplete", "test_account_tables"),
    *("test_add_a_source", "test_add_an_output", "test_at_once", "test_undo_killed", "test_connection_timeouts"),
    *("test_suspects_elsewhere", "test_metrics_promtool", "test_damaged_pages", "test_logins"),
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as `fast` what answers at once: tests that start no server and kill no processes.

    Those of them that run on PostgreSQL, too, are marked as `twin` on SQLite. The longest files come first.
    """
    places, tests = {name: place for place, name in enumerate(LONGEST)}, Counter(item.path for item in items)
    items.sort(key=lambda item: (places.get(item.path.stem, len(places)), -tests[item.path]))
    for item in items:
        needed = set(getattr(item, "fixturenames", ()))
        if not needed & SERVERS and "postgresql" not in item.name and not item.get_closest_marker("slow"):
            item.add_marker("fast")
            if _database_of(item) == "sqlite":
                item.add_marker("twin")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> t.Generator[None, object, object]:
    """Let no search for garbage go through thousands of tests that stay to the end: not now, nor later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def _database_of(item: pytest.Item) -> str | None:
    """Return on which database a test runs that runs on both: the parameter of the fixture `location`."""
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("location") if callspec else None


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Nothing is left out quietly: with CI=true, a skipped test makes the run fail."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")  # absent in the processes of xdist
    skipped = len(reporter.stats.get("skipped", ())) if reporter else 0
    if skipped and os.environ.get("CI") == "true":
        reporter.write_line(f"\n{skipped} skipped, which fails the run with CI=true", red=True)
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def ca(tmp_path_factory: pytest.TempPathFactory) -> TestCA:
    """Certificates of every kind."""
    # not at the top, where the collection is not known yet
    from ansible_collections.telephony.connector.tests.servers.ca import TestCA

    return TestCA(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="session")
def kept_modules(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment in which runs of Ansible keep modules as they were packed, for all processes of the tests.

    See the callback plugin `kept_modules`.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    return {
        "ANSIBLE_CALLBACKS_ENABLED": "kept_modules",
        "ANSIBLE_CALLBACK_PLUGINS": str(ROOT / "tests/integration_playbooks/callback"),
        "TELEPHONY_CONNECTOR_KEPT_MODULES": str(folder / "kept-modules"),
    }


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL server."""
    from ansible_collections.telephony.connector.tests.servers.postgres import Postgres

    # not below pytest's own directory: the server's user must get there
    with tempfile.TemporaryDirectory(prefix="telephony-pg-") as directory:
        server = Postgres(Path(directory) / "server")
        Path(directory).chmod(0o755)
        server.start()
        yield server
        server.stop(signal.SIGQUIT)  # at once: writing hundreds of databases to be thrown away takes half a minute
