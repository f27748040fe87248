# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of the contacts has arrived in the store."""

from __future__ import annotations


def entries(pbx):
    """Return what is in the store: (display name, owner) -> profile's entry."""
    return {(one["display_name"], one.get("owner")): one for one in pbx.objects("phonebook_entry")}


def names(pbx):
    return sorted(name for name, _owner in entries(pbx))
