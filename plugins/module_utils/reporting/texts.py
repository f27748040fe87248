# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The words of a report, in English and German."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.telephony.connector.plugins.module_utils.reporting.summaries import in_german

LANGUAGES = ("en", "de")

#: key -> (English, German)
TEXTS: dict[str, tuple[str, str]] = {
    "simulation": ("Simulation", "Simulation"),
    "run": ("Run", "Lauf"),
    "verdict.changed": ("Changes", "Änderungen"),
    "verdict.would_change": ("Would change this", "Würde das ändern"),
    "verdict.has_changed": ("Changed this", "Hat das geändert"),
    "verdict.unchanged": ("Nothing to change", "Nichts zu ändern"),
    "verdict.partial": ("Done, but not everything could be used", "Erledigt, aber nicht alles war verwendbar"),
    "verdict.would_partial": (
        "Would change, but not everything can be used",
        "Würde ändern, aber nicht alles ist verwendbar",
    ),
    "verdict.idle_partial": (
        "Nothing to change, but not everything can be used",
        "Nichts zu ändern, aber nicht alles ist verwendbar",
    ),
    "verdict.refused": ("Stopped by a guard: nothing is changed", "Von einer Schranke gestoppt: nichts wird geändert"),
    "apply": ("Carry out exactly this plan", "Genau diesen Plan ausführen"),
    "copy": ("Copy", "Kopieren"),
    "copied": ("Copied", "Kopiert"),
    "picture": ("The plan at a glance", "Der Plan auf einen Blick"),
    "pools": ("Number ranges after this plan", "Rufnummernbereiche nach diesem Plan"),
    "of": ("of", "von"),
    "free": ("free", "frei"),
    "section.removed": ("Removed", "Entfernt"),
    "section.renumbered": ("New number or login", "Neue Nummer oder Anmeldung"),
    "section.new": ("New numbers and logins", "Neue Nummern und Anmeldungen"),
    "section.rest": ("Everything else", "Alles Übrige"),
    "section.rejected": ("Rejected", "Abgelehnt"),
    "section.conflicts": ("Conflicts", "Konflikte"),
    "section.kept": ("Kept: others have changed it since", "Behalten: andere haben es seitdem geändert"),
    "section.warnings": ("Warnings", "Warnungen"),
    "section.facts": ("About this report", "Über diesen Bericht"),
    "results": ("Found", "Gefunden"),
    "find": ("Search all changes", "Alle Änderungen durchsuchen"),
    "show": ("Show", "Zeigen"),
    "all": ("All", "Alle"),
    "sort": ("Sort by", "Sortieren nach"),
    "sort.plan": ("Order of the plan", "Reihenfolge des Plans"),
    "sort.name": ("Name", "Name"),
    "sort.kind": ("Kind", "Art"),
    "more": ("Show more", "Mehr zeigen"),
    "nothing": ("Nothing matches.", "Nichts passt."),
    "contents": ("Contents", "Inhalt"),
    "skip": ("Skip to the changes", "Zu den Änderungen springen"),
    "name": ("Name", "Name"),
    "kind": ("Kind", "Art"),
    "field": ("Field", "Feld"),
    "before": ("Before", "Vorher"),
    "after": ("After", "Nachher"),
    "reason": ("Reason", "Grund"),
    "others": ("More", "Weiteres"),
    "action": ("Action", "Aktion"),
    "count": ("Number", "Anzahl"),
    "record": ("Record", "Datensatz"),
    "value": ("Value", "Wert"),
    "column": ("Column", "Spalte"),
    "key": ("Key", "Schlüssel"),
    "candidates": ("Candidates", "Kandidaten"),
    "and_more": ("more", "weitere"),
    "count.created": ("created", "neu"),
    "count.updated": ("updated", "geändert"),
    "count.removed": ("removed", "entfernt"),
    "count.unchanged": ("unchanged", "unverändert"),
    "count.rejected": ("rejected", "abgelehnt"),
    "count.conflicts": ("in conflict", "im Konflikt"),
    "count.disabled": ("disabled", "gesperrt"),
    "count.returned": ("returned", "zurückgekehrt"),
    "count.filtered": ("filtered", "ausgefiltert"),
    "count.dropped": ("values dropped", "Werte weggelassen"),
    "count.set_back": ("set back", "zurückgesetzt"),
    "count.restored": ("restored", "wiederhergestellt"),
    "count.kept": ("kept", "behalten"),
    "count.left_out": ("left out", "weggelassen"),
    "count.cut": ("cut", "gekürzt"),
    "action.create": ("new", "neu"),
    "action.update": ("changed", "geändert"),
    "action.remove": ("removed", "entfernt"),
    "action.disable": ("disabled", "gesperrt"),
    "action.return": ("returned", "zurückgekehrt"),
    "action.release": ("released", "freigegeben"),
    "undo.section.removed": ("Removed again", "Wieder entfernt"),
    "undo.section.renumbered": ("Back to the former number or login", "Zurück zur früheren Nummer oder Anmeldung"),
    "undo.section.new": ("Back again", "Wieder da"),
    "undo.section.rest": ("As before", "Wie vorher"),
    "undo.action.create": ("back again", "wieder da"),
    "undo.action.update": ("as before", "wie vorher"),
    "undo.action.remove": ("removed again", "wieder entfernt"),
    "kind.user": ("Users", "Benutzer"),
    "kind.phonebook_entry": ("Phonebook entries", "Telefonbucheinträge"),
    "kind.speed_dial": ("Speed dials", "Kurzwahlen"),
    "kind.account": ("Accounts", "Konten"),
    "kind.device": ("Devices", "Geräte"),
    "kind.directory": ("Phonebook entries", "Telefonbucheinträge"),
    "f.username": ("Login", "Anmeldung"),
    "f.display_name": ("Display name", "Anzeigename"),
    "f.given_name": ("Given name", "Vorname"),
    "f.surname": ("Surname", "Nachname"),
    "f.email": ("E-mail", "E-Mail"),
    "f.extension": ("Extension", "Durchwahl"),
    "f.fax_extension": ("Fax extension", "Fax-Durchwahl"),
    "f.did": ("Number from outside", "Nummer von außen"),
    "f.number": ("Number", "Nummer"),
    "f.destination": ("Destination", "Ziel"),
    "f.phone": ("Phone", "Telefon"),
    "f.mobile": ("Mobile", "Mobil"),
    "f.phonebook.mobile": ("Mobile", "Mobil"),
    "f.homephone": ("Home", "Privat"),
    "f.phonebook.homephone": ("Home", "Privat"),
    "f.fax": ("Fax", "Fax"),
    "f.phonebook.fax": ("Fax", "Fax"),
    "f.organisation": ("Organisation", "Firma"),
    "f.phonebook.organisation": ("Organisation", "Firma"),
    "f.notes": ("Notes", "Notizen"),
    "f.phonebook.notes": ("Notes", "Notizen"),
    "f.owner": ("Owner", "Besitzer"),
    "f.roles": ("Roles", "Rollen"),
    "f.devices": ("Devices", "Geräte"),
    "f.auth_method": ("Signs in by", "Anmeldung über"),
    "f.language": ("Language", "Sprache"),
    "f.password": ("Password", "Passwort"),
    "f.pin": ("PIN", "PIN"),
    "f.sip_password": ("SIP password", "SIP-Passwort"),
    "fact.mode": ("Mode", "Modus"),
    "fact.digest": ("Plan", "Plan"),
    "fact.run": ("Run", "Lauf"),
    "fact.started": ("Started", "Begonnen"),
    "fact.finished": ("Finished", "Beendet"),
    "fact.actor": ("By", "Von"),
}


def summary_of(counts: Mapping[str, int], summary: str, language: str) -> str:
    """Return the summary in a language: as it was made in English; of the counts where it has words nobody knows."""
    if language == LANGUAGES[0]:
        return summary
    if known := in_german(summary):
        return known
    told = [f"{counts[name]} {text_of(f'count.{name}', language)}" for name in _TOLD if counts.get(name)]
    return ", ".join(told) or text_of("verdict.unchanged", language)


def key_in(mode: str, key: str) -> str:
    """Return the key that a mode has words of its own for, such as an undo, else the key itself."""
    own = f"{mode}.{key}"
    return own if own in TEXTS else key


_TOLD = (
    "created", "updated", "disabled", "returned", "removed", "restored", "kept", "rejected", "conflicts", "dropped",
    "set_back", "left_out", "cut",
)  # fmt: skip


def text_of(key: str, language: str = "en") -> str:
    """Return the words for a key; a field or kind that has none is called by its own name."""
    texts = TEXTS.get(key)
    return texts[LANGUAGES.index(language)] if texts else key.partition(".")[2] or key
