"""The routes: statuses, limits, headers, logs, and what an error never says."""

import gc
import json
import re
from dataclasses import replace
from io import BytesIO

import pytest

from cds.fhir import read_chart
from hooks import pipeline
from hooks.app import create_app
from hooks.settings import SettingsError
from hooks.site import Client, Msc
from tests import calls
from tests.calls import bundle, call, condition, labs, msc_order, observation, patient, sent
from tests.hooks.fhir_server import FhirServer, serving

EVALUATION = "/cds-services/msc-liver-evaluation"
SIGN = "msc-liver-order-sign"
SELECT = "msc-liver-order-select"


def refused(answer, status):
    """The OperationOutcome of an error."""
    assert answer.status_code == status
    assert answer.content_type == "application/fhir+json"
    found = answer.get_json()
    assert found["resourceType"] == "OperationOutcome"
    assert found["id"] == answer.headers["X-Correlation-Id"]
    assert found["issue"][0]["severity"] == "error"
    assert not re.search(r"traceback|werkzeug|\.py|sqlite|select ", answer.text, re.IGNORECASE)
    return found["issue"][0]


def scores(answer):
    (assessment, *_) = [card["extension"]["io.github.hepar-cds.assessment"] for card in answer.get_json()["cards"]]
    return {score["id"]: score for score in assessment["scores"]}


def test_a_whole_call(post):
    answer = post()
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert scores(answer)["meld-3.0"]["value"] == 18


@pytest.mark.hazard("T-31")
def test_each_call_gets_its_own_answer(post):
    other = sent(
        labs=bundle(*(entry["resource"] for entry in labs()["entry"][1:]), observation(9, "1975-2", 8.0, "mg/dL"))
    )
    values = [scores(post(prefetch=prefetch))["meld-3.0"]["value"] for prefetch in (sent(), other) * 5]
    assert len(set(values[::2])) == len(set(values[1::2])) == 1
    assert values[0] != values[1]


@pytest.mark.requirement("P-7", "H-3")
@pytest.mark.parametrize("key", ["patient", "labs"])
@pytest.mark.parametrize("value", [..., {"resourceType": "OperationOutcome", "issue": []}], ids=["absent", "outcome"])
def test_what_is_required_and_cannot_be_had_is_a_412(post, key, value):
    issue = refused(post(prefetch=sent(**{key: value})), 412)
    assert issue["expression"] == [f"prefetch.{key}"]


@pytest.mark.parametrize("value", [None, bundle(), bundle(condition(1, "K74.60"))])
def test_a_patient_answered_with_nothing_is_a_412(post, value):
    refused(post(prefetch=sent(patient=value)), 412)


@pytest.mark.requirement("P-6", "P-7")
@pytest.mark.hazard("T-23", "F-15")
def test_a_required_key_that_is_cut_off_is_a_412(post):
    more = [{"relation": "next", "url": "https://elsewhere.net/next"}]
    refused(post(prefetch=sent(labs={**labs(), "link": more})), 412)
    refused(post(prefetch=sent(labs={**labs(), "total": 6})), 412)


@pytest.mark.requirement("P-7", "P-5")
@pytest.mark.parametrize("value", [None, bundle(), bundle(total=0), {"resourceType": "Bundle"}])
def test_labs_answered_with_nothing_are_an_answer(post, value):
    answer = post(prefetch=sent(labs=value))
    assert answer.status_code == 200
    assert "MISSING_INR" in scores(answer)["meld-3.0"]["reasons"]


@pytest.mark.hazard("F-16", "C-10", "C-11")
def test_what_is_optional_and_cannot_be_had_is_unknown(post):
    answer = post(prefetch=sent(procedures=..., medications={"resourceType": "OperationOutcome", "issue": []}))
    assert answer.status_code == 200
    found = scores(answer)["meld-3.0"]
    assert "DIALYSIS_UNKNOWN" in found["reasons"]
    assert "ANTICOAGULANT_UNKNOWN" in found["reasons"]
    assert "range" in found
    assert "value" not in found


