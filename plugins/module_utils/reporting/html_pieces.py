# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The pieces of the page, as Jinja2 templates (autoescaped)."""

from __future__ import annotations

_HEAD = """\
<!doctype html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{ policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{ t(verdict) }}: {{ said(report.about | visible) }}</title>
<style>{{ style | safe }}</style>
</head>
<body>
<a class="skip" href="#changes" data-t="skip">{{ t("skip") }}</a>
<header class="{{ tone }}">
<div class="bar"><p class="what"><span data-t="{{ "simulation" if report.is_simulation else "run" }}">{{ \
t("simulation" if report.is_simulation else "run") }}</span> · <span{{ other(report.about | visible) }}>\
{{ said(report.about | visible) }}</span></p>
<button type="button" id="language" hidden>Deutsch</button></div>
<h1 data-t="{{ verdict }}">{{ t(verdict) }}</h1>
<p class="summary" id="summary" data-en="{{ summaries.en | visible }}" data-de="{{ summaries.de | visible }}">\
{{ summaries[language] | visible }}</p>
{% if report.refusal %}
<p class="refusal" role="alert">{{ report.refusal | visible }}</p>
{% endif %}
{% if report.apply %}
<div class="apply"><h2 data-t="apply">{{ t("apply") }}</h2>
<pre tabindex="0" id="command">{{ report.apply }}</pre>
<button type="button" id="copy" hidden data-t="copy">{{ t("copy") }}</button></div>
{% endif %}
</header>
<nav aria-labelledby="contents"><h2 id="contents" data-t="contents">{{ t("contents") }}</h2><ul>
{% for section, count in contents %}
<li><a href="#{{ section }}"><span data-t="{{ k("section." ~ section) }}">{{ t(k("section." ~ section)) }}</span> \
<b>{{ count | number }}</b></a></li>
{% endfor %}
{% if rejected %}
<li><a href="#rejected"><span data-t="section.rejected">{{ t("section.rejected") }}</span> \
<b>{{ rejected | number }}</b></a></li>
{% endif %}
{% if report.kept %}
<li><a href="#kept"><span data-t="section.kept">{{ t("section.kept") }}</span> \
{{ report.kept | length | number }}</a></li>
{% endif %}
{% if report.conflicts %}
<li><a href="#conflicts"><span data-t="section.conflicts">{{ t("section.conflicts") }}</span> \
<b>{{ report.conflicts | length | number }}</b></a></li>
{% endif %}
{% if report.warnings %}
<li><a href="#warnings"><span data-t="section.warnings">{{ t("section.warnings") }}</span> \
<b>{{ report.warnings | length | number }}</b></a></li>
{% endif %}
{% if bars %}
<li><a href="#picture" data-t="picture">{{ t("picture") }}</a></li>
{% endif %}
</ul></nav>
<main>
<form id="tools" role="search" hidden>
<p><label for="find" data-t="find">{{ t("find") }}</label><input id="find" type="search" autocomplete="off"></p>
<p><label for="show" data-t="show">{{ t("show") }}</label><select id="show">
<option value="" data-t="all">{{ t("all") }}</option>
{% for section, count in contents %}
<option value="{{ section }}" data-t="{{ k("section." ~ section) }}">{{ t(k("section." ~ section)) }}</option>
{% endfor %}
</select></p>
<p><label for="sort" data-t="sort">{{ t("sort") }}</label><select id="sort">
{% for key in ("plan", "name", "kind") %}
<option value="{{ key }}" data-t="sort.{{ key }}">{{ t("sort." ~ key) }}</option>
{% endfor %}
</select></p>
</form>
<div id="changes" tabindex="-1">
<section id="results" hidden><h2 id="found"><span data-t="results">{{ t("results") }}</span> \
<b id="hits" role="status"></b></h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="found"><table><thead><tr><th scope="col" data-t="name">\
{{ t("name") }}</th><th scope="col" data-t="kind">{{ t("kind") }}</th><th scope="col" data-t="value">{{ t("value") }}\
</th></tr></thead><tbody id="rows"></tbody></table></div>
<button type="button" id="more" hidden data-t="more">{{ t("more") }}</button></section>
<div id="list">
"""

