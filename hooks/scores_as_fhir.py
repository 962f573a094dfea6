"""Computed scores as FHIR R4 Observations in our profile MeldScore, and the Bundle of those of one assessment.

They are plain objects, made only when somebody wants them. That each is valid is held by tests.
"""

import re
import uuid
from collections.abc import Iterator
from typing import Any, Literal

import orjson

from cds.analyte import OWN
from cds.assessment import Assessment, Outcome, Used
from cds.chart import Original
from cds.codes import MELD_CODE, MELD_VERSION
from cds.labs import LABS
from cds.reasons import describe
from cds.recording import METHODS, is_recordable, visit_of
from cds.report import number
from cds.words import name_of, quantity, sentence

Json = dict[str, Any]
Status = Literal["preliminary", "final"]

DEFINITIONS = OWN.removesuffix("CodeSystem/") + "StructureDefinition/"
PROFILE = DEFINITIONS + "meld-score"
TIMEPOINT = DEFINITIONS + "timepoint"
TIMEPOINTS = OWN + "msc-timepoint"
UCUM = "http://unitsofmeasure.org"
URI = "urn:ietf:rfc:3986"
IDENTITY = ("subject", "method", "effectiveDateTime", "valueQuantity", "component", "derivedFrom")
ADDRESS = re.compile(r"Observation/[A-Za-z0-9.-]{1,64}")


def score_observation(
    score: Outcome,
    patient: str,
    *,
    computed_at: str,
    content_version: str,
    status: Status = "preliminary",
    timepoint: str = "",
    encounter: str = "",
) -> Json | None:
    """A MELD as a MeldScore Observation, or None where the profile has no place for the score.

    None for every score but `meld`, `meld-na` and `meld-3.0`, for a range, and for what was not computed or does not
    apply: an Observation never says more than the assessment. `patient` is the subject, such as "Patient/1".
    `computed_at` is an ISO 8601 instant (`issued`). `status` is "preliminary" until a person has vouched for the
    number; only who acts for such a person says "final". `timepoint` is a code of msc-timepoint and `encounter` an id;
    "" leaves either out. The Observation has no id: who stores it gives one. Its identifier is the same for the same
    number of the same results, whenever it was computed.

    Components hold the inputs as the formula used them, under their LOINC codes, in the unit of `cds.labs`; where
    something else was charted (another unit, a comparator, a limit or dialysis in its place), a component without a
    code repeats it as charted, and a note says so. Every reason of the score is a note.
    """
    if score.value is None or not is_recordable(score):
        return None
    made: Json = {
        "resourceType": "Observation",
        "meta": {"profile": [PROFILE]},
        "status": status,
        "code": {"coding": [{"system": MELD_CODE[0], "code": MELD_CODE[1]}], "text": score.title},
        "subject": {"reference": patient},
        "effectiveDateTime": _drawn(score),
        "valueQuantity": {"value": number(score.value), "unit": "score", "system": UCUM, "code": "{score}"},
        "method": {"coding": [{"system": MELD_VERSION, "code": METHODS[score.id]}], "text": score.title},
        "device": {"display": f"hepar, clinical content {content_version}"},
        "component": [part for used in score.inputs for part in _components(used)],
    }
    if timepoint:
        made["extension"] = [timepoint_extension(timepoint)]
    notes = [{"text": text} for text in _notes(score)]
    if notes:
        made["note"] = notes
    derived = list(_derived_from(score))
    if derived:
        made["derivedFrom"] = derived
    if encounter:
        made["encounter"] = {"reference": f"Encounter/{encounter}"}
    made["identifier"] = [{"system": URI, "value": _same_for_the_same(made)}]
    made["issued"] = computed_at
    return made


def score_observations(assessment: Assessment, status: Status = "preliminary") -> list[Json]:
    """The MeldScore Observations of an assessment, in the order of its scores; the timepoint where it is known."""
    made = (
        score_observation(
            score,
            assessment.patient,
            computed_at=_instant(assessment),
            content_version=assessment.content_version,
            status=status,
            timepoint=visit_of(score, assessment.follow_up),
        )
        for score in assessment.scores
    )
    return [each for each in made if each is not None]


