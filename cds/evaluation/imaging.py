"""Imaging of the liver, and its stiffness."""

from cds.assessment import Outcome
from cds.comparing import at_least
from cds.eligibility import STIFFNESS
from cds.evaluation.panels import LOINC
from cds.evaluation.setting import Setting, also, latest, result, together, without
from cds.fibrosis import BY_BIOPSY, BY_CODE, BY_FIB_4, HIGH_KPA, LOW_KPA, Stage, Stiffness, stage_words
from cds.knowledge import MONTHS_6, MONTHS_12, Order, evaluation
from cds.sources import AGA_2021, BAVENO_VII, BEDOGNI_2006, HEPAR_RULE, LEE_2010, SOURCE_ARTICLE
from cds.views import Lab, Problem

ULTRASOUND = Order("Abdominal ultrasound", ((LOINC, "24558-9", "US Abdomen"),), "imaging")
ELASTOGRAPHY = Order(
    "Liver stiffness by transient elastography",
    ((LOINC, "77615-3", "Liver stiffness by US.transient elastography"),),
    "imaging",
)
FLI_POSITIVE, HSI_POSITIVE = 60, 36


@evaluation(
    id="liver-imaging",
    title="Liver imaging",
    sources=(SOURCE_ARTICLE, BEDOGNI_2006, LEE_2010, HEPAR_RULE),
    orders=(ULTRASOUND,),
    window="6 months; 12 months without advanced fibrosis, cirrhosis or ACLF",
)
def liver_imaging_step(setting: Setting, liver_imaging: Problem, fli: Outcome, hsi: Outcome) -> tuple[str, str]:
    """With evidence of liver disease: completed ultrasound, CT or MRI of the liver or abdomen within the window."""
    age = MONTHS_12 if setting.cirrhosis == "no" and not setting.advanced else MONTHS_6
    status = without(setting) or together((latest(liver_imaging, "liver imaging", age),))
    positive = (fli.unrounded_low is not None and fli.unrounded_low >= FLI_POSITIVE) or (
        hsi.unrounded_low is not None and hsi.unrounded_low > HSI_POSITIVE
    )
    if positive and setting.steatosis == "no" and status[0] != "not-needed":
        return also(status, "Screening score positive: confirm steatosis.")
    return status


@evaluation(
    id="elastography",
    title="Elastography",
    sources=(SOURCE_ARTICLE, AGA_2021, BAVENO_VII, HEPAR_RULE),
    orders=(ELASTOGRAPHY,),
    window="12 months",
)
def elastography(
    setting: Setting, ladder: Stage, stiffness: Stiffness, lsm: Lab, autoimmune_hepatitis: Problem
) -> tuple[str, str]:
    """Where neither biopsy nor a code gives the stage, and in compensated cirrhosis: LSM by VCTE within 12 months.

    Not needed after a rule-out by FIB-4, in decompensated disease, and in ACLF.
    """
    early = without(setting)
    if early:
        return early
    if "yes" in (setting.aclf, setting.decompensated):
        return "not-needed", "Decompensated disease: stiffness would not change the stage."
    if setting.cirrhosis != "yes" and ladder.rung in (BY_BIOPSY, BY_CODE, BY_FIB_4):
        return "not-needed", stage_words(ladder)
    return also(together((result(lsm, STIFFNESS),)), _biopsy(setting, ladder, stiffness, autoimmune_hepatitis))


def _biopsy(setting: Setting, ladder: Stage, stiffness: Stiffness, autoimmune_hepatitis: Problem) -> str:
    """When the published rules leave the stage to histology."""
    found = stiffness.result
    between = found is not None and at_least(found, LOW_KPA) is not False and at_least(found, HIGH_KPA) is not True
    suspected = any(not event.restricted for event in autoimmune_hepatitis.active + autoimmune_hepatitis.provisional)
    if between or ladder.disagree or suspected or setting.steatosis == "yes":
        return "Biopsy where indicated."
    return ""
