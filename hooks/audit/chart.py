"""A chart, and what else a card is made of, as JSON and back: by the fields and type hints of their classes alone.

What goes in comes out equal. Numbers keep all their digits, times their offset.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import orjson

from cds.chart import Chart
from cds.fhir.lazy import as_seen

Kind = TypeVar("Kind")
PARSED: dict[Any, Callable[[str], Any]] = {datetime: datetime.fromisoformat, date: date.fromisoformat, Decimal: Decimal}
"""Classes that JSON writes as text -> how they are read back."""
_REFERENCE = re.compile(r"[A-Za-z]{1,64}/[A-Za-z0-9.-]{1,64}\Z")


class Unreadable(ValueError):
    """What is stored is not what this release stores."""


def encode(value: object) -> bytes:
    """A dataclass of numbers, texts, times, and tuples, mappings and frozen sets of such. TypeError for others."""
    return orjson.dumps(value, default=_plain)


def decode(kind: type[Kind], text: bytes) -> Kind:
    """What `encode` wrote of a `kind`. Unreadable if it is none."""
    return build(kind, orjson.loads(text))


def build(kind: type[Kind], value: Any) -> Kind:
    """A `kind` out of parsed JSON. Unreadable if it is none."""
    try:
        return cast(Kind, _built(kind, value))
    except (TypeError, ValueError, KeyError, ArithmeticError, AttributeError) as error:
        raise Unreadable(f"no {kind.__name__} ({type(error).__name__})") from None


def worth_keeping(chart: Chart) -> Chart:
    """The part of a chart that decides: what was looked at. Names of laboratories become numbers, equal if they were.

    Whoever assesses it reaches the conclusions that were reached on the whole chart.
    """
    chart = as_seen(chart)
    performers = dict.fromkeys(result.performer for found in chart.results.values() for result in found)
    names = [each for each in performers if each and not _REFERENCE.match(each)]
    if not names:
        return chart
    numbered = {name: f"performer {number}" for number, name in enumerate(names, 1)}
    results = {
        name: tuple(replace(each, performer=numbered.get(each.performer, each.performer)) for each in found)
        for name, found in chart.results.items()
    }
    return replace(chart, results=results)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not written down")


@cache
def _hints(kind: type) -> dict[str, Any]:
    """The fields of a dataclass and their types."""
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}


def _built(hint: Any, value: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _one_of(get_args(hint), value)
    if isinstance(hint, type) and is_dataclass(hint):
        known = _hints(hint)
        return hint(**{name: _built(known[name], part) for name, part in value.items() if name in known})
    if hint in PARSED:
        return PARSED[hint](value)
    if isinstance(origin, type):
        return _collection(origin, get_args(hint), value)
    if isinstance(hint, type) and type(value) is not hint:
        raise TypeError
    return value


def _one_of(kinds: tuple[Any, ...], value: Any) -> Any:
    """A value that may be missing, or of several kinds that JSON tells apart."""
    if value is None and NoneType in kinds:
        return None
    left = [kind for kind in kinds if kind is not NoneType]
    if len(left) > 1:
        left = [kind for kind in left if type(value) is kind]
    (kind,) = left
    return _built(kind, value)


def _collection(origin: type, arguments: tuple[Any, ...], value: Any) -> Any:
    if issubclass(origin, Mapping):
        return {name: _built(arguments[1], part) for name, part in value.items()}
    if issubclass(origin, frozenset):
        return frozenset(_built(arguments[0], part) for part in value)
    if issubclass(origin, tuple) and Ellipsis not in arguments:
        return tuple(_built(kind, part) for kind, part in zip(arguments, value, strict=True))
    if issubclass(origin, Sequence):
        return tuple(_built(arguments[0], part) for part in value)
    raise TypeError
