# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx makes the site of the pages in docs/ and of each plugin's own documentation (`./test.sh site`)."""

from __future__ import annotations

project = "telephony.connector"
author = "The telephony.connector project"
copyright = "The telephony.connector project"  # noqa: A001  # Sphinx wants this name
extensions = ["myst_parser", "sphinx_antsibull_ext"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
# The source is a copy of the whole collection, so that links to its files are checked too.
root_doc = "docs/docsite/index"
include_patterns = ["docs/**", "roles/*/README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
html_theme = "furo"
html_title = "telephony.connector"
html_show_sphinx = False
nitpicky = True
# Pages name headings of other pages as the usual hosts of repositories do.
myst_heading_anchors = 4
