"""Whether a specimen is one that results may be read from: blood, serum or plasma, and sound."""

import re
from collections.abc import Mapping

from cds.fhir.shapes import EMPTY, Resource, codings, part, parts, text

SNOMED = "http://snomed.info/sct"
BLOOD_CODES = frozenset({
    "119297000", "119364003", "119361006", "122555007", "258580003", "122554006",
    "BLD", "BLDV", "BLDA", "BLDC", "WB", "SER", "PLAS", "PLS", "SERPLAS", "PPP", "PRP",
})  # fmt: skip
"""SNOMED CT blood, serum, plasma, venous, whole and capillary blood, and the usual short codes."""

BLOOD_WORDS = re.compile(r"blood|serum|plasma|blut|sang|血", re.IGNORECASE)
OTHER_WORDS = re.compile(
    r"urin|orina|ascit|aszit|periton|pleura|\bcsf\b|spinal|liquor|\bcord\b|umbilic|nabelschnur|amnio|f(?:o?e)tal|fluid"
    r"|stool|f(?:ae|e)ces|saliva|sputum|\bbile\b|synovi|pericard|dialys|drain|effluent|tissue|semen|swab|spot|marrow"
    r"|尿|髄液|腹水|胸水",
    re.IGNORECASE,
)
UNSOUND = frozenset({"HEM", "CLOT", "CON"})
"""Codes of a specimen's condition, also used as interpretation: haemolysed, clotted, contaminated."""


def unsuitable(resource: Resource, specimens: Mapping[str, Resource]) -> bool:
    """Whether the specimen of a result is something else than blood, or is flagged as unsound.

    A specimen that cannot be looked up, or that is described only in words that are not known, says nothing.
    """
    reference = part(resource, "specimen")
    address = text(reference, "reference")
    if "display" not in reference and address not in specimens and not address.startswith("#"):
        return False
    if address.startswith("#"):
        inside = parts(resource, "contained")
        specimen = next((each for each in inside if f"#{text(each, 'id')}" == address), EMPTY)
    else:
        specimen = specimens.get(address, EMPTY)
    if any(code in UNSOUND for condition in parts(specimen, "condition") for _, code in codings(condition)):
        return True
    kind = part(specimen, "type")
    said = [text(reference, "display"), text(kind, "text"), *(text(each, "display") for each in parts(kind, "coding"))]
    words = " ".join(filter(None, said))
    if OTHER_WORDS.search(words):
        return True
    codes = {code for _, code in codings(kind)}
    return bool(codes) and not codes & BLOOD_CODES and not BLOOD_WORDS.search(words)
