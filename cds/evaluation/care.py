"""What comes first whatever follows: transplant evaluation, weight, glycaemia and lipids, precipitants."""

from cds.evaluation.cause import ANTI_HCV, HBSAG, serology
from cds.evaluation.panels import COUNT, LOINC
from cds.evaluation.setting import Setting, Status, also, either, latest, only_if, result, together, without
from cds.knowledge import DAY, MONTHS_6, MONTHS_12, Order, Verdict, evaluation
from cds.metabolic import off_target
from cds.sources import EASL_ACLF_2023, HEPAR_RULE, MERION_2005, SOURCE_ARTICLE
from cds.transplant import TransplantPrompt
from cds.views import Answers, Fact, Lab, Problem
from cds.words import charted

REFERRAL = Order("Referral to a liver transplant centre for evaluation", category="referral")
HBA1C = Order("HbA1c", ((LOINC, "4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood"),))
TRIGLYCERIDES = Order("Triglycerides", ((LOINC, "2571-8", "Triglyceride [Mass/volume] in Serum or Plasma"),))
LIPIDS = Order("Lipid panel")
WEIGHT = Order("Weight and lifestyle programme", category="referral")
CRP = Order("CRP", ((LOINC, "1988-5", "C reactive protein [Mass/volume] in Serum or Plasma"),))
CULTURES = Order("Blood, urine and ascites cultures where indicated")
PARACENTESIS = Order("Diagnostic paracentesis where ascites is present", category="procedure")
MEDICINES = Order("Review of hepatotoxic drugs", category="assessment")
PRECIPITANT_WINDOW = 7 * DAY


@evaluation(
    id="transplant-evaluation",
    title="Transplant evaluation",
    sources=(MERION_2005, HEPAR_RULE),
    orders=(REFERRAL,),
    window="12 months; while on the waiting list",
)
def transplant_evaluation_step(
    setting: Setting,
    transplant_prompt: TransplantPrompt,
    decompensation: Verdict,
    transplant_waiting: Problem,
    transplant_evaluation: Problem,
) -> tuple[str, str]:
    """Where the transplant prompt applies: on the waiting list, or an evaluation or referral within 12 months."""
    early = without(setting)
    if early:
        return early
    if not transplant_prompt:
        gap = only_if(setting, decompensation.answer, "")
        calm = "No score at the transplant-evaluation threshold and no decompensation charted, or already transplanted."
        return gap if gap and gap[0] == "missing" else ("not-needed", calm)
    if transplant_waiting.active:
        return "done", charted(transplant_waiting.title, transplant_waiting.active)
    return together((latest(transplant_evaluation, "transplant evaluation or referral", MONTHS_12),))


@evaluation(
    id="metabolic-management",
    title="Weight, glycaemia and lipids",
    sources=(SOURCE_ARTICLE, HEPAR_RULE),
    orders=(HBA1C, TRIGLYCERIDES, LIPIDS, WEIGHT),
    window="6 months",
)
def metabolic_management(
    setting: Setting,
    bmi: Lab,
    weight: Lab,
    hba1c: Lab,
    glucose: Lab,
    fasting_glucose: Lab,
    triglycerides: Lab,
    cholesterol: Lab,
    hdl: Lab,
    female: Fact,
) -> tuple[str, str]:
    """In steatotic liver disease: BMI or weight, HbA1c or glucose, triglycerides and cholesterol within 6 months."""
    early = without(setting) or only_if(setting, setting.steatosis, "No steatotic liver disease is charted.")
    if early:
        return early
    status = together(
        (
            either("BMI or weight", (result(lab, MONTHS_6) for lab in (bmi, weight))),
            either("HbA1c or glucose", (result(lab, MONTHS_6) for lab in (hba1c, glucose, fasting_glucose))),
            result(triglycerides, MONTHS_6),
            result(cholesterol, MONTHS_6),
        )
    )
    off = off_target(hba1c, triglycerides, hdl, bmi, weight, female)
    return also(status, off.because if off.answer == "yes" else "")


@evaluation(
    id="precipitant-review",
    title="Precipitants: infection, bleeding, drug toxicity",
    sources=(SOURCE_ARTICLE, EASL_ACLF_2023, HEPAR_RULE),
    orders=(COUNT, CRP, CULTURES, PARACENTESIS, MEDICINES, HBSAG, ANTI_HCV),
    window="7 days",
)
def precipitant_review(
    setting: Setting,
    haemoglobin: Lab,
    wbc: Lab,
    crp: Lab,
    anticoagulant: Problem,
    hepatitis_b: Problem,
    hepatitis_c: Problem,
    hbsag: Answers,
    anti_hcv: Answers,
    hbv_dna: Lab,
    hbv_dna_test: Answers,
    hcv_rna: Lab,
    hcv_rna_test: Answers,
) -> tuple[str, str]:
    """In ACLF, or cirrhosis with decompensation within 28 d: bleeding, infection, medicines, viral serology.

    Haemoglobin, WBC and CRP within 7 d. A culture cannot be read, so WBC and CRP are needed.
    """
    early = (
        without(setting)
        or only_if(setting, setting.cirrhosis, "No cirrhosis is charted.")
        or only_if(setting, setting.acute, "No decompensation began within 28 days.")
    )
    if early:
        return early
    viral = serology(hepatitis_b, hepatitis_c, hbsag, anti_hcv, hbv_dna, hbv_dna_test, hcv_rna, hcv_rna_test)
    recent = (result(lab, PRECIPITANT_WINDOW) for lab in (haemoglobin, wbc, crp))
    return _review(together((*recent, *viral)), anticoagulant)


def _review(status: Status, medicines: Problem) -> Status:
    """Drug toxicity can only be judged when the medicines were read."""
    if medicines.read:
        return status
    return "missing", f"{status[1]} Medicines could not be read (NOT_RETRIEVED)."
