"""The check asks as an EHR would, whatever the FHIR server does."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from hooks.caller import Remote, Reply
from hooks.check import Checked, Unreachable, check
from tests.hooks.fhir_server import FhirServer, serving

Json = dict[str, Any]
PREFETCH = {
    "patient": "Patient/{{context.patientId}}",
    "labs": "Observation?patient={{context.patientId}}&code=1975-2,http://loinc.org|6301-6",
    "conditions": "Condition?patient={{ context.patientId }}",
}


def observation(id: str, patient: str = "p1", code: str = "1975-2") -> Json:
    return {
        "resourceType": "Observation",
        "id": id,
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "subject": {"reference": f"Patient/{patient}"},
    }


def patient(id: str = "p1") -> Json:
    return {"resourceType": "Patient", "id": id}


@dataclass
class Echo:
    """A service that keeps what it was sent."""

    hook: str = "patient-view"
    prefetch: Json = field(default_factory=lambda: dict(PREFETCH))
    reply: Reply = Reply(200, {"cards": []})  # noqa: RUF009  (frozen)
    sent: Json = field(default_factory=dict)

    def get(self, path: str) -> Reply:
        assert path == "/cds-services"
        return Reply(200, {"services": [{"id": "s", "hook": self.hook, "prefetch": self.prefetch}]})

    def post(self, path: str, body: Json) -> Reply:
        assert path == "/cds-services/s"
        self.sent = body
        return self.reply


@pytest.fixture
def fhir() -> Iterator[FhirServer]:
    records = [patient(), patient("p2"), *(observation(f"o{n}") for n in range(5)), observation("x", code="9-9")]
    with serving(FhirServer([*records, observation("other", "p2")])) as server:
        yield server


@pytest.mark.hazard("T-20")
@pytest.mark.parametrize("start", ["http://127.0.0.1:", "//127.0.0.1:", "HTTP://127.0.0.1:", "x/../http://127.0.0.1:"])
def test_a_query_that_a_service_advertises_never_leads_elsewhere(fhir: FhirServer, start: str) -> None:
    with serving(FhirServer([patient()])) as canary:
        address = f"{start}{canary.base.rpartition(':')[2]}/Observation?patient={{{{context.patientId}}}}"
        found, _ = run(fhir, Echo(prefetch={**PREFETCH, "labs": address}), token="secret")
        assert canary.seen == []
    assert next(query for query in found.queries if query.key == "labs").status == 404


def run(fhir: FhirServer, service: Echo | None = None, who: str = "p1", token: str = "") -> tuple[Checked, Json]:
    service = service or Echo()
    return check(service, Remote(fhir.base, token), who, "s"), service.sent


def ids(bundle: Json) -> list[str]:
    return [entry["resource"]["id"] for entry in bundle.get("entry", [])]


def notes(checked: Checked, key: str) -> str:
    return "; ".join(next(query for query in checked.queries if query.key == key).notes)


def test_every_key_is_asked_for_and_sent(fhir: FhirServer) -> None:
    checked, sent = run(fhir)
    assert [(query.key, query.status, query.found) for query in checked.queries] == [
        ("patient", 200, 1),
        ("labs", 200, 5),
        ("conditions", 200, 0),
    ]
    assert sent["hook"] == "patient-view"
    assert sent["fhirServer"] == fhir.base
    assert sent["context"]["patientId"] == "p1"
    assert sent["prefetch"]["patient"] == patient()
    assert ids(sent["prefetch"]["labs"]) == [f"o{n}" for n in range(5)]
    assert sent["prefetch"]["conditions"] == {"resourceType": "Bundle", "type": "searchset", "total": 0}


def test_all_pages_are_read(fhir: FhirServer) -> None:
    fhir.page = 2
    checked, sent = run(fhir)
    assert sorted(ids(sent["prefetch"]["labs"])) == ["o0", "o1", "o2", "o3", "o4", "x"]
    assert "link" not in sent["prefetch"]["labs"]
    assert "3 pages" in notes(checked, "labs")


@pytest.mark.hazard("F-17")
def test_pages_without_end_are_given_up_and_the_rest_is_not_denied(fhir: FhirServer) -> None:
    fhir.page, fhir.endless = 2, True
    checked, sent = run(fhir)
    assert len(fhir.seen) < 60
    assert sent["prefetch"]["labs"]["link"][0]["relation"] == "next"
    assert "total" not in sent["prefetch"]["labs"]
    assert "not everything was read" in notes(checked, "labs")


@pytest.mark.hazard("T-23")
def test_a_next_page_elsewhere_is_not_followed(fhir: FhirServer) -> None:
    with serving(FhirServer([])) as elsewhere:
        fhir.page, fhir.next_base, fhir.token = 2, elsewhere.base, "secret"
        _, sent = run(fhir, token="secret")
        assert elsewhere.seen == []
    assert sent["prefetch"]["labs"]["link"]


def test_a_truncated_answer_is_passed_on_as_truncated(fhir: FhirServer) -> None:
    fhir.cuts_at = 3
    checked, sent = run(fhir)
    assert sent["prefetch"]["labs"]["total"] == 5
    assert "counts 5 but sent 3" in notes(checked, "labs")


def test_records_of_other_patients_are_left_out_and_said(fhir: FhirServer) -> None:
    fhir.ignores_search = True
    checked, sent = run(fhir)
    assert "other" not in ids(sent["prefetch"]["labs"])
    assert sent["prefetch"]["labs"]["total"] == 6
    assert "1 of 7 are of other patients" in notes(checked, "labs")


def test_a_server_that_searches_by_post_alone(fhir: FhirServer) -> None:
    fhir.only_post = True
    checked, sent = run(fhir)
    assert len(ids(sent["prefetch"]["labs"])) == 5
    assert ("POST", "/fhir/Observation/_search", "") in fhir.seen
    assert "POST" in notes(checked, "labs")


@pytest.mark.parametrize("status", [400, 403, 500])
def test_a_key_that_fails_is_left_out(fhir: FhirServer, status: int) -> None:
    fhir.fails = {"Condition": status}
    checked, sent = run(fhir)
    assert "conditions" not in sent["prefetch"]
    assert checked.queries[2].status == status
    assert checked.queries[2].answer is None


def test_a_login_page_is_no_answer(fhir: FhirServer) -> None:
    fhir.html = "Condition"
    checked, sent = run(fhir)
    assert "conditions" not in sent["prefetch"]
    assert "not JSON" in notes(checked, "conditions")


def test_the_token_goes_to_the_fhir_server_and_not_into_the_call(fhir: FhirServer) -> None:
    fhir.token = "secret"
    _, sent = run(fhir, token="secret")
    assert {given for _, _, given in fhir.seen} == {"Bearer secret"}
    assert "secret" not in repr(sent)


@pytest.mark.parametrize(
    ("change", "says"),
    [({"token": "secret"}, "--token-env"), ({"fails": {"Patient": 403}}, "403"), ({"resources": []}, "no patient")],
)
def test_without_the_patient_nothing_is_asked(fhir: FhirServer, change: Json, says: str) -> None:
    for name, value in change.items():
        setattr(fhir, name, value)
    service = Echo()
    with pytest.raises(Unreachable, match=says):
        run(fhir, service)
    assert service.sent == {}


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(Unreachable, match="does not answer"):
        check(Echo(), Remote("http://127.0.0.1:9"), "p1", "s")


def test_a_service_that_is_not_offered_is_answered_with_those_that_are(fhir: FhirServer) -> None:
    with pytest.raises(Unreachable, match="offered are s"):
        check(Echo(), Remote(fhir.base), "p1", "other")


def test_a_template_with_a_token_that_is_not_known_is_left_out(fhir: FhirServer) -> None:
    service = Echo(prefetch={"patient": PREFETCH["patient"], "labs": "Observation?date=gt{{today()}}"})
    checked, sent = run(fhir, service)
    assert set(sent["prefetch"]) == {"patient"}
    assert "today()" in notes(checked, "labs")


def test_an_id_cannot_change_the_query(fhir: FhirServer) -> None:
    with pytest.raises(Unreachable):
        run(fhir, who="p1?_elements=id&x=/../p2")
    assert fhir.seen[0][1] == "/fhir/Patient/p1%3F_elements%3Did%26x%3D%2F..%2Fp2"


@pytest.mark.parametrize(
    ("hook", "members"),
    [
        ("patient-view", {"userId", "patientId"}),
        ("encounter-start", {"userId", "patientId", "encounterId"}),
        ("order-sign", {"userId", "patientId", "draftOrders"}),
        ("order-select", {"userId", "patientId", "draftOrders", "selections"}),
    ],
)
def test_the_context_is_what_the_hook_wants(fhir: FhirServer, hook: str, members: set[str]) -> None:
    _, sent = run(fhir, Echo(hook=hook))
    assert set(sent["context"]) == members


def test_an_error_of_the_service_is_no_answer(fhir: FhirServer) -> None:
    checked, _ = run(fhir, Echo(reply=Reply(412, {"resourceType": "OperationOutcome"})))
    assert not checked.answered
