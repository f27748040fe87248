# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What can go wrong with Entra ID and Microsoft Graph, each a sentence for the person who must act."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError


class MicrosoftError(SourceError):
    """Entra ID or Microsoft Graph cannot be used."""


class SignInError(MicrosoftError):
    """Entra ID gives no token."""


class PermissionMissingError(MicrosoftError):
    """The app registration lacks a permission, so that what Graph answers is not what it knows."""


class GraphError(MicrosoftError):
    """Graph refuses, does not answer, or breaks off. `status` is 0 without a whole answer, `code` is Graph's own."""

    def __init__(self, message: str, status: int = 0, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class ExpiredError(GraphError):
    """A link to the next page, or to the changes since the last time, is too old: everything must be read anew."""
