# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures that run the real `ansible-playbook` against the built and installed collection.

`test.sh integration` builds the artifact, installs it and says where by two environment variables:
TELEPHONY_CONNECTOR_TEST_COLLECTIONS (collections path) and TELEPHONY_CONNECTOR_TEST_BIN (folder of ansible-playbook).
Without them, the folder of the running Python and ANSIBLE_COLLECTIONS_PATH are used (a developer's loop).

The first start of each test is that of a new process, as people have it. Those that follow take place in a copy of a
process that has imported ansible-core (see `warm.py`), unless a test sets what ansible-core reads as it starts.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from .warm import AT_START, Warm

SECONDS = 600  # for a machine that is slow and busy
SECRET = "recognisable-key-0123456789-0123456789"


@dataclass(frozen=True)
class PlaybookRun:
    """What one ansible-playbook command did."""

    returncode: int
    output: str
    tasks: list[dict[str, Any]]

    def result(self, task: str) -> dict[str, Any]:
        """Return the result of the only task of this name."""
        found = [line["result"] for line in self.tasks if line["task"].rpartition(" : ")[2] == task]
        assert len(found) == 1, f"{len(found)} results of task {task!r} in:\n{self.output}"
        return found[0]

    @property
    def recap(self) -> dict[str, int]:
        """Return the counts of the closing line of localhost: ok, changed, failed ..."""
        line = re.search(r"^localhost\s+: (.*)$", self.output, flags=re.MULTILINE)
        assert line, f"no recap for localhost in:\n{self.output}"
        return {name: int(count) for name, _equals, count in (pair.partition("=") for pair in line[1].split())}


class Ansible:
    """Runs plays in an environment that holds nothing of the person who started the tests."""

    def __init__(
        self, folder: Path, collections: str, programs: Path, warm: Warm, shared: Path, kept_modules: Mapping[str, str]
    ) -> None:
        self.folder = folder
        self.programs = programs
        #: None where each start is to be that of a new process
        self.warm: Warm | None = warm
        self.store = folder / "store.db"
        self._runs = 0
        self._starts = 0
        config = shared / "ansible.cfg"
        config.write_text("[defaults]\nlocalhost_warning = false\n", encoding="utf-8")
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ANSIBLE_", "PYTHON", "TELEPHONY_"))
        }
        self.environment = kept | {
            **kept_modules,
            "ANSIBLE_CALLBACKS_ENABLED": "task_results,kept_modules",
            "ANSIBLE_COLLECTIONS_PATH": collections,
            "ANSIBLE_CONFIG": str(config),
            "ANSIBLE_HOME": str(folder / "ansible-home"),
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_NOCOLOR": "true",
            "LC_ALL": "C.UTF-8",
            "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "TELEPHONY_CONNECTOR_STORE": str(self.store),
        }
        self._warm_settings = {"ANSIBLE_HOME": str(shared / "ansible-home")}

    def command(self, *words: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a program of the tested ansible-core in the folder of this test."""
        self._starts += 1
        given = dict(environment or {})
        if self.warm and self._starts > 1 and not any(name.startswith(AT_START) for name in given):
            settings = self.environment | self._warm_settings | given
            return self.warm.run([str(self.programs / words[0]), *words[1:]], self.folder, settings, SECONDS)
        return subprocess.run(
            [str(self.programs / words[0]), *words[1:]],
            capture_output=True,
            check=False,
            cwd=self.folder,
            env=self.environment | given,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=SECONDS,
        )

    def playbook(
        self,
        play: str | list[dict[str, Any]],
        *options: str,
        variables: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> PlaybookRun:
        """Run a playbook: YAML text, data, or the name of one (`telephony.connector.demo`, a path)."""
        self._runs += 1
        results = self.folder / f"results-{self._runs}.jsonl"
        extra = {"ansible_python_interpreter": "{{ ansible_playbook_python }}", **(variables or {})}
        done = self.command(
            "ansible-playbook",
            self._file_of(play),
            "--extra-vars",
            json.dumps(extra),
            *options,
            environment={"TELEPHONY_CONNECTOR_TASK_RESULTS": str(results), **(environment or {})},
        )
        lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
        return PlaybookRun(done.returncode, done.stdout + done.stderr, [json.loads(line) for line in lines])

    def tasks(self, *tasks: dict[str, Any], options: tuple[str, ...] = (), **more: Any) -> PlaybookRun:
        """Run a play on localhost made of these tasks, no facts gathered."""
        play = {
            "hosts": "localhost",
            "gather_facts": False,
            "collections": ["telephony.connector"],
            "tasks": list(tasks),
        }
        return self.playbook([play], *options, **more)

    def _file_of(self, play: str | list[dict[str, Any]]) -> str:
        if isinstance(play, str) and "\n" not in play:
            return play
        path = self.folder / f"play-{self._runs}.yml"
        path.write_text(play if isinstance(play, str) else yaml.safe_dump(play, sort_keys=False), encoding="utf-8")
        return str(path)


@pytest.fixture(scope="session")
def collections_path() -> str:
    """Return the collections path that holds the collection under test."""
    for name in ("TELEPHONY_CONNECTOR_TEST_COLLECTIONS", "ANSIBLE_COLLECTIONS_PATH"):
        for path in filter(None, os.environ.get(name, "").split(os.pathsep)):
            if (Path(path) / "ansible_collections/telephony/connector").is_dir():
                return path
    pytest.fail("The collection is not installed: run ./test.sh integration, or set ANSIBLE_COLLECTIONS_PATH.")


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks of these tests."""
    config.addinivalue_line("markers", "both_ways: run in Ansible's worker, and with modules in processes of their own")
    config.addinivalue_line(
        "markers", "newest_alone: shows what a server or the engine says, whatever the ansible-core"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test both ways where it is marked so; all others run in Ansible's worker alone, as people's plays do.

    With the oldest ansible-core these do so, too: `test_direct.py` holds one way against the other there.
    """
    if metafunc.definition.get_closest_marker("both_ways"):
        process = pytest.param("0", id="process", marks=pytest.mark.newest_alone)
        metafunc.parametrize("ansible", [pytest.param("1", id="worker"), process], indirect=True)


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    """Processes that have imported ansible-core."""
    processes = Warm()
    yield processes
    processes.stop()


@pytest.fixture(scope="session")
def settings_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of Ansible's settings."""
    return tmp_path_factory.mktemp("settings")


@pytest.fixture
def ansible(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    collections_path: str,
    warm: Warm,
    settings_folder: Path,
    kept_modules: dict[str, str],
) -> Ansible:
    """Return a runner with an empty store of its own."""
    programs = os.environ.get("TELEPHONY_CONNECTOR_TEST_BIN") or Path(sys.executable).parent
    runner = Ansible(tmp_path, collections_path, Path(programs), warm, settings_folder, kept_modules)
    runner.environment["TELEPHONY_CONNECTOR_DIRECT"] = getattr(request, "param", "1")
    return runner


@pytest.fixture
def schedule(ansible):
    """Return a function that runs the role with everything it writes below the folder of the test."""
    folder = ansible.folder / "schedule"
    (ansible.folder / "staff.csv").write_text("username,displayname\nanna,Anna\n", encoding="utf-8")
    for name in ("units", "cron.d", "logrotate.d"):
        (ansible.folder / name).mkdir()
    profile = {"name": "staff", "template": "csv_users", "source": {"path": str(ansible.folder / "staff.csv")}}

    def run(*options, **variables):
        return ansible.tasks(
            {
                "name": "Schedule",
                "ansible.builtin.include_role": {"name": "telephony.connector.schedule"},
                "vars": {
                    "schedule_directory": str(folder),
                    "schedule_unit_directory": str(ansible.folder / "units"),
                    "schedule_cron_directory": str(ansible.folder / "cron.d"),
                    "schedule_logrotate_directory": str(ansible.folder / "logrotate.d"),
                    "schedule_activate": False,
                    "schedule_manager": "systemd",
                    "schedule_environment": {
                        "TELEPHONY_CONNECTOR_STORE": str(ansible.store),
                        "TELEPHONY_CONNECTOR_STORE_KEY": SECRET,
                        "ODD": "it's $HOME; `id`",
                    },
                    "schedule_variables": {"sync_profiles": [profile]},
                    **variables,
                },
            },
            options=options,
        )

    return run
