# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter misspelt: variables that nearly have the name of one that is read, and so would be ignored."""

from __future__ import annotations

DOCUMENTATION = r"""
name: misspelt
short_description: Find misspelt variables
version_added: 0.3.0
description:
  - Returns one line that names the variables that are nearly called as one of those that are read, each with that one,
    or an empty string. Variables of quite other names belong to somebody else, and are left alone.
  - The roles find misspelt variables with it.
author:
  - The telephony.connector project (@telephony-connector)
positional: choices, own
options:
  _input:
    description:
      - The names of the variables that are set.
    type: list
    elements: str
    required: true
  choices:
    description:
      - The variables that are read. What all of them begin with does not count for the likeness.
    type: list
    elements: str
    required: true
  own:
    description:
      - Other variables that are right.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Refuse misspelt variables
  ansible.builtin.assert:
    that: not wrong
    fail_msg: "There is no {{ wrong }}"
  vars:
    known: [backup_folder, backup_keep]
    wrong: "{{ query('ansible.builtin.varnames', '^backup_') | telephony.connector.misspelt(known) }}"
"""

RETURN = r"""
_value:
  description: The misspelt variables, each with the one that may be meant.
  type: str
  sample: variable "backup_fodler". Did you mean "backup_folder"?
"""

import difflib
import os
import typing as t
from collections.abc import Iterable

#: Further apart is another's variable; 1 is the same.
_LIKENESS = 0.7


def misspelt(names: Iterable[object], choices: Iterable[object], own: Iterable[object] = ()) -> str:
    """Return what is misspelt as `variable "x". Did you mean "y"?`, "" when nothing is."""
    right = [str(choice) for choice in choices]
    prefix = os.path.commonprefix(right)  # noqa: RUF071  # names are compared, letter by letter
    prefix = prefix[: prefix.rfind("_") + 1]
    endings = [one.removeprefix(prefix) for one in right]
    told = []
    for name in sorted({str(name) for name in names} - set(right) - {str(one) for one in own}):
        hits = difflib.get_close_matches(name.removeprefix(prefix), endings, n=1, cutoff=_LIKENESS)
        told += [f'variable "{name}". Did you mean "{prefix}{hit}"?' for hit in hits]
    return " ".join(told)


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return name -> filter."""
        return {"misspelt": misspelt}
