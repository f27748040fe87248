# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Why something changes, was rejected or stays, and what a report is about, in German; the journal has English."""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = {
    "by hand": "von Hand",
    # a sync
    "new in the source": "neu in der Quelle",
    "changed in the source": "in der Quelle geändert",
    "changed in the source, and a change by hand set back": "in der Quelle geändert, eine Änderung von Hand"
    " zurückgesetzt",
    "changed by the profile, which has changed since the last run": "durch das Profil geändert, das seit dem letzten"
    " Lauf ein anderes ist",
    "changed in the source, or by the profile, which has changed since the last run": "in der Quelle geändert, oder"
    " durch das Profil, das seit dem letzten Lauf ein anderes ist",
    "set back to what the source says": "auf den Stand der Quelle zurückgesetzt",
    "no longer in the source": "nicht mehr in der Quelle",
    "no longer in the source, as far as can be told": "nicht mehr in der Quelle, soweit es sich sagen lässt",
    "left out by the filter": "vom Filter ausgelassen",
    "left, by leavers.when": "ausgeschieden, nach leavers.when",
    "a leaver whose grace period is over": "ausgeschieden, die Frist ist vorbei",
    "back in the source": "wieder in der Quelle",
    "adopted: it was there before": "übernommen: war schon da",
    "given a number from the extension pool": "hat eine Nummer aus dem Nummernbereich bekommen",
    # by hand
    "changed by hand": "von Hand geändert",
    "removed by hand": "von Hand entfernt",
    "brought back by hand": "von Hand zurückgeholt",
    # an undo
    "changed since": "seitdem geändert",
    "removed since": "seitdem entfernt",
    "made again since": "seitdem neu angelegt",
    # an output
    "new": "neu",
    "changed": "geändert",
    "missing in the target": "fehlt im Ziel",
    "changed by hand since the last run": "seit dem letzten Lauf von Hand geändert",
    "changed by hand in the target; it is set back": "im Ziel von Hand geändert, wird zurückgesetzt",
    "changed, also by hand in the target": "geändert, auch von Hand im Ziel",
    "no longer wanted": "nicht mehr gewünscht",
    "other permissions": "andere Rechte",
    "adopted": "übernommen",
    "is there already and was not written by this output": "ist schon da und nicht von dieser Ausgabe geschrieben",
    # rules
    "required": "fehlt",
    "must be unique": "muss eindeutig sein",
    "must consist of digits only": "darf nur aus Ziffern bestehen",
    "must not start with 0": "darf nicht mit 0 beginnen",
    "must not be an emergency number (110, 112)": "darf keine Notrufnummer sein (110, 112)",
    "must hold at least one digit, or be a sip: address": "muss eine Ziffer enthalten oder eine sip:-Adresse sein",
    "must be a MAC address (12 hexadecimal digits)": "muss eine MAC-Adresse sein (12 hexadezimale Ziffern)",
    "must be an IPv4 or IPv6 address": "muss eine IPv4- oder IPv6-Adresse sein",
    "must be a number with its country, such as +49 991 2960123": "muss eine Nummer mit Land sein, wie +49 991 2960123",
    "must be a single text or number": "muss ein einzelner Text oder eine Zahl sein",
    "must be a list of devices": "muss eine Liste von Geräten sein",
    "must be a list of names": "muss eine Liste von Namen sein",
    "must be a mapping of field names to values": "muss Feldern Werte zuordnen",
    "must not consist of blanks alone": "darf nicht nur aus Leerzeichen bestehen",
    "must not hold blanks": "darf keine Leerzeichen enthalten",
    # a record of the source
    "holds a NUL byte": "enthält ein NUL-Byte",
    "holds a NUL character": "enthält ein NUL-Zeichen",
    "holds half a character": "enthält ein halbes Zeichen",
    "has text between a closing enclosure and the next delimiter (an enclosure inside a value must be doubled)": "hat"
    " Text zwischen einem schließenden Textbegrenzer und dem nächsten Trennzeichen (ein Textbegrenzer in einem Wert"
    " muss verdoppelt sein)",
    "has a line break outside an enclosure": "hat einen Zeilenumbruch außerhalb der Textbegrenzer",
    # conflicts
    "several objects match this record": "mehrere Objekte passen zu diesem Datensatz",
    "several records match the same object": "mehrere Datensätze passen zum selben Objekt",
    "the read is incomplete, so that a rename cannot be told from a new record": "die Quelle wurde nicht vollständig"
    " gelesen; eine Umbenennung und ein neuer Datensatz sind so nicht zu unterscheiden",
    "the name of a label must not be empty, nor start or end with a blank": "der Name eines Labels darf nicht leer sein"
    " und nicht mit einem Leerzeichen beginnen oder enden",
}

