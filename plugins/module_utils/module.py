# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Glue of every module: options, the store, and the one place where an error becomes a failed task."""

from __future__ import annotations

import os
import re
import traceback
import typing as t
from collections.abc import Callable
from urllib.parse import unquote

from ansible.module_utils.basic import AnsibleModule

# pylint: disable-next=unused-import  # before all others of the collection: makes their imports cheaper
from ansible_collections.telephony.connector.plugins.module_utils import (
    number_literals,
    type_errors,
    zipimport_once,  # noqa: F401
)
from ansible_collections.telephony.connector.plugins.module_utils.errors import ConnectorError, nearest, visible
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.sip_password import RENEW
from ansible_collections.telephony.connector.plugins.module_utils.sources.shared_options import values_of_queries
from ansible_collections.telephony.connector.plugins.module_utils.store import sqlite_file
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.locations import DEFAULT_LOCATION

STORE_SPEC: dict[str, dict[str, t.Any]] = {
    "store": {"type": "str"},
    "store_key": {"type": "str", "no_log": True},
}
#: of modules that may take a while; the module's action reads it
PROGRESS_SPEC: dict[str, dict[str, t.Any]] = {"progress": {"type": "bool", "default": True}}


#: (what Ansible says about the options, the options) -> what the person is told
Reword: t.TypeAlias = Callable[[str, dict[str, t.Any]], str]
#: the options -> those that may be shown
Shown: t.TypeAlias = Callable[[dict[str, t.Any]], dict[str, t.Any]]
#: Options of an output's target that are secrets, whatever its format.
TARGET_SECRETS = ("password", "token", "client_secret")


class Call:
    """One module call: its options, whether it only simulates, and the store (opened on first use)."""

    def __init__(self, module: AnsibleModule, reads_only: bool) -> None:
        self.params: dict[str, t.Any] = module.params
        self.check_mode: bool = module.check_mode
        self.diff: bool = module._diff  # Ansible offers no public name for it
        self._module = module
        self._reads_only = reads_only
        self._store: Store | None = None

    @property
    def store(self) -> Store:
        """The store that the options, the environment, or the default name."""
        if self._store is None:
            location = self.params.get("store") or os.environ.get("TELEPHONY_CONNECTOR_STORE") or DEFAULT_LOCATION
            key = self.params.get("store_key") or os.environ.get("TELEPHONY_CONNECTOR_STORE_KEY") or None
            if self._reads_only and sqlite_file.is_absent(location):
                self.warn(
                    f"There is no store at {location} yet, so there is nothing to show: name the store in the option"
                    " store, or run a sync first"
                )
            if self.check_mode and (folder := sqlite_file.missing_folder(location)):
                self.warn(f"The store {location} cannot be made while there is no folder {folder}: a run would fail")
            self._store = Store.open(location, key, self.check_mode or self._reads_only)
        return self._store

    def with_key(self, key: str) -> Store:
        """Return the store, opened with another key than the options name."""
        self.params["store_key"] = key
        return self.store

    def warn(self, text: str) -> None:
        """Warn the person who runs the task."""
        self._module.warn(text)

    def close(self) -> None:
        """Close the store, if it was opened."""
        if self._store is not None:
            self._store.close()


class _Module(AnsibleModule):
    """An AnsibleModule that names the nearest option for one it does not know."""

    def __init__(self, reword: Reword | None, shown: Shown | None, warns_of_numbers: bool, **options: t.Any) -> None:
        self._reword, self._shown, self._are_options_right = reword, shown, False
        super().__init__(**options)  # type: ignore[no-untyped-call]  # Ansible annotates its methods in part only
        for warning in self._numbers if warns_of_numbers else ():
            self.warn(warning)
        self._are_options_right = True  # what is said from now on has words of ours

    def _load_params(self) -> None:
        super()._load_params()  # type: ignore[no-untyped-call]
        # looked at here, because the check of the options makes texts of numbers
        self._numbers = list(number_literals.warnings_for(self.argument_spec, self.params))

    def fail_json(self, msg: str, **result: t.Any) -> t.NoReturn:
        """Fail; what Ansible says of wrong options is put into words of ours, with a hint where one is misspelt."""
        super().fail_json(msg=msg if self._are_options_right else self._of_options(msg), **result)
        raise SystemExit(1)  # not reached: AnsibleModule ends the process, which its annotations do not say

    def hide_params(self) -> None:
        """Have Ansible show other options than those that the task has, in `invocation`, which -vvv prints."""
        if self._shown:
            self.params = self._shown(self.params)

    def _log_invocation(self) -> None:
        params = self.params
        self.hide_params()
        super()._log_invocation()  # type: ignore[no-untyped-call]
        self.params = params

    def _of_options(self, msg: str) -> str:
        _hide_password_of_url(self)  # wrong options end here before anything else is done
        words = r"Unsupported parameters for \(\S+\) module: ([\w.]+?)(?:, |\. ).*Supported parameters include: (.*)"
        unknown = re.match(words, msg)
        if unknown:
            msg += nearest(unknown[1].rpartition(".")[2], re.findall(r"\w+", unknown[2]))
        msg = type_errors.in_words(msg, self.argument_spec, self.params)
        msg = self._reword(msg, self.params) if self._reword else msg
        self.hide_params()
        return msg


