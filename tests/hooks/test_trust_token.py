"""What a token must look like and claim before anybody looks at its signature."""

import json
import sys
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooks.site import Client
from hooks.trust import jwks
from hooks.trust import token as tokens
from hooks.trust.token import Token, Untrusted
from tests.source_tree import ROOT
from tests.tokens import EPIC_KID, LEFT_OUT, claims_for, part64, sealed

NOW = 1_790_000_000
HERE = "https://cds.hospital.org/cds-services/msc-liver-evaluation"
OTHER = "https://cds.hospital.org/cds-services/msc-liver-follow-up"
HEADER = {"alg": "ES384", "typ": "JWT", "kid": "key-1"}


def unsigned(signed: bytes) -> bytes:
    return b"signature"


def read(header: Any = HEADER, payload: Any = None) -> Token:
    return tokens.read([f"Bearer {sealed(header, claims_for(HERE, NOW) if payload is None else payload, unsigned)}"])


def refused(*authorizations: str) -> str:
    with pytest.raises(Untrusted) as caught:
        tokens.read(authorizations)
    return caught.value.reason


def with_claims(**changes: Any) -> Token:
    return read(payload=claims_for(HERE, NOW, **changes))


def with_header(**changes: Any) -> Token:
    return read({name: value for name, value in {**HEADER, **changes}.items() if value is not LEFT_OUT})


def test_a_token_is_read() -> None:
    token = with_claims(jti="one", tenant="north", nbf=NOW - 300, aud=[HERE])
    assert (token.algorithm, token.kid, token.jku) == ("ES384", "key-1", None)
    assert (token.tenant, token.audiences, token.id) == ("north", (HERE,), "one")
    assert (token.issued, token.expires, token.not_before) == (NOW, NOW + 300, NOW - 300)
    assert (token.signature, token.signed.count(b".")) == (b"signature", 1)


def test_neither_signature_nor_claims_are_shown_by_accident() -> None:
    shown = repr(with_claims())
    assert "signature" not in shown
    assert part64(json.dumps(HEADER).encode()).decode() not in shown


@pytest.mark.hazard("T-15")
def test_no_header_is_no_token() -> None:
    assert refused() == "no_token"


SOUND = sealed(HEADER, claims_for(HERE, NOW), unsigned)


@pytest.mark.hazard("T-15")
@pytest.mark.parametrize(
    "authorizations",
    [
        [""],
        ["Bearer"],
        ["Bearer "],
        [SOUND],
        [f"Basic {SOUND}"],
        [f"Bearer  {SOUND}"],
        [f"Bearer {SOUND} "],
        [f"Bearer {SOUND}\n"],
        [f" Bearer {SOUND}"],
        [f"Bearer\t{SOUND}"],
        [f"Bearer {SOUND}", f"Bearer {SOUND}"],
        [f"Bearer {SOUND}", ""],
        [f"Bearer {SOUND},Bearer {SOUND}"],
        [f"Bearer {SOUND}, Bearer {SOUND}"],
        [f"Bearer {SOUND}ß"],
        [f"Bearer {SOUND}\x00"],
        ["Bearer " + SOUND.replace(".", "．")],
        ["Bearer a.b"],
        ["Bearer a.b.c.d"],
        ["Bearer a.b.c.d.e"],
        ["Bearer .."],
        ["Bearer a..c"],
        [f"Bearer {SOUND}="],
        [f"Bearer {SOUND}."],
        ["Bearer a.b.c"],
        ["Bearer ++++.////.AAAA"],
    ],
)
def test_what_is_no_token_is_refused(authorizations: list[str]) -> None:
    assert refused(*authorizations) == "malformed"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_may_be_written_in_any_case(scheme: str) -> None:
    assert tokens.read([f"{scheme} {SOUND}"]).kid == "key-1"


@pytest.mark.hazard("T-15")
def test_a_token_has_a_longest_length() -> None:
    assert refused("Bearer " + "a" * (tokens.TOKEN_BYTES + 1)) == "too_long"
    longest = tokens.TOKEN_BYTES - len(SOUND)
    assert refused(f"Bearer {SOUND}{'A' * longest}") == "malformed"


