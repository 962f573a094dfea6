"""Which keys of a set may prove who calls."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooks.trust import jwks
from hooks.trust.jwks import NotKeys
from tests import tokens
from tests.tokens import LEFT_OUT, key

DEFAULT = ("ES384", "RS384")
GOOD = key("ES384", "good")


def usable(*keys: Any, algorithms: tuple[str, ...] = DEFAULT) -> dict[str, set[str]]:
    """Key id -> algorithms, and that the good key stays good beside whatever else is in the set."""
    found = jwks.read(tokens.jwks(*keys, GOOD), algorithms)
    assert found["good"]["ES384"].verifies(b"signed", GOOD.sign(b"signed"))
    return {kid: set(verifiers) for kid, verifiers in found.items() if kid != "good"}


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])
def test_a_key_verifies_what_its_owner_signed_and_nothing_else(algorithm: str) -> None:
    signer, other = key(algorithm, "mine"), key(algorithm, "other")
    verifier = jwks.read(tokens.jwks(signer), (algorithm,))["mine"][algorithm]
    signature = signer.sign(b"signed")
    assert verifier.verifies(b"signed", signature)
    assert not verifier.verifies(b"Signed", signature)
    assert not verifier.verifies(b"signed", other.sign(b"signed"))
    for broken in (b"", b"\0", b"\0" * len(signature), signature[:-1], signature + b"\0", signature[::-1]):
        assert not verifier.verifies(b"signed", broken)


@pytest.mark.hazard("T-3")
@pytest.mark.parametrize(
    "bad",
    [
        key("RS384", "bad", 1024),
        key("RS384", "bad", 2047),
        key("ES256", "bad"),
        key("ES256", "bad").jwk(alg="ES384"),
        key("ES256", "bad").jwk(alg="ES384", crv="P-384"),
        key("ES512", "bad"),
        key("ES384", "bad").jwk(alg="ES256"),
        key("ES384", "bad").jwk(alg="RS384"),
        key("ES384", "bad").jwk(use="enc"),
        key("ES384", "bad").jwk(use=None),
        key("ES384", "bad").jwk(key_ops=["sign"]),
        key("ES384", "bad").jwk(key_ops="verify"),
        key("ES384", "bad").private_jwk(),
        key("RS384", "bad").private_jwk(),
        key("RS384", "bad").jwk(use="enc"),
        {"kty": "oct", "kid": "bad", "k": "c2VjcmV0", "alg": "HS256"},
        {"kty": "oct", "kid": "bad", "k": "c2VjcmV0", "alg": "RS384"},
        {"kty": "OKP", "kid": "bad", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
        key("ES384", "bad").jwk(kid=LEFT_OUT),
        key("ES384", "bad").jwk(kid=7),
        key("ES384", "bad").jwk(kty=LEFT_OUT),
        key("ES384", "bad").jwk(x="AA"),
        key("ES384", "bad").jwk(x=key("ES384", "other").jwk()["x"]),
        key("RS384", "bad").jwk(e="AQ"),
        key("RS384", "bad").jwk(n=""),
        {},
        [],
        "text",
        None,
    ],
    ids=range(29),
)
def test_a_key_that_may_not_prove_anything_is_left_out(bad: Any) -> None:
    assert usable(bad) == {}


@pytest.mark.hazard("T-3")
def test_a_key_is_for_the_algorithms_of_its_kind_that_the_client_registered() -> None:
    every = ("ES256", "ES384", "ES512", "RS256", "RS384", "PS384")
    assert usable(key("ES384", "a").jwk(alg=LEFT_OUT), algorithms=every) == {"a": {"ES384"}}
    assert usable(key("RS384", "a").jwk(alg=LEFT_OUT), algorithms=every) == {"a": {"RS256", "RS384", "PS384"}}
    assert usable(key("RS384", "a"), algorithms=every) == {"a": {"RS384"}}
    assert usable(key("RS384", "a").jwk(use=LEFT_OUT, key_ops=["verify"])) == {"a": {"RS384"}}


@pytest.mark.hazard("T-9")
def test_keys_that_share_an_id_are_all_left_out() -> None:
    assert usable(key("ES384", "a"), key("ES384", "a", 1)) == {}
    assert usable(key("ES384", "a"), key("RS384", "a")) == {}
    assert usable(key("ES384", "a"), key("ES384", "a").jwk(use="enc")) == {}
    assert usable(key("ES384", "a"), key("ES384", "b")) == {"a": {"ES384"}, "b": {"ES384"}}


@pytest.mark.hazard("T-9")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>log in</html>",
        b"null",
        b"[]",
        b"{}",
        b'{"keys": {}}',
        b'{"keys": null}',
        b'{"keys": [], "keys": []}',
        b'{"keys": []',
        b'{"keys": ' + b"[" * 3000 + b"]" * 3000 + b"}",
        b'{"keys": []}' + b" " * jwks.SET_BYTES,
    ],
    ids=range(11),
)
def test_what_is_no_key_set_is_an_error(body: bytes) -> None:
    with pytest.raises(NotKeys):
        jwks.read(body, DEFAULT)


def test_an_empty_set_is_a_set() -> None:
    assert jwks.read(b'{"keys": []}', DEFAULT) == {}


MEMBERS = ["kty", "crv", "x", "y", "n", "e", "use", "key_ops", "alg", "kid"]
VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=90) | st.lists(st.text(max_size=3), max_size=2)


@pytest.mark.hazard("T-3")
@given(st.sampled_from(["ES384", "RS384"]), st.dictionaries(st.sampled_from(MEMBERS), VALUES, max_size=3))
def test_no_key_breaks_the_others(algorithm: str, changes: dict[str, Any]) -> None:
    body = json.dumps({"keys": [key(algorithm, "odd").jwk(**changes), GOOD.jwk()]}).encode()
    assert "good" in jwks.read(body, DEFAULT) or changes.get("kid") == "good"
