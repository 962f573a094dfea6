r"""Bytes to JSON, or `BadRequest`: one reading of every document, and no document with two.

Refused: anything but UTF-8, a byte order mark, NaN and Infinity, numbers that overflow a double, duplicate
member names, nesting deeper than the limit, lone surrogates, NUL, trailing bytes, over-long strings.

The decoder (orjson) refuses most of this by itself. It does not look at duplicate names, depth, NUL, and integers
of hundreds of digits. Those are checked on the bytes, at the speed of C, and rest on four statements about a body
that *is* valid JSON, so that every backslash and every structural quote stands where the grammar puts it:

1. With the pairs `\\` and then the pairs `\"` masked, every quote that is left opens or closes a string. Hence the
   number of quotes is twice the number of strings. Decoding drops a string exactly where a member is replaced by a
   later one of the same name, and encoding the value again writes every string that was kept: the same number of
   quotes on both sides proves that no name was repeated. So does a document that comes out as it went in.
2. In what is left, `\u0000` is a NUL and nothing else is; and a string is never longer than its bytes here.
3. The encoder writes so many levels of nesting and refuses one more (`_LEVELS`). Put into so many lists that only
   `depth` levels are left, a value that it writes is nested no deeper than `depth`.
4. A number as large as a double's limit, written without an exponent, holds more than 300 digits in a row, so that
   ten digits follow each other among every thirtieth byte.

Where a check does not decide (a long row of digits, a repeated name) the document is read
once more by the plain reader below, which looks at every node. The two readers agree on every document.
"""

import json
import math
import re
from typing import Any

import orjson

from hooks.errors import BadRequest

STRING_BYTES = 1024 * 1024
"""The longest string that FHIR R4 allows, here in bytes."""

DEPTH = 64

_NOT_JSON = "The body is not JSON as RFC 8259 has it, in UTF-8, with each name once."
_AS_ZERO = bytes.maketrans(b"123456789", b"000000000")
_TEN_DIGITS = b"0" * 10
_NUL = rb"\u0000"
_UNPRINTABLE = re.compile("[\x00\ud800-\udfff]")

_decode = orjson.loads
_encode = orjson.dumps


def read(body: bytes, depth: int = DEPTH, string_bytes: int = STRING_BYTES) -> Any:
    """The one value that `body` holds. BadRequest if it is not strict JSON or exceeds a limit."""
    try:
        value = _decode(body)
        if _plainly_sound(body, value, depth, string_bytes):
            return value
    except orjson.JSONDecodeError:
        raise BadRequest(_NOT_JSON) from None
    except orjson.JSONEncodeError:
        pass  # nested deeper than it writes: the plain reader says so
    return read_plainly(body, depth, string_bytes)


def _plainly_sound(body: bytes, value: Any, depth: int, string_bytes: int) -> bool:
    bare = _masked(body)
    if (b"\\" in bare and _NUL in bare) or _TEN_DIGITS in bare[::30].translate(_AS_ZERO):
        return False
    if len(bare) > string_bytes and max(map(len, bare.split(b'"')[1::2]), default=0) > string_bytes:
        return False
    around = max(_LEVELS - depth, 0)
    again = _encode(_inside(value, around))
    unchanged = len(again) == len(body) + 2 * around and again.startswith(body, around)
    return unchanged or _masked(again).count(b'"') == bare.count(b'"')


def _inside(value: Any, lists: int) -> Any:
    for _ in range(lists):
        value = [value]
    return value


def _masked(body: bytes) -> bytes:
    if b"\\" not in body:
        return body
    return body.replace(rb"\\", b"__").replace(rb"\"", b"__")


def read_plainly(body: bytes, depth: int = DEPTH, string_bytes: int = STRING_BYTES) -> Any:
    """The same as `read`, node by node: slower, and plain enough to be right by reading it."""
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_refuse,
            parse_float=_finite,
            parse_int=_finite_integer,
        )
    except (ValueError, RecursionError):
        raise BadRequest(_NOT_JSON) from None
    level = [value]
    reached = 0
    while level:
        deeper: list[Any] = []
        nested = False
        for node in level:
            if isinstance(node, str):
                _check_string(node, string_bytes)
            elif isinstance(node, list):
                nested = True
                deeper.extend(node)
            elif isinstance(node, dict):
                nested = True
                deeper.extend(node)
                deeper.extend(node.values())
        reached += nested
        if reached > depth:
            raise BadRequest(f"The body is nested more than {depth} levels deep.")
        level = deeper
    return value


def _check_string(text: str, string_bytes: int) -> None:
    if _UNPRINTABLE.search(text):
        raise BadRequest(_NOT_JSON)
    if len(text.encode()) > string_bytes:
        raise BadRequest(f"The body holds a string of more than {string_bytes} bytes.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is repeated")
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("out of range")
    return number


def _finite_integer(text: str) -> int:
    number = int(text)
    try:
        float(number)
    except OverflowError:
        raise ValueError("out of range") from None
    return number


def _levels() -> int:
    """How many levels of nesting the encoder writes."""
    levels, value = 0, list[Any]()
    while True:
        try:
            _encode(value)
        except orjson.JSONEncodeError:
            return levels
        levels, value = levels + 1, [value]


_LEVELS = _levels()
