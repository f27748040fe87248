# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The summary of a run in German; the journal has it in English, and the counts have not all of it."""

from __future__ import annotations

import re

_WHOLE = {
    "nothing to change": "Nichts zu ändern",
    "nothing to take back": "Nichts zurückzunehmen",
    "the store's key was changed": "Der Schlüssel des Speichers wurde geändert",
}
#: What stands after a number.
_COUNTED = {
    "created": "neu",
    "updated": "geändert",
    "disabled": "gesperrt",
    "returned": "zurückgekehrt",
    "removed": "entfernt",
    "released": "freigegeben",
    "renumbered": "mit neuer Nummer oder Anmeldung",
    "rejected": "abgelehnt",
    "in conflict": "im Konflikt",
    "values dropped": "Werte weggelassen",
    "set back": "zurückgesetzt",
    # an undo
    "restored": "wiederhergestellt",
    "kept": "behalten",
    "back": "wieder da",
    "as before": "wie vorher",
    "removed again": "wieder entfernt",
    # an output
    "entry left out": "Eintrag weggelassen",
    "entries left out": "Einträge weggelassen",
    "value left out": "Wert weggelassen",
    "values left out": "Werte weggelassen",
    "cut": "gekürzt",
    "SIP password made": "SIP-Passwort erzeugt",
    "SIP passwords made": "SIP-Passwörter erzeugt",
    "file set back": "Datei zurückgesetzt",
    "files set back": "Dateien zurückgesetzt",
    "file written again, it was gone": "Datei neu geschrieben, sie war weg",
    "files written again, they were gone": "Dateien neu geschrieben, sie waren weg",
    "entry unchanged": "Eintrag unverändert",
    "entries unchanged": "Einträge unverändert",
    "entries": "Einträge",
}
_NUMBER = re.compile(rf"(\d+) ({'|'.join(sorted(_COUNTED, key=len, reverse=True))})(?=[,)]| \(|$)")


def in_german(summary: str) -> str | None:
    """Return a summary in German, None for one that has other words than those known here."""
    if whole := _WHOLE.get(summary):
        return whole
    rest = _NUMBER.sub("", summary)
    return None if rest.strip(" ,()") else _NUMBER.sub(lambda found: f"{found[1]} {_COUNTED[found[2]]}", summary)
