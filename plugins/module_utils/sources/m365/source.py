# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Users of Microsoft 365 (Entra ID) as a source: the options, and opening it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.microsoft import delta
from ansible_collections.telephony.connector.plugins.module_utils.microsoft import options as microsoft
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.errors import ExpiredError, GraphError
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.options import Connection
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Reading
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import Bounds
from ansible_collections.telephony.connector.plugins.module_utils.sources.m365.options import OPTIONS
from ansible_collections.telephony.connector.plugins.module_utils.sources.m365.reading import (
    FETCHED,
    PAGE,
    ChangesReading,
    UsersReading,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.m365.rows import UserRows
from ansible_collections.telephony.connector.plugins.module_utils.sources.option_checks import given
from ansible_collections.telephony.connector.plugins.module_utils.sources.shared_options import Options, secrets_of


class M365Source:
    """The users of a tenant, or the members of groups of it, read with Microsoft Graph."""

    family: ClassVar[str] = "m365"
    OPTIONS: ClassVar[Options] = OPTIONS
    SECRETS: ClassVar[frozenset[str]] = secrets_of(OPTIONS)
    HAS_RECORD_IDS: ClassVar[bool] = True
    EMPTY_HINT: ClassVar[str] = "check that the group has members and that the app may read them"

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = given(options, self.OPTIONS, self.family)
        microsoft.check(self._options)
        groups = self._options.get("group")
        if groups is not None and not (groups and all(name.strip() for name in groups)):
            raise DefinitionError(
                "The source option group is empty or holds an empty name; name the group to read, or leave group out"
                " to read everybody."
            )
        self._groups = tuple(dict.fromkeys(name.strip() for name in groups or ()))

    @contextmanager
    def read(self, wanted: frozenset[str], checkpoint: Mapping[str, Any] | None) -> Iterator[Reading]:
        """See Source.read."""
        rows = UserRows(wanted)
        with (
            Bounds.from_options(self._options, "Microsoft 365") as bounds,
            microsoft.connect(self._options, bounds) as connection,
        ):
            if self._options.get("incremental"):
                yield self._incremental(connection, rows, checkpoint or {})
            else:
                yield UsersReading(connection, rows, self._groups)

    def _incremental(self, connection: Connection, rows: UserRows, checkpoint: Mapping[str, Any]) -> Reading:
        """Return a read of what changed since the checkpoint, else of everything."""
        if self._groups:
            everything = UsersReading(connection, rows, self._groups)
            everything.result.warnings.append(
                "The option incremental has no effect, everything is read: Microsoft Graph does not tell what"
                " changed in a group"
            )
            return everything
        identity = microsoft.identity(self._options, rows.select)
        why = ""
        if checkpoint.get("source") == identity:
            try:
                changes = delta.changes(connection.graph, checkpoint["link"])
                changes = changes.with_missed(checkpoint.get("missed", ()))
                if not changes.is_dearer(FETCHED, checkpoint["users"], int(PAGE)):
                    return ChangesReading(connection, rows, changes, checkpoint)
                # the link of the round just read tells what changes from now on
                return UsersReading(connection, rows, checkpoint={"source": identity, "link": changes.link})
            except ExpiredError as expired:
                why = f"Everything was read, as the last incremental read is too long ago: {expired.message}"
        return self._from_now_on(connection, rows, identity, why)

    def _from_now_on(self, connection: Connection, rows: UserRows, identity: str, why: str) -> Reading:
        """Return a read of everything, after which changes can be read."""
        kept: dict[str, Any] | None = None
        try:
            # asked for before the users, so that nothing falls between
            kept = {"source": identity, "link": delta.begin(connection.graph, rows.select)}
        except GraphError as error:
            if error.status != 400:
                raise
            why = f"incremental has no effect, everything is read: {error.message}"
        everything = UsersReading(connection, rows, checkpoint=kept)
        everything.result.warnings += [why] if why else []
        return everything
