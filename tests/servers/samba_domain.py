# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A domain of Samba on disk, while no server runs on it: made once, and filled with entries.

Making a domain takes seconds, copying it a moment: `prepare()` makes one for all tests of a session.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible_collections.telephony.connector.tests.servers import process

if TYPE_CHECKING:
    import pytest


DOMAIN, NETBIOS, BASE_DN, HOST = "example.test", "EXAMPLE", "DC=example,DC=test", "dc1.example.test"
ADMIN, ADMIN_PASSWORD = "Administrator", "Passw0rd!adm"  # of a domain that lives for one test run
READER, READER_PASSWORD = "svc-pbx", "Reader-Pw1-recognisable"  # an ordinary account, as a profile should use
STAFF = f"OU=Staff,{BASE_DN}"
GROUPS = f"OU=Groups,{BASE_DN}"
NORMAL, DISABLED = 512, 514  # userAccountControl of a user with a password, and of a disabled one
NO_PASSWORD = 544  # of an enabled user who has no password yet
_CONFIG = """\
[global]
workgroup = EXAMPLE
realm = EXAMPLE.TEST
netbios name = DC1
server role = active directory domain controller
server services = ldap
interfaces = {ip}/8
bind interfaces only = yes
private dir = {dir}/private
lock directory = {dir}
state directory = {dir}/state
cache directory = {dir}/cache
pid directory = {dir}/run
ncalrpc dir = {dir}/run/ncalrpc
winbindd socket directory = {dir}/run/winbindd
ntp signd socket directory = {dir}/run/ntp_signd
posix:eadb = {dir}/private/eadb.tdb
tls keyfile = {dir}/private/tls-server.key
tls certfile = {dir}/certificates/{certificate}.crt
tls cafile = {dir}/certificates/ca.crt
ldap server require strong auth = yes
ldb:nosync = yes
{more}
"""
Attributes = Mapping[str, Any]


def prepare(directory: Path) -> Path:
    """Make a domain in `directory`, unless another process has done so; return where it is.

    Raises MissingProgramError where there is no Samba, or no right to use its ports.
    """
    if os.geteuid() != 0:
        raise process.MissingProgramError("a domain controller has fixed ports that only root may use")
    directory.mkdir(parents=True, exist_ok=True)
    domain = directory / "domain"
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not domain.exists():
            made = Path(tempfile.mkdtemp(prefix="made.", dir=directory))
            _provision(made)
            made.rename(domain)
    return domain


def _provision(directory: Path) -> None:
    process.program("samba", "samba-ad-dc")
    config = directory / "empty.conf"  # else the shares of the system's own smb.conf are copied in
    config.write_text("")
    command = [process.program("samba-tool", "samba-ad-provision"), "domain", "provision", "--quiet"]
    command += [f"--configfile={config}", f"--targetdir={directory}", "--realm=EXAMPLE.TEST", "--domain=EXAMPLE"]
    command += ["--server-role=dc", "--dns-backend=NONE", "--host-name=dc1", "--host-ip=127.0.0.1", "--use-rfc2307"]
    command += [f"--adminpass={ADMIN_PASSWORD}", f"--option=posix:eadb={directory}/private/eadb.tdb"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=_environment())
    if done.returncode:
        raise RuntimeError(f"no domain could be made: {done.stderr[-2000:]}")
    config = write_config(directory, "127.0.0.1")
    load(
        directory,
        config,
        [
            (STAFF, {"objectClass": "organizationalUnit"}),
            (GROUPS, {"objectClass": "organizationalUnit"}),
            (f"CN={READER},CN=Users,{BASE_DN}", user(READER, READER_PASSWORD)),
        ],
    )


def user(name: str, password: str | None = None, **attributes: Any) -> dict[str, Any]:
    """Return the attributes of an enabled user; without a password nobody can sign in."""
    control = str(NORMAL if password else NO_PASSWORD)
    found: dict[str, Any] = {"objectClass": "user", "sAMAccountName": name, "userAccountControl": control}
    if password:
        found["password"] = password
    return {**found, **attributes}


def rights(dn: str, account: str, ace: str) -> tuple[str, Attributes]:
    """Return what `load` takes to add an entry (SDDL, with SID for the account's) to an access list."""
    return dn, {"changetype": "rights", "sAMAccountName": account, "ace": ace}


def load(directory: Path, config: Path, entries: Iterable[tuple[str, Attributes]]) -> None:
    """Write entries into a domain while its server does not run; 10,000 users take about 20 seconds."""
    script = Path(__file__).with_name("samba_load.py")
    command = ["/usr/bin/python3", str(script), str(config), str(directory / "private" / "sam.ldb")]
    text = json.dumps([(dn, dict(attributes)) for dn, attributes in entries])
    done = subprocess.run(command, input=text, check=False, capture_output=True, text=True, env=_environment())
    if done.returncode:
        raise RuntimeError(f"the entries could not be loaded: {done.stderr[-2000:]}")


def _environment() -> dict[str, str]:
    """Return an environment in which the programs of the system find the system's Python and its modules."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    path = ":".join(part for part in kept.get("PATH", "").split(":") if "/shims" not in part)
    return {**kept, "PATH": f"/usr/bin:/usr/sbin:{path}", "LC_ALL": "C.UTF-8"}


def write_config(directory: Path, ip: str, certificate: str = "dc1", settings: tuple[str, ...] = ()) -> Path:
    config = directory / "etc" / "smb.conf"
    more = "\n".join(settings)
    config.write_text(_CONFIG.format(ip=ip, dir=directory, certificate=certificate, more=more))
    return config


def cache_of(factory: pytest.TempPathFactory) -> Path:
    """Return the directory for `prepare` that all processes of a test session share."""
    base = factory.getbasetemp()
    # each process of xdist has a directory of its own below the session's
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "samba-domain"
