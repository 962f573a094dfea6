"""Every analyte that is read: its codes, its units, and the limits of what is believed.

LOINC codes and names are facts of LOINC (copyright Regenstrief Institute and the LOINC Committee, see NOTICE).
Plausibility limits are the project's own.
"""

from collections.abc import Iterator
from decimal import Decimal

from cds.analyte import BLOOD, CAPILLARY, LOINC, OBSERVATIONS, OTHER, Kind, Lab, codes, lab, limits
from cds.chart import Result
from cds.units import Unit, molar, unit

POC = "POINT_OF_CARE"
METHOD = "OTHER_METHOD"

MG_DL = unit("mg/dL", property="mass")
MMOL_L = unit("mmol/L", property="molar")
MASS_G_DL = (unit("g/dL", property="mass"), unit("g/L", over="10", property="mass"))
ENZYME = (unit("U/L"), unit("[IU]/L"), unit("ukat/L", "60"))
CELLS = (unit("10*9/L"), unit("10*3/uL"), unit("/nL"), unit("/uL", over="1000"), unit("/L", over="1000000000"))
PRESSURE = (unit("mm[Hg]"), unit("kPa", "7.50062"))
CHOLESTEROL = (MG_DL, molar("mmol/L", "38.67"))


def _labs() -> Iterator[Lab]:
    yield lab(
        "bilirubin", "total bilirubin", "mg/dL",
        (MG_DL, molar("umol/L", over="17.104")),
        (
            *codes("1975-2", "mass"), *codes("14631-6", "molar"), *codes("42719-5", "mass", BLOOD),
            *codes("59827-6 59828-4", rank=OTHER, flag=METHOD),
        ),
        limits("0 - 50 100"),
        decoys="1974-5 5770-3",
        hint="1968-7 14629-0 1971-1 14630-8 15152-2",
        bounded=True,
        ambiguous=(("umol/L", "34.0", "34.3"), ("umol/L", "50", "52")),
        mistaken=(("umol/L", "2"),),
    )  # fmt: skip
    yield lab(
        "creatinine", "creatinine", "mg/dL",
        (MG_DL, molar("umol/L", over="88.4"), molar("mmol/L", "1000", "88.4")),
        (
            *codes("2160-0", "mass"), *codes("14682-9", "molar"), *codes("38483-4", "mass", BLOOD),
            *codes("59826-8", "molar", BLOOD), *codes("77140-2", "molar", BLOOD),
            *codes("21232-4", rank=OTHER, flag=METHOD),
            *codes("11042-9", "mass", flag="DIALYSIS_ASK"), *codes("51619-5", "molar", flag="DIALYSIS_ASK"),
        ),
        limits("0.1 0.3 15 40"),
        decoys="11041-1 51620-3 40248-7 40264-4 40123-2 2161-8",
    )  # fmt: skip
    yield lab(
        "inr", "INR", "1",
        (unit("1"), unit("{INR}"), unit("{ratio}")),
        (
            *codes("6301-6"), *codes("34714-6 38875-1", rank=BLOOD), *codes("46418-0", rank=CAPILLARY, flag=POC),
            *codes("52129-4", rank=OTHER, flag=METHOD),
        ),
        limits("0.5 0.8 10 30"),
        decoys="92891-1",
        unitless=True,
    )  # fmt: skip
    yield lab(
        "pt", "prothrombin time", "s",
        (unit("s"),),
        (*codes("5902-2"), *codes("5964-2 42638-7", rank=BLOOD), *codes("46417-2", rank=CAPILLARY, flag=POC)),
        limits("7 - 100 200"),
        decoys="5894-1",
    )  # fmt: skip
    yield lab("pt_control", "control prothrombin time", "s", (unit("s"),), codes("5901-4"), limits("7 - 30 200"))
    yield lab(
        "sodium", "sodium", "mmol/L",
        (unit("mmol/L"), unit("meq/L")),
        (
            *codes("2951-2"), *codes("2947-0", rank=BLOOD), *codes("77139-4", rank=BLOOD),
            *codes("39792-7", rank=CAPILLARY, flag=POC), *codes("32717-1", rank=OTHER, flag=METHOD),
        ),
        limits("90 110 170 200"),
        decoys="42570-2 2955-3",
    )  # fmt: skip
    yield lab(
        "albumin", "albumin", "g/dL",
        MASS_G_DL,
        (
            *codes("1751-7 61151-7 61152-5", "mass"), *codes("77148-5", "mass", BLOOD),
            *codes("2862-1", "mass", OTHER, METHOD),
        ),
        limits("0.5 1.0 5.8 7.0"),
        decoys="54347-0 62234-0 62235-7 1747-5 1749-1 1759-0",
    )  # fmt: skip
    yield lab(
        "alt", "ALT", "U/L", ENZYME,
        (*codes("1742-6 1743-4 1744-2"), *codes("77144-4", rank=BLOOD), *codes("76625-3", rank=OTHER, flag=METHOD)),
        limits("1 - 10000 50000"),
        decoys="1916-6",
        bounded=True,
    )  # fmt: skip
    yield lab(
        "ast", "AST", "U/L", ENZYME,
        (*codes("1920-8"), *codes("30239-8 88112-8", rank=OTHER, flag=METHOD)),
        limits("1 - 10000 50000"),
        bounded=True,
    )  # fmt: skip
    yield lab(
        "alp", "alkaline phosphatase", "U/L", ENZYME,
        (*codes("6768-6 1783-0"), *codes("77141-0", rank=BLOOD)),
        limits("1 - 3000 15000"),
        decoys="1779-8",
        bounded=True,
    )  # fmt: skip
    yield lab(
        "ggt", "GGT", "U/L", ENZYME, codes("2324-2"), limits("1 - 3000 15000"), decoys="2325-9 96593-9", bounded=True
    )
    yield lab(
        "platelets", "platelets", "10*9/L", CELLS,
        (*codes("777-3 26515-7"), *codes("49497-1 778-1", rank=OTHER, flag=METHOD)),
        limits("1 10 1000 3000"),
        decoys="40574-6 32623-1 9317-9",
    )  # fmt: skip
    yield lab(
        "wbc", "white blood cells", "10*9/L", CELLS,
        (*codes("6690-2 26464-8"), *codes("33256-9 804-5", rank=OTHER, flag=METHOD)),
        limits("0.05 - 100 1000"),
        decoys="5821-4",
    )  # fmt: skip
    yield lab(
        "haemoglobin", "haemoglobin", "g/dL",
        MASS_G_DL,
        codes("718-7", "mass"), limits("1 3 22 30"),
    )  # fmt: skip
    yield lab(
        "crp", "C-reactive protein", "mg/L", (unit("mg/L"), unit("mg/dL", "10")), codes("1988-5"), limits("0 1000"),
        steady=False,
    )  # fmt: skip
    yield lab(
        "bun", "urea nitrogen", "mg/dL", (MG_DL, molar("mmol/L", over="0.357")),
        (*codes("3094-0", "mass"), *codes("14937-7", "molar"), *codes("6299-2", "mass", BLOOD)), limits("0.5 400"),
    )  # fmt: skip
    yield lab(
        "urea", "urea", "mmol/L", (MMOL_L, unit("mg/dL", "0.1665", property="mass")),
        (*codes("3091-6", "mass"), *codes("22664-7", "molar")), limits("0.2 150"),
    )  # fmt: skip
    yield lab(
        "afp", "alpha-fetoprotein", "ng/mL",
        (
            unit("ng/mL", property="mass"), unit("ug/L", property="mass"),
            unit("[IU]/mL", "1.21", property="units"), unit("k[IU]/L", "1.21", property="units"),
        ),
        (
            *codes("1834-1", "mass"), *codes("19176-7", "units", OTHER, METHOD),
            *codes("53962-7 83073-7", "mass", OTHER, METHOD),
        ),
        limits("0 10000000"), steady=False,
    )  # fmt: skip
    yield from _metabolic()
    yield from _intensive_care()
    yield from _body()
    yield from _viral_and_other()


