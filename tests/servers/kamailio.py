# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A throwaway Kamailio on a free loopback port, which reads its accounts from tables on SQLite or PostgreSQL."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path

from ansible_collections.telephony.connector.tests.servers import process

DOMAIN = "example.test"
_SHARE = Path("/usr/share/kamailio")
#: the tables of Debian's Kamailio that tests need, by the files that make them
_TABLES = ("standard", "auth_db", "alias_db", "speeddial", "usrloc")

_CONFIG = """\
#!KAMAILIO
debug=1 log_stderror=yes children=2 tcp_children=1 auto_aliases=no
listen=udp:127.0.0.1:{port}
alias="{domain}"
mpath="{modules}"
loadmodule "{driver}.so" loadmodule "kex.so" loadmodule "tm.so" loadmodule "tmx.so" loadmodule "sl.so"
loadmodule "pv.so" loadmodule "textops.so" loadmodule "siputils.so"
loadmodule "usrloc.so" loadmodule "registrar.so" loadmodule "auth.so" loadmodule "auth_db.so"
loadmodule "alias_db.so" loadmodule "speeddial.so"
modparam("usrloc", "db_mode", 0)
modparam("auth_db|alias_db|speeddial", "db_url", "{database}")
modparam("auth_db", "calculate_ha1", 0)
modparam("auth_db", "password_column", "{column}")
modparam("auth_db", "load_credentials", "")
modparam("auth_db", "version_table", {version_table})
modparam("auth_db", "user_column", "{user_column}")
modparam("auth", "algorithm", "{algorithm}")
{settings}
request_route {{
  if (is_method("REGISTER")) {{
    if (!auth_check("{realm}", "{table}", "1")) {{ auth_challenge("{realm}", "0"); exit; }}
    consume_credentials(); save("location"); exit;
  }}
  if (is_method("INVITE")) {{
    if (sd_lookup("speed_dial")) {{ append_to_reply("Contact: <$ru>\\r\\n"); sl_send_reply("302", "Moved"); exit; }}
    alias_db_lookup("dbaliases");
    if (!lookup("location")) {{ sl_send_reply("404", "Not Found"); exit; }}
    t_relay(); exit;
  }}
  if (is_method("ACK|CANCEL")) {{ if (t_check_trans()) t_relay(); exit; }}
  sl_send_reply("200", "OK");
}}
"""


class Kamailio:
    """Start with `start()`, stop with `stop()`. `location` is the SQLAlchemy URL of the database with its tables.

    `algorithm` is MD5 or SHA-256. `table`, `column` and `user_column` name where digests lie, for tables of others.
    """

    def __init__(self, directory: Path, location: str, algorithm: str = "MD5", **options: str) -> None:
        self.directory, self.location, self.algorithm = directory, location, algorithm
        self._options = {"table": "subscriber", "column": "ha1", "user_column": "username", "realm": DOMAIN, **options}
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server; a port that somebody else takes meanwhile is tried again."""
        self.directory.mkdir(parents=True, exist_ok=True)
        for _attempt in range(3):
            self.port = process.free_port()
            if self._run():
                return
        raise RuntimeError(f"Kamailio did not start: {(self.directory / 'log').read_text(errors='replace')[-2000:]}")

    def _run(self) -> bool:
        config, pid = self.directory / "kamailio.cfg", self.directory / "kamailio.pid"
        config.write_text(self._config())
        command = [process.program("kamailio", "kamailio"), "-DD", "-E", "-Y", str(self.directory), "-P", str(pid)]
        with (self.directory / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [*command, "-f", str(config), "-m", "32", "-M", "4"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        from ansible_collections.telephony.connector.tests.servers.sip_phone import Phone

        def answers() -> bool:
            with Phone(self.port) as phone:
                return process.is_pid_of(pid, running) and phone.options(seconds=0.2) == 200

        running = self._process
        if process.wait_until_ready(running, answers, 20):
            return True
        self.stop()
        return False

    def _config(self) -> str:
        driver = "db_sqlite" if self.location.startswith("sqlite") else "db_postgres"
        database = self.location.replace("postgresql+psycopg", "postgres")
        if driver == "db_sqlite":
            database = "sqlite:///" + self.location.removeprefix("sqlite:///")
        (modules,) = Path("/usr/lib").glob("*/kamailio/modules")
        is_stock = self._options["table"] == "subscriber"
        return _CONFIG.format(
            port=self.port,
            domain=DOMAIN,
            modules=modules,
            driver=driver,
            database=database,
            algorithm=self.algorithm if self.algorithm != "MD5" else "",
            version_table=int(is_stock),
            settings='modparam("alias_db|speeddial", "use_domain", 0)',
            **self._options,
        )

    def stop(self) -> None:
        """Stop the server and wait for its end."""
        process.stop(self._process)
        self._process = None

    def __enter__(self) -> Kamailio:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


def make_tables(location: str, tables: tuple[str, ...] = _TABLES) -> None:
    """Make Kamailio's tables in an empty database, by the files that come with it."""
    if location.startswith("sqlite"):
        script = "".join((_SHARE / "db_sqlite" / f"{name}-create.sql").read_text() for name in tables)
        connection = sqlite3.connect(location.removeprefix("sqlite:///"))
        connection.executescript(script)
        connection.close()
        return
    import psycopg

    script = "".join((_SHARE / "postgres" / f"{name}-create.sql").read_text() for name in tables)
    with psycopg.connect(location.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(script)  # type: ignore[arg-type]  # not of literals: the files of the package
