"""Every call has one record, whatever became of it, and every read from the EHR one more; none says too much."""

import secrets
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hooks import pipeline
from hooks.audit.basis import unpack
from hooks.audit.chain import Verification
from hooks.store import StoreDown
from tests import calls
from tests.hooks.audited import EVALUATION, ISSUERS, Audited, accepted, audited, service
from tests.hooks.fhir_server import FhirServer, serving

__all__ = ["service"]

FEEDBACK = f"{EVALUATION}/feedback"
MARKS = ("ZZPATIENTNAME", "ZZMRN123", "ZZTOKEN", "ZZCOMMENT", "ZZINSTANCE")


def sound(service: Audited) -> bool:
    verification = Verification([key] if (key := service.settings.storage.audit_key) else [])
    return all(verification.take(row) for row in service.rows()) and not verification.end().fault


@pytest.mark.hazard("T-61")
def test_an_answered_call_has_one_record_that_says_who_was_advised_what_on_whom(service: Audited) -> None:
    token = service.token(f"/cds-services/{EVALUATION}", jti="token-7")
    prefetch = calls.sent(
        labs=calls.bundle(*[{**each["resource"], "meta": {"versionId": "3"}} for each in calls.labs()["entry"]])
    )
    for entry in prefetch["labs"]["entry"]:
        entry["resource"]["effectiveDateTime"] = f"{datetime.now(UTC).date()}T00:00:00Z"
    body = calls.call(EVALUATION, prefetch=prefetch)
    answer = service.post(EVALUATION, body, token=token)
    (said,) = service.documents()
    (row,) = service.rows()
    assert answer.status_code == 200
    assert (row.kind, row.client, row.patient) == ("evaluation", "ehr-a", calls.ME)
    expected = {
        "issuer": ISSUERS["ehr-a"], "token_id": "token-7", "service": EVALUATION, "hook": "patient-view",
        "user": body["context"]["userId"], "instance": body["hookInstance"], "status": 200, "outcome": "cards",
        "correlation": answer.headers["X-Correlation-Id"],
    }  # fmt: skip
    assert {name: said.get(name) for name in expected} == expected
    assert [card["uuid"] for card in said["cards"]] == [card["uuid"] for card in answer.json["cards"]]
    assert said["cards"][0]["rule"] == "liver-evaluation"
    assert {f"Observation/o-{number}/_history/3" for number in range(1, 6)} < set(said["inputs"])
    assert f"Patient/{calls.ME}" in said["inputs"]
    assert said["content"] == answer.json["cards"][0]["extension"]["io.github.hepar-cds.assessment"]["contentVersion"]
    assert set(said["reasons"]) <= {reason for score in _scores(answer) for reason in score["reasons"]}
    assert sound(service)


def _scores(answer: Any) -> list[dict[str, Any]]:
    return answer.json["cards"][0]["extension"]["io.github.hepar-cds.assessment"]["scores"]  # type: ignore[no-any-return]


@pytest.mark.hazard("T-61")
def test_the_assessment_is_kept_with_the_record(service: Audited) -> None:
    answer = service.call()
    (row,) = service.rows()
    kept = unpack(row.kept or b"")
    assert kept.assessment == answer.json["cards"][0]["extension"]["io.github.hepar-cds.assessment"]
    assert [card["uuid"] for card in kept.cards] == [card["uuid"] for card in answer.json["cards"]]


def missing_labs() -> dict[str, Any]:
    return calls.call(EVALUATION, prefetch=calls.sent(labs=...))


REFUSALS: dict[str, tuple[int, str, dict[str, Any]]] = {
    "not JSON": (400, EVALUATION, {"data": b"{", "content_type": "application/json"}),
    "wrong shape": (400, EVALUATION, {"body": {"hook": "patient-view"}}),
    "feedback of a wrong shape": (400, FEEDBACK, {"body": {"feedback": [{}]}}),
    "no token": (401, EVALUATION, {"token": "", "body": calls.call(EVALUATION)}),
    "forged token": (401, FEEDBACK, {"token": "e30.e30.AAAA", "body": {}}),
    "not entitled": (403, "msc-liver-follow-up", {"client": "ehr-b", "body": calls.call("msc-liver-follow-up")}),
    "no such service": (404, "no-such-service", {"body": {}}),
    "no labs": (412, EVALUATION, {"body": missing_labs()}),
    "too large": (413, EVALUATION, {"data": b" " * 6_000_000, "content_type": "application/json"}),
    "not the media type": (415, EVALUATION, {"data": b"{}", "content_type": "text/plain"}),
}


