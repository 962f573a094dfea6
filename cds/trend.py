"""The MELD scores at the visits after an administration beside those before its course, variant by variant."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from cds.assessment import Outcome, Trend
from cds.chart import Administration, Result
from cds.follow_up import SCHEDULE, Visit, anchor, span
from cds.knowledge import DAY, parameters_of
from cds.views import CONFLICT, Lab, Records
from cds.words import day, joined, number, sentence

VARIANTS = ("meld", "meld-na", "meld-3.0")
COURSE_GAP = timedelta(days=60)
BASELINE_WITHIN = 30 * DAY
BASELINE_PANEL = ("alt", "ast", "ggt", "bilirubin", "albumin", "inr", "creatinine", "sodium")
NOT_COMPARED = {
    "DIALYSIS_APPLIED": "dialysis",
    "DIALYSIS_ASK": "dialysis in doubt",
    "DIALYSIS_UNKNOWN": "dialysis in doubt",
    "ANTICOAGULANT": "an anticoagulant",
}
"""Reasons with which a score is shown without a difference."""

ScoreAt = Callable[[datetime], Mapping[str, Outcome]]


def first_of_course(administrations: Records) -> Administration | None:
    """The first administration of the latest course: administrations at most 60 days apart are one course."""
    ordered = sorted(administrations.administrations, key=lambda each: each.start.at, reverse=True)
    if not ordered:
        return None
    first = ordered[0]
    for earlier in ordered[1:]:
        if first.start.day - earlier.start.day > COURSE_GAP:
            break
        first = earlier
    return first


def baseline_panel(administrations: Records, labs: Mapping[str, Lab]) -> dict[str, Result]:
    """Of each analyte of the panel the newest result in the 30 days before the first infusion of the course."""
    first = first_of_course(administrations)
    if first is None:
        return {}
    moment = first.start.at
    found = {}
    for name in BASELINE_PANEL:
        before = [each for each in labs[name].results if moment - BASELINE_WITHIN <= each.when.at <= moment]
        newest = max(before, key=lambda each: each.when.at, default=None)
        if newest and CONFLICT not in newest.newer:
            found[name] = newest
    return found


def trends(
    administrations: Records,
    bilirubin: Lab,
    inr: Lab,
    creatinine: Lab,
    sodium: Lab,
    albumin: Lab,
    score_at: ScoreAt,
) -> tuple[Trend, ...]:
    """For each visit with results and each variant: baseline, later, and the difference where one may be stated.

    `score_at` gives every score as it was at a moment (UTC), from what had been drawn by then. No difference is
    stated between laboratories, of one point, of a range, under dialysis, or under an anticoagulant.
    """
    first, last = first_of_course(administrations), anchor(administrations)
    if first is None or last is None:
        return ()
    before = score_at(first.start.at)
    found = []
    for visit in SCHEDULE:
        moment = _drawn_at(visit, last.end.day, (bilirubin, inr, creatinine, sodium, albumin))
        if visit.kind == "labs" and moment is not None:
            after = score_at(moment)
            opened = visit.window(last.end.day)[0]
            known = [each for each in VARIANTS if after[each].known]
            found += [_trend(before, after[each], first.start.at, opened, visit) for each in known]
    return tuple(each for each in found if each is not None)


TREND_ASKS = tuple(name for name in parameters_of(trends) if name != "score_at")


def _drawn_at(visit: Visit, start: date, labs: tuple[Lab, ...]) -> datetime | None:
    """The time of the first complete set of a visit: of each analyte its first result there, and of these the last."""
    first, last = span(visit, start)
    moments = []
    for lab in labs:
        inside = [each.when.at for each in lab.results if first <= each.when.day <= last]
        if inside:
            moments.append(min(inside))
    return max(moments, default=None)


def _trend(
    before: Mapping[str, Outcome], later: Outcome, infusion: datetime, opened: date, visit: Visit
) -> Trend | None:
    """None when the later score rests on results from before the visit."""
    if any(used.when and used.when.day < opened for used in later.inputs):
        return None
    name = visit.title.removesuffix(" laboratory tests").lower()
    baseline = before[later.id]
    why = _why_no_difference(before, later, infusion)
    if why or baseline.value is None or later.value is None:
        said = sentence(f"{name}: no difference stated, {why}")
        return Trend(later.id, later.title, baseline, later, None, said, visit.id)
    change = later.value - baseline.value
    values = f"{number(baseline.value)} → {number(later.value)}, {signed(change)}"
    said = f"{later.title} {values}, {name}{_dates(baseline, later)}"
    return Trend(later.id, later.title, baseline, later, change, sentence(said), visit.id)


def signed(change: Decimal) -> str:
    """As in "+4", "−5" or "0"."""
    return f"{'+' if change > 0 else '−' if change < 0 else ''}{number(abs(change))}"


def _why_no_difference(before: Mapping[str, Outcome], later: Outcome, infusion: datetime) -> str:
    """In words why a score may not be compared with the same one `before`, "" when it may."""
    baseline = before[later.id]
    if not _is_baseline(baseline, infusion):
        others = [before[each].title for each in VARIANTS if _is_baseline(before[each], infusion)]
        if others:
            return f"at baseline there is only {joined(others)}, and different formulas are not compared"
        return "there is no baseline within 30 days before the first infusion of the course"
    for reason, words in NOT_COMPARED.items():
        if reason in baseline.reasons + later.reasons:
            return f"the score stands under {words}"
    if baseline.value is None or later.value is None:
        return "only a range is known"
    performers = {used.performer for outcome in (baseline, later) for used in outcome.inputs if used.performer}
    if len(performers) > 1:
        return "the results are of different laboratories"
    if abs(later.value - baseline.value) == Decimal(1):
        return "one point is within the variation of the assays"
    return ""


def _is_baseline(score: Outcome, infusion: datetime) -> bool:
    """Whether there is a score, and it rests on results of the 30 days before the infusion alone."""
    return score.known and score.oldest is not None and infusion - score.oldest <= BASELINE_WITHIN


def _dates(baseline: Outcome, later: Outcome) -> str:
    shown = [max((used.when for used in outcome.inputs if used.when), key=lambda when: when.at, default=None)
             for outcome in (baseline, later)]  # fmt: skip
    if shown[0] is None or shown[1] is None:
        return ""
    return f" ({day(shown[0])}, {day(shown[1])})"
