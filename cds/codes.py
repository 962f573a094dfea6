"""Every problem, procedure, medicine and coded answer that is read, with its codes.

SNOMED CT identifiers are used by permission of SNOMED International (see NOTICE). ICD-10-CM and ICD-10-PCS are
those of the 2025 tables. Still to be confirmed by the clinical owner: every ICD-9-CM code, the codes of other
ICD-10 editions (`who:`), CPT and ICD-10-PCS imaging codes, and the RxNorm codes of dabigatran, edoxaban,
rivaroxaban and of tablets (855288, 855332 warfarin; 1364435, 1364445 apixaban).
"""

from cds.analyte import LOINC, OBSERVATIONS, OWN
from cds.concept import Asked, Concept, Index

SNOMED = "http://snomed.info/sct"
TEXT = "text"

_ULCERS = " ".join(f"K{site}{bleeds}" for site in (25, 26, 27, 28) for bleeds in (0, 2, 4, 6))
_OF_THE_GUT = (
    "K2901 K2921 K2931 K2941 K2951 K2961 K2971 K2981 K2991 who:K290 K31811 K3182 K5521"
    " K5701 K5711 K5713 K5721 K5731 K5733 K5741 K5751 K5753 K5781 K5791 K5793"
)
"""Ulcers, gastritis, vessels and diverticula whose ICD-10 code says that they bleed."""

