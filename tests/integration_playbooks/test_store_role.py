# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role store: places for stores, backups that open, and a restore elsewhere with the key."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

COPY = Path(__file__).parents[2] / "roles/store/files/copy_sqlite.py"

WRITER, READER = "recognisable-writer-word's", "recognisable-reader-word"


def profile(ansible, password="Correct-horse-7"):
    (ansible.folder / "staff.csv").write_text(
        f"username,displayname,phone,password,phonemac,phonepass\nanna,Anna,201,{password},00:11:22:33:44:55,device-word\n",
        encoding="utf-8",
    )
    return {"name": "staff", "template": "csv_users", "source": {"path": str(ansible.folder / "staff.csv")}}


def sync(ansible, hold=None, **more):
    declared = profile(ansible) if hold is None else {**profile(ansible), "hold": hold}
    return ansible.playbook("telephony.connector.sync", variables={"sync_profiles": [declared]}, **more)


def test_a_backup_is_made_and_restored(ansible):
    assert sync(ansible).returncode == 0
    there = ansible.folder / "other-host/store.db"
    names = {"store_location": str(ansible.store), "store_backup_directory": str(ansible.folder / "backups")}
    done = ansible.playbook("telephony.connector.backup", variables=names)
    assert "1 objects and 1 links, and the key" in done.output
    restored = ansible.playbook("telephony.connector.restore", variables={**names, "store_location": str(there)})
    assert restored.returncode == 0, restored.output
    again = sync(ansible, hold=False, environment={"TELEPHONY_CONNECTOR_STORE": str(there)})
    assert again.recap["changed"] == 1, again.output  # the hold, and no user


@pytest.mark.newest_alone
def test_a_store_is_restored_on_another_host_with_its_key(ansible):
    backups, elsewhere = ansible.folder / "backups", ansible.folder / "other-host/store.db"
    assert sync(ansible).returncode == 0
    names = {"store_location": str(ansible.store), "store_backup_directory": str(backups), "store_backup_keep": 1}
    simulated = ansible.playbook("telephony.connector.backup", "--check", variables=names)
    assert simulated.returncode == 0, simulated.output
    assert not backups.exists()
    assert "would hold the store, and the key" in simulated.output
    assert "access issue" not in simulated.output
    missing = ansible.playbook("telephony.connector.backup", variables={**names, "store_location": "/nowhere/nix.db"})
    assert missing.returncode != 0
    assert "There is no store /nowhere/nix.db to back up: check store_location." in missing.output
    done = ansible.playbook("telephony.connector.backup", variables=names)
    assert done.returncode == 0, done.output
    assert "1 objects and 1 links, and the key" in done.output
    assert {oct(path.stat().st_mode)[-3:] for path in backups.rglob("*")} == {"700", "600"}

    # what failed backups have left counts for nothing, and a backup that fails leaves nothing
    (whole,) = backups.iterdir()
    for name in ("20200101T000000Z", "29990101T000000Z"):
        (backups / name).mkdir()
        (backups / name / "store.db.part").touch()
    os.utime(backups / "20200101T000000Z", (0, 0))
    no_store = ansible.folder / "no-store.db"
    no_store.write_bytes(b"this is no database" * 100)
    failed = ansible.playbook("telephony.connector.backup", variables={**names, "store_location": str(no_store)})
    assert failed.returncode != 0
    assert "file is not a database" in failed.output
    assert "Traceback" not in failed.output
    assert whole.is_dir()
    assert len(list(backups.iterdir())) == 3
    done = ansible.playbook("telephony.connector.backup", variables=names)
    assert done.returncode == 0, done.output
    left = sorted(path.name for path in backups.iterdir())
    assert left[1:] == ["29990101T000000Z"]
    assert {path.name for path in (backups / left[0]).iterdir()} == {"store.db", "store.key"}

    schedules = ansible.folder / "schedules"
    (schedules / "nightly").mkdir(parents=True)
    there = {**names, "store_location": str(elsewhere), "store_schedules_directory": str(schedules)}
    refused = ansible.playbook("telephony.connector.restore", variables=there)
    assert refused.returncode != 0
    assert "while nightly may start" in refused.output
    shutil.rmtree(schedules)
    simulated = ansible.playbook("telephony.connector.restore", "--check", variables=there)
    assert simulated.returncode == 0, simulated.output
    assert f"would be as it was at {left[0]}" in simulated.output
    assert "Skipped, since they are not whole: 29990101T000000Z" in simulated.output
    assert "access issue" not in simulated.output
    assert not elsewhere.exists()
    restored = ansible.playbook("telephony.connector.restore", variables=there)
    assert restored.returncode == 0, restored.output

    environment = {"TELEPHONY_CONNECTOR_STORE": str(elsewhere)}
    held = sync(ansible, environment=environment)
    assert held.returncode != 0
    assert 'Profile "staff" is on hold: the store was put back as it was at' in held.output
    again = sync(ansible, hold=False, environment=environment)
    assert again.recap["changed"] == 1, again.output  # the hold, and no user
    login = {"auth_check_logins": [{"username": "anna", "password": "Correct-horse-7"}]}
    assert ansible.playbook("telephony.connector.auth_check", variables=login, environment=environment).returncode == 0

    (backups / left[0] / "store.key").unlink()
    refused = ansible.playbook("telephony.connector.restore", variables=there)
    assert refused.returncode != 0
    assert "There is no whole backup" in refused.output


