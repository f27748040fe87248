# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""A report as JUnit XML, as CI systems show it: what needs a person is a failure, a guard an error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

from ansible_collections.telephony.connector.plugins.module_utils.reporting.model import Report, visible
from ansible_collections.telephony.connector.plugins.module_utils.reporting.sections import Sections


def render(report: Report, language: str) -> Iterator[str]:
    """Yield the report: a case for the guards, one for each rejection, conflict and sort of change."""
    suite = ET.Element("testsuite", name=visible(report.about))
    guards = _case(suite, "guards", "guards")
    if report.result == "refused":
        _trouble(guards, "error", report.refusal or report.summary)
    for rejected in report.rejected:
        case = _case(suite, "rejected", f"record {rejected.get('record')} {rejected.get('name') or ''}".strip())
        _trouble(case, "failure", _rejection(rejected))
    for number, conflict in enumerate(report.conflicts, 1):
        case = _case(suite, "conflicts", str(conflict.get("name") or f"conflict {number}"))
        _trouble(case, "failure", "; ".join(f"{name}: {value}" for name, value in conflict.items()))
    for number, kept in enumerate(report.kept, 1):
        case = _case(suite, "kept", str(kept.get("name") or f"kept {number}"))
        _trouble(case, "failure", "; ".join(f"{name}: {value}" for name, value in kept.items()))
    with Sections() as sections:
        sections.fill(report.changes, lambda *_place: "")
        for section, count in sections.counts.items():
            _case(suite, "changes", f"{section}: {count}")
    ET.SubElement(suite, "system-out").text = visible(
        "\n".join([report.summary, report.plan_digest, *report.warnings]).strip()
    ).replace(" ⏎ ", "\n")
    for name in ("tests", "failures", "errors"):
        tag = {"tests": "testcase", "failures": "failure", "errors": "error"}[name]
        suite.set(name, str(sum(1 for _one in suite.iter(tag))))
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    ET.indent(suite)
    yield ET.tostring(suite, encoding="unicode") + "\n"


def _case(suite: ET.Element, group: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=f"{suite.get('name')}.{group}", name=visible(name))


def _trouble(case: ET.Element, tag: str, message: str) -> None:
    ET.SubElement(case, tag, message=visible(message)).text = visible(message)


def _rejection(rejected: Mapping[str, Any]) -> str:
    about = rejected.get("column") or rejected.get("field") or "the record"
    value = f" {rejected['value']!r}" if rejected.get("value") else ""
    return f"{about}{value}: {rejected.get('rule')}"
