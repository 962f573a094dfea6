"""The CLIF-C OF table: one organ, its measurement, one to three points. Two scores read it.

Source: Jalan 2014, doi:10.1016/j.jhep.2014.06.012; Moreau 2013, doi:10.1053/j.gastro.2013.02.042.
"""

from collections.abc import Mapping
from dataclasses import dataclass


def band(value: float, second: float, third: float) -> int:
    """1 below `second`, 2 from `second` on, 3 from `third` on."""
    return 3 if value >= third else 2 if value >= second else 1


@dataclass(frozen=True, slots=True)
class Organs:
    """Points of the six organs, 1 to 3 each."""

    liver: int
    kidney: int
    brain: int
    coagulation: int
    circulation: int
    respiration: int

    @property
    def total(self) -> int:
        """6 to 18."""
        return self.liver + self.kidney + self.brain + self.coagulation + self.circulation + self.respiration

    @property
    def failures(self) -> tuple[str, ...]:
        """The failing organs: the kidney from two points on, every other organ with three."""
        names = ("liver", "kidney", "brain", "coagulation", "circulation", "respiration")
        return tuple(name for name in names if getattr(self, name) >= (2 if name == "kidney" else 3))


def organs(
    bilirubin: float,
    creatinine: float,
    rrt: bool,
    encephalopathy: int,
    inr: float,
    map: float,
    vasopressors: bool,
    pf_ratio: float | None,
    sf_ratio: float | None,
    ventilation: bool,
) -> Organs:
    """Points from mg/dL, mg/dL, West Haven grade, ratio, mmHg, and PaO2/FiO2 or SpO2/FiO2 (one of them)."""
    if pf_ratio is not None:
        lungs = 1 if pf_ratio > 300 else 2 if pf_ratio > 200 else 3
    elif sf_ratio is not None:
        lungs = 1 if sf_ratio > 357 else 2 if sf_ratio > 214 else 3
    else:
        raise ValueError("either the P/F or the S/F ratio is needed")
    return Organs(
        liver=band(bilirubin, 6, 12),
        kidney=3 if rrt else band(creatinine, 2, 3.5),
        brain=band(encephalopathy, 1, 3),
        coagulation=band(inr, 2, 2.5),
        circulation=3 if vasopressors else 1 if map >= 70 else 2,
        respiration=3 if ventilation else lungs,
    )


EXTREMES: Mapping[str, tuple[float, ...]] = {
    "bilirubin": (0, 12),
    "creatinine": (0, 3.5),
    "inr": (0, 2.5),
    "map": (0, 70),
    "pf_ratio": (0, 400),
}
"""For an organ that was not measured: values that give its least and its most points."""

OPEN_ENDS: Mapping[str, tuple[float, float]] = {
    "bilirubin": (0, 1000),
    "creatinine": (0, 1000),
    "inr": (0, 1000),
    "map": (0, 1000),
    "pf_ratio": (0, 1000),
}
"""Where a comparator leaves an end open: the points do not change beyond these."""
