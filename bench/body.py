"""Makes the request that both servers answer: one patient with cirrhosis, with so many laboratory results."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

PATIENT = "pat-cirrhosis-1"
NOW = datetime.now(UTC).replace(microsecond=0)

# LOINC code, display, value, unit, UCUM code, lower and upper limit
ANALYTES = (
    ("1975-2", "Bilirubin.total [Mass/volume] in Serum or Plasma", 3.1, "mg/dL", "mg/dL", 0.2, 1.2),
    ("2160-0", "Creatinine [Mass/volume] in Serum or Plasma", 1.4, "mg/dL", "mg/dL", 0.6, 1.3),
    ("6301-6", "INR in Platelet poor plasma by Coagulation assay", 1.6, "INR", "{INR}", 0.9, 1.1),
    ("2951-2", "Sodium [Moles/volume] in Serum or Plasma", 131, "mmol/L", "mmol/L", 135, 145),
    ("1751-7", "Albumin [Mass/volume] in Serum or Plasma", 2.9, "g/dL", "g/dL", 3.5, 5.0),
    ("1920-8", "Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma", 78, "U/L", "U/L", 8, 40),
    ("1742-6", "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma", 52, "U/L", "U/L", 7, 45),
    ("777-3", "Platelets [#/volume] in Blood by Automated count", 88, "10*3/uL", "10*3/uL", 150, 400),
    ("6768-6", "Alkaline phosphatase [Enzymatic activity/volume] in Serum or Plasma", 141, "U/L", "U/L", 40, 120),
    ("718-7", "Hemoglobin [Mass/volume] in Blood", 11.2, "g/dL", "g/dL", 12.0, 16.0),
    ("6690-2", "Leukocytes [#/volume] in Blood by Automated count", 5.1, "10*3/uL", "10*3/uL", 4.0, 11.0),
    ("2345-7", "Glucose [Mass/volume] in Serum or Plasma", 104, "mg/dL", "mg/dL", 70, 99),
    ("3094-0", "Urea nitrogen [Mass/volume] in Serum or Plasma", 24, "mg/dL", "mg/dL", 7, 20),
    ("2823-3", "Potassium [Moles/volume] in Serum or Plasma", 4.4, "mmol/L", "mmol/L", 3.5, 5.1),
    ("2075-0", "Chloride [Moles/volume] in Serum or Plasma", 99, "mmol/L", "mmol/L", 98, 107),
    ("2028-9", "Carbon dioxide, total [Moles/volume] in Serum or Plasma", 23, "mmol/L", "mmol/L", 22, 29),
    ("17861-6", "Calcium [Mass/volume] in Serum or Plasma", 8.6, "mg/dL", "mg/dL", 8.5, 10.5),
    ("2324-2", "Gamma glutamyl transferase [Enzymatic activity/volume] in Serum or Plasma", 120, "U/L", "U/L", 8, 61),
    ("1988-5", "C reactive protein [Mass/volume] in Serum or Plasma", 9.4, "mg/L", "mg/L", 0, 5),
    ("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", 5.9, "%", "%", 4.0, 5.6),
)

CONDITIONS = (
    ("19943007", "Cirrhosis of liver", "K74.60", "Unspecified cirrhosis of liver"),
    ("389026000", "Ascites", "R18.8", "Other ascites"),
    ("73211009", "Diabetes mellitus", "E11.9", "Type 2 diabetes mellitus without complications"),
    ("38341003", "Hypertensive disorder", "I10", "Essential (primary) hypertension"),
)

MEDICATIONS = (("9997", "spironolactone"), ("4603", "furosemide"), ("8787", "propranolol"), ("6218", "lactulose"))


def at(days: float) -> str:
    """The instant so many days ago, as an EHR writes it."""
    return (NOW - timedelta(days=days)).isoformat()


def observation(number: int, draw: int) -> dict[str, Any]:
    """One laboratory result, in the shape that US Core asks for; each draw is a week older, values drift."""
    code, display, value, unit, ucum, low, high = ANALYTES[number % len(ANALYTES)]
    day = 0.5 + 7 * draw
    quantity = round(value * (1 + 0.01 * (draw % 4)), 2)
    limit = {"unit": unit, "system": "http://unitsofmeasure.org", "code": ucum}
    return {
        "resourceType": "Observation",
        "id": f"lab-{draw}-{code}",
        "meta": {
            "versionId": "1",
            "lastUpdated": at(day - 0.2),
            "profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-lab"],
        },
        "status": "final",
        "category": [coded("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory", "Laboratory")],
        "code": {"coding": [{"system": "http://loinc.org", "code": code, "display": display}], "text": display},
        "subject": {"reference": f"Patient/{PATIENT}", "display": "Case, Benchmark"},
        "encounter": {"reference": f"Encounter/enc-{draw}"},
        "effectiveDateTime": at(day),
        "issued": at(day - 0.1),
        "performer": [{"reference": "Organization/lab-1", "display": "Central laboratory"}],
        "valueQuantity": {"value": quantity, **limit},
        "interpretation": [
            coded(
                "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
                *(("H", "High") if quantity > high else ("L", "Low") if quantity < low else ("N", "Normal")),
            )
        ],
        "referenceRange": [
            {"low": {"value": low, **limit}, "high": {"value": high, **limit}, "text": f"{low} - {high} {unit}"}
        ],
    }


def coded(system: str, code: str, display: str) -> dict[str, Any]:
    """A CodeableConcept with one coding and its text."""
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


def condition(number: int) -> dict[str, Any]:
    """One entry of the problem list."""
    snomed, display, icd, icd_display = CONDITIONS[number]
    terminology = "http://terminology.hl7.org/CodeSystem"
    return {
        "resourceType": "Condition",
        "id": f"problem-{number}",
        "clinicalStatus": coded(f"{terminology}/condition-clinical", "active", "Active"),
        "verificationStatus": coded(f"{terminology}/condition-ver-status", "confirmed", "Confirmed"),
        "category": [coded(f"{terminology}/condition-category", "problem-list-item", "Problem List Item")],
        "code": {
            "coding": [
                {"system": "http://snomed.info/sct", "code": snomed, "display": display},
                {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": icd, "display": icd_display},
            ],
            "text": display,
        },
        "subject": {"reference": f"Patient/{PATIENT}"},
        "onsetDateTime": at(900 + 30 * number)[:10],
        "recordedDate": at(890 + 30 * number)[:10],
    }


def medication(number: int) -> dict[str, Any]:
    """One active prescription."""
    code, name = MEDICATIONS[number]
    return {
        "resourceType": "MedicationRequest",
        "id": f"rx-{number}",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": coded("http://www.nlm.nih.gov/research/umls/rxnorm", code, name),
        "subject": {"reference": f"Patient/{PATIENT}"},
        "authoredOn": at(40)[:10],
    }


def bundle(resources: list[dict[str, Any]]) -> dict[str, Any]:
    """A search result."""
    base = "https://fhir.example.org/r4"
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(resources),
        "entry": [
            {
                "fullUrl": f"{base}/{resource['resourceType']}/{resource['id']}",
                "resource": resource,
                "search": {"mode": "match"},
            }
            for resource in resources
        ],
    }


def request(observations: int) -> bytes:
    """The hook call with that many laboratory results. INSTANCE stands for the id that each call has anew."""
    patient = {
        "resourceType": "Patient",
        "id": PATIENT,
        "meta": {"profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"]},
        "identifier": [{"use": "usual", "system": "urn:oid:1.2.36.146.595.217.0.1", "value": "12345"}],
        "name": [{"use": "official", "family": "Case", "given": ["Benchmark"]}],
        "gender": "female",
        "birthDate": "1968-03-04",
    }
    # Ten: one draw of the first ten analytes. More: all twenty, week by week.
    width = min(observations, len(ANALYTES))
    labs = [observation(number % width, number // width) for number in range(observations)]
    body = {
        "hook": "patient-view",
        "hookInstance": "INSTANCE",
        "context": {"userId": "Practitioner/doc-1", "patientId": PATIENT},
        "prefetch": {
            "patient": patient,
            "labs": bundle(labs),
            "vitals": bundle([]),
            "conditions": bundle([condition(number) for number in range(len(CONDITIONS))]),
            "procedures": bundle([]),
            "medications": bundle([medication(number) for number in range(len(MEDICATIONS))]),
            "administrations": bundle([]),
        },
    }
    return json.dumps(body, separators=(",", ":")).encode()
