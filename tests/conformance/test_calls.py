"""Hook calls and their answers, as a client sees them."""

import copy
import random

import pytest

from tests import calls
from tests.calls import ME, bundle, call, condition, labs, msc_order, observation, patient, sent
from tests.conformance.checks import conforms, strictly

WARNING = {
    "resourceType": "OperationOutcome",
    "issue": [{"severity": "warning", "code": "processing", "diagnostics": "4101"}],
}
OUTCOME = {"resource": WARNING, "search": {"mode": "outcome"}}
EPIC_EMPTY = {"resourceType": "Bundle", "type": "searchset", "total": 0, "entry": [OUTCOME]}


def answered(answer):
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    body = strictly(answer.text)
    conforms(body, ME)
    return body["cards"]


@pytest.mark.requirement(
    "H-1", "H-6", "C-1", "C-2", "C-3", "C-4", "C-5", "C-6", "C-7", "C-8", "C-9", "C-10", "C-11", "C-12", "C-13",
    "SA-1", "SA-2", "SA-4", "SA-5", "X-1", "X-2", "G-2", "G-3", "IF-6", "IF-10", "IF-11", "IF-12", "IF-13", "IF-16",
    "IF-24",
)  # fmt: skip
@pytest.mark.hazard("C-33", "C-34", "M-5", "T-39")
@pytest.mark.parametrize("service", calls.HOOKS)
def test_every_service_answers_in_the_form_of_the_protocol(post, service):
    cards = answered(post(service))
    assert cards or service == "msc-liver-follow-up"


@pytest.mark.requirement("P-5", "P-9")
@pytest.mark.parametrize("key", ["vitals", "conditions", "procedures", "medications", "administrations", "labs"])
@pytest.mark.parametrize(
    "value",
    [None, bundle(), EPIC_EMPTY, {"resourceType": "Bundle"}, {**bundle(), "type": "collection"}, bundle(WARNING)],
    ids=["null", "empty", "epic", "bare", "collection", "warning"],
)
def test_every_way_to_say_that_nothing_is_charted(post, key, value):
    cards = answered(post(prefetch=sent(**{key: value})))
    assert bool(cards) == (key != "conditions")
    assert "NOT_RETRIEVED" not in str(cards)


@pytest.mark.requirement("P-5")
@pytest.mark.parametrize("key", ["vitals", "conditions", "procedures", "medications", "administrations"])
@pytest.mark.parametrize(
    "value",
    [
        ...,
        {"resourceType": "OperationOutcome", "issue": []},
        {**bundle(), "link": [{"relation": "next", "url": "https://x.net/n"}]},
    ],
    ids=["absent", "error", "cut off"],
)
def test_an_optional_key_that_cannot_be_had_never_stops_the_answer(post, key, value):
    assert answered(post(prefetch=sent(**{key: value})))


@pytest.mark.requirement("P-9", "K-1")
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("labs", {"resourceType": "Bundle", "entry": "x"}),
        ("labs", patient()),
        ("patient", {"resourceType": "Group", "id": ME}),
        ("conditions", bundle(condition(1, "K74.60"), type="transaction")),
        ("conditions", {"resourceType": "DiagnosticOrder"}),
    ],
)
def test_wrong_shapes_are_a_400(post, key, value):
    assert post(prefetch=sent(**{key: value})).status_code == 400


@pytest.mark.requirement("P-8", "G-6")
def test_entries_of_other_types_are_tolerated(post):
    other = {"resourceType": "Practitioner", "id": "x", "name": [{"family": "y"}]}
    results = bundle(*(entry["resource"] for entry in labs()["entry"]), other, WARNING)
    assert answered(post(prefetch=sent(labs=results, user=other)))


@pytest.mark.requirement("R-4")
def test_the_same_instance_may_call_again(post):
    first, second = (answered(post()) for _ in range(2))
    assert [card["summary"] for card in first] == [card["summary"] for card in second]
    assert not {card["uuid"] for card in first} & {card["uuid"] for card in second}


@pytest.mark.requirement("K-2", "R-3")
@pytest.mark.parametrize("user", ["Practitioner/a", "PractitionerRole/A.b-1", "Patient/x", "RelatedPerson/y"])
def test_all_kinds_of_users(post, user):
    assert answered(post(context={"userId": user, "patientId": ME}))