def _metabolic() -> Iterator[Lab]:
    yield lab(
        "hba1c", "HbA1c", "%",
        (unit("%"), Unit("mmol/mol", Decimal("0.09148"), plus=Decimal("2.152"), cents=True)),
        codes("4548-4 17856-6 59261-8"), limits("2 25"),
    )  # fmt: skip
    yield lab(
        "glucose", "glucose", "mg/dL", (MG_DL, molar("mmol/L", "18.016")),
        (
            *codes("2345-7", "mass"), *codes("14749-6", "molar"), *codes("2339-0", "mass", BLOOD),
            *codes("15074-8", "molar", BLOOD),
        ),
        limits("10 2500"), steady=False,
    )  # fmt: skip
    yield lab(
        "fasting_glucose", "fasting glucose", "mg/dL", (MG_DL, molar("mmol/L", "18.016")),
        (*codes("1558-6", "mass"), *codes("14771-0", "molar")), limits("10 2500"),
    )  # fmt: skip
    yield lab(
        "triglycerides", "triglycerides", "mg/dL", (MG_DL, molar("mmol/L", "88.57")),
        (*codes("2571-8", "mass"), *codes("14927-8", "molar"), *codes("3043-7", "mass", BLOOD)), limits("5 20000"),
    )  # fmt: skip
    yield lab("cholesterol", "total cholesterol", "mg/dL", CHOLESTEROL, codes("2093-3", "mass"), limits("10 3000"))
    yield lab("hdl", "HDL cholesterol", "mg/dL", CHOLESTEROL, codes("2085-9", "mass"), limits("1 300"))
    yield lab("ldl", "LDL cholesterol", "mg/dL", CHOLESTEROL, codes("13457-7 2089-1", "mass"), limits("1 2000"))


