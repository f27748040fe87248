# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for AWX's API that judges every request by what a real AWX says of its fields (`awx_schema.json`).

It is stricter than AWX in one thing: fields that a resource does not have are refused, where AWX passes over them. What
AWX does not tell of itself is written here: what a credential type may inject, which playbooks a project has, what a
schedule's rule must hold, and that one job has one credential of a type.
"""

from __future__ import annotations

import http.server
import json
import re
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ansible_collections.telephony.connector.tests.servers.awx_rules import (
    ASSOCIATIONS,
    BLOCKED,
    NAME,
    REFERENCES,
    RESOURCES,
    VERSION,
    wrong,
)

Object = dict[str, Any]


class RefusedError(Exception):
    """What AWX answers with 400."""


class Awx:
    """The resources that were made, and the server."""

    def __init__(self, playbooks: list[str], token: str) -> None:
        self.playbooks, self.token = playbooks, token
        self.objects: dict[str, dict[int, Object]] = {name: {} for name in RESOURCES}
        self.associated: dict[tuple[str, int, str], list[int]] = {}
        self.writes: list[str] = []
        self.refused: list[str] = []
        self._last = 0
        self.create("organizations", {"name": "Default"})
        self.writes.clear()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self) -> Awx:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def named(self, resource: str, name: str) -> Object:
        """Return the only object of a name."""
        (found,) = [one for one in self.objects[resource].values() if name in (one.get("name"), one.get("identifier"))]
        return found

    # -- what AWX does ---------------------------------------------------------------------------------------------

    def find(self, resource: str, query: dict[str, str]) -> list[Object]:
        given = {
            name.removeprefix("or__"): value for name, value in query.items() if name not in ("page_size", "or__id")
        }
        pools = (
            ("job_templates", "workflow_job_templates", "projects")
            if resource == "unified_job_templates"
            else (resource,)
        )
        every = [one for pool in pools for one in self.objects[pool].values()]
        return [self.shown(one) for one in every if all(str(one.get(name)) == value for name, value in given.items())]

    def create(self, resource: str, given: Object) -> Object:
        if reasons := wrong(resource, given, is_new=True):
            raise RefusedError(reasons)
        self._last += 1
        made = {
            "id": self._last,
            "type": RESOURCES[resource]["type"],
            "url": f"/api/v2/{resource}/{self._last}/",
            "related": {name: f"/api/v2/{resource}/{self._last}/{name}/" for name in ASSOCIATIONS.get(resource, ())},
            "description": "",
        }
        made["summary_fields"] = {}
        if resource == "credential_types":
            made["managed"] = False  # it does not come with AWX
        if resource == "job_templates":
            made["organization"] = self.objects["projects"][given["project"]]["organization"]  # that of the project
        if resource == "projects":
            made |= {"scm_revision": "f" * 40, "status": "successful"}  # its first update is over
        return self._keep(resource, made, given)

    def update(self, resource: str, number: int, given: Object) -> Object:
        before = self.objects[resource][number]
        # the kind of a notification is known without being given again
        known = {name: before[name] for name in ("notification_type",) if name in before}
        if reasons := wrong(resource, {**known, **given}, is_new=False):
            raise RefusedError(reasons)
        return self._keep(resource, before, given)

    def _keep(self, resource: str, before: Object, given: Object) -> Object:
        fields = RESOURCES[resource]["fields"]
        wanted = {**before, **{name: value for name, value in given.items() if name in fields}}
        for field, other in REFERENCES.items():
            if wanted.get(field) not in (None, "") and int(wanted[field]) not in self.objects[other]:
                raise RefusedError({field: ["Invalid pk - object does not exist."]})
        if check := getattr(self, f"_check_{resource}", None):
            check(wanted)
        for one in self.objects[resource].values():
            same = [
                one.get(name) == wanted.get(name)
                for name in ("name", "organization", "inventory", "workflow_job_template", "identifier")
            ]
            if all(same) and one["id"] != wanted["id"]:
                raise RefusedError({"__all__": [f"{resource} with this name already exists."]})
        self.objects[resource][wanted["id"]] = wanted
        return wanted

    def _check_job_templates(self, wanted: Object) -> None:
        if wanted["playbook"] not in self.playbooks:
            raise RefusedError({"playbook": ["Playbook not found for project."]})
        if not wanted.get("inventory"):
            raise RefusedError({"inventory": ["Job Templates must provide an inventory or allow prompting for it."]})

    def _check_projects(self, wanted: Object) -> None:
        if not re.match(r"(https?|ssh|git|file)://|[\w.-]+@[\w.-]+:", wanted.get("scm_url", "")):
            raise RefusedError({"scm_url": ["Invalid URL"]})

    def _check_hosts(self, wanted: Object) -> None:
        if not isinstance(wanted.get("variables", ""), str) or not isinstance(json.loads(wanted["variables"]), dict):
            raise RefusedError({"variables": ["Cannot parse as JSON."]})

    def _check_credential_types(self, wanted: Object) -> None:
        fields = {one["id"]: one for one in wanted["inputs"]["fields"]}
        for one in fields.values():
            if one.keys() - {"id", "label", "type", "format", "secret", "multiline", "help_text", "choices", "default"}:
                raise RefusedError({"inputs": [f"Additional properties are not allowed: {one}"]})
            if (
                not NAME.fullmatch(one["id"])
                or one["id"] == "tower"
                or one.get("type") not in (None, "string", "boolean")
            ):
                raise RefusedError({"inputs": [f"{one} is not valid"]})
            if "label" not in one or (one.get("type") == "boolean" and one.get("secret")):
                raise RefusedError({"inputs": [f"{one} is not valid"]})
        if set(wanted["inputs"].get("required", ())) - fields.keys():
            raise RefusedError({"inputs": ["required names a field that is not there"]})
        if wanted["injectors"].keys() - {"file", "env", "extra_vars"}:
            raise RefusedError({"injectors": ["Additional properties are not allowed"]})
        for name, template in wanted["injectors"].get("env", {}).items():
            if not NAME.fullmatch(name) or name in BLOCKED or name.startswith("ANSIBLE_"):
                raise RefusedError(
                    {"injectors": [f"Environment variable {name} is not allowed to be used in credentials."]}
                )
            used = re.findall(r"\{\{\s*(\w+)\s*\}\}", template)
            if not used or set(used) - fields.keys():
                raise RefusedError({"injectors": [f"{template} uses an undefined field"]})

    def _check_credentials(self, wanted: Object) -> None:
        fields = {one["id"] for one in self.objects["credential_types"][wanted["credential_type"]]["inputs"]["fields"]}
        if unknown := wanted.get("inputs", {}).keys() - fields:
            raise RefusedError({"inputs": [f"Additional properties are not allowed: {sorted(unknown)}"]})
        if not (wanted.get("organization") or wanted.get("user") or wanted.get("team")):
            raise RefusedError({"detail": ["Missing 'user', 'team', or 'organization'."]})

    def _check_schedules(self, wanted: Object) -> None:
        rule = wanted["rrule"]
        if not re.search(r"DTSTART(;TZID=[^:]+:\d{8}T\d{6}|:\d{8}T\d{6}Z)(\s|$)", rule) or rule.count("DTSTART") != 1:
            raise RefusedError(
                {"rrule": ["Valid DTSTART required in rrule. Value should start with: DTSTART:YYYYMMDDTHHMMSSZ"]}
            )
        if rule.count("RRULE:") != 1 or "INTERVAL" not in rule or "SECONDLY" in rule:
            raise RefusedError({"rrule": ["INTERVAL required in rrule."]})

    def shown(self, one: Object) -> Object:
        """Return an object as it is told: secrets are not."""
        if one["type"] != "credential":
            return one
        fields = {
            field["id"]: field for field in self.objects["credential_types"][one["credential_type"]]["inputs"]["fields"]
        }
        hidden = {
            name: "$encrypted$" if fields[name].get("secret") and value else value
            for name, value in one.get("inputs", {}).items()
        }
        return {**one, "inputs": hidden}

    def associate(self, resource: str, number: int, name: str, given: Object) -> None:
        other = ASSOCIATIONS[resource][name]
        if given.keys() - {"id", "associate", "disassociate"} or given["id"] not in self.objects[other]:
            raise RefusedError({"id": ["no such object"]})
        kept = self.associated.setdefault((resource, number, name), [])
        if given.get("disassociate"):
            kept.remove(given["id"])
            return
        types = [self.objects[other][one].get("credential_type") for one in kept]
        if name == "credentials" and self.objects[other][given["id"]]["credential_type"] in types:
            raise RefusedError({"error": "Cannot assign multiple credentials of one type."})
        if given["id"] not in kept:
            kept.append(given["id"])

    def approve(self, number: int, given: Object) -> Object:
        """Make what a node waits for."""
        made = self.create("workflow_approval_templates", given)
        node = self.objects["workflow_job_template_nodes"][number]
        node["unified_job_template"] = made["id"]
        node["related"] = {"unified_job_template": made["url"]}
        return made


def _handler(awx: Awx) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_words: Any) -> None:
            pass

        def do_GET(self) -> None:
            self._answer(lambda parts, query: (200, self._read(parts, query)))

        def do_POST(self) -> None:
            self._answer(self._write)

        do_PATCH = do_POST  # noqa: N815  # as the base class has it

        def _read(self, parts: list[str], query: dict[str, str]) -> Object:
            if len(parts) == 1:
                return _listed(awx.find(parts[0], query))
            if len(parts) == 2:
                return awx.shown(awx.objects[parts[0]][int(parts[1])])
            other = ASSOCIATIONS[parts[0]][parts[2]]
            return _listed(
                [
                    awx.shown(awx.objects[other][one])
                    for one in awx.associated.get((parts[0], int(parts[1]), parts[2]), [])
                ]
            )

        def _write(self, parts: list[str], _query: dict[str, str]) -> tuple[int, Object]:
            given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            awx.writes.append(f"{self.command} {'/'.join(parts)} {sorted(given)}")
            if self.command == "PATCH":
                return 200, awx.shown(awx.update(parts[0], int(parts[1]), given))
            if len(parts) == 1:
                return 201, awx.shown(awx.create(parts[0], given))
            if parts[2] == "create_approval_template":
                return 201, awx.approve(int(parts[1]), given)
            awx.associate(parts[0], int(parts[1]), parts[2], given)
            return 204, {}

        def _answer(self, act: Callable[[list[str], dict[str, str]], tuple[int, Object]]) -> None:
            split = urlsplit(self.path)
            parts = split.path.removeprefix("/api/v2/").strip("/").split("/")
            if self.headers.get("Authorization") != f"Bearer {awx.token}":
                status, answer = 401, {"detail": "Authentication credentials were not provided."}
            else:
                try:
                    status, answer = act(parts, dict(parse_qsl(split.query)))
                except RefusedError as error:
                    status, answer = 400, error.args[0]
                    awx.refused.append(f"{self.command} {split.path}: {answer}")
                except KeyError:
                    status, answer = 404, {"detail": "Not found."}
                    awx.refused.append(f"{self.command} {split.path}: not found")
            body = b"" if status == 204 else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("X-API-Product-Name", "AWX")
            self.send_header("X-API-Product-Version", VERSION)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def _listed(found: list[Object]) -> Object:
    return {"count": len(found), "next": None, "previous": None, "results": found}
