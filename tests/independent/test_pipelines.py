# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample repository: its pipelines are right by the products' own schemas, and do what they say, step by step."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).parents[2] / "docs/examples/repository"
GITLAB, GITHUB = REPOSITORY / ".gitlab-ci.yml", REPOSITORY / ".github/workflows/phones.yml"
PROGRAMS = Path(sys.executable).parent
TOKEN = "recognisable-token"
#: Python's own variables say that nothing is to be compiled for good
NOT_KEPT = ("ANSIBLE_", "CI", "PYTHON", "TELEPHONY_")


def words(text):
    return " ".join(text.split())


@pytest.mark.parametrize(("schema", "path"), [("gitlab-ci", GITLAB), ("github-workflows", GITHUB)])
def test_the_pipelines_are_right_by_the_products_schemas(schema, path, tmp_path):
    check = [str(PROGRAMS / "check-jsonschema"), "--builtin-schema", f"vendor.{schema}"]
    if schema == "gitlab-ci":
        check += ["--data-transform", "gitlab-ci"]
    done = subprocess.run([*check, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    broken = tmp_path / path.name
    broken.write_text(
        path.read_text("utf-8").replace("artifacts:", "artifacts: 7 #").replace("timeout-minutes:", "nowhere:")
    )
    assert subprocess.run([*check, str(broken)], capture_output=True, check=False).returncode != 0


def test_both_pipelines_run_the_same_commands():
    gitlab, github = (yaml.safe_load(path.read_text("utf-8")) for path in (GITLAB, GITHUB))
    ours = [
        *gitlab["mapping"]["script"],
        *gitlab["simulate"]["script"],
        *gitlab["simulate"]["after_script"],
        *gitlab["apply"]["script"],
    ]
    steps = [step for job in github["jobs"].values() for step in job["steps"] if "run" in step]
    theirs = [
        line for step in steps for line in (step["run"].splitlines() if "mkdir" in step["run"] else [step["run"]])
    ]
    assert [words(one) for one in ours] == [words(one) for one in theirs]


@pytest.fixture
def comments():
    """Yield what was written as a comment, and the address to write to."""
    told = []

    class Api(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]
            told.append((self.path, self.headers.get("PRIVATE-TOKEN") or self.headers.get("Authorization"), body))
            self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Api) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield told, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_change_is_tested_simulated_commented_and_applied(tmp_path, comments):
    told, api = comments
    folder, books = tmp_path / "clone", tmp_path / "phonebook"
    shutil.copytree(REPOSITORY, folder)
    books.mkdir()
    store = tmp_path / "store.db"
    pipeline = yaml.safe_load(GITLAB.read_text("utf-8"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_KEPT)}
    environment = {
        **kept,
        "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
        "ANSIBLE_HOME": str(tmp_path / "ansible-home"),
        "ANSIBLE_NOCOLOR": "true",
        "LC_ALL": "C.UTF-8",
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
        "TELEPHONY_CONNECTOR_STORE": str(store),
        "PHONEBOOK_FOLDER": str(books),
        "CI_API_V4_URL": f"{api}/api/v4",
        "CI_PROJECT_ID": "7",
        "CI_MERGE_REQUEST_IID": "12",
        "GITLAB_COMMENT_TOKEN": TOKEN,
    }

    def run(*lines, **more):
        script = "\n".join(("set -eo pipefail", *lines))
        done = subprocess.run(
            ["bash", "-c", script], capture_output=True, text=True, check=False, cwd=folder, timeout=600,
            env=environment | more, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert TOKEN not in done.stdout + done.stderr
        return done

    def job(name, part="script"):
        done = run(*pipeline[name][part])
        assert done.returncode == 0, done.stdout + done.stderr

    # somebody with a password is there already: what is simulated on a copy must be applicable
    with (folder / "people.csv").open("a", encoding="utf-8") as file:
        file.write("Eva,eva,203,eva@corp.example,\n")
    made = run(
        "ansible localhost -m telephony.connector.user -a 'username=porter display_name=Porter password=Gate-keeper-77'"
    )
    assert made.returncode == 0, made.stdout + made.stderr
    before = store.read_bytes()
    job("mapping")
    job("simulate")
    job("simulate", "after_script")
    assert store.read_bytes() == before
    found = sorted(path.name for path in (folder / "reports").iterdir())
    assert {"plans.json", "staff.html", "staff.md", "staff.xml"} <= set(found)
    assert not [name for name in found if name.startswith("copy.db")]
    (comment,) = told
    assert comment[:2] == ("/api/v4/projects/7/merge_requests/12/notes", TOKEN)
    assert "amueller" in comment[2]

    job("apply")
    assert "Anna Müller" in (books / "yealink.xml").read_text("utf-8")
    github = {
        "GITHUB_API_URL": api,
        "GITHUB_REPOSITORY": "corp/phones",
        "GITHUB_TOKEN": TOKEN,
        "PULL_REQUEST_NUMBER": "3",
    }
    done = run("bash comment.sh reports", CI_MERGE_REQUEST_IID="", **github)
    assert done.returncode == 0, done.stdout + done.stderr
    assert told[1][:2] == ("/repos/corp/phones/issues/3/comments", f"Bearer {TOKEN}")
    nobody = run("bash comment.sh reports", CI_MERGE_REQUEST_IID="", PULL_REQUEST_NUMBER="")
    assert (nobody.returncode, len(told)) == (0, 2)

    # the list of people has changed since: not what was looked at
    (folder / "people.csv").write_text(
        "displayname,username,phone,email,status\nX,x,299,x@corp.example,\n", encoding="utf-8"
    )
    refused = run(*pipeline["apply"]["script"])
    assert refused.returncode != 0
    assert "is not the one that was reviewed" in refused.stdout + refused.stderr
