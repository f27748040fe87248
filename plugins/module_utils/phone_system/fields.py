# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a field's value must look like: one rule per sort of value, and how a rule speaks up (error, notice)."""

from __future__ import annotations

# pylint: disable=unidiomatic-typecheck  # an heir of str (as Jinja2 and Ansible make them) must become a plain one
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.refused import Refused
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import MASK, is_blank, is_secret

MAX_TEXT = 255
MAX_NOTES = 4000
MAX_DISPLAY_NAME = 80
SHOWN = 200  # characters of a refused value that an error repeats
AUTH_METHODS = ("internal", "ldap", "sso", "none")

_FALSE_TEXTS = frozenset(("", "0", "false", "no", "n", "off", "nein"))
_ODD_IN_USERNAME = re.compile(r'[\s"/\\:;,<>|*?\[\]=]')
PLAIN_USERNAME = re.compile(rf"[a-z0-9._@-]{{1,{MAX_TEXT}}}")  # as nearly all are: nothing to change or to refuse
PLAIN_EMAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_LINES = "set numbers with store_settings, or in the profile; a simulation does not see what the same play sets"
_NOTICES = {
    "display_name": (
        f"1 display name was longer than {MAX_DISPLAY_NAME} characters and was cut ({{first}})",
        f"{{count}} display names were longer than {MAX_DISPLAY_NAME} characters and were cut (first: {{first}})",
    ),
    "email": (
        "1 e-mail address looks odd and was taken as it is ({first})",
        "{count} e-mail addresses look odd and were taken as they are (first: {first})",
    ),
    "nothing_to_dial": (
        "1 phone number has no digit, so nobody can dial it; it was taken as it is ({first})",
        "{count} phone numbers have no digit, so nobody can dial them; they were taken as they are (first: {first})",
    ),
    "no_lines": (
        f"1 number is from outside, and there is no line to tell its extension by ({{first}}): {_LINES}",
        f"{{count}} numbers are from outside, and there is no line to tell extensions by (first: {{first}}): {_LINES}",
    ),
    "phone_number": (
        "1 value is not a phone number and was left out ({first})",
        "{count} values are not phone numbers and were left out (first: {first})",
    ),
}


