# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks a real AWX what its API takes, and writes `awx_schema.json`, by which the stand-in of the tests judges.

    AWX_USERNAME=admin AWX_PASSWORD=... python tests/servers/awx_describe.py https://awx.corp.example

The AWX is one where `telephony.connector.awx_setup` has run, since what an object is related to is told by an object.
AWX describes its fields by the method OPTIONS; names, types and limits of fields are kept, and no texts.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import urllib.request
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).with_name("awx_schema.json")
RESOURCES = (
    "organizations",
    "execution_environments",
    "projects",
    "inventories",
    "inventory_sources",
    "hosts",
    "credential_types",
    "credentials",
    "notification_templates",
    "job_templates",
    "workflow_job_templates",
    "workflow_job_template_nodes",
    "schedules",
)
LIMITS = ("required", "max_length", "min_value", "max_value")

Object = dict[str, Any]


class Api:
    """An AWX, read by an administrator."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self._url = url.rstrip("/")
        self._login = "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()

    def ask(self, path: str, method: str = "GET") -> Any:
        """Return the answer to a request without a body."""
        request = urllib.request.Request(self._url + path, method=method, headers={"Authorization": self._login})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def fields(self, path: str, method: str) -> Object:
        """Return what a request may hold."""
        return {name: _field(told) for name, told in self.ask(path, "OPTIONS")["actions"][method].items()}


def _field(told: Object) -> Object:
    kept = {"type": told["type"], **{name: told[name] for name in LIMITS if told.get(name, False) is not False}}
    if told.get("default", "") is None:
        kept["nullable"] = True
    if "choices" in told:
        kept["choices"] = [value for value, _label in told["choices"]]
    # the configuration of a notification has fields of its own for each kind
    choices = [name for name in told if isinstance(told[name], dict) and name != "default"]
    kinds = {name: {one: part["type"] for one, part in told[name].items() if "type" in part} for name in choices}
    return {**kept, "kinds": kinds} if any(kinds.values()) else kept


def describe(api: Api) -> Object:
    """Return the version and, of each resource, its type, the fields that may be written, and what it is related to."""
    resources: Object = {}
    for name in RESOURCES:
        path = f"/api/v2/{name}/"
        told = api.ask(path, "OPTIONS")["actions"]
        (kind,) = (value for value, _label in told["GET"]["type"]["choices"])
        objects = api.ask(path)["results"]
        resources[name] = {
            "type": kind,
            "fields": {field: _field(one) for field, one in told["POST"].items()},
            "read_only": sorted(told["GET"].keys() - told["POST"].keys()),
            "related": sorted({one for found in objects for one in found["related"]}),
        }
    node = api.ask("/api/v2/workflow_job_template_nodes/")["results"][0]["id"]
    path = f"/api/v2/workflow_job_template_nodes/{node}/create_approval_template/"
    resources["workflow_approval_templates"] = {
        "type": "workflow_approval_template",
        "fields": api.fields(path, "POST"),
        "read_only": [],
        "related": [],
    }
    return {"version": api.ask("/api/v2/ping/")["version"], "resources": resources}


if __name__ == "__main__":
    found = describe(Api(sys.argv[1], os.environ["AWX_USERNAME"], os.environ["AWX_PASSWORD"]))
    SCHEMA.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