_FORMS = [
    (re.compile(form), german)
    for form, german in (
        (r'found again under another key \(was "(.*)"\)', r'unter anderem Schlüssel wiedergefunden (war "\1")'),
        (r"profile (.*)", r"Profil \1"),
        (r"output (.*)", r"Ausgabe \1"),
        (r"taking back run (\d+)", r"Rücknahme von Lauf \1"),
        (r'its (.*) "(.*)" is taken by the (.*) "(.*)"', r'\1 "\2" hat inzwischen jemand anders (\3 "\4")'),
        (
            r'its record "(.*)" of the profile "(.*)" belongs to "(.*)" by now',
            r'sein Datensatz "\1" des Profils "\2" gehört inzwischen zu "\3"',
        ),
        (
            r'its owner "(.*)" is not there, or is somebody else by now',
            r'der Besitzer "\1" ist nicht da oder inzwischen jemand anders',
        ),
        (r'its owner "(.*)" is removed', r'der Besitzer "\1" wird entfernt'),
        (r'its owner "(.*)" is renamed', r'der Besitzer "\1" wird umbenannt'),
        (r'made for the output "(.*)"', r'für die Ausgabe "\1" erzeugt'),
        (
            r"must be unique: another record of the source claims it too",
            "muss eindeutig sein: noch ein Datensatz will es",
        ),
        (r"must be unique: (.*) has it already", r"muss eindeutig sein: \1 hat es schon"),
        (r"must have (\d+) to (\d+) digits", r"muss \1 bis \2 Ziffern haben"),
        (r"must have (\d+) digits or more", r"muss mindestens \1 Ziffern haben"),
        (r"must have (\d+) characters or more", r"muss mindestens \1 Zeichen haben"),
        (r"must have (\d+) characters or fewer", r"darf höchstens \1 Zeichen haben"),
        (r"must consist of (\d+) to (\d+) digits after the \*", r"muss nach dem * aus \1 bis \2 Ziffern bestehen"),
        (r"must be whole seconds from (\d+) to (\d+)", r"muss aus ganzen Sekunden von \1 bis \2 bestehen"),
        (r"must be one of (.*)", r"muss eines von diesen sein: \1"),
        (r"must be a mapping with any of (.*)", r"muss eine Zuordnung mit einem von diesen sein: \1"),
        (r"must not hold control characters \(found (.*)\)", r"darf keine Steuerzeichen enthalten (gefunden: \1)"),
        (
            r"must not hold invisible characters \(found (.*)\)",
            r"darf keine unsichtbaren Zeichen enthalten (gefunden: \1)",
        ),
        (
            r"must not hold (.*), which stands for another character",
            r"darf nicht \1 enthalten, das für ein anderes Zeichen steht",
        ),
        (r"must not hold a NUL character in (.*)", r"darf kein NUL-Zeichen enthalten, in \1"),
        (r"must not hold half a character in (.*)", r"darf kein halbes Zeichen enthalten, in \1"),
        (r"must not hold (.*)", r"darf nicht \1 enthalten"),
        (r'must have a text or number in "(.*)"', r'muss einen Text oder eine Zahl haben, in "\1"'),
        (r"has 1 column where the header has (\d+)", r"hat 1 Spalte, die Kopfzeile hat \1"),
        (r"has (\d+) columns where the header has (\d+)", r"hat \1 Spalten, die Kopfzeile hat \2"),
        (r"has a value of more than (\d+) characters", r"hat einen Wert von mehr als \1 Zeichen"),
        (r"has more than (\d+) MiB", r"hat mehr als \1 MiB"),
        (r"is not CSV \((.*)\)", r"ist kein CSV (\1)"),
        (r"holds the error (.*) in column (.*)", r"enthält den Fehler \1, in der Spalte \2"),
        (r"holds a number that is none in column (.*)", r"enthält eine Zahl, die keine ist, in der Spalte \1"),
        (
            r"refers to a text that the workbook does not have in column (.*)",
            r"verweist auf einen Text, den die Arbeitsmappe nicht hat, in der Spalte \1",
        ),
        (
            r'several records of the source have the key "(.*)"',
            r'mehrere Datensätze der Quelle haben den Schlüssel "\1"',
        ),
        (
            r'the record with the key "(.*)" stands in the source twice',
            r'der Datensatz mit dem Schlüssel "\1" steht zweimal in der Quelle',
        ),
        (r'the matching object belongs to the profile "(.*)"', r'das passende Objekt gehört zum Profil "\1"'),
        (r"required for a device of type (.*)", r"fehlt, für ein Gerät der Art \1"),
        (r"unknown field of a (.*)", r"unbekanntes Feld: \1"),
        (r"unknown field(.*)", r"unbekanntes Feld\1"),
        (r"is on none of the lines of the phone system(.*)", r"ist auf keinem der Anschlüsse der Telefonanlage\1"),
        (r"is neither an extension nor a phone number(.*)", r"ist weder Durchwahl noch Rufnummer\1"),
        (r"undo of run (\d+): is as before it", r"Lauf \1 zurückgenommen: wie vor ihm"),
        (r"undo of run (\d+): is back", r"Lauf \1 zurückgenommen: wieder da"),
        (r"undo of run (\d+): is removed again", r"Lauf \1 zurückgenommen: wieder entfernt"),
        (r"undo of run (\d+): signs in again", r"Lauf \1 zurückgenommen: meldet sich wieder an"),
        (r"undo of run (\d+): is a leaver again", r"Lauf \1 zurückgenommen: wieder ausgeschieden"),
        (r"belongs to its profile as before run (\d+)", r"gehört zu seinem Profil wie vor Lauf \1"),
    )
]


@lru_cache(maxsize=4096)
def in_german(reason: str) -> str:
    """Return a reason in German; one that nobody has put into German as it is."""
    if found := _WORDS.get(reason):
        return found
    first, semicolon, rest = reason.partition("; ")
    if semicolon and first in _WORDS:  # a leaver is back, and something else has changed
        return f"{_WORDS[first]}; {in_german(rest)}"
    for form, german in _FORMS:
        if found_form := form.fullmatch(reason):
            return found_form.expand(german)
    return reason


def in_language(reason: str, language: str) -> str:
    """Return a reason in a language of reports, en or de."""
    return in_german(reason) if language == "de" else reason
