"""MELD 3.0, in allocation since July 2023."""

from math import log as ln

from cds.scoring import MELD_RECENCY, score
from cds.sources import KIM_2021, OPTN_9_1


@score(
    id="meld-3.0",
    order=30,
    title="MELD 3.0 (OPTN 2023)",
    sources=(KIM_2021, OPTN_9_1),
    recency=MELD_RECENCY,
    equation=(
        "1.33 (female, or 12 to 17 years) + 4.56 ln(bilirubin) + 0.82 (137 - sodium)"
        " - 0.24 (137 - sodium) ln(bilirubin) + 9.09 ln(INR) + 11.14 ln(creatinine)"
        " + 1.85 (3.5 - albumin) - 1.83 (3.5 - albumin) ln(creatinine) + 6,"
        " rounded once to an integer"
    ),
    use="Estimates the risk of death within 90 days without a transplant.",
    caution="A laboratory score: exception points are not included. Albumin given before the draw lowers it.",
    population="Chronic liver disease, 12 years and older; 12 to 17 years with one constant for both sexes.",
    limits={
        "bilirubin": (1.0, None),
        "inr": (1.0, None),
        "creatinine": (1.0, 3.0),
        "sodium": (125, 137),
        "albumin": (1.5, 3.5),
    },
    dialysis={"creatinine": 3.0},
    result=(6, 40),
    gates=("transplanted", "under_12", "acute_liver_failure_alone"),
)
def meld_3(
    bilirubin: float, inr: float, creatinine: float, sodium: float, albumin: float, female: bool, adolescent: bool
) -> float:
    """Before rounding; mg/dL, mmol/L, g/dL. Kim 2021, Gastroenterology 161:1887."""
    return (
        1.33 * (female or adolescent)
        + 4.56 * ln(bilirubin)
        + 0.82 * (137 - sodium)
        - 0.24 * (137 - sodium) * ln(bilirubin)
        + 9.09 * ln(inr)
        + 11.14 * ln(creatinine)
        + 1.85 * (3.5 - albumin)
        - 1.83 * (3.5 - albumin) * ln(creatinine)
        + 6
    )
