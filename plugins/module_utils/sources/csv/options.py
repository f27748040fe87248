# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The options of this family, as plain data: a module checks them without the code that reads the source."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.sources.shared_options import FILES, Options

OPTIONS: Options = {
    **FILES,
    "sheet": {"type": "str"},
    "encoding": {"type": "str"},
    "delimiter": {"type": "str"},
    "line_separator": {"type": "str", "choices": ["auto", "lf", "crlf", "cr"]},
    "enclosure": {"type": "str"},
}
