"""The shape of every answer: all ids always there, allowed statuses, reasons of the closed list, no nulls."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from cds.fhir import resources_in
from cds.reasons import REASONS, describe
from tests.charts import NOW, Chart, Json, ago

SCORES = {
    "meld",
    "meld-na",
    "meld-3.0",
    "meld-xi",
    "child-pugh",
    "albi",
    "fib-4",
    "nfs",
    "apri",
    "ast-alt-ratio",
    "fli",
    "hsi",
    "maddrey",
    "gahs",
    "lille",
    "clif-of",
    "aclf-grade",
    "clif-c-aclf",
    "clif-c-ad",
}
PATHWAYS = {"steatosis", "cirrhosis", "aclf"}
EXCLUSIONS = {
    "hepatic-malignancy",
    "other-malignancy",
    "active-bleeding",
    "uncontrolled-infection",
    "portal-vein-thrombosis",
    "pregnancy",
    "prior-transplant",
    "aclf-grade-3",
    "chronic-dialysis",
    "hiv",
    "alcohol-use",
    "age-under-18",
}
EVALUATION = {
    "liver-panel",
    "coagulation",
    "renal-panel",
    "complete-blood-count",
    "afp",
    "liver-imaging",
    "elastography",
    "hepatic-encephalopathy-assessment",
    "ascites-assessment",
    "aetiology",
    "viral-serology",
    "transplant-evaluation",
    "metabolic-management",
    "precipitant-review",
}
FOLLOW_UP = {"week-1", "week-4", "week-8", "week-12", "week-24", "month-3", "month-6"}
STATUSES = {
    "scores": {"computed", "computed-with-caveat", "not-computed", "not-applicable"},
    "pathways": {"matches", "does-not-match", "cannot-determine", "not-applicable"},
    "exclusions": {"present", "absent", "unknown"},
    "evaluation": {"done", "missing", "out-of-date", "not-needed"},
    "followUp": {"upcoming", "due", "overdue", "done", "not-started"},
}
PUBLISHED = {
    "UNIT_MISSING",
    "UNIT_UNKNOWN",
    "UNIT_CONFLICT",
    "IMPLAUSIBLE",
    "VERIFY_VALUE",
    "STALE",
    "SPREAD",
    "FUTURE",
    "UNDATED",
    "COMPARATOR",
    "STATUS_EXCLUDED",
    "NOT_A_QUANTITY",
    "CONFLICTING_RESULTS",
    "UNATTRIBUTED",
    "SPECIMEN",
    "UNKNOWN_MODIFIER",
    "DIALYSIS_APPLIED",
    "DIALYSIS_UNKNOWN",
    "DIALYSIS_ASK",
    "ANTICOAGULANT",
    "ANTICOAGULANT_UNKNOWN",
    "SEX_UNKNOWN",
    "SEX_CONFLICT",
    "AGE_UNKNOWN",
    "AGE_LT_12",
    "ADOLESCENT",
    "SODIUM_THRESHOLD",
    "CAPPED",
    "TRANSPLANTED",
    "DECEASED",
    "NOT_RETRIEVED",
    "BOUNDARY_AMBIGUOUS",
    "AGE_NOT_VALIDATED",
    "ACUTE_HEPATITIS",
    "ACUTE_LIVER_FAILURE",
    "NOT_INDICATED",
}

FULL = (
    Chart()
    .cirrhosis()
    .screened()
    .reference()
    .condition("R18.8", days=9)
    .condition("K70.10")
    .west_haven(1)
    .ascites("mild")
    .labs(
        {
            "ast": 60,
            "alt": 50,
            "platelets": 90,
            "wbc": 7,
            "haemoglobin": 11,
            "ggt": 80,
            "map": 70,
            "pf": 320,
            "pt": 18,
            "pt_control": 12,
            "urea": 6,
            "bmi": 27,
            "waist": 100,
            "triglycerides": 160,
            "hba1c": 6.0,
            "lsm": 30,
        },
        upper=40,
    )
    .administration(ago(30))
)
CHARTS = {
    "empty": Chart(),
    "full": FULL,
    "reference": Chart().cirrhosis().reference(),
    "child": Chart().born("2018-01-01").cirrhosis().reference(),
    "dead": FULL.person(deceasedBoolean=True),
    "nothing-read": Chart().without_access_to(
        "labs", "vitals", "conditions", "procedures", "medications", "administrations"
    ),
    "no-conditions": FULL.without_access_to("conditions"),
    "no-person": FULL.person(gender=None, birthDate=None),
    "transplanted": FULL.condition("Z94.4"),
    "steatosis": Chart().female().condition("K76.0").labs({"ast": 60, "alt": 50, "platelets": 190, "bmi": 33}, days=40),
    "old": Chart().cirrhosis().reference(days=200),
    "spread": Chart().cirrhosis().reference(inr=None).lab("inr", 1.5, days=3),
}
HERE = pytest.mark.parametrize("name", CHARTS)


def scalars(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from scalars(each, f"{path}.{key}")
    elif isinstance(value, list):
        for each in value:
            yield from scalars(each, f"{path}[]")
    else:
        yield path, value


@pytest.mark.hazard("C-4", "C-25")
@HERE
def test_every_id_is_always_there_once(name: str) -> None:
    found = CHARTS[name].json()
    for part, ids in (
        ("scores", SCORES),
        ("pathways", PATHWAYS),
        ("exclusions", EXCLUSIONS),
        ("evaluation", EVALUATION),
        ("followUp", FOLLOW_UP),
    ):
        assert sorted(each["id"] for each in found[part]) == sorted(ids), part
        assert {each["status"] for each in found[part]} <= STATUSES[part]


@HERE
def test_the_head(name: str) -> None:
    found = CHARTS[name].json()
    assert found["patient"] == "Patient/p1"
    assert found["computedAt"] == NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert re.fullmatch(r"\d{4}\.\d{1,2}\.\d+", found["contentVersion"])


@pytest.mark.hazard("C-39")
@HERE
def test_plain_json_without_nulls_or_strange_numbers(name: str) -> None:
    found = CHARTS[name].json()
    text = json.dumps(found, allow_nan=False)
    assert json.loads(text) == found
    for path, each in scalars(found):
        assert each is not None, path
        assert each != "" or path.endswith(".unit"), path
        assert type(each) in (str, int, float, bool), path


@pytest.mark.hazard("C-4")
@HERE
def test_one_value_or_a_range_or_neither(name: str) -> None:
    for found in CHARTS[name].json()["scores"]:
        has = {"value", "range"} & set(found)
        if found["status"] in ("not-computed", "not-applicable"):
            assert not has | ({"unrounded", "uncapped"} & set(found)), found
            assert found["reasons"], found
        else:
            assert len(has) == 1, found
        if "value" in found:
            assert {"unrounded", "uncapped"} <= set(found), found
        if "range" in found:
            assert found["status"] == "computed-with-caveat"
            assert found["range"][0] < found["range"][1], found
        if found["status"] == "computed":
            assert found["reasons"] == []
        if found["status"] == "computed-with-caveat":
            assert found["reasons"], found


@HERE
def test_reasons_are_of_the_closed_list_and_say_something(name: str) -> None:
    for found in CHARTS[name].json()["scores"]:
        for code in found["reasons"]:
            assert re.fullmatch(r"[A-Z][A-Z0-9_]+", code)
            assert describe(code).says
            assert code in REASONS or code.startswith(("MISSING_", "CLAMPED_"))
        assert len(found["reasons"]) == len(set(found["reasons"]))


def test_the_published_reasons_are_all_described() -> None:
    assert set(REASONS) >= PUBLISHED


@HERE
def test_because_is_a_sentence(name: str) -> None:
    found = CHARTS[name].json()
    for part in ("exclusions", "evaluation"):
        for each in found[part]:
            assert each["because"].strip(), each
    for family in found["pathways"]:
        if family["status"] != "not-applicable":
            assert family["criteria"], family
        for each in family["criteria"]:
            assert each["status"] in {"met", "not-met", "unknown"}
            assert each["because"].strip()
            assert each["source"].strip()


@pytest.mark.hazard("C-25")
@HERE
def test_a_pathway_follows_from_its_parts(name: str) -> None:
    found = CHARTS[name].json()
    exclusions = {each["status"] for each in found["exclusions"]}
    for family in found["pathways"]:
        criteria = {each["status"] for each in family["criteria"]}
        if family["status"] == "matches":
            assert criteria == {"met"}
            assert exclusions == {"absent"}
        if family["status"] == "does-not-match":
            assert "not-met" in criteria or "present" in exclusions


@HERE
def test_inputs_say_what_they_were_and_where_from(name: str) -> None:
    for found in CHARTS[name].json()["scores"]:
        for used in found["inputs"]:
            assert {"name", "value", "clamped"} <= set(used), used
            assert isinstance(used["clamped"], bool)
            if "original" in used:
                assert {"value", "code"} <= set(used["original"]), used
                assert re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", used["effective"])
                assert used["source"].startswith("Observation/")
            if used["clamped"]:
                assert f"CLAMPED_{used['name'].upper().replace('-', '_')}" in found["reasons"]


@HERE
def test_evidence_are_references(name: str) -> None:
    for each in CHARTS[name].json()["exclusions"]:
        for reference in each["evidence"]:
            assert re.match(r"[A-Z][A-Za-z]+/\S+", reference), each


@HERE
def test_follow_up_dates(name: str) -> None:
    for each in CHARTS[name].json()["followUp"]:
        assert each["kind"] in ("labs", "imaging")
        if each["status"] == "not-started":
            assert not {"due", "window"} & set(each)
        else:
            first, last = each["window"]
            assert first <= each["due"] <= last


@HERE
def test_the_same_chart_gives_the_same_answer(name: str) -> None:
    assert json.dumps(CHARTS[name].json()) == json.dumps(CHARTS[name].json())


@HERE
def test_at_most_two_cards(name: str) -> None:
    for topic in ("evaluation", "order-select", "order-sign", "follow-up"):
        assert len(CHARTS[name].cards(topic)) <= 2  # type: ignore[arg-type]


@pytest.mark.parametrize("of", ["Bundle", "list", "one"])
def test_any_shape_of_a_document(of: str) -> None:
    chart = Chart().cirrhosis().reference()
    document: Any = chart.bundle()
    if of == "list":
        document = [each["resource"] for each in document["entry"]]
    if of == "one":
        assert list(resources_in(chart.patient)) == [chart.patient]
        return
    resources: list[Json] = list(resources_in(document))
    assert to_scores(chart, resources) == to_scores(chart, [chart.patient, *chart.resources])


def to_scores(chart: Chart, resources: list[Json]) -> list[Any]:
    from cds.assess import assess
    from cds.report import to_json

    return to_json(assess(chart.chart(resources)))["scores"]  # type: ignore[no-any-return]