_CONDITIONS = (
    Concept(
        "masld", "steatotic liver disease", "conditions", "1231824009 197315008 197321007", icd10="K760"
    ),
    Concept("mash", "steatohepatitis", "conditions", "442685003 442191002", icd10="K7581"),
    Concept("hepatic_fibrosis", "hepatic fibrosis", "conditions", "62484002", icd10="K740 K742"),
    Concept("early_fibrosis", "early hepatic fibrosis", "conditions", icd10="K7401"),
    Concept("advanced_fibrosis", "advanced hepatic fibrosis", "conditions", icd10="K7402"),
    Concept(
        "cirrhosis", "cirrhosis", "conditions",
        "19943007 716203000 708248004 420054005 103611000119102 831000119103 1761006 12368000",
        icd10="K703 K743 K744 K745 K746", icd9="5712 5715 5716",
    ),
    Concept("decompensated_cirrhosis", "decompensated cirrhosis", "conditions", "716203000"),
    Concept(
        "alcoholic_hepatitis", "alcohol-associated hepatitis", "conditions", "235875008", icd10="K701", icd9="5711"
    ),
    Concept("alcoholic_hepatic_failure", "alcoholic hepatic failure", "conditions", "235881000", icd10="K704"),
    Concept(
        "alcohol_liver_disease", "alcohol-associated liver disease", "conditions",
        "235875008 235881000 420054005 713370005", icd10="K70", icd9="5710 5711 5712 5713",
    ),
    Concept(
        "acute_liver_failure", "acute hepatic failure", "conditions", "235884008 235885009",
        icd10="K720 K711", icd9="570",
    ),
    Concept("hepatic_failure", "hepatic failure", "conditions", "59927004", icd10="K729 =K72"),
    Concept("chronic_hepatic_failure", "chronic hepatic failure", "conditions", icd10="K721"),
    Concept(
        "liver_cancer", "liver cancer", "conditions", "109841003 95214007 94381002 93870000",
        icd10="C22 C787 C7B02", icd9="155 1977 20972",
    ),
    Concept("liver_cancer_history", "history of liver cancer", "conditions", icd10="Z8505", icd9="V1007"),
    Concept(
        "other_cancer", "another cancer", "conditions",
        "128462008 363346000 363406005 254637007 109838007 94260004",
        icd10="C0 C1 C2 C3 C4 C5 C6 C7 C8 C9 !C22 !C44 !C787 !C7B02",
        icd9="14 15 16 17 18 19 200 201 202 203 204 205 206 207 208 2090 2091 2092 2093 2097 !155 !173 !1977 !20972",
    ),
    Concept(
        "cancer_history", "history of cancer", "conditions", icd10="Z85 !Z8505 !Z85828", icd9="V10 !V1007 !V1083"
    ),
    Concept(
        "bleeding_varices", "variceal bleeding", "conditions", "17709002 195475003",
        icd10="I8501 I8511 I983 who:I850", icd9="4560 45620",
    ),
    Concept(
        "gi_bleeding", "gastrointestinal bleeding", "conditions", "74474003 2901004",
        icd10=f"K920 K921 K922 K226 {_ULCERS} K625 {_OF_THE_GUT}", icd9="578",
    ),
    Concept(
        "varices", "varices", "conditions", "308129003", icd10="I8500 I8510 I859 I864 I982 cm:I850", icd9="4561 45621"
    ),
    Concept("portal_hypertension", "portal hypertension", "conditions", "34742003", icd10="K766", icd9="5723"),
    Concept(
        "charted_ascites", "ascites", "conditions", "389026000 236004002",
        icd10="R188 =R18 K7031 K7011 K7151", icd9="78959 =7895",
    ),
    Concept(
        "hepatic_encephalopathy", "hepatic encephalopathy", "conditions", "13920009 449901005",
        icd10="K7682 who:K7271 who:K7272 who:K7273 who:K7274 who:K7279", icd9="5722",
    ),
    Concept("hepatic_coma", "hepatic coma", "conditions", icd10="K7041 K7111 K7201 K7211 K7291"),
    Concept(
        "bacterial_peritonitis", "spontaneous bacterial peritonitis", "conditions", "11836002",
        icd10="K652", icd9="56723",
    ),
    Concept(
        "sepsis", "sepsis or bacteraemia", "conditions", "91302008 76571007 10001005",
        icd10="A40 A41 R6520 R6521 R7881 who:R572", icd9="038 99591 99592 78552 7907",
    ),
    Concept("hrs", "hepatorenal syndrome", "conditions", "51292008", icd10="K767", icd9="5724"),
    Concept("portal_vein_thrombosis", "portal vein thrombosis", "conditions", "17920008", icd10="I81", icd9="452"),
    Concept("budd_chiari", "Budd-Chiari syndrome", "conditions", "38739001", icd10="I820", icd9="4530"),
    Concept(
        "hiv_infection", "HIV infection", "conditions", "86406008 165816005", icd10="B20 B21 B22 B23 B24 Z21",
        icd9="042 V08",
    ),
    Concept("hiv_negative", "HIV negative", "conditions", "165815009"),
    Concept(
        "hepatitis_b", "hepatitis B", "conditions", "66071002 61977001 103611000119102",
        icd10="B16 B180 B181 B191 Z2251", icd9="0702 0703 V0261",
    ),
    Concept(
        "hepatitis_c", "hepatitis C", "conditions", "50711007 128302006 831000119103",
        icd10="B171 B182 B192 Z2252", icd9="07041 07044 07051 07054 0707 V0262",
    ),
    Concept("toxic_liver_disease", "drug-induced liver disease", "conditions", icd10="K71"),
    Concept(
        "pregnancy_or_lactation", "pregnancy or lactation", "conditions", "77386006 72892002",
        icd10="Z331 Z34 O09 O266 O984 Z3A Z391", icd9="V22 V23 V241",
    ),
    Concept("absent_uterus", "absence of the uterus", "conditions", icd10="Z90710 Z90711", icd9="V8801 V8802"),
    Concept(
        "liver_transplant_status", "liver transplant", "conditions", "737297006 702777009 18027006",
        icd10="Z944 T864", icd9="V427 99682",
    ),
    Concept("other_transplant_status", "another transplant", "conditions", icd10="Z94 !Z944", icd9="V42 !V427"),
    Concept(
        "transplant_waiting", "waiting for a transplant", "conditions", "698305006", icd10="Z7682", icd9="V4983"
    ),
    Concept(
        "alcohol_use_disorder", "alcohol use disorder", "conditions", "7200002",
        icd10="F101 F102 !F1011 !F1021", icd9="303 3050 !30303 !30393 !30503",
    ),
    Concept(
        "alcohol_remission", "alcohol use disorder in remission", "conditions", icd10="F1011 F1021",
        icd9="30303 30393 30503",
    ),
    Concept(
        "end_stage_renal", "end-stage renal disease", "conditions", "105502003 236435004",
        icd10="N186 Z992 Z49", icd9="5856 V4511 =V451 V56",
    ),
    Concept(
        "diabetes", "diabetes", "conditions", "73211009 46635009 44054006",
        icd10="E08 E09 E10 E11 E12 E13 E14", icd9="249 250",
    ),
    Concept("impaired_fasting_glucose", "impaired fasting glucose", "conditions", icd10="R7301", icd9="79021"),
    Concept("obesity", "obesity", "conditions", "414916001", icd10="E66", icd9="27800 27801 =2780"),
    Concept("dyslipidaemia", "dyslipidaemia", "conditions", icd10="E78", icd9="272"),
    Concept("heart_failure", "heart failure", "conditions", "84114007", icd10="I50", icd9="428"),
    Concept("autoimmune_hepatitis", "autoimmune hepatitis", "conditions", "408335007", icd10="K754", icd9="57142"),
    Concept(
        "cholestatic_disease", "cholestatic liver disease", "conditions", "31712002 197441003 1761006 12368000",
        icd10="K743 K744 K745 K8301", icd9="5716",
    ),
    Concept(
        "genetic_liver_disease", "genetic liver disease", "conditions", "88518009 399187006 30188007",
        icd10="E8301 E83110 E8801 who:E830 who:E831", icd9="2751 27501 2734",
    ),
    Concept(
        "other_liver_disease", "liver disease", "conditions", "235856003 328383001",
        icd10="K70 K71 K72 K73 K74 K75 K76 !K750 !K751", icd9="571 5728 573",
    ),
)  # fmt: skip