@pytest.mark.hazard("T-15")
def test_each_part_has_one_writing() -> None:
    head, payload, _ = SOUND.split(".")
    assert tokens.read([f"Bearer {head}.{payload}.AA"]).signature == b"\0"
    for other in ("AB", "AP", "A", "AAB", "AAAAA"):
        assert refused(f"Bearer {head}.{payload}.{other}") == "malformed"


DEEP = 2500


@pytest.mark.hazard("T-15")
@pytest.mark.parametrize(
    "part",
    [
        b"",
        b"x",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"{}{}",
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":1e400}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":"\\ud800"}',
        b'{"a":"\\u0000"}',
        b'{"a":' + b"[" * DEEP + b"]" * DEEP + b"}",
        b'{"a":' + b'{"a":' * 700 + b"1" + b"}" * 701,
        b'{"a":' + b"[" * 8 + b"]" * 8 + b"}",
    ],
    ids=range(18),
)
def test_header_and_payload_are_strict_json(part: bytes) -> None:
    sound = json.dumps(claims_for(HERE, NOW)).encode()
    for header, payload in ((part, sound), (json.dumps(HEADER).encode(), part)):
        assert refused(f"Bearer {sealed(header, payload, unsigned)}") == "malformed"


@pytest.mark.hazard("T-15")
@pytest.mark.parametrize("name", ["alg", "kid", "typ", "jku"])
def test_a_repeated_name_in_the_header_is_refused(name: str) -> None:
    written = json.dumps({**HEADER, "jku": HERE}).encode()[:-1] + f',"{name}":"x"}}'.encode()
    assert refused(f"Bearer {sealed(written, claims_for(HERE, NOW), unsigned)}") == "malformed"


@pytest.mark.hazard("T-15")
@pytest.mark.parametrize("name", ["iss", "aud", "exp", "iat", "jti"])
def test_a_repeated_claim_is_refused(name: str) -> None:
    claims = claims_for(HERE, NOW)
    written = json.dumps(claims).encode()[:-1] + f',"{name}":{json.dumps(claims[name])}}}'.encode()
    assert refused(f"Bearer {sealed(HEADER, written, unsigned)}") == "malformed"


@pytest.mark.hazard("T-15")
@given(st.text(max_size=200) | st.from_regex(r"Bearer [A-Za-z0-9_-]{0,80}(\.[A-Za-z0-9_-]{0,80}){0,4}"))
def test_whatever_is_sent_the_answer_is_no(sent: str) -> None:
    with pytest.raises(Untrusted):
        tokens.read([sent])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.hazard("T-15")
@given(st.sampled_from(["alg", "typ", "kid", "jku", "iss", "aud", "exp", "iat", "jti", "nbf", "tenant"]), JSON)
def test_whatever_a_claim_is_there_is_a_verdict(name: str, value: Any) -> None:
    header, claims = dict(HEADER), claims_for(HERE, NOW)
    (header if name in HEADER or name == "jku" else claims)[name] = value
    try:
        token = read(header, claims)
        tokens.check_audience(token, {HERE}, {HERE}, False)
        tokens.check_times(token, 3600, NOW)
    except Untrusted:
        pass


@pytest.mark.hazard("T-15")
def test_a_deep_payload_does_not_depend_on_how_deep_the_caller_is() -> None:
    deep = b'{"a":' + b"[" * 900 + b"]" * 900 + b"}"

    def from_far_down(levels: int) -> str:
        return from_far_down(levels - 1) if levels else refused(f"Bearer {sealed(HEADER, deep, unsigned)}")

    assert from_far_down(sys.getrecursionlimit() - 400) == "malformed"


@pytest.mark.hazard("T-15")
def test_what_else_stands_in_a_token_may_be_nested_a_little() -> None:
    def nested(levels: int) -> Any:
        return [nested(levels - 1)] if levels else 1

    assert with_claims(more=nested(7))
    assert with_header(more=nested(7))
    for one in (with_claims, with_header):
        with pytest.raises(Untrusted, match="malformed"):
            one(more=nested(8))


@pytest.mark.hazard("T-6")
@pytest.mark.parametrize(
    "changes",
    [{"crit": ["x"]}, {"crit": []}, {"crit": ["b64"], "b64": False}, {"b64": False}, {"b64": True}, {"zip": "DEF"}],
)
def test_what_would_change_the_meaning_of_the_token_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Untrusted, match="malformed"):
        with_header(**changes)


