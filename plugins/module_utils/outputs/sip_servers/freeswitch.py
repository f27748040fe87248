# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""FreeSWITCH: a folder of user files for its directory, one a user.

Sources: conf/vanilla/directory/default, switch_xml.c (number-alias, cacheable), sofia_reg.c (a1-hash).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.accounts import (
    SIP_USER_OPTION,
    Account,
    AccountFormat,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import (
    Context,
    Document,
    FileFormat,
    Item,
    Options,
    Values,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.csv_file import SECRET_MODE
from ansible_collections.telephony.connector.plugins.module_utils.outputs.file_options import FILE_OPTIONS
from ansible_collections.telephony.connector.plugins.module_utils.outputs.sip_servers.digests import DIGESTS, ha1
from ansible_collections.telephony.connector.plugins.module_utils.outputs.text import xml_text
from ansible_collections.telephony.connector.plugins.module_utils.outputs.xml_file import count_elements

#: What FreeSWITCH would expand: $${name} before it reads the XML, ${name} and @{name} in a dialplan.
_EXPANDED = re.compile(r"[$@]+(?=\{)")


class FreeSwitch(AccountFormat, FileFormat):
    """Users of one domain of the directory."""

    NAME = "freeswitch"
    TITLE = "FreeSWITCH directory"
    TARGET = "folder"
    OPTIONS: ClassVar[Options] = {
        **FILE_OPTIONS,
        **SECRET_MODE,
        "path": {
            "type": "str",
            "required": True,
            "description": "The folder of the user files. It is a link to a folder beside it, and changes by one"
            " rename. A domain of the directory includes its files.",
        },
        "realm": {
            "type": "str",
            "description": "The realm of the digests: what the profile has as challenge-realm; with auto_from, its"
            " default, the domain that phones have in From.",
        },
        "domain": {"type": "str", "description": "The domain of the users; it is the realm when none is given."},
        "digest": {
            "type": "str",
            "choices": list(DIGESTS),
            "default": "md5",
            "description": "The algorithm of a1-hash: md5, or sha256 when rfc8760-auth-algorithms of the profile says"
            " so. FreeSWITCH takes the one hash for all algorithms that it offers, so it must offer one.",
        },
        "context": {
            "type": "str",
            "default": "default",
            "description": "The dialplan's context of the users (user_context).",
        },
        "cacheable": {
            "type": "int",
            "description": "Milliseconds for which FreeSWITCH may keep a user in its cache; who leaves may sign in for"
            " as long.",
        },
        **SIP_USER_OPTION,
    }
    FIELDS: ClassVar[dict[str, str]] = {
        "sip_user": "id, and the name of the file",
        "extension": "number-alias of a user whose id is another, effective_caller_id_number",
        "display_name": "effective_caller_id_name",
        "sip_password": "a1-hash",
        "username": "accountcode",
        "did": "outbound_caller_id_number",
    }
    NOTES: ClassVar[tuple[str, ...]] = (
        'Include the files in the domain: <X-PRE-PROCESS cmd="include" data="FOLDER/*.xml"/>; then run reloadxml.',
        "reloadxml is needed after each change. Each file is parsed before: a broken one would stop all of them.",
    )

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self._realm = options.get("realm") or options.get("domain") or ""
        if not self._realm:
            raise DefinitionError(
                "The format freeswitch needs the realm: what challenge-realm of the SIP profile says, or with auto_from"
                " the domain of the users."
            )

    def account_items(self, account: Account, context: Context) -> Iterable[Item]:
        """Return one user file."""
        values: Values = {
            "id": account.sip_user,
            "extension": account.extension,
            "name": _harmless(account, "display_name", account.display_name, context),
            "username": _harmless(account, "username", account.username, context),
        }
        if account.fields.get("did"):
            values["did"] = account.fields["did"]
        digest = ha1(self.options.get("digest") or "md5", account.sip_user, self._realm, account.secret)
        yield Item(account.key, account.display_name, self.options["path"], values, account.sip_user, digest)

    def documents(self, place: str, items: Iterator[Values], count: int) -> Iterator[Document]:
        """Yield a file for each user."""
        for values in items:
            yield Document(f"{place}/{values['id']}.xml", 1, (self.one(values),))

    def one(self, values: Values) -> str:
        """Return one file."""
        alias = "" if values["id"] == values["extension"] else f' number-alias="{xml_text(values["extension"])}"'
        cache = self.options.get("cacheable")
        cacheable = f' cacheable="{cache}"' if cache else ""
        variables = {
            "user_context": self.options.get("context") or "default",
            "accountcode": values["username"],
            "effective_caller_id_name": values["name"],
            "effective_caller_id_number": values["extension"],
        }
        if "did" in values:
            variables |= {"outbound_caller_id_name": values["name"], "outbound_caller_id_number": values["did"]}
        lines = "".join(
            f'      <variable name="{name}" value="{xml_text(value)}"/>\n' for name, value in variables.items()
        )
        return (
            f'<include>\n  <user id="{xml_text(values["id"])}"{alias}{cacheable}>\n    <params>\n'
            f'      <param name="a1-hash" value="{values["secret"]}"/>\n    </params>\n    <variables>\n{lines}'
            "    </variables>\n  </user>\n</include>\n"
        )

    def read_back(self, file: BinaryIO) -> int | None:
        """Return how many users expat finds."""
        return count_elements(file, "user")


def _harmless(account: Account, field: str, value: str, context: Context) -> str:
    """Return a value without what FreeSWITCH would expand."""
    plain = _EXPANDED.sub("", value)
    if plain != value:
        rule = "without the signs before {, which FreeSWITCH would expand"
        context.findings.note_cut(account.display_name, field, value, rule)
    return plain
