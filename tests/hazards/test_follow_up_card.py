"""What the card after an administration holds: the baseline panel, and the orders of its visits."""

import pytest

from tests.charts import Chart, ago, follow_up

PANEL = {
    "alt": 61,
    "ast": 72,
    "ggt": 90,
    "bilirubin": 2.0,
    "albumin": 3.0,
    "inr": 1.5,
    "creatinine": 1.2,
    "sodium": 133,
}
TREATED = Chart().cirrhosis().administration(ago(28))


def detail(chart: Chart) -> str:
    return str(chart.cards("follow-up")[0]["detail"])


def test_the_baseline_panel_is_shown_with_its_dates() -> None:
    shown = detail(TREATED.labs(PANEL, days=30).labs({**PANEL, "alt": 20}, days=5))
    assert "ALT 61 U/L (2026-10-23)" in shown
    assert "INR 1.5 (2026-10-23)" in shown
    assert "No result in the 30 days before" not in shown


def test_what_the_baseline_panel_lacks_is_said() -> None:
    shown = detail(TREATED.labs({name: value for name, value in PANEL.items() if name != "ggt"}, days=30))
    assert "No result in the 30 days before the first infusion of the course: GGT." in shown
    assert "GGT and sodium" not in detail(TREATED.labs(PANEL, days=30))
    assert "course: ALT, AST, GGT, bilirubin, albumin, INR, creatinine and sodium." in detail(TREATED)


@pytest.mark.hazard("C-26")
def test_a_contradiction_at_baseline_is_not_resolved_by_an_older_result() -> None:
    before = TREATED.labs(PANEL, days=35)
    assert "INR 1.5" in detail(before)
    twice = before.lab("inr", 1.4, days=30).lab("inr", 3.9, days=30)
    assert "course: INR." in detail(twice)
    assert "INR 1.5 (2026-10-18)" in detail(before.lab("inr", 1.4, days=3).lab("inr", 3.9, days=3))


def suggested(chart: Chart) -> set[str]:
    (card,) = chart.cards("follow-up")
    codes = set()
    for suggestion in card.get("suggestions", ()):
        for action in suggestion["actions"]:
            codes |= {coding["code"] for coding in action["resource"]["code"].get("coding", ())}
    return codes


def test_an_imaging_visit_asks_for_elastography_in_steatotic_liver_disease_only() -> None:
    visit = Chart().administration(ago(92))
    assert "24558-9" in suggested(visit.cirrhosis())
    assert "77615-3" not in suggested(visit.cirrhosis())
    assert {"24558-9", "77615-3"} <= suggested(visit.condition("K75.81"))


def test_what_a_visit_lacks_is_said_once() -> None:
    because = follow_up(TREATED.labs({"alt": 40, "ast": 40, "bilirubin": 1, "albumin": 4}, days=0), "week-4")["because"]
    assert because == "Missing: INR, creatinine, sodium and GGT."
