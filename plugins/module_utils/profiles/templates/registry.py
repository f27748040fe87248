# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The registry of templates: a new family of templates is one file beside this one and its name here."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates import (
    ad,
    csv,
    exchange,
    ldap,
    m365,
    pbx,
    ucs,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.base import Template

__all__ = ["TEMPLATES", "Template"]

_FAMILIES: tuple[tuple[Template, ...], ...] = (
    csv.TEMPLATES,
    ldap.TEMPLATES,
    ad.TEMPLATES,
    ucs.TEMPLATES,
    m365.TEMPLATES,
    exchange.TEMPLATES,
    pbx.TEMPLATES,
)

TEMPLATES: dict[str, Template] = {template.name: template for family in _FAMILIES for template in family}