def score_bundle(assessment: Assessment) -> Json:
    """A collection of them; it has no entry where no score has a form."""
    bundle: Json = {"resourceType": "Bundle", "type": "collection", "timestamp": _instant(assessment)}
    found = score_observations(assessment)
    if found:
        bundle["entry"] = [{"fullUrl": each["identifier"][0]["value"], "resource": each} for each in found]
    return bundle


def _instant(assessment: Assessment) -> str:
    return f"{assessment.computed_at:%Y-%m-%dT%H:%M:%SZ}"


def timepoint_extension(code: str) -> Json:
    """The extension that names a visit of the protocol by its code."""
    return {"url": TIMEPOINT, "valueCodeableConcept": {"coding": [{"system": TIMEPOINTS, "code": code}]}}


def _drawn(score: Outcome) -> str:
    """The specimen time of the newest input: from then on the score was so."""
    return str(max((used.when for used in score.inputs if used.when), key=lambda when: when.at))


def _components(used: Used) -> Iterator[Json]:
    """An input as it was used, then as it was charted where that differs."""
    if used.name not in LABS:
        yield {"code": {"text": _name(used)}, **_other(used)}
        return
    lab = LABS[used.name]
    coding = {"system": lab.codes[0].system, "code": lab.codes[0].code}
    yield {
        "code": {"coding": [coding], "text": f"{_name(used)}, as used"},
        "valueQuantity": _quantity(_taken(used), lab.unit),
    }
    if used.original is not None and _was_changed(used, used.original):
        charted = _quantity(number(used.original.value), used.original.unit, used.original.comparator)
        yield {"code": {"text": f"{_name(used)}, as charted"}, "valueQuantity": charted}


def _taken(used: Used) -> Any:
    return number(used.value if used.used is None else used.used)


def _was_changed(used: Used, charted: Original) -> bool:
    """Whether another number was charted, be it in another unit."""
    return charted.value != used.value or _was_replaced(used, charted)


def _was_replaced(used: Used, charted: Original) -> bool:
    """Whether the formula took something else than the result."""
    return bool(charted.comparator) or (used.used is not None and used.used != used.value)


def _other(used: Used) -> Json:
    """The value of an input that is no laboratory result: the sex that the formula took, the age (or "54-55")."""
    if used.name == "female":
        return {"valueCodeableConcept": {"text": "female" if used.value else "male"}}
    if isinstance(used.value, str):
        return {"valueString": quantity(used.value, used.unit)}
    return {"valueQuantity": _quantity(number(used.value), used.unit)}


def _name(used: Used) -> str:
    return "sex for clinical use" if used.name == "female" else name_of(used.name)


def _quantity(value: Any, unit: str, comparator: str = "") -> Json:
    made: Json = {"value": value, "system": UCUM, "code": unit}
    if unit != "1":
        made["unit"] = unit
    if comparator:
        made["comparator"] = comparator
    return made


def _notes(score: Outcome) -> Iterator[str]:
    """What was used in place of a result, then every reason with its code."""
    for used in score.inputs:
        if used.original is not None and _was_replaced(used, used.original):
            charted = quantity(used.original.value, used.original.unit, used.original.comparator)
            taken = quantity(_taken(used), used.unit)
            yield sentence(f"{_name(used)}: {charted} was charted, the formula used {taken}")
    for code in score.reasons:
        more = f" Without the limit: {number(score.uncapped)}." if code == "CAPPED" and score.uncapped else ""
        yield f"{describe(code).says}{more} ({code})"


def _derived_from(score: Outcome) -> Iterator[Json]:
    """Each result that was used, once. One that nobody can refer to is named without a reference."""
    results = {used.source: used for used in score.inputs if used.name in LABS}
    for source, used in results.items():
        if ADDRESS.fullmatch(source):
            yield {"reference": source}
        else:
            yield {"display": f"{_name(used)}, a result that has no address of its own"}


def _same_for_the_same(made: Json) -> str:
    """An id that follows from whose number it is, which, and what it rests on."""
    content = [made.get(name) for name in IDENTITY]
    return uuid.uuid5(uuid.NAMESPACE_URL, PROFILE + orjson.dumps(content).decode()).urn
