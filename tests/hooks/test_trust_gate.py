"""Who is let in, and that each attack on a token is not."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from hooks.store import Spent, Store, StoreDown
from hooks.trust import KEPT, Gate, Untrusted
from hooks.trust.jwks import Verifier
from tests import tokens
from tests.hooks.gates import BASE, ENDPOINT, HERE, Memory, admitted, reason, site
from tests.hooks.wire import canary
from tests.tokens import EPIC_KID, ISSUER, LEFT_OUT, claims_for, epic_token, key, sealed

FEEDBACK = ENDPOINT + "/feedback"
EC = key("ES384", "ec")
RSA = key("RS384", "rsa")
EPIC = key("RS384", EPIC_KID)


@dataclass
class Door:
    """A gate and what it remembers."""

    gate: Gate
    memory: Memory

    def reason(self, token: str, endpoint: str = ENDPOINT, feedback: bool = False) -> str:
        return reason(self.gate, token, endpoint, feedback)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_bytes(tokens.jwks(EC, RSA, EPIC))
    return path


def door(*clients: dict[str, Any], now: Any = time.time) -> Door:
    memory = Memory()
    return Door(Gate(site(*clients), memory.spend, now), memory)


@pytest.fixture
def here(keys: Path) -> Door:
    return door({"jwks_file": str(keys)})


@pytest.mark.parametrize("signer", [EC, RSA], ids=["ES384", "RS384"])
def test_a_sound_token_is_let_in_and_says_who_calls(here: Door, signer: tokens.Key) -> None:
    now = int(time.time())
    caller = admitted(here.gate, signer.token(HERE, now=now, jti="one"))
    assert (caller.client.name, caller.issuer, caller.token_id, caller.recent) == ("ehr-1", ISSUER, "one", 1)
    [(*spent, expires, at)] = here.memory.asked
    assert (spent, expires) == (["ehr-1", ISSUER, "one"], now + 300 + KEPT)
    assert now <= at <= now + 5


@pytest.mark.hazard("T-7", "T-12")
def test_a_token_as_epic_makes_it_is_let_in(here: Door) -> None:
    assert here.reason(epic_token(EPIC, HERE, "https://ehr.hospital.org/jwks")) == ""


@pytest.mark.hazard("T-1")
@pytest.mark.parametrize("alg", ["none", "nOnE", "None", "NONE", ""])
def test_an_unsigned_token_is_refused(here: Door, alg: str) -> None:
    header = {"alg": alg, "typ": "JWT", "kid": "ec"}
    for signature in (b"", b"\0", b"\0" * 96):
        assert here.reason(sealed(header, claims_for(HERE), lambda _, made=signature: made)) in {
            "malformed",
            "wrong_algorithm",
        }
    assert here.memory.asked == []


@pytest.mark.hazard("T-1")
def test_a_signature_is_not_optional(here: Door) -> None:
    head, payload, _ = EC.token(HERE).split(".")
    assert here.reason(f"{head}.{payload}.") == "malformed"
    assert here.reason(f"{head}.{payload}.{'A' * 128}") == "bad_signature"


def secrets_of(signer: tokens.Key) -> Iterator[bytes]:
    public = signer.private.public_key()
    kind = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = public.public_bytes(serialization.Encoding.PEM, kind)
    yield from (pem, pem.strip(), public.public_bytes(serialization.Encoding.DER, kind))
    yield from (json.dumps(signer.jwk()).encode(), json.dumps(signer.jwk(), separators=(",", ":")).encode(), b"")


@pytest.mark.hazard("T-2")
@pytest.mark.parametrize("bits", [256, 384, 512])
@pytest.mark.parametrize("signer", [EC, RSA], ids=["EC", "RSA"])
def test_a_public_key_is_no_secret(here: Door, signer: tokens.Key, bits: int) -> None:
    for secret in secrets_of(signer):
        for alg in (f"HS{bits}", signer.algorithm):
            token = sealed(
                {"alg": alg, "typ": "JWT", "kid": signer.kid},
                claims_for(HERE),
                lambda signed, secret=secret: hmac.new(secret, signed, f"sha{bits}").digest(),
            )
            assert here.reason(token) == ("wrong_algorithm" if alg.startswith("HS") else "bad_signature")


@pytest.mark.hazard("T-1", "T-3")
def test_a_key_is_used_with_its_own_algorithm_only(here: Door) -> None:
    assert here.reason(RSA.token(HERE, {"alg": "ES384"})) == "wrong_key"
    assert here.reason(EC.token(HERE, {"alg": "RS384"})) == "wrong_key"
    assert here.reason(EC.token(HERE, {"kid": "rsa"})) == "wrong_key"
    assert here.reason(EC.token(HERE, {"alg": "ES256"})) == "wrong_algorithm"
    assert here.reason(sealed({"alg": "PS384", "typ": "JWT", "kid": "rsa"}, claims_for(HERE), RSA.sign)) == (
        "wrong_algorithm"
    )


def test_a_client_may_register_other_algorithms(keys: Path) -> None:
    other = key("ES256", "p-256")
    keys.write_bytes(tokens.jwks(EC, other))
    gate = door({"jwks_file": str(keys), "algorithms": ["ES256"]}).gate
    assert reason(gate, other.token(HERE)) == ""
    assert reason(gate, EC.token(HERE)) == "wrong_algorithm"


BAD_KEYS: dict[str, tuple[tokens.Key, dict[str, Any]]] = {
    "short RSA": (key("RS384", "bad", 1024), {}),
    "other curve": (key("ES256", "bad"), {"alg": "ES384"}),
    "encryption": (key("ES384", "bad"), {"use": "enc"}),
    "private": (key("ES384", "bad"), key("ES384", "bad").private_jwk()),
}


@pytest.mark.hazard("T-3")
@pytest.mark.parametrize("name", BAD_KEYS)
def test_a_key_that_may_prove_nothing_proves_nothing(keys: Path, name: str) -> None:
    bad, changes = BAD_KEYS[name]
    keys.write_bytes(tokens.jwks(EC, bad.jwk(**changes)))
    gate = door({"jwks_file": str(keys)}).gate
    assert reason(gate, bad.token(HERE)) in {"unknown_key", "wrong_algorithm"}
    assert reason(gate, bad.token(HERE, {"alg": "ES384"})) == "unknown_key"
    assert reason(gate, EC.token(HERE)) == ""


@pytest.mark.hazard("T-3")
def test_a_shared_secret_in_the_key_set_proves_nothing(keys: Path) -> None:
    keys.write_bytes(tokens.jwks(EC, {"kty": "oct", "kid": "bad", "k": "c2VjcmV0", "alg": "HS384"}))
    gate = door({"jwks_file": str(keys)}).gate
    for alg in ("HS384", "ES384"):
        header = {"alg": alg, "typ": "JWT", "kid": "bad"}
        token = sealed(header, claims_for(HERE), lambda signed: hmac.new(b"secret", signed, hashlib.sha384).digest())
        assert reason(gate, token) == ("wrong_algorithm" if alg == "HS384" else "unknown_key")


@pytest.mark.hazard("T-6")
def test_a_token_does_not_bring_its_own_key(here: Door) -> None:
    for kid in ("mine", "ec"):
        mine = key("ES384", "mine")
        brought = {"jwk": mine.jwk(), "x5c": ["AAAA"], "kid": kid}
        assert here.reason(mine.token(HERE, brought)) == ("unknown_key" if kid == "mine" else "bad_signature")
    assert here.reason(EC.token(HERE, {"jwk": key("ES384", "mine").jwk(), "x5c": ["AAAA"]})) == ""
    assert here.reason(EC.token(HERE, {"crit": ["x"], "x": 1})) == "malformed"


@pytest.mark.hazard("T-4", "T-5", "T-6")
def test_no_address_in_a_token_is_ever_dialled(keys: Path) -> None:
    attacker = key("ES384", "attacker")
    with canary() as listening, canary() as registered:
        ours, theirs = (f"http://127.0.0.1:{port.port}/jwks" for port in (registered, listening))
        clients = [
            {"jwks_file": str(keys), "tenant": "file"},
            {"jku": ours, "tenant": "jku", "allow_http_loopback": True},
        ]
        gate = door(*clients).gate
        lookalikes = [theirs, theirs.replace("127.0.0.1", "localhost"), f"{ours}@127.0.0.1:{listening.port}/"]
        for tenant in ("file", "jku", "neither"):
            for jku in (*lookalikes, "http://169.254.169.254/", "file:///etc/passwd", "ftp://127.0.0.1/", "data:,{}"):
                for url in ({"jku": jku}, {"x5u": jku, "jku": jku}):
                    assert reason(gate, attacker.token(HERE, url, tenant=tenant)) == {
                        "file": "unknown_key", "jku": "wrong_jku", "neither": "unknown_tenant"
                    }[tenant]  # fmt: skip
    assert (listening.connections, registered.connections) == (0, 0)


@pytest.mark.hazard("T-7")
@pytest.mark.parametrize("kid", ["../../dev/null", "' OR 1=1--", "ec ", "EC", "ec\0", "k" * 257, "k" * 6000, 1, ["ec"]])
def test_a_key_id_is_looked_up_and_nothing_else(here: Door, kid: Any) -> None:
    assert here.reason(EC.token(HERE, {"kid": kid})) in {"unknown_key", "malformed", "too_long"}
    assert here.reason(EC.token(HERE)) == ""


@pytest.mark.hazard("T-10")
def test_a_token_is_good_for_one_call(here: Door) -> None:
    token = EC.token(HERE)
    assert here.reason(token) == ""
    assert here.reason(token) == "replayed"
    assert here.reason(EC.token(HERE)) == ""


@pytest.mark.hazard("T-10")
def test_a_token_of_another_issuer_may_have_the_same_id(keys: Path) -> None:
    other = "https://other.hospital.org"
    both = door({"jwks_file": str(keys)}, {"jwks_file": str(keys), "issuer": other})
    assert both.reason(EC.token(HERE, jti="one")) == ""
    assert both.reason(EC.token(HERE, jti="one", iss=other)) == ""
    assert both.reason(EC.token(HERE, jti="one", iss=other)) == "replayed"


@pytest.mark.hazard("T-10")
def test_of_many_copies_at_once_one_is_let_in(keys: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/tokens.db"
    stores = [Store(url), Store(url)]
    gates = [Gate(site({"jwks_file": str(keys)}), store.spend) for store in stores]
    token = RSA.token(HERE)
    with ThreadPoolExecutor(8) as pool:
        reasons = list(pool.map(lambda at: _patiently(gates[at % 2], token), range(30)))
    assert sorted(reasons) == ["", *["replayed"] * 29]
    for store in stores:
        store.close()
    again = Store(url)
    assert reason(Gate(site({"jwks_file": str(keys)}), again.spend), token) == "replayed"
    again.close()


def _patiently(gate: Gate, token: str) -> str:
    """Again while the store is busy: whoever is told so was not let in."""
    for _ in range(50):
        with suppress(StoreDown):
            return reason(gate, token)
    raise AssertionError("the store stayed busy")


@pytest.mark.hazard("T-10")
def test_without_the_memory_of_tokens_nobody_is_let_in(keys: Path) -> None:
    def down(*_: Any) -> Spent:
        raise StoreDown("gone")

    gate = Gate(site({"jwks_file": str(keys)}), down)
    with pytest.raises(StoreDown):
        admitted(gate, EC.token(HERE))
    assert reason(gate, key("ES384", "other").token(HERE, {"kid": "ec"})) == "bad_signature"


@pytest.mark.hazard("T-10")
def test_only_a_token_that_is_right_in_everything_else_is_spent(here: Door) -> None:
    sound = {"jti": "one"}
    stranger = key("ES384", "stranger")
    wrong = [
        stranger.token(HERE, {"kid": "ec"}, **sound),
        EC.token(HERE, {"kid": "none"}, **sound),
        EC.token(HERE, iss="https://nobody.hospital.org", **sound),
        EC.token(BASE, **sound),
        EC.token(HERE, now=time.time() - 10_000, **sound),
    ]
    assert [here.reason(token) for token in wrong] == [
        "bad_signature", "unknown_key", "unknown_issuer", "wrong_audience", "expired"
    ]  # fmt: skip
    assert here.memory.asked == []
    assert here.reason(EC.token(HERE, **sound)) == ""


@pytest.mark.hazard("T-11", "F-19")
@pytest.mark.parametrize(
    ("off", "why"),
    [(0, ""), (30, ""), (-30, ""), (58, ""), (-58, ""), (120, "not_yet_valid"), (3600, "clock_skew?"),
     (-3600, "clock_skew?"), (86_400, "not_yet_valid"), (-86_400, "expired")],
)  # fmt: skip
def test_clocks_may_differ_by_a_minute(keys: Path, off: int, why: str) -> None:
    now = time.time()
    skewed = door({"jwks_file": str(keys)}, now=lambda: now - off)
    assert skewed.reason(EC.token(HERE, now=now)) == why


@pytest.mark.hazard("T-11")
@pytest.mark.parametrize("claim", ["iss", "aud", "exp", "iat", "jti"])
@pytest.mark.parametrize("value", [LEFT_OUT, None, True, "", 1.5, -1, "9999"])
def test_a_claim_that_is_missing_or_of_another_kind_is_refused(here: Door, claim: str, value: Any) -> None:
    if (claim, value) != ("jti", "9999"):
        assert here.reason(EC.token(HERE, **{claim: value})) != ""


@pytest.mark.hazard("T-11", "T-15")
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "9" * 5000, "1e9", "1.0", "0x7f", "-"])
@pytest.mark.parametrize("claim", ["exp", "iat", "nbf"])
def test_a_number_that_is_no_time_is_refused(here: Door, claim: str, number: str) -> None:
    written = json.dumps({**claims_for(HERE), claim: 0}).replace(f'"{claim}": 0', f'"{claim}": {number}')
    token = sealed({"alg": "ES384", "typ": "JWT", "kid": "ec"}, written.encode(), EC.sign)
    assert here.reason(token) in {"malformed", "lifetime", "too_long"}
    assert here.memory.asked == []


@pytest.mark.hazard("T-12")
def test_a_token_for_ten_years_is_refused(here: Door, keys: Path) -> None:
    now = int(time.time())
    assert here.reason(EC.token(HERE, exp=now + 315_360_000)) == "lifetime"
    assert here.reason(EC.token(HERE, exp=now + 3600, iat=now)) == ""
    strict = door({"jwks_file": str(keys), "max_token_seconds": 300})
    assert strict.reason(epic_token(EPIC, HERE, "https://ehr.hospital.org/jwks")) == "lifetime"


@pytest.mark.hazard("T-13", "T-19")
def test_a_token_is_for_the_endpoint_under_its_configured_address(here: Door) -> None:
    other = "/cds-services/msc-liver-follow-up"
    assert here.reason(EC.token(HERE), other) == "wrong_audience"
    assert here.reason(EC.token(BASE + other), other) == ""
    for audience in (BASE, BASE + "/", BASE + "/cds-services", HERE + "/", HERE[:-1], "http://evil.org" + ENDPOINT):
        assert here.reason(EC.token(audience)) == "wrong_audience"


@pytest.mark.hazard("T-13")
def test_an_array_names_nobody_but_us(here: Door, keys: Path) -> None:
    assert here.reason(EC.token([HERE])) == ""
    assert here.reason(EC.token([HERE, BASE + FEEDBACK])) == ""
    assert here.reason(EC.token(["https://evil.org", HERE])) == "foreign_audience"
    assert here.reason(EC.token([HERE, BASE])) == "foreign_audience"
    assert here.reason(EC.token([])) == "wrong_audience"
    lenient = door({"jwks_file": str(keys), "foreign_audiences": True})
    assert lenient.reason(EC.token(["https://evil.org", HERE])) == ""
    assert lenient.reason(EC.token(["https://evil.org"])) == "wrong_audience"


@pytest.mark.hazard("T-13")
def test_a_client_may_have_further_names_for_us(keys: Path) -> None:
    named = door({"jwks_file": str(keys), "extra_audiences": ["urn:hepar"]})
    for audience in ("urn:hepar", ["urn:hepar"], ["urn:hepar", HERE]):
        assert named.reason(EC.token(audience)) == ""
    assert named.reason(EC.token("urn:hepar:x")) == "wrong_audience"
    assert named.reason(EC.token(["urn:hepar", "urn:other"])) == "foreign_audience"


@pytest.mark.hazard("T-13")
def test_feedback_has_an_audience_of_its_own(here: Door, keys: Path) -> None:
    assert here.reason(EC.token(BASE + FEEDBACK), FEEDBACK, feedback=True) == ""
    assert here.reason(EC.token(HERE), FEEDBACK, feedback=True) == "wrong_audience"
    assert here.reason(EC.token(BASE + FEEDBACK)) == "wrong_audience"
    either = door({"jwks_file": str(keys), "feedback_accepts_service_audience": True})
    assert either.reason(EC.token(BASE + FEEDBACK), FEEDBACK, feedback=True) == ""
    assert either.reason(EC.token(HERE), FEEDBACK, feedback=True) == ""
    assert either.reason(EC.token(BASE + FEEDBACK)) == "wrong_audience"
    assert either.reason(EC.token(BASE + "/cds-services/msc-liver-follow-up"), FEEDBACK, feedback=True) == (
        "wrong_audience"
    )


@pytest.mark.hazard("T-14")
def test_tenants_of_one_issuer_are_told_apart(tmp_path: Path) -> None:
    north, south, none = key("ES384", "north"), key("ES384", "south"), key("ES384", "none")
    for signer in (north, south, none):
        (tmp_path / signer.kid).write_bytes(tokens.jwks(signer.jwk(kid="same")))
    names = ("north", "south", "none")
    clients = [
        {"name": name, "tenant": "" if name == "none" else name, "jwks_file": str(tmp_path / name)} for name in names
    ]
    gate = door(*clients).gate
    same = {"kid": "same"}
    assert admitted(gate, north.token(HERE, same, tenant="north")).client.name == "north"
    assert admitted(gate, south.token(HERE, same, tenant="south")).client.name == "south"
    assert admitted(gate, none.token(HERE, same)).client.name == "none"
    assert admitted(gate, none.token(HERE, same, tenant="")).client.name == "none"
    assert reason(gate, north.token(HERE, same, tenant="south")) == "bad_signature"
    assert reason(gate, north.token(HERE, same)) == "bad_signature"
    for tenant in ("west", "North", "north ", "none"):
        assert reason(gate, north.token(HERE, same, tenant=tenant)) == "unknown_tenant"
    assert reason(gate, north.token(HERE, same, tenant=None)) == "malformed"


@pytest.mark.hazard("T-14")
@pytest.mark.parametrize("issuer", [ISSUER + "/", ISSUER[:-1], ISSUER.upper(), ISSUER + "?", " " + ISSUER, "x"])
def test_an_issuer_is_compared_character_by_character(here: Door, issuer: str) -> None:
    assert here.reason(EC.token(HERE, iss=issuer)) == "unknown_issuer"


@pytest.mark.hazard("T-14")
def test_without_a_tenant_of_its_own_a_client_has_none(here: Door) -> None:
    assert here.reason(EC.token(HERE, tenant="north")) == "unknown_tenant"


@pytest.mark.hazard("T-15")
def test_two_headers_are_no_header(here: Door) -> None:
    one, two = EC.token(HERE), EC.token(HERE)
    for headers in ([], [f"Bearer {one}", f"Bearer {two}"], [f"Bearer {one},Bearer {two}"], [f"Bearer {one}", ""]):
        with pytest.raises(Untrusted):
            here.gate.admit(headers, ENDPOINT)
    assert here.memory.asked == []


@pytest.mark.hazard("T-16")
def test_an_unknown_issuer_costs_no_cryptography(here: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[bytes] = []

    def count(_: Verifier, signed: bytes, __: bytes) -> bool:
        verified.append(signed)
        return True

    monkeypatch.setattr(Verifier, "verifies", count)
    assert here.reason(EC.token(HERE, iss="https://nobody.hospital.org")) == "unknown_issuer"
    assert verified == []
    assert here.reason(EC.token(HERE)) == ""
    assert len(verified) == 1


@pytest.mark.hazard("T-16")
def test_a_refusal_names_the_record_for_the_log_and_nothing_of_the_token(here: Door) -> None:
    token = EC.token(HERE, jti="ZZTOKENID", exp=1)
    with pytest.raises(Untrusted) as caught:
        admitted(here.gate, token)
    assert (caught.value.client, caught.value.args) == ("ehr-1", ("lifetime",))
    assert not any(part in repr(caught.value) for part in ("ZZTOKENID", *token.split(".")))


def test_many_threads_may_use_one_gate(here: Door) -> None:
    made = [signer.token(HERE) for signer in (EC, RSA) for _ in range(100)]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(here.reason, made)) == {""}
    assert len({asked[2] for asked in here.memory.asked}) == 200


def test_a_call_costs_little_beside_its_signature(here: Door) -> None:
    made = [RSA.token(HERE) for _ in range(200)]
    started = time.thread_time()
    for token in made:
        admitted(here.gate, token)
    assert (time.thread_time() - started) / len(made) < 0.002
