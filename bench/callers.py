"""The EHR of the benchmark: a token for each call, signed with keys that it makes once and keeps in the folder."""

import time
import uuid
from functools import cache
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import get_default_algorithms

PUBLIC = "http://127.0.0.1"
ISSUER = "https://ehr.bench.internal"
ALGORITHMS = ("ES384", "RS384")


@cache
def key(algorithm: str, folder: str = ".") -> Any:
    """The private key of the folder for an algorithm; made where there is none."""
    file = Path(folder) / f"{algorithm}.pem"
    if not file.exists():
        elliptic = algorithm == "ES384"
        made = ec.generate_private_key(ec.SECP384R1()) if elliptic else rsa.generate_private_key(65537, 2048)
        file.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return load_pem_private_key(file.read_bytes(), None)


def public_keys() -> dict[str, Any]:
    """The set of public keys as the service reads it."""
    algorithms = get_default_algorithms()
    keys = [
        {**algorithms[name].to_jwk(key(name).public_key(), as_dict=True), "kid": name, "use": "sig", "alg": name}
        for name in ALGORITHMS
    ]
    return {"keys": keys}


def token(algorithm: str, path: str, folder: str) -> str:
    """A token for one call of `path`."""
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": PUBLIC + path, "iat": now, "exp": now + 300, "jti": str(uuid.uuid4())}
    return jwt.encode(claims, key(algorithm, folder), algorithm, {"kid": algorithm})
