# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The options that all file targets share."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Options

FILE_OPTIONS: Options = {
    "path": {
        "type": "str",
        "required": True,
        "description": "The file to be written. With book: private it holds {owner}. A relative path counts from"
        " the folder in which the task runs: with a local connection, where ansible-playbook was started.",
    },
    "max_entries": {
        "type": "int",
        "description": "How many entries a file holds at most, in their order; those beyond are left out and reported.",
    },
    "mode": {"type": "str", "default": "0644", "description": "The permissions of the file, in octal digits."},
    "owner": {"type": "str", "description": "The user who owns the file; needs root."},
    "group": {"type": "str", "description": "The group of the file."},
}

TITLE_OPTION: Options = {
    "title": {"type": "str", "default": "Company", "description": "The title of the book, as the phone shows it."}
}
