"""A trial is named with phase, status and the date on which that was read, or not at all."""

from datetime import date, timedelta

import pytest

from cds.codes import CONCEPTS
from cds.knowledge import PATHWAYS
from cds.trials import FAMILIES, GENERIC, NOT_SCREENED, named, not_screened
from tests.cds.clinic import World, charted

CHECKED = max(trial.checked for trials in FAMILIES.values() for trial in trials)


@pytest.mark.hazard("M-6")
@pytest.mark.parametrize("pathway", FAMILIES)
def test_each_trial_is_named_with_phase_status_and_date(pathway: str) -> None:
    said = [part.rstrip(").").split(" (") for part in named(FAMILIES[pathway], CHECKED).split("; ")]
    seen = {trial: about for ids, about in said for trial in ids.split(", ")}
    assert seen == {
        trial.id: f"phase {trial.phase}, status {trial.status}, checked {trial.checked.isoformat()}"
        for trial in FAMILIES[pathway]
    }


@pytest.mark.hazard("M-6")
@pytest.mark.parametrize(("days", "shown"), [(0, True), (30, True), (31, False), (-1, False)])
def test_a_list_older_than_thirty_days_names_no_trial(days: int, shown: bool) -> None:
    text = named(FAMILIES["aclf"], CHECKED + timedelta(days=days))
    assert (text != GENERIC) is shown
    assert "NCT" not in GENERIC


def test_what_was_not_seen_in_the_registry_is_not_invented() -> None:
    by_id = {trial.id: trial for trials in FAMILIES.values() for trial in trials}
    assert (by_id["NCT04229901"].phase, by_id["NCT04229901"].status) == ("2b", "terminated")
    assert (by_id["NCT03963921"].phase, by_id["NCT03963921"].status) == ("not recorded", "completed")
    others = [each for each in by_id.values() if each.id not in ("NCT04229901", "NCT03963921")]
    assert {(each.phase, each.status) for each in others} == {("not recorded", "not recorded")}
    assert all(each.checked <= date(2026, 11, 22) for each in by_id.values())
    assert set(FAMILIES) == set(PATHWAYS)


def test_heart_failure_is_named_when_it_is_charted() -> None:
    title = CONCEPTS["heart_failure"].title
    assert not_screened(World()("heart_failure")) == NOT_SCREENED
    assert f"({title} is charted)" in not_screened(World(charted("heart_failure"))("heart_failure"))[0]
    assert not_screened(World(charted("heart_failure", restricted=True))("heart_failure")) == NOT_SCREENED
