"""Published survival functions of scores: what a number meant in the cohort that it was fitted to.

They describe groups of patients; the guide shows them, no card turns one into a statement on a patient.
"""

from collections.abc import Callable
from math import exp

from cds.scoring import half_up

CLIF_C_ACLF_HORIZONS = {
    "28d": (0.0022, 0.0995),
    "90d": (0.0079, 0.0869),
    "180d": (0.0115, 0.0824),
    "365d": (0.0231, 0.0731),
}
"""Days after the diagnosis -> baseline incidence and slope. Jalan 2014."""


def meld_3_months(meld: float) -> float:
    """Share alive after three months, 0 to 1, for a MELD score. Wiesner 2003, in the form fitted to it later."""
    return float(0.98465 ** exp((meld - 10) * 0.1635))


def meld_3_90_days(meld_3: float) -> float:
    """Share alive after 90 days, 0 to 1, for a MELD 3.0 score. Kim 2021, supplement."""
    return float(0.946 ** exp(0.17698 * meld_3 - 3.56))


def clif_c_aclf_mortality(score: float, horizon: str) -> float:
    """Share dead, in percent, at "28d", "90d", "180d" or "365d" for a CLIF-C ACLF score. Jalan 2014."""
    incidence, slope = CLIF_C_ACLF_HORIZONS[horizon]
    return float(half_up(100 * (1 - exp(-incidence * exp(slope * score))), 2))


SURVIVAL: dict[str, Callable[..., float]] = {
    "MELD-survival-3mo": meld_3_months,
    "MELD3.0-survival-90d": meld_3_90_days,
    "CLIF-C-ACLF-mortality%": clif_c_aclf_mortality,
}