_WARNINGS = """\
{% if warnings %}
<section id="warnings" class="warnings"><h2><span data-t="section.warnings">{{ t("section.warnings") }}</span> \
<b>{{ warnings | length | number }}</b></h2><ul>
{% for warning in warnings %}
<li>{{ warning | visible }}</li>
{% endfor %}
</ul></section>
{% endif %}
"""

_SECTION = """\
<section id="{{ section }}" class="{{ section }}"><h2><span data-t="{{ k("section." ~ section) }}">\
{{ t(k("section." ~ section)) }}\
</span> <b>{{ count | number }}</b></h2>
{% if table %}
<table class="counts"><thead><tr><th scope="col" data-t="kind">{{ t("kind") }}</th><th scope="col" data-t="action">\
{{ t("action") }}</th><th scope="col" data-t="field">{{ t("field") }}</th><th scope="col" class="n" data-t="count">\
{{ t("count") }}</th></tr></thead><tbody>
{% for kind, action, field, number in table %}
<tr><td data-t="kind.{{ kind }}">{{ t("kind." ~ kind) }}</td><td data-t="{{ k("action." ~ action) }}">\
{{ t(k("action." ~ action)) }}\
</td><td{% if field %} data-t="f.{{ field }}"{% endif %}>{{ t("f." ~ field) if field else "" }}</td><td class="n">\
{{ number | number }}</td></tr>
{% endfor %}
</tbody></table>
{% endif %}
"""

_PART = """\
<h3><span data-t="kind.{{ kind }}">{{ t("kind." ~ kind) }}</span>: <span data-t="{{ k("action." ~ action) }}">\
{{ t(k("action." ~ action)) }}</span></h3>
"""

# Closing tags that HTML lets be left out are left out: there may be 100,000 rows.
_CHUNK = """\
<div class="chunk{{ " big" if rows | length > 150 else "" }}"><table class="c" data-s="{{ section }}" data-k="\
{{ kind }}">{% if reason is not none %}<caption{{ other(reason) }}>{{ said(reason) }}</caption>\
{% endif %}<thead><tr><th scope="col" data-t="name">{{ t("name") }}\
{% if columns is none %}<th scope="col" data-t="field">{{ t("field") }}<th scope="col" data-t="before">\
{{ t("before") }}\
<th scope="col" data-t="after">{{ t("after") }}{% else %}{% for name in columns %}<th scope="col" data-t="f.\
{{ name }}">\
{{ t("f." ~ name) }}{% endfor %}{% if others %}<th scope="col" data-t="others">{{ t("others") }}{% endif %}\
{% endif %}{% if reason is none %}\
<th scope="col" data-t="reason">{{ t("reason") }}{% endif %}<tbody>
{% if columns is none %}
{% for row in rows %}
<tr><th>{{ row.name }}<td{% if row.field %} data-t="f.{{ row.field }}"{% endif %}>{{ t("f." ~ row.field) \
if row.field else "" }}<td><del>{{ row.before }}</del><td><ins>{{ row.after }}</ins>{% if reason is none %}\
<td{{ other(row.reason) }}>\
{{ said(row.reason) }}{% endif %}

{% endfor %}
{% else %}
{% for row in rows %}
<tr><th>{{ row.name }}{% for cell in row.cells %}<td>{{ cell }}{% endfor %}{% if others %}<td>\
{% for name, value in row.others %}\
<i data-t="f.{{ name }}">{{ t("f." ~ name) }}</i> {{ value }} {% endfor %}{% endif %}{% if reason is none %}\
<td{{ other(row.reason) }}>\
{{ said(row.reason) }}{% endif %}

{% endfor %}
{% endif %}
</table></div>
"""

