# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The action of every module: runs it in Ansible's worker process where that is the same place.

An ordinary module is packed, and a new Python unpacks, compiles and imports it: some hundred milliseconds a task.
Ansible loads an action's class before it makes its worker processes, and this one imports the module with it, once a
playbook. A task then runs in a copy of the worker (see child.py), so nothing of it remains for the next. All around it
is left to Ansible's own code: the arguments, the result's decoding, warnings, timeouts.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import re
import sys
import time
import types
import typing as t
from collections.abc import Iterator

from ansible import constants as C  # noqa: N812  # everybody's name for it
from ansible.executor import module_common
from ansible.module_utils import _internal, basic
from ansible.module_utils.common.json import Direction, get_module_encoder
from ansible.module_utils.common.text.converters import to_text
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.utils.display import Display

from ansible_collections.telephony.connector.plugins.plugin_utils import bytecode, child, progress

#: the switch: 0 runs every module in a process of its own
SWITCH = "TELEPHONY_CONNECTOR_DIRECT"
_MODULES = "ansible_collections.telephony.connector.plugins.modules"
_UTILS = "ansible_collections.telephony.connector.plugins.module_utils"
#: imported by most tasks on their way, and cheaper once a playbook: where the first is, the others, too
_ALSO = {
    "sqlalchemy": ("sqlalchemy.dialects.sqlite",),
    f"{_UTILS}.sources.registry": (f"{_UTILS}.sources.csv.source", f"{_UTILS}.sources.files.local"),
}
#: describes the store's tables to SQLAlchemy, which each task would do anew
_TABLES = f"{_UTILS}.store.schema.tables"
#: how Ansible writes the arguments of modules like ours
_PROFILE = "legacy"
#: variables that a program or its libraries look at when they start
_AT_START = re.compile(r"PYTHON|LD_|DYLD_|LC_|LANG|OPENSSL_|GCONV_|MALLOC_|GLIBC_")
#: what of Ansible's inside is used here; where a later version has it no more, modules run as ordinary ones
_NEEDED = (
    (basic, "_ANSIBLE_ARGS"),
    (basic, "_ANSIBLE_PROFILE"),
    (_internal, "is_controller"),
    (module_common, "_BuiltModule"),
)

_SECONDS = 60.0

display = Display()


