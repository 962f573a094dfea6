"""What the chart says about hepatitis B and C: serology, viral load, and how old each may be."""

from datetime import timedelta

from cds.chart import Answer
from cds.comparing import above, at_least
from cds.knowledge import Verdict, no, unknown, yes
from cds.views import Answers, Lab, Problem
from cds.words import day, measured, sentence


def surface_antigen(hbsag: Answers, age: timedelta) -> Verdict:
    """Whether hepatitis B surface antigen is positive in a test no older than `age`."""
    return _tested(hbsag.newest(age), "HBsAg")


def hcv_infection(anti_hcv: Answers, hcv_rna: Lab, hcv_rna_test: Answers, age: timedelta) -> Verdict:
    """Whether hepatitis C is present: RNA decides where it was tested, else the antibody."""
    rna = hcv_viraemia(hcv_rna, hcv_rna_test, age)
    return rna if rna.answer != "unknown" else _tested(anti_hcv.newest(age), "anti-HCV")


def _tested(found: Answer | None, title: str) -> Verdict:
    if found is None:
        return unknown(f"No current {title} result.")
    if found.value == "positive":
        return yes(sentence(f"{title} positive ({day(found.when)})"), found.source)
    return no(sentence(f"{title} negative ({day(found.when)})"), found.source)


def hcv_viraemia(hcv_rna: Lab, hcv_rna_test: Answers, age: timedelta) -> Verdict:
    """Whether HCV RNA is detected; a value below a limit of quantification leaves it open."""
    number, test = hcv_rna.newest(age), hcv_rna_test.newest(age)
    if test and (number is None or test.when.at >= number.when.at):
        return _tested(test, "HCV RNA")
    if number is None:
        return unknown("No current HCV RNA result.")
    match above(number, 0):
        case True:
            return yes(sentence(f"{measured(number)} is detected"), number.source)
        case False:
            return no(sentence(f"{measured(number)}: not detected"), number.source)
    return unknown(sentence(f"{measured(number)} does not say whether RNA was detected"), number.source)


def hbv_viraemia(hbv_dna: Lab, hbv_dna_test: Answers, age: timedelta) -> Verdict:
    """Yes from 2000 IU/mL, no below 20 IU/mL or not detected, unknown between."""
    number, test = hbv_dna.newest(age), hbv_dna_test.newest(age)
    if test and test.value == "negative" and (number is None or test.when.at >= number.when.at):
        return no(f"HBV DNA not detected ({day(test.when)}).", test.source)
    if number is None:
        return _positive_or_untested(test)
    if at_least(number, 2000):
        return yes(sentence(f"{measured(number)} is 2000 IU/mL or more"), number.source)
    if at_least(number, 20) is False:
        return no(sentence(f"{measured(number)} is below 20 IU/mL"), number.source)
    return unknown(sentence(f"{measured(number)}: neither below 20 nor known to be 2000 IU/mL or more"), number.source)


def _positive_or_untested(test: Answer | None) -> Verdict:
    if test is None:
        return unknown("No current HBV DNA result.")
    return unknown("HBV DNA is positive without a number.", test.source)


def charted_openly(problem: Problem) -> bool:
    """Whether the hepatitis is charted, confirmed or not, in a record that may be named."""
    return any(not event.restricted for event in problem.active + problem.provisional)