_PROCEDURES = (
    Concept(
        "intermittent_dialysis", "dialysis", "procedures", "302497006 108241001 265764009",
        pcs="5A1D00Z 5A1D60Z 5A1D70Z 5A1D80Z", icd9_procedures="3995 5498", cpt="90935 90937 90945 90947",
    ),
    Concept(
        "continuous_dialysis", "continuous dialysis", "procedures", "233580005 233585000 233590002 714749008",
        pcs="5A1D90Z",
    ),
    Concept("band_ligation", "variceal band ligation", "procedures", pcs="06L38CZ", cpt="43244 43205"),
    Concept(
        "liver_transplantation", "liver transplantation", "procedures", "18027006",
        pcs="0FY00Z0 0FY00Z1 0FY00Z2", icd9_procedures="505", cpt="47135",
    ),
    Concept(
        "liver_biopsy", "liver biopsy", "procedures", "86259008", pcs="0FB03ZX 0FB00ZX 0FB04ZX",
        icd9_procedures="5011 5012", cpt="47000",
    ),
    Concept(
        "liver_imaging", "imaging of the liver", "procedures", "45036003", loinc="24558-9 24556-3 41806-1",
        pcs="BF25 BF35 BF45 BF26 BF36 BF46 BW20 BW30 BW40", icd9_procedures="8801 8876 8897",
        cpt="76700 76705 74150 74160 74170 74176 74177 74178 74181 74182 74183",
    ),
    Concept("transplant_evaluation", "transplant evaluation", "procedures"),
)  # fmt: skip