def _intensive_care() -> Iterator[Lab]:
    yield lab(
        "ammonia", "ammonia", "umol/L", (unit("umol/L", property="molar"), unit("ug/dL", "0.587", property="mass")),
        (*codes("16362-6", "molar"), *codes("22763-7", "mass")), limits("0 2000"),
    )  # fmt: skip
    yield lab(
        "lactate", "lactate", "mmol/L", (MMOL_L, unit("mg/dL", "0.111", property="mass")),
        (
            *codes("2524-7", "molar"), *codes("32693-4", "molar", BLOOD), *codes("2518-9 2519-7", "molar", OTHER),
            *codes("14118-4", "mass"), *codes("59032-3", "mass", BLOOD),
        ),
        limits("0.1 40"), decoys="2532-0 14804-9", steady=False,
    )  # fmt: skip
    yield lab("pf_ratio", "PaO2/FiO2", "mm[Hg]", PRESSURE, codes("50984-4"), limits("20 700"))
    yield lab("pao2", "PaO2", "mm[Hg]", PRESSURE, codes("2703-7 19255-9"), limits("10 700"))
    yield lab("fio2", "FiO2", "1", (unit("1"), unit("%", over="100", above="1")), codes("19994-3"), limits("0.21 1.0"))
    yield lab("spo2", "oxygen saturation", "%", (unit("%"),), codes("59408-5 2708-6"), limits("30 100"), kind="vitals")
    yield lab(
        "map", "mean arterial pressure", "mm[Hg]", PRESSURE,
        (*codes("8478-0"), *codes("76214-6", rank=OTHER, flag=METHOD)),
        limits("15 250"), kind="vitals",
    )  # fmt: skip
    yield lab("sbp", "systolic blood pressure", "mm[Hg]", PRESSURE, codes("8480-6"), limits("20 350"), kind="vitals")
    yield lab("dbp", "diastolic blood pressure", "mm[Hg]", PRESSURE, codes("8462-4"), limits("10 250"), kind="vitals")


