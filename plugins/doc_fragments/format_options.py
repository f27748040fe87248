# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of single formats that may stand beside `target` or in it."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  version:
    description:
      - The version of the format, for formats that have several. May also be given in O(target).
    type: str
  title:
    description:
      - The title of the book, for formats that have one. May also be given in O(target).
    type: str
  columns:
    description:
      - The columns of the file with their expressions, for O(format=csv). May also be given in O(target).
    type: dict
  encoding:
    description:
      - The encoding of the file, for O(format=csv) and O(format=template). May also be given in O(target).
    type: str
  delimiter:
    description:
      - What stands between columns, for O(format=csv). May also be given in O(target).
    type: str
  each:
    description:
      - What there is a file of, for O(format=template). May also be given in O(target).
    type: str
  template:
    description:
      - The Jinja2 file that is rendered, for O(format=template). May also be given in O(target).
    type: path
  sip_user:
    description:
      - The expression for the SIP user of an account, for formats that send accounts. May also be given in O(target).
    type: str
  mode:
    description:
      - The permissions of the files, as octal digits in quotes, such as V("0644"). May also be given in O(target).
    type: raw
  owner:
    description:
      - The user who owns the files. May also be given in O(target).
    type: str
  group:
    description:
      - The group of the files. May also be given in O(target).
    type: str
"""
