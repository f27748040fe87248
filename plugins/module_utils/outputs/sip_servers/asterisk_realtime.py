# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Asterisk's chan_pjsip with realtime: accounts in ps_endpoints, ps_auths and ps_aors, by the columns that are there.

The tables differ by Asterisk's version: widths of columns, values of enumerations, and where digests go. Changed rows
count at once; a cache of sorcery delays them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.accounts import Account, AccountFormat
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import (
    Context,
    Item,
    Options,
    TargetError,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.entry_format import EntryFormat, EntryTarget
from ansible_collections.telephony.connector.plugins.module_utils.outputs.sip_servers import asterisk_account
from ansible_collections.telephony.connector.plugins.module_utils.outputs.sip_servers.database import RowsTarget
from ansible_collections.telephony.connector.plugins.module_utils.outputs.sip_servers.digests import ha1
from ansible_collections.telephony.connector.plugins.module_utils.outputs.sip_servers.live_database import (
    DATABASE_OPTION,
    LiveDatabase,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.sip_servers.rows import TableUse

_ORIGIN = (
    "Asterisk's migrations make it, since version 13 (alembic -c config.ini upgrade head in contrib/ast-db-manage)"
)
_ENDPOINT = ("transport", "aors", "auth", "context", "disallow", "allow", "callerid")
#: Columns that hold the id of an account.
_IDS = (
    ("ps_endpoints", "id"),
    ("ps_auths", "id"),
    ("ps_aors", "id"),
    ("ps_endpoints", "aors"),
    ("ps_endpoints", "auth"),
)
_ALGORITHMS = "MD5,SHA-256"  # in the order in which phones are asked for them


class AsteriskRealtime(AccountFormat, EntryFormat):
    """Accounts for Asterisk, in its database."""

    NAME = "asterisk_realtime"
    TITLE = "Asterisk (PJSIP realtime)"
    OPTIONS: ClassVar[Options] = {**DATABASE_OPTION, **asterisk_account.ASTERISK_OPTIONS}
    LIMITS: ClassVar[dict[str, str]] = {"characters of a caller id": "40, or as the column is wide"}
    FIELDS: ClassVar[dict[str, str]] = {
        "sip_user": "id of ps_endpoints, ps_auths and ps_aors, ps_auths.username",
        "display_name": "ps_endpoints.callerid",
        "extension": "ps_endpoints.callerid",
        "sip_password": "ps_auths.password_digest or md5_cred, as digests",
    }
    NOTES: ClassVar[tuple[str, ...]] = (
        "sorcery.conf has endpoint, auth and aor as realtime, and extconfig.conf their tables.",
        "The module res_odbc needs res_odbc_transaction.",
        "Keep config,pjsip.conf before realtime in sorcery.conf, so that trunks of the file stay.",
        "The column password stays empty. Phones that are signed in stay so until their registration ends.",
    )

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self._database = LiveDatabase(options["database"], "Asterisk")

    @property
    def target(self) -> str:
        """The database."""
        return self._database.place

    def account_items(self, account: Account, context: Context) -> Iterable[Item]:
        """Return the account with its three rows."""
        user, width = account.sip_user, self._database.width
        limits = [limit for limit in (width(*column) for column in _IDS) if limit]
        if limits and len(user) > min(limits):
            context.findings.leave_out(account.display_name, "sip_user", user, f"is longer than {min(limits)}")
            return
        callerid = asterisk_account.callerid(account, context, width("ps_endpoints", "callerid"))
        auth, secret = self._auth(account)
        rows = {
            "ps_aors": {"id": user, **asterisk_account.aor(self.options)},
            "ps_auths": {"id": user, **auth},
            "ps_endpoints": {"id": user, **asterisk_account.endpoint(account, self.options, callerid)},
        }
        values = {f"{table}.{name}": value for table, row in rows.items() for name, value in row.items()}
        yield Item(account.key, account.display_name, user, values, "", json.dumps(secret))

    def open(self, check_mode: bool) -> EntryTarget:
        """Look at the tables."""
        return RowsTarget(
            self._database,
            (
                TableUse("ps_aors", ("id",), ("max_contacts", "remove_existing"), _ORIGIN),
                TableUse("ps_auths", ("id",), self._auth_columns(), _ORIGIN),
                TableUse("ps_endpoints", ("id",), _ENDPOINT, _ORIGIN),
            ),
        )

    def _auth(self, account: Account) -> tuple[dict[str, Any], dict[str, str]]:
        """Return what is set of the authentication, beside its id: what may be shown, and the digests."""
        realm, columns = self.options.get("realm") or asterisk_account.REALM, self._auth_columns()
        hashes = {name: ha1(name, account.sip_user, realm, account.secret) for name in ("md5", "sha256")}
        shown = {"auth_type": self._auth_type(), "username": account.sip_user, "realm": realm, "password": None}
        if "password_digest" not in columns:
            return shown, {"ps_auths.md5_cred": hashes["md5"]}
        more: dict[str, Any] = {"md5_cred": None}
        more |= dict.fromkeys(("supported_algorithms_uas", "supported_algorithms_uac"), _ALGORITHMS)
        shown |= {name: value for name, value in more.items() if name in columns}
        return shown, {"ps_auths.password_digest": f"MD5:{hashes['md5']},SHA-256:{hashes['sha256']}"}

    def _auth_type(self) -> str:
        """Return the word for digests: md5, which all versions know, unless the database knows a better one."""
        choices = self._database.choices("ps_auths", "auth_type")
        if "digest" in choices and "password_digest" in self._auth_columns():
            return "digest"
        if choices and "md5" not in choices:
            raise TargetError(
                f"{self._database.where} takes in the column auth_type of ps_auths none of digest and md5, only"
                f" {', '.join(choices)}: {_ORIGIN}."
            )
        return "md5"

    def _auth_columns(self) -> tuple[str, ...]:
        """Return the columns of ps_auths that are set, of those that the database has."""
        table = self._database.find("ps_auths")
        there = set(table.c.keys()) if table is not None else {"md5_cred"}
        if not there & {"password_digest", "md5_cred"}:
            raise TargetError(
                f"{self._database.where} has in ps_auths neither the column password_digest (Asterisk 20.12, 21.7, 22.2"
                f" and later) nor md5_cred (all before): {_ORIGIN}."
            )
        digests = ["md5_cred"]
        if "password_digest" in there:
            digests += ["password_digest", "supported_algorithms_uas", "supported_algorithms_uac"]
        return ("auth_type", "username", "realm", "password", *(name for name in digests if name in there))