@pytest.mark.parametrize("typ", ["JWT", "jwt"])
def test_the_type_may_be_written_in_any_case(typ: str) -> None:
    assert with_header(typ=typ)


@pytest.mark.hazard("T-6")
@pytest.mark.parametrize("typ", [LEFT_OUT, None, "", "JWE", "JOSE", "at+jwt", "application/jwt", 1, ["JWT"]])
def test_a_token_says_that_it_is_a_jwt(typ: Any) -> None:
    with pytest.raises(Untrusted, match="malformed"):
        with_header(typ=typ)


@pytest.mark.hazard("T-7")
@pytest.mark.parametrize("kid", [EPIC_KID, "../../dev/null", "' OR 1=1--", "k" * 256, " "])
def test_a_key_id_is_any_text_that_is_not_too_long(kid: str) -> None:
    assert with_header(kid=kid).kid == kid


@pytest.mark.hazard("T-7")
@pytest.mark.parametrize("kid", [LEFT_OUT, None, "", "k" * 257, "k" * 5000, 1, True, ["key-1"], {}, "a\0b"])
def test_what_is_no_key_id_is_refused(kid: Any) -> None:
    with pytest.raises(Untrusted, match="malformed"):
        with_header(kid=kid)


@pytest.mark.hazard("T-11")
@pytest.mark.parametrize("name", ["iss", "aud", "exp", "iat", "jti"])
@pytest.mark.parametrize("value", [LEFT_OUT, None, "", [], {}, True, -1.5, 1e308, {"a": 1}])
def test_each_claim_is_required_and_of_its_kind(name: str, value: Any) -> None:
    if (name, value) == ("aud", []):
        assert with_claims(aud=[]).audiences == ()
        return
    with pytest.raises(Untrusted, match="malformed"):
        with_claims(**{name: value})


@pytest.mark.hazard("T-11")
@pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
@pytest.mark.parametrize("value", ["9999", str(NOW), float(NOW), NOW + 0.5, True, False, None, [NOW], 10**400, 10**30])
def test_a_time_is_a_whole_number(name: str, value: Any) -> None:
    with pytest.raises(Untrusted, match="malformed"):
        with_claims(**{name: value})


@pytest.mark.hazard("T-11")
@pytest.mark.parametrize("jti", ["j" * 257, "a\nb", "a\x07b", "a\x7fb", "a\u202eb", 1, None])
def test_a_token_id_is_short_and_printable(jti: Any) -> None:
    with pytest.raises(Untrusted, match="malformed"):
        with_claims(jti=jti)


@pytest.mark.hazard("T-14")
@pytest.mark.parametrize("tenant", [None, 0, False, 1, ["north"], {"a": "b"}])
def test_a_tenant_is_text(tenant: Any) -> None:
    with pytest.raises(Untrusted, match="malformed"):
        with_claims(tenant=tenant)


def reason_at(now: int, longest: int = 3600, **changes: Any) -> str:
    try:
        tokens.check_times(with_claims(**changes), longest, now)
    except Untrusted as fault:
        return fault.reason
    return ""


@pytest.mark.hazard("T-11", "F-19")
@pytest.mark.parametrize(
    ("off", "reason"),
    [
        (0, ""),
        (30, ""),
        (-30, ""),
        (60, ""),
        (-60, ""),
        (61, "not_yet_valid"),
        (120, "not_yet_valid"),
        (3600, "clock_skew?"),
        (-3600, "clock_skew?"),
        (3590, "clock_skew?"),
        (-3700, "clock_skew?"),
        (7200, "not_yet_valid"),
        (-7200, "expired"),
        (-359, ""),
        (-360, "expired"),
        (-400, "expired"),
    ],
)
def test_a_clock_may_be_off_by_a_minute(off: int, reason: str) -> None:
    assert reason_at(NOW, iat=NOW + off, exp=NOW + off + 300) == reason


@pytest.mark.hazard("T-11")
def test_a_token_may_say_from_when_on_it_holds() -> None:
    assert reason_at(NOW, nbf=NOW + 60) == ""
    assert reason_at(NOW, nbf=NOW + 61) == "not_yet_valid"
    assert reason_at(NOW, nbf=-(2**62)) == ""
    assert reason_at(NOW, nbf=2**62) == "not_yet_valid"