class FieldError(Exception):
    """A value that a field cannot take. `value` is masked when the field is secret, and shortened when it is long."""

    def __init__(self, field: str, value: Any, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule
        self.value = MASK if is_secret(field) and value not in (None, "") else shown(value)


class Notices:
    """Counts what was accepted although it looked wrong, so that a run can say so in a few sentences."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._first: dict[str, str] = {}
        self._dropped: dict[tuple[str, str], tuple[int, str]] = {}
        self.dropped = 0  # values that were left out

    def drop(self, error: FieldError) -> None:
        """Count a value that its field cannot take and that is left out."""
        self.dropped += 1
        count, first = self._dropped.get((error.field, error.rule), (0, error.value))
        self._dropped[error.field, error.rule] = count + 1, first

    def count(self, kind_of_notice: str, example: str) -> None:
        """Count one occurrence; the first example of each kind is kept for its sentence."""
        self._counts[kind_of_notice] = self._counts.get(kind_of_notice, 0) + 1
        self._first.setdefault(kind_of_notice, shown(example))

    def sentences(self) -> list[str]:
        """One sentence per kind of notice, in the order in which they first came up."""
        noticed = [
            _NOTICES[kind][count > 1].format(count=count, first=self._first[kind])
            for kind, count in self._counts.items()
        ]
        return noticed + [
            f"{count} value{'s' if count > 1 else ''} of {field} left out: {rule} (first: {first})"
            for (field, rule), (count, first) in self._dropped.items()
        ]


Rule = Callable[[str, Any, Notices], Any]
"""Takes field name, value and notices; returns the normalised value (maybe empty) or raises FieldError."""


def dropping(rule: Rule) -> Rule:
    """Make a rule that leaves out, and counts, what another one refuses."""

    def drop(name: str, value: Any, notices: Notices) -> Any:
        try:
            return rule(name, value, notices)
        except FieldError as error:
            notices.drop(error)
            return ""

    return drop


def is_true(value: Any) -> bool:
    """Say whether a switch or condition holds: as in Python, but texts such as "0", "no", "off" or "nein" are false."""
    if isinstance(value, str):
        return bool(value) and value.strip().lower() not in _FALSE_TEXTS
    return bool(value)


def shown(value: Any) -> str:
    """Return a value as an error may repeat it: text of a bounded length that can be stored."""
    text = "" if value is None else str(value)
    text = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return text.encode("utf-8", "backslashreplace").decode()


def as_text(name: str, value: Any) -> str:
    """Return a value as text; numbers will do (whole ones without ".0"), truth values and filled lists will not."""
    if isinstance(value, str):
        return str(value)
    if value is None or (isinstance(value, (list, tuple, dict)) and not value):
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise FieldError(name, value, "must be a single text or number")
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def refuse_control_characters(name: str, text: str, allowed: str = "") -> None:
    """Raise FieldError for control characters and for halves of surrogate pairs, which no encoding can store."""
    if text.isprintable():
        return
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs") and character not in allowed:
            raise FieldError(name, text, f"must not hold control characters (found U+{ord(character):04X})")


def _on_one_line(text: str) -> str:
    """Turn line breaks and tabs, which cells of a spreadsheet often hold, into blanks: each run with one into one."""
    # one class for all of a run, as a pattern that looks for the break within it would try every blank before it
    return re.sub(r"[ \t\r\n]+", lambda run: run[0] if not run[0].strip(" ") else " ", text.strip())


def text(limit: int = MAX_TEXT) -> Rule:
    """Make the rule for one line of text: stripped, without control characters, `limit` characters at most."""

    def rule(name: str, value: Any, notices: Notices) -> str:
        if type(value) is str and len(value) <= limit and value.isprintable():  # nearly every value
            return value.strip()
        stripped = _on_one_line(as_text(name, value))
        refuse_control_characters(name, stripped)
        return _at_most(limit, name, stripped)

    return rule


plain_text = text()


def notes(name: str, value: Any, notices: Notices) -> str:
    """Several lines of text; line breaks become plain line feeds, tabs stay."""
    if type(value) is str and len(value) <= MAX_TEXT and value.isprintable():
        return value.strip()
    stripped = as_text(name, value).replace("\r\n", "\n").replace("\r", "\n").strip()
    refuse_control_characters(name, stripped, allowed="\n\t")
    return _at_most(MAX_NOTES, name, stripped)


def display_name(name: str, value: Any, notices: Notices) -> str:
    """A name as phones show it; one that is too long is cut and counted rather than refused."""
    if type(value) is str and len(value) <= MAX_DISPLAY_NAME and value.isprintable():
        return value.strip()
    stripped = _on_one_line(as_text(name, value))
    refuse_control_characters(name, stripped)
    if len(stripped) <= MAX_DISPLAY_NAME:
        return stripped
    notices.count("display_name", stripped)
    return stripped[:MAX_DISPLAY_NAME].rstrip()


def comparable(text: str) -> str:
    """Return a name as logins are compared: lower case and composed (NFC), nothing more.

    Full case folding would make one of strauß and strauss. A letter whose lower case is two characters keeps both: a
    capital I with a dot becomes i and a combining dot, which is neither i nor a dotless i.
    """
    return unicodedata.normalize("NFC", text.strip().lower())


def stand_in(text: str) -> str | None:
    """Return a character that Unicode takes for another one, as the Kelvin sign for K; None if there is none.

    In a login it would make one of two people.
    """
    return next((one for one in text if not one.isascii() and unicodedata.normalize("NFC", one) != one), None)


def username(name: str, value: Any, notices: Notices) -> str:
    """A login name: lower case, no blanks, and none of the characters that directories and URLs give a meaning."""
    if type(value) is str and PLAIN_USERNAME.fullmatch(value):
        return value
    # before it is composed, which takes a time that grows with the square of its accents
    given = _at_most(MAX_TEXT, name, as_text(name, value).strip())
    login = comparable(given)
    refuse_control_characters(name, login)
    for character in "" if login.isprintable() else login:
        if not character.isprintable() and not character.isspace():
            # nobody could type it, and two logins would look the same
            raise FieldError(name, value, f"must not hold invisible characters (found U+{ord(character):04X})")
    if twin := stand_in(given):
        raise FieldError(name, value, f"must not hold U+{ord(twin):04X}, which stands for another character")
    odd = _ODD_IN_USERNAME.search(login)
    if odd:
        quote = "'" if odd[0] == '"' else '"'
        raise FieldError(name, value, f"must not hold {'blanks' if odd[0].isspace() else quote + odd[0] + quote}")
    return _at_most(MAX_TEXT, name, login)


def email(name: str, value: Any, notices: Notices) -> str:
    """An e-mail address; an odd one is counted and kept, since refusing the whole record would do more harm."""
    if type(value) is str and PLAIN_EMAIL.fullmatch(value):
        return value
    address: str = plain_text(name, value, notices)
    if address and not _EMAIL.fullmatch(address):
        notices.count("email", address)
    return address


def digits(at_least: int) -> Rule:
    """Make the rule for a number code such as a PIN."""

    def rule(name: str, value: Any, notices: Notices) -> str:
        code: str = plain_text(name, value, notices)
        if code and not (code.isascii() and code.isdigit()):
            raise FieldError(name, value, "must consist of digits only")
        if code and len(code) < at_least:
            raise FieldError(name, value, f"must have {at_least} digits or more")
        return code

    return rule


def password(name: str, value: Any, notices: Notices) -> str:
    """A password is taken to the letter: blanks at its ends belong to it."""
    secret = as_text(name, value)
    refuse_control_characters(name, secret)
    if secret and len(secret) < 8:
        raise FieldError(name, secret, "must have 8 characters or more")
    if secret and is_blank(secret):
        raise FieldError(name, secret, "must not consist of blanks alone")
    return _at_most(MAX_TEXT, name, secret)


def choice(choices: Iterable[str]) -> Rule:
    """Make the rule for a value out of a fixed list, compared without regard to case."""
    known = tuple(choices)

    def rule(name: str, value: Any, notices: Notices) -> str:
        chosen = as_text(name, value).strip().lower()
        if chosen and chosen not in known:
            raise FieldError(name, value, f"must be one of {', '.join(known)}")
        return chosen

    return rule


def names(name: str, value: Any, notices: Notices) -> list[str]:
    """A list of names, or one text split at commas and semicolons: stripped, each once, in the given order."""
    if isinstance(value, str):
        value = re.split("[,;]", value)
    if not isinstance(value, (list, tuple)):
        raise FieldError(name, value, "must be a list of names")
    stripped = (plain_text(name, item, notices) for item in value)
    return list(dict.fromkeys(item for item in stripped if item))


def checked(check: Callable[[str], str]) -> Rule:
    """Make a rule out of a check that takes and returns text and says what is wrong by ValueError."""

    def rule(name: str, value: Any, notices: Notices) -> str:
        if isinstance(value, Refused):
            raise FieldError(name, str(value), value.rule)
        stripped = (value if type(value) is str else as_text(name, value)).strip()
        try:
            return check(stripped) if stripped else ""
        except ValueError as error:
            raise FieldError(name, value, str(error)) from None

    return rule


def _at_most(limit: int, name: str, stripped: str) -> str:
    if len(stripped) > limit:
        raise FieldError(name, stripped, f"must have {limit} characters or fewer")
    return stripped
