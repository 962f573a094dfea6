"""CLIF-C OF: how many organs fail, and how much."""

from cds.organs import EXTREMES, OPEN_ENDS, organs
from cds.scoring import CLIF_WINDOW, score
from cds.sources import JALAN_2014, MOREAU_2013


@score(
    id="clif-of",
    order=160,
    title="CLIF-C organ failure score (Jalan 2014)",
    sources=(JALAN_2014, MOREAU_2013),
    recency=CLIF_WINDOW,
    equation=(
        "points 1/2/3 for liver (bilirubin < 6, 6 on, 12 mg/dL on), kidney (creatinine < 2, 2 on, 3.5 mg/dL on or"
        " renal replacement), brain (West Haven 0, 1-2, 3-4), coagulation (INR < 2.0, 2.0 on, 2.5 on), circulation"
        " (MAP 70 mmHg on, < 70, vasopressors) and respiration (P/F > 300, > 200, 200 or less; S/F > 357, > 214,"
        " 214 or less; ventilation)"
    ),
    use="Adds up the failure of six organs in acute decompensation of cirrhosis: 6 to 18.",
    caution="No verified code says vasopressors or ventilation: the score is bounded where they would count.",
    population="Cirrhosis with acute decompensation.",
    gates=("no_acute_decompensation",),
    if_missing=EXTREMES,
    open_ends=OPEN_ENDS,
    either=(("pf_ratio", "pf_calculated", "sf_ratio"),),
)
def clif_of(
    bilirubin: float,
    creatinine: float,
    rrt: bool,
    encephalopathy_24h: int,
    inr: float,
    map: float,
    vasopressors: bool,
    pf_ratio: float | None,
    pf_calculated: float | None,
    sf_ratio: float | None,
    ventilation: bool,
) -> float:
    """6 to 18, from the worst values of 24 hours; units as in `cds.organs`."""
    arterial = pf_ratio if pf_ratio is not None else pf_calculated
    found = organs(
        bilirubin, creatinine, rrt, encephalopathy_24h, inr, map, vasopressors, arterial, sf_ratio, ventilation
    )
    return found.total
