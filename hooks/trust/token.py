"""Reads the token of a call strictly and judges what it claims: text and clock in, a verdict out. No keys, no network.

Nothing that a token claims is believed here; it is only refused when it could not be right whoever signed it.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from hooks import strict_json
from hooks.errors import BadRequest
from hooks.site import Client

LEEWAY = 60
"""How far, in seconds, the caller's clock may be from ours."""

TOKEN_BYTES = 8192
ID_LENGTH = 256
DEPTH = 8

Reason = Literal[
    "no_token", "too_long", "malformed", "unknown_issuer", "unknown_tenant", "wrong_jku", "wrong_algorithm",
    "wrong_audience", "foreign_audience", "lifetime", "expired", "not_yet_valid", "clock_skew?", "unknown_key",
    "wrong_key", "bad_signature", "replayed",
]  # fmt: skip

_BEARER = re.compile(r"(?ai:bearer) ([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
_CHANGES_THE_MEANING = ("crit", "b64", "zip")
_AN_HOUR_OFF = range(1800, 5401)


class Untrusted(Exception):
    """Nobody is shown to have called. `reason` is for the log and never for the caller.

    `client`: the name of the record that the token points to, "" if none; `token_id`: the id that the token then
    gives itself, printable and bounded. Neither is proven.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason
        self.client = ""
        self.token_id = ""


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says. Times are in seconds since 1970; `jku` is None when it names none."""

    algorithm: str
    kid: str
    jku: str | None
    issuer: str
    tenant: str
    audiences: tuple[str, ...]
    expires: int
    issued: int
    not_before: int
    id: str
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def read(authorizations: Sequence[str]) -> Token:
    """The token in the Authorization headers of one call, of which there must be one. Untrusted if it is no token."""
    if not authorizations:
        raise Untrusted("no_token")
    if len(authorizations) > 1:
        raise Untrusted("malformed")
    if len(authorizations[0]) > TOKEN_BYTES + len("Bearer "):
        raise Untrusted("too_long")
    parts = _BEARER.fullmatch(authorizations[0])
    if parts is None:
        raise Untrusted("malformed")
    header, claims = _object(parts[1]), _object(parts[2])
    if any(name in header for name in _CHANGES_THE_MEANING) or _text(header.get("typ")).upper() != "JWT":
        raise Untrusted("malformed")
    audience = claims.get("aud")
    issued = _seconds(claims.get("iat"))
    return Token(
        algorithm=_text(header.get("alg")),
        kid=_text(header.get("kid"), ID_LENGTH),
        jku=_text(header["jku"]) if "jku" in header else None,
        issuer=_text(claims.get("iss")),
        tenant=_text(claims["tenant"]) if claims.get("tenant", "") != "" else "",
        audiences=tuple(map(_text, audience)) if isinstance(audience, list) else (_text(audience),),
        expires=_seconds(claims.get("exp")),
        issued=issued,
        not_before=_seconds(claims.get("nbf", issued)),
        id=_printable(_text(claims.get("jti"), ID_LENGTH)),
        signed=authorizations[0][parts.start(1) : parts.end(2)].encode("ascii"),
        signature=_bytes(parts[3]),
    )


def _bytes(text: str) -> bytes:
    """Base64url without padding, of which every value has exactly one writing."""
    try:
        found = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise Untrusted("malformed") from None
    if urlsafe_b64encode(found).rstrip(b"=") != text.encode("ascii"):
        raise Untrusted("malformed")
    return found


def _object(text: str) -> dict[str, Any]:
    try:
        found = strict_json.read(_bytes(text), DEPTH)
    except (BadRequest, RecursionError):
        raise Untrusted("malformed") from None
    if not isinstance(found, dict):
        raise Untrusted("malformed")
    return found


def _text(value: Any, longest: int = TOKEN_BYTES) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise Untrusted("malformed")
    return value


def _printable(text: str) -> str:
    if not text.isprintable():
        raise Untrusted("malformed")
    return text


def _seconds(value: Any) -> int:
    if type(value) is not int:  # True is an int too
        raise Untrusted("malformed")
    return value


def check_address(token: Token, client: Client) -> None:
    """Untrusted unless signed in a way, and with keys from where, the client registered.

    A token need not say where its keys are; if it does, it must be the registered address, character by character.
    Keys from a file are nowhere else, whatever the token says.
    """
    if token.algorithm not in client.algorithms:
        raise Untrusted("wrong_algorithm")
    if client.jku and token.jku not in (None, client.jku):
        raise Untrusted("wrong_jku")


def check_audience(token: Token, here: Container[str], ours: Container[str], foreign: bool) -> None:
    """Untrusted unless the token is meant for `here`, and for nobody but `ours` unless `foreign` ones are admitted."""
    if not any(audience in here for audience in token.audiences):
        raise Untrusted("wrong_audience")
    if not foreign and not all(audience in here or audience in ours for audience in token.audiences):
        raise Untrusted("foreign_audience")


def check_times(token: Token, longest: int, now: int) -> None:
    """Untrusted unless the token is valid at `now` and was never meant to be for more than `longest` seconds.

    Together they bound its age too: a valid token was issued at most `longest` and the leeway ago.
    """
    if not 0 < token.expires - token.issued <= longest:
        raise Untrusted("lifetime")
    early = max(token.issued, token.not_before) > now + LEEWAY
    if early or now >= token.expires + LEEWAY:
        if abs(now - token.issued) in _AN_HOUR_OFF:
            raise Untrusted("clock_skew?")
        raise Untrusted("not_yet_valid" if early else "expired")