def _body() -> Iterator[Lab]:
    yield lab("bmi", "body mass index", "kg/m2", (unit("kg/m2"),), codes("39156-5"), limits("10 100"), kind="vitals")
    yield lab(
        "weight", "body weight", "kg",
        (unit("kg"), unit("g", over="1000"), unit("[lb_av]", "0.45359237"), unit("[oz_av]", "0.028349523125")),
        (*codes("29463-7 3141-9"), *codes("3142-7", rank=OTHER, flag=METHOD)), limits("25 400"), kind="vitals",
    )  # fmt: skip
    length = (unit("cm"), unit("m", "100"), unit("[in_i]", "2.54"))
    yield lab("height", "body height", "cm", length, codes("8302-2"), limits("100 250"), kind="vitals")
    yield lab("waist", "waist circumference", "cm", length, codes("8280-0 56115-9"), limits("30 300"), kind="vitals")


def _viral_and_other() -> Iterator[Lab]:
    yield lab(
        "lsm", "liver stiffness", "kPa", (unit("kPa"),), (*codes("77615-3"), *codes("lsm", system=OBSERVATIONS)),
        limits("1.5 75"),
    )  # fmt: skip
    yield lab(
        "cap", "controlled attenuation parameter", "{dB}/m", (unit("{dB}/m"),), codes("cap", system=OBSERVATIONS),
        limits("100 400"),
    )  # fmt: skip
    yield lab(
        "audit_c", "AUDIT-C", "{score}", (unit("{score}"), unit("1")), codes("75626-2"), limits("0 12"),
        decoys="75624-7", unitless=True, counts_zero=True, steady=False, whole=True,
    )  # fmt: skip
    yield lab(
        "hbv_dna", "HBV DNA", "[IU]/mL", (unit("[IU]/mL"),), codes("42595-9"), limits("0 1000000000000"), steady=False
    )
    # Whether RNA is detected is asked, never how much: copies and international units are not converted.
    yield lab(
        "hcv_rna", "HCV RNA", "[IU]/mL", (unit("[IU]/mL"), unit("{copies}/mL")), codes("20416-4"),
        limits("0 1000000000000"), steady=False,
    )  # fmt: skip
    yield lab(
        "hcg", "serum hCG", "[IU]/L", (unit("[IU]/L"), unit("m[IU]/mL"), unit("U/L")), codes("2118-8 2110-5"),
        limits("0 10000000"), decoys="53959-3", steady=False,
    )  # fmt: skip


LABS: dict[str, Lab] = {lab.name: lab for lab in _labs()}
"""Name -> analyte, in the order in which they are shown."""

PANELS_OF: dict[Kind, frozenset[str]] = {
    "labs": frozenset(("24325-3", "24323-8", "58410-2", "77615-3", "lsm")),
    "vitals": frozenset(("85354-9", "55284-4", "85353-1", "59408-5", "2708-6")),
}
"""Panels by the kind of record in which they are charted."""
PANELS = frozenset().union(*PANELS_OF.values())
"""Codes of panels whose components are read, each under its own code. Of any other record they are not."""

BACK: dict[tuple[str, str], tuple[Decimal, Decimal]] = {
    ("bilirubin", "umol/L"): (Decimal("17.104"), Decimal(1)),
    ("creatinine", "umol/L"): (Decimal("88.4"), Decimal(1)),
    ("albumin", "g/L"): (Decimal(10), Decimal(1)),
}
"""(analyte, unit) -> multiply and divide the canonical number by these, where an equation wants that unit."""


def convert_for(result: Result, unit: str) -> Decimal:
    """The number of `result` in `unit` ("" is the canonical unit). KeyError for a unit that no equation uses.

    A number that was charted in that very unit is taken as charted.
    """
    if not unit or unit == result.unit:
        return result.value
    times, over = BACK[result.name, unit]
    if result.original.unit == unit:
        return result.original.value
    return result.value * times / over


def loinc_codes(kind: Kind) -> tuple[str, ...]:
    """The LOINC codes by which the analytes of one kind are asked for, sorted."""
    found = {each.code for lab in LABS.values() if lab.kind == kind for each in lab.codes if each.system == LOINC}
    return tuple(sorted(found))


def asked_codes(kind: Kind) -> tuple[str, ...]:
    """Every code, of any system, by which records of one kind are asked for: analytes and panels, sorted."""
    found = {each.code for lab in LABS.values() if lab.kind == kind for each in lab.codes}
    return tuple(sorted(found | PANELS_OF[kind]))
