"""The trial family of cirrhosis: Child-Pugh 7 to 12 or MELD above 10, without ACLF, viral hepatitis controlled."""

from dataclasses import replace
from datetime import datetime

from cds.assessment import Outcome
from cds.eligibility import evidence
from cds.knowledge import MONTHS_6, MONTHS_12, Verdict, criterion, no, pathway, unknown, yes
from cds.sources import HEPAR_RULE, SOURCE_ARTICLE
from cds.trials import NCT03529136, NCT05948982, NCT05984303
from cds.verdicts import unread
from cds.views import Answers, Lab, Problem
from cds.viral import charted_openly, hbv_viraemia, hcv_infection, hcv_viraemia, surface_antigen
from cds.words import RESTRICTED, scored, sentence

STEPS_OF_ACLF = (
    "liver-panel",
    "coagulation",
    "renal-panel",
    "hepatic-encephalopathy-assessment",
    "ascites-assessment",
)
NOTES = (
    "NCT03529136 also asks for albumin below 35 g/L, bilirubin below 170 µmol/L and prothrombin activity above 30 %.",
    "NCT05948982 also asks for creatinine of at most twice its upper limit and HbA1c below 8 %.",
    "Suk 2016 and CTRI/2012/04/002560 took alcohol-related cirrhosis only.",
)
"""Shown with the pathway, not tested."""


@pathway(
    id="cirrhosis",
    title="Cirrhosis",
    sources=(NCT03529136.source, NCT05984303.source, NCT05948982.source, HEPAR_RULE),
    cite="NCT05984303",
)
def gate(cirrhosis_gate: Verdict) -> Verdict:
    """Cirrhosis of any cause on the chart, histology F4, or liver stiffness of 15.0 kPa or more."""
    return cirrhosis_gate


@criterion(
    pathway="cirrhosis",
    id="cirrhosis-confirmed",
    title="Cirrhosis confirmed",
    sources=(NCT03529136.source, NCT05984303.source, SOURCE_ARTICLE),
    cite="NCT03529136",
    suggest=("elastography", "liver-imaging"),
)
def confirmed(cirrhosis_confirmed: Verdict) -> Verdict:
    """An active, confirmed code or histology F4; a provisional code or stiffness alone leaves it unknown."""
    if cirrhosis_confirmed.answer == "no":
        return unknown(cirrhosis_confirmed.because)
    return cirrhosis_confirmed


@criterion(
    pathway="cirrhosis",
    id="child-pugh-7-12",
    title="Severity within the published window",
    sources=(NCT05984303.source, NCT03529136.source, NCT05948982.source, HEPAR_RULE),
    cite="NCT05984303",
    suggest=(
        "liver-panel",
        "coagulation",
        "renal-panel",
        "ascites-assessment",
        "hepatic-encephalopathy-assessment",
    ),
)
def severity(child_pugh: Outcome, meld: Outcome, now: datetime) -> Verdict:
    """Child-Pugh 7 to 12; else MELD (UNOS 2002) of 11 or more with Child-Pugh known not to be above 12.

    Reported as `meld-over-10` only when that alternative decides.
    """
    points, by_meld = evidence(child_pugh, now), evidence(meld, now)
    if points.inside(7, 12):
        return yes(sentence(f"{scored(child_pugh)}, window 7 to 12"))
    if points.above(12):
        return no(sentence(f"{scored(child_pugh)} is above 12"))
    if points.inside(5, 12) and by_meld.above(10):
        both = f"{scored(meld)} is above 10, and {scored(child_pugh)} is not above 12"
        return replace(yes(sentence(both)), id="meld-over-10", source="NCT03529136")
    if points.below(7) and by_meld.inside(0, 10):
        return no(sentence(f"{scored(child_pugh)} is below 7 and {scored(meld)} is not above 10"))
    pairs = ((points, child_pugh), (by_meld, meld))
    return unknown(sentence("; ".join(each.why_not or f"{scored(outcome)} does not decide" for each, outcome in pairs)))


@criterion(
    pathway="cirrhosis",
    id="no-aclf",
    title="No acute-on-chronic liver failure",
    sources=(NCT03529136.source, HEPAR_RULE),
    cite="NCT03529136",
    suggest=STEPS_OF_ACLF,
)
def no_aclf(aclf_grade: Outcome, acute_decompensation: Verdict, now: datetime) -> Verdict:
    """ACLF grade none, or no acute decompensation; ACLF has a pathway of its own."""
    if aclf_grade.status == "not-applicable" and acute_decompensation.answer == "no":
        return yes(acute_decompensation.because)
    grade = evidence(aclf_grade, now)
    if grade.below(1):
        return yes(sentence(f"{scored(aclf_grade)}: no ACLF"))
    if grade.above(0):
        return no(sentence(f"{scored(aclf_grade)}: ACLF"))
    return unknown(sentence(grade.why_not or f"{scored(aclf_grade)} does not exclude ACLF"))


@criterion(
    pathway="cirrhosis",
    id="viral-hepatitis-controlled",
    title="Hepatitis B and C absent or suppressed",
    sources=(NCT03529136.source, NCT05984303.source, HEPAR_RULE),
    cite="NCT03529136",
    suggest=("viral-serology",),
)
def viral_hepatitis_controlled(
    hepatitis_b: Problem,
    hepatitis_c: Problem,
    hbsag: Answers,
    anti_hcv: Answers,
    hbv_dna: Lab,
    hbv_dna_test: Answers,
    hcv_rna: Lab,
    hcv_rna_test: Answers,
) -> Verdict:
    """Per virus: serology negative within 12 months and not charted, or viral load suppressed within 6 months.

    HBV DNA: suppressed below 20 IU/mL, not controlled from 2000. HCV RNA: not detected, or detected.
    """
    viruses = (
        (hbv_viraemia(hbv_dna, hbv_dna_test, MONTHS_6), surface_antigen(hbsag, MONTHS_12), hepatitis_b),
        (
            hcv_viraemia(hcv_rna, hcv_rna_test, MONTHS_6),
            hcv_infection(anti_hcv, hcv_rna, hcv_rna_test, MONTHS_12),
            hepatitis_c,
        ),
    )
    each = [_controlled(*virus) for virus in viruses]
    for answer in ("no", "unknown"):
        for verdict in each:
            if verdict.answer == answer:
                return verdict
    seen = (source for verdict in each for source in verdict.evidence)
    return yes(" ".join(verdict.because for verdict in each), *seen)


def _controlled(load: Verdict, serology: Verdict, problem: Problem) -> Verdict:
    """Yes when absent or suppressed, no when the load is too high, else unknown."""
    if load.answer == "yes":
        return no(load.because, *load.evidence)
    if load.answer == "no":
        return yes(load.because, *load.evidence)
    if problem.active or problem.provisional:
        named = f"Charted: {problem.title}. {load.because}" if charted_openly(problem) else RESTRICTED
        return unknown(named)
    if load.evidence:
        return unknown(load.because, *load.evidence)
    if serology.answer == "no":
        return unread(problem) or yes(serology.because, *serology.evidence)
    return unknown(f"{serology.because} {load.because}" if serology.answer == "yes" else serology.because)