@pytest.mark.requirement("P-9")
@pytest.mark.hazard("T-29", "C-12")
@pytest.mark.parametrize(
    "prefetch",
    [
        {"patient": patient(id="p-2")},
        {
            "labs": bundle(
                *(e["resource"] for e in labs()["entry"]),
                observation(9, "718-7", 12, "g/dL", subject={"reference": "Patient/p-2"}),
            )
        },
        {
            "conditions": bundle(
                {**condition(1, "K74.60"), "subject": {"reference": "https://other.net/r4/Patient/p-2"}}
            )
        },
        {"vitals": {**bundle({**condition(1, "K74.60"), "subject": {"reference": "Patient/p-2"}}), "total": 9}},
    ],
)
@pytest.mark.parametrize("service", calls.HOOKS)
def test_another_patient_anywhere_is_a_400(post, prefetch, service):
    refused(post(service, prefetch=sent(**prefetch)), 400)


@pytest.mark.hazard("T-29")
@pytest.mark.parametrize("service", [SIGN, SELECT])
def test_an_order_for_another_patient_is_a_400(post, service):
    context = call(service)["context"]
    context["draftOrders"] = bundle(msc_order(), msc_order(id="d-2", subject={"reference": "Patient/p-2"}))
    refused(post(service, context=context), 400)


@pytest.mark.hazard("T-29")
@pytest.mark.parametrize("reference", ["Patient/p-1", "Patient/p-1/_history/3", "https://fhir.ehr.net/r4/Patient/p-1"])
def test_the_same_patient_in_other_words(post, reference):
    results = bundle(*({**entry["resource"], "subject": {"reference": reference}} for entry in labs()["entry"]))
    assert scores(post(prefetch=sent(labs=results)))["meld-3.0"]["value"] == 18


@pytest.mark.hazard("T-20", "T-21")
@pytest.mark.parametrize("server", ["https://evil.net", "https://good@evil.net", "x", "//evil", "javascript:alert(1)"])
def test_an_unknown_server_is_not_asked_where_nothing_is_missing(post, server):
    assert post(fhirServer=server).status_code == 200
    refused(post(fhirServer=server, prefetch=sent(labs=...)), 412)


@pytest.mark.requirement("P-4", "A-2", "A-3", "S-10")
@pytest.mark.hazard("T-28")
def test_what_is_missing_is_read_with_the_token_which_is_never_told(post, capsys, client):
    resources = [patient(), *(entry["resource"] for entry in labs()["entry"]), condition(1, "K74.60")]
    with serving(FhirServer(resources, token="s3cret-token")) as server:
        access = {"access_token": "s3cret-token", "token_type": "Bearer", "expires_in": 60}
        answer = post(prefetch=..., fhirServer=server.base, fhirAuthorization=access)
        assert answer.status_code == 200
        assert scores(answer)["meld-3.0"]["value"] == 18
        assert len(server.seen) == 7
        wrong = post(prefetch=..., fhirServer=server.base, fhirAuthorization={**access, "access_token": "s3cret-other"})
        refused(wrong, 412)
    said = capsys.readouterr()
    assert "s3cret" not in said.out + said.err + answer.text + wrong.text + client.get("/metrics").text


@pytest.mark.parametrize("service", [SIGN, SELECT])
def test_an_msc_order_is_recognised(post, service):
    (found, *_) = post(service).get_json()["cards"]
    assert found["indicator"] == "warning"
    assert found["source"]["topic"]["code"] == "MscOrder"


