"""The OpenAPI 3.1 document of the routes, from the same schemas that read the calls."""

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema, fields, validate

from cds import content
from hooks.errors import FHIR_JSON
from hooks.feedback import Feedback
from hooks.languages import LANGUAGES
from hooks.request import CONTEXTS, Call
from hooks.services import SERVICES, VALIDATION
from hooks.settings import Settings


class Coding(Schema):
    """A code of a code system."""

    system = fields.String(required=True)
    code = fields.String(required=True)
    display = fields.String()


class Source(Schema):
    """Where the advice of a card comes from."""

    label = fields.String(required=True)
    url = fields.Url(required=True)
    topic = fields.Nested(Coding, required=True)


class Action(Schema):
    """One draft order."""

    type = fields.String(required=True, validate=validate.Equal("create"))
    description = fields.String(required=True)
    resource = fields.Dict(required=True)


class Suggestion(Schema):
    """Draft orders that may be accepted together."""

    label = fields.String(required=True)
    uuid = fields.UUID(required=True)
    actions = fields.List(fields.Nested(Action), required=True)


class Link(Schema):
    """A page to read."""

    label = fields.String(required=True)
    url = fields.Url(required=True)
    type = fields.String(required=True, validate=validate.Equal("absolute"))


class Card(Schema):
    """One card."""

    uuid = fields.UUID(required=True)
    summary = fields.String(required=True, validate=validate.Length(1, 139))
    detail = fields.String()
    indicator = fields.String(required=True, validate=validate.OneOf(("info", "warning")))
    source = fields.Nested(Source, required=True)
    suggestions = fields.List(fields.Nested(Suggestion))
    selectionBehavior = fields.String(validate=validate.Equal("any"))  # noqa: N815  the protocol's name
    overrideReasons = fields.List(fields.Nested(Coding))  # noqa: N815
    links = fields.List(fields.Nested(Link))
    extension = fields.Dict()


class Cards(Schema):
    """The answer to a hook call; no card means that there is nothing new to say."""

    cards = fields.List(fields.Nested(Card), required=True)


class Offered(Schema):
    """One service as discovery lists it."""

    hook = fields.String(required=True, validate=validate.OneOf(tuple(CONTEXTS)))
    id = fields.String(required=True, validate=validate.OneOf(tuple(SERVICES)))
    title = fields.String()
    description = fields.String(required=True)
    prefetch = fields.Dict(keys=fields.String(), values=fields.String())
    usageRequirements = fields.String()  # noqa: N815  the protocol's name


class Discovery(Schema):
    """The services offered."""

    services = fields.List(fields.Nested(Offered), required=True)


class Issue(Schema):
    """One reason for a refusal."""

    severity = fields.String(required=True)
    code = fields.String(required=True)
    details = fields.Dict()
    diagnostics = fields.String()
    expression = fields.List(fields.String())


class OperationOutcome(Schema):
    """Why a call was not answered, or what was found in a record; `id` is the correlation id."""

    resourceType = fields.String(required=True, validate=validate.Equal("OperationOutcome"))  # noqa: N815
    id = fields.String(required=True)
    issue = fields.List(fields.Nested(Issue), required=True)


class Status(Schema):
    """That the service runs, or is ready; `degraded` says what works for some clients only, and why."""

    status = fields.String(required=True, validate=validate.OneOf(("ok", "degraded")))
    contentVersion = fields.String()  # noqa: N815
    degraded = fields.Dict(keys=fields.String(), values=fields.String())


SAYS = {
    400: "Not strict JSON, not the shape of the protocol, or about more than one patient",
    401: "No valid token for exactly this address; the answer never says why",
    403: "A known client, but not for this service, or not for this card",
    404: "No such service",
    405: "Another method",
    412: "`patient` or `labs` could not be retrieved",
    413: "The body is too large",
    415: "Not JSON, or compressed",
    429: "More calls than this client is granted; try again after Retry-After",
    500: "A fault of the service; quote the correlation id",
    503: "The store does not answer, or the service is busy or ending; try again after Retry-After",
}


