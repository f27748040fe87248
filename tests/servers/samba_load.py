# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes entries into the database of a Samba domain controller that does not run; started by samba_dc.py.

For the system's own Python, since the module `samba` belongs to the distribution. Arguments: smb.conf, sam.ldb; on
standard input, JSON: a list of [DN, {attribute: text or list of texts}]. `password` sets a password. An entry with
`changetype: modify` gets its values added.
"""

from __future__ import annotations

import json
import sys

import ldb  # type: ignore[import-not-found]
from samba.auth import system_session  # type: ignore[import-not-found]
from samba.param import LoadParm  # type: ignore[import-not-found]
from samba.samdb import SamDB  # type: ignore[import-not-found]


def main(config: str, database: str) -> None:
    parameters = LoadParm()
    parameters.load(config)
    samdb = SamDB(url=database, session_info=system_session(), lp=parameters, options=["batch_mode:1"])
    samdb.transaction_start()
    for dn, attributes in json.load(sys.stdin):
        write(samdb, dn, attributes)
    samdb.transaction_commit()


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
