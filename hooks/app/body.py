"""The body of a call: bytes of a bounded number, however they were sent."""

from flask import request
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]

from hooks.errors import BadRequest, TooLarge, WrongMediaType
from hooks.site import Limits

MEDIA_TYPES = {"application/json", "application/fhir+json", "application/json+fhir"}

_CUT = "The body ended too early, or its chunks cannot be read."


def read(limits: Limits) -> bytes:
    """What is to be JSON. What is too large is refused without being read whole."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise WrongMediaType("The body must not be compressed.")
    if request.headers.get("Transfer-Encoding", "chunked").strip().lower() != "chunked":
        raise WrongMediaType("The body must not be compressed.")
    if request.mimetype not in MEDIA_TYPES:
        raise WrongMediaType("The body must be application/json.")
    cap = limits.body_bytes
    announced = request.content_length or 0
    if announced > cap:
        raise TooLarge(f"The body is larger than {cap} bytes.")
    parts: list[bytes] = []
    size = 0
    try:
        while part := request.stream.read(min(65536, cap + 1 - size)):
            parts.append(part)
            size += len(part)
            if size > cap:
                raise TooLarge(f"The body is larger than {cap} bytes.")
    except (ParseException, OSError):
        raise BadRequest(_CUT) from None
    if size < announced:
        raise BadRequest(_CUT)
    return b"".join(parts)
