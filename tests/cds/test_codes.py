"""The table of problems, procedures and medicines, walked whole, and how a charted code finds its concept."""

import pytest

from cds.codes import ANSWERS, CONCEPTS, INDEX, SEVERITIES, SNOMED
from cds.concept import family_of
from cds.knowledge import FACTS
from cds.labs import LABS
from tests.cds.test_labs import mod_10

CM = "http://hl7.org/fhir/sid/icd-10-cm"
WHO = "http://hl7.org/fhir/sid/icd-10"
ICD9 = "http://hl7.org/fhir/sid/icd-9-cm"
PCS = "http://www.cms.gov/Medicare/Coding/ICD10"
WITHOUT_CODES = {"transplant_evaluation"}

PRODUCT = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7], [4, 0, 1, 2, 3, 9, 5, 6, 7, 8], [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3], [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
]  # fmt: skip
TURN = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]


def verhoeff(code: str) -> bool:
    """The check digit of SNOMED CT: products in the dihedral group of ten, digits permuted by their place."""
    check = 0
    for place, digit in enumerate(reversed(code)):
        turned = int(digit)
        for _ in range(place % 8):
            turned = TURN[turned]
        check = PRODUCT[check][turned]
    return check == 0


def test_the_check_digit_catches_a_false_code_that_is_about() -> None:
    assert verhoeff("19943007")
    assert not verhoeff("27463000")


def test_every_snomed_code_passes_its_check_digit() -> None:
    codes = {code for concept in CONCEPTS.values() for code in concept.snomed.split()} | set(SEVERITIES)
    for asked in ANSWERS.values():
        codes |= {code for system, code in (*asked.codes, *asked.values) if system == SNOMED}
    assert not [code for code in codes if not verhoeff(code)]


def test_every_loinc_code_passes_its_check_digit() -> None:
    codes = [code for concept in CONCEPTS.values() for code in concept.loinc.split()]
    codes += [code for asked in ANSWERS.values() for system, code in asked.codes if "loinc" in system]
    assert not [code for code in codes if not mod_10(code)]


def test_every_concept_has_a_title_and_codes() -> None:
    for concept in CONCEPTS.values():
        codes = (concept.snomed, concept.icd10, concept.icd9, concept.pcs, concept.cpt, concept.loinc, concept.rxnorm)
        assert concept.title
        assert any(codes) != (concept.name in WITHOUT_CODES), concept.name


def test_a_name_stands_in_one_table() -> None:
    names = [*LABS, *ANSWERS, *CONCEPTS, *FACTS]
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)


@pytest.mark.parametrize(
    ("system", "code", "concepts"),
    [
        (CM, "K74.60", {"cirrhosis", "other_liver_disease"}),
        ("http://mimic.example/CodeSystem/diagnosis-icd10", "K7460", {"cirrhosis", "other_liver_disease"}),
        ("http://jpfhir.jp/fhir/core/mhlw/CodeSystem/ICD10-2013-full", "K74.6", {"cirrhosis", "other_liver_disease"}),
        ("urn:oid:2.16.840.1.113883.6.90", "k74.69", {"cirrhosis", "other_liver_disease"}),
        (CM, "K70.31", {"cirrhosis", "charted_ascites", "alcohol_liver_disease", "other_liver_disease"}),
        (CM, "K74.01", {"hepatic_fibrosis", "early_fibrosis", "other_liver_disease"}),
        (CM, "K75.0", set()),
        (CM, "K72.91", {"hepatic_failure", "hepatic_coma", "other_liver_disease"}),
        (CM, "C22.0", {"liver_cancer"}),
        (CM, "C78.7", {"liver_cancer"}),
        (CM, "C44.91", set()),
        (CM, "C50.9", {"other_cancer"}),
        (CM, "D12.6", set()),
        (CM, "Z85.05", {"liver_cancer_history"}),
        (CM, "Z85.3", {"cancer_history"}),
        (CM, "I85.00", {"varices"}),
        (CM, "I85.01", {"bleeding_varices"}),
        (CM, "I85.0", {"varices"}),
        (WHO, "I85.0", {"bleeding_varices"}),
        (WHO, "I85.9", {"varices"}),
        (WHO, "R18", {"charted_ascites"}),
        (CM, "R18.0", set()),
        (CM, "Z94.4", {"liver_transplant_status"}),
        (CM, "Z94.84", {"other_transplant_status"}),
        (CM, "Z76.82", {"transplant_waiting"}),
        (CM, "F10.20", {"alcohol_use_disorder"}),
        (CM, "F10.21", {"alcohol_remission"}),
        (CM, "Z99.2", {"end_stage_renal"}),
        (ICD9, "571.5", {"cirrhosis", "other_liver_disease"}),
        (ICD9, "5712", {"cirrhosis", "alcohol_liver_disease", "other_liver_disease"}),
        (ICD9, "V42.7", {"liver_transplant_status"}),
        (ICD9, "V42.82", {"other_transplant_status"}),
        (ICD9, "303.93", {"alcohol_remission"}),
        (ICD9, "303.90", {"alcohol_use_disorder"}),
        (ICD9, "173.9", set()),
        (ICD9, "162.9", {"other_cancer"}),
        (ICD9, "070.54", {"hepatitis_c"}),
        (SNOMED, "19943007", {"cirrhosis"}),
        (f"{SNOMED}/900000000000207008/version/20240101", "19943007", {"cirrhosis"}),
        (SNOMED, "27463000", set()),
        (SNOMED, "1197739005", set()),
        (SNOMED, "25370001", set()),
        ("", "K74.60", set()),
        ("urn:local", "K74.60", set()),
    ],
)
def test_a_diagnosis_finds_its_concepts(system: str, code: str, concepts: set[str]) -> None:
    assert set(INDEX.condition(system, code)) == concepts


