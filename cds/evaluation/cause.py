"""Why the liver is diseased: a documented cause, and viral serology."""

from cds.evaluation.panels import LOINC
from cds.evaluation.setting import Part, Setting, Status, either, result, tested, together, without
from cds.knowledge import MONTHS_6, MONTHS_12, Order, evaluation
from cds.sources import HEPAR_RULE, SOURCE_ARTICLE
from cds.verdicts import lower
from cds.views import Answers, Lab, Problem
from cds.viral import charted_openly
from cds.words import joined, sentence

CAUSE = Order("Document the cause of liver disease (alcohol history included)", category="assessment")
HBSAG = Order(
    "HBsAg", ((LOINC, "5196-1", "Hepatitis B virus surface Ag [Presence] in Serum or Plasma by Immunoassay"),)
)
ANTI_HCV = Order("Anti-HCV", ((LOINC, "13955-0", "Hepatitis C virus Ab [Presence] in Serum or Plasma by Immunoassay"),))


@evaluation(
    id="aetiology", title="Cause of liver disease", sources=(SOURCE_ARTICLE, HEPAR_RULE), orders=(CAUSE,), window="once"
)
def aetiology(
    setting: Setting,
    masld: Problem,
    mash: Problem,
    hepatitis_b: Problem,
    hepatitis_c: Problem,
    alcohol_liver_disease: Problem,
    alcoholic_hepatitis: Problem,
    autoimmune_hepatitis: Problem,
    cholestatic_disease: Problem,
    genetic_liver_disease: Problem,
    toxic_liver_disease: Problem,
) -> tuple[str, str]:
    """With evidence of liver disease: a metabolic, viral, alcohol-related, immune, genetic or toxic cause."""
    causes = (
        masld,
        mash,
        hepatitis_b,
        hepatitis_c,
        alcohol_liver_disease,
        alcoholic_hepatitis,
        autoimmune_hepatitis,
        cholestatic_disease,
        genetic_liver_disease,
        toxic_liver_disease,
    )
    return without(setting) or _documented(causes)


def _documented(causes: tuple[Problem, ...]) -> Status:
    shown = [problem for problem in causes if any(not event.restricted for event in problem.active)]
    if shown:
        return "done", sentence(f"charted: {joined(lower(problem.title) for problem in shown)}")
    if any(problem.active for problem in causes):
        return "done", "A cause is charted in a record with restricted access."
    if not all(problem.read for problem in causes):
        return "missing", "Conditions could not be read (NOT_RETRIEVED)."
    if any(problem.provisional for problem in causes):
        return "missing", "A cause is charted but not confirmed."
    return "missing", "No cause is charted."


@evaluation(
    id="viral-serology",
    title="Viral serology",
    sources=(SOURCE_ARTICLE, HEPAR_RULE),
    orders=(HBSAG, ANTI_HCV),
    window="12 months; viral load 6 months",
)
def viral_serology(
    setting: Setting,
    hepatitis_b: Problem,
    hepatitis_c: Problem,
    hbsag: Answers,
    anti_hcv: Answers,
    hbv_dna: Lab,
    hbv_dna_test: Answers,
    hcv_rna: Lab,
    hcv_rna_test: Answers,
) -> tuple[str, str]:
    """With evidence of liver disease: HBsAg and anti-HCV resulted; with charted hepatitis B or C its viral load too."""
    parts = serology(hepatitis_b, hepatitis_c, hbsag, anti_hcv, hbv_dna, hbv_dna_test, hcv_rna, hcv_rna_test)
    early = without(setting)
    if early:
        return early
    if not hepatitis_b.read:
        return "missing", f"Conditions could not be read (NOT_RETRIEVED). {together(parts)[1]}"
    return together(parts)


def serology(
    hepatitis_b: Problem,
    hepatitis_c: Problem,
    hbsag: Answers,
    anti_hcv: Answers,
    hbv_dna: Lab,
    hbv_dna_test: Answers,
    hcv_rna: Lab,
    hcv_rna_test: Answers,
) -> tuple[Part, ...]:
    """The tests that are needed: a charted hepatitis that may be named asks for its viral load."""
    parts = [tested(hbsag, "HBsAg", MONTHS_12), tested(anti_hcv, "anti-HCV", MONTHS_12)]
    for problem, number, test, title in (
        (hepatitis_b, hbv_dna, hbv_dna_test, "HBV DNA"),
        (hepatitis_c, hcv_rna, hcv_rna_test, "HCV RNA"),
    ):
        if charted_openly(problem):
            parts.append(either(title, (result(number, MONTHS_6), tested(test, title, MONTHS_6))))
    return tuple(parts)
