"""How the values of a description are written: codes, measures, times, references, with the words for each fault."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from marshmallow import ValidationError, fields, validate

from hooks.settings_schema import Table
from hooks.urls import base

T = TypeVar("T")

MISSING = "is missing."
_MEASURE = re.compile(r"(<=|>=|<|>)?\s*(\d{1,15}(?:\.\d{1,10})?)(?:\s+(\S{1,50}))?")
_PARTIAL = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")
_LITERAL = re.compile(r"(?:(.+)/)?([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})")
_CODE = re.compile(r"\d{6,18}")
_TEXT = re.compile(r"\S(?:[^\x00-\x1f\x7f-\x9f]*\S)?")
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with its unit as written ("" for none), and the comparator before it."""

    value: Decimal
    unit: str
    comparator: str = ""


@dataclass(frozen=True, slots=True)
class Literal:
    """A reference to a resource on a FHIR server; `base` is "" where the server is not named."""

    base: str
    type: str
    id: str

    def __str__(self) -> str:
        """It as FHIR writes it."""
        return f"{self.base}/{self.type}/{self.id}".lstrip("/")


class Word(fields.Field[T]):
    """One of `words`, as what it stands for; `shown` are those that a fault names."""

    def __init__(self, words: Mapping[str, T], shown: tuple[str, ...] = (), **more: Any) -> None:
        super().__init__(**more)
        self._words = words
        self._shown = shown or tuple(words)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> T:
        found = self._words.get(value) if isinstance(value, str) else None
        if found is None:
            raise ValidationError(f"is no code that is known here. | Use one of: {', '.join(self._shown)}.")
        return found


