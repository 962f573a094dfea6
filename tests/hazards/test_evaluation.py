"""Evaluation steps, follow-up visits and the transplant prompt at their edges (C-25, M-3)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.charts import ABSENT, OWN, Chart, Json, ago, concept, evaluation, follow_up, quantity, score

PANEL = {"alt": 40, "ast": 50, "ggt": 60, "bilirubin": 1.4, "albumin": 3.9}
STEPS = (
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
)


def sick() -> Chart:
    return Chart().cirrhosis()


def panel(days: float, **more: Any) -> Chart:
    return sick().labs({**PANEL, **more}, days=days, hours=0)


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize("id", STEPS)
def test_without_liver_disease_nothing_is_needed(id: str) -> None:
    assert evaluation(Chart().reference(), id)["status"] == "not-needed"


ROWS: list[tuple[str, Chart, str]] = [
    ("liver-panel", panel(1), "done"),
    ("liver-panel", panel(30), "done"),
    ("liver-panel", panel(30.01), "out-of-date"),
    ("liver-panel", sick(), "missing"),
    ("liver-panel", sick().labs({"alt": 40, "ast": 50, "ggt": 60, "bilirubin": 1.4}, days=1), "missing"),
    ("liver-panel", panel(1, ggt=60).lab("ggt", 60, days=400), "done"),
    (
        "liver-panel",
        sick().labs({n: v for n, v in PANEL.items() if n != "ggt"}, days=1).lab("ggt", 60, days=40),
        "out-of-date",
    ),
    ("liver-panel", sick().labs({n: v for n, v in PANEL.items() if n != "ggt"}, days=100), "missing"),
    ("liver-panel", Chart().condition("K76.0").labs(PANEL, days=183, hours=0), "done"),
    ("liver-panel", Chart().condition("K76.0").labs(PANEL, days=184, hours=0), "out-of-date"),
    ("coagulation", sick().lab("inr", 1.2, days=30), "done"),
    ("coagulation", sick().lab("inr", 1.2, days=31), "out-of-date"),
    ("coagulation", sick().lab("inr", 1.2, days=3, status="preliminary"), "missing"),
    ("coagulation", sick(), "missing"),
    ("renal-panel", sick().labs({"creatinine": 1, "sodium": 140}, days=3), "done"),
    ("renal-panel", sick().lab("creatinine", 1, days=3), "missing"),
    ("complete-blood-count", sick().labs({"platelets": 90, "wbc": 5, "haemoglobin": 12}, days=3), "done"),
    ("complete-blood-count", sick().labs({"platelets": 90, "wbc": 5}, days=3), "missing"),
    ("afp", sick().lab("afp", 4, days=183), "done"),
    ("afp", sick().lab("afp", 4, days=184), "out-of-date"),
    ("afp", sick(), "missing"),
    ("afp", Chart().condition("K76.0"), "not-needed"),
    ("liver-imaging", sick().imaging(days=183), "done"),
    ("liver-imaging", sick().imaging(days=184), "out-of-date"),
    ("liver-imaging", sick(), "missing"),
    ("liver-imaging", Chart().condition("K76.0").imaging(days=300), "done"),
    ("liver-imaging", sick().without_access_to("procedures"), "missing"),
    ("elastography", Chart().condition("K76.0"), "missing"),
    ("elastography", Chart().condition("K76.0").lab("lsm", 9, days=365), "done"),
    ("elastography", Chart().condition("K76.0").lab("lsm", 9, days=366), "out-of-date"),
    ("elastography", Chart().condition("K76.0").fibrosis_stage(3), "not-needed"),
    ("elastography", Chart().condition("K76.0").labs({"ast": 25, "alt": 30, "platelets": 280}), "not-needed"),
    ("hepatic-encephalopathy-assessment", sick(), "missing"),
    ("hepatic-encephalopathy-assessment", sick().west_haven(0, days=30, hours=0), "done"),
    ("hepatic-encephalopathy-assessment", sick().west_haven(0, days=31), "out-of-date"),
    ("hepatic-encephalopathy-assessment", Chart().condition("K76.0"), "not-needed"),
    ("ascites-assessment", sick().ascites("none"), "done"),
    ("ascites-assessment", sick(), "missing"),
    ("ascites-assessment", sick().ascites("none", days=31), "out-of-date"),
    ("aetiology", sick(), "missing"),
    ("aetiology", Chart().condition("K70.30"), "done"),
    ("aetiology", sick().condition("K76.0"), "done"),
    ("aetiology", sick().condition("B18.2"), "done"),
    ("aetiology", sick().condition("E83.01"), "done"),
    ("viral-serology", sick(), "missing"),
    ("viral-serology", sick().test("hbsag", positive=False), "missing"),
    (
        "viral-serology",
        sick().test("hbsag", positive=False, days=365).test("anti_hcv", positive=False, days=365),
        "done",
    ),
    ("viral-serology", sick().test("hbsag", positive=False, days=366).test("anti_hcv", positive=False), "out-of-date"),
    (
        "viral-serology",
        sick().test("hbsag", positive=False).test("anti_hcv", positive=True).condition("B18.2"),
        "missing",
    ),
    ("transplant-evaluation", sick(), "not-needed"),
    ("transplant-evaluation", sick().reference(), "missing"),
    ("transplant-evaluation", sick().reference().condition("Z76.82"), "done"),
    ("transplant-evaluation", sick().condition("R18.8"), "missing"),
    ("metabolic-management", sick(), "not-needed"),
    ("metabolic-management", Chart().condition("K76.0"), "missing"),
    (
        "metabolic-management",
        Chart().condition("K76.0").labs({"bmi": 31, "hba1c": 6, "triglycerides": 100, "cholesterol": 180}, days=20),
        "done",
    ),
    (
        "metabolic-management",
        Chart().condition("K76.0").labs({"bmi": 31, "hba1c": 6, "triglycerides": 100, "cholesterol": 180}, days=184),
        "out-of-date",
    ),
    ("precipitant-review", sick(), "not-needed"),
    ("precipitant-review", sick().condition("R18.8", days=10), "missing"),
]


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize(("id", "chart", "status"), ROWS, ids=[f"{row[0]}-{number}" for number, row in enumerate(ROWS)])
def test_the_steps(id: str, chart: Chart, status: str) -> None:
    found = evaluation(chart, id)
    assert found["status"] == status, found
    assert found["because"]


@pytest.mark.hazard("C-25", "C-40")
def test_what_was_not_read_is_missing_and_says_so() -> None:
    found = evaluation(sick().without_access_to("procedures"), "liver-imaging")
    assert "NOT_RETRIEVED" in found["because"]


# Follow-up


def after(days: int) -> Chart:
    """An infusion that ended on the day that lies `days` before the clock."""
    return sick().administration(ago(days))


VISIT = {"alt": 40, "ast": 50, "bilirubin": 1.4, "albumin": 3.9, "inr": 1.2, "creatinine": 1.0, "sodium": 138}
WEEKS = {"week-1": 7, "week-4": 28, "week-8": 56, "week-12": 84, "week-24": 168}


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize(("id", "due"), WEEKS.items())
@pytest.mark.parametrize(("offset", "status"), [(-4, "upcoming"), (-3, "due"), (0, "due"), (7, "due"), (8, "overdue")])
def test_a_visit_at_the_edges_of_its_window(id: str, due: int, offset: int, status: str) -> None:
    found = follow_up(after(due + offset), id)
    assert found["status"] == status, found
    assert found["kind"] == "labs"


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize(
    ("anchor", "id", "due"),
    [
        ("2026-11-30", "month-3", "2027-02-28"),
        ("2026-08-31", "month-6", "2027-02-28"),
        ("2026-08-22", "month-3", "2026-11-22"),
    ],
)
def test_months_are_clipped_to_their_end(anchor: str, id: str, due: str) -> None:
    found = follow_up(sick().at(datetime(2026, 12, 1, 9, 0, tzinfo=UTC)).administration(f"{anchor}T10:00:00Z"), id)
    assert found["due"] == due
    assert found["kind"] == "imaging"


@pytest.mark.hazard("C-25")
def test_the_shape_of_a_window() -> None:
    found = follow_up(sick().administration("2026-11-22T08:00:00Z"), "week-4")
    assert (found["due"], found["window"], found["status"]) == ("2026-12-20", ["2026-12-17", "2026-12-27"], "upcoming")


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize(("days", "status"), [(-15, "upcoming"), (-14, "due"), (14, "due"), (15, "overdue")])
def test_imaging_windows_are_two_weeks_each_way(days: int, status: str) -> None:
    due = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    chart = sick().at(due + timedelta(days=days)).administration("2026-08-22T10:00:00Z")
    assert follow_up(chart, "month-3")["status"] == status


@pytest.mark.hazard("C-25")
def test_without_an_administration_nothing_starts() -> None:
    for chart in (sick(), sick().without_access_to("administrations"), Chart()):
        for id in (*WEEKS, "month-3", "month-6"):
            found = follow_up(chart, id)
            assert found["status"] == "not-started"
            assert not {"due", "window"} & set(found)
    assert "NOT_RETRIEVED" in follow_up(sick().without_access_to("administrations"), "week-1")["because"]


@pytest.mark.hazard("C-5", "C-25")
@pytest.mark.parametrize("status", ["in-progress", "not-done", "entered-in-error", "on-hold", "unknown"])
def test_only_a_finished_administration_anchors(status: str) -> None:
    assert follow_up(sick().administration(ago(28), status=status), "week-4")["status"] == "not-started"


@pytest.mark.hazard("C-25")
def test_a_stopped_administration_anchors_when_a_dose_was_given() -> None:
    assert follow_up(sick().administration(ago(28), status="stopped"), "week-4")["status"] == "due"
    without_dose = sick().administration(ago(28), status="stopped", dosage=ABSENT)
    assert follow_up(without_dose, "week-4")["status"] == "not-started"


@pytest.mark.hazard("C-25")
def test_plasma_alone_is_no_anchor_and_vesicles_are() -> None:
    assert follow_up(sick().administration(ago(28), product="prp"), "week-4")["status"] == "not-started"
    assert follow_up(sick().administration(ago(28), product="msc-ev"), "week-4")["status"] == "due"


@pytest.mark.hazard("C-25")
def test_a_new_infusion_restarts_the_schedule() -> None:
    chart = after(60).administration(ago(5))
    assert follow_up(chart, "week-1")["status"] == "due"
    assert follow_up(chart, "week-8")["status"] == "upcoming"


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize(
    ("drawn", "status"),
    [(35, "overdue"), (34, "done"), (31, "done"), (24, "done"), (20, "done"), (14, "done"), (13, "overdue")],
)
def test_results_in_the_window_or_late_count(drawn: int, status: str) -> None:
    """Week 1 of an infusion 38 days ago is open from 34 to 24 days before the clock; week 4 opens 13 days before."""
    assert follow_up(after(38).labs(VISIT, days=drawn, hours=0), "week-1")["status"] == status


@pytest.mark.hazard("C-25")
def test_a_result_that_is_too_early_or_belongs_to_the_next_visit_does_not_count() -> None:
    assert follow_up(after(38).labs(VISIT, days=36, hours=0), "week-1")["status"] == "overdue"
    assert follow_up(after(38).labs(VISIT, days=12, hours=0), "week-1")["status"] == "overdue"
    assert follow_up(after(38).labs(VISIT, days=12, hours=0), "week-4")["status"] == "done"


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize("dropped", VISIT)
def test_a_visit_is_done_only_with_all_of_its_results(dropped: str) -> None:
    rest = {name: number for name, number in VISIT.items() if name != dropped}
    assert follow_up(after(28).labs(rest, days=1), "week-4")["status"] == "due"
    assert follow_up(after(28).labs(VISIT, days=1), "week-4")["status"] == "done"


@pytest.mark.hazard("C-5")
def test_preliminary_results_do_not_finish_a_visit() -> None:
    rest = {name: number for name, number in VISIT.items() if name != "inr"}
    chart = after(28).labs(rest, days=1).lab("inr", 1.2, days=1, status="preliminary")
    assert follow_up(chart, "week-4")["status"] == "due"


@pytest.mark.hazard("C-20", "C-36")
def test_the_trend_compares_one_variant_and_only_one_laboratory() -> None:
    def course(before: str, later: str) -> Chart:
        labs = {"bilirubin": 3.0, "creatinine": 1.2, "inr": 1.6, "sodium": 134, "albumin": 2.9}
        chart = sick().administration(ago(28))
        chart = chart.labs({**labs, "bilirubin": 6.0}, days=30, performer=[{"reference": before}])
        return chart.labs(labs, days=1, performer=[{"reference": later}])

    def trend(chart: Chart) -> str:
        return "\n".join(card["detail"] for card in chart.cards("follow-up")).replace("\\", "")

    same, other = trend(course("Organization/a", "Organization/a")), trend(course("Organization/a", "Organization/b"))
    assert "MELD 3.0" in same
    assert "−" in same or "-" in same
    assert "aborator" in other
    for text in (same, other):
        assert "response" not in text.lower()


# The transplant prompt

PROMPT = "Transplant evaluation"


def prompt(chart: Chart) -> str:
    cards = chart.cards()
    return f"{cards[0]['summary']}\n{cards[0]['detail']}".replace("\\", "") if cards else ""


@pytest.mark.hazard("M-3")
@pytest.mark.parametrize(
    ("bilirubin", "inr", "highest"), [(6.0, 1.0, 14), (6.0, 1.1, 15), (10.0, 2.2, 24), (10.0, 2.4, 25)]
)
def test_the_prompt_begins_at_fifteen_and_weekly_tests_at_25(bilirubin: float, inr: float, highest: int) -> None:
    labs = {"bilirubin": bilirubin, "inr": inr, "creatinine": 1.0, "sodium": 138, "albumin": 3.8}
    chart = sick().labs(labs)
    assert max(score(chart, id)["value"] for id in ("meld", "meld-na", "meld-3.0")) == highest
    assert ("comes first" in prompt(chart)) is (highest >= 15)
    assert ("weekly labs" in prompt(chart)) is (highest >= 25)


@pytest.mark.hazard("M-3")
def test_a_range_that_reaches_fifteen_says_may_be() -> None:
    labs = {"bilirubin": 1.0, "creatinine": 1.0, "inr": 1.1, "sodium": 138, "albumin": 3.8}
    chart = sick().labs(labs).without_access_to("procedures")
    assert "may be" in prompt(chart)
    assert "comes first" in prompt(chart)


@pytest.mark.hazard("M-3")
@pytest.mark.parametrize("code", ["R18.8", "K76.82", "I85.01", "K65.2", "K76.7", "716203000"])
def test_decompensation_calls_for_the_prompt_whatever_the_score(code: str) -> None:
    labs = {"bilirubin": 1.0, "creatinine": 1.0, "inr": 1.0, "sodium": 138, "albumin": 3.8}
    assert "comes first" in prompt(sick().labs(labs).condition(code, days=90))
    assert "comes first" not in prompt(sick().labs(labs))


@pytest.mark.hazard("M-3")
@pytest.mark.parametrize("chart", [sick().ascites("mild"), sick().west_haven(1)])
def test_assessed_decompensation_calls_for_it_too(chart: Chart) -> None:
    assert "comes first" in prompt(chart)


@pytest.mark.hazard("M-3")
def test_not_after_a_transplant() -> None:
    assert "comes first" not in prompt(sick().reference().condition("R18.8").condition("Z94.4"))


@pytest.mark.hazard("M-3")
def test_on_the_waiting_list_it_changes() -> None:
    said = prompt(sick().reference().condition("Z76.82"))
    assert "keep the transplant centre informed" in said


@pytest.mark.hazard("M-3", "C-28")
def test_from_25_on_weekly_labs() -> None:
    said = prompt(sick().reference(bilirubin=12, inr=2.6, creatinine=2.4))
    assert "weekly labs, urgent transplant-centre contact" in said
    assert "weekly labs" not in prompt(sick().reference())


@pytest.mark.hazard("M-3")
def test_the_prompt_is_a_warning_and_stands_before_any_investigational_text() -> None:
    cards = sick().reference().cards()
    assert cards[0]["indicator"] == "warning"
    assert "nvestigational" not in cards[0]["summary"]
    assert [number for number, card in enumerate(cards) if "nvestigational" in card["summary"]] == [1]
    for card in sick().reference().cards("order-sign"):
        detail: str = card["detail"]
        assert detail.index("ransplant evaluation") < detail.index("nvestigational")


@pytest.mark.hazard("C-44")
def test_nothing_here_reads_a_charted_meld() -> None:
    charted: Json = {
        "resourceType": "Observation",
        "status": "final",
        "code": concept((OWN + "msc-observation", "meld")),
    }
    chart = sick().add(
        {
            **charted,
            "effectiveDateTime": ago(1),
            "valueQuantity": quantity(30, "{score}"),
            "method": concept((OWN + "meld-version", "meld-3")),
        }
    )
    assert "comes first" not in prompt(chart)
