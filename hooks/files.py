"""FHIR documents on disk or on standard input: one JSON document, or one resource a line."""

import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

STANDARD_INPUT = "-"


class Unreadable(Exception):
    """A file that cannot be used. The message is one sentence for the user and holds nothing of the content."""


def documents(name: str) -> Iterator[Any]:
    """Each JSON value in the file called `name` ("-" is standard input); numbers with a point become Decimal.

    A file that is one JSON value is one document; otherwise every line that is not blank has to be one (NDJSON).
    Raises Unreadable.
    """
    text = _text(name)
    try:
        whole = _parse(text)
    except ValueError as fault:
        lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        if len(lines) < 2:
            raise Unreadable(f"{label(name)} is not readable JSON ({_place(fault)}).") from None
        yield from _lines(name, lines)
    else:
        yield whole


def label(name: str) -> str:
    """How a file is called in messages."""
    return "standard input" if name == STANDARD_INPUT else name


def _text(name: str) -> str:
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


def _lines(name: str, lines: list[tuple[int, str]]) -> Iterator[Any]:
    """Each line as its own JSON value. A file whose first line is none is not NDJSON, and is described as JSON."""
    for number, line in lines:
        try:
            yield _parse(line)
        except ValueError as fault:
            place = _place(fault) if number == lines[0][0] else f"line {number}, column {_column(fault)}"
            raise Unreadable(
                f"{label(name)} is neither one JSON document nor one JSON resource a line ({place})."
            ) from None


def _parse(text: str) -> Any:
    """One JSON value. ValueError for everything that RFC 8259 does not allow, and for nesting without end."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_members)
    except RecursionError:
        raise ValueError("too deeply nested") from None


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object. One that names a member twice says two things at once, and is refused."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member stands twice in one object")
    return members


def _no_constant(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


def _place(fault: ValueError) -> str:
    """Where the text stops being JSON, never what stands there."""
    if isinstance(fault, json.JSONDecodeError):
        return f"line {fault.lineno}, column {fault.colno}"
    return "it holds a value that JSON does not allow"


def _column(fault: ValueError) -> int:
    return fault.colno if isinstance(fault, json.JSONDecodeError) else 1
