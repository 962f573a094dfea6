"""Reads a set of public keys (RFC 7517) and keeps those that may prove who calls; no I/O.

A key that may not is left out and harms no other: shared secrets, private keys, keys for encryption, short RSA keys,
curves that no admitted algorithm uses, and all keys that share an id.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import InvalidKeyError
from jwt.algorithms import Algorithm, get_default_algorithms

from hooks import strict_json
from hooks.errors import BadRequest

SET_BYTES = 256 * 1024
RSA_BITS = range(2048, 8193)
"""Shorter ones can be broken; longer ones cost the service more than they are worth."""

_ALGORITHMS = get_default_algorithms()
_PRIVATE = frozenset(("d", "p", "q", "dp", "dq", "qi", "oth", "k"))


class NotKeys(Exception):
    """The document is no set of keys."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """One public key, bound to one algorithm."""

    algorithm: Algorithm = field(repr=False)
    key: Any = field(repr=False)

    def verifies(self, signed: bytes, signature: bytes) -> bool:
        """Whether the owner of the key signed this."""
        try:
            return self.algorithm.verify(signed, self.key, signature)
        except ValueError:
            return False


KeySet = Mapping[str, Mapping[str, Verifier]]
"""Key id -> algorithm -> what verifies it."""


def read(body: bytes, algorithms: Collection[str]) -> KeySet:
    """The keys in `body` that may be used with `algorithms`. NotKeys if it is no key set or more than `SET_BYTES`."""
    if len(body) > SET_BYTES:
        raise NotKeys
    try:
        document = strict_json.read(body)
    except BadRequest:
        raise NotKeys from None
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        raise NotKeys
    named = [key for key in keys if isinstance(key, dict) and isinstance(key.get("kid"), str)]
    times = Counter(key["kid"] for key in named)
    found = {key["kid"]: _verifiers(key, algorithms) for key in named if times[key["kid"]] == 1}
    return {kid: verifiers for kid, verifiers in found.items() if verifiers}


def _verifiers(key: Mapping[str, Any], algorithms: Collection[str]) -> Mapping[str, Verifier]:
    if key.get("use", "sig") != "sig" or not _PRIVATE.isdisjoint(key):
        return {}
    operations = key.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        return {}
    admitted = [name for name in algorithms if key.get("alg", name) == name]
    found = {name: _verifier(key, _ALGORITHMS[name]) for name in admitted}
    return {name: verifier for name, verifier in found.items() if verifier}


def _verifier(key: Mapping[str, Any], algorithm: Algorithm) -> Verifier | None:
    """None if the key is broken, or of a kind or on a curve that the algorithm does not use."""
    try:
        public = algorithm.prepare_key(algorithm.from_jwk(dict(key)))
    except (InvalidKeyError, UnsupportedAlgorithm, ValueError, TypeError, AttributeError):
        return None
    if isinstance(public, RSAPublicKey) and public.key_size not in RSA_BITS:
        return None
    return Verifier(algorithm, public)
