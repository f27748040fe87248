# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A throwaway 389 Directory Server on a free loopback port: the server under FreeIPA and Red Hat Directory Server.

Debian's own tool for new servers (dscreate) works in the machine's folders and wants systemd. So the server's folder is
made here from the package's template of a configuration, and `ns-slapd` is started in the foreground.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from ansible_collections.telephony.connector.tests.servers import process

ADMIN, ADMIN_PASSWORD = "cn=Directory Manager", "adminpw-recognisable"
READER_PASSWORD = "readerpw-recognisable"
_PACKAGE = "389-ds-base"
_TEMPLATE = Path("/usr/share/dirsrv/data/template-dse.ldif")
_SETTINGS = Path("/etc/dirsrv")
_SYNCHRONISING = ("Content Synchronization", "Retro Changelog Plugin")

_MORE = """\
dn: cn=entryUUID,cn=plugins,cn=config
objectClass: top
objectClass: nsSlapdPlugin
objectClass: extensibleObject
cn: entryUUID
nsslapd-pluginpath: libentryuuid-plugin
nsslapd-plugininitfunc: entryuuid_plugin_init
nsslapd-plugintype: betxnpreoperation
nsslapd-pluginenabled: on
nsslapd-pluginid: entryUUID
nsslapd-pluginversion: none
nsslapd-pluginvendor: 389 Project
nsslapd-plugindescription: entryUUID

dn: cn=entryUUID_syntax,cn=plugins,cn=config
objectClass: top
objectClass: nsSlapdPlugin
cn: entryUUID_syntax
nsslapd-pluginpath: libentryuuid-syntax-plugin
nsslapd-plugininitfunc: entryuuid_syntax_plugin_init
nsslapd-plugintype: syntax
nsslapd-pluginenabled: on
nsslapd-pluginid: entryUUID_syntax
nsslapd-pluginversion: none
nsslapd-pluginvendor: 389 Project
nsslapd-plugindescription: entryUUID_syntax

dn: cn=userroot,cn=ldbm database,cn=plugins,cn=config
objectClass: top
objectClass: extensibleObject
objectClass: nsBackendInstance
cn: userroot
nsslapd-suffix: {suffix}
nsslapd-directory: {directory}/db/userroot
nsslapd-cachememsize: 67108864

dn: cn="{suffix}",cn=mapping tree,cn=config
objectClass: top
objectClass: extensibleObject
objectClass: nsMappingTree
cn: {suffix}
nsslapd-state: backend
nsslapd-backend: userroot
"""

_ACCESS = (
    '(targetattr != "userPassword")(version 3.0; acl "people read"; allow (read, search, compare) userdn ='
    ' "ldap:///all";)'
)


