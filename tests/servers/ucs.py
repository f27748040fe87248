# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A throwaway OpenLDAP server in the shape of Univention Corporate Server: its tree, its classes, its attributes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path

from ansible_collections.telephony.connector.tests.servers.slapd import SCHEMAS, Slapd

SUFFIX, DOMAIN = "dc=ucs,dc=test", "ucs.test"
MACHINE, MACHINE_PASSWORD = "pbx", "machine-pw-recognisable"  # of a server that lives for one test run
USERS, GROUPS, COMPUTERS = f"cn=users,{SUFFIX}", f"cn=groups,{SUFFIX}", f"cn=computers,{SUFFIX}"

# The least that is needed. The marker's identifier lies in OpenLDAP's experimental arc.
_SCHEMA = """\
objectidentifier ucs 1.3.6.1.4.1.10176
objectidentifier text 1.3.6.1.4.1.1466.115.121.1.15
objectidentifier ia5 1.3.6.1.4.1.1466.115.121.1.26
objectidentifier number 1.3.6.1.4.1.1466.115.121.1.27
attributetype ( ucs:1003.1 NAME 'univentionObjectType' EQUALITY caseExactMatch SYNTAX text SINGLE-VALUE )
attributetype ( ucs:1003.3 NAME 'univentionObjectIdentifier' EQUALITY uuidMatch SYNTAX 1.3.6.1.1.16.1 SINGLE-VALUE )
objectclass ( ucs:1003 NAME 'univentionObject' AUXILIARY MUST univentionObjectType MAY univentionObjectIdentifier )
attributetype ( ucs:1010.1.1 NAME 'mailPrimaryAddress' EQUALITY caseIgnoreIA5Match SYNTAX ia5 SINGLE-VALUE )
objectclass ( ucs:1010.2.1 NAME 'univentionMail' AUXILIARY MAY mailPrimaryAddress )
objectclass ( ucs:9 NAME 'univentionGroup' AUXILIARY MAY uniqueMember )
attributetype ( 1.3.6.1.4.1.7165.2.1.26 NAME 'sambaAcctFlags' EQUALITY caseIgnoreIA5Match SYNTAX ia5 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.7165.2.2.6 NAME 'sambaSamAccount' AUXILIARY MAY sambaAcctFlags )
attributetype ( 1.3.6.1.4.1.5322.10.1.5 NAME 'krb5KDCFlags' EQUALITY integerMatch SYNTAX number SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.5322.10.2.2 NAME 'krb5KDCEntry' AUXILIARY MAY krb5KDCFlags )
attributetype ( 1.3.6.1.4.1.4203.666.11.1 NAME 'mobydickActivated' EQUALITY booleanMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.7 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.4203.666.11.2 NAME 'mobydickUser' AUXILIARY MAY mobydickActivated )
"""
_CLASSES = (
    "inetOrgPerson posixAccount shadowAccount sambaSamAccount krb5KDCEntry univentionMail univentionObject mobydickUser"
)


class Ucs(Slapd):
    """A domain with the machine account of a phone system; `port` is what 7389 is on a real one, `tls_port` 7636."""

    def __init__(self, directory: Path, certificate: str = "") -> None:
        directory.mkdir(parents=True, exist_ok=True)
        schema = directory / "ucs.schema"
        schema.write_text(_SCHEMA)
        super().__init__(
            directory,
            suffix=SUFFIX,
            certificate=certificate,
            size_limit="400000",
            limits="",
            schemas=(*SCHEMAS, str(schema)),
            memberof=("memberof-group-oc posixGroup", "memberof-member-ad uniqueMember"),
        )

    def base_ldif(self) -> str:
        """Return the top of the tree, its containers and the machine account."""
        tree = f"dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\ndc: ucs\no: ucs\n\n"
        for dn in (USERS, GROUPS, COMPUTERS):
            tree += f"dn: {dn}\nobjectClass: organizationalRole\n\n"
        return tree + _entry(
            f"cn={MACHINE},{COMPUTERS}",
            "person posixAccount univentionObject",
            univentionObjectType="computers/linux",
            sn=MACHINE,
            uid=f"{MACHINE}$",
            uidNumber="2000",
            gidNumber="5007",
            homeDirectory="/dev/null",
            userPassword=MACHINE_PASSWORD,
        )


def ucs_user(uid: str, marked: bool = True, **attributes: str | Sequence[str]) -> str:
    """Return the LDIF of an enabled user; attributes are added, and replace those of the same name."""
    own: dict[str, str | Sequence[str]] = {
        "univentionObjectType": "users/user",
        "univentionObjectIdentifier": str(uuid.uuid5(uuid.NAMESPACE_DNS, uid)),
        "cn": uid,
        "sn": uid,
        "displayName": uid,
        "uidNumber": "2001",
        "gidNumber": "5001",
        "homeDirectory": f"/srv/{uid}",
        "sambaAcctFlags": "[U          ]",
        "krb5KDCFlags": "126",
    }
    if marked:
        own["mobydickActivated"] = "TRUE"
    return _entry(f"uid={uid},{USERS}", _CLASSES, **{**own, **attributes})


def ucs_group(name: str, *uids: str) -> str:
    """Return the LDIF of a group; added to a running server, its members get memberOf."""
    members = [f"uid={uid},{USERS}" for uid in uids]
    return _entry(
        f"cn={name},{GROUPS}",
        "posixGroup univentionGroup univentionObject",
        univentionObjectType="groups/group",
        gidNumber="5010",
        uniqueMember=members,
    )


def _entry(dn: str, classes: str, **attributes: str | Sequence[str]) -> str:
    lines = [f"dn: {dn}", *(f"objectClass: {name}" for name in classes.split())]
    for name, value in attributes.items():
        lines += [f"{name}: {one}" for one in ([value] if isinstance(value, str) else value) if one]
    return "\n".join(lines) + "\n\n"
