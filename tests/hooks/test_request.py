"""From JSON to a call: what is refused, what is tolerated, and the states of a prefetch key."""

import pytest

from hooks.answers import answer
from hooks.errors import BadRequest, TooLarge
from hooks.request import Authorization, parse
from hooks.services import KEYS, SERVICES
from tests import calls
from tests.calls import bundle, call, observation

WARNING = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "processing", "details": {}}]}
ERROR = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}
CUT = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "incomplete"}]}


def read(body, service="msc-liver-evaluation", **aliases):
    return parse(body, SERVICES[service], aliases, 20_000)


def context(service="msc-liver-evaluation", **changes):
    return call(service, context=calls.without({**call(service)["context"], **changes}))


@pytest.mark.parametrize("service", SERVICES)
def test_a_valid_call_is_read(service):
    found = read(call(service), service)
    assert (found.patient, found.user) == ("p-1", "PractitionerRole/a.B-1")
    assert [found.answers[key].state for key in KEYS] == ["whole"] * 7


@pytest.mark.parametrize("body", [None, [], "x", 1, True, {}, [{}]])
def test_only_an_object_is_a_call(body):
    with pytest.raises(BadRequest):
        read(body)


@pytest.mark.requirement("R-1", "R-3", "R-5")
@pytest.mark.parametrize(
    "changes",
    [
        {"hook": ...}, {"hook": "order-sign"}, {"hook": 1}, {"hook": None},
        {"hookInstance": ...}, {"hookInstance": ""}, {"hookInstance": " "}, {"hookInstance": 7},
        {"hookInstance": "a\nERROR root: fake"}, {"hookInstance": "a\u2028b"}, {"hookInstance": "x" * 129},
        {"context": ...}, {"context": None}, {"context": []}, {"context": {}},
        {"prefetch": []}, {"prefetch": "x"},
        {"fhirServer": 1}, {"fhirServer": ""}, {"fhirServer": []},
    ],
    ids=str,
)  # fmt: skip
def test_members_of_the_wrong_shape_are_refused(changes):
    with pytest.raises(BadRequest):
        read(call(**changes))


@pytest.mark.hazard("T-32")
@pytest.mark.parametrize(
    "identifier",
    ["", "1/../../Observation", "1?_include=*", "1&_count=10000", "1%0d%0aX:", "Patient/1", ["1"], {"a": 1}, "x" * 65,
     "x" * 10_000, "\u0661\u0662", "a\n", "1 ", 1, None, True],
    ids=repr,
)  # fmt: skip
def test_a_patient_id_is_a_fhir_id(identifier):
    with pytest.raises(BadRequest) as caught:
        read(context(patientId=identifier))
    assert caught.value.where == ("context.patientId",)


def test_an_encounter_is_required_where_the_hook_requires_it():
    service = "msc-liver-evaluation-encounter"
    with pytest.raises(BadRequest):
        read(context(service, encounterId=...), service)
    assert read(context(encounterId=None)).encounter == ""