class Ds389:
    """Fill with `load`, start with `start()`, stop with `stop()`.

    `synchronises`: with the plug-in for content synchronisation (RFC 4533). `openldap`: it synchronises in the way of
    OpenLDAP (`syncrepl-allow-openldap`), which names entries by entryUUID. `memberships`: it keeps memberOf. `access`
    is the access control of the suffix, `lines` are further settings of `cn=config`.
    """

    def __init__(
        self,
        directory: Path,
        *,
        suffix: str = "dc=example,dc=test",
        synchronises: bool = True,
        openldap: bool = False,
        memberships: bool = True,
        access: str = _ACCESS,
        lines: Iterable[str] = (),
    ) -> None:
        self.directory, self.suffix, self._access = directory, suffix, access
        self.admin = ADMIN
        self.reader = f"uid=reader,ou=people,{suffix}"
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._plugins = [*(_SYNCHRONISING if synchronises else ()), *(["MemberOf Plugin"] if memberships else ())]
        self.is_openldap, self._lines = openldap, tuple(lines)

    @property
    def uri(self) -> str:
        return f"ldap://localhost:{self.port}"

    def base_ldif(self) -> str:
        """Return the top of the tree: the suffix, `ou=people`, `ou=groups` and the reader's account."""
        name = self.suffix.split(",")[0].partition("=")[2]
        units = "".join(
            f"dn: ou={unit},{self.suffix}\nobjectClass: organizationalUnit\nou: {unit}\n\n"
            for unit in ("people", "groups")
        )
        return (
            f"dn: {self.suffix}\nobjectClass: top\nobjectClass: domain\ndc: {name}\naci: {self._access}\n\n{units}"
            f"dn: {self.reader}\nobjectClass: account\nobjectClass: simpleSecurityObject\nuid: reader\n"
            f"userPassword: {READER_PASSWORD}\n\n"
        )

    def load(self, ldif: str | Iterable[str]) -> None:
        """Put entries into the database of a server that does not run; they get nsUniqueId and entryUUID."""
        self.port = self.port or process.free_port()
        self._prepare()
        path = self.directory / "load.ldif"
        with path.open("w", encoding="utf-8") as file:
            file.writelines([ldif] if isinstance(ldif, str) else ldif)
        command = [_program("ns-slapd"), "ldif2db", "-D", str(self.directory / "config"), "-n", "userroot"]
        done = subprocess.run(
            [*command, "-i", str(path)], check=False, capture_output=True, text=True, env=self._environment()
        )
        if done.returncode:
            raise RuntimeError(f"ldif2db failed: {done.stdout[-2000:]} {done.stderr[-2000:]}")

    def _prepare(self) -> None:
        """Make the server's folders and its configuration, unless that was done."""
        if (self.directory / "config").exists():
            return
        for name in ("config/schema", "lock", "tmp", "ldif", "bak", "run", "log", "db/userroot"):
            (self.directory / name).mkdir(parents=True)
        for name in ("slapd-collations.conf", "certmap.conf"):
            (self.directory / "config" / name).write_bytes((_SETTINGS / "config" / name).read_bytes())
        (self.directory / "config" / "schema" / "99user.ldif").write_bytes(
            (_SETTINGS / "schema" / "99user.ldif").read_bytes()
        )
        self._write_config()

    def _write_config(self) -> None:
        places = {
            f"{name}_dir": str(self.directory / name) for name in ("lock", "tmp", "ldif", "bak", "run", "log", "db")
        }
        places |= {
            "schema_dir": str(self.directory / "config" / "schema"),
            "cert_dir": str(self.directory / "config"),
            "config_dir": str(self.directory / "config"),
            "inst_dir": str(self.directory),
            "db_home_dir": str(self.directory / "db"),
            "db_lib": "bdb",
            "fqdn": "localhost",
            "ds_port": str(self.port),
            "ds_user": "root" if os.getuid() == 0 else str(os.getuid()),
            "rootdn": ADMIN,
            "ds_passwd": _hashed(ADMIN_PASSWORD),
            "ldapi_enabled": "off",
            "ldapi": str(self.directory / "run" / "socket"),
            "ldapi_autobind": "off",
            "ds_suffix": self.suffix,
        }
        text = re.sub(r"%(\w+)%", lambda match: places[match[1]], _TEMPLATE.read_text())
        entries = text.split("\n\n")
        for place, entry in enumerate(entries):
            name = re.match(r"dn: cn=([^,]+),cn=plugins,cn=config", entry)
            if name and name[1] in self._plugins:
                entries[place] = entry.replace("pluginenabled: off", "pluginenabled: on")
                entries[place] += self._more(name[1])
        schemes = [f"{name}: SSHA512" for name in ("nsslapd-rootpwstoragescheme", "passwordStorageScheme")]
        entries[0] = "\n".join([entries[0], *schemes, *self._lines])
        (self.directory / "config" / "dse.ldif").write_text(
            "\n\n".join(entries).rstrip() + "\n\n" + _MORE.format(suffix=self.suffix, directory=self.directory)
        )

    def _more(self, plugin: str) -> str:
        """Return settings of a plug-in beside those of the template."""
        if plugin == _SYNCHRONISING[0] and self.is_openldap:
            return "\nsyncrepl-allow-openldap: on"
        if plugin == _SYNCHRONISING[1]:
            more = "\nnsslapd-attribute: entryuuid:targetEntryUUID" if self.is_openldap else ""
            return "\nnsslapd-attribute: nsuniqueid:targetUniqueId" + more
        return ""

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "LD_PRELOAD": ""}

    def start(self, load: bool = True) -> Ds389:
        """Start the server; with `load`, an empty database gets `base_ldif` first. The port stays over a restart."""
        self.port = self.port or process.free_port()
        self._prepare()
        if load and not self._is_loaded():
            self.load(self.base_ldif())
        self._set_port()
        command = [_program("ns-slapd"), "-D", str(self.directory / "config"), "-d", "0"]
        command += ["-i", str(self.directory / "run" / "pid")]
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        if not process.wait_until_ready(self._process, self._answers, 60):
            self.stop()
            log = self.directory / "log" / "errors"
            raise RuntimeError(f"ns-slapd did not start: {log.read_text()[-2000:] if log.exists() else ''}")
        return self

    def restart(self) -> None:
        """Stop the server and start it again."""
        self.stop()
        self.start()

    def _is_loaded(self) -> bool:
        return any((self.directory / "db" / "userroot").glob("id2entry*"))

    def _set_port(self) -> None:
        path = self.directory / "config" / "dse.ldif"
        path.write_text(re.sub(r"(?m)^nsslapd-port: .*$", f"nsslapd-port: {self.port}", path.read_text()))

    def _answers(self) -> bool:
        assert self._process is not None
        if not process.is_pid_of(self.directory / "run" / "pid", self._process):
            return False
        return self._client("ldapwhoami", check=False).returncode == 0

    def _client(self, name: str, *words: str, text: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one of OpenLDAP's clients as the administrator."""
        command = [process.program(name, "ldap-utils"), "-x", "-H", f"ldap://127.0.0.1:{self.port}/"]
        command += ["-D", ADMIN, "-w", ADMIN_PASSWORD, *words]
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


def _hashed(password: str) -> str:
    salt = b"a salt of a test"
    return "{SSHA512}" + base64.b64encode(hashlib.sha512(password.encode() + salt).digest() + salt).decode()


def _program(name: str) -> str:
    return process.program(name, _PACKAGE)
