"""What goes out: JSON, and the OperationOutcome of every refusal and fault."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException

from hooks import telemetry
from hooks.errors import FHIR_JSON, Refusal, outcome

JSON = "application/json"

ROUTING = {
    400: ("invalid", "The request cannot be read."),
    404: ("not-found", "There is nothing here."),
    405: ("not-supported", "This method is not supported here."),
    413: ("too-long", "The request is too large."),
}
"""What is said where no route of ours has been reached."""

_encode = orjson.dumps


def answer(value: Any, status: int = 200, media_type: str = JSON, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response."""
    return Response(_encode(value), status, headers, content_type=media_type)


def refuse(
    status: int, code: str, message: str, where: tuple[str, ...] = (), headers: Mapping[str, str] | None = None
) -> Response:
    """An OperationOutcome that quotes the correlation id of the call."""
    return answer(outcome(code, message, g.correlation, where), status, FHIR_JSON, headers)


def register(app: Flask) -> None:
    """Whatever ends a call, its answer is an OperationOutcome without anything of the call or of the code."""

    @app.errorhandler(Refusal)
    def refused(error: Refusal) -> Response:
        return refuse(error.status, error.code, error.message, error.where, error.headers)

    @app.errorhandler(HTTPException)
    def not_routed(error: HTTPException) -> Response:
        status = error.code or 500
        code, message = ROUTING.get(status, ("processing", "The request cannot be answered."))
        methods = getattr(error, "valid_methods", None)
        return refuse(status, code, message, (), {"Allow": ", ".join(sorted(methods))} if methods else None)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        telemetry.log(
            "failed", "error", correlation=g.correlation, fault=type(error).__name__, place=telemetry.place_of(error)
        )
        return refuse(500, "exception", "The service failed. Nothing was decided.")
