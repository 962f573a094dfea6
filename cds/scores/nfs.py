"""The NAFLD fibrosis score."""

from cds.scoring import FIBROSIS_RECENCY, score
from cds.sources import ANGULO_2007, MCPHERSON_2017


def band(age: int, unrounded: float, transaminase_ratio: float | None) -> str:
    """The bands of 2007, with the lower cut-off for older patients; none where the test is not validated."""
    if age < 35 or (transaminase_ratio is not None and transaminase_ratio > 10):
        return ""
    if unrounded < (0.12 if age >= 65 else -1.455):
        return "low: F3-F4 unlikely"
    return "high: F3-F4 likely" if unrounded > 0.676 else "indeterminate"


@score(
    id="nfs",
    order=80,
    title="NAFLD fibrosis score (Angulo 2007)",
    sources=(ANGULO_2007, MCPHERSON_2017),
    recency=FIBROSIS_RECENCY,
    equation=(
        "-1.675 + 0.037 age + 0.094 BMI + 1.13 (impaired fasting glucose or diabetes) + 0.99 AST/ALT"
        " - 0.013 platelets - 0.66 albumin"
    ),
    use="Sorts steatotic liver disease by the likelihood of advanced fibrosis.",
    caution="Not valid in acute hepatitis; no band below 35 years. It never decides a stage.",
    population="Adults with steatotic liver disease; bands from 35 years on.",
    decimals=3,
    gates=("under_18",),
    band=band,
    remarks={
        "AGE_NOT_VALIDATED": lambda age: age < 35,
        "ACUTE_HEPATITIS": lambda transaminase_ratio: transaminase_ratio is not None and transaminase_ratio > 5,
    },
)
def nfs(
    age: int, bmi: float, glucose_intolerance: bool, ast: float, alt: float, platelets: float, albumin: float
) -> float:
    """Years, kg/m2, U/L, U/L, 10*9/L, g/dL. Angulo 2007."""
    glucose = 1.13 * glucose_intolerance
    return -1.675 + 0.037 * age + 0.094 * bmi + glucose + 0.99 * ast / alt - 0.013 * platelets - 0.66 * albumin
