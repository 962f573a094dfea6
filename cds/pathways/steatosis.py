"""The trial family of metabolic steatotic liver disease: narrower than the source article, F3 to F4 only."""

from datetime import datetime

from cds.assessment import Outcome
from cds.eligibility import evidence
from cds.fibrosis import Stage, stage_words
from cds.knowledge import MONTHS_12, Verdict, criterion, no, pathway, unknown, yes
from cds.metabolic import elevated_enzymes, off_target
from cds.sources import HEPAR_RULE, SOURCE_ARTICLE
from cds.trials import NCT03963921
from cds.verdicts import active, unconfirmed, unread
from cds.views import Answers, Fact, Lab, Problem
from cds.viral import hcv_infection, surface_antigen
from cds.words import joined, scored, sentence


@pathway(
    id="steatosis",
    title="Metabolic dysfunction-associated steatotic liver disease",
    sources=(SOURCE_ARTICLE, NCT03963921.source, HEPAR_RULE),
    cite="NCT03963921",
)
def gate(masld: Problem, mash: Problem) -> Verdict:
    """Steatotic liver disease or steatohepatitis on the problem list; a screening score alone does not open it."""
    found = active(mash, masld)
    if found:
        return found
    doubtful = unconfirmed(mash, masld)
    if doubtful:
        return yes(doubtful.because, *doubtful.evidence)
    return unread(masld, mash) or no("No steatotic liver disease is charted.")


@criterion(
    pathway="steatosis",
    id="masld-or-mash",
    title="Confirmed steatotic liver disease",
    sources=(SOURCE_ARTICLE, NCT03963921.source),
    cite="NCT03963921",
    suggest=("liver-imaging",),
)
def masld_or_mash(masld: Problem, mash: Problem) -> Verdict:
    """Active and confirmed code; a provisional one leaves it unknown (imaging, biopsy where indicated)."""
    return (
        active(mash, masld)
        or unconfirmed(mash, masld)
        or unread(masld, mash)
        or unknown("No steatotic liver disease is charted.")
    )


@criterion(
    pathway="steatosis",
    id="article-entry",
    title="Fibrosis F2 or more, elevated enzymes, or metabolic components not at target",
    sources=(SOURCE_ARTICLE, HEPAR_RULE),
    cite="source article",
    suggest=("liver-panel", "elastography", "metabolic-management"),
)
def article_entry(
    ladder: Stage,
    alt: Lab,
    ast: Lab,
    hba1c: Lab,
    triglycerides: Lab,
    hdl: Lab,
    bmi: Lab,
    weight: Lab,
    female: Fact,
) -> Verdict:
    """Any of three routes; not met only when all three are known to be false. It alone never makes a match."""
    routes = (
        _fibrosis_2(ladder),
        elevated_enzymes(alt, ast),
        off_target(hba1c, triglycerides, hdl, bmi, weight, female),
    )
    met = [route for route in routes if route.answer == "yes"]
    if met:
        return yes(" ".join(route.because for route in met), *(each for route in met for each in route.evidence))
    if all(route.answer == "no" for route in routes):
        return no(" ".join(route.because for route in routes))
    return unknown(" ".join(route.because for route in routes if route.answer == "unknown"))


def _fibrosis_2(ladder: Stage) -> Verdict:
    if ladder.low >= 2:
        return yes(stage_words(ladder), *ladder.evidence)
    if ladder.high <= 1:
        return no(stage_words(ladder), *ladder.evidence)
    return unknown(f"F2 is neither shown nor ruled out. {stage_words(ladder)}", *ladder.evidence)


@criterion(
    pathway="steatosis",
    id="fibrosis-f3-f4",
    title="Fibrosis F3 or F4",
    sources=(NCT03963921.source, HEPAR_RULE),
    cite="NCT03963921",
    suggest=("elastography",),
)
def fibrosis_f3_f4(ladder: Stage) -> Verdict:
    """Stage F3 or F4 by the first rung of the fibrosis ladder with usable evidence."""
    if ladder.low >= 3:
        return yes(stage_words(ladder), *ladder.evidence)
    if ladder.high <= 2:
        return no(stage_words(ladder), *ladder.evidence)
    return unknown(stage_words(ladder), *ladder.evidence)


@criterion(
    pathway="steatosis",
    id="no-other-aetiology",
    title="No viral, alcohol-related, autoimmune, cholestatic or genetic liver disease",
    sources=(NCT03963921.source, HEPAR_RULE),
    cite="NCT03963921",
    suggest=("viral-serology", "aetiology"),
)
def no_other_aetiology(
    hepatitis_b: Problem,
    hepatitis_c: Problem,
    alcohol_liver_disease: Problem,
    alcoholic_hepatitis: Problem,
    autoimmune_hepatitis: Problem,
    cholestatic_disease: Problem,
    genetic_liver_disease: Problem,
    hbsag: Answers,
    anti_hcv: Answers,
    hcv_rna: Lab,
    hcv_rna_test: Answers,
) -> Verdict:
    """No such active code, and HBsAg and anti-HCV (or HCV RNA) negative within 12 months."""
    others = (
        hepatitis_b,
        hepatitis_c,
        alcohol_liver_disease,
        alcoholic_hepatitis,
        autoimmune_hepatitis,
        cholestatic_disease,
        genetic_liver_disease,
    )
    coded = active(*others)
    if coded:
        return no(coded.because, *coded.evidence)
    tests = _serology(hbsag, anti_hcv, hcv_rna, hcv_rna_test)
    if tests.answer == "no":
        return tests
    return unread(*others) or unconfirmed(*others) or tests


def _serology(hbsag: Answers, anti_hcv: Answers, hcv_rna: Lab, hcv_rna_test: Answers) -> Verdict:
    """Yes when both are negative within 12 months, no when one is positive, else unknown."""
    both = (surface_antigen(hbsag, MONTHS_12), hcv_infection(anti_hcv, hcv_rna, hcv_rna_test, MONTHS_12))
    positive = [each for each in both if each.answer == "yes"]
    if positive:
        return no(positive[0].because, *positive[0].evidence)
    open_ = [each for each in both if each.answer == "unknown"]
    if open_:
        return unknown(" ".join(each.because for each in open_))
    said = joined(each.because.rstrip(".") for each in both)
    return yes(f"No other cause is charted; {said}.", *(source for each in both for source in each.evidence))


@criterion(
    pathway="steatosis",
    id="no-decompensation",
    title="No decompensation; Child-Pugh below 7 in F4",
    sources=(HEPAR_RULE,),
    cite="hepar rule",
    suggest=("ascites-assessment", "hepatic-encephalopathy-assessment"),
)
def no_decompensation(decompensation: Verdict, ladder: Stage, child_pugh: Outcome, now: datetime) -> Verdict:
    """No ascites, encephalopathy, variceal bleeding, bacterial peritonitis or HRS; in F4 also Child-Pugh 5 to 6."""
    if decompensation.answer == "yes":
        return no(decompensation.because, *decompensation.evidence)
    points = evidence(child_pugh, now)
    if ladder.high == 4 and points.above(6):
        return no(sentence(f"{scored(child_pugh)}, not below 7"))
    if decompensation.answer == "unknown":
        return decompensation
    if ladder.low < 4:
        return yes(decompensation.because)
    if points.inside(5, 6):
        return yes(f"{decompensation.because} {sentence(scored(child_pugh))}")
    return unknown(sentence(f"in F4, Child-Pugh below 7 is needed: {points.why_not or scored(child_pugh)}"))
