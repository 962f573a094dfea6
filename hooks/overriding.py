"""Why a card may be overridden, and for how long the same advice then stays away.

The lengths are proposals of this service: the clinical owner of a site has to confirm them.
"""

from dataclasses import dataclass
from datetime import timedelta

SYSTEM = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, and how many days after the override the same advice stays away; `because` says why so long.

    `sooner`: the advice was not judged, so it comes back even before the general period is over. `harm`: each override
    with it is to be reviewed.
    """

    code: str
    display: str
    days: int
    because: str
    sooner: bool = False
    harm: bool = False

    @property
    def length(self) -> timedelta:
        """How long the advice stays away."""
        return timedelta(days=self.days)


ANY_OTHER = Reason("", "Any other reason that is given as a code", 90, "What it means here is for the site to say.")
REASONS: dict[str, Reason] = {
    reason.code: reason
    for reason in (
        Reason(
            "cds-not-applicable", "Does not apply to this patient", 90,
            "The patient was judged; a change in the chart brings the advice back.",
        ),
        Reason(
            "cds-suboptimal-context", "Wrong moment or wrong recipient", 1,
            "Nobody has judged the advice yet: another person may open the chart tomorrow.", sooner=True,
        ),
        Reason(
            "recipient-disagrees-evidence", "Disagree with the evidence", 90,
            "The evidence does not change within weeks; saying it again does not help.",
        ),
        Reason(
            "recipient-concerns-outcomes", "Concern about harm or outcome", 90,
            "The concern was weighed against the advice as it stands.", harm=True,
        ),
        Reason(
            "does-not-align-preferences", "Does not fit the patient's preferences", 90,
            "A patient's wish holds beyond one visit; it may be asked about again.",
        ),
        Reason(
            "not-convenient-feasible", "Not feasible here or now", 30,
            "What is not feasible today may be so in a month.",
        ),
    )
}  # fmt: skip
LONGEST = max(reason.length for reason in (*REASONS.values(), ANY_OTHER))


def reason_for(code: str) -> Reason:
    """The reason with that code; one that is not ours is any other."""
    return REASONS.get(code, ANY_OTHER)