_REJECTED = """\
{% if causes %}
<section id="rejected" class="rejected"><h2><span data-t="section.rejected">{{ t("section.rejected") }}</span> \
<b>{{ causes | sum(attribute="count") | number }}</b></h2>
{% for cause in causes %}
<h3>{% if cause.column or cause.field %}{{ (cause.column or cause.field) | visible }}: {% endif %}\
<span{{ other(cause.rule | visible) }}>{{ said(cause.rule | visible) }}</span> \
<b>{{ cause.count | number }}</b></h3>
{% if cause.reason and cause.reason != cause.rule %}
<p>{{ cause.reason | visible }}</p>
{% endif %}
{% if cause.records %}
<div class="chunk"><table><thead><tr><th scope="col" data-t="record">{{ t("record") }}\
</th><th scope="col" data-t="name">\
{{ t("name") }}</th><th scope="col" data-t="value">{{ t("value") }}</th></tr></thead><tbody>
{% for record in cause.records %}
<tr><th>{{ (record.record if record.record is not none else "") | visible }}<td>{{ (record.name or record.key or "") \
| visible }}<td>{{ (record.value or "") | visible }}
{% endfor %}
</tbody></table></div>
{% elif cause.first %}
<p>{{ cause.first | join(", ") | visible }}{% if cause.count > cause.first | length %} … \
{{ (cause.count - cause.first | length) | number }} <span data-t="and_more">{{ t("and_more") }}</span>{% endif %}</p>
{% endif %}
{% if cause.records and cause.count > cause.records | length %}
<p>… {{ (cause.count - cause.records | length) | number }} <span data-t="and_more">{{ t("and_more") }}</span></p>
{% endif %}
{% endfor %}
</section>
{% endif %}
"""

# What is in conflict, and what an undo keeps.
_CONFLICTS = """\
{% for section, entries in lists if entries %}
<section id="{{ section }}" class="rejected"><h2><span data-t="section.{{ section }}">{{ t("section." ~ section) }}\
</span> <b>{{ entries | length | number }}</b></h2><ul>
{% for entry in entries %}
<li>{% for name, value in entry.items() %}{% if value %}<i data-t="{{ name }}">{{ t(name) }}</i> \
{% if name == "reason" %}<span{{ other(value | visible) }}>{{ said(value | visible) }}</span> \
{% else %}{{ value | in_words | visible }} {% endif %}{% endif %}{% endfor %}</li>
{% endfor %}
</ul></section>
{% endfor %}
"""

_PICTURE = """\
{% if bars %}
<section class="picture" id="picture"><h2 data-t="picture">{{ t("picture") }}</h2>
<div class="pictures">
<dl class="bars">
{% for bar in bars %}
<div class="{{ bar.tone }}"><dt data-t="count.{{ bar.name }}">{{ t("count." ~ bar.name) }}</dt>
<dd><b>{{ bar.number | number }}</b>{% if bar.tone != "quiet" %}<svg viewBox="0 0 100 10" preserveAspectRatio="none" \
aria-hidden="true"><rect width="100" height="10" rx="0" class="ground"/><rect width="{{ bar.width }}" height="10" \
class="fill"/></svg>{% endif %}</dd></div>
{% endfor %}
</dl>
{% if pools %}
<div><h3 data-t="pools">{{ t("pools") }}</h3>
<dl class="bars">
{% for pool in pools %}
<div class="{{ pool.tone }}"><dt>{{ pool.label }}</dt><dd><b>{{ pool.used | number }} <span data-t="of">\
{{ t("of") }}</span> {{ pool.size | number }}\
</b><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">\
<rect width="100" height="10" class="ground"/><rect width="{{ pool.used_width }}" height="10" class="fill"/>\
<rect x="{{ pool.used_width }}" width="{{ pool.reserved_width }}" height="10" class="reserved"/></svg>\
<span class="free">{{ pool.free | number }} <span data-t="free">{{ t("free") }}</span></span></dd></div>
{% endfor %}
</dl></div>
{% endif %}
</div></section>
{% endif %}
"""

_TAIL = """\
</div></div>
</main>
<footer><h2 data-t="section.facts">{{ t("section.facts") }}</h2><dl>
{% for name, value in facts %}
<div><dt data-t="fact.{{ name }}">{{ t("fact." ~ name) }}</dt><dd>{{ value }}</dd></div>
{% endfor %}
</dl></footer>
<script type="application/json" id="texts">{{ texts | safe }}</script>
<script>{{ script | safe }}</script>
</body>
</html>
"""

TEMPLATES = {
    "head": _HEAD,
    "warnings": _WARNINGS,
    "section": _SECTION,
    "part": _PART,
    "chunk": _CHUNK,
    "rejected": _REJECTED,
    "conflicts": _CONFLICTS,
    "picture": _PICTURE,
    "tail": _TAIL,
}
