"""A valid call with any node deleted, replaced or doubled is answered or refused, and never breaks the service."""

import copy
import io
import json
import os
import random
import sys

import pytest

from tests import calls
from tests.calls import ME, bundle, call, observation, patient
from tests.conformance.checks import conforms, strictly

EXAMPLES = int(os.environ.get("HEPAR_TEST_MUTATIONS", "5000"))
ODD = [
    None,
    True,
    False,
    0,
    -1,
    1,
    10**30,
    1e308,
    -0.0,
    1e-320,
    "",
    "x",
    " ",
    "\u202e",
    "9" * 400,
    "2026-02-30",
    "0001-01-01",
    "9999-12-31T23:59:59-14:00",
    "24:00",
    "Patient/p-2",
    "#x",
    "urn:uuid:1",
    [],
    {},
    [None],
    [[]],
    [{}],
    {"a": None},
    {"resourceType": "Bundle"},
    {"resourceType": ["x"]},
    {"coding": {}},
    {"reference": {}},
    ["x"] * 3,
    {"value": {}},
    1.5,
    "final",
    "mg/dL",
    "<0.2",
    "2026-11",
    {"resourceType": "OperationOutcome", "issue": [{}]},
]


def rich(service):
    """A call in which every kind of record occurs."""
    body = call(service)
    prefetch = body["prefetch"]
    prefetch["patient"] = patient(
        extension=[
            {"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex", "valueCode": "M"},
            {
                "url": "http://hl7.org/fhir/StructureDefinition/patient-sexParameterForClinicalUse",
                "extension": [{"url": "value", "valueCodeableConcept": {"coding": [{"code": "male-typical"}]}}],
            },
        ],
        deceasedBoolean=False,
    )
    interpretation = [
        {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": "NEG"}]}
    ]
    prefetch["labs"]["entry"] += [
        {"resource": observation(10, "1920-8", 80, "U/L", referenceRange=[{"high": {"value": 40, "unit": "U/L"}}])},
        {"resource": {**observation(11, "5196-1", 0, "1"), "interpretation": interpretation}},
        {"resource": {**observation(12, "1975-2", 0, "1"), "valueQuantity": None, "valueString": "<0.2"}},
    ]
    panel = observation(13, "85354-9", 0, "1")
    del panel["valueQuantity"]
    panel["component"] = [
        {
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "valueQuantity": {"value": 100, "code": "mm[Hg]"},
        }
        for code in ("8480-6", "8462-4")
    ]
    prefetch["vitals"] = bundle(panel, total=1)
    subject = {"reference": f"Patient/{ME}"}
    sct = {"coding": [{"system": "http://snomed.info/sct", "code": "302497006"}]}
    prefetch["procedures"] = bundle(
        {
            "resourceType": "Procedure", "id": "x", "status": "completed", "code": sct, "subject": subject,
            "performedPeriod": {"start": "2026-11-20T08:00:00Z", "end": "2026-11-20T12:00:00Z"},
        }
    )  # fmt: skip
    prefetch["medications"] = bundle(
        {
            "resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order", "subject": subject,
            "medicationReference": {"reference": "#w"},
            "contained": [{"resourceType": "Medication", "id": "w", "code": {"text": "Warfarin 5 mg"}}],
        }
    )  # fmt: skip
    product = {"coding": [{"system": calls.OWN + "msc-product-type", "code": "msc"}]}
    prefetch["administrations"] = bundle(
        {
            "resourceType": "MedicationAdministration",
            "id": "a",
            "status": "completed",
            "subject": subject,
            "medicationCodeableConcept": product,
            "effectivePeriod": {"start": "2026-10-01T08:00:00Z", "end": "2026-10-01T12:00:00Z"},
        }
    )
    body["fhirServer"] = "https://fhir.ehr.net/r4"
    return body


def nodes(value, path=()):
    """The paths of all nodes below the top."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in pairs:
        yield (*path, name)
        yield from nodes(inner, (*path, name))


def mutated(body, chance):
    """The body with one to three nodes deleted, replaced by something odd, or doubled."""
    found = copy.deepcopy(body)
    for _ in range(chance.choice((1, 1, 2, 3))):
        paths = list(nodes(found))
        if not paths:
            break
        path = chance.choice(paths)
        path = path[: chance.randint(1, len(path))]
        holder = found
        for name in path[:-1]:
            holder = holder[name]
        match chance.randrange(4):
            case 0:
                del holder[path[-1]]
            case 1 | 2:
                holder[path[-1]] = copy.deepcopy(chance.choice(ODD))
            case 3:
                twin = copy.deepcopy(holder[path[-1]])
                if isinstance(holder, list):
                    holder.append(twin)
                else:
                    holder[str(path[-1]) + chance.choice(("2", ""))] = [twin, twin]
    return found


@pytest.mark.hazard("T-37", "T-49", "T-52")
@pytest.mark.parametrize("seed", range(10))
def test_no_mutation_breaks_the_service(client, seed, monkeypatch):
    chance = random.Random(seed)
    service = list(calls.HOOKS)[seed % 5]
    body = rich(service)
    counts = {200: 0, 400: 0, 412: 0}
    for _ in range(EXAMPLES // 10):
        monkeypatch.setattr(sys, "stdout", io.StringIO())
        sent = mutated(body, chance)
        answer = client.post(f"/cds-services/{service}", data=json.dumps(sent), content_type="application/json")
        assert answer.status_code in counts, (sys.stdout.getvalue()[-600:], json.dumps(sent))
        counts[answer.status_code] += 1
        found = strictly(answer.text)
        if answer.status_code == 200:
            conforms(found, ME)
    assert counts[200]
    assert counts[400]


@pytest.mark.parametrize("service", calls.HOOKS)
def test_the_call_to_start_from_is_valid(post, service):
    assert post(service, body=rich(service)).get_json()["cards"]
