"""The closed list of reason codes, each with the words that a clinician reads and what would mend it."""

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Reason:
    """`code` in upper snake case; `says` a plain sentence; `mend` what would resolve it ("" if nothing would)."""

    code: str
    says: str
    mend: str = ""


def _table(*rows: tuple[str, str, str]) -> dict[str, Reason]:
    return {code: Reason(code, says, mend) for code, says, mend in rows}


REASONS: dict[str, Reason] = _table(
    ("UNIT_MISSING", "The result has no unit.", "Send the result with its UCUM unit."),
    ("UNIT_UNKNOWN", "The unit is not one that this analyte is reported in.", "Send the result with a UCUM unit."),
    (
        "UNIT_CONFLICT",
        "The unit contradicts the code of the test or its own label.",
        "Ask the laboratory which is right.",
    ),
    (
        "UNIT_ALIAS",
        "The unit was read from its printed form; no UCUM code came with it.",
        "Send the UCUM code of the unit.",
    ),
    ("IMPLAUSIBLE", "The value is outside what is possible.", "Check the value and its unit with the laboratory."),
    (
        "VERIFY_VALUE",
        "The value is unusual or differs more than tenfold from the previous one.",
        "Verify value and unit.",
    ),
    ("STALE", "The results are old.", "Repeat the tests."),
    ("SPREAD", "The results were drawn on different days.", "Draw the tests together."),
    ("FUTURE", "A result is dated in the future and was not used.", "Check the specimen time."),
    (
        "UNDATED",
        "A record has no usable date and could not be used for this.",
        "Send effectiveDateTime to the day or better.",
    ),
    ("COMPARATOR", "The value is reported as below or above a limit.", "Ask for a measured value where it decides."),
    (
        "STATUS_EXCLUDED",
        "A result is preliminary, cancelled or entered in error and was not used.",
        "Wait for the final result.",
    ),
    ("NOT_A_QUANTITY", "A result is not a number with a unit and was not used.", "Send valueQuantity."),
    ("CONFLICTING_RESULTS", "Two final results of the same time differ.", "Ask the laboratory for a corrected result."),
    ("UNATTRIBUTED", "A result names no patient and was not used.", "Send the subject as a reference."),
    ("SPECIMEN", "The specimen is not blood, serum or plasma, or it was flagged as unsound.", "Repeat the test."),
    (
        "OTHER_TEST",
        "Only a related test is charted, such as direct for total bilirubin; it was not used.",
        "Order the test itself.",
    ),
    ("POINT_OF_CARE", "The value comes from a capillary or point-of-care test.", "Compare with the laboratory."),
    (
        "OTHER_METHOD",
        "The code of the test names an uncommon method or specimen.",
        "Compare with the usual test of the laboratory.",
    ),
    (
        "UNKNOWN_MODIFIER",
        "A record carries a modifier that is not understood and was not used.",
        "See the record itself.",
    ),
    ("DIALYSIS_APPLIED", "Dialysis in the week before: creatinine was set to the score's upper limit.", ""),
    ("DIALYSIS_UNKNOWN", "Procedures could not be read: dialysis is unknown.", "Check dialysis in the last 7 days."),
    (
        "DIALYSIS_ASK",
        "Dialysis twice in the week before can be neither shown nor ruled out.",
        "Check dialysis in the last 7 days.",
    ),
    (
        "ANTICOAGULANT",
        "An active anticoagulant changes the INR: the score cannot be interpreted as usual.",
        "See MELD-XI.",
    ),
    ("ANTICOAGULANT_UNKNOWN", "Whether an anticoagulant is taken is unknown.", "Check for anticoagulants."),
    ("SEX_UNKNOWN", "The sex for clinical use is unknown.", "Record the sex parameter for clinical use."),
    (
        "SEX_CONFLICT",
        "The sources of the patient's sex contradict each other; the first in order was used.",
        "Check the record.",
    ),
    ("AGE_UNKNOWN", "The birth date is missing or not exact enough.", "Record the full birth date."),
    ("AGE_LT_12", "The score is for patients from twelve years on.", ""),
    ("ADOLESCENT", "The patient is an adolescent, twelve to seventeen years old.", ""),
    ("AGE_NOT_VALIDATED", "The test is not validated at this age.", ""),
    ("SODIUM_THRESHOLD", "Close to the step at MELD 11 to 12, where sodium starts to count.", ""),
    ("CAPPED", "The score is higher than the reported limit.", ""),
    ("TRANSPLANTED", "The patient has had a liver transplant: the score does not apply.", ""),
    ("DECEASED", "The patient has died.", ""),
    (
        "NOT_RETRIEVED",
        "A part of the chart could not be read: what it would say is unknown.",
        "Check access to that record.",
    ),
    (
        "BOUNDARY_AMBIGUOUS",
        "The value lies where the published limits or the times leave two readings.",
        "Check by hand.",
    ),
    ("ACUTE_HEPATITIS", "Transaminases are so high that the test is not valid.", "Repeat after recovery."),
    ("ACUTE_LIVER_FAILURE", "Acute liver failure without chronic liver disease: the score does not apply.", ""),
    (
        "UNCONFIRMED",
        "A problem that decides whether the score applies is charted but not confirmed.",
        "Confirm or refute the problem.",
    ),
    ("NOT_INDICATED", "The chart does not show the condition that the score is for.", ""),
)

DISTRUST = frozenset({"IMPLAUSIBLE", "UNIT_CONFLICT", "CONFLICTING_RESULTS", "VERIFY_VALUE", "UNATTRIBUTED"})
"""Reasons that say that data cannot be trusted."""


def missing(name: str) -> str:
    """The code `MISSING_<INPUT>` for an input name such as "ast_upper_limit"."""
    return "MISSING_" + name.replace("-", "_").upper()


def clamped(name: str) -> str:
    """The code `CLAMPED_<INPUT>` for an input name."""
    return "CLAMPED_" + name.replace("-", "_").upper()


ABBREVIATIONS = frozenset({"inr", "pt", "ast", "alt", "ggt", "bmi", "wbc", "map", "rrt"})
NAMES = {
    "bun": "BUN",
    "clif_of": "CLIF-OF",
    "dbp": "diastolic blood pressure",
    "fio2": "FiO₂",
    "ldl": "LDL cholesterol",
    "sbp": "systolic blood pressure",
}
"""Inputs whose name is not what clinicians write."""


@cache
def words_for(name: str) -> str:
    """An input name as clinicians write it: "ast_upper_limit" -> "AST upper limit"."""
    key = name.lower().replace("-", "_")
    if key in NAMES:
        return NAMES[key]
    parts = key.split("_")
    return " ".join(part.upper() if part in ABBREVIATIONS else part for part in parts)


@cache
def describe(code: str) -> Reason:
    """The words for any reason code of the closed list. KeyError for a code that is not in it."""
    if code.startswith("MISSING_"):
        words = words_for(code.removeprefix("MISSING_"))
        return Reason(code, f"No usable result: {words}.", f"Record a current result: {words}.")
    if code.startswith("CLAMPED_"):
        words = words_for(code.removeprefix("CLAMPED_"))
        return Reason(code, f"Outside the limits of the formula, the limit was used: {words}.")
    return REASONS[code]
