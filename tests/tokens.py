"""Keys and tokens as an EHR makes them, sound and broken. The real signatures, the real clock unless told otherwise."""

import json
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import get_default_algorithms

ISSUER = "https://ehr.hospital.org/fhir"
EPIC_KID = "pZ8u+Jq/3TVbW0yXkM4fHw=="

LEFT_OUT: Any = object()
"""In place of the value of a header or a claim: there is none."""

_CURVES: Mapping[str, ec.EllipticCurve] = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
_ALGORITHMS: Mapping[str, Any] = get_default_algorithms()


@dataclass(frozen=True)
class Key:
    """A key pair for one algorithm."""

    kid: str
    algorithm: str
    private: Any

    def jwk(self, **changes: Any) -> dict[str, Any]:
        """The public half, as an EHR publishes it."""
        numbers = _ALGORITHMS[self.algorithm].to_jwk(self.private.public_key(), as_dict=True)
        return _without({**numbers, "kid": self.kid, "use": "sig", "alg": self.algorithm, **changes})

    def private_jwk(self) -> dict[str, Any]:
        """Both halves, as nobody should publish them."""
        return {**_ALGORITHMS[self.algorithm].to_jwk(self.private, as_dict=True), **self.jwk(key_ops=LEFT_OUT)}

    def sign(self, signed: bytes, algorithm: str = "") -> bytes:
        """The signature over `signed`, with the algorithm of the key unless another is named."""
        made: bytes = _ALGORITHMS[algorithm or self.algorithm].sign(signed, self.private)
        return made

    def token(
        self, audience: Any, header: Mapping[str, Any] | None = None, now: float | None = None, **claims: Any
    ) -> str:
        """A token for `audience`, issued now; `header` and `claims` differ from a sound one as named."""
        described = _without({"alg": self.algorithm, "typ": "JWT", "kid": self.kid, **(header or {})})
        return sealed(described, claims_for(audience, now, **claims), self.sign)


@lru_cache(maxsize=64)
def key(algorithm: str = "ES384", kid: str = "key-1", bits: int = 2048) -> Key:
    """A key pair, the same each time it is asked for."""
    if algorithm in _CURVES:
        return Key(kid, algorithm, ec.generate_private_key(_CURVES[algorithm]))
    return Key(kid, algorithm, rsa.generate_private_key(65537, bits))


def jwks(*keys: Key | Mapping[str, Any]) -> bytes:
    """The set of these keys, as it is served or kept in a file."""
    return json.dumps({"keys": [each.jwk() if isinstance(each, Key) else each for each in keys]}).encode()


def claims_for(audience: Any, now: float | None = None, **changes: Any) -> dict[str, Any]:
    """The claims of a sound token of five minutes; `changes` differ as named."""
    issued = int(time.time() if now is None else now)
    sound = {"iss": ISSUER, "aud": audience, "iat": issued, "exp": issued + 300, "jti": str(uuid.uuid4())}
    return _without({**sound, **changes})


def epic_token(signer: Key, audience: str, jku: str, now: float | None = None, **changes: Any) -> str:
    """A token as Epic makes it: fifteen minutes long, valid five minutes before it was issued, with `sub` and `jku`."""
    issued = int(time.time() if now is None else now)
    epic = {"exp": issued + 900, "nbf": issued - 300, "sub": "5f1c6d8e-6a1b-4c8f-9b5e-8f0d6f6e9a10"}
    return signer.token(audience, {"jku": jku}, issued, **{**epic, **changes})


def sealed(header: Any, payload: Any, sign: Callable[[bytes], bytes]) -> str:
    """Header and payload (bytes as they are, anything else as JSON) and what `sign` makes of them."""
    written = (part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, payload))
    signed = b".".join(map(part64, written))
    return (signed + b"." + part64(sign(signed))).decode()


def part64(part: bytes) -> bytes:
    """One part of a token."""
    return urlsafe_b64encode(part).rstrip(b"=")


def bearer(token: str) -> dict[str, str]:
    """The header that carries it."""
    return {"Authorization": f"Bearer {token}"}


def _without(described: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in described.items() if value is not LEFT_OUT}
