# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of the role schedule: one mail per run through a real mail server, with the reports of that run attached."""

from __future__ import annotations

import email
import email.policy
import ssl
import subprocess

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from ansible_collections.telephony.connector.tests.servers.process import free_port

from .conftest import SECRET

ACCOUNT, WORD = b"pbx", b"recognisable-mail-word"


class Mailbox:
    """Keeps the mails that come in, with their envelopes."""

    def __init__(self):
        self.kept = []

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802  # as aiosmtpd calls it
        assert session.ssl
        assert session.authenticated
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.kept.append((envelope.mail_from, envelope.rcpt_tos, message))
        return "250 OK"


@pytest.fixture
def smtp(ca):
    """Yield a mailbox and the port of its server, which wants STARTTLS and a login."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca.path("server.crt"), ca.path("server.key"))

    def login(_server, _session, _envelope, _mechanism, given):
        return AuthResult(success=(given.login, given.password) == (ACCOUNT, WORD))

    box = Mailbox()
    server = Controller(
        box, hostname="127.0.0.1", port=free_port(), tls_context=context, require_starttls=True, auth_required=True,
        authenticator=login,
    )  # fmt: skip
    server.start()
    yield box, server.port
    server.stop()


def run(ansible):
    return subprocess.run(
        ["env", "-i", ansible.folder / "schedule/run"], capture_output=True, text=True, check=False, timeout=170
    )


@pytest.mark.newest_alone
def test_each_run_sends_one_mail_with_its_report(ansible, schedule, smtp, ca):
    box, port = smtp
    staff = ansible.folder / "staff.csv"
    staff.write_text("username,displayname\nanna,Anna\ngr ö ß e,Zoë\n", encoding="utf-8")
    done = schedule(
        "--diff",
        schedule_manager="cron",
        schedule_random_delay=0,
        schedule_notify="always",
        schedule_mail_to="telephony@corp.example, it@corp.example",
        schedule_mail_from="Telefonanlage Zürich <pbx@corp.example>",
        schedule_smtp_host="localhost",
        schedule_smtp_port=port,
        schedule_smtp_username=ACCOUNT.decode(),
        schedule_smtp_password=WORD.decode(),
        schedule_environment={
            "TELEPHONY_CONNECTOR_STORE": str(ansible.store),
            "TELEPHONY_CONNECTOR_STORE_KEY": SECRET,
            "SSL_CERT_FILE": ca.path("ca.crt"),
        },
    )
    assert done.returncode == 0, done.output
    assert WORD.decode() not in done.output

    done = run(ansible)
    assert done.returncode == 0, done.stdout + done.stderr
    ((sender, recipients, mail),) = box.kept
    assert (sender, recipients) == ("pbx@corp.example", ["telephony@corp.example", "it@corp.example"])
    assert mail["From"] == "Telefonanlage Zürich <pbx@corp.example>"
    assert mail["Subject"].startswith("telephony-connector-sync on ")
    assert mail["Subject"].endswith(": ended well")
    assert mail["Date"].datetime.tzinfo
    assert mail["Message-ID"]
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_body().get_content()
    assert text.startswith("staff: partial: 2 records read, 1 created, 1 rejected"), text
    assert "gr ö ß e" in text
    (report,) = mail.iter_attachments()
    assert (report.get_content_type(), report.get_filename()) == ("text/html", "staff.html")
    kept = (ansible.folder / "schedule/reports/staff.html").read_text("utf-8")
    assert report.get_content().splitlines() == kept.splitlines()
    assert SECRET not in mail.as_string() + report.get_content() + done.stdout

    staff.unlink()
    assert run(ansible).returncode != 0
    _before, (_sender, _recipients, mail) = box.kept
    assert mail["Subject"].endswith(": failed")
    text = mail.get_body().get_content()
    assert text.startswith("staff: failed: ")
    assert "failed with exit code 2" in text
    assert list(mail.iter_attachments()) == [], "the report of the run before is not this one's"
    assert SECRET not in mail.as_string()

    # a server that cannot be trusted is told no password, and the run itself is none the worse
    staff.write_text("username,displayname\nanna,Anna\n", encoding="utf-8")
    environment = ansible.folder / "schedule/environment"
    environment.write_text(environment.read_text("utf-8").replace("ca.crt", "other.crt"), encoding="utf-8")
    done = run(ansible)
    assert done.returncode == 0
    assert "The mail to telephony@corp.example, it@corp.example could not be sent: " in done.stdout
    assert WORD.decode() not in done.stdout
    assert len(box.kept) == 2
