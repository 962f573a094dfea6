"""The fibrosis stage as far as the chart can tell it: a ladder whose first rung with usable evidence decides."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from cds.assessment import Outcome
from cds.chart import Answer, Result
from cds.comparing import above, at_least
from cds.eligibility import STIFFNESS
from cds.knowledge import DAY, MONTHS_6, conclusion
from cds.sources import AGA_2021, BAVENO_VII, HEPAR_RULE, MCPHERSON_2017, SANYAL_2023
from cds.views import Answers, Fact, Lab, Problem
from cds.words import RESTRICTED, day, joined, measured, number, scored, sentence, sources

BIOPSY_AGE = 730 * DAY
LOW_KPA, HIGH_KPA, CIRRHOSIS_KPA = 8.0, 12.0, 15.0
AGILE_OUT, AGILE_IN = 0.451, 0.679
UPPER_LIMIT_WHERE_NONE_IS_GIVEN = 40
BY_BIOPSY, BY_CODE, BY_STIFFNESS, BY_AGILE, BY_FIB_4, BY_NOTHING = 1, 2, 3, 4, 5, 0
NON_INVASIVE = "non-invasive evidence; the published trial required biopsy"
DISAGREE = "tests disagree: biopsy where indicated"


@dataclass(frozen=True, slots=True)
class Stage:
    """The fibrosis stage lies in F`low` to F`high` (0 to 4). `rung` is the rung that decided, 0 for none."""

    low: int
    high: int
    because: str
    rung: int = BY_NOTHING
    evidence: tuple[str, ...] = ()
    disagree: bool = False

    @property
    def advanced(self) -> bool:
        """Whether it is known to be F3 or F4."""
        return self.low >= 3


@dataclass(frozen=True, slots=True)
class Stiffness:
    """Liver stiffness by VCTE of the last 12 months: `result` if it may be used, else why it may not."""

    result: Result | None
    because: str
    measured: Result | None = None


@conclusion(name="stiffness", sources=(BAVENO_VII, HEPAR_RULE))
def stiffness(lsm: Lab, ascites: Fact, heart_failure: Problem, alt: Lab, ast: Lab) -> Stiffness:
    """Not used with ascites, active heart failure, or ALT or AST above 5 times the upper limit (40 U/L without one)."""
    found = lsm.newest(STIFFNESS)
    if found is None:
        return Stiffness(None, "no liver stiffness by VCTE in the last 12 months")
    why = "; ".join(_disturbing(ascites, heart_failure, alt, ast))
    if why:
        return Stiffness(None, f"{measured(found)} is not used: {why}", found)
    return Stiffness(found, measured(found), found)


def _disturbing(ascites: Fact, heart_failure: Problem, *enzymes: Lab) -> Iterator[str]:
    if ascites.candidates and min(ascites.candidates) >= 2:
        yield "ascites"
    if heart_failure.active:
        yield RESTRICTED[:-1] if all(event.restricted for event in heart_failure.active) else "active heart failure"
    for enzyme in enzymes:
        newest = enzyme.newest(MONTHS_6)
        limit = newest.upper_limit or UPPER_LIMIT_WHERE_NONE_IS_GIVEN if newest else 0
        if newest and above(newest, 5 * limit) is not False:
            assumed = "" if newest.upper_limit else " (40 U/L taken, none was given)"
            yield f"{measured(newest)} is above 5 times its upper limit{assumed}"


@conclusion(name="ladder", sources=(AGA_2021, BAVENO_VII, MCPHERSON_2017, SANYAL_2023, HEPAR_RULE))
def ladder(
    fibrosis_stage: Answers,
    cirrhosis: Problem,
    advanced_fibrosis: Problem,
    early_fibrosis: Problem,
    stiffness: Stiffness,
    platelets: Lab,
    alt: Lab,
    ast: Lab,
    diabetic: Fact,
    female: Fact,
    age: Fact,
    fib_4: Outcome,
) -> Stage:
    """Biopsy (24 months), codes, stiffness (12 months), Agile 3+, FIB-4; a later rung never overrules an earlier."""
    return (
        _by_biopsy(fibrosis_stage.newest(BIOPSY_AGE))
        or _by_code(cirrhosis, advanced_fibrosis, early_fibrosis)
        or _by_stiffness(stiffness, agile_3_plus(stiffness, platelets, alt, ast, diabetic, female, age))
        or _by_fib_4(fib_4, age)
    )


def _by_biopsy(biopsy: Answer | None) -> Stage | None:
    if biopsy is None:
        return None
    stage = int(biopsy.value)
    return Stage(stage, stage, f"histology F{stage} ({day(biopsy.when)})", BY_BIOPSY, (biopsy.source,))


def _by_code(cirrhosis: Problem, advanced: Problem, early: Problem) -> Stage | None:
    for problem, low, high in ((cirrhosis, 4, 4), (advanced, 3, 3), (early, 1, 2)):
        if problem.active:
            named = sources(problem.active)
            because = f"{problem.title} is charted" if named else RESTRICTED[:-1]
            return Stage(low, high, because, BY_CODE, named)
    return None


def _by_stiffness(found: Stiffness, agile: tuple[float, ...]) -> Stage | None:
    if found.measured is None:
        return None
    if found.result is None:
        return Stage(0, 4, found.because)
    result, evidence = found.result, (found.result.source,)
    high = at_least(result, HIGH_KPA)
    low = at_least(result, LOW_KPA)
    unlikely = bool(agile) and max(agile) < AGILE_OUT
    likely = bool(agile) and min(agile) >= AGILE_IN
    shown = joined((number(round(each, 2)) for each in agile), "to")
    if (high and unlikely) or (low is False and likely):
        return Stage(0, 4, f"{found.because} and Agile 3+ {shown}: {DISAGREE}", evidence=evidence, disagree=True)
    if high:
        least = 4 if at_least(result, CIRRHOSIS_KPA) else 3
        return Stage(least, 4, f"{found.because}: {NON_INVASIVE}", BY_STIFFNESS, evidence)
    if low is False:
        return Stage(0, 2, f"{found.because}, below {number(LOW_KPA)} kPa", BY_STIFFNESS, evidence)
    if likely:
        return Stage(3, 4, f"{found.because} with Agile 3+ {shown}: {NON_INVASIVE}", BY_AGILE, evidence)
    if unlikely:
        return Stage(0, 2, f"{found.because} with Agile 3+ {shown}, below {AGILE_OUT}", BY_AGILE, evidence)
    tried = f"Agile 3+ {shown} does not decide" if agile else "Agile 3+ cannot be computed"
    return Stage(0, 4, f"{found.because} does not decide, and {tried}", evidence=evidence)


def agile_3_plus(
    stiffness: Stiffness, platelets: Lab, alt: Lab, ast: Lab, diabetic: Fact, female: Fact, age: Fact
) -> tuple[float, ...]:
    """The least and the greatest possible Agile 3+ (0 to 1); empty when an input is missing, old or open-ended.

    LSM in kPa, platelets 10^9/L, ALT and AST U/L; laboratory results of the last 6 months. Source: Sanyal 2023.
    """
    labs = [lab.newest(MONTHS_6) for lab in (platelets, alt, ast)]
    known = [result for result in (stiffness.result, *labs) if result is not None and not result.comparator]
    if len(known) < 4 or not (diabetic.candidates and female.candidates and age.candidates):
        return ()
    kpa, plt, alt_value, ast_value = (float(result.value) for result in known)
    values = [
        1 / (1 + math.exp(-_agile_logit(kpa, plt, alt_value / ast_value, bool(dm), not woman, float(years))))
        for dm, woman, years in product(diabetic.candidates, female.candidates, age.candidates)
    ]
    return tuple(dict.fromkeys((min(values), max(values))))


def _agile_logit(kpa: float, platelets: float, alt_by_ast: float, diabetes: bool, male: bool, age: float) -> float:
    return (
        -3.92368
        + 2.29714 * math.log(kpa)
        - 0.00902 * platelets
        - 0.98633 * alt_by_ast
        + 1.08636 * diabetes
        - 0.38581 * male
        + 0.03018 * age
    )


def _by_fib_4(fib_4: Outcome, age: Fact) -> Stage:
    if fib_4.unrounded_low is None or fib_4.unrounded_high is None or not age.candidates:
        return Stage(0, 4, "no biopsy, stage code or liver stiffness, and FIB-4 is not computed")
    youngest = min(age.candidates)
    if youngest < 35:
        return Stage(0, 4, f"{scored(fib_4)} has no band below 35 years")
    rule_out = 2.0 if youngest >= 65 else 1.30
    if fib_4.unrounded_high < rule_out and not ("ACUTE_HEPATITIS" in fib_4.reasons and not fib_4.band):
        return Stage(0, 2, f"{scored(fib_4)} is below {number(rule_out)}: advanced fibrosis is unlikely", BY_FIB_4)
    if fib_4.unrounded_low > 2.67:
        return Stage(0, 4, f"{scored(fib_4)} is above 2.67: a reason for elastography or referral, not a stage")
    return Stage(0, 4, f"{scored(fib_4)} gives no stage")


def stage_words(stage: Stage) -> str:
    """Such as "Stage F3 to F4: ..." as one sentence; "Stage not decided: ..." when nothing decided."""
    if stage.rung == BY_NOTHING:
        return sentence(f"stage not decided: {stage.because}")
    range_ = f"F{stage.low}" if stage.low == stage.high else f"F{stage.low} to F{stage.high}"
    return sentence(f"stage {range_}: {stage.because}")
