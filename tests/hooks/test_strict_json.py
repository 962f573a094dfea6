"""One reading of every body: what is refused, and that the fast and the plain reader agree."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hooks import strict_json
from hooks.errors import BadRequest

REFUSED = {
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": Infinity}',
    "-Infinity": b'{"a": -Infinity}',
    "1e400": b'{"a": 1e400}',
    "1e999999": b'{"a": 1e999999}',
    "5000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "400 digits": b'{"a": ' + b"9" * 400 + b"}",
    "deep": b"[" * 100_000,
    "deep and closed": b"[" * 100_000 + b"]" * 100_000,
    "one level too deep": b"[" * 65 + b"]" * 65,
    "deep beside brackets in strings": b'["]",' * 65 + b'"["' + b"]" * 65,
    "deep with names": b'{"a":' * 65 + b"1" + b"}" * 65,
    "duplicate": b'{"a": 1, "a": 1}',
    "duplicate after unescaping": b'{"a": 1, "\\u0061": 1}',
    "duplicate with an escaped quote": b'{"a": 1, "a": "\\u0022\\u0022"}',
    "duplicate with a quote in the value": b'{"a": "\\"", "a": "\\"\\""}',
    "deep duplicate": b'{"x": [{"a": {"b": 1, "c": 2, "b": 3}}]}',
    "lone high surrogate": b'{"a": "\\ud800"}',
    "lone low surrogate": b'{"a": "\\udc00"}',
    "lone surrogate in a name": b'{"\\ud800": 1}',
    "encoded surrogate": b'{"a": "\xed\xa0\x80"}',
    "BOM": b'\xef\xbb\xbf{"a": 1}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "UTF-16 without BOM": '{"a": 1}'.encode("utf-16-le"),
    "UTF-32": '{"a": 1}'.encode("utf-32"),
    "invalid UTF-8": b'{"a": "\xff"}',
    "overlong UTF-8": b'{"a": "\xc0\x80"}',
    "trailing bytes": b"{} x",
    "two documents": b"{}{}",
    "trailing NUL": b"{}\x00",
    "NUL escaped": b'{"a": "\\u0000"}',
    "NUL in a name": b'{"\\u0000": 1}',
    "NUL raw": b'{"a": "\x00"}',
    "control character": b'{"a": "\n"}',
    "single quotes": b"{'a': 1}",
    "comment": b"{/* */}",
    "trailing comma": b'{"a": 1,}',
    "leading zero": b'{"a": 01}',
    "truncated": b'{"a": "b',
    "empty": b"",
    "over-long string of backslashes": b'["' + rb"\\" * (strict_json.STRING_BYTES + 1) + b'"]',
    "over-long string": b'{"a": "' + b"x" * (strict_json.STRING_BYTES + 1) + b'"}',
}

ACCEPTED = {
    "escaped backslash before u0000": b'{"a": "\\\\u0000"}',
    "escaped backslash before the end": b'{"a": "\\\\", "b": "\\\\\\""}',
    "quotes": b'{"a": "\\"\\u0022\\""}',
    "brackets in strings": b'{"a": "[[[[", "b": "]"}',
    "digits in a string": b'{"a": "' + b"1" * 400 + b'"}',
    "largest double": b'{"a": 1.7976931348623157e308}',
    "64 levels": b"[" * 64 + b"]" * 64,
    "pair of surrogates": b'{"a": "\\ud83d\\ude00"}',
    "same name in two places": b'{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}',
    "white space": b' \t\r\n{"a" : 1}\n ',
    "longest string": b'{"a": "' + b"x" * strict_json.STRING_BYTES + b'"}',
    "empty name": b'{"": ""}',
}


@pytest.mark.hazard("T-34", "T-52")
@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize("reader", [strict_json.read, strict_json.read_plainly])
def test_refuses(reader, body):
    with pytest.raises(BadRequest):
        reader(body)


@pytest.mark.parametrize("body", ACCEPTED.values(), ids=ACCEPTED.keys())
@pytest.mark.parametrize("reader", [strict_json.read, strict_json.read_plainly])
def test_accepts_and_reads_as_json_does(reader, body):
    assert reader(body) == json.loads(body)


def either(reader, body):
    try:
        return json.dumps(reader(body, 5, 40))
    except BadRequest:
        return "refused"


names = st.sampled_from(["a", "b", "\\u0061", '\\"', "[", "{\\\\", "\\\\u0000"])
leaves = st.sampled_from(
    [
        "1",
        "-0",
        "1.50",
        "1e308",
        "1e309",
        "true",
        "null",
        '""',
        '"a"',
        '"]"',
        '"{"',
        '"\\""',
        '"\\u0022"',
        '"\\\\"',
        '"\\u0000"',
        '"\\\\u0000"',
        '"\\ud83d\\ude00"',
        '"\\ud800"',
        '"é"',
        "NaN",
        '"\\n"',
        "9" * 309,
        '"' + "x" * 41 + '"',
        '"' + "\\\\" * 30 + '"',
        "01",
        '"' + "5" * 320 + '"',
    ]
)
documents = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[" + ",".join(items) + "]")
        | st.lists(st.tuples(names, inner), max_size=3).map(
            lambda pairs: "{" + ", ".join(f'"{name}" : {value}' for name, value in pairs) + "}"
        )
    ),
    max_leaves=12,
)


@given(documents)
@settings(max_examples=1500, deadline=None)
def test_the_fast_reader_agrees_with_the_plain_one(document):
    body = document.encode()
    assert either(strict_json.read, body) == either(strict_json.read_plainly, body)


@given(st.text(alphabet='{}[]":,\\u0a1 \x00é', max_size=30).map(str.encode) | st.binary(max_size=20))
@settings(max_examples=1000, deadline=None)
def test_both_agree_on_noise(body):
    assert either(strict_json.read, body) == either(strict_json.read_plainly, body)
