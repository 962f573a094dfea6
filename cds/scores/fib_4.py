"""FIB-4: a fibrosis test from age, transaminases and platelets."""

from math import sqrt

from cds.scoring import FIBROSIS_RECENCY, score
from cds.sources import AGA_2021, MCPHERSON_2017, STERLING_2006


def band(age: int, unrounded: float, transaminase_ratio: float | None) -> str:
    """The rule-out and rule-in bands of steatotic liver disease; none where the test is not validated."""
    if age < 35 or (transaminase_ratio is not None and transaminase_ratio > 10):
        return ""
    if unrounded < (2.0 if age >= 65 else 1.30):
        return "low: advanced fibrosis unlikely"
    return "high: elastography or referral" if unrounded > 2.67 else "indeterminate"


@score(
    id="fib-4",
    order=70,
    title="FIB-4 (Sterling 2006)",
    sources=(STERLING_2006, MCPHERSON_2017, AGA_2021),
    recency=FIBROSIS_RECENCY,
    equation="age x AST / (platelets x square root of ALT)",
    use="Rules advanced fibrosis out (below 1.30; below 2.0 from 65 years on) or asks for elastography (above 2.67).",
    caution=(
        "Not valid in acute hepatitis; no band below 35 years."
        " The cut-offs of 2006, for HIV with hepatitis C, were 1.45 and 3.25."
    ),
    population="Adults with chronic liver disease; bands from 35 years on.",
    decimals=2,
    gates=("under_18",),
    band=band,
    remarks={
        "AGE_NOT_VALIDATED": lambda age: age < 35,
        "ACUTE_HEPATITIS": lambda transaminase_ratio: transaminase_ratio is not None and transaminase_ratio > 5,
    },
)
def fib_4(age: int, ast: float, alt: float, platelets: float) -> float:
    """Years, U/L, U/L, 10*9/L. Sterling 2006."""
    return age * ast / (platelets * sqrt(alt))
