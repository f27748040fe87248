# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Branches of a directory: publishing into them, and reading them without the code under test."""

from __future__ import annotations

import base64
import uuid

from ansible_collections.telephony.connector.plugins.module_utils.actions.publish import PUBLISH_SPEC, publish_output
from ansible_collections.telephony.connector.plugins.module_utils.directory import encoder

WRITER, WRITER_PASSWORD = "uid=writer,ou=people,dc=example,dc=test", "writerpw-recognisable"


def new_branch(slapd, name="book"):
    """Make a branch for a test."""
    name = f"{name}{uuid.uuid4().hex}"
    slapd.modify(f"dn: ou={name},{slapd.suffix}\nobjectClass: organizationalUnit\nou: {name}\n")
    return f"ou={name},{slapd.suffix}"


def target_of(slapd, branch, **target):
    return {"uri": [slapd.uri], "base_dn": branch, "username": WRITER, "password": WRITER_PASSWORD,
            "allow_plaintext": True, **target}  # fmt: skip


def publish(system, slapd, branch, check=False, **options):
    target = target_of(slapd, branch, **options.pop("target", {}))
    defaults = {key: option.get("default") for key, option in PUBLISH_SPEC.items()}
    given = {"name": "book", "format": "ldap", "target": target, "numbers": {"country": "DE"}}
    return system.call(publish_output, check, **{**defaults, **given, **options})


def entries(slapd, branch, *words):
    """Return display name (or DN) -> attribute -> values, as ldapsearch finds them in the branch."""
    found = {}
    text = slapd.search("-b", branch, "-s", "one", *(words or ("(objectClass=*)", "*")))
    for block in filter(None, text.split("\n\n")):
        values = {}
        for line in block.splitlines():
            name, _colon, value = line.partition(":")
            if value.startswith(":"):
                value = base64.b64decode(value[1:]).decode()
            values.setdefault(name, []).append(value.strip())
        found[values.get("displayName", values["dn"])[0]] = values
    return found


def requests_of(monkeypatch):
    """Return the list that will hold (kind, attributes) of each change that is sent."""
    sent = []

    def noted(name):
        make = getattr(encoder, name)

        def note(dn, attributes=()):
            sent.append((name, sorted(attributes)))
            return make(dn, attributes) if attributes != () else make(dn)

        monkeypatch.setattr(encoder, name, note)

    for one in ("addition", "modification", "removal"):
        noted(one)
    return sent
