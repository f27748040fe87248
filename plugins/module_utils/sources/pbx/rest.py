# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The phonebook of another phone system by its REST service: pages of a JSON list of flat objects."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any, TypeGuard
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ansible_collections.telephony.connector.plugins.module_utils.errors import (
    DefinitionError,
    SourceError,
    nearest,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    Cell,
    Gone,
    ReadResult,
    Record,
    Unusable,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import (
    Bounds,
    checked,
    is_within,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.files import addresses, https
from ansible_collections.telephony.connector.plugins.module_utils.sources.files.streams import (
    BrokenOffError,
    MeteredStream,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.pbx.json_list import JsonList, NotAListError
from ansible_collections.telephony.connector.plugins.module_utils.sources.unfit import unfit

ALL = "*"
_LOOKED_AT = 1000  # objects that decide which names there are
_PAGE_SIZE = 500
_USUAL_LIMITS = (100, 200, 250, 500, 1000)
_MOST_SHOWN = 30
_MOST_PAGES = 20_000
_AGAIN = "The phonebook service gives the same page again and again; check offset_parameter and page_parameter."
_PARAMETERS = ("offset_parameter", "page_parameter", "page_size_parameter")


class JsonPage(https.WebFile):
    """One answer of the service."""

    WHAT = "the phonebook"
    ACCEPT = "application/json"
    NEEDED_FOR = "the phonebook of another phone system at a web address"
    USER, PASSWORD = "username", "password"  # names of options


def check(options: Mapping[str, Any]) -> None:
    """Refuse options that do not fit together."""
    scheme = options["url"].strip().partition(":")[0].lower()
    if scheme not in ("https", "http"):
        raise DefinitionError(
            "The source option url must be the address of a list, with https (http with allow_plaintext: true); a store"
            " goes into the option store."
        )
    addresses.check_url(options, (JsonPage.USER, JsonPage.PASSWORD))
    if "offset_parameter" in options and "page_parameter" in options:
        raise DefinitionError("The source options offset_parameter and page_parameter are two ways; give one of them.")
    names = [options[name] for name in _PARAMETERS if name in options]
    if not all(names) or len(set(names)) < len(names):
        raise DefinitionError(
            "The source options offset_parameter, page_parameter and page_size_parameter must be names, each another."
        )
    _check_key_map(options.get("key_map"))


def _check_key_map(key_map: Mapping[str, str] | None) -> None:
    if key_map is None:
        return
    if not key_map:
        raise DefinitionError("The source option key_map is empty; leave it out, or name at least one name in it.")
    folded = [name.casefold() for name in key_map]
    for name, key in key_map.items():
        if not key.strip():
            raise DefinitionError(f"The source option key_map names nothing for {name}; leave it out of key_map.")
        if folded.count(name.casefold()) > 1:
            raise DefinitionError(f"The source option key_map names {name.casefold()} twice, as letter case is equal.")


class RestReading:
    """One read of all pages; see Reading. The first page is asked for at once."""

    def __init__(self, options: Mapping[str, Any], wanted: frozenset[str], bounds: Bounds) -> None:
        self.result = ReadResult()
        self._options = options
        ours = {name.casefold(): key.casefold() for name, key in options.get("key_map", {}).items()}
        used = {ours.get(name.casefold(), name.casefold()) for name in (*wanted, *ours)}
        self._used = frozenset() if ALL in wanted else frozenset(used)
        self._is_paged = "offset_parameter" in options or "page_parameter" in options
        self._bounds = bounds
        self._objects = self._all_objects()
        try:
            first = list(islice(self._objects, _LOOKED_AT))
        except BrokenOffError as error:
            raise SourceError(str(error)) from None
        self._columns = _Columns(options.get("key_map", {}), wanted, first)
        self.columns = self._columns.names
        self.result.warnings += self._columns.warnings
        self._items = chain(first, self._objects)

    def __iter__(self) -> Iterator[Record | Unusable | Gone]:
        """Yield a record for every object."""
        number, make = 0, self._columns.record
        for number, item in enumerate(self._items, 1):
            record = make(number, item)
            yield checked(record, self.columns, self.result, "the phonebook") if _is_long(record) else record
        if not self._is_paged and number in _USUAL_LIMITS:
            self.result.warnings.append(
                f"The phonebook has exactly {number} entries, which looks like a limit of the service: if there are"
                " more, give offset_parameter or page_parameter."
            )
        self.result.warnings += self._columns.late_warnings()

    def _all_objects(self) -> Iterator[dict[str, Any]]:
        """Yield the objects of every page; what breaks off later than at the very beginning is told in the result."""
        count, pages = 0, _Pages(self._used)
        for page in range(_MOST_PAGES):
            try:
                for item in self._page(page, count):
                    if pages.is_known(item):
                        break
                    count += 1
                    yield item
            except (BrokenOffError, SourceError) as error:
                if not count:
                    raise
                self._end(error.message if isinstance(error, SourceError) else str(error))
                return
            if pages.came_again:
                self._end(_AGAIN)
                return
            if not pages.next() or not self._is_paged:
                return
        self._end(f"The phonebook service gives more than {_MOST_PAGES} pages; raise page_size. {_AGAIN}")

    def _end(self, reason: str) -> None:
        self.result.complete, self.result.reason = False, reason

    def _page(self, page: int, offset: int) -> Iterator[dict[str, Any]]:
        options = {**self._options, "url": self._address(page, offset)}
        with contextlib.closing(JsonPage(options, {}, self._bounds)) as answer:
            if not page:
                self.result.warnings += answer.warnings
            try:
                yield from JsonList(MeteredStream(answer, self._bounds))
            except NotAListError as error:
                raise SourceError(f"{answer.where} cannot be used: it sends {error}; check url.") from None

    def _address(self, page: int, offset: int) -> str:
        options = self._options
        added: dict[str, int] = {}
        if name := options.get("offset_parameter"):
            added[name] = offset
        if name := options.get("page_parameter"):
            added[name] = options.get("first_page", 1) + page
        if name := options.get("page_size_parameter"):
            added[name] = options.get("page_size", _PAGE_SIZE)
        if not added:
            return str(options["url"])
        parts = urlsplit(str(options["url"]).strip())
        given = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in added]
        return urlunsplit(parts._replace(query=urlencode([*given, *added.items()])))


class _Pages:
    """Knows pages again by what they begin with, so that a service that ignores the parameter is not asked for ever."""

    def __init__(self, used: frozenset[str]) -> None:
        """`used`: the names that count, in lower case; others, such as a time of the answer, may change."""
        self._used = used
        self._known: set[str] = set()
        self._is_first = True
        self.came_again = False

    def is_known(self, item: dict[str, Any]) -> bool:
        """Look at the next object; say whether it begins a page that came before."""
        if not self._is_first:
            return False
        self._is_first = False
        whole = sorted(item.items())
        mark = repr([one for one in whole if one[0].casefold() in self._used] or whole)
        self.came_again = mark in self._known
        self._known.add(mark)
        return self.came_again

    def next(self) -> bool:
        """Go on to the next page; say whether there was anything on this one."""
        was_empty, self._is_first = self._is_first, True
        return not was_empty


class _Columns:
    """Which columns there are, and an object's cells in their order."""

    def __init__(self, key_map: Mapping[str, str], wanted: frozenset[str], first: list[dict[str, Any]]) -> None:
        found = {name.casefold(): name for item in first for name in item}
        names = {name.casefold(): name for name in key_map}
        if ALL in wanted:
            names = {**found, **names}
        for name in sorted(wanted - {ALL}):
            names.setdefault(name.casefold(), name)
        ours = {name.casefold(): key for name, key in key_map.items()}
        places = {name: ours.get(folded, name) for folded, name in names.items()}
        present = {name: found[key.casefold()] for name, key in places.items() if key.casefold() in found}
        self._absent = {key: name for name, key in places.items() if key.casefold() not in found}
        self.names = tuple(present)
        self._keys = tuple(present.values())
        self._late: set[str] = set()
        used = {name.casefold(): name for name in wanted}
        misspelt = [
            f'The option key_map has the name "{name}", which the profile does not use.{nearest(name, used.values())}'
            for name in key_map
            if ALL not in wanted and name.casefold() not in used
        ]
        self.warnings = misspelt + [
            f'None of the first {len(first)} entries of the phonebook has "{key}", which key_map gives to {name}.'
            for key, name in self._absent.items()
            if first and name.casefold() in ours
        ]
        if found and not (present if ALL in wanted else used.keys() & {name.casefold() for name in present}):
            has = ", ".join(sorted(filter(str.isprintable, found.values()))[:_MOST_SHOWN])
            raise SourceError(
                "The phonebook has none of the names that the profile uses; map them in key_map. It has:"
                f" {has}.{''.join(' ' + text for text in misspelt)}"
            )

    def record(self, number: int, item: dict[str, Any]) -> Record | Unusable:
        """Return an object as a record."""
        if self._absent and not item.keys().isdisjoint(self._absent):
            self._late.update(item.keys() & self._absent.keys())
        row: list[Cell] = []
        for name, key in zip(self.names, self._keys, strict=True):
            value = item.get(key)
            if value is not None and not isinstance(value, str):
                value = _cell(value)
            if value is _UNFIT:
                return Unusable(number, tuple(row), name, "", f'must have a text or number in "{key}"')
            if value and (rule := unfit("".join(value))):
                return Unusable(number, tuple(row), name, "", f'must not hold {rule} in "{key}"')
            row.append(value)
        return Record(number, tuple(row))

    def late_warnings(self) -> list[str]:
        """Say which names appeared only when it was too late for them."""
        return [
            f'The phonebook has "{name}" only in later entries, so it is not used; map it in key_map, or have the'
            " service send it for every entry."
            for name in sorted(self._late)
        ]


def _is_long(record: Record | Unusable) -> TypeGuard[Record]:
    return isinstance(record, Record) and not is_within(record.row)


_UNFIT: Any = object()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value
    return _UNFIT
