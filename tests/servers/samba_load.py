# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes entries into the database of a Samba domain controller that does not run; started by samba_domain.py.

For the system's own Python, since the module `samba` belongs to the distribution. Arguments: smb.conf, sam.ldb; on
standard input, JSON: a list of [DN, {attribute: text or list of texts}]. `password` sets a password. An entry with
`changetype: modify` gets its values added; `changetype: rights` adds an entry to its access list: SDDL as `ace`, in
which `SID` stands for that of the account `sAMAccountName`.
"""

from __future__ import annotations

import json
import re
import sys

import ldb  # type: ignore[import-not-found]
from samba.auth import system_session  # type: ignore[import-not-found]
from samba.dcerpc import security  # type: ignore[import-not-found]
from samba.ndr import ndr_pack, ndr_unpack  # type: ignore[import-not-found]
from samba.param import LoadParm  # type: ignore[import-not-found]
from samba.samdb import SamDB  # type: ignore[import-not-found]


def main(config: str, database: str) -> None:
    parameters = LoadParm()
    parameters.load(config)
    samdb = SamDB(url=database, session_info=system_session(), lp=parameters, options=["batch_mode:1"])
    samdb.transaction_start()
    for dn, attributes in json.load(sys.stdin):
        if attributes.get("changetype") == "rights":
            add_rights(samdb, dn, attributes["sAMAccountName"], attributes["ace"])
        else:
            write(samdb, dn, attributes)
    samdb.transaction_commit()


def add_rights(samdb: SamDB, dn: str, account: str, ace: str) -> None:
    """Put an entry at the beginning of an access list, as dsacls does."""
    found = samdb.search(samdb.get_default_basedn(), expression=f"(sAMAccountName={account})", attrs=["objectSid"])
    sid = ndr_unpack(security.dom_sid, found[0]["objectSid"][0])
    deleted = ["show_deleted:1", "sd_flags:1:4"]
    (entry,) = samdb.search(dn, scope=ldb.SCOPE_BASE, attrs=["nTSecurityDescriptor"], controls=deleted)
    domain = security.dom_sid(samdb.get_domain_sid())
    text = ndr_unpack(security.descriptor, entry["nTSecurityDescriptor"][0]).as_sddl(domain)
    text = re.sub(r"D:[A-Z]*", lambda match: match[0] + ace.replace("SID", str(sid)), text, count=1)
    descriptor = security.descriptor.from_sddl(text, domain)
    message = ldb.Message(ldb.Dn(samdb, dn))
    message["sd"] = ldb.MessageElement(ndr_pack(descriptor), ldb.FLAG_MOD_REPLACE, "nTSecurityDescriptor")
    samdb.modify(message, deleted)


def write(samdb: SamDB, dn: str, attributes: dict[str, str | list[str]]) -> None:
    modify = attributes.pop("changetype", "") == "modify"
    message = ldb.Message(ldb.Dn(samdb, dn))
    for name, given in attributes.items():
        values: list[str | bytes] = list(given) if isinstance(given, list) else [given]
        if name == "password":
            name, values = "clearTextPassword", [str(given).encode("utf-16-le")]
        message[name] = ldb.MessageElement(values, ldb.FLAG_MOD_ADD, name)
    if modify:
        samdb.modify(message)
    else:
        samdb.add(message)


if __name__ == "__main__":
    main(*sys.argv[1:])
