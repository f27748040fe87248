# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests about the contacts of Exchange Online share: a mailbox, and short forms of what came of it."""

from __future__ import annotations

from typing import Any

SALES = "sales@contoso.example"
SHARED: dict[str, Any] = {"shared_mailboxes": [SALES], "organisation_contacts": False, "retries": 0}


def names(pbx: Any) -> list[str]:
    """Return what the entries of the phonebook are called."""
    return sorted(one["display_name"] for one in pbx.objects("phonebook_entry"))


def entry(pbx: Any, name: str) -> dict[str, Any]:
    """Return the one entry of a name."""
    (found,) = (one for one in pbx.objects("phonebook_entry") if one["display_name"] == name)
    return dict(found)


def counted(result: dict[str, Any]) -> dict[str, int]:
    """Return how many entries a sync has changed, without what it has not done."""
    return {name: result["counts"][name] for name in ("created", "updated", "removed") if result["counts"][name]}


def asked(cloud: Any) -> list[str]:
    """Return the ends of the paths that Graph was asked for, and forget them."""
    ends = [path.rpartition("/")[2] for path in cloud.graph.paths()]
    cloud.graph.asked.clear()
    return ["contact" if end.startswith("AAMkC") else end for end in ends]


def delta_links(book: Any, cloud: Any) -> list[str]:
    """Return the paths at which a run asks for changes, folder by folder."""
    cloud.graph.asked.clear()
    book.sync("book")
    return [path for path in cloud.graph.paths() if path.endswith("/delta")]
