"""Blood tests: liver panel, coagulation, renal panel, blood count, AFP."""

from cds.evaluation.setting import ACLF_WINDOW, Setting, result, together, without
from cds.knowledge import MONTHS_6, Order, evaluation
from cds.sources import AGA_2021, HEPAR_RULE, SOURCE_ARTICLE
from cds.views import Lab

LOINC = "http://loinc.org"
WINDOW = "30 days with cirrhosis or ACLF, else 6 months"

LIVER = Order("Hepatic function panel", ((LOINC, "24325-3", "Hepatic function 2000 panel - Serum or Plasma"),))
GGT = Order("GGT", ((LOINC, "2324-2", "Gamma glutamyl transferase [Enzymatic activity/volume] in Serum or Plasma"),))
INR = Order("INR", ((LOINC, "6301-6", "INR in Platelet poor plasma by Coagulation assay"),))
METABOLIC = Order(
    "Comprehensive metabolic panel", ((LOINC, "24323-8", "Comprehensive metabolic 2000 panel - Serum or Plasma"),)
)
COUNT = Order("Complete blood count", ((LOINC, "58410-2", "CBC panel - Blood by Automated count"),))
AFP = Order("AFP", ((LOINC, "1834-1", "Alpha-1-Fetoprotein [Mass/volume] in Serum or Plasma"),))


@evaluation(
    id="liver-panel", title="Liver panel", sources=(SOURCE_ARTICLE, HEPAR_RULE), orders=(LIVER, GGT), window=WINDOW
)
def liver_panel(setting: Setting, alt: Lab, ast: Lab, ggt: Lab, bilirubin: Lab, albumin: Lab) -> tuple[str, str]:
    """With evidence of liver disease: ALT, AST, GGT, bilirubin and albumin usable within the window."""
    return without(setting) or together(result(lab, setting.window) for lab in (alt, ast, ggt, bilirubin, albumin))


@evaluation(id="coagulation", title="Coagulation", sources=(SOURCE_ARTICLE, HEPAR_RULE), orders=(INR,), window=WINDOW)
def coagulation(setting: Setting, inr: Lab) -> tuple[str, str]:
    """With evidence of liver disease: INR usable within the window."""
    return without(setting) or together((result(inr, setting.window),))


@evaluation(id="renal-panel", title="Renal panel", sources=(HEPAR_RULE,), orders=(METABOLIC,), window=WINDOW)
def renal_panel(setting: Setting, creatinine: Lab, sodium: Lab) -> tuple[str, str]:
    """With evidence of liver disease: creatinine and sodium usable within the window."""
    return without(setting) or together(result(lab, setting.window) for lab in (creatinine, sodium))


@evaluation(
    id="complete-blood-count",
    title="Complete blood count",
    sources=(HEPAR_RULE,),
    orders=(COUNT,),
    window=f"{WINDOW}; in ACLF 24 hours for the white blood cells",
)
def complete_blood_count(setting: Setting, platelets: Lab, wbc: Lab, haemoglobin: Lab) -> tuple[str, str]:
    """With evidence of liver disease: platelets, WBC and haemoglobin usable within the window."""
    for_wbc = ACLF_WINDOW if setting.aclf == "yes" else setting.window
    return without(setting) or together(
        (result(platelets, setting.window), result(wbc, for_wbc), result(haemoglobin, setting.window))
    )


@evaluation(id="afp", title="AFP", sources=(AGA_2021, HEPAR_RULE), orders=(AFP,), window="6 months")
def afp_for_surveillance(setting: Setting, afp: Lab) -> tuple[str, str]:
    """With F3 to F4, cirrhosis or ACLF: AFP usable within 6 months."""
    early = without(setting)
    if early:
        return early
    if not setting.advanced and setting.cirrhosis == "no":
        return "not-needed", "Neither advanced fibrosis nor cirrhosis is shown."
    return together((result(afp, MONTHS_6),))
