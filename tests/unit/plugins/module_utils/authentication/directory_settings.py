# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings for logins at a server of the tests, in both ways to the entry."""

from __future__ import annotations

from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.authentication.settings import LdapSettings
from ansible_collections.telephony.connector.tests.servers.slapd import READER_PASSWORD, Slapd

FORMS = ("template", "search")


def settings(slapd: Slapd, form: str = "template", **options: Any) -> LdapSettings:
    """Return settings for a server, over loopback without encryption unless the options say more."""
    base = {"uri": [slapd.uri], "allow_plaintext": True, "timeout": 5}
    if form == "template":
        how = {"bind_dn": f"uid=%,ou=people,{slapd.suffix}"}
    else:
        how = {
            "base_dn": slapd.suffix,
            "username_attribute": "uid",
            "search_filter": "(objectClass=inetOrgPerson)",
            "proxy_user": slapd.reader,
            "proxy_password": READER_PASSWORD,
        }
    return LdapSettings.from_options({**base, **how, **options})
