"""Unknown is not excluded and not met: exclusions and pathways, row by row (C-25, C-30, M-7)."""

import pytest

from tests.charts import Chart, ago, criterion, exclusion, pathway, score
from tests.oracles import card_texts

FAMILIES = ("steatosis", "cirrhosis", "aclf")


def woman() -> Chart:
    return Chart().female().born("1990-01-01")


def hidden(code: str) -> Chart:
    """A condition with restricted access."""
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    return Chart().condition(code, meta={"security": [label]})


ROWS = [
    # liver cancer: an empty list proves nothing without a search
    ("hepatic-malignancy", Chart().condition("C22.0"), "present"),
    ("hepatic-malignancy", Chart().condition("109841003"), "present"),
    ("hepatic-malignancy", Chart().condition("C78.7"), "present"),
    (
        "hepatic-malignancy",
        Chart().condition("C22.0", verified="entered-in-error").imaging().lab("afp", 4, days=20),
        "absent",
    ),
    ("hepatic-malignancy", Chart(), "unknown"),
    ("hepatic-malignancy", Chart().imaging(), "unknown"),
    ("hepatic-malignancy", Chart().lab("afp", 4, days=20), "unknown"),
    ("hepatic-malignancy", Chart().imaging().lab("afp", 19.9, days=20), "absent"),
    ("hepatic-malignancy", Chart().imaging().lab("afp", 20, days=20), "unknown"),
    ("hepatic-malignancy", Chart().imaging(days=183).lab("afp", 4, days=183), "absent"),
    ("hepatic-malignancy", Chart().imaging(days=184).lab("afp", 4, days=20), "unknown"),
    ("hepatic-malignancy", Chart().imaging().lab("afp", 4, days=184), "unknown"),
    (
        "hepatic-malignancy",
        Chart().imaging().lab("afp", 4, days=20).condition("C22.0", verified="provisional"),
        "unknown",
    ),
    (
        "hepatic-malignancy",
        Chart().imaging().lab("afp", 4, days=20).condition("C22.0", clinical="remission"),
        "unknown",
    ),
    ("hepatic-malignancy", Chart().imaging().lab("afp", 4, days=20).condition("Z85.05"), "unknown"),
    ("hepatic-malignancy", Chart().imaging().lab("afp", 4, days=20).without_access_to("conditions"), "unknown"),
    ("hepatic-malignancy", Chart().imaging().lab("afp", 2, days=20, comparator="<"), "absent"),
    ("hepatic-malignancy", Chart().imaging().lab("afp", 10, days=20, comparator=">"), "unknown"),
    # other cancer
    ("other-malignancy", Chart().condition("C50.911"), "present"),
    ("other-malignancy", Chart().condition("C79.51"), "present"),
    ("other-malignancy", Chart().condition("128462008"), "present"),
    ("other-malignancy", Chart().condition("C44.91"), "absent"),
    ("other-malignancy", Chart().condition("C22.0"), "absent"),
    ("other-malignancy", Chart(), "absent"),
    ("other-malignancy", Chart().without_access_to("conditions"), "unknown"),
    ("other-malignancy", Chart().condition("C50.911", verified="differential"), "unknown"),
    (
        "other-malignancy",
        Chart().condition("C50.911", clinical="remission", days=900, abatementDateTime=ago(400)),
        "unknown",
    ),
    ("other-malignancy", Chart().condition("C50.911", clinical="resolved", days=None), "unknown"),
    (
        "other-malignancy",
        Chart().condition("C50.911", clinical="resolved", days=4000, abatementDateTime=ago(2000)),
        "absent",
    ),
    ("other-malignancy", Chart().condition("Z85.3", days=None), "unknown"),
    # bleeding
    ("active-bleeding", Chart().condition("I85.01", days=20), "present"),
    ("active-bleeding", Chart().condition("I85.11", days=None), "present"),
    ("active-bleeding", Chart().condition("K92.1", days=59), "present"),
    ("active-bleeding", Chart().condition("17709002", days=2), "present"),
    ("active-bleeding", Chart().condition("K92.2", days=30, clinical="resolved"), "present"),
    ("active-bleeding", Chart().condition("I85.00", days=2), "absent"),
    ("active-bleeding", Chart().condition("K92.2", days=90, clinical="resolved", abatementDateTime=ago(80)), "absent"),
    ("active-bleeding", Chart(), "absent"),
    ("active-bleeding", Chart().without_access_to("conditions"), "unknown"),
    ("active-bleeding", Chart().without_access_to("procedures"), "unknown"),
    ("active-bleeding", Chart().procedure("06L38CZ", days=30), "unknown"),
    ("active-bleeding", Chart().procedure("06L38CZ", days=70), "absent"),
    ("active-bleeding", Chart().lab("haemoglobin", 8.9, days=2), "unknown"),
    ("active-bleeding", Chart().lab("haemoglobin", 9.0, days=2), "absent"),
    ("active-bleeding", Chart().lab("haemoglobin", 8.0, days=8), "absent"),
    # infection
    ("uncontrolled-infection", Chart().condition("A41.9", days=5), "present"),
    ("uncontrolled-infection", Chart().condition("K65.2", days=30), "present"),
    ("uncontrolled-infection", Chart().condition("11836002", days=200), "present"),
    (
        "uncontrolled-infection",
        Chart().condition("A41.9", days=50, clinical="resolved", abatementDateTime=ago(40)),
        "unknown",
    ),
    (
        "uncontrolled-infection",
        Chart().condition("A41.9", days=100, clinical="resolved", abatementDateTime=ago(90)),
        "absent",
    ),
    ("uncontrolled-infection", Chart(), "absent"),
    ("uncontrolled-infection", Chart().without_access_to("conditions"), "unknown"),
    # veins
    ("portal-vein-thrombosis", Chart().condition("I81"), "present"),
    ("portal-vein-thrombosis", Chart().condition("I82.0"), "present"),
    ("portal-vein-thrombosis", Chart().condition("17920008"), "present"),
    ("portal-vein-thrombosis", Chart(), "unknown"),
    ("portal-vein-thrombosis", Chart().imaging(), "absent"),
    ("portal-vein-thrombosis", Chart().imaging(days=184), "unknown"),
    ("portal-vein-thrombosis", Chart().imaging().condition("I81", clinical="resolved"), "unknown"),
    ("portal-vein-thrombosis", Chart().imaging().condition("I81", verified="unconfirmed"), "unknown"),
    ("portal-vein-thrombosis", Chart().imaging().without_access_to("conditions"), "unknown"),
    # pregnancy
    ("pregnancy", Chart(), "absent"),
    ("pregnancy", woman(), "unknown"),
    ("pregnancy", woman().person(gender=None), "unknown"),
    ("pregnancy", woman().person(gender="other"), "unknown"),
    ("pregnancy", Chart().female().born("1971-11-22"), "absent"),
    ("pregnancy", Chart().female().born("1971-11-23"), "unknown"),
    ("pregnancy", woman().test("pregnancy", positive=False, days=14), "absent"),
    ("pregnancy", woman().test("pregnancy", positive=False, days=15), "unknown"),
    ("pregnancy", woman().test("pregnancy", positive=True, days=42), "present"),
    ("pregnancy", woman().test("pregnancy", positive=True, days=43), "unknown"),
    ("pregnancy", woman().lab("hcg", 25, days=3), "present"),
    ("pregnancy", woman().lab("hcg", 24.9, days=3), "unknown"),
    ("pregnancy", woman().lab("hcg", 4.9, days=3), "absent"),
    ("pregnancy", woman().lab("hcg", 5, days=3), "unknown"),
    ("pregnancy", woman().condition("Z90.710"), "absent"),
    ("pregnancy", woman().condition("Z33.1", days=100), "present"),
    ("pregnancy", woman().condition("Z33.1", days=None), "present"),
    ("pregnancy", woman().condition("Z33.1", days=301), "unknown"),
    ("pregnancy", woman().condition("77386006", days=20), "present"),
    ("pregnancy", woman().condition("Z39.1", days=20), "present"),
    # transplant
    ("prior-transplant", Chart().condition("Z94.4"), "present"),
    ("prior-transplant", Chart().condition("T86.42"), "present"),
    ("prior-transplant", Chart().procedure("18027006", days=2000), "present"),
    ("prior-transplant", Chart().condition("Z94.4", clinical="inactive"), "present"),
    ("prior-transplant", Chart().condition("Z76.82"), "absent"),
    ("prior-transplant", Chart().condition("698305006"), "absent"),
    ("prior-transplant", Chart().condition("Z94.84"), "unknown"),
    ("prior-transplant", Chart().condition("Z94.0"), "unknown"),
    ("prior-transplant", Chart(), "absent"),
    ("prior-transplant", Chart().without_access_to("procedures"), "unknown"),
    ("prior-transplant", Chart().without_access_to("conditions"), "unknown"),
    # grade 3
    ("aclf-grade-3", Chart(), "absent"),
    ("aclf-grade-3", Chart().without_access_to("conditions"), "unknown"),
    # hiv
    ("hiv", Chart(), "unknown"),
    ("hiv", Chart().condition("B20"), "present"),
    ("hiv", Chart().condition("Z21"), "present"),
    ("hiv", Chart().condition("86406008"), "present"),
    ("hiv", Chart().test("hiv", positive=False, days=365), "absent"),
    ("hiv", Chart().test("hiv", positive=False, days=366), "unknown"),
    ("hiv", Chart().condition("165815009", days=30), "absent"),
    ("hiv", Chart().test("hiv", positive=False).condition("B20", verified="refuted"), "absent"),
    # alcohol
    ("alcohol-use", Chart(), "unknown"),
    ("alcohol-use", Chart().condition("F10.20"), "present"),
    ("alcohol-use", Chart().condition("F10.10"), "present"),
    ("alcohol-use", Chart().condition("K70.11"), "present"),
    ("alcohol-use", Chart().condition("7200002"), "present"),
    ("alcohol-use", Chart().condition("F10.21"), "unknown"),
    ("alcohol-use", Chart().condition("F10.11"), "unknown"),
    ("alcohol-use", Chart().lab("audit_c", 4, days=10), "present"),
    ("alcohol-use", Chart().lab("audit_c", 3, days=10), "absent"),
    ("alcohol-use", Chart().female().lab("audit_c", 3, days=10), "present"),
    ("alcohol-use", Chart().female().lab("audit_c", 2, days=10), "absent"),
    ("alcohol-use", Chart().person(gender=None).lab("audit_c", 3, days=10), "unknown"),
    ("alcohol-use", Chart().lab("audit_c", 0, days=184), "unknown"),
    ("alcohol-use", Chart().lab("audit_c", 0, days=183), "absent"),
    # age
    ("age-under-18", Chart(), "absent"),
    ("age-under-18", Chart().born("2010-01-01"), "present"),
    ("age-under-18", Chart().born(None), "unknown"),
    ("age-under-18", Chart().born("2008"), "unknown"),
]


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize(("id", "chart", "status"), ROWS, ids=[f"{row[0]}-{number}" for number, row in enumerate(ROWS)])
def test_the_exclusions(id: str, chart: Chart, status: str) -> None:
    found = exclusion(chart, id)
    assert found["status"] == status, found
    assert found["because"].endswith(".")


