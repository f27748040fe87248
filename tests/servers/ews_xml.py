# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests and answers of Exchange Web Services as XML, as strict as the documentation says."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from xml.sax.saxutils import escape, quoteattr

from ansible_collections.telephony.connector.tests.servers.ews_mailboxes import Contact, Folder
from ansible_collections.telephony.connector.tests.servers.https_thread import Answer, Asked

MOST_AT_ONCE = 1000
S, M, T = (
    "{http://schemas.xmlsoap.org/soap/envelope/}",
    "{http://schemas.microsoft.com/exchange/services/2006/messages}",
    "{http://schemas.microsoft.com/exchange/services/2006/types}",
)
_PLAIN = frozenset(
    {
        "AssistantName",
        "Birthday",
        "BusinessHomePage",
        "CompanyName",
        "Department",
        "DisplayName",
        "FileAs",
        "Generation",
        "GivenName",
        "Initials",
        "JobTitle",
        "Manager",
        "MiddleName",
        "Nickname",
        "OfficeLocation",
        "Profession",
        "SpouseName",
        "Surname",
    }
)


#: Lists of labelled values: name in FieldURIs -> element.
_LISTS = {"PhoneNumber": "PhoneNumbers", "EmailAddress": "EmailAddresses", "ImAddress": "ImAddresses"}
_Found = TypeVar("_Found")
_ADDRESS_PARTS = ("Street", "City", "State", "CountryOrRegion", "PostalCode")


class SoapError(Exception):
    """A response code of Exchange; `is_fault`: for the request as a whole."""

    def __init__(self, code: str, is_fault: bool = False, back_off: int | None = None) -> None:
        super().__init__(code)
        self.code, self.is_fault, self.back_off = code, is_fault, back_off


@dataclass
class Call:
    """One request: the operation, who asks, and as whom."""

    operation: str
    body: ET.Element
    impersonated: str | None
    anchor: str


# -- requests ----------------------------------------------------------------------------------------------------------


def parsed(asked: Asked) -> Call:
    envelope = ET.fromstring(asked.body)
    header, body = envelope.find(f"{S}Header"), envelope.find(f"{S}Body")
    assert header is not None
    assert body is not None
    assert len(body) == 1
    version = header.find(f"{T}RequestServerVersion")
    assert version is not None
    assert version.get("Version") in ("Exchange2013_SP1", "Exchange2013"), "for every server"
    sid = header.find(f"{T}ExchangeImpersonation/{T}ConnectingSID")
    impersonated = None if sid is None else sid.findtext(f"{T}PrimarySmtpAddress")
    return Call(body[0].tag.removeprefix(M), body[0], impersonated, asked.headers.get("x-anchormailbox", ""))


def children(call: Call, name: str) -> list[ET.Element]:
    parent = call.body.find(f"{M}{name}")
    return [] if parent is None else list(parent)


def page_view(call: Call, what: str) -> ET.Element:
    view = call.body.find(f"{M}IndexedPage{what}View")
    assert view is not None
    assert view.get("BasePoint") == "Beginning"
    return view


def folder_fields(shape: ET.Element | None) -> frozenset[str]:
    assert shape is not None
    assert shape.findtext(f"{T}BaseShape") == "IdOnly"
    return frozenset(one.get("FieldURI", "") for one in shape.iter(f"{T}FieldURI"))


def item_fields(shape: ET.Element | None) -> frozenset[tuple[str, str]]:
    """Return the (element, label) that are asked for; SoapError for what a contact does not have."""
    assert shape is not None
    assert shape.findtext(f"{T}BaseShape") == "IdOnly"
    fields: set[tuple[str, str]] = set()
    for one in shape.iter(f"{T}FieldURI"):
        family, _colon, name = one.get("FieldURI", "").partition(":")
        if family != "contacts" or name not in _PLAIN:
            raise SoapError("ErrorInvalidPropertyRequest")
        fields.add((name, ""))
    for one in shape.iter(f"{T}IndexedFieldURI"):
        family, name, *part = one.get("FieldURI", "").split(":")
        label = one.get("FieldIndex", "")
        if name == "PhysicalAddress" and part and part[0] in _ADDRESS_PARTS:
            fields.add(("PhysicalAddresses", f"{label}:{part[0]}"))
        elif family == "contacts" and name in _LISTS and not part:
            fields.add((_LISTS[name], label))
        else:
            raise SoapError("ErrorInvalidPropertyRequest")
    return frozenset(fields)


# -- answers -----------------------------------------------------------------------------------------------------------


def folder_xml(folder: Folder, fields: frozenset[str]) -> str:
    parts = [f"<t:FolderId Id={quoteattr(folder.id)} ChangeKey='AQ=='/>"]
    if "folder:ParentFolderId" in fields and folder.parent_id:
        parts.append(f"<t:ParentFolderId Id={quoteattr(folder.parent_id)} ChangeKey='AQ=='/>")
    if "folder:FolderClass" in fields and folder.folder_class is not None:
        parts.append(f"<t:FolderClass>{folder.folder_class}</t:FolderClass>")
    if "folder:DisplayName" in fields:
        parts.append(f"<t:DisplayName>{escape(folder.name)}</t:DisplayName>")
    if "folder:TotalCount" in fields:
        parts.append(f"<t:TotalCount>{len(folder.contacts)}</t:TotalCount>")
    if "folder:ChildFolderCount" in fields:
        parts.append(f"<t:ChildFolderCount>{len(folder.children)}</t:ChildFolderCount>")
    tag = "t:ContactsFolder" if (folder.folder_class or "").startswith("IPF.Contact") else "t:Folder"
    return f"<{tag}>{''.join(parts)}</{tag}>"


