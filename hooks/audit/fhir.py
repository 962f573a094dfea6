"""Audit records as FHIR R4 AuditEvents, in the shapes of IHE Basic Audit Log Patterns (BALP).

A read from the EHR is a Patient Query or a Patient Read; advice that was given out is a Privacy Disclosure recorded at
its source. Those that succeeded and say all that the pattern asks for name its profile. What BALP has no pattern for (a
refused call, feedback, a purge) is a plain AuditEvent. What is not known is left out.
"""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from fhir.resources.R4B.auditevent import AuditEvent

from hooks.upstream import READ

Json = dict[str, Any]

PROFILES = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
DICOM = "http://dicom.nema.org/resources/ontology/DCM"
HL7 = "http://terminology.hl7.org/CodeSystem/"

REST = {"system": f"{HL7}audit-event-type", "code": "rest", "display": "Restful Operation"}
EXPORT = {"system": DICOM, "code": "110106", "display": "Export"}
IMPORT = {"system": DICOM, "code": "110107", "display": "Import"}
PURGE = {"display": "Purge of records that were kept long enough, or of one patient"}
DISCLOSE = {"system": f"{HL7}iso-21089-lifecycle", "code": "disclose"}
INTERACTION = "http://hl7.org/fhir/restful-interaction"
SOURCE = {"coding": [{"system": DICOM, "code": "110153", "display": "Source Role ID"}]}
DESTINATION = {"coding": [{"system": DICOM, "code": "110152", "display": "Destination Role ID"}]}
RECIPIENT = {"coding": [{"system": f"{HL7}v3-ParticipationType", "code": "IRCP", "display": "information recipient"}]}
APPLICATION_SERVER = {"system": f"{HL7}security-source-type", "code": "4", "display": "Application Server"}
PERSON = {"system": f"{HL7}audit-entity-type", "code": "1", "display": "Person"}
SYSTEM_OBJECT = {"system": f"{HL7}audit-entity-type", "code": "2", "display": "System Object"}
ROLES = {"patient": "1", "report": "3", "resource": "4", "job": "20", "query": "24"}
USERS = ("Practitioner", "PractitionerRole", "Patient", "RelatedPerson", "Organization", "Device")
URI = "5"
DETAILS = (
    "seq", "service", "hook", "instance", "status", "outcome", "refused", "key", "resources", "content", "program",
    "through",
)  # fmt: skip
"""Members of a document that are given as they are."""


def audit_event(document: Mapping[str, Any], public_url: str) -> Json:
    """One record as a valid AuditEvent. `public_url` names this service. ValidationError would be a fault of ours."""
    match document["kind"], document.get("outcome"):
        case "read", _:
            made = _read(document, public_url)
        case "evaluation", "cards":
            made = _disclosure(document, public_url)
        case "feedback", "stored":
            made = {"type": IMPORT, "action": "C", "agent": _agents(document, public_url)}
        case "purge", _:
            made = {"type": PURGE, "action": "D", "agent": [_us(public_url, None)]}
        case _:
            made = {"type": REST, "action": "E", "agent": _agents(document, public_url)}
    event = {
        "resourceType": "AuditEvent",
        "id": f"hepar-{document['seq']}",
        "recorded": document["at"],
        "outcome": _outcome(document),
        "source": {"observer": _self(public_url), "type": [APPLICATION_SERVER]},
        **made,
        "entity": [*_patient(document), *made.get("entity", ()), *_entities(document)],
    }
    if event["outcome"] != "0" or not all(_complete(agent) for agent in event["agent"]):
        event.pop("meta", None)
    AuditEvent.model_validate(event)
    return event


def _outcome(document: Mapping[str, Any]) -> str:
    """0 success, 4 minor failure (the caller's, or a read that gave nothing), 8 serious failure (ours)."""
    if document["kind"] == "read":
        return "0" if document["outcome"] == READ else "4"
    status = document.get("status", 200)
    return "0" if status < 400 else "4" if status < 500 else "8"