@pytest.mark.requirement("K-3")
def test_the_order_screen_of_the_public_sandbox(post):
    drafts = {
        "resourceType": "Bundle",
        "entry": [
            {
                "resource": {
                    "resourceType": "MedicationRequest",
                    "id": "request-123",
                    "status": "draft",
                    "medicationCodeableConcept": {"text": "Toujeo", "coding": [{"code": "1", "display": "x"}]},
                    "subject": {"reference": f"Patient/{ME}", "display": "Somebody"},
                    "authoredOn": "2026-11-22",
                }
            }
        ],
    }
    context = {"userId": "Practitioner/COREPRACTITIONER1", "patientId": ME, "draftOrders": drafts}
    assert (
        answered(post("msc-liver-order-select", context={**context, "selections": ["MedicationRequest/request-123"]}))
        == []
    )
    assert answered(post("msc-liver-order-sign", context=context)) == []


@pytest.mark.requirement("G-6", "P-5", "R-1")
def test_a_call_as_one_large_ehr_sends_it(post):
    results = [
        {**e["resource"], "subject": {"reference": f"https://fhir.ehr.net/r4/Patient/{ME}"}} for e in labs()["entry"]
    ]
    body = call(
        extension={
            "com.epic.cdshooks.request.bpa-trigger-action": "60",
            "com.epic.cdshooks.request.fhir-version": "R4",
            "internal.epic.cdshooks.request.epic-emp-id": "1",
        },
        fhirServer="https://fhir.ehr.net/r4",
        fhirAuthorization={
            "access_token": "x",
            "token_type": "Bearer",
            "expires_in": 300,
            "scope": "PATIENT.READ OBSERVATION.READ",
            "subject": "c0ffee",
            "patient": ME,
        },
        prefetch=sent(
            labs=bundle(*results, total=5), procedures=EPIC_EMPTY, vitals=EPIC_EMPTY, administrations=EPIC_EMPTY
        ),
    )
    body["context"]["userId"] = "PractitionerRole/eAb.C-3"
    cards = answered(post(body=body))
    assert "18" in cards[0]["summary"]


@pytest.mark.hazard("C-9")
def test_the_order_of_a_bundle_does_not_matter(post):
    many = [entry["resource"] for entry in labs()["entry"]]
    many += [observation(20 + n, "1975-2", 1.0 + n, "mg/dL", f"2026-10-1{n}T08:00:00Z") for n in range(5)]
    shuffled = copy.copy(many)
    random.Random(7).shuffle(shuffled)
    first, second = (answered(post(prefetch=sent(labs=bundle(*some)))) for some in (many, shuffled))
    assert [card["detail"] for card in first] == [card["detail"] for card in second]


@pytest.mark.requirement("C-4", "C-13")
def test_the_topic_of_a_card_is_the_same_every_time(post):
    topics = {card["source"]["topic"]["code"] for _ in range(2) for card in answered(post())}
    other = sent(patient=patient(gender="female", birthDate="1960-01-01"), labs=None)
    assert {card["source"]["topic"]["code"] for card in answered(post(prefetch=other))} <= topics


@pytest.mark.hazard("T-38")
def test_nothing_that_was_sent_as_free_text_comes_back(post):
    mark = "ZZ<script>alert(1)</script>[x](javascript:y) # MELD 40"
    hostile = sent(patient=patient(name=[{"text": mark, "family": mark}]))
    for entry in hostile["labs"]["entry"] + hostile["conditions"]["entry"]:
        resource = entry["resource"]
        resource["code"] |= {"text": mark}
        resource["code"]["coding"][0]["display"] = mark
        resource["note"] = [{"text": mark}]
        resource["subject"]["display"] = mark
        resource["performer"] = [{"display": mark}]
    benign, found = answered(post()), answered(post(prefetch=hostile))
    assert [(card["summary"], card["detail"]) for card in found] == [
        (card["summary"], card["detail"]) for card in benign
    ]
    assert "ZZ" not in str(found)


@pytest.mark.hazard("T-38")
def test_a_unit_that_is_markup_does_not_come_back(post):
    results = labs()
    results["entry"][0]["resource"]["valueQuantity"] |= {"unit": "ZZ<b>mg</b>", "code": "ZZ|x"}
    cards = answered(post(prefetch=sent(labs=results)))
    assert "ZZ" not in "".join(card["summary"] + card["detail"] for card in cards)


@pytest.mark.hazard("C-29")
def test_a_card_says_when_it_was_computed(post):
    for card in answered(post()):
        assert "2026-11-22 10:00" in card["detail"].replace("\\", "")


def test_an_msc_order_with_everything_unknown_still_speaks(post):
    context = {**call("msc-liver-order-sign")["context"], "draftOrders": bundle(msc_order())}
    cards = answered(post("msc-liver-order-sign", context=context, prefetch={"patient": patient(), "labs": None}))
    assert cards[0]["indicator"] == "warning"
