# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A throwaway PostgreSQL server on a free loopback port, with a fresh database for whoever asks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

USER, PASSWORD = "sync", "pgpw"  # of a server that lives for one test run


class Postgres:
    """Start with `start()`, stop with `stop()`; the server runs as an ordinary user, since PostgreSQL refuses root."""

    def __init__(self, directory: Path, settings: dict[str, str] | None = None) -> None:
        self.settings = settings or {}
        self.directory = directory
        self.data = directory / "data"
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0

    @staticmethod
    def binary(name: str) -> str:
        """Return the path of a program of the newest PostgreSQL that is installed."""
        found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
        where = str(found[-1]) if found else shutil.which(name)
        if not where:
            raise RuntimeError(f"{name} is not installed: apt-get install postgresql")
        return where

    def start(self) -> None:
        """Make the cluster on the first call and start the server."""
        self.directory.mkdir(parents=True, exist_ok=True)
        is_new = not self.data.exists()
        if is_new:
            self._make_cluster()
        for _attempt in range(5):
            self.port = _free_port()
            if self._run_server():
                if is_new:
                    self._make_password_cheap()
                return
        raise RuntimeError(f"PostgreSQL did not start: {(self.directory / 'log').read_text(errors='replace')[-2000:]}")

    def _make_cluster(self) -> None:
        password_file = self.directory / "pw"
        password_file.write_text(PASSWORD + "\n")
        if os.geteuid() == 0:
            shutil.chown(self.directory, "postgres")
            shutil.chown(password_file, "postgres")
        initdb = [self.binary("initdb"), "-D", str(self.data), "-U", USER, "--auth=scram-sha-256", "--no-sync"]
        initdb += [f"--pwfile={password_file}", "--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run([*self._as_user(), *initdb], check=True, capture_output=True, cwd=self.directory)

    def _make_password_cheap(self) -> None:
        """Keep the password with one round of hashing instead of 4,096: a test signs in for each task of a playbook."""
        import psycopg

        salt = os.urandom(16)
        salted = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt, 1)
        stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
        server = hmac.digest(salted, b"Server Key", "sha256")
        salt_text, stored_text, server_text = (base64.b64encode(part).decode() for part in (salt, stored, server))
        with psycopg.connect(self.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"ALTER ROLE {USER} PASSWORD 'SCRAM-SHA-256$1:{salt_text}${stored_text}:{server_text}'")

    def _run_server(self) -> bool:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.directory,
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "autovacuum": "off",  # it would go through hundreds of databases a minute, each with a process of its own
            **self.settings,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [*self._as_user(), self.binary("postgres"), "-D", str(self.data), *options]
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory, start_new_session=True
            )
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._answers():
                return True
            time.sleep(0.05)
        self.stop()
        return False

    def _answers(self) -> bool:
        """Our own server is up: its pid file holds our pid and a client gets an answer."""
        assert self._process is not None
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return False
        ready = [self.binary("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return pid == self._process.pid and subprocess.run(ready, check=False).returncode == 0

    @staticmethod
    def _as_user() -> list[str]:
        if os.geteuid() != 0:
            return []
        group = pwd.getpwnam("postgres").pw_gid
        return ["setpriv", "--reuid=postgres", f"--regid={group}", "--init-groups"]

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server (fast shutdown unless told otherwise) and wait for its end."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(timeout=90)
        self._process = None

    def standby(self, directory: Path) -> Postgres:
        """Start another server that follows this one by streaming replication, and may be read."""
        copy = Postgres(directory)
        directory.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(directory, "postgres")
        source = f"host=127.0.0.1 port={self.port} user={USER} password={PASSWORD}"
        backup = [self.binary("pg_basebackup"), "-D", str(copy.data), "-d", source, "-R", "-X", "stream", "-c", "fast"]
        subprocess.run([*self._as_user(), *backup], check=True, capture_output=True, cwd=directory)
        copy.start()
        return copy

    def new_database(self) -> str:
        """Make an empty database and return its SQLAlchemy URL."""
        import psycopg

        self._databases += 1
        name = f"store{os.getpid()}_{self._databases}"
        with psycopg.connect(self.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
            # to copy the files takes the server half as long as to write all pages into its log
            how = "STRATEGY file_copy" if connection.info.server_version >= 150000 else ""
            connection.execute(f"CREATE DATABASE {name} {how}")
        return self.url(name)

    def url(self, database: str) -> str:
        """Return the URL of a database on this server."""
        return f"postgresql+psycopg://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