@pytest.mark.hazard("T-11")
@pytest.mark.parametrize("times", [{"exp": 2**62}, {"iat": -1}, {"iat": -(2**62)}, {"exp": -1}, {"iat": 0, "exp": 1}])
def test_no_time_is_too_far_for_a_verdict(times: dict[str, int]) -> None:
    assert reason_at(NOW, **times) in {"lifetime", "expired"}


@pytest.mark.hazard("T-12")
def test_a_token_is_short_lived() -> None:
    assert reason_at(NOW, exp=NOW + 3600) == ""
    assert reason_at(NOW, exp=NOW + 3601) == "lifetime"
    assert reason_at(NOW, exp=NOW + 315_360_000) == "lifetime"
    assert reason_at(NOW, iat=NOW - 315_360_000) == "lifetime"
    assert reason_at(NOW, exp=NOW) == "lifetime"
    assert reason_at(NOW, 300, exp=NOW + 301) == "lifetime"
    assert reason_at(NOW, exp=NOW + 900, nbf=NOW - 300) == ""


@pytest.mark.hazard("T-12")
@given(st.integers(-8000, 8000), st.integers(-8000, 8000), st.sampled_from([300, 900, 3600]))
def test_a_valid_token_is_never_older_than_it_may_live(issued: int, length: int, longest: int) -> None:
    if reason_at(NOW, longest, iat=NOW + issued, exp=NOW + issued + length) == "":
        assert -longest - tokens.LEEWAY < issued <= tokens.LEEWAY
        assert 0 < length <= longest


def audience_reason(aud: Any, here: set[str] | None = None, foreign: bool = False) -> str:
    try:
        tokens.check_audience(with_claims(aud=aud), here or {HERE}, {HERE, OTHER}, foreign)
    except Untrusted as fault:
        return fault.reason
    return ""


@pytest.mark.hazard("T-13")
@pytest.mark.parametrize(
    "aud",
    [
        OTHER,
        HERE + "/",
        HERE + "/feedback",
        HERE[:-1],
        HERE + "x",
        HERE.replace("https", "http"),
        HERE.replace("https", "HTTPS"),
        HERE.replace("cds.h", "CDS.H"),
        HERE.replace(".org/", ".org:443/"),
        HERE + "?",
        HERE + "#",
        " " + HERE,
        "https://cds.hospital.org/cds-services",
        "https://cds.hospital.org",
        "*",
        "https://evil.org/cds-services/msc-liver-evaluation",
        [],
        [OTHER],
        ["https://evil.org"],
    ],
)
def test_an_audience_is_this_endpoint_character_by_character(aud: Any) -> None:
    assert audience_reason(aud) == "wrong_audience"
    assert audience_reason(aud, foreign=True) == "wrong_audience"


@pytest.mark.hazard("T-13")
def test_a_token_for_others_too_is_refused_unless_the_client_may_name_them() -> None:
    assert audience_reason([HERE]) == ""
    assert audience_reason([HERE, OTHER]) == ""
    for both in (["https://evil.org", HERE], [HERE, "https://evil.org"]):
        assert audience_reason(both) == "foreign_audience"
        assert audience_reason(both, foreign=True) == ""
    with pytest.raises(Untrusted, match="malformed"):
        with_claims(aud=[HERE, 1])


URL = "https://ehr.hospital.org/jwks"
BY_ADDRESS = Client("a", "https://ehr.hospital.org", jku=URL)
BY_FILE = Client("a", "https://ehr.hospital.org", jwks_file="keys.json")


@pytest.mark.hazard("T-4", "T-5")
@pytest.mark.parametrize(
    "jku",
    [
        "https://evil.org/jwks",
        "http://169.254.169.254/",
        "file:///etc/passwd",
        "ftp://evil.org/jwks",
        "data:application/json,{}",
        "gopher://evil.org/",
        "https://ehr.hospital.org.evil.org/jwks",
        "https://ehr.hospital.org@evil.org/jwks",
        "https://ehr.hospital.org./jwks",
        "https://ehr.hospital.org:443/jwks",
        "https://EHR.hospital.org/jwks",
        "HTTPS://ehr.hospital.org/jwks",
        "http://ehr.hospital.org/jwks",
        "https://ehr.hospital.org/%6awks",
        "https://ehr.hospital.org/./jwks",
        "https://ehr.hospital.org/%2e/jwks",
        "https://ehr.hospital.org/jwks/",
        "https://ehr.hospital.org/jwks#x",
        "https://ehr.hospital.org/jwks?x",
        " " + URL,
        URL + "\n",
    ],
)
def test_a_token_names_the_registered_address_of_keys_or_none(jku: str) -> None:
    with pytest.raises(Untrusted, match="wrong_jku"):
        tokens.check_address(with_header(jku=jku), BY_ADDRESS)
    tokens.check_address(with_header(jku=URL), BY_ADDRESS)
    tokens.check_address(with_header(), BY_ADDRESS)
    tokens.check_address(with_header(jku=jku), BY_FILE)


