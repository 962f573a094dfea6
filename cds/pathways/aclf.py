"""The trial family of acute-on-chronic liver failure: EASL-CLIF grade 1 to 2 or the definition of its MELD trials."""

from datetime import datetime

from cds.assessment import Outcome
from cds.comparing import at_least
from cds.eligibility import BESIDE_MELD, ONE_DRAW, Evidence, evidence, spread
from cds.knowledge import DAY, Verdict, criterion, no, pathway, unknown, yes
from cds.sources import EASL_ACLF_2023, HEPAR_RULE, MOREAU_2013
from cds.trials import EUCTR2016_001177_32, NCT02812121, NCT03863002, NCT04229901
from cds.verdicts import reaching, starting_within, unconfirmed, undated, unread
from cds.views import Fact, Lab, Problem
from cds.words import charted, measured, name_of, number, scored, sentence, sources

ONSET_WITHIN = 28 * DAY


@pathway(
    id="aclf",
    title="Acute-on-chronic liver failure",
    sources=(MOREAU_2013, EASL_ACLF_2023, NCT03863002.source, HEPAR_RULE),
    cite="NCT03863002",
)
def gate(
    cirrhosis: Problem, cirrhosis_gate: Verdict, cirrhosis_confirmed: Verdict, acute_decompensation: Verdict
) -> Verdict:
    """Cirrhosis and acute decompensation within 28 d; unconfirmed cirrhosis leaves it unknown."""
    unread_ = unread(cirrhosis)
    if unread_:
        return unread_
    for part in (cirrhosis_gate, acute_decompensation):
        if part.answer == "no":
            return part
    if cirrhosis_confirmed.answer != "yes":
        return unknown(cirrhosis_confirmed.because, *cirrhosis_confirmed.evidence)
    if acute_decompensation.answer == "unknown":
        return acute_decompensation
    both = (*cirrhosis_confirmed.evidence, *acute_decompensation.evidence)
    return yes(f"{cirrhosis_confirmed.because} {acute_decompensation.because}", *both)


@criterion(
    pathway="aclf",
    id="aclf-definition",
    title="ACLF by EASL-CLIF grade 1 to 2, or by bilirubin, INR and recent ascites or encephalopathy",
    sources=(NCT04229901.source, EUCTR2016_001177_32.source, NCT03863002.source, NCT02812121.source),
    cite="NCT04229901",
    suggest=(
        "liver-panel",
        "coagulation",
        "renal-panel",
        "hepatic-encephalopathy-assessment",
        "ascites-assessment",
    ),
)
def definition(
    aclf_grade: Outcome,
    bilirubin: Lab,
    inr: Lab,
    anticoagulation: Fact,
    charted_ascites: Problem,
    hepatic_encephalopathy: Problem,
    hepatic_coma: Problem,
    ascites: Fact,
    encephalopathy: Fact,
    now: datetime,
) -> Verdict:
    """Grade 1 to 2; or bilirubin >= 10 times its upper limit, INR >= 1.5, ascites or encephalopathy of <= 28 d.

    Grade 3 is never met. The laboratory values of the second definition are of one draw and at most 7 d old.
    """
    grade = evidence(aclf_grade, now)
    if grade.above(2):
        return no(sentence(f"{scored(aclf_grade)}, above the grades 1 to 2 of NCT04229901"))
    if grade.inside(1, 2):
        return yes(sentence(f"{scored(aclf_grade)}, grades 1 to 2 of NCT04229901"))
    events = _recent((charted_ascites, hepatic_encephalopathy, hepatic_coma), (ascites, 2), (encephalopathy, 1))
    other = _by_laboratory(bilirubin, inr, anticoagulation, events)
    if other.answer == "yes":
        return other
    if grade.below(1) and other.answer == "no":
        return no(f"{sentence(scored(aclf_grade) + ': no ACLF')} {other.because}")
    return unknown(f"{sentence(grade.why_not or scored(aclf_grade) + ' does not decide')} {other.because}")


def _by_laboratory(bilirubin: Lab, inr: Lab, anticoagulation: Fact, events: Verdict) -> Verdict:
    """All parts true, one part false, or open."""
    parts = (_bilirubin_tenfold(bilirubin), _inr_raised(inr, anticoagulation), events)
    for part in parts:
        if part.answer == "no":
            return part
    open_ = [part for part in parts if part.answer == "unknown"]
    if open_:
        return unknown(" ".join(part.because for part in open_))
    newest = [lab.results[0].when for lab in (bilirubin, inr)]
    if spread(newest) > ONE_DRAW:
        return unknown("Bilirubin and INR are more than 24 hours apart.")
    said = " ".join(part.because for part in parts)
    seen = tuple(each for part in parts for each in part.evidence)
    return Verdict("yes", f"{said} This is the definition of NCT03863002.", seen, source="NCT03863002")


