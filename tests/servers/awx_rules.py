# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX's API takes, by what AWX has said itself (`awx_schema.json`, see `awx_describe.py`)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

Object = dict[str, Any]

SCHEMA: Object = json.loads(Path(__file__).with_name("awx_schema.json").read_text("utf-8"))
VERSION: str = SCHEMA["version"]
RESOURCES: dict[str, Object] = SCHEMA["resources"]
ASSOCIATIONS = {
    "job_templates": {"credentials": "credentials", "notification_templates_error": "notification_templates"},
    "workflow_job_templates": {
        "notification_templates_error": "notification_templates",
        "notification_templates_approvals": "notification_templates",
    },
    "workflow_job_template_nodes": dict.fromkeys(
        ("success_nodes", "failure_nodes", "always_nodes"), "workflow_job_template_nodes"
    ),
}
#: field -> the resource whose id it is
REFERENCES = {
    "organization": "organizations",
    "project": "projects",
    "inventory": "inventories",
    "credential_type": "credential_types",
    "execution_environment": "execution_environments",
    "default_environment": "execution_environments",
    "workflow_job_template": "workflow_job_templates",
}
#: what a value of each type may be; AWX reads numbers from text, too
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "password": (str,),
    "boolean": (bool,),
    "bool": (bool,),
    "integer": (int,),
    "int": (int,),
    "id": (int,),
    "json": (dict, str),
    "object": (dict,),
    "list": (list,),
}


def wrong(resource: str, given: Object, is_new: bool) -> dict[str, list[str]]:
    """Return what AWX has against a request, as its fields with reasons; empty if it takes it."""
    fields, read_only = RESOURCES[resource]["fields"], set(RESOURCES[resource]["read_only"])
    # what may only be read is passed over, as AWX does
    found = {name: ["There is no such field."] for name in given.keys() - fields.keys() - read_only}
    if is_new:
        found |= {
            name: ["This field is required."] for name, one in fields.items() if "required" in one and name not in given
        }
    for name in given.keys() & fields.keys():
        if reason := _against(fields[name], given[name], given):
            found[name] = [reason]
    return found


def _against(field: Object, value: Any, given: Object) -> str:
    if "kinds" in field:
        return _against_kind(field["kinds"], value, given)
    if value is None or value == "":
        return "This field may not be blank." if field.get("required") else ""
    if "choices" in field:
        return "" if value in field["choices"] else f"{value!r} is not a valid choice."
    if not _is(field["type"], value):
        return f"{value!r} is no {field['type']}."
    if len(str(value)) > field.get("max_length", 1_000_000):
        return f"Ensure this field has no more than {field['max_length']} characters."
    if field["type"] == "integer" and not field.get("min_value", value) <= value <= field.get("max_value", value):
        return f"{value} is too small or too large."
    return ""


def _is(kind: str, value: Any) -> bool:
    return isinstance(value, _TYPES[kind]) and (kind in ("bool", "boolean") or not isinstance(value, bool))


def _against_kind(kinds: dict[str, dict[str, str]], value: Any, given: Object) -> str:
    """Say what is wrong with the configuration of a notification: all parts of its kind are needed, and no others."""
    parts = kinds.get(given.get("notification_type", ""), {})
    if not isinstance(value, dict) or value.keys() != parts.keys():
        return f"must hold exactly {sorted(parts)}"
    return "; ".join(f"{name} is no {parts[name]}" for name in parts if not _is(parts[name], value[name]))


#: environment variables that a credential may not set
BLOCKED = {
    "VIRTUAL_ENV",
    "PATH",
    "PYTHONPATH",
    "JOB_ID",
    "INVENTORY_ID",
    "INVENTORY_SOURCE_ID",
    "AD_HOC_COMMAND_ID",
    "REST_API_URL",
}
NAME = re.compile(r"[a-zA-Z_]+[a-zA-Z0-9_]*")
