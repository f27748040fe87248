# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The name a user signs in with at a directory, made from a template in which ``%`` is the user name.

Three forms are told apart by their look: a distinguished name (``uid=%,ou=people,dc=example,dc=com``), the logon name
of Active Directory (``%@corp.example``, or ``%`` alone where user names hold the domain already) and its older form
(``CORP\\%``). ``%%`` is a percent sign.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ansible_collections.telephony.connector.plugins.module_utils.directory.escaping import escape_dn_value
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require

#: What Windows forbids in logon names, and blanks: these forms know no escaping, so nothing else may get in.
_ODD_IN_LOGON_NAME = re.compile(r'[\s"/\\\[\]:;|=,+*?<>\x00-\x1f\x7f]')
_DOMAIN = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_STAND_IN = "x0user0name0x"


class UnusableNameError(Exception):
    """A user name cannot stand in this template; the message completes the sentence "the user name ..."."""


class DnTemplate:
    """A checked template; raises DefinitionError for one that cannot be used."""

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        self._parts = re.split("(%%|%)", self.text)
        if "%" not in self._parts:
            raise DefinitionError(
                f'The option bind_dn "{self.text}" has no % for the user name, so that everybody would sign in as the'
                " same one: write it as uid=%,ou=people,dc=example,dc=com."
            )
        if re.search("%(?:%%)*s(?:[,+@]|$)", self.text):
            raise DefinitionError(
                f'The option bind_dn "{self.text}" has %s, while % alone stands for the user name: leave the s out.'
            )
        self._fill_in = self._form()
        self.is_dn = self._fill_in is escape_dn_value

    def name_of(self, username: str) -> str:
        """Return the name of a user at the directory; raises UnusableNameError where the form cannot hold it."""
        return self._joined(self._fill_in(username))

    def _joined(self, name: str) -> str:
        return "".join({"%": name, "%%": "%"}.get(part, part) for part in self._parts)

    def _form(self) -> Callable[[str], str]:
        if re.fullmatch(rf"%@{_DOMAIN}", self.text):
            return _bare_name
        if self.text == "%":
            return _name_with_domain
        if re.fullmatch(rf"{_DOMAIN}\\%", self.text):
            return _bare_name
        self._check_dn()
        return escape_dn_value

    def _check_dn(self) -> None:
        """Refuse what is no DN, and a % at a place where an escaped value would mean something else."""
        require("ldap3", "ldap3", "2.9", "LDAP authentication")
        from ldap3.core.exceptions import LDAPInvalidDnError
        from ldap3.utils.dn import parse_dn

        dn = self._joined(_STAND_IN)
        odd = re.search(rf'"|\\[0-9A-Fa-f]?{_STAND_IN}|=\s*#', dn.replace("\\\\", ""))
        if odd and "=" in dn:
            raise DefinitionError(
                f'The option bind_dn "{self.text}" has a quotation mark, or its % behind a backslash or #, where a'
                " user name would mean something else: write special characters with a backslash each, and the % by"
                " itself."
            )
        try:
            types = [component[0] for component in parse_dn(dn)]
        except LDAPInvalidDnError:
            types = []
        if not types or not all(re.fullmatch("[A-Za-z][A-Za-z0-9-]*", name) for name in types):
            raise DefinitionError(
                f'The option bind_dn "{self.text}" is neither a distinguished name, such as'
                " uid=%,ou=people,dc=example,dc=com, nor"
                r" a logon name of Active Directory, such as %@corp.example or CORP\%."
            )
        if any(_STAND_IN in name for name in types):
            raise DefinitionError(
                f'The option bind_dn "{self.text}" has its % in front of an equals sign: it must stand behind one.'
            )


def _checked(username: str, allowed_ats: int) -> str:
    odd = _ODD_IN_LOGON_NAME.search(username)
    if odd or not username:
        found = f"holds {odd[0]!r}" if odd else "is empty"
        raise UnusableNameError(f"{found}, which a logon name of Active Directory must not")
    if username.count("@") != allowed_ats:
        raise UnusableNameError("holds no @domain" if allowed_ats else "holds a domain already")
    return username


def _bare_name(username: str) -> str:
    return _checked(username, 0)


def _name_with_domain(username: str) -> str:
    return _checked(username, 1)
