"""Child-Pugh: five items of one to three points each."""

from cds.scoring import MELD_RECENCY, score
from cds.sources import PUGH_1973


def points(value: float, two_from: float, three_above: float) -> int:
    """1 below `two_from`, 2 up to and with `three_above`, 3 above it."""
    return 1 if value < two_from else 2 if value <= three_above else 3


@score(
    id="child-pugh",
    order=50,
    title="Child-Pugh (Pugh 1973)",
    sources=(PUGH_1973,),
    recency=MELD_RECENCY,
    equation=(
        "points 1/2/3 for bilirubin (< 2.0, 2.0-3.0, > 3.0 mg/dL; in cholestatic disease < 4, 4-10, > 10),"
        " albumin (> 3.5, 2.8-3.5, < 2.8 g/dL), INR (< 1.7, 1.7-2.3, > 2.3) or prothrombin time above the control"
        " (< 4, 4-6, > 6 s), ascites (none, mild or controlled, moderate to refractory) and encephalopathy"
        " (West Haven 0, 1-2, 3-4)"
    ),
    use="Describes how severe a cirrhosis is: class A 5-6, B 7-9, C 10-15.",
    caution="Ascites and encephalopathy are judged at the bedside: without an assessment only bounds are given.",
    population="Cirrhosis.",
    gates=("transplanted",),
    either=(("inr", "pt_prolongation"),),
    two_tables=frozenset({"bilirubin"}),
    open_ends={"bilirubin": (0, 1000), "albumin": (0, 100), "inr": (0, 1000)},
    bands=((0, "A"), (7, "B"), (10, "C")),
)
def child_pugh(
    bilirubin: float,
    albumin: float,
    inr: float | None,
    pt_prolongation: float | None,
    ascites: int,
    encephalopathy: int,
    cholestatic: bool,
) -> float:
    """5 to 15; mg/dL, g/dL, ratio or seconds, ascites in points, encephalopathy as West Haven grade."""
    jaundice = points(bilirubin, 4, 10) if cholestatic else points(bilirubin, 2.0, 3.0)
    protein = 1 if albumin > 3.5 else 2 if albumin >= 2.8 else 3
    if inr is not None:
        clotting = points(inr, 1.7, 2.3)
    elif pt_prolongation is not None:
        clotting = points(pt_prolongation, 4, 6)
    else:
        raise ValueError("either the INR or the prothrombin time is needed")
    return jaundice + protein + clotting + ascites + points(encephalopathy, 1, 2)
