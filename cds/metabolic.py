"""Enzymes above their limit for three months, and weight, glycaemia and lipids that are not at target."""

from collections.abc import Callable, Iterator
from itertools import product

from cds.chart import Result
from cds.comparing import above, at_least
from cds.knowledge import DAY, MONTHS_6, Verdict, no, unknown, yes
from cds.views import Fact, Lab, within
from cds.words import joined, measured, name_of, number, sentence

APART = 90 * DAY
WEIGHT_APART = (MONTHS_6, 396 * DAY)
"""An earlier weight to compare with is this much older: at least half a year, at most a year and a month."""
LOSS_NEEDED = 0.05
HBA1C_PERCENT, TRIGLYCERIDES, BMI_OBESE, BMI_OVERWEIGHT = 7.0, 150, 30, 25
HDL_WOMEN, HDL_MEN = 50, 40


def elevated_enzymes(alt: Lab, ast: Lab) -> Verdict:
    """ALT or AST above its own upper limit twice, 90 d or more apart, the later one no older than 6 months."""
    found = [_elevated(lab) for lab in (alt, ast)]
    for verdict in found:
        if verdict.answer == "yes":
            return verdict
    if all(verdict.answer == "no" for verdict in found):
        return no("ALT and AST were not above their upper limits on two occasions 90 days apart.")
    return next(verdict for verdict in found if verdict.answer == "unknown")


def _elevated(lab: Lab) -> Verdict:
    recent = [result for result in lab.results if within(lab.now, result.when, MONTHS_6)]
    pairs = [
        (later, earlier) for later, earlier in product(recent, lab.results) if later.when.at - earlier.when.at >= APART
    ]
    high = {id(result): _above_limit(result) for result in lab.results}
    for later, earlier in pairs:
        if high[id(later)] and high[id(earlier)]:
            both = f"{measured(earlier)} and {measured(later)} are above their upper limits"
            asked = "whether lifestyle was optimised is not in the chart"
            return yes(sentence(f"{both}; {asked}"), later.source, earlier.source)
    name = name_of(lab.name)
    if recent and all(high[id(result)] is False for result in recent):
        return no(f"{name} was not above its upper limit in the last 6 months.")
    if pairs and all(False in (high[id(later)], high[id(earlier)]) for later, earlier in pairs):
        return no(f"{name} was not above its upper limit on two occasions 90 days apart.")
    return unknown(f"{name} has no two results with an upper limit 90 days apart, the later in the last 6 months.")


def _above_limit(result: Result) -> bool | None:
    return None if result.upper_limit is None else above(result, result.upper_limit)


def off_target(hba1c: Lab, triglycerides: Lab, hdl: Lab, bmi: Lab, weight: Lab, female: Fact) -> Verdict:
    """At least one component not at target within 6 months; at target only when all are known to be.

    HbA1c >= 7.0 %, triglycerides >= 150 mg/dL, HDL < 40 (men) or < 50 (women) mg/dL, BMI >= 30, or less than 5 %
    weight loss in 12 months with BMI >= 25. Product rule.
    """
    found = list(_components(hba1c, triglycerides, hdl, bmi, weight, female))
    off = [says for missed, says in found if missed]
    if off:
        return yes(sentence(f"not at target: {joined(off)}"))
    open_ = [says for missed, says in found if missed is None]
    if open_:
        return unknown(sentence(f"not known whether at target: {joined(open_)}"))
    return no("HbA1c, triglycerides, HDL cholesterol and weight are at target.")


def _components(
    hba1c: Lab, triglycerides: Lab, hdl: Lab, bmi: Lab, weight: Lab, female: Fact
) -> Iterator[tuple[bool | None, str]]:
    yield _component(hba1c, lambda result: at_least(result, HBA1C_PERCENT))
    yield _component(triglycerides, lambda result: at_least(result, TRIGLYCERIDES))
    yield _component(hdl, lambda result: _low_hdl(result, female))
    yield _component(bmi, lambda result: at_least(result, BMI_OBESE))
    yield _too_little_loss(bmi, weight)


def _component(lab: Lab, missed: Callable[[Result], bool | None]) -> tuple[bool | None, str]:
    result = lab.newest(MONTHS_6)
    return (None, name_of(lab.name)) if result is None else (missed(result), measured(result))


def _low_hdl(result: Result, female: Fact) -> bool | None:
    limits = {HDL_WOMEN if woman else HDL_MEN for woman in female.candidates or (False, True)}
    reached = {at_least(result, limit) for limit in limits}
    if len(reached) != 1 or None in reached:
        return None
    return not reached.pop()


def _too_little_loss(bmi: Lab, weight: Lab) -> tuple[bool | None, str]:
    mass, now = bmi.newest(MONTHS_6), weight.newest(MONTHS_6)
    if mass and at_least(mass, BMI_OVERWEIGHT) is False:
        return False, measured(mass)
    least, most = WEIGHT_APART
    earlier = [old for old in weight.results if now and least <= now.when.at - old.when.at <= most]
    if mass is None or now is None or not earlier:
        return None, "weight loss in 12 months"
    first = earlier[-1]
    lost = 1 - float(now.value / first.value)
    return lost < LOSS_NEEDED, f"weight loss of {number(round(100 * lost, 1))} % since {measured(first)}"
