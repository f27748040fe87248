# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Kamailio: accounts in the tables subscriber, dbaliases and speed_dial.

Its modules auth_db, alias_db and speeddial read them with each request, so nothing has to be reloaded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.accounts import (
    SIP_USER_OPTION,
    Account,
    AccountFormat,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import (
    Context,
    Item,
    Options,
    SpeedDial,
    Values,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.csv_file import dialled
from ansible_collections.telephony.connector.plugins.module_utils.outputs.entry_format import EntryFormat, EntryTarget
from ansible_collections.telephony.connector.plugins.module_utils.outputs.sip_servers.database import RowsTarget
from ansible_collections.telephony.connector.plugins.module_utils.outputs.sip_servers.digests import DIGESTS, ha1
from ansible_collections.telephony.connector.plugins.module_utils.outputs.sip_servers.live_database import (
    DATABASE_OPTION,
    LiveDatabase,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.sip_servers.rows import TableUse
from ansible_collections.telephony.connector.plugins.module_utils.outputs.text import cut_characters

_SIP_ADDRESS = re.compile(r"sips?:[!#-;=?-~]+", re.IGNORECASE)  # no blanks, quotes or angle brackets
_DIALLED = re.compile(r"\+?[0-9*#]+")


class Kamailio(AccountFormat, EntryFormat):
    """Accounts for the SIP server Kamailio."""

    NAME = "kamailio"
    TITLE = "Kamailio"
    OPTIONS: ClassVar[Options] = {
        **DATABASE_OPTION,
        "domain": {"type": "str", "required": True, "description": "The SIP domain of the accounts."},
        "realm": {"type": "str", "description": "The realm of the digests; the domain when not given."},
        "digest": {
            "type": "str",
            "choices": list(DIGESTS),
            "default": "md5",
            "description": "The algorithm of the digests. It is the one that the server asks phones for (parameter"
            " algorithm of its module auth), one for all accounts.",
        },
        "aliases": {
            "type": "bool",
            "description": "Whether the extension leads to an account with another SIP user (table dbaliases). When not"
            " given, where the table is there.",
        },
        "speed_dials": {
            "type": "bool",
            "description": "Whether speed dials are written, for each account (table speed_dial). When not given, where"
            " the table is there.",
        },
        **SIP_USER_OPTION,
    }
    LIMITS: ClassVar[dict[str, str]] = {"characters of SIP user and domain": "64, or as the columns are wide"}
    FIELDS: ClassVar[dict[str, str]] = {
        "extension": "subscriber.username, or dbaliases.alias_username",
        "sip_password": "subscriber.ha1 and ha1b, as digests",
    }
    HAS_CLAIMS: ClassVar[bool] = True
    NOTES: ClassVar[tuple[str, ...]] = (
        "Needs the parameters calculate_ha1 0 and password_column ha1 of the module auth_db, which are its defaults.",
        "The column password stays empty. Nothing has to be reloaded.",
        "Rows of other domains, and all that this output has not written, stay as they are.",
    )

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self._database = LiveDatabase(options["database"], self.TITLE)
        self._domain = options["domain"]
        self._realm = options.get("realm") or self._domain
        self._dials: tuple[Context, tuple[SpeedDial, ...]] | None = None

    @property
    def target(self) -> str:
        """The database and the domain."""
        return f"{self._database.place} {self._domain}"

    def account_items(self, account: Account, context: Context) -> Iterable[Item]:
        """Return the account with its rows."""
        width = self._database.width("subscriber", "username") or 64
        if len(account.sip_user) > width:
            context.findings.leave_out(account.display_name, "sip_user", account.sip_user, f"is longer than {width}")
            return
        user, own = account.sip_user, {"username": account.sip_user, "domain": self._domain}
        values: Values = {f"subscriber.{name}": value for name, value in {**own, "password": ""}.items()}
        if user != account.extension and self._writes("aliases", "dbaliases", context, account):
            alias = {"alias_username": account.extension, "alias_domain": self._domain, **own}
            values |= {f"dbaliases.{account.extension}.{name}": value for name, value in alias.items()}
        for one in self._speed_dials(context, account):
            row = {**own, "sd_username": one.number, "sd_domain": self._domain, "new_uri": one.destination}
            values |= {
                f"speed_dial.{one.number}.{name}": value for name, value in {**row, "description": one.name}.items()
            }
        digest = self.options.get("digest") or "md5"
        hashes = {
            "subscriber.ha1": ha1(digest, user, self._realm, account.secret),
            "subscriber.ha1b": ha1(digest, f"{user}@{self._domain}", self._realm, account.secret),
        }
        yield Item(account.key, account.display_name, f"{user}@{self._domain}", values, "", json.dumps(hashes))

    def claims(self, values: Values) -> Iterable[str]:
        """Return the alias, which leads to one account only."""
        return [str(value) for name, value in values.items() if re.fullmatch(r"dbaliases\..*\.alias_username", name)]

    def open(self, check_mode: bool) -> EntryTarget:
        """Look at the tables."""
        is_there = {use.name: self._database.find(use.name) is not None for use in self._uses[1:]}
        needed = {"dbaliases": self.options.get("aliases"), "speed_dial": self.options.get("speed_dials")}
        return RowsTarget(
            self._database, [use for use in self._uses if is_there.get(use.name, True) or needed.get(use.name)]
        )

    @cached_property
    def _uses(self) -> tuple[TableUse, ...]:
        domain = self._domain
        return (
            TableUse(
                "subscriber",
                ("username", "domain"),
                ("password", "ha1", "ha1b"),
                "kamdbctl create makes it as Kamailio 5.6 does (auth_db-create.sql)",
                scope={"domain": domain},
            ),
            TableUse(
                "dbaliases",
                ("alias_username", "alias_domain", "username", "domain"),
                (),
                "kamdbctl create makes it as Kamailio 5.6 does (alias_db-create.sql); or set aliases: false",
                ("alias_username", "alias_domain"),
                {"alias_domain": domain},
            ),
            TableUse(
                "speed_dial",
                ("username", "domain", "sd_username", "sd_domain"),
                ("new_uri", "description"),
                "kamdbctl create makes it as Kamailio 5.6 does (speeddial-create.sql); or set speed_dials: false",
                scope={"domain": domain},
            ),
        )

    def _writes(self, option: str, table: str, context: Context, account: Account) -> bool:
        """Say whether a table is written: as told, else when it is there."""
        told = self.options.get(option)
        if told is None and self._database.find(table) is None:
            context.findings.warn(
                f"The database has no table {table}, so {option} are not written for", account.display_name
            )
            return False
        return told is not False

    def _speed_dials(self, context: Context, account: Account) -> Iterable[SpeedDial]:
        """Return the speed dials as they are written, the same for each account."""
        if not context.speed_dials() or not self._writes("speed_dials", "speed_dial", context, account):
            return ()
        if self._dials is None or self._dials[0] is not context:  # each plan has its own findings
            self._dials = context, tuple(self._fitting(context))
        return self._dials[1]

    def _fitting(self, context: Context) -> Iterator[SpeedDial]:
        uri_width = self._database.width("speed_dial", "new_uri") or 255
        width = self._database.width("speed_dial", "description") or 64
        for one in context.speed_dials():
            uri = self._uri(one.destination)
            if not uri or len(uri) > uri_width:
                rule = f"is longer than {uri_width}" if uri else "is neither a number to dial nor a sip: address"
                context.findings.leave_value_out(one.name or one.number, "destination", one.destination, rule)
                continue
            name = cut_characters(one.name, width)
            if name != one.name:
                context.findings.note_cut(one.number, "display_name", one.name, f"at most {width} characters")
            yield SpeedDial(one.number, uri, name)

    def _uri(self, destination: str) -> str:
        """Return the SIP address of a destination, "" for one that has none."""
        if _SIP_ADDRESS.fullmatch(destination):
            return destination
        number = dialled(destination)
        return f"sip:{number.replace('#', '%23')}@{self._domain}" if _DIALLED.fullmatch(number) else ""
