# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Texts that a filter of expressions refuses, so that the field they are for can say why."""

from __future__ import annotations


class Refused(str):
    """A text that a filter found unfit for the field it is for: false in expressions, and refused by that field."""

    __slots__ = ("rule",)

    def __new__(cls, text: str, rule: str) -> Refused:
        """`rule`: what is wrong with it, as a FieldError says it."""
        made = super().__new__(cls, text)
        made.rule = rule
        return made

    rule: str

    def __bool__(self) -> bool:
        return False