def run_module(
    argument_spec: dict[str, t.Any],
    action: Callable[[Call], dict[str, t.Any]],
    reads_only: bool = False,
    reword: Reword | None = None,
    warns_of_numbers: bool = True,
    shown: Shown | None = None,
    **options: t.Any,
) -> None:
    """Run a module: `action` gets the call and returns the task's result; its errors fail the task with one sentence.

    `reads_only`: the module never writes, so it does not make a store either. `reword` makes better words of what
    Ansible says about wrong options. `warns_of_numbers`: warn of numbers in options that take text, where they are
    written. `shown` returns the options as Ansible may show them, where secrets are deep in them. `options` go to
    AnsibleModule (required_if and the like).
    """
    module = _Module(
        reword,
        shown,
        warns_of_numbers and not reads_only,
        argument_spec=argument_spec,
        supports_check_mode=True,
        **options,
    )
    _hide_password_of_url(module)
    # a password of blanks is no secret, and hiding it would put asterisks between all words
    module.no_log_values -= {secret for secret in module.no_log_values if not secret.strip()}
    if module.params.get("sip_password") == RENEW:  # a word, and no secret
        module.no_log_values.discard(RENEW)
    call = Call(module, reads_only)
    module.hide_params()
    try:
        result = action(call)
    except ConnectorError as error:
        module.fail_json(msg=error.message, **_without_warnings(module, error.details))
    except Exception as error:  # a fault of ours: said as such, with what a maintainer needs and no values
        place = traceback.extract_tb(error.__traceback__)[-1]
        module.fail_json(
            msg=f"Internal error in telephony.connector ({type(error).__name__} in"
            f" {os.path.basename(place.filename)}, line {place.lineno}): please report it with the steps that led here."
        )
    finally:
        call.close()
    module.exit_json(**_without_warnings(module, result))


def _without_warnings(module: AnsibleModule, result: dict[str, t.Any]) -> dict[str, t.Any]:
    """Give the result's warnings to Ansible, which shows them and puts them back into the registered result."""
    for warning in result.get("warnings", ()):
        module.warn(visible(warning))
    return {name: _shown(name, value) for name, value in result.items() if name != "warnings"}


#: Return values that people look at, and that hold what sources say; others are data, which stays as it is.
_LOOKED_AT = {"rejected", "rejected_by", "conflicts", "kept", "columns", "steps", "summary", "diff", "left_out", "cut"}


def _shown(name: str, value: t.Any) -> t.Any:
    """Return a value in which nothing acts on a terminal or hides, if people look at it there."""
    if name == "runs" and isinstance(value, (list, tuple)):
        return [_shown_run(run) for run in value]
    return _all_visible(value) if name in _LOOKED_AT else value


def _shown_run(run: t.Any) -> t.Any:
    """Return a run of the journal, shown as the task has shown it."""
    return {name: _shown(name, value) for name, value in run.items()} if isinstance(run, dict) else run


def _all_visible(value: t.Any) -> t.Any:
    if isinstance(value, str):
        return visible(value, allowed="\n\t")
    if isinstance(value, dict):
        return {_all_visible(key): _all_visible(inner) for key, inner in value.items()}
    return [_all_visible(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _hide_password_of_url(module: AnsibleModule) -> None:
    """A store's URL may hold a password, which Ansible would show with the other options; so may target and source."""
    for given in (module.params.get("source"), (module.params.get("definition") or {}).get("source")):
        if isinstance(given, dict):
            module.no_log_values |= values_of_queries(given)
    target = module.params.get("target")
    if isinstance(target, dict):
        module.no_log_values |= {str(target[name]) for name in TARGET_SECRETS if target.get(name)}
    for location in _store_locations(module.params):
        words = r"[^/@]+://[^/@:]*:(.+)@[^@]*$", r"[?&](?:ssl)?password=([^&]+)"
        found = re.match(words[0], location), re.search(words[1], location)
        for password in (match[1] for match in found if match):
            module.no_log_values |= {password, unquote(password)}


def _store_locations(params: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    """Yield where stores are: this phone system's, and those that profiles read."""
    yield str(params.get("store") or os.environ.get("TELEPHONY_CONNECTOR_STORE") or "")
    target = params.get("target")
    if isinstance(target, dict):
        yield str(target.get("database") or "")
        yield str(target.get("url") or "")
    yield from (str(params[name]) for name in ("source", "target") if isinstance(params.get(name), str))  # of a copy
    definition = params.get("definition")
    for options in (params, definition):
        source = options.get("source") if isinstance(options, dict) else None
        if isinstance(source, dict):
            yield str(source.get("store") or "")
