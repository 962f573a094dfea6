"""`hepar audit verify`, `audit export`, `replay`: what is done to the records is found, a card is made again."""

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fhir.resources.R4B.auditevent import AuditEvent
from sqlalchemy import Connection, delete, insert, select, update

from hooks.app import create_app
from hooks.audit.basis import pack, unpack
from hooks.audit.chain import BEGINNING, Mark, Record, link
from hooks.audit.records import purged
from hooks.audit.replay import replay
from hooks.cli import main
from hooks.demo.charts import prefetch, templates
from hooks.settings import load
from hooks.store import Store, trail
from hooks.store.tables import audit_chart, audit_event
from tests import calls, live
from tests.charts import NOW
from tests.hooks.audited import EVALUATION, Audited, accepted, audited, service
from tests.hooks.fhir_server import FhirServer, serving

__all__ = ["service"]

FEEDBACK = f"{EVALUATION}/feedback"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def run(service: Audited, *words: str) -> Result:
    """The command as somebody types it."""
    tables = {name: table for name, table in service.document.items() if name != "client"}
    path = service.folder / "hepar.toml"
    path.write_text(live.toml(tables, service.document["client"]), encoding="utf-8")
    return CliRunner().invoke(main, [*words, "--config", str(path)])


@pytest.fixture
def busy(service: Audited) -> Audited:
    """A service that was called: four answered, one refused, one feedback."""
    cards = [service.call(prefetch=calls.sent()).json["cards"][0] for _ in range(4)]
    service.post(EVALUATION, {}, token="")
    assert service.post(FEEDBACK, accepted(cards[0])).status_code == 200
    return service


@pytest.mark.hazard("T-61")
def test_a_sound_chain_is_verified_and_its_end_printed(busy: Audited) -> None:
    found = run(busy, "audit", "verify")
    last = busy.rows()[-1]
    assert found.exit_code == 0
    assert found.output.splitlines()[0] == "Rows 1 to 6 are as they were written."
    assert found.output.splitlines()[-1] == f"{last.seq}:{last.hash}"


def edit(connection: Connection) -> None:
    document = connection.scalar(select(audit_event.c.document).where(audit_event.c.seq == 3))
    changed = document.replace(calls.ME, "p-2")
    connection.execute(update(audit_event).where(audit_event.c.seq == 3).values(document=changed))


def edit_column(connection: Connection) -> None:
    connection.execute(update(audit_event).where(audit_event.c.seq == 3).values(patient="p-2"))


def edit_chart(connection: Connection) -> None:
    connection.execute(update(audit_chart).where(audit_chart.c.seq == 3).values(chart=b"another"))


def remove(connection: Connection) -> None:
    connection.execute(delete(audit_event).where(audit_event.c.seq == 3))


def slip_in(connection: Connection) -> None:
    """Between the second row and the third, whose number is free once the later ones are moved up."""
    for seq in range(6, 2, -1):
        for table in (audit_event, audit_chart):
            connection.execute(update(table).where(table.c.seq == seq).values(seq=seq + 1))
    second = connection.execute(select(audit_event).where(audit_event.c.seq == 2)).mappings().one()
    connection.execute(insert(audit_event).values({**second, "seq": 3}))


def swap(connection: Connection) -> None:
    for table in (audit_event, audit_chart):
        for old, new in ((3, 99), (4, 3), (99, 4)):
            connection.execute(update(table).where(table.c.seq == old).values(seq=new))


@pytest.mark.parametrize("tamper", [edit, edit_column, edit_chart, remove, slip_in, swap])
@pytest.mark.hazard("T-61")
def test_whatever_is_done_to_the_database_is_found_and_named(
    busy: Audited, tamper: Callable[[Connection], None]
) -> None:
    with busy.store.writing() as connection:
        tamper(connection)
    found = run(busy, "audit", "verify")
    assert found.exit_code == 1
    assert found.output.startswith("Broken: row 3 "), found.output


@pytest.mark.hazard("T-61")
def test_rows_cut_off_at_the_end_show_against_what_was_printed_before(busy: Audited) -> None:
    mark = run(busy, "audit", "verify").output.splitlines()[-1]
    assert run(busy, "audit", "verify", "--expect", mark).exit_code == 0
    with busy.store.writing() as connection:
        connection.execute(delete(audit_event).where(audit_event.c.seq > 4))
    assert run(busy, "audit", "verify").exit_code == 0
    found = run(busy, "audit", "verify", "--expect", mark)
    assert (found.exit_code, "cut off" in found.output) == (1, True)
    assert run(busy, "audit", "verify", "--expect", "7").exit_code == 2


