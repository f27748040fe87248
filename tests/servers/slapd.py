# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A throwaway OpenLDAP server on free loopback ports, with a few people, and whatever a test adds to its set-up."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from ansible_collections.telephony.connector.tests.servers import process

ADMIN_PASSWORD, READER_PASSWORD = "adminpw-recognisable", "readerpw-recognisable"  # of a server of one test run
SCHEMAS = ("core", "cosine", "nis", "inetorgperson")

_CONFIG = """\
{includes}
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
moduleload syncprov
pidfile {dir}/slapd.pid
{tls}
sizelimit {size_limit}
{settings}
database mdb
suffix "{suffix}"
rootdn "{admin}"
rootpw {admin_password}
directory {dir}/db
maxsize 4294967296
dbnosync
index objectClass,entryUUID,entryCSN eq
index uid,cn,mail eq,sub
{database}
{limits}
{access}
overlay memberof
memberof-refint TRUE
memberof-dangling ignore
{memberof}
{syncprov}
"""


_ACCESS = """\
access to attrs=userPassword by anonymous auth by self write by * none
access to * by users read by anonymous auth by * none"""


class Slapd:
    """Fill with `load`, start with `start()`, stop with `stop()`.

    `settings`, `database` and `memberof` are further lines of those parts of the configuration, `schemas` files to
    include (names alone are Debian's own). `certificate` is the path of a certificate without its ending; its key lies
    beside it. `limits` hold for the reader: paged reads see everything, others 500 entries.
    """

    def __init__(
        self,
        directory: Path,
        *,
        suffix: str = "dc=example,dc=test",
        certificate: str = "",
        size_limit: str = "500",
        limits: str | None = None,
        schemas: Sequence[str] = SCHEMAS,
        settings: Sequence[str] = (),
        database: Sequence[str] = (),
        memberof: Sequence[str] = (),
        synchronises: bool = True,
        access: str = _ACCESS,
    ) -> None:
        self.directory, self.suffix = directory, suffix
        self.admin = f"cn=admin,{suffix}"
        self.reader = f"uid=reader,ou=people,{suffix}"
        self.port = self.tls_port = 0
        self._process: subprocess.Popen[bytes] | None = None
        paged = f'limits dn.exact="{self.reader}" size.soft=500 size.hard=500 size.prtotal=unlimited size.pr=1000'
        tls = f"TLSCertificateFile {certificate}.crt\nTLSCertificateKeyFile {certificate}.key" if certificate else ""
        self._has_tls = bool(certificate)
        files = [name if "/" in name else f"/etc/ldap/schema/{name}.schema" for name in schemas]
        self._config = _CONFIG.format(
            includes="\n".join(f"include {name}" for name in files),
            dir=directory,
            tls=tls,
            size_limit=size_limit,
            settings="\n".join(settings),
            suffix=suffix,
            admin=self.admin,
            admin_password=ADMIN_PASSWORD,
            database="\n".join(database),
            limits=paged if limits is None else limits,
            memberof="\n".join(memberof),
            access=access,
            syncprov="overlay syncprov\nsyncprov-sessionlog 10000" if synchronises else "",
        )

    @property
    def uri(self) -> str:
        return f"ldap://localhost:{self.port}"

    @property
    def tls_uri(self) -> str:
        return f"ldaps://localhost:{self.tls_port}"

    def base_ldif(self) -> str:
        """Return the top of the tree: the suffix, `ou=people`, `ou=groups` and the reader's account."""
        name = self.suffix.split(",")[0].partition("=")[2]
        return (
            f"dn: {self.suffix}\nobjectClass: dcObject\nobjectClass: organization\ndc: {name}\no: {name}\n\n"
            f"dn: ou=people,{self.suffix}\nobjectClass: organizationalUnit\nou: people\n\n"
            f"dn: ou=groups,{self.suffix}\nobjectClass: organizationalUnit\nou: groups\n\n"
            f"dn: {self.reader}\nobjectClass: account\nobjectClass: simpleSecurityObject\nuid: reader\n"
            f"userPassword: {READER_PASSWORD}\n\n"
        )

    def load(self, ldif: str | Iterable[str]) -> None:
        """Put entries into the database of a server that does not run (no overlay sees them)."""
        self._write_config()
        path = self.directory / "load.ldif"
        with path.open("w", encoding="utf-8") as file:
            file.writelines([ldif] if isinstance(ldif, str) else ldif)
        command = [process.program("slapadd", "slapd"), "-q", "-f", str(self.directory / "slapd.conf"), "-l", str(path)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"slapadd failed: {done.stderr}")

    def dump(self) -> str:
        """Return a copy of the database as LDIF, with what the server notes of each entry; it may run meanwhile."""
        command = [process.program("slapcat", "slapd"), "-f", str(self.directory / "slapd.conf")]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def _write_config(self) -> None:
        (self.directory / "db").mkdir(parents=True, exist_ok=True)
        (self.directory / "slapd.conf").write_text(self._config)

    def start(self, load: bool = True) -> Slapd:
        """Start the server; with `load`, an empty database gets `base_ldif` first. Ports stay over a restart."""
        self._write_config()
        if load and not (self.directory / "db" / "data.mdb").exists():
            self.load(self.base_ldif())
        for _attempt in range(5):
            if self._run():
                return self
            self.port = 0
        raise RuntimeError("slapd did not start")

    def _run(self) -> bool:
        if not self.port:
            self.port, self.tls_port = process.free_port(), process.free_port()
        where = [f"ldap://127.0.0.1:{self.port}/", f"ldap://127.0.0.2:{self.port}/"]
        if self._has_tls:  # 127.0.0.2 is not in the certificate
            where += [f"ldaps://127.0.0.1:{self.tls_port}/", f"ldaps://127.0.0.2:{self.tls_port}/"]
        config = str(self.directory / "slapd.conf")
        self._process = subprocess.Popen(
            [process.program("slapd", "slapd"), "-f", config, "-h", " ".join(where), "-d", "none"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if process.wait_until_ready(self._process, self._answers):
            return True
        self.stop()
        return False

    def _answers(self) -> bool:
        assert self._process is not None
        if not process.is_pid_of(self.directory / "slapd.pid", self._process):
            return False
        return self._client("ldapwhoami", check=False).returncode == 0

    def _client(self, name: str, *words: str, text: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one of OpenLDAP's own clients as the administrator."""
        command = [process.program(name, "ldap-utils"), "-x", "-H", f"ldap://127.0.0.1:{self.port}/"]
        command += ["-D", self.admin, "-w", ADMIN_PASSWORD, *words]
        return subprocess.run(command, check=check, capture_output=True, text=True, input=text)

    def modify(self, ldif: str) -> None:
        """Change entries as the administrator, by LDIF with or without `changetype` (none: add)."""
        done = self._client("ldapmodify", "-a", text=ldif, check=False)
        if done.returncode:
            raise RuntimeError(f"ldapmodify failed: {done.stderr}")

    def search(self, *words: str) -> str:
        """Return what ldapsearch finds as the administrator, as LDIF."""
        return self._client("ldapsearch", "-LLL", "-o", "ldif-wrap=no", "-b", self.suffix, *words).stdout

    def stop(self) -> None:
        """Stop the server; its database stays, so that it can be started again."""
        process.stop(self._process)
        self._process = None


def person(suffix: str, uid: str, unit: str = "ou=people", **attributes: str | Sequence[str]) -> str:
    """Return the LDIF of one inetOrgPerson; `cn` and `sn` are `uid` unless given."""
    values = {"cn": uid, "sn": uid, **attributes}
    lines = [f"dn: uid={uid},{unit},{suffix}", "objectClass: inetOrgPerson", f"uid: {uid}"]
    for name, value in values.items():
        lines += [f"{name}: {one}" for one in ([value] if isinstance(value, str) else value)]
    return "\n".join(lines) + "\n\n"
