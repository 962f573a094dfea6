"""The primitive types of FHIR R4: which JSON values they take."""

import math
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

_YEAR = r"(?!0000)\d{4}"
_DATE = rf"{_YEAR}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
_ZONE = r"(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))"

_FORMS = {
    name: re.compile(form, re.ASCII)
    for name, form in {
        "date": _DATE,
        "dateTime": rf"{_DATE}|{_YEAR}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T{_CLOCK}{_ZONE}",
        "instant": rf"{_YEAR}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T{_CLOCK}{_ZONE}",
        "time": _CLOCK,
        "id": r"[A-Za-z0-9\-.]{1,64}",
        "oid": r"urn:oid:[0-2](\.(0|[1-9]\d*))+",
        "uuid": r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    }.items()
}
_CODE = re.compile(r"\S+(\s\S+)*")
_ADDRESS = re.compile(rf"(?!urn:(uuid|oid):)\S+|{_FORMS['uuid'].pattern}|{_FORMS['oid'].pattern}")
_CANONICAL = re.compile(r"#\S*|[A-Za-z][A-Za-z0-9+.\-]*:\S+")
_BASE64 = re.compile(r"[0-9A-Za-z+/]*={0,2}")
_HOW = {
    "date": "a date such as 2026-03-01, 2026-03 or 2026",
    "dateTime": "a date such as 2026-03-01, or with time and zone such as 2026-03-01T09:00:00Z",
    "instant": "a time with seconds and zone such as 2026-03-01T09:00:00Z",
    "time": "a time of day such as 09:30:00",
    "id": "1 to 64 letters, digits, - or .",
    "oid": "urn:oid: and numbers with dots between them",
    "uuid": "urn:uuid: and a UUID in small letters",
    "code": "text without spaces at its ends and never two in a row",
    "string": "text that is not empty",
    "markdown": "text that is not empty",
    "uri": "an address without spaces; after urn:uuid: a UUID in small letters, after urn:oid: an OID",
    "url": "an address without spaces",
    "canonical": "a whole address such as https://example.org/one, or # and the id of a contained resource",
    "base64Binary": "base64",
    "boolean": "true or false, without quotes",
    "integer": "a whole number, without quotes",
    "positiveInt": "a whole number from 1, without quotes",
    "unsignedInt": "a whole number from 0, without quotes",
    "decimal": "a number, without quotes",
    "xhtml": "XHTML in one div",
}

_LARGEST = 2**31 - 1


def is_primitive(type: str) -> bool:
    """Whether values of the type are single JSON values."""
    return type in _HOW


def how(type: str) -> str:
    """What a value of the type looks like, in words."""
    return _HOW[type]


def fits(value: Any, type: str) -> bool:
    """Whether a JSON value is one of the primitive type."""
    return _CHECKS[type](value)


def _dated(form: re.Pattern[str]) -> Callable[[Any], bool]:
    def check(value: Any) -> bool:
        if not isinstance(value, str) or not form.fullmatch(value):
            return False
        if len(value) < len("2026-03-01"):
            return True
        try:
            date.fromisoformat(value[:10])
        except ValueError:
            return False
        return True

    return check


def _text(form: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and form.fullmatch(value) is not None


def _string(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _base64(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    packed = "".join(value.split())
    return len(packed) % 4 == 0 and bool(packed) and _BASE64.fullmatch(packed) is not None


def _whole(least: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= _LARGEST


def _decimal(value: Any) -> bool:
    if isinstance(value, float | Decimal):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


_CHECKS: dict[str, Callable[[Any], bool]] = {
    **{name: _dated(_FORMS[name]) for name in ("date", "dateTime", "instant")},
    **{name: _text(_FORMS[name]) for name in ("time", "id", "oid", "uuid")},
    **dict.fromkeys(("string", "markdown", "xhtml"), _string),
    **dict.fromkeys(("uri", "url"), _text(_ADDRESS)),
    "canonical": _text(_CANONICAL),
    "code": _text(_CODE),
    "base64Binary": _base64,
    "boolean": lambda value: isinstance(value, bool),
    "integer": _whole(-_LARGEST - 1),
    "positiveInt": _whole(1),
    "unsignedInt": _whole(0),
    "decimal": _decimal,
}
