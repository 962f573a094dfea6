"""The EASL-CLIF grade of acute-on-chronic liver failure."""

from cds.organs import EXTREMES, OPEN_ENDS, Organs, organs
from cds.scoring import CLIF_WINDOW, score
from cds.sources import EASL_ACLF_2023, MOREAU_2013


def grade(found: Organs, creatinine: float) -> str:
    """The letter of the grade: 1a, 1b, 2, 3a or 3b; empty for none."""
    failures = found.failures
    if len(failures) >= 3:
        return "3a" if len(failures) == 3 else "3b"
    if len(failures) == 2:
        return "2"
    if failures == ("kidney",):
        return "1a"
    renal = 1.5 <= creatinine < 2.0
    confused = found.brain == 2
    if failures and (renal or (confused and failures != ("brain",))):
        return "1b"
    return ""


@score(
    id="aclf-grade",
    order=170,
    title="ACLF grade (EASL-CLIF)",
    sources=(MOREAU_2013, EASL_ACLF_2023),
    recency=CLIF_WINDOW,
    equation=(
        "none: no failing organ, or one other than the kidney without creatinine 1.5-1.9 mg/dL and without"
        " encephalopathy 1-2; 1a: the kidney alone; 1b: one other organ with creatinine 1.5-1.9 or encephalopathy 1-2"
        " (the brain alone: with creatinine 1.5-1.9); 2: two organs; 3a: three; 3b: four or more"
    ),
    use="Grades acute-on-chronic liver failure by the number of failing organs.",
    caution="An organ that was not measured widens the grade to a range. It is never read as healthy.",
    population="Cirrhosis with acute decompensation.",
    gates=("no_acute_decompensation",),
    if_missing=EXTREMES,
    open_ends=OPEN_ENDS,
    either=(("pf_ratio", "pf_calculated", "sf_ratio"),),
)
def aclf_grade(
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
) -> tuple[float, str]:
    """0 (none), 1, 2 or 3 and the letter, from the worst values of 24 hours; units as in `cds.organs`."""
    arterial = pf_ratio if pf_ratio is not None else pf_calculated
    found = organs(
        bilirubin, creatinine, rrt, encephalopathy_24h, inr, map, vasopressors, arterial, sf_ratio, ventilation
    )
    letter = grade(found, creatinine)
    return (int(letter[0]), letter) if letter else (0, "none")
