# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The options of every family of sources, in Ansible's argument_spec shape.

They stand apart from the registry of the sources themselves, so that a module can check and mask options without the
code of all families: it would be packed, sent and compiled with every task.
"""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory import options as ad
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv import options as csv
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange import options as exchange
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap import options as ldap
from ansible_collections.telephony.connector.plugins.module_utils.sources.m365 import options as m365
from ansible_collections.telephony.connector.plugins.module_utils.sources.pbx import options as pbx
from ansible_collections.telephony.connector.plugins.module_utils.sources.shared_options import Options
from ansible_collections.telephony.connector.plugins.module_utils.sources.ucs import options as ucs

#: family -> its options
OPTIONS: dict[str, Options] = {
    "csv": csv.OPTIONS,
    "ldap": ldap.OPTIONS,
    "ad": ad.OPTIONS,
    "ucs": ucs.OPTIONS,
    "m365": m365.OPTIONS,
    "exchange": exchange.OPTIONS,
    "pbx": pbx.OPTIONS,
}


def all_options() -> Options:
    """Return the options of every family as one argument spec."""
    merged: Options = {}
    for family, options in OPTIONS.items():
        for name, spec in options.items():
            if merged.setdefault(name, spec) != spec:
                raise AssertionError(f"the option {name} of {family} differs from another family's")
    return merged
