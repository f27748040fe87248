# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the pictures of the documentation, from the demo's data, so that they stay true.

Run it with the Python of the tests, the collection on ANSIBLE_COLLECTIONS_PATH: python tests/screenshots.py [FOLDER]
"""

from __future__ import annotations

import csv
import html
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs/pictures"
NAMES = ("report.png", "report-dark.png", "terminal.png")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
_TERMINAL = """<!doctype html><meta charset="utf-8"><style>
body{{margin:0;background:#e9edf4;padding:28px;display:inline-block}}
div{{background:#141a23;color:#dfe7f2;border-radius:12px;padding:18px 24px 22px;box-shadow:0 10px 30px #0003}}
p{{margin:0 0 12px;color:#8fa1b8}}pre{{margin:0;font:15px/1.45 "DejaVu Sans Mono",monospace}}</style>
<div><p>$ {command}</p><pre>{output}</pre></div>"""


def playbook(folder: Path, play: str, *options: str) -> str:
    """Run a playbook in a folder, with its store there, and return what it says."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    environment |= {
        "ANSIBLE_COLLECTIONS_PATH": os.environ.get("ANSIBLE_COLLECTIONS_PATH", str(ROOT.parents[2])),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
        "LC_ALL": "C.UTF-8",
        "TELEPHONY_CONNECTOR_STORE": str(folder / "store.db"),
    }
    program = Path(sys.executable).with_name("ansible-playbook")
    done = subprocess.run(
        [str(program), play, *options], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout


def demo(folder: Path) -> tuple[Path, str]:
    """Import the demo's people, let a month pass, and return the report of a simulation, and the screen of who."""
    users = folder / "users.csv"
    shutil.copy(ROOT / "playbooks/files/users.csv", users)
    profile = {"name": "staff", "template": "csv_users", "source": {"path": "users.csv"}, "create_softphone": True}
    pool = {"ranges": ["200-249"], "reserved": ["249"]}
    play(folder, {"extension_pool": pool}, {"profile": profile}, {"sync": {"profile": "staff"}})
    with users.open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file))
    with users.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, people[0].keys(), restval="")
        writer.writeheader()
        writer.writerows([*map(_in_a_month, range(len(people) - 2), people[2:]), *_NEW])
    play(folder, {"sync": {"profile": "staff", "report": "staff.html"}}, options=("--check",))
    play(folder, {"sync": {"profile": "staff"}})
    return folder / "staff.html", playbook(folder, "telephony.connector.who", "-e", f"name={people[2]['username']}")


_NEW = (
    {"displayname": "Nadia Haddad", "username": "nhaddad", "email": "nadia.haddad@corp.example", "phone": "241"},
    {"displayname": "Oskar Lindqvist", "username": "olindqvist", "phone": "242", "mobile": "+49 171 3920042"},
    {"displayname": "Petra Novák", "username": "pnovak", "email": "petra.novak@corp.example", "phone": "24x"},
)


def _in_a_month(number: int, person: dict[str, str]) -> dict[str, str]:
    if number == 0:
        return {**person, "phone": "247"}
    return {**person, "email": f"{person['username']}@newname.example"} if number in (1, 2, 3) else person


def play(folder: Path, *tasks: dict[str, Any], options: tuple[str, ...] = ()) -> None:
    """Run tasks of the collection."""
    named = [{f"telephony.connector.{name}": given for name, given in task.items()} for task in tasks]
    path = folder / "play.yml"
    path.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": named}]), encoding="utf-8")
    playbook(folder, str(path), "-e", f"ansible_python_interpreter={sys.executable}", *options)


def take(browser: Browser, report: Path, screen: str, folder: Path) -> None:
    """Take the pictures."""
    for name, scheme in zip(NAMES, ("light", "dark"), strict=False):
        page = browser.new_page(color_scheme=scheme, viewport={"width": 1120, "height": 1180})  # type: ignore[arg-type]
        page.goto(report.as_uri())
        page.screenshot(path=folder / name)
    lines = [json.loads(line.strip().removesuffix(",")) for line in screen.splitlines() if line.startswith('        "')]
    page = browser.new_page(viewport={"width": 1120, "height": 400})
    output = html.escape("\n".join(lines).strip())
    page.set_content(_TERMINAL.format(command="ansible-playbook telephony.connector.who -e who=…", output=output))
    page.locator("body").screenshot(path=folder / NAMES[2])


def main(folder: Path) -> None:
    """Make all pictures in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="screenshots-") as scratch, sync_playwright() as playwright:
        report, screen = demo(Path(scratch))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        take(browser, report, screen, folder)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
