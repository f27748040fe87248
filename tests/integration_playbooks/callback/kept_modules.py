# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep modules as Ansible has packed them, with bytecode beside their sources: half of what a module costs."""

from __future__ import annotations

DOCUMENTATION = r"""
name: kept_modules
type: notification
short_description: Keep packed modules for the tests
description:
  - Ansible packs a module anew in each run of a playbook, and Python compiles what is in it anew in each task.
  - With this plugin, packages are kept in the folder that E(TELEPHONY_CONNECTOR_KEPT_MODULES) names, for all runs of
    the tests. Bytecode is added to them, which a Python of the same version takes instead of the source beside it.
author:
  - The telephony.connector project
"""

import base64
import dataclasses
import importlib.util
import io
import marshal
import os
import zipfile
from typing import Any

from ansible import constants as C  # noqa: N812
from ansible.executor import module_common
from ansible.plugins.callback import CallbackBase

#: says in the head of bytecode that it goes by no time and no size of its source, and that the source is not looked at
UNCHECKED = (1).to_bytes(4, "little")


def with_bytecode(packed: bytes) -> bytes:
    """Return a package (an archive, in base64) with the bytecode of each of its sources."""
    archive = io.BytesIO(base64.b64decode(packed))
    with zipfile.ZipFile(archive, "a", compression=zipfile.ZIP_DEFLATED) as package:
        for name in package.namelist():
            if name.endswith(".py"):
                source = package.read(name)
                code = compile(source, f"/package.zip/{name}", "exec", dont_inherit=True)
                head = importlib.util.MAGIC_NUMBER + UNCHECKED + importlib.util.source_hash(source)
                package.writestr(f"{name}c", head + marshal.dumps(code))
    return base64.b64encode(archive.getvalue())


class CallbackModule(CallbackBase):
    """Acts as it is loaded, before the first task."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "kept_modules"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *words: Any, **named: Any) -> None:
        super().__init__(*words, **named)
        kept = os.environ["TELEPHONY_CONNECTOR_KEPT_MODULES"]
        os.makedirs(kept, exist_ok=True)
        os.symlink(kept, os.path.join(vars(C)["DEFAULT_LOCAL_TMP"], "ansiballz_cache"))
        packed = module_common._CachedModule
        write = packed.dump
        packed.dump = lambda self, path: write(  # type: ignore[method-assign]
            dataclasses.replace(self, zip_data=with_bytecode(self.zip_data)), path
        )
