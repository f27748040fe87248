# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An address book at the stand-in for a CardDAV server, which fails as it is told to."""

from __future__ import annotations

from ansible_collections.telephony.connector.tests import publisher
from ansible_collections.telephony.connector.tests.examples import FACTOR, kill_count

COUNT, KILLS = 40, kill_count(round(20 * FACTOR))
PASSWORD = "books-recognisable"


def target(url, **options):
    return {"url": url, "username": "phones", "password": PASSWORD, "allow_plaintext": True, **options}


def publish(system, url, check=False, **options):
    options["target"] = target(url, **options.get("target", {}))
    return publisher.publish(system, system.directory, "carddav", check, **options)
