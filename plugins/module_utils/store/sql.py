# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""SQLAlchemy where it is installed: a task without it must get as far as to say so (Store.open does)."""

from __future__ import annotations

try:
    import sqlalchemy as sa  # pylint: disable=unused-import  # for all that import it from here
except ImportError:
    sa = None  # type: ignore[assignment]