# Tests that are negative


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "260385009"}]}}, "absent"),
        ({"valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "260415000"}]}}, "absent"),
        ({"valueString": "negative"}, "absent"),
        ({"valueString": "not detected"}, "absent"),
        ({"valueString": "Probably negative"}, "unknown"),
        ({"valueString": "negative for HIV-2 only"}, "unknown"),
        ({"valueString": "non-reactive?"}, "unknown"),
        (
            {
                "valueString": "see report",
                "interpretation": [
                    {
                        "coding": [
                            {
                                "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
                                "code": "NEG",
                            }
                        ]
                    }
                ],
            },
            "absent",
        ),
        ({"valueCodeableConcept": {"text": "Negative"}}, "unknown"),
        ({"valueString": "", "dataAbsentReason": {"text": "x"}}, "unknown"),
        ({"valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "10828004"}]}}, "present"),
    ],
)
def test_a_test_is_negative_only_when_it_says_so(said: dict[str, object], status: str) -> None:
    from tests.charts import ABSENT

    chart = Chart().lab("hiv", 0, days=10, code="56888-1", **{"valueQuantity": ABSENT, **said})
    found = exclusion(chart, "hiv")["status"]
    assert found == status or (said.get("valueCodeableConcept") == {"text": "Negative"} and found == "absent")


@pytest.mark.hazard("C-25")
def test_interpretation_alone_says_negative() -> None:
    from tests.charts import ABSENT

    for code in ("NEG", "ND"):
        coded = [
            {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": code}]}
        ]
        chart = Chart().lab("hiv", 0, days=10, code="56888-1", valueQuantity=ABSENT, interpretation=coded)
        assert exclusion(chart, "hiv")["status"] == "absent"


@pytest.mark.hazard("C-5", "C-25")
def test_a_preliminary_negative_test_is_no_answer() -> None:
    assert exclusion(Chart().test("hiv", positive=False, status="preliminary"), "hiv")["status"] == "unknown"


# Pathways


def steatosis() -> Chart:
    """Histology F3 with metabolic components off target, everything screened."""
    return Chart().condition("K76.0").fibrosis_stage(3).screened().lab("hba1c", 8.0, days=20).lab("bmi", 32, days=20)


def cirrhosis() -> Chart:
    return Chart().cirrhosis().screened().reference(bilirubin=2.5).ascites("mild").west_haven(0)


def acute_on_chronic() -> Chart:
    """The definition by laboratory: no organ fails, so that grade 3 is out of reach with two organs unknown."""
    labs = {
        "creatinine": 1.0,
        "inr": 2.0,
        "sodium": 135,
        "albumin": 2.8,
        "map": 80,
        "pf": 400,
        "platelets": 90,
        "wbc": 8,
    }
    chart = Chart().cirrhosis().condition("R18.8", days=10).screened().labs(labs, hours=3)
    return chart.lab("bilirubin", 11, hours=3, upper=1.0).west_haven(0).ascites("moderate")


MATCHING = {"steatosis": steatosis, "cirrhosis": cirrhosis, "aclf": acute_on_chronic}


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize("family", MATCHING)
def test_a_family_can_match(family: str) -> None:
    found = pathway(MATCHING[family](), family)
    assert found["status"] == "matches", found
    assert {each["status"] for each in found["criteria"]} == {"met"}


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize("family", MATCHING)
@pytest.mark.parametrize("kind", ["conditions", "procedures", "medications"])
def test_one_kind_that_was_not_read_leaves_it_open(family: str, kind: str) -> None:
    found = pathway(MATCHING[family]().without_access_to(kind), family)
    if kind == "medications":
        assert found["status"] in ("cannot-determine", "matches")
    else:
        assert found["status"] == "cannot-determine"


DISPENSABLE = {
    # One of the two routes to `article-entry`.
    "steatosis": {"4548-4", "39156-5"},
    # What Child-Pugh does not need, and one bedside grade: the whole range then still lies in 7 to 12.
    "cirrhosis": {"2951-2", "2160-0", "ascites-grade", "west-haven-grade"},
    # No criterion asks for these; a low pressure alone is no failure; the lungs are unknown with or without a ratio.
    "aclf": {"2951-2", "1751-7", "777-3", "6690-2", "5196-1", "13955-0", "8478-0", "50984-4", "ascites-grade"},
}


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize("family", MATCHING)
def test_every_single_gap_leaves_it_open_or_closes_it(family: str) -> None:
    """Each record of a matching chart is taken away in turn: it never matches by silence."""
    chart = MATCHING[family]()
    silent = []
    for number in range(len(chart.resources)):
        rest = Chart(patient=chart.patient, resources=(*chart.resources[:number], *chart.resources[number + 1 :]))
        if pathway(rest, family)["status"] == "matches":
            silent.append(chart.resources[number])
    codes = {each["code"]["coding"][0]["code"] for each in silent}
    assert codes <= DISPENSABLE[family], codes


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize("family", MATCHING)
@pytest.mark.parametrize(
    "against",
    [
        Chart().condition("C22.0"),
        Chart().condition("Z94.4"),
        Chart().condition("B20"),
        Chart().condition("A41.9", days=3),
    ],
)
def test_one_exclusion_outweighs_everything(family: str, against: Chart) -> None:
    chart = MATCHING[family]().plus(against)
    assert pathway(chart, family)["status"] == "does-not-match"


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize("family", FAMILIES)
def test_gates(family: str) -> None:
    assert pathway(Chart(), family)["status"] == "not-applicable"
    assert pathway(Chart().without_access_to("conditions"), family)["status"] == "cannot-determine"


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize(
    ("stage", "status"),
    [
        (Chart().fibrosis_stage(2), "not-met"),
        (Chart().fibrosis_stage(3), "met"),
        (Chart().fibrosis_stage(4), "met"),
        (Chart().fibrosis_stage(3, days=740), "unknown"),
        (Chart().condition("K74.02"), "met"),
        (Chart().condition("K74.01"), "not-met"),
        (Chart().condition("K74.00"), "unknown"),
        (Chart().lab("lsm", 7.9, days=30), "not-met"),
        (Chart().lab("lsm", 12.0, days=30), "met"),
        (Chart().lab("lsm", 8.0, days=30), "unknown"),
        (Chart().lab("lsm", 14.0, days=366), "unknown"),
        (Chart().labs({"ast": 25, "alt": 30, "platelets": 280}), "not-met"),
        (Chart().labs({"ast": 120, "alt": 60, "platelets": 80}), "unknown"),
        (Chart(), "unknown"),
        (Chart().fibrosis_stage(1).lab("lsm", 20, days=10), "not-met"),
    ],
)
def test_the_fibrosis_ladder(stage: Chart, status: str) -> None:
    chart = stage.condition("K76.0")
    found = criterion(chart, "steatosis", "fibrosis-f3-f4")
    assert found["status"] == status, found


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize(
    ("labs", "days", "status"),
    [({}, 13.9, "met"), ({}, 14.1, "unknown"), ({}, 30, "unknown"), ({"creatinine": 2.2}, 6.9, "met")],
)
def test_a_meld_is_evidence_only_while_it_is_fresh(labs: dict[str, float], days: float, status: str) -> None:
    """Child-Pugh is kept at 5 or 6, so that MELD decides; 11 to 18 holds 14 days, 19 to 24 seven."""
    values = {"bilirubin": 1.9, "inr": 1.3, "creatinine": 1.3, "sodium": 138, "albumin": 3.6, **labs}
    chart = Chart().cirrhosis().labs(values, days=days, hours=0).ascites("none").west_haven(0)
    assert 11 <= score(chart, "meld")["value"] <= 24
    found = pathway(chart, "cirrhosis")["criteria"]
    (severity,) = [each for each in found if each["id"] in ("child-pugh-7-12", "meld-over-10")]
    assert severity["status"] == status, severity


@pytest.mark.hazard("C-25", "M-7")
@pytest.mark.parametrize("code", ["B20", "F10.20", "Z33.1"])
def test_sensitive_exclusions_are_not_in_a_summary(code: str) -> None:
    chart = Chart().cirrhosis().reference().condition(code, days=20)
    for topic in ("evaluation", "order-sign", "order-select"):
        cards = chart.cards(topic)  # type: ignore[arg-type]
        assert cards
        for card in cards:
            summary = card["summary"].lower()
            assert not any(word in summary for word in ("hiv", "alcohol", "pregnan"))


@pytest.mark.hazard("C-30")
@pytest.mark.parametrize("code", ["B20", "F10.20", "C22.0", "K74.60"])
@pytest.mark.parametrize("label", ["R", "V", "42CFRPart2"])
def test_restricted_conditions_are_not_named_on_a_card(code: str, label: str) -> None:
    system = (
        "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
        if label in "RV"
        else "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    )
    marked = {"meta": {"security": [{"system": system, "code": label}]}, "id": "secret"}
    chart = Chart().condition("K76.0").reference().condition(code, days=33, **marked)
    assert "ZZ" not in str(chart.json())
    for text in card_texts(chart):
        assert "2026-10-20" not in text
        assert "secret" not in text


@pytest.mark.hazard("C-30")
def test_a_restricted_condition_still_counts() -> None:
    assert exclusion(hidden("B20"), "hiv")["status"] == "present"
    assert "HIV" not in exclusion(hidden("B20"), "hiv")["because"]
    assert exclusion(hidden("B20"), "hiv")["evidence"] == []
