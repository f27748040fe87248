# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft Graph v1.0 for tests: users, groups and delta of a tenant over HTTPS, as strict as the documentation says.

No emulator serves delta queries or the members of groups. What Graph refuses is refused: a token for somebody else or
without a permission, unknown properties and options, pages over 999, advanced queries without their header.
"""

from __future__ import annotations

import datetime
import json
import re
import uuid
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote, unquote

import jwt

from ansible_collections.telephony.connector.tests.servers import graph_contacts, graph_tenant
from ansible_collections.telephony.connector.tests.servers.graph_tenant import (
    RefusedQueryError,
    Tenant,
    bad,
    filtered,
    selected,
    shown,
    top,
)
from ansible_collections.telephony.connector.tests.servers.https_thread import Answer, Asked, Service

_OPTIONS = frozenset(("$select", "$top", "$filter", "$count", "$skiptoken", "$deltatoken", "$orderby", "$expand"))
_IS_DELTA = re.compile(r"/(?:(?:microsoft\.)?graph\.)?delta(?:\(\))?$")
#: Checks a token for an audience and returns its claims; raises jwt.PyJWTError.
Verifier = Callable[[str, str], dict[str, Any]]


def error(status: int, code: str, message: str, headers: dict[str, str] | None = None, inner: str = "") -> Answer:
    """Return an error as Graph words it."""
    ids = {"date": f"{datetime.datetime.now(datetime.UTC):%Y-%m-%dT%H:%M:%S}", "request-id": str(uuid.uuid4())}
    ids["client-request-id"] = ids["request-id"]
    ids |= {"code": inner} if inner else {}
    body = {"error": {"code": code, "message": message, "innerError": ids}}
    return Answer(status, body, headers or {})


def throttled(retry_after: str | None = "1", status: int = 429) -> Answer:
    """Return what a busy Graph answers."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return error(status, "TooManyRequests" if status == 429 else "serviceNotAvailable", "Too many requests", headers)


