"""JSON to `HookRequest`, or `BadRequest`. Unknown members are ignored; known ones have the shape of the protocol."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from hooks.answers import ABSENT, Answer, Resource, answer
from hooks.errors import BadRequest, TooLarge
from hooks.languages import ENGLISH
from hooks.services import KEYS, Service

_ID = validate.Regexp(r"[A-Za-z0-9.\-]{1,64}\Z")
_REFERENCE = validate.Regexp(r"[A-Za-z0-9_]{1,64}/[A-Za-z0-9_.\-]{1,128}\Z")
_PRINTABLE = validate.And(validate.Length(1, 128), validate.Predicate("isprintable"), validate.Predicate("strip"))
_TOKEN = validate.Regexp(r"[\x21-\x7e]{1,16384}\Z")


LONGEST_TOKEN = 86_400
"""Seconds: what a longer life is cut to."""


@dataclass(frozen=True, slots=True)
class Authorization:
    """A bearer token of the caller for its FHIR server: used for this call, never shown, never kept.

    `expires` is when it no longer holds (`time.monotonic`).
    """

    _token: str
    expires: float = math.inf

    def header(self) -> str:
        """What to send; "" once the token has expired."""
        return f"Bearer {self._token}" if time.monotonic() < self.expires else ""

    def __repr__(self) -> str:
        """Nothing of the token."""
        return "Authorization(…)"

    __str__ = __repr__

    def __reduce__(self) -> tuple[Any, ...]:
        """TypeError: a token is not to be written down."""
        raise TypeError("a token is not to be written down")


@dataclass(frozen=True, slots=True)
class HookRequest:
    """One call of one service about one patient (`patient` and `encounter` are bare ids).

    `answers` has every key of `hooks.services.KEYS`. `drafts` are the resources of the orders being written;
    `selected` are the references of those just picked, None where the hook does not tell. `language` is
    the one that the cards are to have.
    """

    service: Service
    instance: str
    patient: str
    user: str
    encounter: str
    answers: Mapping[str, Answer]
    drafts: tuple[Resource, ...] = ()
    selected: frozenset[str] | None = None
    fhir_server: str = ""
    authorization: Authorization | None = None
    language: str = ENGLISH


class Members(Schema):
    """A part of a call: what is not declared is ignored."""

    class Meta:
        """Read by marshmallow."""

        unknown = EXCLUDE


class Context(Members):
    """What all four hooks share."""

    patientId = fields.String(required=True, validate=_ID)  # noqa: N815  the protocol's name
    userId = fields.String(required=True, validate=_REFERENCE)  # noqa: N815
    encounterId = fields.String(allow_none=True, load_default=None, validate=_ID)  # noqa: N815


class EncounterContext(Context):
    """encounter-start: the encounter is required."""

    encounterId = fields.String(required=True, validate=_ID)  # noqa: N815


class SignContext(Context):
    """order-sign."""

    draftOrders = fields.Dict(required=True)  # noqa: N815


class SelectContext(SignContext):
    """order-select."""

    selections = fields.List(fields.String(validate=validate.Length(max=256)), required=True)


class Access(Members):
    """fhirAuthorization."""

    access_token = fields.String(required=True, validate=_TOKEN)
    token_type = fields.String(required=True, validate=validate.Equal("Bearer"))
    expires_in = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    scope = fields.String(load_default="")
    subject = fields.String(load_default="")
    patient = fields.String(allow_none=True, load_default=None)


class Call(Members):
    """The envelope of a hook call."""

    hook = fields.String(required=True)
    hookInstance = fields.String(required=True, validate=_PRINTABLE)  # noqa: N815
    fhirServer = fields.String(allow_none=True, load_default=None, validate=validate.Length(1, 2048))  # noqa: N815
    fhirAuthorization = fields.Nested(Access, allow_none=True, load_default=None)  # noqa: N815
    context = fields.Dict(required=True)
    prefetch = fields.Dict(allow_none=True, load_default=None)
    extension = fields.Raw(load_default=None)


CONTEXTS: dict[str, type[Context]] = {
    "patient-view": Context,
    "encounter-start": EncounterContext,
    "order-select": SelectContext,
    "order-sign": SignContext,
}

_CALL = Call()
_CONTEXTS = {hook: schema() for hook, schema in CONTEXTS.items()}


def parse(body: object, service: Service, aliases: Mapping[str, str], entries: int) -> HookRequest:
    """The call that `body` is. `aliases`: the EHR's prefetch key -> ours. `entries`: most resources accepted.

    BadRequest names the members at fault, never their values. TooLarge for too many resources.
    """
    if not isinstance(body, dict):
        raise BadRequest("The body is no JSON object.")
    call = _load(_CALL, body, "")
    if call["hook"] != service.hook:
        raise BadRequest(f"This service is for the hook {service.hook}.", ("hook",))
    context = _load(_CONTEXTS[service.hook], call["context"], "context.")
    authorization = _authorization(call, context["patientId"])
    drafts = _drafts(context.get("draftOrders"))
    selections = context.get("selections")
    answers = _answers(call["prefetch"] or {}, aliases)
    if len(drafts) + sum(len(each.resources) for each in answers.values()) > entries:
        raise TooLarge(f"The call holds more than {entries} resources.")
    return HookRequest(
        service=service,
        instance=call["hookInstance"],
        patient=context["patientId"],
        user=context["userId"],
        encounter=context["encounterId"] or "",
        answers=answers,
        drafts=drafts,
        selected=None if selections is None else frozenset(selections),
        fhir_server=call["fhirServer"] or "",
        authorization=authorization,
    )


def _load(schema: Schema, data: Any, prefix: str) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(data)
    except ValidationError as error:
        where = sorted(f"{prefix}{name}" for name in _names(error.messages))
        raise BadRequest("Members are missing or have another shape than in the protocol.", tuple(where)) from None
    return loaded


def _names(messages: Any) -> list[str]:
    """The declared members at fault, one level below the top too. Unknown members are not checked, so not named."""
    found = []
    for name, inner in messages.items():
        below = [f"{name}.{part}" for part in inner if isinstance(part, str)] if isinstance(inner, dict) else []
        found += below or [name]
    return found


def _authorization(call: dict[str, Any], patient: str) -> Authorization | None:
    access = call["fhirAuthorization"]
    if access is None:
        return None
    if not call["fhirServer"]:
        raise BadRequest("fhirAuthorization needs fhirServer.", ("fhirServer",))
    if access["patient"] not in (None, patient):
        raise BadRequest("The authorization is for another patient.", ("fhirAuthorization.patient",))
    return Authorization(access["access_token"], time.monotonic() + min(access["expires_in"], LONGEST_TOKEN))


def _drafts(bundle: Any) -> tuple[Resource, ...]:
    """The orders being written. They may be incomplete in themselves, but must be resources in a Bundle."""
    if bundle is None:
        return ()
    entries = bundle.get("entry", [])
    if bundle.get("resourceType") != "Bundle" or not isinstance(entries, list):
        raise BadRequest("draftOrders is no Bundle.", ("context.draftOrders",))
    found = []
    for entry in entries:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            raise BadRequest("An entry of draftOrders holds no resource.", ("context.draftOrders",))
        if resource["resourceType"] == "Bundle":
            raise BadRequest("An entry of draftOrders is no order.", ("context.draftOrders",))
        found.append(resource)
    return tuple(found)


def _answers(prefetch: dict[str, Any], aliases: Mapping[str, str]) -> dict[str, Answer]:
    found = dict.fromkeys(KEYS, ABSENT)
    for name, value in prefetch.items():
        key = aliases.get(name, name)
        if key in found and (name == key or key not in prefetch):
            found[key] = answer(key, value)
    return found