def _bilirubin_tenfold(bilirubin: Lab) -> Verdict:
    found = bilirubin.newest(BESIDE_MELD)
    if found is None or found.upper_limit is None:
        return unknown("No bilirubin of the last 7 days with its upper limit.")
    return reaching(found, at_least(found, 10 * found.upper_limit), "10 times its upper limit")


def _inr_raised(inr: Lab, anticoagulation: Fact) -> Verdict:
    found = inr.newest(BESIDE_MELD)
    if found is None:
        return unknown("No INR of the last 7 days.")
    if anticoagulation.certainly(True):
        return unknown(sentence(f"{measured(found)} is under an anticoagulant"))
    return reaching(found, at_least(found, 1.5), "1.5")


def _recent(problems: tuple[Problem, ...], *facts: tuple[Fact, int]) -> Verdict:
    """Ascites or encephalopathy that began within 28 d; present without a known onset is unknown."""
    for problem in problems:
        begun = starting_within(problem, ONSET_WITHIN)
        if begun:
            return yes(charted(problem.title, begun), *sources(begun))
    dated = any(problem.active for problem in problems)
    assessed = any(fact.candidates and min(fact.candidates) >= least for fact, least in facts)
    if assessed and not dated:
        return unknown("Ascites or encephalopathy is present; its onset is not charted.")
    return (
        undated(*problems)
        or unread(*problems)
        or unconfirmed(*problems)
        or no("No ascites or encephalopathy began within 28 days.")
    )


@criterion(
    pathway="aclf",
    id="aclf-score-window",
    title="Severity within the published window",
    sources=(NCT03863002.source, NCT02812121.source, NCT04229901.source),
    cite="NCT03863002",
    suggest=("liver-panel", "coagulation", "renal-panel", "complete-blood-count"),
)
def score_window(
    meld: Outcome, meld_na: Outcome, aclf_grade: Outcome, bilirubin: Lab, platelets: Lab, now: datetime
) -> Verdict:
    """MELD (UNOS 2002) 17 to 30; or ACLF grade 1 to 2 with MELD-Na (OPTN 2016) <= 35 and, both within 7 d,
    bilirubin >= 5.0 mg/dL and platelets >= 50 x 10^9/L.
    """
    first = _by_meld(evidence(meld, now), meld)
    if first.answer == "yes":
        return first
    second = _by_meld_na(evidence(aclf_grade, now), aclf_grade, evidence(meld_na, now), meld_na, bilirubin, platelets)
    if second.answer == "yes":
        return second
    # MELD last: where it is not computed, no other number may follow its name and be read as its value.
    both = f"{second.because} {first.because}"
    return no(both) if first.answer == second.answer == "no" else unknown(both)


def _by_meld(found: Evidence, meld: Outcome) -> Verdict:
    window = "window 17 to 30 of NCT03863002"
    if found.inside(17, 30):
        return yes(sentence(f"{scored(meld)}, {window}"))
    if found.below(17) or found.above(30):
        return no(sentence(f"{scored(meld)}, outside the {window}"))
    return unknown(sentence(found.why_not or f"{scored(meld)} is partly outside the {window}"))


def _by_meld_na(
    grade: Evidence, aclf_grade: Outcome, score: Evidence, meld_na: Outcome, bilirubin: Lab, platelets: Lab
) -> Verdict:
    parts = (
        _limited(grade, aclf_grade, 1, 2),
        _enough(bilirubin, 5),
        _enough(platelets, 50),
        _limited(score, meld_na, 0, 35),
    )
    for answer in ("no", "unknown"):
        said = [part.because for part in parts if part.answer == answer]
        if said:
            return no(" ".join(said)) if answer == "no" else unknown(" ".join(said))
    said = [part.because for part in parts]
    return Verdict("yes", f"{' '.join(said)} Window of NCT04229901.", source="NCT04229901")


def _limited(found: Evidence, outcome: Outcome, low: int, high: int) -> Verdict:
    if found.inside(low, high):
        return yes(sentence(scored(outcome)))
    if found.below(low) or found.above(high):
        return no(sentence(f"{scored(outcome)}, outside {low} to {high}"))
    return unknown(sentence(found.why_not or f"{scored(outcome)} is partly outside {low} to {high}"))


def _enough(lab: Lab, least: int) -> Verdict:
    found = lab.newest(BESIDE_MELD)
    if found is None:
        return unknown(f"No {name_of(lab.name)} of the last 7 days.")
    return reaching(found, at_least(found, least), number(least))
