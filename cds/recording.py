"""Which scores may be written into a chart, by which name of their formula, and to which visit they belong."""

from collections.abc import Sequence
from datetime import date

from cds.assess import CHARTED_AS
from cds.assessment import Assessment, Charted, FollowUp, Outcome
from cds.codes import MELD_VERSIONS
from cds.findings import Entry
from cds.reasons import DISTRUST
from cds.tables import MELD_SCORES

METHODS = {
    score: version for score, name in CHARTED_AS.items() for version, answer in MELD_VERSIONS.items() if answer == name
}
"""Score id -> the code of its formula in our code system: the scores that have a form to be written in."""
NEVER = (date.max, date.min)
MOST_MILLION_CELLS = 100_000
"""A dose above this was counted in cells and written as millions of cells: a rule of this product."""


def is_recordable(score: Outcome) -> bool:
    """Whether the score is one number of a formula that has a form: never a range, never what was not computed."""
    computed = score.status in ("computed", "computed-with-caveat")
    return score.id in METHODS and computed and score.value is not None and score.newest is not None


def entry(assessment: Assessment) -> Entry | None:
    """The score that is worth writing into the chart: the MELD that leads the card, if its data can be trusted.

    None where the chart already holds this very score.
    """
    score = next((each for each in map(assessment.score, MELD_SCORES) if is_recordable(each)), None)
    if score is None or DISTRUST.intersection(score.reasons):
        return None
    if any(is_charted_as(score, each) for each in assessment.charted):
        return None
    return Entry(score, visit_of(score, assessment.follow_up))


def is_charted_as(score: Outcome, charted: Charted) -> bool:
    """Whether what the chart holds is this very score: the same formula, number and time, to the second."""
    if charted.score != score.id or charted.value != score.value or score.newest is None:
        return False
    return charted.when.at.replace(microsecond=0) == score.newest.replace(microsecond=0)


def visit_of(score: Outcome, visits: Sequence[FollowUp]) -> str:
    """The id of the laboratory visit in whose window all results of the score were drawn, or ""."""
    days = [used.when.day for used in score.inputs if used.when]
    for visit in visits:
        first, last = visit.window or NEVER
        if visit.kind == "labs" and days and first <= min(days) and max(days) <= last:
            return visit.id
    return ""