OTHER_ORDER = {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1"}]}


def with_drafts(service, *drafts, selections=("MedicationRequest/d-1",)):
    context = call(service)["context"]
    context["draftOrders"] = bundle(*drafts)
    if service == SELECT:
        context["selections"] = list(selections)
    return {"context": context}


@pytest.mark.parametrize("service", [SIGN, SELECT])
def test_other_orders_are_none_of_our_business(post, service):
    answer = post(service, **with_drafts(service, msc_order(medicationCodeableConcept=OTHER_ORDER)), prefetch=...)
    assert (answer.status_code, answer.get_json()) == (200, {"cards": []})
    wrong = sent(vitals=bundle(observation(1, "8480-6", 120, "mm[Hg]", subject={"reference": "Patient/p-2"})))
    drafts = with_drafts(service, msc_order(medicationCodeableConcept=OTHER_ORDER))
    refused(post(service, **drafts, prefetch=wrong), 400)


def test_order_select_looks_at_what_was_just_picked(post):
    drafts = (msc_order(id="d-2"), msc_order(medicationCodeableConcept=OTHER_ORDER))
    assert post(SELECT, **with_drafts(SELECT, *drafts)).get_json() == {"cards": []}
    assert post(SELECT, **with_drafts(SELECT, *drafts, selections=["MedicationRequest/d-2"])).get_json()["cards"]
    assert post(SIGN, **with_drafts(SIGN, *drafts)).get_json()["cards"]


@pytest.mark.parametrize(
    "draft",
    [
        msc_order(medicationCodeableConcept={"coding": [{"system": "urn:site", "code": "MSC1"}]}),
        msc_order(
            resourceType="ServiceRequest",
            medicationCodeableConcept=...,
            code={"coding": [{"system": calls.OWN + "msc-activity", "code": "msc-evaluation"}]},
        ),
        msc_order(
            medicationCodeableConcept=...,
            medicationReference={"reference": "#m"},
            contained=[
                {
                    "resourceType": "Medication",
                    "id": "m",
                    "code": {"coding": [{"system": calls.OWN + "msc-product-type", "code": "msc-ev"}]},
                }
            ],
        ),
    ],
    ids=["site code", "activity", "contained"],
)
def test_the_ways_to_order_an_msc_product(settings, store, draft):
    site = replace(settings, msc=Msc(frozenset({("urn:site", "MSC1")}), "owner", "protocol", 30))
    client = create_app(site, store).test_client()
    body = call(SIGN, **with_drafts(SIGN, calls.without(draft)))
    assert client.post(f"/cds-services/{SIGN}", json=body).get_json()["cards"]


@pytest.mark.hazard("M-8")
def test_without_an_owner_nothing_speaks_of_msc(settings, store):
    client = create_app(replace(settings, msc=Msc(frozenset(), "", "", 30)), store).test_client()
    texts = [client.get("/cds-services").text]
    texts += [client.post(f"/cds-services/{service}", json=call(service)).text for service in calls.HOOKS]
    for text in texts:
        plain = re.sub(r"msc-liver-[a-z-]+|https?://[^\"\s]+|\"(pathways|criteria)\".*?\]", "", text)
        assert not re.search(r"\bMSC|mesenchymal|stem cell|investigational", plain)


@pytest.mark.hazard("C-16")
def test_a_deceased_patient_gets_no_card(post):
    assert post(prefetch=sent(patient=patient(deceasedBoolean=True))).get_json() == {"cards": []}


@pytest.mark.hazard("C-23")
@pytest.mark.requirement("H-2")
def test_without_liver_disease_there_is_nothing_to_say(post):
    assert post(prefetch=sent(conditions=None)).get_json() == {"cards": []}


@pytest.mark.hazard("T-56")
@pytest.mark.requirement("H-4", "H-5", "D-5")
def test_unknown_places_and_wrong_methods(client):
    refused(client.post("/cds-services/nothing", json=call()), 404)
    refused(client.get("/nothing"), 404)
    for method in ("GET", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT"):
        answer = client.open(EVALUATION, method=method)
        refused(answer, 405)
        assert "POST" in answer.headers["Allow"]
    refused(client.post("/cds-services", json={}), 405)


@pytest.mark.hazard("T-35")
@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"}, {"Content-Type": "application/xml"}, {},
        {"Content-Type": "application/x-www-form-urlencoded"}, {"Content-Type": "multipart/form-data; boundary=x"},
        *({"Content-Type": "application/json", "Content-Encoding": how} for how in ("gzip", "br", "deflate", "zstd")),
    ],
    ids=str,
)  # fmt: skip
def test_other_media_types(client, headers):
    refused(client.post(EVALUATION, data=json.dumps(call()), headers=headers), 415)


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/fhir+json", "APPLICATION/JSON"])
def test_media_types_that_are_json(client, kind):
    assert client.post(EVALUATION, data=json.dumps(call()), content_type=kind).status_code == 200


