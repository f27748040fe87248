# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Asterisk's chan_pjsip with a file that pjsip.conf includes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.accounts import Account, AccountFormat
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import (
    Context,
    FileFormat,
    Item,
    Options,
    Values,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.csv_file import SECRET_MODE
from ansible_collections.telephony.connector.plugins.module_utils.outputs.file_options import FILE_OPTIONS
from ansible_collections.telephony.connector.plugins.module_utils.outputs.sip_servers import asterisk_account
from ansible_collections.telephony.connector.plugins.module_utils.outputs.sip_servers.digests import ha1


class Asterisk(AccountFormat, FileFormat):
    """Accounts for Asterisk, in a file of its configuration."""

    NAME = "asterisk"
    TITLE = "Asterisk (pjsip.conf)"
    PER_ENTRY = True
    OPTIONS: ClassVar[Options] = {**FILE_OPTIONS, **SECRET_MODE, **asterisk_account.ASTERISK_OPTIONS}
    FIELDS: ClassVar[dict[str, str]] = {
        "sip_user": "the sections' name, username",
        "display_name": "callerid",
        "extension": "callerid",
        "sip_password": "md5_cred",
    }
    NOTES: ClassVar[tuple[str, ...]] = (
        "Include the file at the end of pjsip.conf: #include FILE.",
        'Run "module reload res_pjsip.so" in Asterisk after a change. Let Asterisk read the file by group or owner.',
    )

    def account_items(self, account: Account, context: Context) -> Iterable[Item]:
        """Return the sections of an account."""
        callerid = asterisk_account.callerid(account, context)
        realm = self.options.get("realm") or asterisk_account.REALM
        values: Values = {
            "id": account.sip_user,
            "realm": realm,
            "endpoint": asterisk_account.endpoint(account, self.options, callerid),
            "aor": asterisk_account.aor(self.options),
        }
        digest = ha1("md5", account.sip_user, realm, account.secret)
        yield Item(account.key, account.display_name, self.options["path"], values, "", digest)

    def head(self, count: int) -> str:
        """Say where the file is from: what a person writes into it does not last."""
        return "; Written by telephony.connector: changes by hand are set back.\n"

    def one(self, values: Values) -> str:
        """Return the sections of an account."""
        name = values["id"]
        auth = {"auth_type": "md5", "username": name, "realm": values["realm"], "md5_cred": values["secret"]}
        sections: tuple[tuple[str, dict[str, Any]], ...] = (
            ("aor", values["aor"]),
            ("auth", auth),
            ("endpoint", values["endpoint"]),
        )
        return "".join(_section(name, kind, options) for kind, options in sections)


def _section(name: str, kind: str, options: dict[str, Any]) -> str:
    """Return one section; a semicolon starts a comment wherever it stands, unless it is escaped."""
    lines = ["", f"[{name}]", f"type={kind}"]
    for option, value in options.items():
        if value is not None:
            escaped = str(value).replace(";", "\\;")
            lines.append(f"{option}={escaped}")
    return "\n".join(lines) + "\n"