_MEDICINES = (
    Concept(
        "anticoagulant", "an anticoagulant", "medications",
        rxnorm="11289 1364430 1114195 1546356 1037042 1599538 855288 855332 1364435 1364445",
        atc="B01AA B01AE07 B01AF",
        words="warfarin warfarine warfarina phenprocoumon acenocoumarol acenocumarol fluindione dabigatran rivaroxaban"
        " apixaban edoxaban coumadin jantoven marcumar sintrom pradaxa xarelto eliquis savaysa lixiana",
    ),
)  # fmt: skip

CONCEPTS: dict[str, Concept] = {each.name: each for each in (*_CONDITIONS, *_PROCEDURES, *_MEDICINES)}
"""Name -> concept."""

INDEX = Index(CONCEPTS.values())

_TESTED = {
    **{(SNOMED, code): "negative" for code in ("260385009", "260415000", "2667000")},
    **{(SNOMED, code): "positive" for code in ("10828004", "260373001", "52101004")},
    **{(TEXT, word): "negative" for word in ("negative", "not detected")},
    **{(TEXT, word): "positive" for word in ("positive", "detected")},
}
_PREGNANT = {**_TESTED, (SNOMED, "77386006"): "positive", (SNOMED, "60001007"): "negative"}
_PRESENT = {(SNOMED, "52101004"): "present", (SNOMED, "2667000"): "absent"}
_ASCITES = ("none", "mild", "diuretic-controlled", "moderate", "severe", "refractory")

INTERPRETATIONS = {"POS": "positive", "DET": "positive", "NEG": "negative", "ND": "negative"}
"""Codes of a test's interpretation that answer it."""

MELD_VERSIONS = {"meld": "charted_meld", "meld-na": "charted_meld_na", "meld-3": "charted_meld_3"}
"""Which formula a charted MELD says it is (own code system) -> answer. It is shown beside ours, never used."""
MELD_CODE = (OBSERVATIONS, "meld")
MELD_VERSION = OWN + "meld-version"


def _test(name: str, title: str, *loinc: str) -> Asked:
    return Asked(name, title, tuple((LOINC, code) for code in loinc), _TESTED, interpreted=True)


ANSWERS: dict[str, Asked] = {
    each.name: each
    for each in (
        _test("hbsag", "HBsAg", "5196-1"),
        _test("anti_hcv", "anti-HCV", "13955-0"),
        _test("hbv_dna_test", "HBV DNA", "42595-9"),
        _test("hcv_rna_test", "HCV RNA", "20416-4"),
        _test("hiv_test", "HIV test", "56888-1", "83101-6"),
        Asked(
            "pregnancy_test", "pregnancy test",
            tuple((LOINC, code) for code in ("11449-6", "2118-8", "2110-5", "2106-3")), _PREGNANT, interpreted=True,
        ),
        Asked(
            "ascites_grade", "ascites grade", ((OBSERVATIONS, "ascites-grade"),),
            {(OWN + "msc-ascites-grade", grade): grade for grade in _ASCITES},
        ),
        Asked("west_haven_grade", "West Haven grade", ((OBSERVATIONS, "west-haven-grade"),), scale=4),
        Asked("fibrosis_stage", "fibrosis stage", ((OBSERVATIONS, "fibrosis-stage"),), scale=4),
        Asked("ascites_finding", "ascites", ((SNOMED, "389026000"),), _PRESENT),
        Asked("encephalopathy_finding", "hepatic encephalopathy", ((SNOMED, "13920009"),), _PRESENT),
        Asked("charted_meld", "charted MELD", (MELD_CODE,)),
        Asked("charted_meld_na", "charted MELD-Na", (MELD_CODE,)),
        Asked("charted_meld_3", "charted MELD 3.0", (MELD_CODE,)),
    )
}  # fmt: skip
"""Name -> coded answer. A charted MELD names its formula by its method, so three answers share one code."""

SEVERITIES = {"255604002": "mild", "6736007": "moderate", "24484000": "severe"}
"""SNOMED CT severities of a condition."""
