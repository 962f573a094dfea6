"""MELD-XI: MELD without the INR, to be shown beside it where an anticoagulant makes the INR unreadable."""

from math import log as ln

from cds.scoring import MELD_RECENCY, score
from cds.sources import HEUMAN_2007


@score(
    id="meld-xi",
    order=40,
    title="MELD-XI (Heuman 2007)",
    sources=(HEUMAN_2007,),
    recency=MELD_RECENCY,
    equation="5.11 ln(bilirubin) + 11.76 ln(creatinine) + 9.44, rounded to an integer",
    use="Shown beside MELD where an anticoagulant changes the INR.",
    caution=(
        "For display only: no allocation and no trial entry rests on it."
        " There is no published rule for dialysis: creatinine is used as measured."
    ),
    population="Chronic liver disease, 12 years and older.",
    limits={"bilirubin": (1.0, None), "creatinine": (1.0, None)},
    gates=("transplanted", "under_12", "acute_liver_failure_alone"),
    dialysis={"creatinine": None},
)
def meld_xi(bilirubin: float, creatinine: float) -> float:
    """Before rounding; mg/dL. The floors of 1.0 follow the MELD convention."""
    return 5.11 * ln(bilirubin) + 11.76 * ln(creatinine) + 9.44