def item_xml(contact: Contact, fields: frozenset[tuple[str, str]]) -> str:
    tag = "t:DistributionList" if contact.is_list else "t:Contact"
    parts = [f"<t:ItemId Id={quoteattr(contact.id)} ChangeKey='EQ=='/>"]
    for name, value in contact.fields.items():
        if isinstance(value, str):
            if (name, "") in fields:
                parts.append(f"<t:{name}>{escape(value)}</t:{name}>")
        elif name == "PhysicalAddresses":
            parts.append(_addresses_xml(value, fields))
        else:
            entries = [(key, one) for key, one in value.items() if (name, key) in fields]
            inner = "".join(f"<t:Entry Key={quoteattr(key)}>{escape(one)}</t:Entry>" for key, one in entries)
            parts.append(f"<t:{name}>{inner}</t:{name}>" if inner else "")
    return f"<{tag}>{''.join(parts)}</{tag}>"


def _addresses_xml(addresses: dict[str, dict[str, str]], fields: frozenset[tuple[str, str]]) -> str:
    entries = ""
    for label, value in addresses.items():
        wanted = [part for part in _ADDRESS_PARTS if ("PhysicalAddresses", f"{label}:{part}") in fields]
        inner = "".join(f"<t:{part}>{escape(value[part])}</t:{part}>" for part in wanted if part in value)
        entries += f"<t:Entry Key='{label}'>{inner}</t:Entry>" if inner else ""
    return f"<t:PhysicalAddresses>{entries}</t:PhysicalAddresses>" if entries else ""


def paged(call: Call, what: str, tag: str, found: list[_Found], as_xml: Callable[[_Found], str]) -> str:
    view = page_view(call, what)
    offset, most = int(view.get("Offset", "0")), int(view.get("MaxEntriesReturned", "0"))
    assert 0 < most <= MOST_AT_ONCE
    page = found[offset : offset + most]
    end = offset + len(page)
    last = end >= len(found)
    return (
        f'<m:RootFolder IndexedPagingOffset="{end}" TotalItemsInView="{len(found)}"'
        f' IncludesLastItemInRange="{str(last).lower()}"><t:{tag}>{"".join(map(as_xml, page))}</t:{tag}></m:RootFolder>'
    )


def envelope(operation: str, parts: list[str | SoapError]) -> Answer:
    name = f"{operation}ResponseMessage"
    messages = "".join(
        f'<m:{name} ResponseClass="Error"><m:MessageText>The text depends on the language.</m:MessageText>'
        f"<m:ResponseCode>{part.code}</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey></m:{name}>"
        if isinstance(part, SoapError)
        else f'<m:{name} ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>{part}</m:{name}>'
        for part in parts
    )
    body = f"<m:{operation}Response><m:ResponseMessages>{messages}</m:ResponseMessages></m:{operation}Response>"
    return soap(body)


def soap(body: str, status: int = 200) -> Answer:
    """Return an answer of Exchange 2016."""
    text = (
        f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{S[1:-1]}"><s:Header><h:ServerVersionInfo'
        f' MajorVersion="15" MinorVersion="1" MajorBuildNumber="2507" MinorBuildNumber="6" Version="V2017_07_11"'
        f' xmlns:h="{T[1:-1]}"/></s:Header><s:Body xmlns:m="{M[1:-1]}" xmlns:t="{T[1:-1]}">{body}</s:Body></s:Envelope>'
    )
    return Answer(status, text.encode(), {"Content-Type": "text/xml; charset=utf-8"})


def fault(code: str, back_off: int | None = None) -> Answer:
    """Return a SOAP fault; `back_off`: milliseconds that Exchange asks to wait."""
    wait = "" if back_off is None else f'<t:Value Name="BackOffMilliseconds">{back_off}</t:Value>'
    detail = (
        f"<e:ResponseCode xmlns:e='http://schemas.microsoft.com/exchange/services/2006/errors'>{code}</e:ResponseCode>"
        "<e:Message xmlns:e='http://schemas.microsoft.com/exchange/services/2006/errors'>In any language.</e:Message>"
        + (f"<t:MessageXml>{wait}</t:MessageXml>" if wait else "")
    )
    body = (
        f"<s:Fault><faultcode>a:{code}</faultcode><faultstring>In any language.</faultstring>"
        f"<detail>{detail}</detail></s:Fault>"
    )
    return soap(body, 500)


def busy(milliseconds: int = 10) -> Answer:
    """Return what a busy Exchange answers."""
    return fault("ErrorServerBusy", milliseconds)