@pytest.mark.hazard("T-61", "T-57")
def test_rows_of_an_earlier_key_are_verified_and_replayed_with_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hepar.db"
    for number in (1, 2):
        (tmp_path / f"{number}.key").write_text(secrets.token_hex(32), encoding="utf-8")
        with audited(tmp_path, url, storage={"audit_key_file": f"{number}.key"}) as service:
            card = service.call().json["cards"][0]["uuid"]
            if number == 1:
                first = card
                assert run(service, "audit", "verify").exit_code == 0
                continue
            before = ("--old-key", str(tmp_path / "1.key"))
            assert "row 1 is sealed with a key that was not given" in run(service, "audit", "verify").output
            assert run(service, "replay", first).exit_code == 1
            assert run(service, "audit", "verify", *before).exit_code == 0
            assert run(service, "replay", first, *before).exit_code == 0
            assert run(service, "audit", "verify", "--old-key", str(tmp_path / "3.key")).exit_code == 2


@pytest.mark.hazard("T-61", "T-57")
def test_a_key_may_come_later_where_the_auditor_says_from_which_row(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hepar.db"
    with audited(tmp_path, url) as service:
        service.call()
    (tmp_path / "audit.key").write_text(secrets.token_hex(32), encoding="utf-8")
    with audited(tmp_path, url, storage={"audit_key_file": "audit.key"}) as service:
        service.call()
        assert "row 1 is not sealed" in run(service, "audit", "verify").output
        found = run(service, "audit", "verify", "--sealed-from", "2")
        assert (found.exit_code, "Without a seal: 1," in found.output) == (0, True)


@pytest.mark.hazard("T-61")
def test_all_records_are_exported_as_valid_audit_events(busy: Audited) -> None:
    found = run(busy, "audit", "export")
    assert found.exit_code == 0
    events = [json.loads(line) for line in found.output.splitlines()]
    assert len(events) == len(busy.rows())
    for event, document in zip(events, busy.documents(), strict=True):
        AuditEvent.model_validate(event)
        assert all(event.get(name) for name in ("type", "action", "recorded", "outcome", "agent", "source", "entity"))
        assert event["recorded"] == document["at"]
        patients = [each["what"]["reference"] for each in event["entity"] if each.get("role", {}).get("code") == "1"]
        assert patients == ([f"Patient/{document['patient']}"] if document["patient"] else [])
    advised, refused, feedback = events[0], events[4], events[5]
    assert advised["meta"]["profile"][0].endswith("IHE.BasicAudit.PrivacyDisclosure.Source")
    assert {agent["type"]["coding"][0]["code"] for agent in advised["agent"]} == {"110153", "110152", "IRCP"}
    assert advised["agent"][0]["who"] == advised["source"]["observer"]
    shown = [each["what"]["identifier"]["value"] for each in advised["entity"] if "detail" in each and "what" in each]
    assert f"urn:uuid:{busy.documents()[0]['cards'][0]['uuid']}" in shown
    assert (refused["outcome"], refused["agent"][0]["who"]) == ("4", {"display": "not verified"})
    assert "meta" not in refused
    assert (feedback["type"]["code"], feedback["action"]) == ("110107", "C")


def test_only_the_records_of_a_time_are_exported(busy: Audited) -> None:
    third = busy.rows()[2].at
    assert len(run(busy, "audit", "export", "--since", third).output.splitlines()) == 4
    assert len(run(busy, "audit", "export", "--until", third).output.splitlines()) == 2
    turned = run(busy, "audit", "export", "--since", third, "--until", third)
    assert (turned.exit_code, turned.output) == (2, "hepar: --until is not after --since.\n")


@pytest.mark.hazard("T-61")
def test_reads_are_exported_as_patient_queries_and_reads(tmp_path: Path) -> None:
    with serving(FhirServer([calls.patient(), *(each["resource"] for each in calls.labs()["entry"])])) as fhir:
        more = {"allow_http_loopback": True, "fhir_server": [{"base_url": fhir.base}]}
        with audited(tmp_path, f"sqlite:///{tmp_path}/hepar.db", **{"ehr-a": more}) as service:
            service.call(prefetch=None, fhirServer=fhir.base)
            _, *reads = [json.loads(line) for line in run(service, "audit", "export").output.splitlines()]
    kinds = {read["meta"]["profile"][0].rpartition(".")[2]: read for read in reads}
    assert set(kinds) == {"PatientQuery", "PatientRead"}
    asked = next(each for each in kinds["PatientQuery"]["entity"] if "query" in each)
    assert base64.b64decode(asked["query"]).decode() == asked["description"]
    assert asked["description"].startswith(f"GET {fhir.base}/")
    assert (kinds["PatientQuery"]["action"], kinds["PatientRead"]["action"]) == ("E", "R")
    roles = [agent["type"]["coding"][0]["code"] for agent in kinds["PatientRead"]["agent"]]
    assert roles == ["110152", "110153", "IRCP"]


@pytest.mark.hazard("C-46")
def test_a_card_is_made_again(busy: Audited) -> None:
    row = busy.documents()[1]
    for card in row["cards"]:
        found = run(busy, "replay", card["uuid"])
        assert (found.exit_code, found.output.splitlines()[-1]) == (
            0, "Made again: the same assessment and the same card.",
        )  # fmt: skip
    told = json.loads(run(busy, "replay", row["cards"][0]["uuid"].upper(), "--json").output)
    assert (told["same"], told["row"], told["differences"]) == (True, 2, [])
    assert told["stored"]["detail"] == told["again"]["detail"]
    assert [each["id"] for each in told["assessment"]["scores"]]
    assert run(busy, "replay", UNKNOWN).exit_code == 2
    assert run(busy, "replay", "50% or _").exit_code == 2


@pytest.mark.hazard("C-46")
def test_every_demonstration_card_is_made_again(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/hepar.db")
    http = create_app(replace(load(None, dev=True), now=NOW), store).test_client()
    given_out = []
    for chart in templates().values():
        sent = prefetch(chart, NOW)
        patient = sent["patient"]["id"]
        for name in chart.services:
            body = calls.call(name, prefetch=sent)
            body["context"]["patientId"] = patient
            for entry in body["context"].get("draftOrders", {}).get("entry", ()):
                entry["resource"]["subject"] = {"reference": f"Patient/{patient}"}
            answer = http.post(f"/cds-services/{name}", json=body)
            assert answer.status_code == 200
            given_out += [card["uuid"] for card in answer.json["cards"]]
    assert len(given_out) >= len(templates())
    for uuid in given_out:
        with store.reading() as connection:
            row = trail.of_card(connection, uuid)
        assert row is not None
        assert replay(unpack(row.kept or b""), uuid).differences == []
    store.close()


@pytest.mark.hazard("C-46", "T-61")
def test_a_card_whose_chart_was_changed_is_not_replayed(busy: Audited) -> None:
    row = busy.rows()[1]
    kept = unpack(row.kept or b"")
    other = pack(kept.basis, {**kept.assessment, "contentVersion": "1999.1.0"}, kept.cards)
    with busy.store.writing() as connection:
        connection.execute(update(audit_chart).where(audit_chart.c.seq == row.seq).values(chart=other))
    found = run(busy, "replay", kept.cards[0]["uuid"])
    assert (found.exit_code, found.output.startswith("Changed: row 2 was changed")) == (1, True)


@pytest.mark.hazard("C-46")
def test_a_difference_is_shown_by_its_place(busy: Audited) -> None:
    row = busy.rows()[0]
    kept = unpack(row.kept or b"")
    kept.assessment["contentVersion"] = "1999.1.0"
    kept.assessment["scores"][0]["status"] = "not-computed"
    cards = [{**card, "summary": "Something else"} for card in kept.cards]
    document = json.loads(row.document)
    packed = pack(kept.basis, kept.assessment, cards)
    (anew,) = link(BEGINNING, [Record(row.at, row.kind, row.client, row.patient, document, packed)])
    with busy.store.writing() as connection:
        values = {"document": anew.document, "hash": anew.hash}
        connection.execute(update(audit_event).where(audit_event.c.seq == 1).values(values))
        connection.execute(update(audit_chart).where(audit_chart.c.seq == 1).values(chart=anew.kept))
    found = run(busy, "replay", cards[0]["uuid"])
    assert found.exit_code == 1
    assert "a difference need not be a fault" in found.output
    assert 'assessment.scores[0].status: "not-computed" was stored, now "computed' in found.output
    assert 'card.summary: "Something else" was stored, now "' in found.output
    told = json.loads(run(busy, "replay", cards[0]["uuid"], "--json").output)
    assert (told["same"], told["content_then"]) == (False, "1999.1.0")


@pytest.mark.hazard("T-62")
def test_a_card_whose_chart_was_deleted_cannot_be_replayed_and_the_chain_stays_whole(busy: Audited) -> None:
    with busy.store.writing() as connection:
        connection.execute(delete(audit_chart).where(audit_chart.c.seq == 1))
    found = run(busy, "audit", "verify")
    assert (found.exit_code, "beside 1 of them is deleted" in found.output) == (0, True)
    assert run(busy, "replay", busy.documents()[0]["cards"][0]["uuid"]).exit_code == 2


@pytest.mark.hazard("T-62")
def test_a_purge_anchors_what_is_left(busy: Audited) -> None:
    third = busy.rows()[2]
    record = purged(Mark(third.seq, third.hash), {"audit_event": 3})
    busy.store.keep((), [record])
    with busy.store.writing() as connection:
        connection.execute(delete(audit_event).where(audit_event.c.seq <= third.seq))
    found = run(busy, "audit", "verify")
    assert (found.exit_code, "Rows 1 to 3 were purged by the service" in found.output) == (0, True)
    assert json.loads(run(busy, "audit", "export").output.splitlines()[-1])["action"] == "D"
