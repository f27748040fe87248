# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What the filters extension and did share: a number, the outside numbers, and errors as those of a filter."""

from __future__ import annotations

import typing as t
from collections.abc import Callable

from ansible.errors import AnsibleFilterError

from ansible_collections.telephony.connector.plugins.module_utils.errors import ConnectorError
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.outside_numbers import OutsideNumbers


def converted(number: t.Any, numbers: t.Mapping[str, t.Any], convert: Callable[[OutsideNumbers, str], t.Any]) -> str:
    """Return what `convert` makes of a number, "" for nothing; AnsibleFilterError for wrong outside numbers."""
    try:
        found = convert(OutsideNumbers.from_options(numbers), "" if number is None else str(number))
    except ConnectorError as error:
        raise AnsibleFilterError(error.message) from error
    return str(found) if found else ""
