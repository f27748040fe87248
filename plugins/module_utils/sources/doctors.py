# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The registry of what families know about trying themselves; apart from that of sources, which every sync needs."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.sources.checking import Doctor


def doctor_of(family: str) -> Doctor:
    """Return the doctor of a family that exists. Imports only what this family needs."""
    if family == "csv":
        from ansible_collections.telephony.connector.plugins.module_utils.sources.csv import doctor as of_csv

        return of_csv
    if family == "ldap":
        from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap import doctor as of_ldap

        return of_ldap
    if family == "ad":
        from ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory import (
            doctor as of_ad,
        )

        return of_ad
    if family == "ucs":
        from ansible_collections.telephony.connector.plugins.module_utils.sources.ucs import doctor as of_ucs

        return of_ucs
    if family == "m365":
        from ansible_collections.telephony.connector.plugins.module_utils.sources.m365 import doctor as of_m365

        return of_m365
    if family == "exchange":
        from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange import doctor as of_exchange

        return of_exchange
    from ansible_collections.telephony.connector.plugins.module_utils.sources.pbx import doctor as of_pbx

    return of_pbx
