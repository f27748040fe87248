# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exchange Web Services for tests: contacts over SOAP, as strict as the documentation says.

There is no other server to be had. What Exchange refuses is refused: no or wrong credentials, impersonation without the
role, somebody else's mailbox, deep searches of public folders, properties that contacts do not have. Only what is asked
for is given.
"""

from __future__ import annotations

import base64
import xml.etree.ElementTree as ET
from collections.abc import Callable

from ansible_collections.telephony.connector.tests.servers.ews_mailboxes import Folder, Mailboxes
from ansible_collections.telephony.connector.tests.servers.ews_xml import (
    MOST_AT_ONCE,
    Call,
    M,
    SoapError,
    T,
    children,
    envelope,
    fault,
    folder_fields,
    folder_xml,
    item_fields,
    item_xml,
    page_view,
    paged,
    parsed,
)
from ansible_collections.telephony.connector.tests.servers.https_thread import Answer, Asked, Service
from ansible_collections.telephony.connector.tests.servers.ntlm import Ntlm

PATH = "/EWS/Exchange.asmx"
USER, PASSWORD, EMAIL = "CORP\\svc-pbx", "Ews-Pw1-recognisable", "svc-pbx@corp.example"


class Ews(Service):
    """The stand-in. `mailboxes` is what it holds; `may_impersonate`: whether the account has the role."""

    def __init__(self, certificate: str) -> None:
        super().__init__(certificate)
        self.mailboxes = Mailboxes()
        self.mailboxes.mailbox(EMAIL)
        self.accounts = {USER: PASSWORD}
        self.accepts_token: Callable[[str], bool] = lambda _token: False
        self.ntlm: Ntlm | None = None  # set: NTLM and nothing else is accepted
        self.may_impersonate = True
        self.shared: set[str] = set()  # mailboxes that the account has full access to
        self.calls: list[Call] = []
        self._operations: dict[str, Callable[[Call], list[str | SoapError]]] = {
            "GetFolder": self._get_folder,
            "FindFolder": self._find_folder,
            "FindItem": self._find_item,
            "GetItem": self._get_item,
        }

    @property
    def address(self) -> str:
        """The address that profiles give as url."""
        return f"{self.url}{PATH}"

    def operations(self) -> list[str]:
        """Return which operations were asked for so far."""
        return [call.operation for call in self.calls]

    def respond(self, asked: Asked) -> Answer:
        """See Service."""
        if asked.path.lower() != PATH.lower():
            return Answer(404, b"<html>Not found</html>", {"Content-Type": "text/html"})
        if asked.method != "POST" or not asked.headers.get("content-type", "").startswith("text/xml"):
            return Answer(405, b"", {"Content-Type": "text/html"})
        if (refusal := self._refusal(asked)) is not None:
            return refusal
        call = parsed(asked)
        self.calls.append(call)
        try:
            self._check_impersonation(call)
            parts = self._operations[call.operation](call)
        except SoapError as error:
            return fault(error.code, error.back_off)
        return envelope(call.operation, parts)

    def _refusal(self, asked: Asked) -> Answer | None:
        if self.ntlm is not None:
            return self.ntlm.stops(asked)
        if self._is_known(asked.headers.get("authorization", "")):
            return None
        return Answer(401, b"", {"WWW-Authenticate": 'Basic realm="mail.corp.example"'})

    def _is_known(self, authorization: str) -> bool:
        scheme, _blank, value = authorization.partition(" ")
        if scheme == "Bearer":
            return self.accepts_token(value)
        if scheme != "Basic":
            return False
        user, _colon, password = base64.b64decode(value).decode().partition(":")
        return self.accounts.get(user) == password

    def _check_impersonation(self, call: Call) -> None:
        if call.impersonated is None:
            return
        if not self.may_impersonate:
            raise SoapError("ErrorImpersonateUserDenied")
        if self.mailboxes.find(call.impersonated) is None:
            raise SoapError("ErrorNonExistentMailbox")
        assert call.anchor.lower() == call.impersonated.lower(), "a request must go to the server of its mailbox"

    # -------------------------------------------------------------------------------------------------------- rights

    def _folder(self, call: Call, element: ET.Element) -> Folder:
        """Return the folder that a request names; SoapError if there is none, or not for this account."""
        if element.tag == f"{T}DistinguishedFolderId":
            folder = self._distinguished(call, element)
        else:
            found = self.mailboxes.folder(element.get("Id", ""))
            if found is None:
                raise SoapError("ErrorItemNotFound")
            folder = found
        self._check_right(call, folder)
        return folder

    def _distinguished(self, call: Call, element: ET.Element) -> Folder:
        name = element.get("Id")
        if name == "publicfoldersroot":
            if self.mailboxes.public_error:
                raise SoapError(self.mailboxes.public_error)
            return self.mailboxes.public
        if name not in ("root", "contacts"):
            raise SoapError("ErrorFolderNotFound")
        address = element.findtext(f"{T}Mailbox/{T}EmailAddress") or call.impersonated or EMAIL
        mailbox = self.mailboxes.find(address)
        if mailbox is None:
            raise SoapError("ErrorNonExistentMailbox")
        if mailbox.error:
            raise SoapError(mailbox.error)
        return mailbox.root if name == "root" else mailbox.contacts

    def _check_right(self, call: Call, folder: Folder) -> None:
        own = (call.impersonated or EMAIL).lower()
        if folder.owner and folder.owner != own and folder.owner not in self.shared:
            raise SoapError("ErrorAccessDenied")

    # ---------------------------------------------------------------------------------------------------- operations

    def _get_folder(self, call: Call) -> list[str | SoapError]:
        fields = folder_fields(call.body.find(f"{M}FolderShape"))
        answers: list[str | SoapError] = []
        for element in children(call, "FolderIds"):
            try:
                answers.append(f"<m:Folders>{folder_xml(self._folder(call, element), fields)}</m:Folders>")
            except SoapError as error:
                answers.append(error)
        return answers

    def _find_folder(self, call: Call) -> list[str | SoapError]:
        fields = folder_fields(call.body.find(f"{M}FolderShape"))
        (element,) = children(call, "ParentFolderIds")
        try:
            parent = self._folder(call, element)
            if call.body.get("Traversal") == "Deep" and not parent.owner:
                raise SoapError("ErrorInvalidOperation")
            if parent.children_error:
                raise SoapError(parent.children_error)
        except SoapError as error:
            return [error]
        deep = call.body.get("Traversal") == "Deep"
        found = [one for one in parent.everything() if one is not parent] if deep else parent.children
        return [paged(call, "Folder", "Folders", found, lambda one: folder_xml(one, fields))]

    def _find_item(self, call: Call) -> list[str | SoapError]:
        (element,) = children(call, "ParentFolderIds")
        assert call.body.findtext(f"{M}ItemShape/{T}BaseShape") == "IdOnly"
        try:
            folder = self._folder(call, element)
            if folder.items_error:
                raise SoapError(folder.items_error)
            offset = int(page_view(call, "Item").get("Offset", "0"))
            if folder.breaks_at is not None and offset >= folder.breaks_at:
                raise SoapError("ErrorMailboxStoreUnavailable")
        except SoapError as error:
            return [error]
        return [paged(call, "Item", "Items", folder.contacts, lambda one: item_xml(one, frozenset()))]

    def _get_item(self, call: Call) -> list[str | SoapError]:
        fields = item_fields(call.body.find(f"{M}ItemShape"))
        ids = children(call, "ItemIds")
        assert 0 < len(ids) <= MOST_AT_ONCE
        answers: list[str | SoapError] = []
        for element in ids:
            found = self.mailboxes.contact(element.get("Id", ""))
            if found is None:
                answers.append(SoapError("ErrorItemNotFound"))
                continue
            self._check_right(call, found[0])
            answers.append(f"<m:Items>{item_xml(found[1], fields)}</m:Items>")
        return answers