class DirectAction(NormalAction):
    """Runs the module that is called as the file of the class derived from it."""

    #: the module, imported; None where it cannot be
    module: t.ClassVar[types.ModuleType | None] = None

    def __init_subclass__(cls, **options: t.Any) -> None:
        """Import the module along with its action: before the workers are made."""
        super().__init_subclass__(**options)
        try:
            with _lasting(), bytecode.used():
                cls.module = importlib.import_module(f"{_MODULES}.{cls.__module__.rpartition('.')[2]}")
                for also in (name for needed, names in _ALSO.items() if needed in sys.modules for name in names):
                    importlib.import_module(also)
                if "sqlalchemy" in sys.modules and _TABLES in sys.modules:
                    sys.modules[_TABLES].schema()
        except Exception as error:  # told by the ordinary module, in its own words
            display.vvv(f"Cannot import {cls.__module__.rpartition('.')[2]} here: {error}")

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task."""
        self._arguments = b""
        self._environment: dict[str, str] = {}
        self._progress: progress.Progress | None = None
        elsewhere = self._elsewhere(task_vars or {})
        self._here = not elsewhere
        where = f"in a process of its own ({elsewhere})" if elsewhere else "in Ansible's worker"
        display.vvv(f"Running {self._task.action} {where}")
        try:
            with contextlib.ExitStack() as stack:
                if self._connection.transport == "local" and not self._task.async_val:
                    self._follow(stack)
                result: dict[str, t.Any] = super().run(tmp, task_vars)  # type: ignore[no-untyped-call]  # nor has it any
        except Exception:
            raise
        except BaseException:  # the task's timeout: what it has failed by must not go on and write
            if not self._here and self._connection.transport == "local":
                child.end_group()
            raise
        return result

    def _follow(self, stack: contextlib.ExitStack) -> None:
        """Have the module's progress shown."""
        arguments = self._task.args
        name = self._task.action.rpartition(".")[2]
        label = " ".join(str(word) for word in (name, arguments.get("profile") or arguments.get("name")) if word)
        self._progress = stack.enter_context(progress.of_task(label, arguments, bool(self._task.no_log)))
        if self._progress is None:
            return
        if self._here:
            self._environment.update(self._progress.environment)
        else:
            given = self._task.environment
            self._task.environment = [*(given if isinstance(given, list) else [given]), self._progress.environment]
            stack.callback(setattr, self._task, "environment", given)
            stack.enter_context(self._progress.in_background())

    def _elsewhere(self, task_vars: dict[str, t.Any]) -> str:
        """Return why the module cannot run here, "" if it can."""
        if not boolean(os.environ.get(SWITCH, "1"), strict=False):
            return f"{SWITCH} is off"
        if self.module is None or not all(hasattr(place, name) for place, name in _NEEDED):
            return "it cannot be loaded here"
        if self._task.async_val:
            return "async"
        if self._connection.transport != "local":
            return f"connection {self._connection.transport}"
        if self._connection.become:
            return "become"
        if C.config.get_config_value("DEFAULT_KEEP_REMOTE_FILES"):
            return "ANSIBLE_KEEP_REMOTE_FILES"
        if C.config.get_config_value("PYTHON_MODULE_RLIMIT_NOFILE", variables=task_vars):
            return "a limit of open files"
        try:
            interpreter = self._interpreter(task_vars)
            self._compute_environment_string(self._environment)
        except Exception:  # a template that fails: the ordinary way says so
            return "its variables"
        if not is_same_interpreter(interpreter):
            return f"interpreter {interpreter or 'not known yet'}"
        names = [name for name in self._environment if _AT_START.match(name) or not re.fullmatch(r"\w+", name)]
        return f"environment {names[0]}" if names else ""

    def _interpreter(self, task_vars: dict[str, t.Any]) -> str:
        """Return the Python that Ansible would start, "" while it has to look for one."""
        if self._task.delegate_to:
            task_vars = task_vars["ansible_delegated_vars"][self._task.delegate_to]
        wanted = C.config.get_config_value("INTERPRETER_PYTHON", variables=task_vars)
        wanted = str(self._templar.template(wanted) or "auto").strip()
        if wanted.startswith("auto"):
            wanted = str(task_vars.get("ansible_facts", {}).get("discovered_interpreter_python") or "")
        return wanted

    def _is_pipelining_enabled(self, *options: t.Any, **more: t.Any) -> bool:
        """Say that no folder is needed for the module's files: there are none."""
        return self._here or bool(super()._is_pipelining_enabled(*options, **more))

    def _configure_module(self, module_name: str, module_args: dict[str, t.Any], task_vars: dict[str, t.Any]) -> t.Any:
        """Keep the arguments instead of packing a module with them."""
        if not self._here:
            return super()._configure_module(module_name, module_args, task_vars)
        encoder = get_module_encoder(_PROFILE, Direction.CONTROLLER_TO_MODULE)
        self._arguments = json.dumps({"ANSIBLE_MODULE_ARGS": module_args}, cls=encoder).encode()
        built = module_common._BuiltModule(
            b_module_data=b"", module_style="new", shebang=f"#!{sys.executable}", serialization_profile=_PROFILE
        )
        return built, self.module and self.module.__file__

    def _low_level_execute_command(self, *options: t.Any, **more: t.Any) -> t.Any:
        """Run the module where Ansible would start it."""
        if not self._arguments:
            return super()._low_level_execute_command(*options, **more)
        tick, seconds = (self._progress.tick, self._progress.seconds) if self._progress else (_nothing, _SECONDS)
        ended = child.run(self._run_module, tick, seconds)
        self._arguments = b""
        stdout, stderr = (to_text(text, errors="surrogate_then_replace") for text in ended[1:])
        return {
            "rc": ended.code,
            "stdout": stdout,
            "stdout_lines": stdout.splitlines(),
            "stderr": stderr,
            "stderr_lines": stderr.splitlines(),
        }

    def _run_module(self) -> None:
        """Make of this copy of the worker what a started module finds, and run it."""
        module = t.cast(types.ModuleType, self.module)
        os.environ.update({name: str(value) for name, value in self._environment.items()})
        time.tzset()
        os.chdir(self._loader.get_basedir())
        sys.argv = [str(module.__file__)]
        _internal.is_controller = False  # warnings belong into the result
        basic._ANSIBLE_ARGS, basic._ANSIBLE_PROFILE = self._arguments, _PROFILE
        with bytecode.used():
            module.main()


@contextlib.contextmanager
def _lasting() -> Iterator[None]:
    """Have Python look for no garbage in what is made here, nor in what is there already.

    It would look through all of Ansible several times while libraries are imported, again in every worker, whose
    memory would then be copied, and once more when the playbook ends: a tenth of a second in all.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


def _nothing() -> None:
    """Do what there is to do while nobody follows."""


def is_same_interpreter(path: str) -> bool:
    """Say whether a path is the Python that runs here, in the same virtual environment."""
    here = sys.executable
    return path == here or (
        bool(path)
        and os.path.isabs(path)
        and os.path.realpath(path) == os.path.realpath(here)
        and _virtual_environment(path) == _virtual_environment(here)
    )


def _virtual_environment(interpreter: str) -> str:
    """Return the folder of the virtual environment that an interpreter belongs to, "" if there is none."""
    folder = os.path.dirname(os.path.dirname(os.path.abspath(interpreter)))
    return os.path.realpath(folder) if os.path.exists(os.path.join(folder, "pyvenv.cfg")) else ""
