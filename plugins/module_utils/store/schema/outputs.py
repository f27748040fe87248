# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The ledger's tables: what each output has written, entry by entry and file by file."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def _output_id() -> sa.Column[int]:
    return sa.Column("output_id", sa.ForeignKey("outputs.id", ondelete="CASCADE"), primary_key=True)


def outputs(metadata: sa.MetaData) -> sa.Table:
    """Return the table of the outputs."""
    return sa.Table(
        "outputs",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),  # as people name it, without secrets
        sa.Column("state", sa.Text, nullable=False),  # JSON: inputs, counts, findings, when
    )


def output_files(metadata: sa.MetaData) -> sa.Table:
    """Return the table of the files that outputs have written."""
    return sa.Table(
        "output_files",
        metadata,
        _output_id(),
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),  # "" before it was first written; of a folder: its version
        # what a run was about to write: after a kill it may lie there
        sa.Column("pending", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),  # file | folder | page (of a folder)
    )


def output_entries(metadata: sa.MetaData) -> sa.Table:
    """Return the table of the entries that outputs have written where each lies by itself, such as in a directory."""
    return sa.Table(
        "output_entries",
        metadata,
        _output_id(),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("mark", sa.Text, nullable=False),  # hash of the content, keyed when it holds a secret
        sa.Column("token", sa.Text, nullable=False),  # the target's own word for its version
        sa.Column("pending", sa.Text, nullable=False),  # mark of what a run was about to write
        sa.Column("content", sa.Text, nullable=False),  # JSON, without secrets
        sqlite_with_rowid=False,
    )


def output_blocks(metadata: sa.MetaData) -> sa.Table:
    """Return the table of the entries that outputs have written to files, many to a row.

    A file is written as a whole, and so is what is known of its entries. What a file's output wrote before store
    version 10 lies in output_entries until it changes.
    """
    return sa.Table(
        "output_blocks",
        metadata,
        _output_id(),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),  # JSON: [key, place, name, mark, content] of each
    )
