# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A throwaway Samba file server on a free loopback port, with one share and one user."""

from __future__ import annotations

import getpass
import os
import subprocess
from pathlib import Path

from ansible_collections.telephony.connector.tests.servers import process

USER, PASSWORD = "sync", "Sync-pw1-recognisable"  # of a server that lives for one test run

_CONFIG = """\
[global]
server role = standalone server
workgroup = CORP
smb ports = {port}
interfaces = 127.0.0.1/8
bind interfaces only = yes
private dir = {dir}/private
passdb backend = tdbsam:{dir}/private/passdb.tdb
lock directory = {dir}/lock
state directory = {dir}/state
cache directory = {dir}/cache
pid directory = {dir}/pid
ncalrpc dir = {dir}/ncalrpc
printcap name = /dev/null
disable spoolss = yes
username map = {dir}/usermap
force user = {account}
{more}
[share]
path = {dir}/share
read only = {read_only}
valid users = {account}
[closed]
path = {dir}/share
read only = yes
valid users = nobody_at_all
"""


class Smbd:
    """Start with `start()`, stop with `stop()`; the files of the share are in `share`."""

    def __init__(self, directory: Path, *settings: str, writable: bool = False) -> None:
        self.directory = directory
        self.share = directory / "share"
        self.port = 0
        self._settings = settings
        self._writable = writable
        self._account = "nobody" if os.geteuid() == 0 else getpass.getuser()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Smbd:
        """Make the directories and the user, and start the server."""
        for name in ("private", "lock", "state", "cache", "pid", "ncalrpc", "log", "share"):
            (self.directory / name).mkdir(parents=True, exist_ok=True)
        self.directory.chmod(0o755)
        (self.directory / "usermap").write_text(f"{self._account} = {USER}\n")
        for _attempt in range(5):
            self.port = process.free_port()
            if self._run():
                return self
        logs = "\n".join(path.read_text(errors="replace")[-1000:] for path in (self.directory / "log").glob("*smbd"))
        raise RuntimeError(f"smbd did not start: {logs}")

    def _run(self) -> bool:
        config = self.directory / "smb.conf"
        config.write_text(
            _CONFIG.format(
                port=self.port,
                dir=self.directory,
                account=self._account,
                more="\n".join(self._settings),
                read_only="no" if self._writable else "yes",
            )
        )
        pdbedit = [process.program("pdbedit", "samba"), "-s", str(config), "-a", "-t", "-u", self._account]
        twice = f"{PASSWORD}\n{PASSWORD}\n".encode()
        subprocess.run(pdbedit, input=twice, check=True, capture_output=True)
        self._process = subprocess.Popen(
            [process.program("smbd", "samba"), "-F", "-s", str(config), "-l", str(self.directory / "log")],
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
        if not process.is_pid_of(self.directory / "pid" / "smbd.pid", self._process):
            return False
        client = [process.program("smbclient", "smbclient"), "-s", "/dev/null", "-p", str(self.port)]
        client += ["-U", f"{USER}%{PASSWORD}", "//127.0.0.1/share", "-c", "ls"]
        return subprocess.run(client, check=False, capture_output=True).returncode == 0

    def stop(self) -> None:
        """Stop the server with all its children (it is the leader of their group and ends them itself)."""
        process.stop(self._process)
        self._process = None