@pytest.mark.newest_alone
def test_a_database_has_a_writer_and_a_reader_who_sees_no_secrets(ansible, postgres):
    import psycopg

    admin = {"PGHOST": "127.0.0.1", "PGPORT": str(postgres.port), "PGUSER": "postgres"}
    found = psycopg.conninfo.conninfo_to_dict(postgres.url("postgres").replace("+psycopg", ""))
    admin |= {"PGUSER": found["user"], "PGPASSWORD": found.get("password", "")}
    url = f"postgresql+psycopg://connector@127.0.0.1:{postgres.port}/telephony"
    key = ansible.folder / "key/store.key"
    variables = {
        "store_location": url,
        "store_key_file": str(key),
        "store_writer_password": WRITER,
        "store_reader": "auditor",
        "store_reader_password": READER,
        "store_admin_environment": admin,
    }

    def prepare(*options):
        role = {"name": "Store", "ansible.builtin.include_role": {"name": "telephony.connector.store"}}
        done = ansible.tasks(role, variables=variables, options=("--diff", *options))
        assert done.returncode == 0, done.output
        assert WRITER not in done.output
        assert READER not in done.output
        return done.recap["changed"]

    assert prepare("--check") > 0
    assert not key.exists()
    with psycopg.connect(postgres.url("postgres").replace("+psycopg", ""), autocommit=True) as server:
        assert not server.execute("SELECT 1 FROM pg_roles WHERE rolname = 'auditor'").fetchall()
    assert prepare() > 0
    assert oct(key.stat().st_mode)[-3:] == "600"
    environment = {
        "TELEPHONY_CONNECTOR_STORE": url,
        "PGPASSWORD": WRITER,
        "TELEPHONY_CONNECTOR_STORE_KEY": key.read_text("utf-8").strip(),
    }
    assert sync(ansible, environment=environment).returncode == 0
    prepare()
    assert prepare() == 0
    with psycopg.connect(
        host="127.0.0.1", port=postgres.port, user="auditor", password=READER, dbname="telephony", autocommit=True
    ) as reader:
        assert reader.execute("SELECT name FROM objects").fetchall() == [("anna",)]
        for statement in ("SELECT * FROM credentials", "SELECT * FROM past_credentials", "DELETE FROM objects"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(statement)

    backups = {**variables, "store_backup_directory": str(ansible.folder / "backups")}
    kept = ansible.playbook("telephony.connector.backup", variables=backups)
    assert kept.returncode == 0, kept.output
    with psycopg.connect(postgres.url("telephony").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DELETE FROM objects")
    restored = ansible.playbook("telephony.connector.restore", variables=backups)
    assert restored.returncode == 0, restored.output
    assert sync(ansible, hold=False, environment=environment).recap["changed"] == 1  # the hold alone

    new_key = {"name": "New key", "store_settings": {"new_store_key": "another-key-0123456789-0123456789"}}
    assert ansible.tasks(new_key, environment=environment).returncode == 0
    refused = ansible.playbook("telephony.connector.backup", variables=backups)
    assert refused.returncode != 0
    assert f"{key} does not hold the key of the store" in refused.output
    assert len(list((ansible.folder / "backups").iterdir())) == 1


@pytest.mark.newest_alone
def test_a_backup_needs_the_key_that_opens_the_store(ansible):
    """Runs may have the key in their environment, where no change of it reaches a file."""
    assert sync(ansible, environment={"TELEPHONY_CONNECTOR_STORE_KEY": "recognisable-key-0123456789"}).returncode == 0
    names = {"store_location": str(ansible.store), "store_backup_directory": str(ansible.folder / "backups")}
    key = ansible.folder / "store.db.key"
    assert not key.exists()
    missing = ansible.playbook("telephony.connector.backup", variables=names)
    assert f"There is no key {key} to back up with the store: write the key there" in missing.output
    key.write_text("another-key-0123456789", encoding="utf-8")
    wrong = ansible.playbook("telephony.connector.backup", variables=names)
    assert f"{key} does not hold the key of the store" in wrong.output
    key.write_text("recognisable-key-0123456789", encoding="utf-8")
    assert ansible.playbook("telephony.connector.backup", variables=names).returncode == 0


def test_a_folder_that_is_there_keeps_its_rights(ansible):
    shared = ansible.folder / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    assert sync(ansible).returncode == 0
    place = {"store_location": str(shared / "store.db"), "store_backup_directory": str(shared)}
    prepare = [{"hosts": "localhost", "gather_facts": False, "roles": ["telephony.connector.store"]}]
    assert ansible.playbook(prepare, variables=place).returncode == 0
    backup = ansible.playbook("telephony.connector.backup", variables={**place, "store_location": str(ansible.store)})
    assert backup.returncode == 0, backup.output
    restored = ansible.playbook("telephony.connector.restore", variables=place)
    assert restored.returncode == 0, restored.output
    assert oct(shared.stat().st_mode)[-4:] == "1777"


def test_a_backup_on_a_full_disk_asks_for_space(tmp_path):
    store = tmp_path / "store.db"
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("CREATE TABLE objects AS SELECT zeroblob(1000000) AS large")
        connection.commit()
    words = [sys.executable, str(COPY), str(store), f"{tmp_path}/copy.db"]
    command = ["sh", "-c", 'ulimit -f 100; exec "$@"', "sh", *words]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert done.returncode == 1
    assert done.stderr.strip().endswith("make free space on the disks of the store and of the backups.")
