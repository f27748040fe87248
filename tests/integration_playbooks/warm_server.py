# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs `ansible-playbook` in copies of this process, which has imported what every run imports: ansible-core and more.

Nothing of the collection is imported here. Reads a request as a line of JSON, and answers by the process's number and
then by its exit code, a line each. Started by `warm.py`, by the Python of the tested ansible-core.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import sys
import typing as t

from ansible import constants as C  # noqa: N812
from ansible.utils.path import cleanup_tmp_file

#: the program, and what modules of the collection need of others, where it is installed
LIBRARIES = ("ansible.cli.playbook", "sqlalchemy.dialects.sqlite", "cryptography.fernet", "phonenumbers", "asyncio")


def run(request: dict[str, t.Any]) -> None:
    """Be the program that was asked for: what a new process is given is given to this copy."""
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    for number, path in enumerate((os.devnull, request["stdout"], request["stderr"])):
        stream = os.open(path, os.O_RDWR)
        os.dup2(stream, number)
        os.close(stream)
    # the one thing that ansible-core makes while it is imported: a folder for this run, removed when it ends
    atexit.unregister(cleanup_tmp_file)
    vars(C)["DEFAULT_LOCAL_TMP"] = C.config.get_config_value("DEFAULT_LOCAL_TMP")
    sys.argv = request["words"]
    sys.path[0] = os.path.dirname(sys.argv[0])
    runpy.run_path(sys.argv[0], run_name="__main__")


def main() -> None:
    """Answer requests until there are no more."""
    requests, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    for library in LIBRARIES:
        try:
            importlib.import_module(library)
        except ImportError:
            continue
    gc.freeze()  # what is here already is not looked through in each copy, and so not copied
    for line in requests:
        child = os.fork()
        if not child:
            requests.close()
            answers.close()
            run(json.loads(line))
            return
        print(child, file=answers, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), file=answers, flush=True)


if __name__ == "__main__":
    main()
