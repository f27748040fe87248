# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for the get-pip script that ansible-test would download: the pip that Python bundles does the same.

ansible-test calls it inside a new, empty environment as `get-pip pip==25.2 --no-setuptools --no-wheel ...`.
"""

from __future__ import annotations

import ensurepip
import runpy
import sys
import sysconfig
from pathlib import Path


def bundled_pip() -> Path:
    """Return the wheel that ensurepip would install; some distributions keep it in a folder of their own."""
    folders = [
        sysconfig.get_config_var("WHEEL_PKG_DIR"),
        Path(ensurepip.__file__).parent / "_bundled",
        "/usr/share/python-wheels",
    ]
    return next(wheel for folder in folders if folder for wheel in Path(folder).glob("pip-*.whl"))


if __name__ == "__main__":
    sys.path.insert(0, str(bundled_pip()))
    # Only the real get-pip knows these two.
    sys.argv[1:] = ["install", *(word for word in sys.argv[1:] if word not in ("--no-setuptools", "--no-wheel"))]
    runpy.run_module("pip", run_name="__main__", alter_sys=True)