@pytest.mark.parametrize(
    ("system", "code", "concept"),
    [
        (PCS, "5A1D70Z", "intermittent_dialysis"),
        (PCS, "5A1D90Z", "continuous_dialysis"),
        (ICD9, "39.95", "intermittent_dialysis"),
        (PCS, "0FY00Z0", "liver_transplantation"),
        (PCS, "06L38CZ", "band_ligation"),
        ("http://www.ama-assn.org/go/cpt", "90935", "intermittent_dialysis"),
        (SNOMED, "714749008", "continuous_dialysis"),
        (SNOMED, "45036003", "liver_imaging"),
        ("http://loinc.org", "24558-9", "liver_imaging"),
    ],
)
def test_a_procedure_finds_its_concept(system: str, code: str, concept: str) -> None:
    assert concept in INDEX.procedure(system, code)


def test_a_procedure_code_is_no_diagnosis() -> None:
    assert INDEX.condition(PCS, "BF45ZZZ") == ()
    assert INDEX.condition(ICD9, "39.95") == ()


@pytest.mark.hazard("C-11")
@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Warfarin 5 mg", True),
        ("WARFARIN SODIUM 2.5MG TAB", True),
        ("Apixaban (Eliquis) 5 mg", True),
        ("Marcumar", True),
        ("warfarin-Natrium", True),
        ("Heparin flush", False),
        ("antiwarfarinase", False),
        ("enoxaparin", False),
        ("", False),
    ],
)
def test_an_anticoagulant_is_known_by_the_whole_word(name: str, found: bool) -> None:
    assert bool(INDEX.medicine_named(name)) is found


@pytest.mark.hazard("C-11")
@pytest.mark.parametrize(
    ("system", "code", "found"),
    [
        ("http://www.nlm.nih.gov/research/umls/rxnorm", "11289", True),
        ("http://www.nlm.nih.gov/research/umls/rxnorm", "855332", True),
        ("http://www.nlm.nih.gov/research/umls/rxnorm", "5224", False),
        ("http://www.whocc.no/atc", "B01AA03", True),
        ("http://www.whocc.no/atc", "B01AF02", True),
        ("http://www.whocc.no/atc", "B01AE07", True),
        ("http://www.whocc.no/atc", "B01AB05", False),
    ],
)
def test_an_anticoagulant_is_known_by_its_code(system: str, code: str, found: bool) -> None:
    assert bool(INDEX.medicine(system, code)) is found


@pytest.mark.parametrize(
    ("system", "family"),
    [
        ("http://fhir.de/CodeSystem/bfarm/icd-10-gm", "icd10"),
        ("https://smt.esante.gouv.fr/terminologie-cim-10", "icd10"),
        ("http://mimic.mit.edu/fhir/mimic/CodeSystem/mimic-diagnosis-icd10", "icd10cm"),
        ("http://mimic.mit.edu/fhir/mimic/CodeSystem/mimic-diagnosis-icd9", "icd9"),
        ("urn:oid:2.16.840.1.113883.6.42", "icd9"),
        ("http://example.org/local", ""),
    ],
)
def test_the_family_of_a_system(system: str, family: str) -> None:
    assert family_of(system) == family
