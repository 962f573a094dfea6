"""HIV, alcohol use, age under 18."""

from cds.comparing import at_least
from cds.knowledge import MONTHS_6, MONTHS_12, Verdict, exclusion, no, unknown, yes
from cds.sources import HEPAR_RULE, SUK_2016
from cds.trials import NCT03529136, NCT03863002, NCT03963921, NCT05984303
from cds.verdicts import active, in_the_past, open_about, unconfirmed
from cds.views import Answers, Fact, Lab, Problem, within
from cds.words import RESTRICTED, day, joined, measured, number, sentence, sources

AUDIT_C_WOMEN, AUDIT_C_MEN = 3, 4
ADULT = 18


@exclusion(
    id="hiv",
    title="HIV infection",
    sources=(NCT03863002.source, HEPAR_RULE),
    cite="NCT03863002",
    sensitive=True,
)
def hiv(hiv_infection: Problem, hiv_negative: Problem, hiv_test: Answers) -> Verdict:
    """Present: an active code or a positive test. Absent: a negative test or finding within 12 months. Else unknown."""
    return (
        active(hiv_infection)
        or _reactive(hiv_test)
        or unconfirmed(hiv_infection)
        or in_the_past(hiv_infection, note="ask")
        or _negative(hiv_test, hiv_negative)
        or unknown("No HIV test of the last 12 months.")
    )


def _reactive(hiv_test: Answers) -> Verdict | None:
    """The newest test decides; a negative one after a positive one leaves it unknown."""
    positive = next((answer for answer in hiv_test.answers if answer.value == "positive"), None)
    if positive is None:
        return None
    if hiv_test.answers[0] is positive:
        return yes(f"Positive HIV test ({day(positive.when)}).", positive.source)
    return unknown(f"HIV tests disagree (positive on {day(positive.when)}): ask.", positive.source)


def _negative(hiv_test: Answers, hiv_negative: Problem) -> Verdict | None:
    test = hiv_test.newest(MONTHS_12)
    if test and test.value == "negative":
        return no(f"Negative HIV test ({day(test.when)}).", test.source)
    for event in hiv_negative.active:
        if event.onset and within(hiv_negative.now, event.onset, MONTHS_12):
            because = RESTRICTED if event.restricted else f"Found HIV negative ({day(event.onset)})."
            return no(because, *sources((event,)))
    return None


@exclusion(
    id="alcohol-use",
    title="Alcohol use",
    sources=(NCT03529136.source, NCT05984303.source, SUK_2016, NCT03963921.source, HEPAR_RULE),
    cite="NCT03529136",
    sensitive=True,
)
def alcohol_use(
    alcohol_use_disorder: Problem,
    alcoholic_hepatitis: Problem,
    alcohol_remission: Problem,
    audit_c: Lab,
    female: Fact,
) -> Verdict:
    """Present: an active code, or AUDIT-C >= 4 (men), >= 3 (women) within 6 months. Absent: AUDIT-C below that.

    Remission does not prove six months of abstinence: unknown. A weekly amount is not read.
    """
    return (
        active(alcohol_use_disorder, alcoholic_hepatitis)
        or _drinks(audit_c, female)
        or unconfirmed(alcohol_use_disorder, alcoholic_hepatitis)
        or _abstinent(alcohol_remission, alcohol_use_disorder)
        or _drinks_little(audit_c, female)
        or unknown("No alcohol assessment (AUDIT-C) of the last 6 months that decides.")
    )


def _limits(female: Fact) -> tuple[int, ...]:
    return tuple(AUDIT_C_WOMEN if woman else AUDIT_C_MEN for woman in female.candidates or (False, True))


def _drinks(audit_c: Lab, female: Fact) -> Verdict | None:
    result = audit_c.newest(MONTHS_6)
    if result and all(at_least(result, limit) for limit in _limits(female)):
        return yes(sentence(measured(result)), result.source)
    return None


def _drinks_little(audit_c: Lab, female: Fact) -> Verdict | None:
    result = audit_c.newest(MONTHS_6)
    if result and all(at_least(result, limit) is False for limit in _limits(female)):
        return no(sentence(measured(result)), result.source)
    return None


def _abstinent(*problems: Problem) -> Verdict | None:
    for problem in problems:
        events = problem.events if problem.concept == "alcohol_remission" else problem.past
        if events:
            return open_about(problem, events, "charted; six months without alcohol are not shown")
    return None


@exclusion(
    id="age-under-18",
    title="Younger than 18 years",
    sources=(HEPAR_RULE,),
    cite="all trials",
)
def age_under_18(age: Fact) -> Verdict:
    """Present below 18 completed years, absent from 18 on, unknown when the birth date leaves both open."""
    if not age.candidates:
        return unknown("The birth date is missing or not possible.")
    years = joined((number(each) for each in age.candidates), "to")
    if max(age.candidates) < ADULT:
        return yes(f"Age {years}.", *age.evidence)
    if min(age.candidates) >= ADULT:
        return no(f"Age {years}.", *age.evidence)
    return unknown(f"Age {years}: the birth date is not exact enough.", *age.evidence)
