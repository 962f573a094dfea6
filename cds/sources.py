"""Every publication, guideline, policy and registry entry that a score or rule rests on, once."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Source:
    """`key` is how text refers to it; `confirmed` says whether the text was seen or is cited from memory."""

    key: str
    citation: str
    url: str = ""
    checked: str = ""
    mark: Literal["reproduced", "seen", "to-confirm", "product-rule"] = "seen"


# Scores

KAMATH_2001 = Source(
    "Kamath 2001",
    (
        "Kamath PS et al. A model to predict survival in patients with end-stage liver disease. "
        "Hepatology 2001;33:464-470."
    ),
    "https://doi.org/10.1053/jhep.2001.22172",
    mark="reproduced",
)
MALINCHOC_2000 = Source(
    "Malinchoc 2000",
    (
        "Malinchoc M et al. A model to predict poor survival in patients undergoing transjugular "
        "intrahepatic portosystemic shunts. Hepatology 2000;31:864-871."
    ),
    "https://doi.org/10.1053/he.2000.5852",
    mark="seen",
)
WIESNER_2003 = Source(
    "Wiesner 2003",
    (
        "Wiesner R et al. Model for end-stage liver disease (MELD) and allocation of donor livers. "
        "Gastroenterology 2003;124:91-96."
    ),
    "https://doi.org/10.1053/gast.2003.50016",
    mark="seen",
)
OPTN_9_1 = Source(
    "OPTN Policy 9.1",
    (
        "Organ Procurement and Transplantation Network, Policy 9.1 (MELD score), known from "
        "transcriptions: compare with the current text."
    ),
    "https://optn.transplant.hrsa.gov/policies-bylaws/policies/",
    mark="to-confirm",
)
KIM_2021 = Source(
    "Kim 2021",
    (
        "Kim WR et al. MELD 3.0: the model for end-stage liver disease updated for the modern era. "
        "Gastroenterology 2021;161:1887-1895."
    ),
    "https://doi.org/10.1053/j.gastro.2021.08.050",
    mark="reproduced",
)
HEUMAN_2007 = Source(
    "Heuman 2007",
    (
        "Heuman DM et al. MELD-XI: a rational approach to sickest-first liver transplantation in "
        "cirrhotic patients requiring anticoagulant therapy. Liver Transpl 2007;13:30-37."
    ),
    "https://doi.org/10.1002/lt.20906",
    mark="reproduced",
)
PUGH_1973 = Source(
    "Pugh 1973",
    ("Pugh RN et al. Transection of the oesophagus for bleeding oesophageal varices. Br J Surg 1973;60:646-649."),
    "https://doi.org/10.1002/bjs.1800600817",
    mark="reproduced",
)
JOHNSON_2015 = Source(
    "Johnson 2015",
    (
        "Johnson PJ et al. Assessment of liver function in patients with hepatocellular carcinoma: a new "
        "evidence-based approach, the ALBI grade. J Clin Oncol 2015;33:550-558."
    ),
    "https://doi.org/10.1200/JCO.2014.57.9151",
    mark="reproduced",
)
STERLING_2006 = Source(
    "Sterling 2006",
    (
        "Sterling RK et al. Development of a simple noninvasive index to predict significant fibrosis in "
        "patients with HIV/HCV coinfection. Hepatology 2006;43:1317-1325."
    ),
    "https://doi.org/10.1002/hep.21178",
    mark="reproduced",
)
MCPHERSON_2017 = Source(
    "McPherson 2017",
    (
        "McPherson S et al. Age as a confounding factor for the accurate non-invasive diagnosis of "
        "advanced NAFLD fibrosis. Am J Gastroenterol 2017;112:740-751."
    ),
    mark="to-confirm",
)
AGA_2021 = Source(
    "AGA pathway 2021",
    (
        "Kanwal F et al. Clinical care pathway for the risk stratification and management of patients "
        "with nonalcoholic fatty liver disease. Gastroenterology 2021;161:1657-1669."
    ),
    "https://doi.org/10.1053/j.gastro.2021.07.049",
    mark="seen",
)
WAI_2003 = Source(
    "Wai 2003",
    (
        "Wai CT et al. A simple noninvasive index can predict both significant fibrosis and cirrhosis in "
        "patients with chronic hepatitis C. Hepatology 2003;38:518-526."
    ),
    mark="to-confirm",
)
LIN_2011 = Source(
    "Lin 2011",
    (
        "Lin ZH et al. Performance of the aspartate aminotransferase-to-platelet ratio index for the "
        "staging of hepatitis C-related fibrosis: an updated meta-analysis. Hepatology 2011;53:726-736."
    ),
    mark="seen",
)
ANGULO_2007 = Source(
    "Angulo 2007",
    (
        "Angulo P et al. The NAFLD fibrosis score: a noninvasive system that identifies liver fibrosis "
        "in patients with NAFLD. Hepatology 2007;45:846-854."
    ),
    mark="reproduced",
)
DE_RITIS = Source(
    "AST/ALT ratio",
    "The ratio of AST to ALT (De Ritis ratio), descriptive use.",
    mark="seen",
)
BEDOGNI_2006 = Source(
    "Bedogni 2006",
    (
        "Bedogni G et al. The fatty liver index: a simple and accurate predictor of hepatic steatosis in "
        "the general population. BMC Gastroenterol 2006;6:33."
    ),
    mark="reproduced",
)
LEE_2010 = Source(
    "Lee 2010",
    (
        "Lee JH et al. Hepatic steatosis index: a simple screening tool reflecting nonalcoholic fatty "
        "liver disease. Dig Liver Dis 2010;42:503-508."
    ),
    mark="reproduced",
)
MADDREY_1978 = Source(
    "Maddrey 1978",
    (
        "Maddrey WC et al. Corticosteroid therapy of alcoholic hepatitis. Gastroenterology "
        "1978;75:193-199; used in the later form with the control time."
    ),
    mark="reproduced",
)
FORREST_2005 = Source(
    "Forrest 2005",
    (
        "Forrest EH et al. Analysis of factors predictive of mortality in alcoholic hepatitis and "
        "derivation and validation of the Glasgow alcoholic hepatitis score. Gut 2005;54:1174-1179."
    ),
    mark="reproduced",
)
LOUVET_2007 = Source(
    "Louvet 2007",
    (
        "Louvet A et al. The Lille model: a new tool for therapeutic strategy in patients with severe "
        "alcoholic hepatitis treated with steroids. Hepatology 2007;45:1348-1354."
    ),
    mark="reproduced",
)
MOREAU_2013 = Source(
    "Moreau 2013",
    (
        "Moreau R et al. Acute-on-chronic liver failure is a distinct syndrome that develops in patients "
        "with acute decompensation of cirrhosis. Gastroenterology 2013;144:1426-1437."
    ),
    "https://doi.org/10.1053/j.gastro.2013.02.042",
    mark="reproduced",
)
JALAN_2014 = Source(
    "Jalan 2014",
    (
        "Jalan R et al. Development and validation of a prognostic score to predict mortality in "
        "patients with acute-on-chronic liver failure. J Hepatol 2014;61:1038-1047."
    ),
    "https://doi.org/10.1016/j.jhep.2014.06.012",
    mark="reproduced",
)
JALAN_2015 = Source(
    "Jalan 2015",
    (
        "Jalan R et al. The CLIF Consortium Acute Decompensation score (CLIF-C ADs) for prognosis of "
        "hospitalised cirrhotic patients without acute-on-chronic liver failure. J Hepatol "
        "2015;62:831-840."
    ),
    mark="reproduced",
)
ENGELMANN_2018 = Source(
    "Engelmann 2018",
    (
        "Engelmann C et al. CLIF-C ACLF score is a better mortality predictor than MELD, MELD-Na and "
        "CLIF-C OF in patients with acute on chronic liver failure admitted to the ward or ICU. Crit "
        "Care 2018;22:254."
    ),
    "https://doi.org/10.1186/s13054-018-2156-0",
    mark="seen",
)
EASL_ACLF_2023 = Source(
    "EASL 2023",
    (
        "European Association for the Study of the Liver. EASL clinical practice guidelines on "
        "acute-on-chronic liver failure. J Hepatol 2023;79:461-491."
    ),
    mark="seen",
)

# Rules above the scores, in alphabetical order

BAVENO_VII = Source(
    "Baveno VII",
    "de Franchis R et al. Baveno VII: renewing consensus in portal hypertension. J Hepatol 2022;76:959-974.",
    "https://doi.org/10.1016/j.jhep.2021.12.022",
    mark="to-confirm",
)
EDDOWES_2019 = Source(
    "Eddowes 2019",
    "Eddowes PJ et al. Accuracy of elastography and CAP in NAFLD. Gastroenterology 2019;156:1717-1730.",
    mark="to-confirm",
)
FDA_ALERT_2020 = Source(
    "FDA 2020",
    "US Food and Drug Administration. Consumer alert on regenerative medicine products, 22 July 2020.",
    "https://www.fda.gov/vaccines-blood-biologics/consumers-biologics/"
    "consumer-alert-regenerative-medicine-products-including-stem-cells-and-exosomes",
)
HEPAR_RULE = Source(
    "hepar rule",
    "A screening rule of this product, to be signed by the clinical owner; no publication states it.",
    mark="product-rule",
)
LIN_2017 = Source(
    "Lin 2017",
    "Lin et al. Allogeneic bone marrow-derived MSC for HBV-related ACLF. Hepatology 2017.",
    "https://doi.org/10.1002/hep.29189",
)
LIU_2022 = Source(
    "Liu 2022",
    "Liu et al. Review of 12 randomised trials of MSC in chronic liver disease. Stem Cell Res Ther 2022.",
    "https://doi.org/10.1186/s13287-022-02882-4",
)
LU_2025 = Source(
    "Lu 2025",
    "Lu et al. Review of trials of MSC in ACLF, with their schedules. Stem Cell Res Ther 2025;16:197.",
    "https://doi.org/10.1186/s13287-025-04303-8",
)
MERION_2005 = Source(
    "Merion 2005",
    "Merion RM et al. The survival benefit of liver transplantation. Am J Transplant 2005;5:307-313.",
    mark="to-confirm",
)
SANYAL_2023 = Source(
    "Sanyal 2023",
    "Sanyal AJ et al. Agile 3+ and Agile 4 from liver stiffness and blood tests. J Hepatol 2023;78:247-259.",
    "https://pmc.ncbi.nlm.nih.gov/articles/PMC10170177/",
    mark="reproduced",
)
SOURCE_ARTICLE = Source(
    "source article",
    "The clinical article on mesenchymal stem cells in liver disease whose entry criteria are represented here.",
)
SUK_2016 = Source(
    "Suk 2016",
    "Suk et al. Autologous bone marrow MSC in alcohol-related cirrhosis. Hepatology 2016;64:2185-2197.",
)
