# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The registry of formats: a new format is one file in this folder and one line here."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Format
from ansible_collections.telephony.connector.plugins.module_utils.outputs.directories.carddav.format import CardDav
from ansible_collections.telephony.connector.plugins.module_utils.outputs.directories.ldap.format import Ldap
from ansible_collections.telephony.connector.plugins.module_utils.outputs.imports.csv import Csv
from ansible_collections.telephony.connector.plugins.module_utils.outputs.imports.freepbx_contacts import (
    FreePbxContacts,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.imports.freepbx_users import FreePbxUsers
from ansible_collections.telephony.connector.plugins.module_utils.outputs.imports.pascom_phonebook import (
    PascomPhonebook,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.imports.pascom_users import PascomUsers
from ansible_collections.telephony.connector.plugins.module_utils.outputs.imports.template import Template
from ansible_collections.telephony.connector.plugins.module_utils.outputs.imports.threecx_users import ThreeCxUsers
from ansible_collections.telephony.connector.plugins.module_utils.outputs.imports.vcard import VCard
from ansible_collections.telephony.connector.plugins.module_utils.outputs.imports.wazo_users import WazoUsers
from ansible_collections.telephony.connector.plugins.module_utils.outputs.imports.yeastar_contacts import (
    YeastarContacts,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.phones.cisco import Cisco
from ansible_collections.telephony.connector.plugins.module_utils.outputs.phones.fanvil import Fanvil
from ansible_collections.telephony.connector.plugins.module_utils.outputs.phones.fritzbox import FritzBox
from ansible_collections.telephony.connector.plugins.module_utils.outputs.phones.gigaset import Gigaset
from ansible_collections.telephony.connector.plugins.module_utils.outputs.phones.grandstream import Grandstream
from ansible_collections.telephony.connector.plugins.module_utils.outputs.phones.mitel import Mitel
from ansible_collections.telephony.connector.plugins.module_utils.outputs.phones.poly import Poly
from ansible_collections.telephony.connector.plugins.module_utils.outputs.phones.snom import Snom
from ansible_collections.telephony.connector.plugins.module_utils.outputs.phones.yealink import Yealink
from ansible_collections.telephony.connector.plugins.module_utils.outputs.sip_servers.asterisk import Asterisk
from ansible_collections.telephony.connector.plugins.module_utils.outputs.sip_servers.asterisk_realtime import (
    AsteriskRealtime,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.sip_servers.freeswitch import FreeSwitch
from ansible_collections.telephony.connector.plugins.module_utils.outputs.sip_servers.kamailio import Kamailio

#: Libraries are imported when a format is opened, so that this list costs nothing.
_CLASSES: tuple[type[Format], ...] = (
    Yealink,
    Snom,
    Cisco,
    Grandstream,
    Poly,
    Fanvil,
    Gigaset,
    Mitel,
    FritzBox,
    VCard,
    Csv,
    Template,
    Ldap,
    CardDav,
    FreeSwitch,
    FreePbxUsers,
    FreePbxContacts,
    ThreeCxUsers,
    YeastarContacts,
    WazoUsers,
    PascomUsers,
    PascomPhonebook,
    Kamailio,
    AsteriskRealtime,
    Asterisk,
)
FORMATS: dict[str, type[Format]] = {one.NAME: one for one in _CLASSES}


def format_class(name: str) -> type[Format]:
    """Return the class of a format; DefinitionError for an unknown one."""
    if name not in FORMATS:
        raise DefinitionError(f'There is no format "{name}"; there are: {", ".join(FORMATS)}.{nearest(name, FORMATS)}')
    return FORMATS[name]


def every_format() -> Iterator[type[Format]]:
    """Yield all formats, phones first."""
    yield from _CLASSES
