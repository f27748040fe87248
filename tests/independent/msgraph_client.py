# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft's own client library reads a Graph and prints what it found as JSON. Runs in an environment of its own.

python msgraph_client.py GRAPH_URL TOKEN CA_FILE GROUP WHAT [LINK]: WHAT is users, members, delta, contacts, contact or
contacts-delta; GROUP is the group, and for contacts the mailbox, the id of a folder and maybe that of a contact.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from typing import Any

import httpx
from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.groups.item.transitive_members.graph_user.graph_user_request_builder import (
    GraphUserRequestBuilder,
)
from msgraph.generated.users.delta.delta_request_builder import DeltaRequestBuilder
from msgraph.generated.users.item.contact_folders.item.contacts.contacts_request_builder import ContactsRequestBuilder
from msgraph.generated.users.item.contact_folders.item.contacts.delta.delta_request_builder import (
    DeltaRequestBuilder as ContactsDeltaRequestBuilder,
)
from msgraph.generated.users.item.contact_folders.item.contacts.item.contact_item_request_builder import (
    ContactItemRequestBuilder,
)
from msgraph.generated.users.users_request_builder import UsersRequestBuilder

SELECT = ["id", "userPrincipalName", "displayName", "businessPhones", "accountEnabled", "mobilePhone"]
OF_CONTACTS = ["id", "displayName", "businessPhones", "parentFolderId", "changeKey"]
EXPAND = ["singleValueExtendedProperties($filter=id eq 'String 0x3A24')"]


class Token(AccessTokenProvider):
    """A token that is there already."""

    def __init__(self, token: str, host: str) -> None:
        self._token, self._hosts = token, AllowedHostsValidator([host])

    async def get_authorization_token(self, uri: str, additional_authentication_context: Any = None) -> str:
        return self._token

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        return self._hosts


def client_of(url: str, token: str, ca_file: str) -> GraphServiceClient:
    verify = ssl.create_default_context(cafile=ca_file)
    adapter = GraphRequestAdapter(
        BaseBearerTokenAuthenticationProvider(Token(token, "localhost")), httpx.AsyncClient(verify=verify)
    )
    adapter.base_url = f"{url}/v1.0"
    return GraphServiceClient(request_adapter=adapter)


def shown(user: Any) -> dict[str, Any]:
    return {
        "id": user.id,
        "upn": user.user_principal_name,
        "name": user.display_name,
        "phones": user.business_phones,
        "enabled": user.account_enabled,
        "mobile": user.mobile_phone,
        "removed": (user.additional_data.get("@removed") or {}).get("reason"),
    }


def shown_contact(contact: Any) -> dict[str, Any]:
    return {
        "id": contact.id,
        "name": contact.display_name,
        "phones": contact.business_phones,
        "folder": contact.parent_folder_id,
        "version": contact.change_key,
        "faxes": [one.value for one in contact.single_value_extended_properties or ()],
        "removed": (contact.additional_data.get("@removed") or {}).get("reason"),
    }


async def read_contacts(client: GraphServiceClient, place: str, what: str, link: str) -> dict[str, Any]:
    mailbox, folder, *one = place.split()
    builder: Any = client.users.by_user_id(mailbox).contact_folders.by_contact_folder_id(folder).contacts
    configuration: Any
    parameters: Any
    if what == "contact":
        parameters = ContactItemRequestBuilder.ContactItemRequestBuilderGetQueryParameters(
            select=OF_CONTACTS, expand=EXPAND
        )
        found = await builder.by_contact_id(one[0]).get(RequestConfiguration(query_parameters=parameters))
        return {"contacts": [shown_contact(found)]}
    if what == "contacts":
        parameters = ContactsRequestBuilder.ContactsRequestBuilderGetQueryParameters(
            select=OF_CONTACTS, expand=EXPAND, top=2
        )
        configuration = RequestConfiguration(query_parameters=parameters)
    else:
        builder = builder.delta
        parameters = ContactsDeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(select=OF_CONTACTS)
        configuration = RequestConfiguration(query_parameters=parameters)
        configuration.headers.add("Prefer", "odata.maxpagesize=2")
    if link:
        builder, configuration = builder.with_url(link), RequestConfiguration()
    pages = [await builder.get(configuration)]
    while pages[-1].odata_next_link:
        pages.append(await builder.with_url(pages[-1].odata_next_link).get())
    return {
        "pages": [len(page.value) for page in pages],
        "contacts": [shown_contact(contact) for page in pages for contact in page.value],
        "link": getattr(pages[-1], "odata_delta_link", None),
    }


async def read(client: GraphServiceClient, group: str, what: str, link: str) -> dict[str, Any]:
    if what.startswith("contact"):
        return await read_contacts(client, group, what, link)
    if what == "users":
        builder: Any = client.users
        parameters: Any = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(select=SELECT, top=2)
        configuration = RequestConfiguration(query_parameters=parameters)
    elif what == "members":
        builder = client.groups.by_group_id(group).transitive_members.graph_user
        parameters = GraphUserRequestBuilder.GraphUserRequestBuilderGetQueryParameters(select=SELECT, top=2, count=True)
        configuration = RequestConfiguration(query_parameters=parameters)
        configuration.headers.add("ConsistencyLevel", "eventual")
    else:
        builder = client.users.delta
        parameters = DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(select=SELECT)
        configuration = RequestConfiguration(query_parameters=parameters)
    if link:
        builder, configuration = builder.with_url(link), RequestConfiguration()
    pages: list[int] = []
    users: list[dict[str, Any]] = []
    page = await builder.get(configuration)
    while True:
        pages.append(len(page.value))
        users += [shown(user) for user in page.value]
        if not page.odata_next_link:
            break
        following = RequestConfiguration()
        if what == "members":
            following.headers.add("ConsistencyLevel", "eventual")
        page = await builder.with_url(page.odata_next_link).get(following)
    return {"pages": pages, "users": users, "link": getattr(page, "odata_delta_link", None)}


def main(url: str, token: str, ca_file: str, group: str, what: str, link: str = "") -> None:
    print(json.dumps(asyncio.run(read(client_of(url, token, ca_file), group, what, link))))


if __name__ == "__main__":
    main(*sys.argv[1:])