@pytest.mark.hazard("T-33")
def test_a_body_that_is_too_large_is_refused_unread(client, settings):
    class Unreadable(BytesIO):
        def read(self, size=-1):
            raise AssertionError("read")

    environment = {"wsgi.input": Unreadable(), "CONTENT_LENGTH": str(settings.limits.body_bytes + 1)}
    refused(client.post(EVALUATION, content_type="application/json", environ_overrides=environment), 413)


@pytest.mark.hazard("T-33")
@pytest.mark.parametrize("extra", [-1, 0, 1])
def test_a_chunked_body_is_counted_while_it_is_read(settings, store, extra):
    body = json.dumps(call()).encode()
    small = replace(settings, limits=replace(settings.limits, body_bytes=len(body) + 100))
    sent_body = BytesIO(body + b" " * (100 + extra) + b" " * (5_000_000 if extra == 1 else 0))
    environment = {"wsgi.input": sent_body, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    client = create_app(small, store).test_client()
    answer = client.post(EVALUATION, content_type="application/json", environ_overrides=environment)
    if extra == 1:
        refused(answer, 413)
        assert sent_body.tell() <= len(body) + 101
    else:
        assert answer.status_code == 200


@pytest.mark.hazard("T-33")
def test_too_many_entries(settings, store):
    few = replace(settings, limits=replace(settings.limits, entries=6))
    refused(create_app(few, store).test_client().post(EVALUATION, json=call()), 413)


def test_a_short_body_is_a_400(client):
    environment = {"wsgi.input": BytesIO(b"{"), "CONTENT_LENGTH": "100"}
    refused(client.post(EVALUATION, content_type="application/json", environ_overrides=environment), 400)


@pytest.mark.hazard("T-43", "T-42")
def test_a_fault_of_ours_says_nothing_and_decides_nothing(client, post, monkeypatch, capsys):
    def broken(*_):
        raise RuntimeError("ZZPATIENTNAME in a message")

    monkeypatch.setattr(pipeline, "read_chart", broken)
    answer = post(prefetch=sent(patient=patient(name=[{"family": "ZZPATIENTNAME"}])))
    issue = refused(answer, 500)
    assert "cards" not in answer.get_json()
    assert answer.headers["X-Correlation-Id"] in issue["diagnostics"]
    said = capsys.readouterr()
    assert "ZZPATIENTNAME" not in said.out + said.err + answer.text
    (failed,) = [line for line in map(json.loads, said.out.splitlines()) if line["event"] == "failed"]
    assert (failed["fault"], failed["correlation"]) == ("RuntimeError", answer.headers["X-Correlation-Id"])
    assert "broken" in failed["place"]
    counted = 'hepar_calls_total{client="development",outcome="failed",service="msc-liver-evaluation"} 1.0'
    assert counted in client.get("/metrics").text


@pytest.mark.hazard("T-41", "T-42")
def test_logs_are_json_lines_without_anything_of_the_patient(post, client, capsys):
    marks = patient(name=[{"family": "ZZPATIENTNAME"}], identifier=[{"value": "ZZMRN123"}])
    answers = [
        post(prefetch=sent(patient=marks)),
        post(hookInstance="a\nERROR root: fake"),
        post(prefetch=sent(patient=marks, labs=...)),
        post(hookInstance="\x1b[31mx"),
        client.get("/ZZMRN123"),
        client.open("/livez", method="ZZMRN123"),
    ]
    assert [answer.status_code for answer in answers] == [200, 400, 412, 400, 404, 405]
    said = capsys.readouterr()
    assert said.err == ""
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert [line["status"] for line in lines] == [200, 400, 412, 400, 404, 405]
    assert not re.search(r"ZZ|p-1|fake|PractitionerRole", said.out + client.get("/metrics").text)
    assert all("ZZ" not in answer.text for answer in answers)


@pytest.mark.hazard("T-42")
def test_the_labels_of_the_meters_are_bounded(client, post):
    post()
    before = client.get("/metrics").text.count("\n")
    for number in range(50):
        client.post(f"/cds-services/random-{number}", json=call())
        post(hookInstance=f"instance-{number}", context={"patientId": f"p-{number}", "userId": "x"})
    assert client.get("/metrics").text.count("\n") < before + 60


@pytest.mark.hazard("C-40")
def test_there_is_a_counter_for_every_reason(client, post):
    post(prefetch=sent(labs=None))
    counted = 'hepar_not_computed_total{client="development",reason="MISSING_INR",score="meld-3.0"} 1.0'
    assert counted in client.get("/metrics").text


@pytest.mark.hazard("T-55", "T-43")
def test_headers_on_every_answer(client, post):
    for answer in (post(), post(hook="x"), client.get("/nothing"), client.get("/cds-services"), client.get("/livez")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert not re.search(r"[0-9]", answer.headers.get("Server", ""))


@pytest.mark.hazard("T-56")
def test_an_unknown_host_is_a_400(client):
    refused(client.get("/cds-services", headers={"Host": "evil.net"}), 400)
    for host in ("localhost", "127.0.0.1:8080", "[::1]:8080"):
        assert client.get("/cds-services", headers={"Host": host}).status_code == 200


ROUTES = ["/cds-services", EVALUATION, f"{EVALUATION}/feedback"]


@pytest.mark.requirement("S-11")
@pytest.mark.hazard("T-54")
@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("origin", ["http://localhost:8080", "http://127.0.0.1:3000", "https://localhost"])
def test_preflights_of_this_machine_in_development(client, route, origin):
    answer = client.options(
        route, headers={"Origin": origin, "Access-Control-Request-Headers": "authorization,content-type"}
    )
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, POST, OPTIONS"
    assert answer.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type, Accept-Language"
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.hazard("T-54")
@pytest.mark.parametrize(
    "origin", ["https://evil.net", "null", "http://localhost.evil.net", "http://localhost:1/x", "localhost", ""]
)
def test_other_origins_get_nothing(client, origin):
    for answer in (
        client.options(EVALUATION, headers={"Origin": origin}),
        client.get("/cds-services", headers={"Origin": origin}),
    ):
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


@pytest.mark.hazard("T-54")
def test_a_listed_origin_is_echoed_exactly(settings, store):
    site = replace(settings, server=replace(settings.server, cors_origins=("https://ehr.net",)))
    client = create_app(site, store).test_client()
    assert (
        client.get("/cds-services", headers={"Origin": "https://ehr.net"}).headers["Access-Control-Allow-Origin"]
        == "https://ehr.net"
    )
    assert (
        "Access-Control-Allow-Origin"
        not in client.get("/cds-services", headers={"Origin": "https://ehr.net:8443"}).headers
    )


@pytest.mark.requirement("S-11")
def test_errors_can_be_read_across_origins(post, client):
    answer = client.post("/cds-services/none", json={}, headers={"Origin": "http://localhost:1"})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (404, "http://localhost:1")


@pytest.mark.hazard("F-6")
def test_an_unusable_store_stops_the_start(settings):
    with pytest.raises(SettingsError) as caught:
        create_app(replace(settings, storage=replace(settings.storage, url="sqlite:////nowhere/at/all/x.db")))
    assert [fault.key for fault in caught.value.faults] == ["storage.url"]


def test_the_way_of_a_client_is_followed(settings, store):
    ehr = Client(
        "ehr-a", prefetch_aliases={"bloods": "labs"}, actions_per_suggestion=9, services=("msc-liver-evaluation",)
    )
    client = create_app(replace(settings, clients=(ehr,)), store).test_client()
    body = call(prefetch=sent(labs=..., bloods=labs()))
    found = client.post(EVALUATION, json=body)
    assert scores(found)["meld-3.0"]["value"] == 18
    assert max(len(each["actions"]) for each in found.get_json()["cards"][0]["suggestions"]) > 1
    assert len(client.get("/cds-services").get_json()["services"]) == 1
    refused(client.post("/cds-services/msc-liver-follow-up", json=call("msc-liver-follow-up")), 403)


def test_a_reference_base_is_the_server_of_the_call(post):
    results = bundle(
        *({**e["resource"], "subject": {"reference": "https://a.net/r4/Patient/p-1"}} for e in labs()["entry"])
    )
    assert post(fhirServer="https://a.net/r4/", prefetch=sent(labs=results)).status_code == 200
    refused(post(fhirServer="https://b.net/r4", prefetch=sent(labs=results)), 400)


def test_the_chart_that_is_read_knows_which_kinds_were(post, monkeypatch):
    read = []

    def spy(resources, patient, now, kinds, *others):
        read.append(kinds)
        return read_chart(resources, patient, now, kinds, *others)

    monkeypatch.setattr(pipeline, "read_chart", spy)
    post(prefetch=sent(vitals=..., medications=...))
    assert read[-1] == {"labs", "conditions", "procedures", "administrations"}


def test_nothing_of_a_call_stays_in_memory(post):
    """What the patient's record holds is freed when the answer is sent, not when the collector comes by."""
    post()
    gc.collect()
    gc.disable()
    try:
        post()
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        kept = [each for each in gc.garbage if isinstance(each, dict) and "resourceType" in each]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert kept == []


def test_operations(client):
    assert client.get("/livez").get_json() == {"status": "ok"}
    assert client.get("/readyz").get_json()["status"] == "ok"
    assert client.get("/metrics").content_type.startswith("text/plain")
    assert client.get("/openapi.json").get_json()["openapi"] == "3.1.0"
    for page in ("/", "/guide/"):
        with client.get(page) as answer:
            assert answer.content_type.startswith("text/html")


FOLLOW_UP = "msc-liver-follow-up"


def administration(system, code):
    return {
        "resourceType": "MedicationAdministration",
        "id": "a-1",
        "status": "completed",
        "subject": {"reference": f"Patient/{calls.ME}"},
        "medicationCodeableConcept": {"coding": [{"system": system, "code": code}]},
        "effectiveDateTime": "2026-10-25T10:00:00Z",
    }


def test_an_administration_under_a_code_of_the_site_starts_the_schedule(settings, store):
    body = call(FOLLOW_UP, prefetch=sent(administrations=bundle(administration("urn:site", "MSC2"))))
    site = replace(settings, msc=replace(settings.msc, product_codes=frozenset({("urn:site", "MSC2")})))
    for configured, cards in ((settings, 0), (site, 1)):
        client = create_app(configured, store).test_client()
        assert len(client.post(f"/cds-services/{FOLLOW_UP}", json=body).get_json()["cards"]) == cards
        for service in client.get("/cds-services").get_json()["services"]:
            assert ("code=MSC2,msc,msc-ev" in service["prefetch"]["administrations"]) is bool(cards)


@pytest.mark.hazard("T-29")
@pytest.mark.parametrize("key", ["administrations", "conditions", "procedures"])
def test_an_adverse_event_may_come_with_any_answer_and_must_be_the_patients(post, key):
    event = {
        "resourceType": "AdverseEvent",
        "id": "e-1",
        "actuality": "actual",
        "subject": {"reference": f"Patient/{calls.ME}"},
        "event": {"coding": [{"system": "http://snomed.info/sct", "code": "386661006"}]},
        "date": "2026-10-26",
    }
    given = {"administrations": [administration(calls.OWN + "msc-product-type", "msc")]}
    given.setdefault(key, []).append(event)
    answers = {name: bundle(*resources) for name, resources in given.items()}
    answers.setdefault("conditions", bundle(condition(1, "K74.60")))
    (card,) = post(FOLLOW_UP, prefetch=sent(**answers)).get_json()["cards"]
    assert "| Fever | grade not recorded | 2026-10-26 |" in card["detail"]
    event["subject"] = {"reference": "Patient/other"}
    assert post(FOLLOW_UP, prefetch=sent(**answers)).status_code == 400
