# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode: whatever is simulated, the store's directory is afterwards as it was, byte for byte."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import extension_pool, run_info
from ansible_collections.telephony.connector.plugins.module_utils.actions import profile_removal as forgetting
from ansible_collections.telephony.connector.tests.contents import contents, fingerprints
from ansible_collections.telephony.connector.tests.system import System

NEXT = (
    "username,displayname,phone,password\nmmuster,Max Meister,202,regen-bogen-47\neeva,Eva Ebert,201,\nnew,New,203,\n"
)


def forget(system, **options):
    return system.call(forgetting.forget, check=True, name="staff", objects="remove", **options)


SIMULATIONS = {
    "sync": lambda system: system.sync(check=True, diff=True),
    "sync of another definition": lambda system: system.sync(
        check=True,
        definition={"template": "csv_users", "mode": "mirror", "source": {"path": str(system.directory / "people.csv")},
                    "filter": "row.phone", "remove_adopted": False, "configure_authentication": False},
    ),
    "profile": lambda system: system.profile("guests", check=True),
    "changed profile": lambda system: system.profile(filter="row.phone", check=True),
    "forgotten profile": forget,
    "user": lambda system: system.by_hand("user", check=True, username="x", display_name="X", password="regen-bogen"),
    "removed user": lambda system: system.by_hand("user", check=True, username="eeva", state="absent"),
    "pool": lambda system: system.call(extension_pool.declare_pool, check=True, ranges=["200-299"], reserved=[]),
    "objects": lambda system: {"changed": bool(system.objects())},
    "runs": lambda system: {"changed": bool(system.call(run_info.run_info, check=True, limit=9)["runs"])},
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """A directory for nothing but the store."""
    directory = tmp_path / "store"
    directory.mkdir()
    return directory


@pytest.mark.parametrize("simulate", SIMULATIONS.values(), ids=SIMULATIONS)
def test_a_simulation_leaves_the_directory_byte_for_byte_as_it_was(folder, tmp_path, simulate, monkeypatch):
    monkeypatch.setattr(System, "KEY", None)
    system = System(str(folder / "store.db"), tmp_path)
    system.profile()
    system.import_csv(NEXT.replace("Meister", "Muster"))
    system.csv(NEXT)
    before = fingerprints(folder)
    assert before.keys() == {"store.db", "store.db.key"}, "a closed store has no files of SQLite beside it"
    assert simulate(system)["changed"] is True
    assert fingerprints(folder) == before


@pytest.mark.parametrize(
    "simulate", [lambda system: system.profile(check=True), lambda system: system.objects()], ids=["profile", "objects"]
)
def test_a_simulation_never_makes_a_store(folder, tmp_path, simulate):
    simulate(System(str(folder / "store.db"), tmp_path))
    simulate(System(str(folder / "absent" / "store.db"), tmp_path))
    assert list(folder.iterdir()) == []


def test_a_simulation_leaves_an_empty_file_empty(folder, tmp_path):
    (folder / "store.db").touch()
    System(str(folder / "store.db"), tmp_path).profile(check=True)
    assert {path.name: path.stat().st_size for path in folder.iterdir()} == {"store.db": 0}


def test_a_simulation_makes_nothing_in_a_postgresql_database(postgres, tmp_path):
    system = System(postgres.new_database(), tmp_path)
    system.profile(check=True)
    assert contents(system.location) == {}
    system.profile()
    system.import_csv(NEXT)
    before = contents(system.location)
    system.csv(NEXT.replace("201", "299"))
    for simulate in SIMULATIONS.values():
        simulate(system)
    assert contents(system.location) == before


def test_writing_in_a_simulation_is_a_fault_of_ours(system):
    system.profile()
    with pytest.raises(RuntimeError, match="must not write"):
        system.call(_write, check=True)


def _write(call):
    with call.store.writing():
        call.store.set_fact("revision", "17")
    return {}