def _read(document: Mapping[str, Any], public_url: str) -> Json:
    """Client and server have their roles by the direction that BALP gives them, which differs for reads and queries."""
    search = "?" in document["query"]
    ours, theirs = (SOURCE, DESTINATION) if search else (DESTINATION, SOURCE)
    server = document.get("server", "")
    patient = {"reference": f"Patient/{document['patient']}"}
    asked = f"GET {server}/{document['query']}"
    query = {
        "type": SYSTEM_OBJECT,
        "role": _role("query"),
        "query": b64encode(asked.encode()).decode(),
        "description": asked,
    }
    data = {"type": SYSTEM_OBJECT, "role": _role("resource"), "what": patient}
    return {
        "meta": {"profile": [PROFILES + ("PatientQuery" if search else "PatientRead")]},
        "type": REST,
        "subtype": [{"system": INTERACTION, "code": "search-type" if search else "read"}],
        "action": "E" if search else "R",
        "agent": [_us(public_url, ours), _them(document, theirs, server), *_user(document)],
        "entity": [query if search else data],
    }


def _disclosure(document: Mapping[str, Any], public_url: str) -> Json:
    return {
        "meta": {"profile": [f"{PROFILES}PrivacyDisclosure.Source"]},
        "type": EXPORT,
        "subtype": [DISCLOSE],
        "action": "R",
        "agent": [
            _us(public_url, SOURCE),
            _them(document, DESTINATION, document.get("issuer", "")),
            *_user(document),
        ],
    }


def _agents(document: Mapping[str, Any], public_url: str) -> list[Json]:
    """Who called, and us: they sent, we received."""
    caller = _them(document, SOURCE, document.get("issuer", ""))
    return [caller, _us(public_url, DESTINATION), *_user(document)]


def _self(public_url: str) -> Json:
    return {"identifier": {"value": public_url}, "display": "hepar"}


def _us(public_url: str, role: Json | None) -> Json:
    agent = {"who": _self(public_url), "requestor": False, "network": {"address": public_url, "type": URI}}
    return {**agent, "type": role} if role else agent


def _them(document: Mapping[str, Any], role: Json, address: str) -> Json:
    """The EHR; nobody in particular if the caller was not verified."""
    name = document["client"]
    who = {"identifier": {"value": name}, "display": name} if name else {"display": "not verified"}
    agent: Json = {"type": role, "who": who, "requestor": not document.get("user")}
    return {**agent, "network": {"address": address, "type": URI}} if address else agent


def _user(document: Mapping[str, Any]) -> list[Json]:
    user = document.get("user", "")
    if not user:
        return []
    known = user.partition("/")[0] in USERS
    who = {"reference": user} if known else {"identifier": {"value": user}}
    return [{"type": RECIPIENT, "who": who, "requestor": True}]


def _complete(agent: Json) -> bool:
    """Whether the patterns would have it: all but users are on the network."""
    return "network" in agent or agent.get("type") == RECIPIENT


def _patient(document: Mapping[str, Any]) -> list[Json]:
    if not document["patient"]:
        return []
    what = {"reference": f"Patient/{document['patient']}"}
    return [{"type": PERSON, "role": _role("patient"), "what": what}]


def _entities(document: Mapping[str, Any]) -> list[Json]:
    """The cards, the records that they rest on, the encounter, and the call with what else is known of it."""
    cards = [(card["uuid"], card["rule"]) for card in document.get("cards", ())]
    cards += [(item["card"], item["outcome"]) for item in document.get("told", ()) if "card" in item]
    made = [
        {
            "type": SYSTEM_OBJECT,
            "role": _role("report"),
            "what": {"identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{uuid}"}},
            "detail": [{"type": "rule" if "cards" in document else "outcome", "valueString": word}],
        }
        for uuid, word in cards
    ]
    records = [each for each in document.get("inputs", ()) if "#" not in each]
    records += [f"Encounter/{document['encounter']}"] if document.get("encounter") else []
    made += [{"type": SYSTEM_OBJECT, "role": _role("resource"), "what": {"reference": each}} for each in records]
    details = [{"type": name, "valueString": str(document[name])} for name in DETAILS if document.get(name)]
    job: Json = {"type": SYSTEM_OBJECT, "role": _role("job"), "detail": details}
    if document.get("correlation"):
        job["what"] = {"identifier": {"value": document["correlation"]}}
    return [*made, job]


def _role(name: str) -> Json:
    return {"system": f"{HL7}object-role", "code": ROLES[name]}
