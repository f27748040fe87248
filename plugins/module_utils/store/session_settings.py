# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a session of SQLite, or of PostgreSQL, is set to."""

from __future__ import annotations

#: KiB, as SQLite counts them. Rows of a plan are worked on one after the other, which large pages suit. Those of
#: objects and of the journal have some 400 bytes: more of them fit into pages of 8 KiB, which only new stores have.
SMALL_CACHE = -4096
PRAGMAS = (
    *("page_size = 8192", "foreign_keys = ON", "cache_size = -32768"),
    *("temp.page_size = 16384", "temp.cache_size = -16384"),
)
#: The same for a session of PostgreSQL: room for temporary tables, and plans for all rows of a statement, since all are
#: wanted. To look at 3,000 rows tells enough of a table whose rows are much alike.
POSTGRESQL = (
    "SET temp_buffers = '32MB'; SET work_mem = '32MB'; SET cursor_tuple_fraction = 1; SET jit = off;"
    " SET default_statistics_target = 10"
)
