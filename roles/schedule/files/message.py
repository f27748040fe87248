# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells by mail and chat how the last run of a schedule ended: message.py FOLDER EXIT_CODE.

FOLDER is that of the schedule: `message.json` says who is told, `last-output` is what the run printed, and `began` was
touched when it began, so that only reports of this run are attached.
"""

from __future__ import annotations

import email.message
import email.policy
import email.utils
import http.client
import json
import os
import re
import smtplib
import ssl
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

LINES = 60
#: many servers refuse mails above 10 MB, and an attachment grows by a third on its way
ATTACHED = 7_000_000
SECONDS = 30

Settings = dict[str, Any]


def summary(output: str) -> str:
    """Return what the roles have told of profiles and outputs: lists named `msg` in Ansible's output."""
    lines: list[str] = []
    for found in re.findall(r'^ *"msg": (\[\n.*?^ *\])', output, re.M | re.S):
        try:
            lines += [str(line) for line in json.loads(found)]
        except ValueError:
            continue
    return "\n".join(lines)


def read(path: Path) -> str:
    """Return a file's text, or nothing if there is no such file."""
    return path.read_text("utf-8", "replace") if path.exists() else ""


def reports(folder: Path, settings: Settings) -> list[Path]:
    """Return the pages that the last run has written."""
    began = folder / "began"
    since = began.stat().st_mtime_ns if began.exists() else 0
    pages = [page for place in settings["report_folders"] for page in sorted(Path(place).glob("*.html"))]
    return [page for page in pages if page.stat().st_mtime_ns >= since]


def compose(folder: Path, settings: Settings, status: int) -> tuple[str, str]:
    """Return subject and text."""
    verdict = "ended well" if status == 0 else "failed"
    output = read(folder / "last-output")
    text = summary(output)
    if status or not text:
        last = "\n".join(output.splitlines()[-LINES:]) or "There is no output of a run."
        text = f"{text}\n\n{last}".strip()
    return f"{settings['name']} on {os.uname().nodename}: {verdict}", text


def mail(settings: Settings, subject: str, text: str, pages: list[Path]) -> email.message.EmailMessage:
    """Return the mail, with the reports attached that are not too large."""
    made = email.message.EmailMessage(email.policy.default.clone(cte_type="7bit"))
    made["Subject"] = subject
    made["To"] = settings["mail_to"]
    made["From"] = settings["mail_from"] or f"{settings['name']}@{os.uname().nodename}"
    made["Date"] = email.utils.localtime()
    made["Message-ID"] = email.utils.make_msgid(domain=os.uname().nodename)
    made["Auto-Submitted"] = "auto-generated"
    room = ATTACHED
    attached, too_large = [], []
    for page in pages:
        room -= page.stat().st_size
        (attached if room >= 0 else too_large).append(page)
    if too_large:
        text += "\n\nToo large to be attached: " + ", ".join(map(str, too_large))
    made.set_content(text + "\n")
    for page in attached:
        made.add_attachment(page.read_text("utf-8"), subtype="html", filename=page.name)
    return made


def send(settings: Settings, made: email.message.EmailMessage) -> None:
    """Hand the mail to the server, or to the program sendmail."""
    if not settings["smtp_host"]:
        words = made.as_bytes(policy=made.policy.clone(linesep="\n"))
        subprocess.run([settings["sendmail"], "-t", "-i"], input=words, check=True, timeout=SECONDS)  # noqa: S603  # no shell
        return
    secure = settings["smtp_encryption"]
    where = (settings["smtp_host"], settings["smtp_port"])
    context = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(*where, timeout=SECONDS, context=context)
        if secure == "tls"
        else smtplib.SMTP(*where, timeout=SECONDS)
    ) as server:
        if secure == "starttls":
            server.starttls(context=context)
        if settings["smtp_username"]:
            server.login(settings["smtp_username"], settings["smtp_password"])
        server.send_message(made)


def call(settings: Settings, subject: str, text: str, pages: list[Path]) -> None:
    """Write into the chat, with links to the reports where they can be read, else with their places."""
    base = settings["report_url"]
    links = [f"{base.rstrip('/')}/{urllib.parse.quote(page.name)}" if base else str(page) for page in pages]
    words = json.dumps({"text": "\n".join([subject, text, *(f"Report: {link}" for link in links)])}).encode()
    if not re.fullmatch(r"https?://(\[[0-9A-Fa-f:]+\]|[^\s/:\[\]]+)(:[0-9]+)?([/?][!-~]*)?", settings["webhook_url"]):
        raise ValueError("its address is not one of http or https")
    head = {"Content-Type": "application/json"}
    request = urllib.request.Request(settings["webhook_url"], words, head)  # noqa: S310  # looked at above
    urllib.request.urlopen(request, timeout=SECONDS).close()  # noqa: S310


def main(folder: Path, status: int) -> int:
    """Tell everybody; one who cannot be reached does not keep the others from being told."""
    settings = json.loads((folder / "message.json").read_text("utf-8"))
    subject, text = compose(folder, settings, status)
    pages = reports(folder, settings)
    failed = 0
    if settings["mail_to"]:
        try:
            send(settings, mail(settings, subject, text, pages if settings["attach"] else []))
        except (OSError, ValueError, smtplib.SMTPException, subprocess.SubprocessError) as error:
            print(f"The mail to {' '.join(settings['mail_to'].split())} could not be sent: {error}")  # noqa: T201  # for the log
            failed = 1
    if settings["webhook_url"]:
        try:
            call(settings, subject, text, pages)
        except (OSError, ValueError, http.client.HTTPException) as error:
            # a chat's address is its secret, and some errors quote it
            print(f"The webhook could not be called: {str(error).replace(settings['webhook_url'], 'its address')}")  # noqa: T201
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