@pytest.mark.parametrize("what", REFUSALS)
@pytest.mark.hazard("T-61")
def test_a_refused_call_has_one_record(service: Audited, what: str) -> None:
    status, path, sent = REFUSALS[what]
    answer = service.post(path, **sent)
    assert answer.status_code == status
    (said,) = service.documents()
    assert said["kind"] == ("feedback" if path == FEEDBACK else "evaluation")
    assert said["status"] == status
    assert said["correlation"] == answer.headers["X-Correlation-Id"]
    assert said["client"] == ("" if status == 401 else sent.get("client", "ehr-a"))
    assert (said.get("token_id", "") == "") == (status == 401)
    assert "kept" not in said
    assert sound(service)


@pytest.mark.hazard("T-61")
def test_a_fault_of_ours_has_one_record(service: Audited, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("ZZPATIENTNAME")

    monkeypatch.setattr(pipeline, "assess", fail)
    answer = service.call()
    (said,) = service.documents()
    assert (answer.status_code, said["status"], said["outcome"]) == (500, 500, "internal-server-error")
    assert said["patient"] == calls.ME


@pytest.mark.hazard("T-61")
def test_a_service_that_stays_silent_has_a_record_too(service: Audited) -> None:
    order = "msc-liver-order-sign"
    context = {**calls.call(order)["context"], "draftOrders": calls.bundle()}
    answer = service.post(order, calls.call(order, context=context))
    assert answer.json == {"cards": []}
    (said,) = service.documents()
    assert (said["status"], said["outcome"]) == (200, "nothing")


@pytest.mark.hazard("T-61")
def test_a_token_used_twice_is_recorded_as_refused_without_what_it_says(service: Audited) -> None:
    token = service.token(f"/cds-services/{EVALUATION}", jti="used-twice")
    statuses = [service.post(EVALUATION, calls.call(EVALUATION), token=token).status_code for _ in range(2)]
    first, second = service.documents()
    assert statuses == [200, 401]
    assert first["token_id"] == "used-twice"
    assert not any(second.get(name) for name in ("client", "token_id", "issuer", "patient", "user", "instance"))
    assert second["refused"]


@pytest.mark.hazard("T-61")
def test_feedback_has_one_record_that_says_on_which_card_and_nothing_of_its_words(service: Audited) -> None:
    card = service.call().json["cards"][0]
    body = accepted(card, overrideReason={"userComment": "ZZCOMMENT"})
    unknown = accepted({"uuid": "ZZINSTANCE no card of ours"})
    both = {"feedback": [*body["feedback"], *unknown["feedback"]]}
    assert service.post(FEEDBACK, both).status_code == 200
    _, said = service.documents()
    assert (said["kind"], said["patient"], said["outcome"]) == ("feedback", calls.ME, "stored")
    assert said["told"] == [
        {"card": card["uuid"], "outcome": "overridden"},
        {"outcome": "overridden", "quarantined": "unknown-card"},
    ]
    assert "ZZ" not in str(said)
    assert sound(service)


@pytest.mark.hazard("T-61", "T-28")
def test_each_read_from_the_ehr_has_a_record(tmp_path: Path) -> None:
    values = [value for value in calls.prefetch().values() if value]
    resources = [each for value in values for each in entries(value)]
    with serving(FhirServer(resources, fails={"MedicationRequest": 403})) as fhir:
        more = {"allow_http_loopback": True, "fhir_server": [{"base_url": fhir.base}]}
        with audited(tmp_path, f"sqlite:///{tmp_path}/hepar.db", **{"ehr-a": more}) as service:
            access = {"access_token": "ZZTOKEN", "token_type": "Bearer", "expires_in": 60, "scope": "", "subject": ""}
            answer = service.call(prefetch=None, fhirServer=fhir.base, fhirAuthorization=access)
            call, *reads = service.documents()
            assert sound(service)
    assert answer.status_code == 200
    assert {read["key"] for read in reads} == set(calls.prefetch())
    assert {(read["kind"], read["patient"]) for read in reads} == {("read", calls.ME)}
    assert {read["correlation"] for read in reads} == {call["correlation"]}
    labs = next(read for read in reads if read["key"] == "labs")
    assert (labs["outcome"], labs["resources"], labs["server"]) == ("read", 5, fhir.base)
    assert labs["query"].startswith(f"Observation?patient={calls.ME}&code=")
    medications = next(read for read in reads if read["key"] == "medications")
    assert call["unread"] == [{"key": "medications", "why": medications["outcome"]}]
    assert medications["outcome"] != "read"
    assert "ZZTOKEN" not in str([call, *reads])


def entries(value: dict[str, Any]) -> list[dict[str, Any]]:
    if value["resourceType"] != "Bundle":
        return [value]
    return [entry["resource"] for entry in value.get("entry", ())]


@pytest.mark.hazard("T-61", "T-42", "T-28")
def test_marks_of_a_patient_are_nowhere_in_the_database(tmp_path: Path) -> None:
    with audited(tmp_path, f"sqlite:///{tmp_path}/hepar.db") as service:
        person = calls.patient(name=[{"family": "ZZPATIENTNAME"}], identifier=[{"value": "ZZMRN123"}])
        words = {"note": [{"text": "ZZMRN123"}], "performer": [{"display": "ZZPATIENTNAME"}]}
        noted = calls.observation(1, "1975-2", 2.0, "mg/dL", **words)
        problem = {**calls.condition(1, "K74.60"), "note": [{"text": "ZZPATIENTNAME"}]}
        prefetch = calls.sent(patient=person, labs=calls.bundle(noted), conditions=calls.bundle(problem))
        access = {"access_token": "ZZTOKEN", "token_type": "Bearer", "expires_in": 60, "scope": "", "subject": ""}
        authorized = {"fhirServer": "https://fhir.ehr-a.hospital.org", "fhirAuthorization": access}
        answer = service.call(prefetch=prefetch, **authorized)
        service.call(prefetch={**prefetch, "labs": {"resourceType": "ZZPATIENTNAME"}})
        unproven = {"hook": "ZZPATIENTNAME", "context": {"patientId": "ZZMRN123"}}
        service.post(EVALUATION, unproven, token="e30.WlpUT0tFTg.ZZTOKEN")
        service.post(FEEDBACK, accepted(answer.json["cards"][0]))
        assert [row["status"] for row in service.documents()] == [200, 400, 401, 200]
        everything = b"".join(path.read_bytes() for path in tmp_path.glob("hepar.db*"))
        for row in service.rows():
            everything += zlib.decompress(row.kept) if row.kept else b""
        assert calls.ME.encode() in everything
        assert [mark for mark in MARKS if mark.encode() in everything] == []
        header = service.token(f"/cds-services/{EVALUATION}").split(".")[0].encode()
        assert header not in everything


@pytest.mark.hazard("T-61", "F-4")
def test_without_a_record_there_is_no_answer(service: Audited, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: Any) -> None:
        raise StoreDown("Busy")

    monkeypatch.setattr(service.store, "keep", down)
    assert service.call().status_code == 503
    assert service.rows() == []


@pytest.mark.hazard("T-61", "T-57")
def test_a_key_seals_every_row(tmp_path: Path) -> None:
    key = secrets.token_hex(32)
    (tmp_path / "audit.key").write_text(key, encoding="utf-8")
    with audited(tmp_path, f"sqlite:///{tmp_path}/hepar.db", storage={"audit_key_file": "audit.key"}) as service:
        service.call()
        service.post(EVALUATION, {}, token="")
        assert len({row["sealed"] for row in service.documents()}) == 1
        assert sound(service)
        unkeyed = Verification()
        assert not unkeyed.take(service.rows()[0])
        assert key.encode() not in (tmp_path / "hepar.db").read_bytes()
