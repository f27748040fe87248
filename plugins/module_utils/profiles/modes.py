# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The modes of a profile, also for what knows nothing else of profiles: the runs of these modes are syncs."""

from __future__ import annotations

#: The first is the default.
MODES = ("mirror", "create_update")
