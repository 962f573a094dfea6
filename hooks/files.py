"""FHIR documents on disk or on standard input (one JSON document, or one resource a line), by patient."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NoReturn

from cds.chart import Person
from cds.fhir import Malformed, patients_in, read_chart, resources_in

Resource = dict[str, Any]
STANDARD_INPUT = "-"
ANY_TIME = datetime(1900, 1, 1, tzinfo=UTC)


class Unreadable(Exception):
    """A file that cannot be used. The message is one sentence for the user and holds nothing of the content."""


@dataclass
class Charts:
    """The resources of each patient by id, and `doubts`: sentences about what the files leave uncertain."""

    patients: dict[str, list[Any]] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)


def charts(names: Iterable[str]) -> Charts:
    """What all files hold together. Each is read by itself: no record passes to a patient of another file.

    Raises Unreadable; also for a file without any patient.
    """
    read = Charts()
    people: dict[str, tuple[Person, str]] = {}
    for name in names:
        for patient, resources in _patients(name).items():
            person = _person(patient, resources)
            known, where = people.setdefault(patient, (person, name))
            if not _may_be_same(person, known):
                read.doubts.append(
                    f"{label(where)} and {label(name)} use one Patient id, but birth date or sex differ. They were "
                    "taken for one patient; if they are two, assess the files one at a time."
                )
            read.patients.setdefault(patient, []).extend(resources)
    return read


def _patients(name: str) -> dict[str, list[Any]]:
    """The resources of one file by patient. Unreadable if there is no patient."""
    try:
        found = patients_in(resource for document in documents(name) for resource in resources_in(document))
    except Malformed as fault:
        raise Unreadable(f"{label(name)} is JSON but not FHIR: {fault}.") from None
    if not found:
        raise Unreadable(f"{label(name)} holds no patient: neither a Patient nor a record whose subject is one.")
    return found


def _person(patient: str, resources: Iterable[Resource]) -> Person:
    """Who a file says that the patient is."""
    return read_chart([one for one in resources if one.get("resourceType") == "Patient"], patient, ANY_TIME).person


def _may_be_same(one: Person, other: Person) -> bool:
    """Whether nothing that both files know about the person contradicts."""
    spans = [(each.born_first, each.born_last) for each in (one, other) if each.born_first and each.born_last]
    (first, last), (other_first, other_last) = spans if len(spans) == 2 else ((date.min, date.max),) * 2
    born_apart = last < other_first or other_last < first
    sexes = dict(other.sexes)
    return not born_apart and all(sexes.get(source, sex) == sex for source, sex in one.sexes)


def documents(name: str) -> Iterator[Any]:
    """Each JSON value in the file called `name` ("-" is standard input); numbers with a point become Decimal.

    A file that is one JSON value is one document; otherwise every line that is not blank has to be one (NDJSON).
    Raises Unreadable.
    """
    text = text_of(name)
    try:
        whole = read_json(text)
    except ValueError as fault:
        lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        if len(lines) < 2:
            raise Unreadable(f"{label(name)} is not readable JSON ({place_of(fault)}).") from None
        yield from _lines(name, lines, place_of(fault))
    else:
        yield whole


def label(name: str) -> str:
    """How a file is called in messages."""
    return "standard input" if name == STANDARD_INPUT else name


def text_of(name: str) -> str:
    """The file's content. UTF-8 with or without a byte order mark; line ends of any kind."""
    try:
        raw = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(f"{label(name)} is not UTF-8 text. Convert it to UTF-8.") from None
    except OSError as fault:
        raise Unreadable(f"{label(name)} cannot be read: {fault.strerror}.") from None
    if not text.strip():
        raise Unreadable(f"{label(name)} is empty.")
    return text


def _lines(name: str, lines: list[tuple[int, str]], whole: str) -> Iterator[Any]:
    """Each line as its own JSON value. If the first line is none, the fault is that of the `whole` document."""
    for number, line in lines:
        try:
            yield read_json(line)
        except ValueError as fault:
            if number == lines[0][0]:
                raise Unreadable(f"{label(name)} is not readable JSON ({whole}).") from None
            place = f"line {number}, column {_column(fault)}"
            raise Unreadable(
                f"{label(name)} is neither one JSON document nor one JSON resource a line ({place})."
            ) from None


def read_json(text: str) -> Any:
    """One JSON value. ValueError for everything that RFC 8259 does not allow, and for nesting without end."""
    try:
        return json.loads(text, parse_float=_exact, parse_constant=_no_constant, object_pairs_hook=_members)
    except RecursionError:
        raise ValueError("too deeply nested") from None


def _exact(number: str) -> Decimal:
    try:
        return Decimal(number)
    except InvalidOperation:
        raise ValueError("a number is out of range") from None


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object. One that names a member twice says two things at once, and is refused."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member stands twice in one object")
    return members


def _no_constant(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


def place_of(fault: ValueError) -> str:
    """Where the text stops being JSON, never what stands there."""
    if isinstance(fault, json.JSONDecodeError):
        return f"line {fault.lineno}, column {fault.colno}"
    return "it holds a value that JSON does not allow"


def _column(fault: ValueError) -> int:
    return fault.colno if isinstance(fault, json.JSONDecodeError) else 1
