# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Any other format: a person's own Jinja2 file, rendered once for the directory, or for each user or device."""

from __future__ import annotations

import hashlib
import json
import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.outputs.accounts import SIP_USER_OPTION
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import (
    Context,
    Document,
    Entry,
    FileFormat,
    Item,
    Options,
    Selection,
    TargetError,
    Values,
    in_path,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.file_options import FILE_OPTIONS
from ansible_collections.telephony.connector.plugins.module_utils.outputs.text import check_encoding
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.dialling import dial_format
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import MASK

_SELECTIONS = {"directory": "phonebook", "user": "users", "device": "devices"}
#: The same for a template that names the secret of an account.
_SECRET_SELECTIONS = {"user": "accounts", "device": "account devices"}
#: What Jinja2 says of a name that is not there: of an attribute, or of a variable.
_ABSENT = re.compile(r"has no attribute '(\w+)'|^'(\w+)' is undefined")
_SECRET = "sip_password"  # noqa: S105
#: What the path of each may hold.
_PLACES = {"directory": ("owner",), "user": ("username", "extension"), "device": ("mac", "username", "extension")}


class Template(FileFormat):
    """A file, or one for each user or device, that a template of the user's own makes."""

    NAME = "template"
    TITLE = "A Jinja2 template of your own"
    NEEDS_NUMBER = False
    HAS_SECRETS = True
    OPTIONS: ClassVar[Options] = {
        **FILE_OPTIONS,
        "path": {
            "type": "str",
            "required": True,
            "description": "The file to be written. With each: user it holds {username} or {extension}, with each:"
            " device {mac} (12 hexadecimal digits; {MAC} in capitals), {username} or {extension}.",
        },
        "template": {"type": "path", "required": True, "description": "The Jinja2 file."},
        "each": {
            "type": "str",
            "choices": ["directory", "user", "device"],
            "default": "directory",
            "description": "What there is a file of: the whole phonebook (variable entries), each user (user), each"
            " device (user and device).",
        },
        "encoding": {"type": "str", "default": "utf-8", "description": "The encoding of the files."},
        "mode": {
            "type": "str",
            "description": "The permissions of the files, in octal digits: 0644, but 0600 for a template with secrets.",
        },
        **SIP_USER_OPTION,
    }
    NOTES: ClassVar[tuple[str, ...]] = (
        "Variables are entries (a list), or user, or user and device, with the fields that object_info shows.",
        "A template that names user.sip_password gets it and user.sip_user; it has files of accounts alone, mode 0600.",
        "The filter dial_format is there, beside those of Jinja2. Nothing is escaped unless you write | e.",
    )

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self._each = options.get("each") or "directory"
        self._names = re.findall(r"{(\w+)}", options["path"])
        allowed = _PLACES[self._each]
        unknown = [name for name in self._names if name.lower() not in allowed]
        if unknown:
            raise DefinitionError(
                f"The path of each: {self._each} may hold {', '.join(f'{{{name}}}' for name in allowed)}, not"
                f" {{{unknown[0]}}}."
            )
        if self._each != "directory" and not self._names:
            raise DefinitionError(
                f"The path of each: {self._each} needs one of {', '.join(f'{{{name}}}' for name in allowed)}, so that"
                " every file has a name of its own."
            )
        self._encoding = check_encoding(str(options.get("encoding") or "utf-8"))
        self._text = _read(options["template"])
        self._template, self._has_secret = _compiled(self._text, options["template"])
        if self._has_secret and self._each == "directory":
            raise DefinitionError(
                f"The template {options['template']} names {_SECRET}, which there is with each: user or device alone."
            )
        self.options = {**options, "mode": options.get("mode") or ("0600" if self._has_secret else "0644")}

    @property
    def sends(self) -> str:
        """What there is a file of."""
        by_each = {"user": "users", "device": "devices"}
        return "accounts" if self._has_secret else by_each.get(self._each, self.SENDS)

    @property
    def encoding(self) -> str:
        """The encoding of the files."""
        return self._encoding

    @property
    def selection(self) -> Selection:
        """The book, the users or the devices; with a secret, those who have an account."""
        what = (_SECRET_SELECTIONS if self._has_secret else _SELECTIONS)[self._each]
        return Selection(what, super().selection.book, self.options.get("sip_user") or "")

    def inputs(self) -> Any:
        """Return the template's hash."""
        return hashlib.sha256(self._text.encode()).hexdigest()

    def items(self, entry: Entry, context: Context) -> Iterable[Item]:
        """Return one item, with all fields."""
        kind = KINDS["phonebook_entry" if self._each == "directory" else "user"]
        fields = dict(entry.fields)
        device, sip_user = fields.pop("device", None), fields.pop("sip_user", None)
        values: Values = {"id": entry.key, **kind.nest(fields)}
        if sip_user is not None:
            values["sip_user"] = sip_user
        if device is not None:
            values["device"] = device
        place = self.place(entry)
        if self._names and self._each != "directory":
            found = {"username": fields.get("username"), "extension": fields.get("extension")}
            found["mac"] = (device or {}).get("mac")
            missing = [name for name in self._names if not found[name.lower()]]
            if missing:
                context.findings.leave_out(
                    entry.name, missing[0].lower(), "", f"is needed for the path {{{missing[0]}}}"
                )
                return
            for name in self._names:
                value = str(found[name.lower()])
                value = value.upper() if name.isupper() else value
                place = place.replace(f"{{{name}}}", in_path(value))
        secret = json.dumps(dict(entry.secrets), sort_keys=True) if entry.secrets else ""
        yield Item(entry.key, entry.name, place, values, "", secret)

    def documents(self, place: str, items: Iterator[Values], count: int) -> Iterator[Document]:
        """Yield one file."""
        everything = list(items)
        if self._each == "directory":
            yield Document(place, count, self._rendered(place, {"entries": everything}))
            return
        if count > 1:
            names = ", ".join(str(one.get("username", "")) for one in everything[:3])
            raise TargetError(f"{place} would be the file of several ({names}): put more into the path, or settle it.")
        (values,) = everything
        secrets = json.loads(values.pop("secret", "{}"))
        values.update(secrets)
        yield Document(place, 1, self._rendered(place, {"user": values, "device": values.get("device"), **secrets}))

    def _rendered(self, place: str, variables: dict[str, Any]) -> Iterator[str]:
        try:
            yield from self._template.generate(variables)
        except Exception as error:
            said = _said(error, self._text)
            if secret := variables.get(_SECRET):
                said = said.replace(secret, MASK)
            raise TargetError(
                f"The template {self.options['template']} failed for {place}: {said}; nothing was written."
            ) from None


def _said(error: Exception, text: str) -> str:
    """Return what went wrong in a template: a name that is not there with its line, and how to go on without it."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    line = f" (line {frames[-1].lineno} of the template)" if frames else ""
    absent = _ABSENT.search(str(error))
    if type(error).__name__ == "UndefinedError" and absent:
        name = absent[1] or absent[2]
        written = text.splitlines()[(frames[-1].lineno or 1) - 1] if frames else ""
        whole = re.search(rf"[\w.]*\b{re.escape(name)}\b", written)
        way = f"write {whole[0] if whole else name} | default('') where some have none"
        return f'there is no field "{name}"{line}: {way}'
    return f"{type(error).__name__}{f': {error}' if str(error) else ''}{line}"


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or "it is not UTF-8"
        raise DefinitionError(f"The template {path} cannot be read ({said}).") from None


def _compiled(text: str, path: str) -> tuple[Any, bool]:
    """Return the template, compiled in a sandbox, and whether it names the secret of an account.

    A name that is not there is an error when it is rendered.
    """
    require("jinja2", "Jinja2", "3.1.0", "the format template")
    from jinja2 import StrictUndefined, TemplateSyntaxError
    from jinja2.nodes import Const, Getattr, Name
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["dial_format"] = dial_format
    try:
        parsed = environment.parse(text)
        names = {one.name for one in parsed.find_all(Name)} | {one.attr for one in parsed.find_all(Getattr)}
        has_secret = _SECRET in names or any(one.value == _SECRET for one in parsed.find_all(Const))
        return environment.from_string(text), has_secret
    except TemplateSyntaxError as error:
        raise DefinitionError(
            f"The template {path} is wrong in line {error.lineno}: {(error.message or '').rstrip('.')}."
        ) from None
