# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Address books of a CardDAV server: publishing into them, and reading them without the code under test."""

from __future__ import annotations

import uuid
from xml.etree import ElementTree as ET

import vobject

from ansible_collections.telephony.connector.plugins.module_utils.actions.publish import PUBLISH_SPEC, publish_output
from ansible_collections.telephony.connector.tests.servers.address_books import PASSWORD, USER

THEIRS = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:theirs\r\nFN:A friend\r\nN:Friend;A;;;\r\nEND:VCARD\r\n"


def publish(system, url, check=False, **options):
    target = {"url": url, "username": USER, "password": PASSWORD, "allow_plaintext": True, **options.pop("target", {})}
    defaults = {key: option.get("default") for key, option in PUBLISH_SPEC.items()}
    return system.call(
        publish_output, check, **{**defaults, "name": "book", "format": "carddav", "target": target, **options}
    )


def new_book(one):
    """Make a book for a test at a server."""
    return one.book(uuid.uuid4().hex)


def addresses(one, book):
    """Return the addresses of all cards, as the server lists them."""
    body = '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'
    tree = ET.fromstring(one.request("PROPFIND", book, body, "text/xml")[1])
    paths = [path.text or "" for path in tree.findall("{DAV:}response/{DAV:}href")]
    return [f"http://127.0.0.1:{one.port}{path}" for path in paths if path.endswith(".vcf")]


def cards(one, book):
    """Return name -> (address, text) of all cards, read by vobject."""
    found = {}
    for address in addresses(one, book):
        text = one.request("GET", address)[1]
        found[str(vobject.readOne(text).fn.value)] = (address, text)
    return found


def requests_of(monkeypatch):
    """Return the list that will hold (method, address) of each request."""
    import requests

    asked = []
    send = requests.Session.send

    def noted(self, request, **options):
        asked.append((request.method, request.url))
        return send(self, request, **options)

    monkeypatch.setattr(requests.Session, "send", noted)
    return asked
