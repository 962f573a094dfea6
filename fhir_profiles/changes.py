"""A change of MELD in a record that holds both scores: two of one formula, and their difference.

No definition can say this, as it is about several resources.
"""

from decimal import Decimal
from typing import Any

from fhir_profiles import library
from fhir_profiles.primitives import fits
from fhir_profiles.references import Target, target_of
from fhir_profiles.run import Json, Place, Run, claimed

CHANGE = "meld-change"
LARGEST = 1000
"""Numbers from here on are no score."""


def judge_change(run: Run, value: Json, place: Place) -> None:
    """An Observation that says to be a change of MELD, by its two scores where both are in the record."""
    if f"{library.canonical()}/StructureDefinition/{CHANGE}" not in claimed(value):
        return
    listed = value.get("derivedFrom")
    links = listed if isinstance(listed, list) else []
    found = [_score(run, each, place.at(f"{place.path}.derivedFrom[{at}]")) for at, each in enumerate(links[:2])]
    scores = [each.resource for each in found if each]
    if len(scores) < 2 or len(links) > 2:
        return
    one, other = scores
    if one is other:
        run.add(f"{place.path}.derivedFrom", CHANGE, "Both references lead to one score.", "business-rule")
        return
    methods = [_codes(each) for each in (one, other, value)]
    if all(methods) and not set.intersection(*methods):
        words = "Scores of different formulas are not compared: both scores and their change have one method."
        run.add(f"{place.path}.method", CHANGE, words, "business-rule")
    first, second, change = (_number(each) for each in (one, other, value))
    if first is None or second is None or change is None:
        return
    if abs(first - second) != abs(change):
        words = "The change is not the difference of the two scores."
        run.add(f"{place.path}.value.ofType(Quantity)", CHANGE, words, "business-rule")


def _score(run: Run, link: Any, place: Place) -> Target | None:
    reference = link.get("reference") if isinstance(link, dict) else None
    return target_of(run, reference, place) if isinstance(reference, str) else None


def _codes(score: Json) -> set[str]:
    method = score.get("method")
    listed = method.get("coding") if isinstance(method, dict) else None
    codings = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    ours = f"{library.canonical()}/CodeSystem/meld-version"
    return {each["code"] for each in codings if each.get("system") == ours and isinstance(each.get("code"), str)}


def _number(score: Json) -> Decimal | None:
    quantity = score.get("valueQuantity")
    value: Any = quantity.get("value") if isinstance(quantity, dict) else None
    return Decimal(str(value)) if fits(value, "decimal") and abs(value) < LARGEST else None
