"""How old evidence may be before a pathway or an exclusion rests on it; tighter than for computing a score."""

from datetime import datetime, timedelta
from itertools import combinations

from cds.assessment import Outcome
from cds.chart import Moment
from cds.knowledge import DAY, MONTHS_6, MONTHS_12
from cds.record import record
from cds.words import day, name_of, scored

MELD_FAMILY = frozenset({"meld", "meld-na", "meld-3.0"})
CLIF_FAMILY = frozenset({"clif-of", "aclf-grade", "clif-c-aclf", "clif-c-ad"})
ASSESSED = frozenset({"ascites", "encephalopathy", "encephalopathy_24h"})
"""Inputs whose age the fact itself limits; an active problem of any age counts."""

MELD_AGES: tuple[tuple[int, timedelta], ...] = (
    (25, timedelta(hours=48)),
    (19, 7 * DAY),
    (11, 14 * DAY),
    (0, 30 * DAY),
)
"""From this score on (the upper end of a range), the newest input is no older than this. Policy table, to confirm."""

ONE_DRAW = DAY
LABS_CHILD_PUGH = 30 * DAY
STIFFNESS = MONTHS_12
SURVEILLANCE = MONTHS_6
FIBROSIS_TESTS = MONTHS_6
BESIDE_MELD = 7 * DAY
"""For single results that stand beside a MELD window of 17 or more: the age that belongs to 19 to 24."""


@record
class Evidence:
    """A score as evidence: `outcome` if it may decide, else why not in one sentence without a full stop."""

    outcome: Outcome | None
    why_not: str = ""

    def inside(self, low: float, high: float) -> bool:
        """Whether the whole range is known to lie in low..high."""
        if self.outcome is None or self.outcome.low is None or self.outcome.high is None:
            return False
        return low <= self.outcome.low and self.outcome.high <= high

    def below(self, limit: float) -> bool:
        """Whether the whole range is known to be < limit."""
        return bool(self.outcome and self.outcome.high is not None and self.outcome.high < limit)

    def above(self, limit: float) -> bool:
        """Whether the whole range is known to be > limit."""
        return bool(self.outcome and self.outcome.low is not None and self.outcome.low > limit)


def evidence(outcome: Outcome, now: datetime) -> Evidence:
    """Whether the score may decide about eligibility at `now`: known, fresh enough, INR not anticoagulated."""
    if outcome.low is None or outcome.high is None:
        return Evidence(None, f"{outcome.title} is {outcome.status.replace('-', ' ')}")
    if "ANTICOAGULANT" in outcome.reasons:
        return Evidence(None, f"{scored(outcome)} rests on an INR under an anticoagulant")
    too_old = _too_old(outcome, now)
    return Evidence(None, too_old) if too_old else Evidence(outcome)


def _too_old(outcome: Outcome, now: datetime) -> str:
    """Which input is too old and how old it may be; "" when all are fresh enough."""
    if outcome.id in MELD_FAMILY:
        return _meld_too_old(outcome, now)
    limit = {"child-pugh": LABS_CHILD_PUGH, "fib-4": FIBROSIS_TESTS, "nfs": FIBROSIS_TESTS, "apri": FIBROSIS_TESTS}.get(
        outcome.id, DAY if outcome.id in CLIF_FAMILY else None
    )
    if limit is None:
        return ""
    for used in outcome.inputs:
        if used.when and used.name not in ASSESSED and now - used.when.at > limit:
            what = f"{name_of(used.name)} of {day(used.when)}"
            return f"{scored(outcome)} rests on {what}; for eligibility no older than {_words(limit)}"
    return ""


def _meld_too_old(outcome: Outcome, now: datetime) -> str:
    dated = [used.when for used in outcome.inputs if used.when and used.name not in ASSESSED]
    if not dated:
        return f"{scored(outcome)} has no dated inputs"
    newest = max(dated, key=lambda when: when.at)
    highest = float(outcome.high or 0)
    limit = next(age for least, age in MELD_AGES if highest >= least)
    if now - newest.at > limit:
        return f"{scored(outcome)} rests on results of {day(newest)}; for eligibility no older than {_words(limit)}"
    if spread(dated) > ONE_DRAW:
        return f"{scored(outcome)} rests on results more than 24 hours apart"
    return ""


def spread(moments: list[Moment]) -> timedelta:
    """First to last; results of one calendar date count as one draw where a time is not given."""
    if not any(each.day_only for each in moments):
        times = [each.at for each in moments]
        return max(times) - min(times) if times else timedelta(0)
    apart = [
        timedelta(0) if (one.day_only or two.day_only) and one.day == two.day else abs(one.at - two.at)
        for one, two in combinations(moments, 2)
    ]
    return max(apart, default=timedelta(0))


def _words(age: timedelta) -> str:
    return f"{age // timedelta(hours=1)} hours" if age <= 2 * DAY else f"{age.days} days"
