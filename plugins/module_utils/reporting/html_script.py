# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What the page can do with script: search, filter, sort, copy, and change its language."""

from __future__ import annotations

# The list itself is never touched: what is found is shown in a table of its own, some rows at a time, so that an answer
# takes as long for 100,000 changes as for 100, but for the look through their texts.
SCRIPT = r"""
"use strict";
(() => {
const $ = id => document.getElementById(id);
const texts = JSON.parse($("texts").textContent);
const STEP = 200;
let lines = null, hits = [], shown = 0;

function say(key) {
  const both = texts[key];
  return both ? both[document.documentElement.lang === "de" ? 1 : 0] : null;
}
function translate(language) {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-t]")) {
    const words = say(node.dataset.t);
    if (words !== null) node.textContent = words;
  }
  for (const node of document.querySelectorAll("[data-o]"))
    [node.textContent, node.dataset.o] = [node.dataset.o, node.textContent.trim()];
  $("summary").textContent = $("summary").dataset[language];
  offer(language);
}
function offer(language) {
  $("language").textContent = language === "de" ? "English" : "Deutsch";
  $("language").lang = language === "de" ? "en" : "de";
}
function read() {
  if (lines) return lines;
  lines = [];
  for (const table of document.querySelectorAll("table.c")) {
    const section = table.dataset.s, kind = table.dataset.k, reason = table.caption ? table.caption.textContent : "";
    for (const row of table.tBodies[0].rows)
      lines.push({row, section, kind, table, text: (row.textContent + " " + reason).toLowerCase()});
  }
  return lines;
}
function sorted(found, by) {
  if (by === "plan") return found;
  const order = new Intl.Collator(document.documentElement.lang, {numeric: true});
  const keyed = found.map(line => [by === "kind" ? line.kind + " " : "", line.row.cells[0].textContent, line]);
  keyed.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : order.compare(a[1], b[1])));
  return keyed.map(one => one[2]);
}
function update() {
  const words = $("find").value.toLowerCase().split(/\s+/).filter(Boolean);
  const section = $("show").value, by = $("sort").value;
  const active = words.length > 0 || section !== "" || by !== "plan";
  $("results").hidden = !active;
  $("list").classList.toggle("away", active);
  if (!active) { hits = []; return; }
  const found = read().filter(line =>
    (section === "" || line.section === section) && words.every(word => line.text.includes(word)));
  hits = sorted(found, by);
  shown = 0;
  $("rows").replaceChildren();
  $("hits").textContent = hits.length.toLocaleString(document.documentElement.lang);
  more();
}
function more() {
  const part = document.createDocumentFragment();
  for (const line of hits.slice(shown, shown + STEP)) part.append(told(line));
  shown = Math.min(hits.length, shown + STEP);
  $("rows").append(part);
  $("more").hidden = shown >= hits.length;
}
function told(line) {
  const made = document.createElement("tr"), cells = [...line.row.cells];
  const heads = [...line.table.tHead.rows[0].cells];
  const name = document.createElement("th"), kind = document.createElement("td"), values = document.createElement("td");
  name.scope = "row";
  name.textContent = cells[0].textContent;
  kind.textContent = say("kind." + line.kind) || line.kind;
  cells.slice(1).forEach((cell, place) => {
    if (cell.textContent.trim() === "") return;
    const label = document.createElement("i");
    label.textContent = heads[place + 1].textContent + " ";
    values.append(label, ...[...cell.childNodes].map(node => node.cloneNode(true)), "   ");
  });
  made.append(name, kind, values);
  return made;
}
function later(act) {
  let waiting = 0;
  return () => { clearTimeout(waiting); waiting = setTimeout(act, 30); };
}
$("tools").hidden = document.querySelector("table.c") === null;
$("tools").addEventListener("submit", event => event.preventDefault());
$("find").addEventListener("input", later(update));
$("show").addEventListener("change", update);
$("sort").addEventListener("change", update);
$("more").addEventListener("click", more);
$("language").hidden = false;
$("language").addEventListener("click", () => {
  translate(document.documentElement.lang === "de" ? "en" : "de");
  update();
});
offer(document.documentElement.lang);
const copy = $("copy");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText($("command").textContent);
    copy.textContent = say("copied");
    setTimeout(() => { copy.textContent = say("copy"); }, 2000);
  });
}
(window.requestIdleCallback || setTimeout)(() => { read(); document.documentElement.dataset.ready = ""; });
})();
""".strip()
