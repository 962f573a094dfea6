"""Pregnancy and lactation: silence is never an answer between 18 and 54 years."""

from cds.comparing import at_least
from cds.knowledge import DAY, Verdict, exclusion, no, unknown, yes
from cds.sources import HEPAR_RULE
from cds.trials import NCT03529136, NCT03863002
from cds.verdicts import unconfirmed
from cds.views import Answers, Fact, Lab, Problem
from cds.words import charted, day, measured, sentence, sources

TERM = 300 * DAY
POSITIVE_FOR, NEGATIVE_FOR = 42 * DAY, 14 * DAY
HCG_PREGNANT, HCG_NOT = 25, 5
AGE_FROM_WHICH_ABSENT = 55


@exclusion(
    id="pregnancy",
    title="Pregnancy or lactation",
    sources=(NCT03863002.source, NCT03529136.source, HEPAR_RULE),
    cite="NCT03863002",
    sensitive=True,
)
def pregnancy(
    pregnancy_or_lactation: Problem,
    pregnancy_test: Answers,
    hcg: Lab,
    female: Fact,
    age: Fact,
    absent_uterus: Problem,
) -> Verdict:
    """Present: code (onset within 300 d or undated), positive test within 42 d, hCG >= 25 IU/L.

    Absent: male by every source, 55 or older, absent uterus, a negative test or hCG < 5 IU/L within 14 d. Else unknown.
    """
    return (
        _shown(pregnancy_or_lactation, pregnancy_test, hcg)
        or unconfirmed(pregnancy_or_lactation)
        or _not_possible(female, age, absent_uterus)
        or _tested_negative(pregnancy_test, hcg)
        or unknown(sentence(_gap(hcg)))
    )


def _shown(problem: Problem, test: Answers, hcg: Lab) -> Verdict | None:
    events = problem.within(TERM, undated=True)
    if events:
        return yes(charted(problem.title, events), *sources(events))
    for answer in test.answers:
        if answer.value == "positive" and problem.now - answer.when.at <= POSITIVE_FOR:
            return yes(f"Positive pregnancy test ({day(answer.when)}).", answer.source)
    level = hcg.newest(POSITIVE_FOR)
    if level and at_least(level, HCG_PREGNANT):
        return yes(sentence(measured(level)), level.source)
    return None


def _not_possible(female: Fact, age: Fact, absent_uterus: Problem) -> Verdict | None:
    if female.certainly(False) and "SEX_CONFLICT" not in female.reasons:
        return no("Male by the sex for clinical use.", *female.evidence)
    if age.candidates and min(age.candidates) >= AGE_FROM_WHICH_ABSENT:
        return no(f"{AGE_FROM_WHICH_ABSENT} years or older.", *age.evidence)
    if absent_uterus.active:
        return no(charted(absent_uterus.title, absent_uterus.active), *sources(absent_uterus.active))
    return None


def _tested_negative(test: Answers, hcg: Lab) -> Verdict | None:
    answer, level = test.newest(NEGATIVE_FOR), hcg.newest(NEGATIVE_FOR)
    low = level and at_least(level, HCG_NOT) is False
    if answer and answer.value == "negative" and (level is None or low):
        return no(f"Negative pregnancy test ({day(answer.when)}).", answer.source)
    if level and low:
        return no(sentence(measured(level)), level.source)
    return None


def _gap(hcg: Lab) -> str:
    level = hcg.newest(NEGATIVE_FOR)
    if level:
        return f"{measured(level)} is neither below {HCG_NOT} nor known to be {HCG_PREGNANT} IU/L or more"
    return "no pregnancy test of the last 14 days"
