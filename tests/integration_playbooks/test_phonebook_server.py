# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role phonebook_server: a real nginx serves the files, asked by curl as each phone asks."""

from __future__ import annotations

import grp
import os
import pwd
import subprocess

import pytest

from ansible_collections.telephony.connector.tests.servers import process

PASSWORD = "it's $recognisable; pw"
BOOK = "<YealinkIPPhoneDirectory><DirectoryEntry><Name>Jörg</Name></DirectoryEntry></YealinkIPPhoneDirectory>\n"


class Nginx:
    """nginx with nothing but the role's file, on ports of its own."""

    def __init__(self, folder):
        self.folder, self.port, self.tls_port = folder, process.free_port(), process.free_port()
        self._process = None

    def start(self):
        user = "user root;\n" if os.geteuid() == 0 else ""
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        paths = "".join(f"{kind}_temp_path {self.folder}/{kind};\n" for kind in kinds)
        (self.folder / "nginx.conf").write_text(
            f"{user}daemon off;\npid {self.folder}/nginx.pid;\nerror_log {self.folder}/error.log;\n"
            f"events {{}}\nhttp {{\n{paths}include {self.folder}/site.conf;\n}}\n"
        )
        program = process.program("nginx", "nginx-light")
        self._process = subprocess.Popen([program, "-c", str(self.folder / "nginx.conf")], stderr=subprocess.DEVNULL)
        ready = process.wait_until_ready(
            self._process, lambda: process.is_pid_of(self.folder / "nginx.pid", self._process)
        )
        assert ready, (self.folder / "error.log").read_text()

    def stop(self):
        process.stop(self._process)
        self._process = None

    def curl(self, path, *words, tls=False):
        """Return (status, headers in lower case, body)."""
        address = f"https://localhost:{self.tls_port}" if tls else f"http://localhost:{self.port}"
        command = [
            "curl",
            "-s",
            "-4",
            "-i",
            "--max-time",
            "20",
            "--retry",
            "5",
            "--retry-connrefused",
            "--noproxy",
            "*",
        ]
        done = subprocess.run([*command, *words, address + path], check=True, capture_output=True, text=True)
        head, _blank, body = done.stdout.replace("\r\n", "\n").partition("\n\n")
        status, *lines = head.split("\n")
        headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}
        return int(status.split()[1]), headers, body


@pytest.fixture
def nginx(tmp_path):
    one = Nginx(tmp_path)
    yield one
    one.stop()


@pytest.fixture
def served(ansible, nginx):
    """Return served(*options, **variables): runs the role with all it writes below the folder of the test."""
    books = nginx.folder / "books"
    books.mkdir()
    (books / "yealink.xml").write_text(BOOK, "utf-8")
    (books / ".draft.xml").write_text(BOOK, "utf-8")
    (books / ".cisco-1").mkdir()
    (books / "cisco").symlink_to(".cisco-1")
    for number in (1, 9, 10, 99, 100, 1000):
        (books / f".cisco-1/page{number:04}.xml").write_text(f"<page>{number}</page>")

    def run(*options, **variables):
        given = {
            "phonebook_server_directory": str(books),
            "phonebook_server_name": "localhost",
            "phonebook_server_port": nginx.port,
            "phonebook_server_tls_port": nginx.tls_port,
            "phonebook_server_ipv6": False,
            "phonebook_server_networks": ["127.0.0.0/8"],
            "phonebook_server_install": False,
            "phonebook_server_manage_service": False,
            "phonebook_server_nginx": process.program("nginx", "nginx-light"),
            "phonebook_server_site": str(nginx.folder / "site.conf"),
            "phonebook_server_passwords": str(nginx.folder / "passwords"),
            "phonebook_server_access_log": str(nginx.folder / "access.log"),
            "phonebook_server_owner": pwd.getpwuid(os.geteuid()).pw_name,
            "phonebook_server_group": grp.getgrgid(os.getegid()).gr_name,
            "phonebook_server_passwords_group": grp.getgrgid(os.getegid()).gr_name,
            **variables,
        }
        role = {"name": "telephony.connector.phonebook_server"}
        task = {"name": "Serve", "ansible.builtin.include_role": role, "vars": given}
        return ansible.tasks(task, options=options)

    return run


