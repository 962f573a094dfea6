"""The suggestion to keep a MELD in the chart: who gets it, for whom, and what becomes of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hooks.app import create_app
from hooks.audit.basis import unpack
from hooks.audit.replay import replay
from hooks.feedback_report import report
from hooks.site import Client
from hooks.store import trail
from tests import calls
from tests.calls import OWN, bundle, call, sent
from tests.conformance.checks import conforms

Json = dict[str, Any]
GIVEN = bundle(
    {
        "resourceType": "MedicationAdministration",
        "id": "a-1",
        "status": "completed",
        "subject": {"reference": f"Patient/{calls.ME}"},
        "medicationCodeableConcept": {"coding": [{"system": OWN + "msc-product-type", "code": "msc"}]},
        "effectivePeriod": {"start": "2026-10-25T08:00:00Z", "end": "2026-10-25T09:00:00Z"},
    }
)


@pytest.fixture
def http(settings: Any, store: Any) -> Any:
    """A service in development whose one client creates Observations."""
    ehr = Client("ehr-a", score_suggestions=True)
    return create_app(replace(settings, clients=(ehr,)), store).test_client()


@pytest.fixture
def ask(http: Any) -> Callable[..., Json]:
    def send(service: str = "msc-liver-evaluation", **changes: Any) -> Json:
        answer = http.post(f"/cds-services/{service}", json=call(service, **changes))
        assert answer.status_code == 200
        return answer.get_json()  # type: ignore[no-any-return]

    return send


def kept(answer: Json) -> list[tuple[Json, Json]]:
    """(suggestion, Observation) of every score that may be kept."""
    return [
        (suggestion, action["resource"])
        for card in answer["cards"]
        for suggestion in card.get("suggestions", ())
        for action in suggestion["actions"]
        if action["resource"]["resourceType"] == "Observation"
    ]


@pytest.mark.hazard("C-12", "C-34")
@pytest.mark.parametrize("service", ["msc-liver-evaluation", "msc-liver-evaluation-encounter", "msc-liver-follow-up"])
def test_one_score_of_this_patient_is_offered(ask: Callable[..., Json], service: str) -> None:
    answer = ask(service, prefetch=sent(administrations=GIVEN))
    conforms(answer, calls.ME, kept=True)
    [(suggestion, resource)] = kept(answer)
    assert suggestion["label"] == "Record MELD 3.0 (OPTN 2023) = 18 in the chart"
    assert resource["subject"] == {"reference": f"Patient/{calls.ME}"}
    assert [each["reference"] for each in resource["derivedFrom"]] == [
        f"Observation/o-{number}" for number in range(1, 6)
    ]
    assert "week-4" in str(resource["extension"])
    assert ("encounter" in resource) == service.endswith("encounter")


@pytest.mark.parametrize("service", ["msc-liver-order-select", "msc-liver-order-sign"])
def test_nothing_is_offered_while_an_order_is_written(ask: Callable[..., Json], service: str) -> None:
    answer = ask(service)
    conforms(answer, calls.ME)
    assert answer["cards"]


@pytest.mark.hazard("C-10")
def test_nothing_is_offered_of_a_range(ask: Callable[..., Json]) -> None:
    answer = ask(prefetch=sent(procedures=...))
    assert "range" in str(answer["cards"][0]["extension"])
    assert kept(answer) == []


@pytest.mark.requirement("SA-2")
def test_who_did_not_ask_for_it_gets_orders_alone(post: Callable[..., Any]) -> None:
    conforms(post().get_json(), calls.ME)


def test_an_accepted_score_is_counted_as_every_suggestion(ask: Callable[..., Json], http: Any, store: Any) -> None:
    answer = ask()
    [(suggestion, _)] = kept(answer)
    item = {
        "card": answer["cards"][0]["uuid"],
        "outcome": "accepted",
        "acceptedSuggestions": [{"id": suggestion["uuid"]}],
        "outcomeTimestamp": "2026-11-22T10:04:00.123Z",
    }
    told = http.post("/cds-services/msc-liver-evaluation/feedback", json={"feedback": [item]})
    assert told.status_code == 200
    assert [each.accepted for each in report(store) if each.accepted] == [1]


@pytest.mark.hazard("C-46")
def test_a_card_with_a_score_is_made_again_as_it_was(ask: Callable[..., Json], store: Any) -> None:
    card = ask(prefetch=sent(administrations=GIVEN))["cards"][0]
    with store.reading() as connection:
        (row,) = trail.rows(connection)
    again = replay(unpack(row.kept), card["uuid"])
    assert again.again is not None
    assert again.differences == []