class Graph(Service):
    """The stand-in. `tenant` is what it serves; `verifiers` say which tokens are valid."""

    def __init__(self, certificate: str, verifiers: Sequence[Verifier] = ()) -> None:
        super().__init__(certificate)
        self.tenant = Tenant()
        self.contacts = graph_contacts.Contacts()
        self.verifiers = list(verifiers)
        #: client ID -> its passwordCredentials
        self.secrets: dict[str, list[dict[str, str]]] = {}
        self.page_size = 100  # where $top does not say
        self.page_limit = 999  # of what $top asks for
        self.delta_page_size = 3
        self.after_page = lambda: None  # called when a page is sent
        self.empty_pages = False  # put an empty page before every other one
        self.link_base = ""  # another host for the links to next pages
        self.expired_before = 0  # delta links from before this place in the log are too old

    def respond(self, asked: Asked) -> Answer:
        """See Service."""
        try:
            roles = self._roles(asked)
        except jwt.PyJWTError as wrong:
            return error(401, "InvalidAuthenticationToken", f"Access token is empty or not valid: {wrong}.")
        try:
            return self._route(asked, roles)
        except RefusedQueryError as refused:
            return error(refused.status, refused.code, refused.message)
        except PermissionError as denied:
            return error(403, "Authorization_RequestDenied", str(denied))

    def _roles(self, asked: Asked) -> frozenset[str]:
        scheme, _blank, token = asked.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer":
            raise jwt.InvalidTokenError("no bearer")
        wrong: jwt.PyJWTError = jwt.InvalidTokenError("nobody knows its issuer")
        for verify in self.verifiers:
            try:
                return frozenset(verify(token, self.url).get("roles", ()))
            except jwt.PyJWTError as error_of_one:
                wrong = error_of_one
        raise wrong

    def _route(self, asked: Asked, roles: frozenset[str]) -> Answer:
        if asked.method != "GET" or not asked.path.startswith("/v1.0/"):
            return error(404, "ResourceNotFound", f"Resource not found for the segment '{asked.path}'.")
        unknown = sorted(set(asked.query) - _OPTIONS)
        if unknown:
            raise bad(f"The query parameter '{unknown[0]}' is not supported.", "Request_UnsupportedQuery")
        path = asked.path.removeprefix("/v1.0/")
        if path == "contacts" or re.match(r"users/[^/]+/contact", path):
            return self._contacts(asked, path, roles)
        if path == "users":
            _need(roles, "User.Read.All")
            return self._list(asked, list(self.tenant.users.values()))
        if _IS_DELTA.sub("", path) == "users" != path:
            _need(roles, "User.Read.All")
            return self._delta(asked)
        if match := re.fullmatch(r"users/([^/]+)", path):
            _need(roles, "User.Read.All")
            return Answer(body=shown(self._known(self.tenant.users, match[1]), selected(asked.query.get("$select"))))
        if match := re.fullmatch(r"applications\(appId='([^']+)'\)", path):
            _need(roles, "Application.Read.All")
            return Answer(body={"passwordCredentials": self._known(self.secrets, match[1])})
        if path == "groups":
            _need(roles, "GroupMember.Read.All")
            return self._groups(asked)
        if match := re.fullmatch(r"groups/([^/]+)", path):
            _need(roles, "GroupMember.Read.All")
            return Answer(body={"id": self._known(self.tenant.groups, match[1])["id"]})
        if match := re.fullmatch(r"groups/([^/]+)/transitiveMembers/(?:microsoft\.)?graph\.user", path):
            _need(roles, "GroupMember.Read.All")
            return self._members(asked, match[1], roles)
        return error(404, "ResourceNotFound", f"Resource not found for the segment '{path}'.")

    @staticmethod
    def _known(things: dict[str, Any], key: str) -> Any:
        if key not in things:
            text = f"Resource '{key}' does not exist or one of its queried reference-property objects are not present."
            raise RefusedQueryError(404, "Request_ResourceNotFound", text)
        return things[key]

    # -------------------------------------------------------------------------------------------------------- lists

    def _groups(self, asked: Asked) -> Answer:
        found = filtered(self.tenant.groups.values(), asked.query.get("$filter"))
        return Answer(body={"value": [{"id": one["id"], "displayName": one["displayName"]} for one in found]})

    def _members(self, asked: Asked, key: str, roles: frozenset[str]) -> Answer:
        self._known(self.tenant.groups, key)
        # the cast makes it an advanced query, and every page of one needs the header
        if asked.headers.get("consistencylevel") != "eventual" or asked.query.get("$count") != "true":
            raise bad("Request requires ConsistencyLevel: eventual and $count=true.", "Request_UnsupportedQuery")
        members = self.tenant.members(key)
        if "User.Read.All" not in roles:  # listed, but nothing may be known of them
            hidden = dict.fromkeys(graph_tenant.PROPERTIES - {"id"})
            members = [{**hidden, "id": member["id"]} for member in members]
        return self._list(asked, members)

    def _list(self, asked: Asked, users: list[dict[str, Any]]) -> Answer:
        query = asked.query
        names = selected(query.get("$select"))
        size = min(top(query.get("$top"), self.page_size), self.page_limit)
        users = filtered(users, query.get("$filter"))
        start, was_empty = self._place(query)
        value = users[start : start + size]
        if self.empty_pages and not was_empty:
            value = []
        end = start + len(value)
        body: dict[str, Any] = {"@odata.context": f"{self.url}/v1.0/$metadata#users"}
        if query.get("$count") == "true" and not start:
            body["@odata.count"] = len(users)
        if end < len(users):
            body["@odata.nextLink"] = self._link(asked, {"$skiptoken": json.dumps([end, not value])})
        return Answer(body=body | {"value": [shown(user, names) for user in value]}, after=self.after_page)

    @staticmethod
    def _place(query: dict[str, str]) -> tuple[int, bool]:
        if "$skiptoken" not in query:
            return 0, False
        start, was_empty = json.loads(query["$skiptoken"])
        return int(start), bool(was_empty)

    def _link(self, asked: Asked, more: dict[str, str]) -> str:
        query = {name: value for name, value in asked.query.items() if name not in ("$skiptoken", "$deltatoken")}
        text = "&".join(f"{name}={quote(value)}" for name, value in {**query, **more}.items())
        return f"{self.link_base or self.url}{asked.path}?{text}"

    def _contacts(self, asked: Asked, path: str, roles: frozenset[str]) -> Answer:
        query = asked.query
        if path == "contacts":
            _need(roles, "OrgContact.Read.All")
            found = self.contacts.of_organisation(query)
        else:
            if "Contacts.Read" not in roles:
                return error(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
            if _IS_DELTA.search(path):
                return self._contact_changes(asked, _IS_DELTA.sub("", path))
            if match := re.fullmatch(r"(.*/contacts)/([^/]+)", path):
                return Answer(body=self.contacts.one(match[1], unquote(match[2]), query))
            found = self.contacts.listed(path, query)
        start, _was_empty = self._place(query)
        end = start + min(top(query.get("$top"), graph_contacts.PAGE), self.page_limit)
        link = {"@odata.nextLink": self._link(asked, {"$skiptoken": json.dumps([end, False])})}
        return Answer(body={"value": found[start:end], **(link if end < len(found) else {})}, after=self.after_page)

    # -------------------------------------------------------------------------------------------------------- delta

    def _contact_changes(self, asked: Asked, path: str) -> Answer:
        """Return a page of a round; all that was asked for at its beginning stands in the tokens of its links."""
        wanted = re.search(r"odata\.maxpagesize=(\d+)", asked.headers.get("prefer", ""))
        size = min(int(wanted[1]) if wanted else graph_contacts.PAGE, self.delta_page_size)
        value, name, token = self.contacts.changes(path, asked.query, size, self.empty_pages)
        link = f"{self.url}{asked.path}?{'$deltatoken' if name == '@odata.deltaLink' else '$skiptoken'}={token}"
        return Answer(body={"value": value, name: link}, after=self.after_page)

    def _delta(self, asked: Asked) -> Answer:
        query = asked.query
        for option in ("$top", "$expand", "$orderby", "$count"):
            if option in query:
                raise bad(f"'{option}' is not supported with a delta query.", "Request_UnsupportedQuery")
        names = selected(query.get("$select"), for_delta=True)
        token = query.get("$deltatoken")
        log_end = len(self.tenant.log)
        if token == "latest":
            return Answer(body={"value": [], "@odata.deltaLink": self._delta_link(asked, log_end)})
        if "$skiptoken" in query:
            since, until, start, was_empty = json.loads(query["$skiptoken"])
        else:
            since = self._since(token)
            until, start, was_empty = log_end, 0, False
        listed = self._round(since, until, names)
        value = listed[start : start + self.delta_page_size]
        if self.empty_pages and not was_empty:
            value = []
        end = start + len(value)
        body: dict[str, Any] = {"@odata.context": f"{self.url}/v1.0/$metadata#users(delta)", "value": value}
        if end < len(listed):
            body["@odata.nextLink"] = self._link(asked, {"$skiptoken": json.dumps([since, until, end, not value])})
        else:
            body["@odata.deltaLink"] = self._delta_link(asked, until)
        return Answer(body=body)

    def _since(self, token: str | None) -> int:
        if token is None:
            return 0
        since = int(token)
        if since < self.expired_before:
            raise RefusedQueryError(410, "syncStateNotFound", "The sync state generation is not found.")
        return since

    def _round(self, since: int, until: int, names: frozenset[str]) -> list[dict[str, Any]]:
        if since:
            return self.tenant.changes(since, until, names)
        # the first round: everybody, without what was never set
        users = [{k: v for k, v in shown(user, names | {"id"}).items() if v is not None}
                 for user in self.tenant.users.values()]  # fmt: skip
        removed = [{"id": key, "@removed": {"reason": "changed"}} for key in self.tenant.deleted]
        return users + removed

    def _delta_link(self, asked: Asked, place: int) -> str:
        return self._link(asked, {"$deltatoken": str(place)})


def _need(roles: frozenset[str], role: str) -> None:
    if role not in roles:
        raise PermissionError("Insufficient privileges to complete the operation.")