def test_files_are_served_as_phones_ask(served, nginx):
    simulated = served("--check", "--diff")
    assert simulated.returncode == 0, simulated.output
    assert not (nginx.folder / "site.conf").exists()
    first = served(phonebook_server_ldap_uri="ldaps://ldap.corp.example", phonebook_server_ldap_base_dn="ou=phonebook")
    assert first.returncode == 0, first.output
    told = "\n".join(first.result("Tell what to enter on the phones")["msg"])
    assert f"http://localhost:{nginx.port}/phonebook/yealink.xml" in told
    assert "ldap.number_filter = (|(telephoneNumber=%)(mobile=%)(homePhone=%))" in told
    assert served().recap["changed"] == 0

    nginx.start()
    status, headers, body = nginx.curl("/phonebook/yealink.xml")
    assert (status, headers["content-type"], body) == (200, "text/xml; charset=utf-8", BOOK)
    assert (headers["cache-control"], headers["server"]) == ("no-cache", "nginx")
    assert nginx.curl("/phonebook/yealink.xml", "-H", f"If-None-Match: {headers['etag']}")[0] == 304
    # Snom asks with POST, Cisco with a query
    assert nginx.curl("/phonebook/yealink.xml", "-X", "POST", "-d", "a=b")[::2] == (200, BOOK)
    assert nginx.curl("/phonebook/yealink.xml?locale=de_DE&name=SEP001122334455")[::2] == (200, BOOK)
    pages = {}
    for number in (1, 9, 10, 99, 100, 1000):
        status, headers, body = nginx.curl(f"/phonebook/cisco/page{number:04}.xml?name=SEP001122334455")
        assert (status, body) == (200, f"<page>{number}</page>")
        pages[number] = headers.get("refresh")
    address = f"0; url=http://localhost:{nginx.port}/phonebook/cisco/page"
    assert pages == {1: None, 9: f"{address}0010.xml", 10: None, 99: f"{address}0100.xml", 100: None, 1000: None}
    # no lists, nothing hidden, nothing outside, no writing
    for path in ("/", "/phonebook/", "/phonebook/cisco/", "/phonebook/.draft.xml", "/phonebook/.cisco-1/page0001.xml"):
        assert nginx.curl(path)[0] == 404, path
    assert nginx.curl("/phonebook/../site.conf", "--path-as-is")[0] in (400, 404)
    assert nginx.curl("/phonebook/yealink.xml", "-X", "DELETE")[0] == 403

    gone = served(phonebook_server_state="absent")
    assert gone.returncode == 0, gone.output
    assert not (nginx.folder / "site.conf").exists()
    assert (nginx.folder / "books/yealink.xml").exists()
    assert served(phonebook_server_state="absent").recap["changed"] == 0


@pytest.mark.newest_alone
def test_who_may_read(served, nginx, ca):
    variables = {
        "phonebook_server_users": [{"name": "phone", "password": PASSWORD}],
        "phonebook_server_certificate": str(ca.path("server.crt")),
        "phonebook_server_certificate_key": str(ca.path("server.key")),
    }
    done = served("--diff", "-vv", **variables)
    assert done.returncode == 0, done.output
    assert "recognisable" not in done.output
    assert served(**variables).recap["changed"] == 0
    passwords = nginx.folder / "passwords"
    assert "recognisable" not in passwords.read_text()
    assert oct(passwords.stat().st_mode)[-3:] == "640"
    nginx.start()
    trusted = ("--cacert", str(ca.path("ca.crt")))
    assert nginx.curl("/phonebook/yealink.xml", *trusted, tls=True)[0] == 401
    for words, status in ((("-u", "phone:wrong"), 401), (("-u", f"phone:{PASSWORD}"), 200)):
        assert nginx.curl("/phonebook/yealink.xml", *trusted, *words, tls=True)[0] == status
    nginx.stop()

    changed = served(phonebook_server_networks=["192.0.2.0/24"])
    assert changed.returncode == 0, changed.output
    assert not passwords.exists()
    nginx.start()
    assert nginx.curl("/phonebook/yealink.xml")[0] == 403


@pytest.mark.newest_alone
def test_what_would_be_open_or_broken_is_refused(served, nginx):
    for variables, words in (
        ({"phonebook_server_networks": []}, "Anybody could read the phonebook"),
        ({"phonebook_server_networks": ["10.0.0.0/8; root /"]}, "networks are addresses such as"),
        ({"phonebook_server_tls_protocols": ["nonsense"], "phonebook_server_certificate": "/nowhere.crt",
          "phonebook_server_certificate_key": "/nowhere.key"}, "failed to validate"),
    ):  # fmt: skip
        refused = served(**variables)
        assert refused.returncode != 0
        assert words in refused.output
        assert not (nginx.folder / "site.conf").exists()
