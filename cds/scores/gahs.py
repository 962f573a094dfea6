"""The Glasgow alcoholic hepatitis score."""

from cds.scoring import MELD_RECENCY, score
from cds.sources import FORREST_2005


@score(
    id="gahs",
    order=140,
    title="Glasgow alcoholic hepatitis score (Forrest 2005)",
    sources=(FORREST_2005,),
    recency=MELD_RECENCY,
    equation=(
        "points for age (< 50, 50 on), WBC (< 15, 15 on), urea (< 5, 5 mmol/L on), PT ratio or INR"
        " (< 1.5, 1.5-2.0, > 2.0) and bilirubin (< 125, 125-250, > 250 umol/L)"
    ),
    use=(
        "Describes the outlook in alcohol-associated hepatitis: from 9 on poor. In 2005, 46 % were alive after 28 days"
        " with 9 or more, 87 % with less (Forrest 2005)."
    ),
    caution="Urea is in mmol/L: a blood urea nitrogen of 14 mg/dL is a urea of 5 mmol/L.",
    population="Alcohol-associated hepatitis.",
    units={"bilirubin": "umol/L"},
    gates=("no_alcoholic_hepatitis",),
    either=(("pt_ratio", "inr"),),
    open_ends={"wbc": (0, 10000), "inr": (0, 1000), "bilirubin": (0, 10000)},
    bands=((5, "below 9"), (9, "9 or more: poor outlook")),
)
def gahs(
    age: int, wbc: float, urea_or_bun: float, pt_ratio: float | None, inr: float | None, bilirubin: float
) -> float:
    """5 to 12; years, 10*9/L, mmol/L, ratio, umol/L. Forrest 2005."""
    clotting = pt_ratio if pt_ratio is not None else inr
    if clotting is None:
        raise ValueError("either the prothrombin ratio or the INR is needed")
    return (
        (1 if age < 50 else 2)
        + (1 if wbc < 15 else 2)
        + (1 if urea_or_bun < 5 else 2)
        + (1 if clotting < 1.5 else 2 if clotting <= 2.0 else 3)
        + (1 if bilirubin < 125 else 2 if bilirubin <= 250 else 3)
    )
