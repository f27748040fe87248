# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""A report as one HTML file that needs no network, and no script to be read."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.reporting import html_pieces
from ansible_collections.telephony.connector.plugins.module_utils.reporting.html_script import SCRIPT
from ansible_collections.telephony.connector.plugins.module_utils.reporting.html_style import STYLE
from ansible_collections.telephony.connector.plugins.module_utils.reporting.model import (
    REST,
    Change,
    Fill,
    Report,
    as_text,
    visible,
)
from ansible_collections.telephony.connector.plugins.module_utils.reporting.reasons import in_german, in_language
from ansible_collections.telephony.connector.plugins.module_utils.reporting.sections import Sections, in_order
from ansible_collections.telephony.connector.plugins.module_utils.reporting.texts import (
    LANGUAGES,
    TEXTS,
    key_in,
    summary_of,
    text_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.reporting.verdict import verdict_key

_MOST_COLUMNS = 5  # of values in one table; what is rarer, or says little, stands together in the last one
_SAY_LITTLE = ("given_name", "surname", "password", "pin", "sip_password", "auth_method")
_SHOWN_RECORDS = 200  # rejected records shown for each cause
#: what a cause of rejections, and a rejected record, has at least; runs of earlier versions and outputs say less
_CAUSE: dict[str, Any] = {"rule": "", "field": "", "column": None, "reason": "", "count": 0, "first": ()}
_RECORD: dict[str, Any] = {"record": None, "key": None, "name": None, "value": ""}
#: counts in the picture, each with the class that colours it
_BARS = (
    ("removed", "bad"), ("disabled", "bad"), ("rejected", "bad"), ("conflicts", "bad"), ("created", "new"),
    ("restored", "new"), ("returned", "new"), ("updated", "changed"), ("set_back", "changed"), ("dropped", "changed"),
    ("left_out", "changed"), ("cut", "changed"), ("kept", "quiet"), ("filtered", "quiet"), ("unchanged", "quiet"),
)  # fmt: skip


def render(report: Report, language: str) -> Iterator[str]:
    """Yield the pieces of the page."""
    page = _environment(language, report.mode)
    with Sections() as sections:
        chunk = page.get_template("chunk")
        sections.fill(report.changes, lambda *place: chunk.render(_chunk(*place)))
        order = in_order(sections)
        causes, bars = _causes(report), _bars(report.counts)
        yield page.get_template("head").render(
            language=language,
            style=STYLE,
            policy=_policy(),
            report=report,
            verdict=verdict_key(report),
            tone=_tone(report),
            bars=bars,
            summaries={one: summary_of(report.counts, report.summary, one) for one in LANGUAGES},
            contents=[(section, sections.counts[section]) for section in order],
            rejected=sum(one["count"] for one in causes),
            facts=report.about_the_run(),
        )
        for section in order:
            table = _field_counts(sections) if section == REST else []
            yield page.get_template("section").render(
                section=section, count=sections.counts[section], table=table, language=language
            )
            for kind, action in sections.places(section):
                yield page.get_template("part").render(kind=kind, action=action)
                yield from sections.read(section, kind, action)
            yield "</section>\n"
    yield page.get_template("rejected").render(causes=causes)
    lists = [("conflicts", [dict(one) for one in report.conflicts]), ("kept", [dict(one) for one in report.kept])]
    yield page.get_template("conflicts").render(lists=lists)
    yield page.get_template("warnings").render(warnings=report.warnings)
    yield page.get_template("picture").render(bars=bars, pools=[_pool(one) for one in report.pools()])
    yield page.get_template("tail").render(facts=report.about_the_run(), script=SCRIPT, texts=_texts_as_json())


@lru_cache(maxsize=2 * len(LANGUAGES))
def _environment(language: str, mode: str) -> Any:
    require("jinja2", "Jinja2", "3.1", "a report in HTML")
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, loader=jinja2.DictLoader(html_pieces.TEMPLATES), trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    environment.filters["visible"] = lambda value: visible(str(value))
    environment.globals["k"] = lambda key: key_in(mode, key)
    environment.globals["said"] = lambda reason: in_language(reason, language)
    environment.globals["other"] = lambda reason: _other(reason, language)
    environment.filters["in_words"] = as_text
    environment.globals["t"] = lambda key: text_of(key, language)
    environment.filters["number"] = lambda value: f"{value:,}".replace(",", "." if language == "de" else ",")
    return environment


def _other(reason: str, language: str) -> Any:
    """Return the attribute with a reason in the other language, for the script that changes the page's."""
    from markupsafe import Markup

    english, german = reason, in_german(reason)
    return "" if english == german else Markup(' data-o="{}"').format(english if language == "de" else german)


# -------------------------------------------------------------------------------------------------------------- tables


def _chunk(section: str, kind: str, action: str, changes: list[Change]) -> dict[str, Any]:
    """Return what the template of one table needs: updates field by field, all else a column for each field."""
    reasons = {change.reason for change in changes}
    common = {
        "section": section,
        "kind": kind,
        "action": action,
        "reason": visible(next(iter(reasons))) if len(reasons) == 1 else None,
    }
    if action == "update":
        return {
            **common,
            "columns": None,
            "others": False,
            "rows": [row for change in changes for row in _updates(change)],
        }
    values = [(change, change.before if action in ("remove", "disable") else change.after) for change in changes]
    frequent = Counter(name for _change, fields in values for name, value in fields.items() if value)
    columns = [name for name in frequent if name not in _names_itself(kind)]
    if len(columns) > _MOST_COLUMNS:
        telling = {name: count for name, count in frequent.items() if name in columns and name not in _SAY_LITTLE}
        usual = {name for name, _count in Counter(telling).most_common(_MOST_COLUMNS)}
        columns = [name for name in columns if name in usual]
    rows = [_values(change, fields, columns, kind) for change, fields in values]
    return {**common, "columns": columns, "rows": rows, "others": any(row["others"] for row in rows)}


def _names_itself(kind: str) -> tuple[str, ...]:
    """Return the field that is the object's name, and need not stand in the table again."""
    return {"user": ("username",), "phonebook_entry": ("display_name",), "speed_dial": ("number",)}.get(kind, ())


def _updates(change: Change) -> Iterator[dict[str, Any]]:
    names = [name for name in {**change.before, **change.after} if change.differs(name)] or [""]
    for name in names:
        yield {
            "name": visible(change.name),
            "reason": visible(change.reason),
            "field": name,
            "before": visible(change.before.get(name, "")),
            "after": visible(change.after.get(name, "")),
        }


def _values(change: Change, fields: Mapping[str, str], columns: list[str], kind: str) -> dict[str, Any]:
    known = {*columns, *_names_itself(kind)}
    return {
        "name": visible(change.name),
        "reason": visible(change.reason),
        "cells": [visible(fields.get(name, "")) for name in columns],
        "others": [(name, visible(value)) for name, value in fields.items() if value and name not in known],
    }


def _field_counts(sections: Sections) -> list[tuple[str, str, str, int]]:
    """Return (kind, action, field, count) of everything, the most frequent first."""
    return [(*place, count) for place, count in sections.fields.most_common()]


def _causes(report: Report) -> list[dict[str, Any]]:
    """Return the causes of rejections, each with the records that were kept for it."""
    causes = [{**_CAUSE, **cause, "records": []} for cause in report.rejected_by]
    by_cause = {(str(cause.get("field")), str(cause.get("rule"))): cause for cause in causes}
    for record in report.rejected:
        key = (str(record.get("field")), str(record.get("rule")))
        cause = by_cause.get(key)
        if cause is None:
            cause = by_cause[key] = {**_CAUSE, **record, "count": 0, "records": []}
            causes.append(cause)
        if not report.rejected_by:
            cause["count"] += 1
        if len(cause["records"]) < _SHOWN_RECORDS:
            cause["records"].append({**_RECORD, **record})
    return sorted(causes, key=lambda cause: -cause["count"])


# ------------------------------------------------------------------------------------------------------------ pictures


def _bars(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the bars of the plan: those of what happens against each other, what stays in words alone."""
    found = [(name, tone, int(counts[name])) for name, tone in _BARS if counts.get(name)]
    most = max((number for _name, tone, number in found if tone != "quiet"), default=0)
    return [
        {
            "name": name,
            "tone": tone,
            "number": number,
            "width": min(100.0, round(100 * number / most, 2)) if most else 0,
        }
        for name, tone, number in found
    ]


def _pool(fill: Fill) -> dict[str, Any]:
    size = max(fill.size, 1)
    return {
        "label": fill.label,
        "size": fill.size,
        "used": fill.used,
        "free": max(fill.size - fill.used - fill.reserved, 0),
        "used_width": round(100 * min(fill.used, size) / size, 2),
        "reserved_width": round(100 * min(fill.reserved, size) / size, 2),
        "tone": "bad" if fill.used + fill.reserved >= 0.9 * size else "new",
    }


def _tone(report: Report) -> str:
    if report.result == "refused":
        return "bad"
    if report.result == "partial":
        return "warn"
    return "quiet" if report.result == "unchanged" else "good"


# -------------------------------------------------------------------------------------------------------------- script


def _policy() -> str:
    """Return the content security policy: nothing from anywhere, and no script but ours."""
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'"


def _texts_as_json() -> str:
    """Return the words in all languages, for the script that changes them; harmless inside a script element."""
    return json.dumps(TEXTS, ensure_ascii=False).replace("<", "\\u003c")
