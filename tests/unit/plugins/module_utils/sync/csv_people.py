# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People in a CSV file, as many as a test asks for."""

from __future__ import annotations

HEADER = "username,displayname,phone,email,roles\n"


def people(numbers, title=""):
    return HEADER + "".join(f"user{n},{title}User {n},{n},user{n}@corp.example,Floor {n % 7}\n" for n in numbers)
