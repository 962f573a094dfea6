"""The Lille model: the answer to a week of steroids in alcohol-associated hepatitis."""

from math import exp

from cds.scoring import MELD_RECENCY, score
from cds.sources import LOUVET_2007


@score(
    id="lille",
    order=150,
    title="Lille model (Louvet 2007)",
    sources=(LOUVET_2007,),
    recency=MELD_RECENCY,
    equation=(
        "e^-R / (1 + e^-R), R = 3.19 - 0.101 age + 0.147 albumin + 0.0165 (bilirubin day 0 - day 7)"
        " - 0.206 (creatinine above 1.3 mg/dL) - 0.0065 bilirubin day 0 - 0.0096 prothrombin time"
    ),
    use="Tells response (below 0.45) from non-response to steroids after seven days.",
    caution=(
        "Needs bilirubin on the first day and on day 7 of a steroid course."
        " No verified code marks such a course, so it is not computed from a chart."
    ),
    population="Alcohol-associated hepatitis on steroids.",
    units={"albumin": "g/L", "bilirubin_day_0": "umol/L", "bilirubin_day_7": "umol/L"},
    decimals=3,
    gates=("no_alcoholic_hepatitis",),
    bands=((0, "below 0.45: response"), (0.45, "0.45 or more: non-response")),
)
def lille(
    age: int, albumin: float, bilirubin_day_0: float, bilirubin_day_7: float, creatinine: float, pt: float
) -> float:
    """0 to 1; years, g/L, umol/L, umol/L, mg/dL, seconds. Louvet 2007."""
    renal = creatinine > 1.3
    r = (
        3.19
        - 0.101 * age
        + 0.147 * albumin
        + 0.0165 * (bilirubin_day_0 - bilirubin_day_7)
        - 0.206 * renal
        - 0.0065 * bilirubin_day_0
        - 0.0096 * pt
    )
    return 1 / (1 + exp(r))