CALLERS = (400, 401, 403, 404, 413, 415, 429, 503)
"""What any call of a client may be answered with."""
TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "A JWT of a registered client, for exactly the address that is called, used once.",
}
LANGUAGE = {
    "name": "Accept-Language", "in": "header", "schema": {"type": "string"},
    "description": f"The language of the cards: {', '.join(LANGUAGES)}. A client may have one of its own, which wins.",
}  # fmt: skip
UNAVAILABLE = (404, 503)
"""Routes of operations answer where they are meant to be reached, and nowhere else."""


def document(settings: Settings) -> dict[str, Any]:
    """The description of this service as it is configured."""
    spec = APISpec(
        title="hepar",
        version=content.VERSION,
        openapi_version="3.1.0",
        plugins=[MarshmallowPlugin()],
        servers=[{"url": settings.server.public_url}],
        info={"description": "CDS Hooks service for liver disease."},
    )
    spec.path("/cds-services", operations={"get": _operation("Discovery", Discovery)})
    which = {
        "name": "id", "in": "path", "required": True, "schema": {"type": "string", "enum": list(SERVICES)},
    }  # fmt: skip
    call = _operation("One hook call", Cards, Call, (*CALLERS, 412))
    call["parameters"] = [LANGUAGE]
    said = _operation("Feedback to cards", None, Feedback, CALLERS)
    judged = _validation()
    if not settings.dev:
        spec.components.security_scheme("token", TOKEN)
        call["security"] = said["security"] = judged["security"] = [{"token": []}]
    spec.path("/cds-services/{id}", parameters=[which], operations={"post": call})
    spec.path("/cds-services/{id}/feedback", parameters=[which], operations={"post": said})
    spec.path(VALIDATION, operations={"post": judged})
    spec.path("/livez", operations={"get": _operation("Whether the process runs", Status)})
    spec.path("/readyz", operations={"get": _operation("Whether it can answer", Status, failures=UNAVAILABLE)})
    spec.path("/metrics", operations={"get": _text("Counters for Prometheus")})
    spec.path("/openapi.json", operations={"get": _operation("This document", None)})
    return dict(spec.to_dict())


def _operation(
    summary: str, answer: type[Schema] | None, body: type[Schema] | None = None, failures: tuple[int, ...] = ()
) -> dict[str, Any]:
    shape: Any = answer or {"type": "object"}
    responses: dict[str, Any] = {
        "200": {"description": "Done", "content": {"application/json": {"schema": shape}}},
        **{
            str(status): {
                "description": SAYS[status],
                "content": {"application/fhir+json": {"schema": OperationOutcome}},
            }
            for status in (*failures, 500)
        },
    }
    operation: dict[str, Any] = {"summary": summary, "responses": responses}
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return operation


def _validation() -> dict[str, Any]:
    """A record goes in, an OperationOutcome comes out, whatever is found in it."""
    operation = _operation("Judge a record by the profiles", None, failures=tuple({*CALLERS} - {403, 404}))
    answer = {"description": "What was found", "content": {FHIR_JSON: {"schema": OperationOutcome}}}
    resource = {"schema": {"type": "object", "required": ["resourceType"]}}
    profile = {
        "name": "profile", "in": "query", "schema": {"type": "array", "items": {"type": "string"}},
        "description": "A profile to ask for besides those that the record names: its address, or an id of ours",
    }  # fmt: skip
    return {
        **operation,
        "parameters": [profile],
        "requestBody": {"required": True, "content": {FHIR_JSON: resource, "application/json": resource}},
        "responses": {**operation["responses"], "200": answer},
    }


def _text(summary: str) -> dict[str, Any]:
    return {
        "summary": summary,
        "responses": {"200": {"description": "Done", "content": {"text/plain": {"schema": {"type": "string"}}}}},
    }
