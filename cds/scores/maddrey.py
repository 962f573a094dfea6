"""Maddrey's discriminant function, in its modified form with the control time."""

from cds.scoring import MELD_RECENCY, score
from cds.sources import MADDREY_1978


@score(
    id="maddrey",
    order=130,
    title="Maddrey discriminant function (modified)",
    sources=(MADDREY_1978,),
    recency=MELD_RECENCY,
    equation="4.6 (prothrombin time - control) + bilirubin",
    use="Describes how severe an alcohol-associated hepatitis is: from 32 on severe.",
    caution="Needs the control time of the laboratory. The form of 1978 had no control time.",
    population="Alcohol-associated hepatitis.",
    decimals=1,
    gates=("no_alcoholic_hepatitis",),
    bands=((-1000, "below 32"), (32, "32 or more: severe")),
)
def maddrey(pt: float, pt_control: float, bilirubin: float) -> float:
    """Seconds, seconds, mg/dL."""
    return 4.6 * (pt - pt_control) + bilirubin