@pytest.mark.hazard("T-4")
@pytest.mark.parametrize("jku", [None, "", 1, [URL], {}])
def test_an_address_of_keys_is_text(jku: Any) -> None:
    with pytest.raises(Untrusted, match="malformed"):
        with_header(jku=jku)


@pytest.mark.hazard("T-1", "T-2")
@pytest.mark.parametrize("name", ["none", "nOnE", "HS256", "HS384", "HS512", "RS256", "ES256", "es384", "ES384 ", "x"])
def test_an_algorithm_is_one_that_the_client_registered(name: str) -> None:
    with pytest.raises(Untrusted, match="wrong_algorithm"):
        tokens.check_address(with_header(alg=name), BY_FILE)


def test_every_reason_for_a_refusal_stands_in_the_documentation() -> None:
    page = (ROOT / "docs/callers.md").read_text(encoding="utf-8")
    assert [reason for reason in get_args(tokens.Reason) if f"`{reason}`" not in page] == []


EXAMPLE_KEY = {
    "kty": "EC",
    "use": "sig",
    "crv": "P-384",
    "kid": "example-kid",
    "x": "46SDH7Znh821wblCBglA61sNE9ZrHYKKt3qRtRTmSXyOI_FIGBLWrWa0GPUkDCEk",
    "y": "XMcRuuoGW7CXjQdy-F5i3FeBE0x9hPLdeFdSoDd3ELmx404tLX0VRRcqzAsPhXcI",
    "alg": "ES384",
}
EXAMPLE = (
    "Bearer eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCIsImtpZCI6ImV4YW1wbGUta2lkIiwiamt1IjoiaHR0cHM6Ly9maGlyLWVoci5leGFtcGxlLm"
    "NvbS9qd2tfdXJpIn0.eyJpc3MiOiJodHRwczovL2ZoaXItZWhyLmV4YW1wbGUuY29tLyIsImF1ZCI6Imh0dHBzOi8vY2RzLmV4YW1wbGUub3JnL2N"
    "kcy1zZXJ2aWNlcy9zb21lLXNlcnZpY2UiLCJleHAiOjE0MjI1Njg4NjAsImlhdCI6MTMxMTI4MDk3MCwianRpIjoiZWUyMmIwMjEtZTFiNy00NjEx"
    "LWJhNWItOGVlYzZhMzNhYzFlIiwidGVuYW50IjoiMmRkZDZjM2EtOGU5YS00NGM2LWEzMDUtNTIxMTFhZDMwMmEyIn0.d1WfLjGRKlcWB94l9do4c"
    "M8REXeYJLL6SGUBO8VHZhfM8mwKYP70EMxJ67War4TQblEpaQrp11wx5p7oPFm2ETYgCicS84vXWEIYTdjooZdooCSDf2L8-i4awdoUwiEb"
)
"""The example in the CDS Hooks specification, under "Trusting CDS Clients"."""


@pytest.mark.requirement("S-13")
@pytest.mark.hazard("T-11", "T-12")
def test_the_example_of_the_specification_is_signed_as_it_says_and_far_too_long_lived() -> None:
    token = tokens.read([EXAMPLE])
    verifier = jwks.read(json.dumps({"keys": [EXAMPLE_KEY]}).encode(), ("ES384",))[token.kid][token.algorithm]
    assert verifier.verifies(token.signed, token.signature)
    assert not verifier.verifies(token.signed + b"A", token.signature)
    assert (token.issued, token.expires) == (1311280970, 1422568860)
    with pytest.raises(Untrusted, match="lifetime"):
        tokens.check_times(token, 86_400, token.issued)
    with pytest.raises(Untrusted, match="expired"):
        tokens.check_times(token, 2**40, NOW)