class Measured(fields.Field[Measure]):
    """A text such as "3.1 mg/dL" or "<0.2 {EU}/mL". With `unit`, a number alone is in it; "" where there is none.
    `example` is what a fault shows.
    """

    def __init__(
        self, unit: str | None = None, *, compared: bool = False, example: str = '"3.1 mg/dL"', **more: Any
    ) -> None:
        super().__init__(**more)
        self._unit = unit
        self._compared = compared
        self._how = f"Write it as {example}."

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Measure:
        written = _in_digits(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value
        match = _MEASURE.fullmatch(written.strip()) if isinstance(written, str) else None
        if match is None or (match[1] and not self._compared):
            raise ValidationError(f"is no number with a unit. | {self._how}")
        unit = match[3] or self._unit
        if unit is None:
            raise ValidationError(f"has no unit. | {self._how}")
        return Measure(Decimal(match[2]), unit, match[1] or "")


class Outcome(fields.Field["Measure | str"]):
    """What a test found: a measure, or words."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Measure | str:
        match = _MEASURE.fullmatch(value.strip()) if isinstance(value, str) else None
        if match and match[3]:
            return Measure(Decimal(match[2]), match[3], match[1] or "")
        if match or not isinstance(value, str):
            raise ValidationError('has no unit. | Write a measure as "93 %", anything else in words.')
        _plain(value)
        return value.strip()


class Moment(fields.Field[datetime]):
    """A point in time with its offset from UTC."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        found = _time(value)
        if not isinstance(found, datetime):
            raise ValidationError("is no point in time with an offset. | Write it as 2026-03-01T09:00:00Z.")
        return found


class When(fields.Field["datetime | date"]):
    """A point in time with its offset from UTC, or a day."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime | date:
        found = _time(value)
        if found is None:
            raise ValidationError("is neither a day nor a time. | Write 2026-03-01 or 2026-03-01T09:00:00Z.")
        return found


class Day(fields.Field[date]):
    """A day."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:
        found = _time(value)
        if found is None or isinstance(found, datetime):
            raise ValidationError("is no day. | Write it as 2026-03-01.")
        return found


class Born(fields.Field[str]):
    """A day of birth, or what is known of it: 1965, "1965-03"."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        written = str(value) if isinstance(value, int) else value
        if isinstance(written, str) and _PARTIAL.fullmatch(written):
            return written
        found = _time(value)
        if found is None or isinstance(found, datetime):
            raise ValidationError('is no day of birth. | Write 1965-03-02, or "1965-03", or "1965".')
        return found.isoformat()


class Named(fields.Field[Literal]):
    """A reference to a resource of one of `types`: "Patient/123", or its whole address."""

    def __init__(self, *types: str, **more: Any) -> None:
        super().__init__(**more)
        self._types = types

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Literal:
        match = _LITERAL.fullmatch(value) if isinstance(value, str) else None
        if match is None or match[2] not in self._types or (match[1] and base(match[1]) is None):
            either = " or ".join(self._types)
            example = f"{self._types[0]}/123 or https://fhir.example.org/r4/{self._types[0]}/123"
            raise ValidationError(f"is no reference to a {either}. | Write it as {example}.")
        return Literal(match[1] or "", match[2], match[3])


def line(*, required: bool = False, check: Callable[[str], None] | None = None) -> fields.String:
    """Words on one line, left out or not empty."""
    known: dict[str, Any] = {"required": True} if required else {}
    return fields.String(
        validate=[_plain, *([check] if check else [])],
        error_messages={"invalid": "is not text. | Put it in quotes.", "required": MISSING, "null": MISSING},
        **known,
    )


def whole(least: int, most: int, *, required: bool = False) -> fields.Integer:
    """A whole number in between."""
    return fields.Integer(
        strict=True,
        required=required,
        validate=validate.Range(least, most, error="is not between {min} and {max}."),
        error_messages={"invalid": "is no whole number.", "required": MISSING, "null": MISSING},
    )


def choice(*allowed: str, default: str | None = None) -> fields.String:
    """One of a few words."""
    known: dict[str, Any] = {"required": True} if default is None else {"load_default": default}
    return fields.String(
        validate=validate.OneOf(allowed, error=f"is not known here. | Use one of: {', '.join(allowed)}."),
        error_messages={"invalid": "is not text. | Put it in quotes.", "required": MISSING, "null": MISSING},
        **known,
    )


def flag(*, required: bool = False) -> fields.Boolean:
    """True or false."""
    words: dict[str, Any] = {"invalid": "is neither true nor false.", "required": MISSING, "null": MISSING}
    return fields.Boolean(truthy={True}, falsy={False}, required=required, error_messages=words)


def tables(table: type[Table], *, required: bool = False) -> "fields.List[Any]":
    """One table or more of a kind; none unless `required`."""
    known: dict[str, Any] = {"required": True} if required else {"load_default": list}
    least = validate.Length(min=1, error="is empty.") if required else None
    said = "is not a list of tables. | Write it with two brackets."
    words: dict[str, Any] = {"invalid": said, "required": MISSING, "null": MISSING}
    return fields.List(fields.Nested(table), validate=least, error_messages=words, **known)


def uri(value: str) -> None:
    """A check: an absolute address or name."""
    if not re.fullmatch(r"(https?://|urn:)\S+", value):
        raise ValidationError("is no address. | Write https://… or urn:….")


def snomed(value: str) -> None:
    """A check: the form of a SNOMED CT code."""
    if not _CODE.fullmatch(value):
        raise ValidationError("is no SNOMED CT code. | Write its digits in quotes.")


def _plain(value: str) -> None:
    if not _TEXT.fullmatch(value):
        raise ValidationError("is empty, or begins or ends with a space, or holds a line break.")
    if len(value) > LONGEST:
        raise ValidationError(f"is longer than {LONGEST} characters.")


def _in_digits(value: int | Decimal) -> str:
    """A number without an exponent; what is too long for a measure in its own form."""
    return f"{value:f}" if isinstance(value, Decimal) and abs(value.adjusted()) < LONGEST else str(value)


def is_before(one: datetime | date, other: datetime | date) -> bool:
    """Whether `one` is earlier; a day and a time are compared by their days."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    return day_of(one) < day_of(other)


def day_of(when: datetime | date) -> date:
    """The day of a time, as written."""
    return when.date() if isinstance(when, datetime) else when


def _time(value: Any) -> datetime | date | None:
    """A day, or an instant with an offset; None for anything else."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value if value.tzinfo is not None and value.utcoffset() is not None else None
    return value if isinstance(value, date) else None


def written(when: datetime | date) -> str:
    """A time as FHIR writes it."""
    if isinstance(when, datetime):
        form = when.isoformat(timespec="seconds")
        return form.removesuffix("+00:00") + "Z" if when.utcoffset() == UTC.utcoffset(None) else form
    return when.isoformat()
