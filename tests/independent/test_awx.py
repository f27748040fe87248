# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWX: what awx_setup makes there by the collection awx.awx, and jobs as ansible-runner runs them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ansible_collections.telephony.connector.tests.servers.awx import Awx

ROOT = Path(__file__).parents[2]
REPOSITORY = ROOT / "docs/examples/repository"
PROGRAMS = Path(sys.executable).parent
TOKEN = "recognisable-token"
KEY = "recognisable-store-key-0123456789-0123456789"
#: Python's own variables say that nothing is to be compiled for good
NOT_KEPT = ("ANSIBLE_", "PYTHON", "TELEPHONY_")
PLAYBOOKS = sorted(path.name for path in REPOSITORY.glob("*.yml") if path.name != "execution-environment.yml")


def command(folder, *words, **environment):
    """Run a program of the tested ansible-core with nothing of the person who started the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_KEPT)}
    collections = os.environ["ANSIBLE_COLLECTIONS_PATH"]
    given = {
        "ANSIBLE_COLLECTIONS_PATH": ":".join(
            filter(None, [collections, os.environ.get("TELEPHONY_CONNECTOR_TEST_AWX")])
        ),
        "ANSIBLE_HOME": str(folder / "ansible-home"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
        "LC_ALL": "C.UTF-8",
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
    }
    return subprocess.run(
        [str(PROGRAMS / words[0]), *words[1:]], capture_output=True, check=False, cwd=folder, text=True, timeout=600,
        env={**kept, **given, **environment}, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def given_variables():
    """Return variables for awx_setup by which it makes all that it can make."""
    if not os.environ.get("TELEPHONY_CONNECTOR_TEST_AWX"):
        pytest.fail("./test.sh independent says with TELEPHONY_CONNECTOR_TEST_AWX where the collection awx.awx is")
    return {
        "awx_project_url": "https://git.corp.example/phones.git",
        "awx_execution_environment": "registry.corp.example/telephony-connector:latest",
        "awx_store": "postgresql+psycopg://connector@db.corp.example/telephony",
        "awx_store_key": KEY,
        "awx_store_password": "recognisable-database-word",
        "awx_ldap_username": "svc",
        "awx_ldap_password": "recognisable-ldap-word",
        "awx_mail_to": ["telephony@corp.example"],
        "awx_mail_host": "mail.corp.example",
        "awx_webhook_url": "https://chat.corp.example/hook",
    }


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("port: 25", "port: many", "is no int"),
        ("awx_prefix: Phones", "awx_prefix: " + "P" * 600, "no more than 512 characters"),
    ],
)
def test_what_awx_does_not_know_fails(tmp_path, kept_modules, right, wrong, words):
    variables = given_variables()
    playbook = (ROOT / "playbooks/awx_setup.yml").read_text("utf-8")
    assert right in playbook
    (tmp_path / "broken.yml").write_text(playbook.replace(right, wrong), encoding="utf-8")
    (tmp_path / "awx.yml").write_text(yaml.safe_dump(variables), encoding="utf-8")
    with Awx(PLAYBOOKS, TOKEN) as awx:
        done = command(
            tmp_path, "ansible-playbook", "broken.yml", "-e", "@awx.yml", "--start-at-task", "Tell people by mail",
            CONTROLLER_HOST=awx.url, CONTROLLER_OAUTH_TOKEN=TOKEN, **kept_modules,
        )  # fmt: skip
        assert done.returncode != 0
        assert words in awx.refused[0]


def test_everything_is_set_up_and_a_second_run_changes_nothing(tmp_path, kept_modules):
    variables, given = tmp_path / "awx.yml", given_variables()
    variables.write_text(yaml.safe_dump(given), encoding="utf-8")

    def setup(*options):
        return command(
            tmp_path, "ansible-playbook", "telephony.connector.awx_setup", "-e", f"@{variables}", *options,
            CONTROLLER_HOST=awx.url, CONTROLLER_OAUTH_TOKEN=TOKEN, **kept_modules,
        )  # fmt: skip

    with Awx(PLAYBOOKS, TOKEN) as awx:
        simulated = setup("--check")
        assert simulated.returncode == 0, simulated.stdout + simulated.stderr
        assert awx.writes == []
        awx.refused.clear()
        done = setup()
        assert (done.returncode, awx.refused) == (0, []), done.stdout + done.stderr
        assert "recognisable" not in done.stdout + done.stderr

        store = awx.named("credentials", "Phones store")
        assert store["inputs"] == {
            "store": given["awx_store"], "store_key": KEY, "password": given["awx_store_password"],
        }  # fmt: skip
        kind = awx.objects["credential_types"][store["credential_type"]]
        assert kind["injectors"]["env"] == {
            "TELEPHONY_CONNECTOR_STORE": "{{ store }}",
            "TELEPHONY_CONNECTOR_STORE_KEY": "{{ store_key }}",
            "PGPASSWORD": "{{ password }}",
        }
        host = awx.named("hosts", "localhost")
        assert json.loads(host["variables"])["ansible_python_interpreter"] == "{{ ansible_playbook_python }}"
        apply = awx.named("job_templates", "Phones apply")
        kinds = [
            awx.objects["credentials"][one]["name"]
            for one in awx.associated["job_templates", apply["id"], "credentials"]
        ]
        assert kinds == ["Phones store", "Phones LDAP"]
        assert (apply["playbook"], apply["allow_simultaneous"]) == ("apply.yml", False)

        def after(node, how):
            number = awx.named("workflow_job_template_nodes", node)["id"]
            found = awx.associated.get(("workflow_job_template_nodes", number, f"{how}_nodes"), [])
            return [awx.objects["workflow_job_template_nodes"][one]["identifier"] for one in found]

        assert after("simulate", "success") == ["needed"]
        assert (after("needed", "success"), after("needed", "failure")) == (["approval"], ["publish"])
        assert (after("approval", "success"), after("apply", "success")) == (["apply"], ["publish"])
        assert awx.named("workflow_approval_templates", "Phones approval")["timeout"] == 86400
        workflow = awx.named("workflow_job_templates", "Phones every day")
        assert len(awx.associated["workflow_job_templates", workflow["id"], "notification_templates_approvals"]) == 2
        assert awx.named("schedules", "Phones every day")["unified_job_template"] == workflow["id"]

        made = {name: len(objects) for name, objects in awx.objects.items()}
        again = setup()
        assert (again.returncode, awx.refused) == (0, []), again.stdout + again.stderr
        assert "changed=0 " in again.stdout, again.stdout
        assert {name: len(objects) for name, objects in awx.objects.items()} == made


def test_jobs_run_as_awx_runs_them(tmp_path):
    folder = tmp_path / "job"
    shutil.copytree(REPOSITORY, folder / "project")
    for name in ("inventory", "env"):
        (folder / name).mkdir()
    interpreter = "ansible_python_interpreter='{{ ansible_playbook_python }}'"
    (folder / "inventory/hosts").write_text(f"localhost ansible_connection=local {interpreter}\n", encoding="utf-8")
    secrets = {"TELEPHONY_CONNECTOR_STORE": str(tmp_path / "store.db"), "TELEPHONY_CONNECTOR_STORE_KEY": KEY}
    (folder / "env/envvars").write_text(json.dumps({**secrets, "PHONEBOOK_FOLDER": str(tmp_path)}), encoding="utf-8")

    def job(ident, playbook, options="", **variables):
        # what AWX gives each job, and what jobs of a workflow are given of those before them
        given = {"awx_job_id": 17, "awx_user_name": "maria", **variables}
        (folder / "env/extravars").write_text(json.dumps(given), encoding="utf-8")
        (folder / "env/cmdline").write_text(options, encoding="utf-8")
        done = command(folder, "ansible-runner", "run", str(folder), "-p", playbook, "-i", ident, JOB_ID="17")
        events = [
            json.loads(path.read_text("utf-8")) for path in (folder / "artifacts" / ident / "job_events").glob("*.json")
        ]
        shown = done.stdout + done.stderr + repr(events)
        assert KEY not in shown
        (stats,) = [one for one in events if one["event"] == "playbook_on_stats"] or [{"event_data": {}}]
        return done, stats["event_data"].get("artifact_data", {})

    done, found = job("check", "sync.yml", "--check --diff")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (tmp_path / "store.db").exists()
    done, found = job("simulate", "simulate.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (found["connector_result"], found["connector_needs_approval"]) == ("changed", True)
    assert job("needed", "approval_needed.yml", **found)[0].returncode == 0
    done, _found = job("apply", "apply.yml", **found)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Anna Müller" in (tmp_path / "yealink.xml").read_text("utf-8")
    done, found = job("again", "simulate.yml")
    assert (found["connector_result"], found["connector_needs_approval"]) == ("unchanged", False)
    assert job("nothing", "approval_needed.yml", **found)[0].returncode != 0


def test_the_execution_environment_is_one_that_ansible_builder_makes(tmp_path):
    shutil.copytree(REPOSITORY, tmp_path / "repository")
    made = command(
        tmp_path / "repository", "ansible-builder", "create", "-f", "execution-environment.yml", "-c", "context"
    )
    assert made.returncode == 0, made.stdout + made.stderr
    assert "telephony.connector" in (tmp_path / "repository/context/_build/requirements.yml").read_text("utf-8")
    collections = os.environ["ANSIBLE_COLLECTIONS_PATH"].split(":")[0]
    found = command(
        tmp_path, "ansible-builder", "introspect", "--write-pip", "pip.txt", "--write-bindep", "bindep.txt", collections
    )
    assert found.returncode == 0, found.stdout + found.stderr
    names = {
        line.split(";")[0].split("#")[0].strip() for line in (tmp_path / "pip.txt").read_text("utf-8").splitlines()
    }
    wanted = {line.split("#")[0].strip() for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines()}
    assert {one.lower().replace(" ", "") for one in wanted if one} <= {one.lower().replace(" ", "") for one in names}
