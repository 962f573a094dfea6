"""The errors that a caller can cause or must know of, their HTTP status, and the body that says so.

    Refusal
    ├── BadRequest        400  not JSON, wrong shape, another patient's record
    ├── Unauthenticated   401  nobody is shown to have called; the body never says why
    ├── NotEntitled       403  a known caller, but not for this
    ├── NotFound          404  no such service or page
    ├── MissingData       412  `patient` or `labs` could not be retrieved
    ├── TooLarge          413
    ├── WrongMediaType    415
    ├── TooMany           429  more calls than are granted; worth another try
    └── Unavailable       503  something that the answer needs does not answer; worth another try

What is wrong with the chart is no error: it is an unknown with a reason, and reaches the card. Any other exception
is a fault of ours: 500 with a correlation id. No message ever repeats what was sent.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

FHIR_JSON = "application/fhir+json"


class Refusal(Exception):
    """A call that is not answered with cards. `message` is a sentence of ours; `where` names fields or keys of ours."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "processing"
    headers: Mapping[str, str] = {}

    def __init__(self, message: str, where: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.where = where


class BadRequest(Refusal):
    """Not JSON, not the shape of a call, or about more than one patient."""

    status = 400
    code = "invalid"


class Unauthenticated(Refusal):
    """Nobody proved to be the caller. One answer for every reason; the reason is in the log alone."""

    status = 401
    code = "login"
    headers: Mapping[str, str] = {"WWW-Authenticate": "Bearer"}

    def __init__(self) -> None:
        super().__init__("The call is not authenticated.")


class NotEntitled(Refusal):
    """The caller is known, but this is not theirs."""

    status = 403
    code = "forbidden"


class NotFound(Refusal):
    """No such service."""

    status = 404
    code = "not-found"


class MissingData(Refusal):
    """The keys in `where` are required and were neither sent nor readable."""

    status = 412
    code = "processing"


class TooLarge(Refusal):
    """The body is larger than `limits.body_bytes`, or holds more than `limits.entries` resources."""

    status = 413
    code = "too-long"


class WrongMediaType(Refusal):
    """Not JSON, or compressed."""

    status = 415
    code = "not-supported"


class TooMany(Refusal):
    """The caller has had its share. `seconds`: when to try again."""

    status = 429
    code = "throttled"

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.headers = {"Retry-After": str(seconds)}


class Unavailable(Refusal):
    """The store does not answer; trying again is right."""

    status = 503
    code = "transient"
    headers: Mapping[str, str] = {"Retry-After": "5"}


def outcome(code: str, message: str, correlation: str, where: tuple[str, ...] = ()) -> dict[str, Any]:
    """The OperationOutcome for one error; `correlation` is what to quote when asking about it."""
    issue: dict[str, Any] = {
        "severity": "error",
        "code": code,
        "details": {"text": message},
        "diagnostics": f"Correlation id {correlation}",
    }
    if where:
        issue["expression"] = list(where)
    return {"resourceType": "OperationOutcome", "id": correlation, "issue": [issue]}
