# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Options of the modules publish, output_info and format_info: typed arguments in, a result out."""

from __future__ import annotations

import os
import re
import typing as t
from collections.abc import Mapping

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.telephony.connector.plugins.module_utils import type_errors
from ansible_collections.telephony.connector.plugins.module_utils.actions.attempted import attempted, forget_output
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import COMPANY, Format, TargetError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.registry import format_class
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.dialling import Numbers
from ansible_collections.telephony.connector.plugins.module_utils.plan_options import check_plan_options
from ansible_collections.telephony.connector.plugins.module_utils.publishing.order import Guards, Order
from ansible_collections.telephony.connector.plugins.module_utils.publishing.run import publish
from ansible_collections.telephony.connector.plugins.module_utils.store import attempts
from ansible_collections.telephony.connector.plugins.module_utils.store.settings import read_setting

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call

#: Options of formats that may stand beside O(target) as well as in it.
FORMAT_OPTIONS: dict[str, dict[str, t.Any]] = {
    "version": {"type": "str"},
    "title": {"type": "str"},
    "columns": {"type": "dict"},
    "encoding": {"type": "str"},
    "delimiter": {"type": "str"},
    "each": {"type": "str"},
    "template": {"type": "path"},
    "sip_user": {"type": "str"},
    "mode": {"type": "raw"},
    "owner": {"type": "str"},
    "group": {"type": "str"},
}

PUBLISH_SPEC: dict[str, dict[str, t.Any]] = {
    "name": {"type": "str"},
    "format": {"type": "str"},
    "target": {"type": "dict"},
    "filter": {"type": "str"},
    "book": {"type": "str", "default": COMPANY},
    "numbers": {
        "type": "dict",
        "options": {
            "form": {
                "type": "str",
                "choices": ["as_is", "e164", "international", "national"],
                "default": "as_is",
            },
            "country": {"type": "str"},
            "international_prefix": {"type": "str", "default": "00"},
            "outside_line": {"type": "str", "default": ""},
        },
    },
    "guards": {"type": "dict", "options": {"max_removals": {"type": "raw"}, "max_updates": {"type": "raw"}}},
    "state": {"type": "str", "choices": ["published", "absent"], "default": "published"},
    "adopt": {"type": "bool", "default": False},
    "expect_plan": {"type": "str"},
    "changes_limit": {"type": "int", "default": 500},
    "report": {"type": "path"},
    **FORMAT_OPTIONS,
}


def publish_output(call: Call) -> dict[str, t.Any]:
    """Publish, or simulate it, and write the report that is asked for (module publish)."""
    name = call.params.get("name") or call.params.get("format") or ""
    if call.params.get("state") == "absent":
        result = _told(call)
        forget_output(call, name)
        return result
    return attempted(call, attempts.OUTPUT, name, lambda: _told(call))


def _told(call: Call) -> dict[str, t.Any]:
    if call.params.get("report"):
        from ansible_collections.telephony.connector.plugins.module_utils.actions.reported import reported

        return reported(call, "publish", _published)
    return _published(call)


def _published(call: Call) -> dict[str, t.Any]:
    try:
        return publish(call.store, order_of(call), call.check_mode)
    except (DefinitionError, TargetError) as error:
        name = call.params.get("name") or call.params.get("format")
        if not name or f'"{name}"' in error.message:
            raise
        raise type(error)(f'Output "{name}": {error.message}', **error.details) from None


def order_of(call: Call) -> Order:
    """Return what the options ask for; DefinitionError for what is wrong with them."""
    params = call.params
    absent = params.get("state") == "absent"
    name = params.get("name") or params.get("format")
    if not name:
        raise DefinitionError("Give the format of the output, or the name of one that is to be taken away.")
    if not params.get("format") and not absent:
        raise DefinitionError(f'Give the format of the output "{name}".')
    check_plan_options(params.get("expect_plan"), params["changes_limit"])
    return Order(
        name=name,
        format=_format(params) if params.get("format") and (params.get("target") or not absent) else None,
        filter=params.get("filter"),
        numbers=_numbers(call),
        guards=Guards(**{key: str(value) for key, value in (params.get("guards") or {}).items() if value is not None}),
        adopt=bool(params.get("adopt")),
        absent=absent,
        expect_plan=params.get("expect_plan"),
        changes_limit=params["changes_limit"],
        diff=call.diff,
    )


def _format(params: Mapping[str, t.Any]) -> Format:
    """Return the format with its options checked: those of the target, and those that stand beside it."""
    chosen = format_class(params["format"])
    given = {name: params[name] for name in FORMAT_OPTIONS if params.get(name) is not None}
    options = {**given, **(params.get("target") or {})}
    options = {name: str(value) if name in ("mode", "version") else value for name, value in options.items()}
    if isinstance(options.get("path"), str):
        options["path"] = os.path.abspath(os.path.expanduser(options["path"]))
    for name in options:
        if name not in chosen.OPTIONS:
            raise DefinitionError(
                f'The format {chosen.NAME} has no option "{name}"; it has: {", ".join(chosen.OPTIONS)}.'
                f"{nearest(name, chosen.OPTIONS)}"
            )
    spec = {
        name: {key: value for key, value in option.items() if key != "description"}
        for name, option in chosen.OPTIONS.items()
    }
    checked = ArgumentSpecValidator(spec).validate(options)
    if checked.error_messages:
        wrong = type_errors.in_words("; ".join(checked.error_messages))
        raise DefinitionError(f"The target of the format {chosen.NAME} is wrong: {wrong}.")
    return chosen({**checked.validated_parameters, "book": params.get("book") or COMPANY})


def _numbers(call: Call) -> Numbers:
    given = {name: value for name, value in (call.params.get("numbers") or {}).items() if value is not None}
    if not given.get("country"):
        given["country"] = (read_setting(call.store, "numbers") or {}).get("country") or ""
    for name in ("international_prefix", "outside_line"):
        if re.search(r"[^0-9*#+]", str(given.get(name) or "")):
            raise DefinitionError(
                f'numbers.{name} must consist of what a phone dials, such as 00, not "{given[name]}".'
            )
    return Numbers(**given)