def test_draft_orders_are_resources_in_a_bundle():
    service = "msc-liver-order-select"
    inside = {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Bundle", "entry": []}}]}
    no_entry = {"resourceType": "Bundle", "entry": [{}]}
    for wrong in (..., None, [], {}, no_entry, {"resourceType": "Bundle", "entry": 1}, inside):
        with pytest.raises(BadRequest):
            read(context(service, draftOrders=wrong), service)
    for wrong in (..., None, "MedicationRequest/1", [1]):
        with pytest.raises(BadRequest):
            read(context(service, selections=wrong), service)


def test_a_draft_may_lack_what_a_resource_must_have():
    draft = {"resourceType": "MedicationRequest", "id": "request-123", "status": "draft"}
    service = "msc-liver-order-select"
    orders = {"resourceType": "Bundle", "entry": [{"resource": draft}]}
    assert read(context(service, draftOrders=orders, selections=[]), service).drafts == (draft,)


@pytest.mark.requirement("G-6")
def test_unknown_members_are_ignored():
    body = context(theirs={"a": None}, encounterId="e.1-X")
    body |= {"extension": {"com.epic.cdshooks.request.fhir-version": "R4"}, "more": [1]}
    body["prefetch"] |= {"user": {"resourceType": "Practitioner"}, "list": [1]}
    assert read(body).encounter == "e.1-X"


ACCESS = {"access_token": "s3cret.TOKEN", "token_type": "Bearer", "expires_in": 300, "scope": "x", "subject": "us"}
SERVER = {"fhirServer": "https://fhir.ehr.net/r4"}


@pytest.mark.hazard("T-28")
def test_the_token_is_never_shown():
    found = read(call(**SERVER, fhirAuthorization={**ACCESS, "patient": "p-1"}))
    assert found.authorization.header() == "Bearer s3cret.TOKEN"
    for shown in (repr(found), str(found.authorization), f"{found.authorization!r}", f"{found.authorization}"):
        assert "s3cret" not in shown


def test_the_token_cannot_be_written_down():
    import pickle

    with pytest.raises(TypeError):
        pickle.dumps(Authorization("x"))


@pytest.mark.hazard("T-28")
@pytest.mark.requirement("A-1")
@pytest.mark.parametrize(
    "changes",
    [
        {"token_type": "mac"},
        {"token_type": ...},
        {"expires_in": 0},
        {"expires_in": -1},
        {"expires_in": "300"},
        {"expires_in": True},
        {"expires_in": ...},
        {"access_token": ...},
        {"access_token": ""},
        {"access_token": 1},
        {"access_token": "a b"},
        {"access_token": "a\r\nX: y"},
        {"access_token": "ä"},
        {"patient": "p-2"},
        {"patient": 1},
    ],
    ids=str,
)
def test_a_wrong_authorization_is_refused_without_an_echo(changes):
    with pytest.raises(BadRequest) as caught:
        read(call(**SERVER, fhirAuthorization=calls.without({**ACCESS, **changes})))
    assert "s3cret" not in caught.value.message
    assert all(place.startswith("fhirAuthorization.") for place in caught.value.where)


@pytest.mark.hazard("T-28")
def test_an_authorization_needs_a_server():
    with pytest.raises(BadRequest):
        read(call(fhirAuthorization=ACCESS))


@pytest.mark.requirement("P-8")
def test_the_names_that_an_ehr_gives_its_keys_are_translated():
    body = call(prefetch=calls.sent(labs=..., **{"lab-results": calls.labs()}))
    assert len(read(body, **{"lab-results": "labs"}).answers["labs"].resources) == 5
    assert read(body).answers["labs"].state == "absent"


def test_our_own_name_wins_over_an_alias():
    body = call(prefetch={"labs": None, "theirs": calls.labs()})
    assert read(body, theirs="labs").answers["labs"].resources == ()


@pytest.mark.hazard("T-33")
def test_too_many_resources_are_refused():
    with pytest.raises(TooLarge):
        parse(call(), SERVICES["msc-liver-evaluation"], {}, 6)


ONE = observation(1, "1975-2", 2, "mg/dL")


@pytest.mark.requirement("P-5")
@pytest.mark.hazard("T-37", "F-15", "F-17")
@pytest.mark.parametrize(
    ("value", "state", "resources"),
    [
        (None, "whole", 0),
        (bundle(), "whole", 0),
        ({"resourceType": "Bundle"}, "whole", 0),
        ({"resourceType": "Bundle", "type": "searchset", "total": 0}, "whole", 0),
        ({**bundle(total=0), "entry": [{"resource": WARNING, "search": {"mode": "outcome"}}]}, "whole", 0),
        (WARNING, "absent", 0),
        (ERROR, "absent", 0),
        (bundle(ONE, WARNING), "whole", 1),
        (bundle(ONE, ERROR), "partial", 1),
        (bundle(ONE, CUT), "partial", 1),
        (bundle(ERROR), "partial", 0),
        (bundle(ONE, total=1), "whole", 1),
        (bundle(ONE, total=2), "partial", 1),
        (bundle(ONE, link=[{"relation": "next", "url": "https://x.net/n"}]), "partial", 1),
        (bundle(ONE, link={"relation": "next", "url": "https://x.net/n"}), "partial", 1),
        (bundle(ONE, link=[{"relation": "next"}]), "partial", 1),
        (bundle(ONE, link=[{"relation": "next", "url": ["https://x.net/n"]}]), "partial", 1),
        (bundle(ONE, link=[{"relation": "self", "url": "https://x.net/n"}]), "whole", 1),
        ({**bundle(ONE), "type": "collection"}, "whole", 1),
        (ONE, "whole", 1),
    ],
)
def test_the_states_of_a_key(value, state, resources):
    found = answer("labs", value)
    assert (found.state, len(found.resources)) == (state, resources)


@pytest.mark.hazard("T-37")
@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        "x",
        1,
        True,
        {"resourceType": "Patient"},
        {"resourceType": ["Bundle"]},
        {"resourceType": "Bundle", "entry": {}},
        {"resourceType": "Bundle", "entry": [{}]},
        {"resourceType": "Bundle", "entry": [None]},
        {"resourceType": "Bundle", "entry": [{"resource": {}}]},
        {**bundle(ONE), "total": "9"},
        {**bundle(ONE), "total": 9.0},
        {**bundle(ONE), "total": True},
        {**bundle(ONE), "type": "transaction"},
        {**bundle(ONE), "type": ["searchset"]},
    ],
    ids=repr,
)
def test_other_shapes_of_a_key_are_refused(value):
    with pytest.raises(BadRequest) as caught:
        answer("labs", value)
    assert caught.value.where == ("prefetch.labs",)


def test_a_group_is_no_patient():
    with pytest.raises(BadRequest):
        answer("patient", {"resourceType": "Group", "id": "p-1"})
