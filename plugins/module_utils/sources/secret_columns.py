# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Which columns hold secrets by their names, so that nobody shows what is in them.

Rather one too many: a column that is masked although it is none costs a sample, the other way round a password.
"""

from __future__ import annotations

import re

_SECRET = re.compile(
    r"pass|kennw|secret|geheim|token|pwd|credential|pin(?![a-z])|pin-?code"
    r"|(?<![a-z])pw|pw(?![a-z])"
    # Zugangswort and codeword, not Antwort and keyword
    r"|(?<!ant)(?<!stich)(?<!schlag)wort(?![a-z])|(?<!key)word(?![a-z])",
    re.IGNORECASE,
)
_CODE = re.compile(r"code(?![a-z])", re.IGNORECASE)
#: What a code is of that is no secret: a place, a language, money, a part of a company.
_PLAIN_CODE = re.compile(
    r"post|zip|plz|area|country|l[aä]nd|region|state|city|sprach|lang|curr|währ|waehr|dial|vorwahl|bar|qr|iso|dep|abteil"
    r"|kosten|cost|firm|company|job|site|location|standort|building|office|colou?r|time|hour|mail|type|status",
    re.IGNORECASE,
)


def is_secret_column(name: str) -> bool:
    """Say whether a column of this name holds passwords, PINs or the like, in German or English."""
    if _SECRET.search(name):
        return True
    return _CODE.search(name) is not None and _PLAIN_CODE.search(name) is None
