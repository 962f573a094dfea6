"""Advice that was given is not given again at once, and nothing that is needed stays away (C-31, C-32)."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hooks.app import create_app
from hooks.overriding import REASONS
from hooks.settings import load
from hooks.site import Client, FhirServer, Settings
from hooks.store import Store, StoreDown, trail
from hooks.trust import Caller
from tests import calls
from tests.calls import Json, call, observation, sent

NOW = datetime.fromisoformat(calls.NOW)
VIEW, ADMISSION, FOLLOW_UP = "msc-liver-evaluation", "msc-liver-evaluation-encounter", "msc-liver-follow-up"
RESULTS = [each["resource"] for each in calls.labs()["entry"]]
PROBLEMS = calls.bundle(calls.condition(1, "K74.60"), calls.condition(2, "C22.0"))
BOTH = ["LiverEvaluation", "MscScreening"]


HOUSES = ("https://fhir.north.net/r4", "https://fhir.south.net/r4")
TWO_HOUSES = Client("ehr-c", fhir_servers=tuple(map(FhirServer, HOUSES)))


class ByName:
    """Takes a caller for whom it says it is."""

    def admit(self, authorizations: Any, endpoint: str, feedback: bool = False) -> Caller:
        name = authorizations[0] if authorizations else "ehr-a"
        return Caller(TWO_HOUSES if name == TWO_HOUSES.name else Client(name))

    def states(self) -> dict[str, str]:
        return {}


class Ward:
    """The service with repetition on; its clock and its period can be turned."""

    def __init__(self, settings: Settings, store: Store) -> None:
        clients = (Client("ehr-a"), Client("ehr-b"), TWO_HOUSES)
        self.settings = replace(settings, clients=clients, msc=replace(settings.msc))
        self.store = store
        self.app = create_app(self.settings, store, ByName())
        self.told = 0

    def at(self, days: float = 0, repeat: int = 30) -> Any:
        """A client of the service so many days later."""
        object.__setattr__(self.settings, "now", NOW + timedelta(days=days))
        object.__setattr__(self.settings.msc, "repeat_after_days", repeat)
        return self.app.test_client()

    def cards(
        self, service: str = VIEW, *, days: float = 0, client: str = "ehr-a", repeat: int = 30, **changes: Any
    ) -> list[Json]:
        """The cards of one call, in which the results are of the day before."""
        answer = self.at(days, repeat).post(
            f"/cds-services/{service}", json=moved(call(service, **changes), days), headers={"Authorization": client}
        )
        assert answer.status_code == 200, answer.get_json()
        return answer.get_json()["cards"]  # type: ignore[no-any-return]

    def topics(self, *where: Any, **how: Any) -> list[str]:
        return [each["source"]["topic"]["code"] for each in self.cards(*where, **how)]

    def override(self, card: Json, code: str = "", *, days: float = 0, service: str = VIEW, **more: Any) -> None:
        """What the caller tells of a card; nothing is told twice at one moment."""
        self.told += 1
        at = NOW + timedelta(days=days, seconds=self.told)
        item: Json = {"card": card["uuid"], "outcome": "overridden", "outcomeTimestamp": at.isoformat(), **more}
        if code:
            item["overrideReason"] = {"reason": {"code": code}}
        answer = self.at(days).post(
            f"/cds-services/{service}/feedback", json={"feedback": [item]}, headers={"Authorization": "ehr-a"}
        )
        assert answer.status_code == 200


@pytest.fixture
def ward(settings: Any, store: Any) -> Ward:
    return Ward(settings, store)


def moved(body: Json, days: float) -> Json:
    """The same results, drawn the day before the clock."""
    drawn = (NOW + timedelta(days=days - 1)).date().isoformat()
    found: Json = json.loads(json.dumps(body).replace("2026-11-21T", f"{drawn}T"))
    return found


def with_bilirubin(value: float) -> Json:
    return sent(labs=calls.bundle(observation(1, "1975-2", value, "mg/dL"), *RESULTS[1:]))


@pytest.mark.hazard("C-32", "T-31")
def test_one_id_at_two_servers_is_two_patients(ward: Ward) -> None:
    north, south = HOUSES
    assert ward.topics(client="ehr-c", fhirServer=north) == BOTH
    assert ward.topics(client="ehr-c", fhirServer=south) == BOTH
    assert ward.topics(client="ehr-c", fhirServer=south.upper().replace("/R4", "/r4/")) == []
    assert ward.topics(client="ehr-c") == BOTH, "whoever it is"
    assert ward.topics(client="ehr-a", fhirServer=north) == BOTH
    assert ward.topics(client="ehr-a") == [], "a client with one server has one patient of each id"


@pytest.mark.hazard("C-31")
def test_the_same_request_twice_is_answered_once_and_the_second_is_counted(
    ward: Ward, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ward.topics() == BOTH
    again = ward.at()
    capsys.readouterr()
    assert again.post(f"/cds-services/{VIEW}", json=call()).get_json() == {"cards": []}
    counted = again.get("/metrics").text
    assert (
        f'hepar_held_back_total{{client="ehr-a",reason="repeated",rule="liver-evaluation",service="{VIEW}"}} 1.0'
        in counted
    )
    assert (
        f'hepar_held_back_total{{client="ehr-a",reason="repeated",rule="msc-screening",service="{VIEW}"}} 1.0'
        in counted
    )
    assert f'hepar_calls_total{{client="ehr-a",outcome="held",service="{VIEW}"}} 1.0' in counted
    (line, _) = (json.loads(each) for each in capsys.readouterr().out.splitlines())
    assert (line["outcome"], line["held"]) == ("held", "liver-evaluation (repeated), msc-screening (repeated)")
    with ward.store.reading() as connection:
        (_, record) = (json.loads(row.document) for row in trail.rows(connection) if row.kind == "evaluation")
    assert [(each["rule"], each["why"]) for each in record["held"]] == [
        ("liver-evaluation", "repeated"), ("msc-screening", "repeated"),
    ]  # fmt: skip
    assert record["held"][0]["until"] == "2026-12-22T10:00:00.000+00:00"


@pytest.mark.hazard("C-31")
def test_a_new_result_in_the_same_band_is_no_new_advice(ward: Ward) -> None:
    assert ward.topics() == BOTH
    assert ward.topics(days=1, prefetch=with_bilirubin(2.1)) == []


@pytest.mark.hazard("C-31", "C-32")
@pytest.mark.parametrize(
    "prefetch",
    [
        pytest.param(with_bilirubin(9.0), id="the band of a score"),
        pytest.param(sent(conditions=PROBLEMS), id="an exclusion"),
        pytest.param(sent(labs=calls.bundle(*RESULTS[1:])), id="a gap"),
    ],
)
def test_what_changes_the_situation_is_said_at_once(ward: Ward, prefetch: Json) -> None:
    first = ward.cards()
    ward.override(first[0], "cds-not-applicable")
    assert ward.topics() == []
    assert "LiverEvaluation" in ward.topics(prefetch=prefetch)


@pytest.mark.hazard("C-31", "T-57")
def test_another_client_with_the_same_patient_id_is_told(ward: Ward) -> None:
    assert ward.topics() == BOTH
    assert ward.topics(client="ehr-b") == BOTH
    assert ward.topics(client="ehr-b") == ward.topics() == []


@pytest.mark.hazard("C-31")
def test_another_patient_is_told(ward: Ward) -> None:
    assert ward.topics() == BOTH
    body = json.loads(json.dumps(call()).replace(calls.ME, "p-2"))
    answer = ward.at().post(f"/cds-services/{VIEW}", json=body)
    assert len(answer.get_json()["cards"]) == 2


@pytest.mark.hazard("C-32")
def test_another_hook_is_told(ward: Ward) -> None:
    assert ward.topics() == ward.topics(ADMISSION) == BOTH
    assert ward.topics() == ward.topics(ADMISSION) == []


@pytest.mark.hazard("C-32")
@pytest.mark.parametrize("service", ["msc-liver-order-select", "msc-liver-order-sign"])
def test_whoever_decides_on_an_order_is_told_each_time(ward: Ward, service: str) -> None:
    for _ in range(3):
        (card,) = ward.cards(service)
        ward.override(card, "cds-not-applicable", service=service)


@pytest.mark.hazard("C-31", "C-32")
def test_the_advice_comes_back_when_its_time_is_over(ward: Ward) -> None:
    assert ward.topics() == BOTH
    assert ward.topics(days=29.9) == []
    assert ward.topics(days=30) == BOTH
    assert ward.topics(days=31) == []


@pytest.mark.hazard("C-31", "C-32")
@pytest.mark.parametrize("code", [*REASONS, "a-code-of-this-site"])
def test_an_override_with_a_reason_snoozes_by_the_reason(ward: Ward, code: str) -> None:
    length = REASONS[code].days if code in REASONS else 90
    card, _ = ward.cards()
    ward.override(card, code)
    assert ward.topics(days=length - 0.1) == []
    assert "LiverEvaluation" in ward.topics(days=length + 0.1)


@pytest.mark.hazard("C-32")
def test_an_override_without_a_reason_changes_nothing(ward: Ward) -> None:
    for card in ward.cards():
        ward.override(card)
    assert ward.topics(days=29) == []
    assert ward.topics(days=30) == BOTH


@pytest.mark.hazard("C-32", "T-46")
def test_the_latest_answer_to_a_card_counts(ward: Ward) -> None:
    card, _ = ward.cards()
    ward.override(card, "cds-not-applicable")
    ward.override(card)
    assert ward.topics(days=30) == BOTH


@pytest.mark.hazard("C-32", "T-45")
def test_what_was_quarantined_snoozes_nothing(ward: Ward) -> None:
    card, _ = ward.cards()
    ward.override(card, "cds-not-applicable", service=ADMISSION)
    assert ward.topics(days=30) == BOTH


@pytest.mark.hazard("M-3", "C-32")
def test_trials_are_not_named_while_the_transplant_prompt_is_put_off(ward: Ward) -> None:
    evaluation, _ = ward.cards()
    assert "Transplant evaluation" in evaluation["summary"]
    ward.override(evaluation, "cds-not-applicable")
    assert ward.topics(days=31) == []
    assert ward.topics(days=91) == BOTH


@pytest.mark.hazard("C-31", "C-32")
def test_that_something_could_not_be_read_is_never_put_off_for_long(ward: Ward) -> None:
    unreadable = sent(administrations=...)
    (card,) = ward.cards(FOLLOW_UP, prefetch=unreadable)
    ward.override(card, "cds-not-applicable", service=FOLLOW_UP)
    assert ward.topics(FOLLOW_UP, prefetch=unreadable) == []
    assert ward.topics(FOLLOW_UP, days=30, prefetch=unreadable) == ["ChartUnreadable"]


@pytest.mark.hazard("C-31")
def test_a_memory_that_does_not_answer_holds_nothing_back(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ward.topics() == BOTH

    def down(*_: Any) -> Any:
        raise StoreDown("OperationalError")

    monkeypatch.setattr(ward.store, "recall", down)
    client = ward.at()
    assert len(client.post(f"/cds-services/{VIEW}", json=call()).get_json()["cards"]) == 2
    assert 'hepar_store_failures_total{what="memory"} 1.0' in client.get("/metrics").text


def test_the_memory_is_asked_only_where_something_may_be_held_back(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def recall(client: str, patient: str, service: str, since: Any) -> Any:
        asked.append(service)
        return ()

    monkeypatch.setattr(ward.store, "recall", recall)
    ward.topics(repeat=0)
    ward.topics("msc-liver-order-sign")
    ward.topics(prefetch=sent(conditions=calls.bundle(), labs=calls.bundle()))
    assert asked == []
    ward.topics()
    assert asked == [VIEW]


@pytest.mark.hazard("C-32")
def test_with_no_period_nothing_is_held_back(ward: Ward) -> None:
    for card in ward.cards(repeat=0):
        ward.override(card, "cds-not-applicable")
    assert ward.topics(repeat=0) == BOTH


def test_a_demonstration_always_shows_its_cards_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    assert load(None, dev=True).msc.repeat_after_days == 0
    file = tmp_path / "hepar.toml"
    file.write_text("[msc]\nprotocol = 'P-1'\n")
    assert load(file, dev=True).msc.repeat_after_days == 0
    file.write_text("[msc]\nrepeat_after_days = 30\n")
    assert load(file, dev=True).msc.repeat_after_days == 30
