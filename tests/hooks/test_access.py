"""Who is let in: every route classified, every call proven, each client within its share."""

import json
import threading
from dataclasses import replace
from io import BytesIO

import pytest
from sqlalchemy import select

from hooks import process
from hooks.app import access, create_app
from hooks.app.access import ROUTES, Access, Unclassified
from hooks.errors import NotFound
from hooks.limits import Budget, Places, Room
from hooks.site import FhirServer
from hooks.store import StoreDown
from hooks.store.tables import audit_event
from tests import calls
from tests.hooks.production import FEEDBACK, Callers
from tests.hooks.test_app import refused
from tests.live import EVALUATION


def rules(app):
    return list(app.url_map.iter_rules())


def recorded(store):
    """The statuses of all calls that left an audit record."""
    with store.reading() as connection:
        rows = connection.execute(select(audit_event.c.document).order_by(audit_event.c.seq)).all()
    return [json.loads(document)["status"] for (document,) in rows]


@pytest.mark.hazard("T-17")
def test_every_route_is_classified_and_the_table_names_no_other(callers, client):
    assert {rule.rule for rule in rules(client.application)} == set(ROUTES)
    production = {rule.rule for rule in rules(callers.application)}
    assert {rule for rule in ROUTES if ROUTES[rule] is not Access.DEVELOPMENT} == production


@pytest.mark.hazard("T-17")
def test_what_is_not_public_asks_for_a_token(callers):
    asked = 0
    for rule in rules(callers.application):
        path = rule.rule.replace("<service_id>", "msc-liver-evaluation").replace("<path:page>", "scores")
        for method in sorted(rule.methods - {"OPTIONS"}):
            answer = callers.application.test_client().open(path, method=method, json=calls.call())
            closed = ROUTES[rule.rule] is Access.CALLERS
            assert (answer.status_code == 401) is closed, rule
            asked += closed
    assert asked == 3


@pytest.mark.hazard("T-17")
def test_a_route_that_was_forgotten_stops_the_start(site, memory, monkeypatch):
    monkeypatch.delitem(access.ROUTES, "/metrics")
    with pytest.raises(Unclassified):
        create_app(site, memory)


@pytest.mark.hazard("T-17")
def test_a_route_of_development_stops_the_start_of_production(site, memory, monkeypatch):
    monkeypatch.setitem(access.ROUTES, "/livez", Access.DEVELOPMENT)
    with pytest.raises(Unclassified):
        create_app(site, memory)


@pytest.mark.hazard("T-33", "T-17")
def test_nothing_of_a_call_is_read_before_its_token(callers):
    class Unreadable(BytesIO):
        def read(self, size=-1):
            raise AssertionError("read")

    environment = {"wsgi.input": Unreadable(), "CONTENT_LENGTH": "100"}
    wrong = callers.application.test_client().post(
        EVALUATION, content_type="application/json", environ_overrides=environment
    )
    refused(wrong, 401)
    refused(callers.post(None, headers={"Authorization": "Bearer a.b.c"}, environ_overrides=environment), 401)


@pytest.mark.hazard("T-44")
def test_feedback_asks_for_a_token_of_its_own(callers):
    (card, *_) = callers.post(calls.call()).get_json()["cards"]
    item = {"card": card["uuid"], "outcome": "overridden", "outcomeTimestamp": "2026-11-22T10:00:00Z"}
    body = {"feedback": [item]}
    refused(callers.post(body, FEEDBACK, token=callers.token()), 401)
    refused(callers.post(body, FEEDBACK, "ehr-b"), 403)
    theirs = "/cds-services/msc-liver-follow-up/feedback"
    refused(callers.post(body, theirs, "ehr-b"), 403)
    assert callers.post(body, FEEDBACK).status_code == 200


def test_a_service_that_is_not_the_clients(callers):
    refused(callers.post(calls.call(), client="ehr-b"), 403)
    assert callers.counted('hepar_refused_total{client="ehr-b",reason="service"}') == 1
    refused(callers.post({}, "/cds-services/nothing"), 404)


@pytest.mark.hazard("T-51")
def test_a_client_that_calls_too_often_waits_and_the_other_does_not(site, memory):
    few = Callers(create_app(replace(site, limits=replace(site.limits, requests_per_minute=3)), memory))
    statuses = [few.post(calls.call()).status_code for _ in range(9)]
    assert statuses == [200] * 3 + [429] * 6
    answer = few.post(calls.call())
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    refused(answer, 429)
    path = "/cds-services/msc-liver-follow-up"
    assert few.post(calls.call("msc-liver-follow-up"), path, "ehr-b").status_code == 200
    assert few.counted('hepar_refused_total{client="ehr-a",reason="rate"}') == 7
    assert recorded(memory) == [200] * 4


@pytest.mark.hazard("T-53")
def test_one_client_never_has_all_places():
    places = Places(8, ["a", "b"])
    assert [places.take("a") for _ in range(7)] == [True] * 6 + [False]
    assert places.take("b")
    places.give_back("a")
    assert places.take("a")
    alone = Places(8, ["a"])
    assert [alone.take("a") for _ in range(9)] == [True] * 8 + [False]
    assert Places(1, ["a", "b"]).take("b")


@pytest.mark.hazard("T-53", "F-25")
def test_calls_beyond_a_clients_places_are_refused_at_once(site, memory, monkeypatch):
    narrow = Callers(create_app(replace(site, server=replace(site.server, threads=1)), memory))
    inside, go_on = threading.Event(), threading.Event()
    keep = memory.keep

    def slow(*given):
        inside.set()
        go_on.wait(10)
        return keep(*given)

    monkeypatch.setattr(memory, "keep", slow)
    first = threading.Thread(target=lambda: narrow.post(calls.call()))
    first.start()
    assert inside.wait(10)
    try:
        busy = narrow.post(calls.call())
    finally:
        go_on.set()
        first.join()
    refused(busy, 429)
    assert int(busy.headers["Retry-After"]) == 1
    assert narrow.post(calls.call()).status_code == 200


@pytest.mark.hazard("F-32")
def test_large_bodies_are_not_worked_on_all_at_once(site, memory, monkeypatch):
    assert [Room(5).take(size) for size in (6, 5)] == [False, True]
    body = calls.call()
    size = len(json.dumps(body))
    small = Callers(create_app(replace(site, limits=replace(site.limits, body_bytes=size)), memory))
    inside, go_on = threading.Barrier(3), threading.Event()

    def slow(*_, **__):
        inside.wait(10)
        go_on.wait(10)
        raise NotFound("done")

    monkeypatch.setattr("hooks.app.calls.parse", slow)
    first = [threading.Thread(target=lambda: small.post(body)) for _ in range(2)]
    for each in first:
        each.start()
    inside.wait(10)
    try:
        busy = small.post(body)
    finally:
        go_on.set()
        for each in first:
            each.join()
    refused(busy, 503)
    assert small.counted('hepar_refused_total{client="ehr-a",reason="room"}') == 1
    monkeypatch.undo()
    assert small.post(body).status_code == 200


@pytest.mark.hazard("F-25")
def test_a_call_that_waited_too_long_is_refused_unread(callers, memory):
    token = process.waited.set(6.0)
    try:
        answer = callers.post(calls.call())
        assert callers.get("/readyz").status_code == 200
    finally:
        process.waited.reset(token)
    refused(answer, 503)
    assert int(answer.headers["Retry-After"]) > 0
    assert recorded(memory) == []
    assert callers.counted('hepar_refused_total{client="nobody",reason="overload"}') == 1


@pytest.mark.hazard("T-51")
def test_failed_tokens_beyond_the_budget_are_counted_and_sound_ones_pass(site, memory, monkeypatch):
    monkeypatch.setattr(access, "FAILURES", (2, 0.0))
    few = Callers(create_app(site, memory))
    bad = {"Authorization": "Bearer x"}
    statuses = [few.post(None, headers=bad).status_code for _ in range(4)]
    assert statuses == [401, 401, 429, 429]
    assert few.counted("hepar_token_failures_left") == 0
    assert few.counted('hepar_refused_total{client="nobody",reason="malformed"}') == 4
    assert recorded(memory) == [401, 401]
    assert few.post(calls.call()).status_code == 200


def test_a_budget_fills_up_again():
    now = [0.0]
    budget = Budget(3, 2.0, lambda: now[0])
    assert [budget.take() for _ in range(4)] == [True, True, True, False]
    now[0] = 0.6
    assert [budget.take() for _ in range(2)] == [True, False]
    now[0] = 100.0
    assert budget.left() == 3


@pytest.mark.hazard("T-10", "F-4")
@pytest.mark.parametrize("what", ["spend", "keep"])
def test_without_the_store_there_is_no_advice(site, memory, monkeypatch, what):
    def down(*_, **__):
        raise StoreDown("Busy")

    monkeypatch.setattr(memory, what, down)
    answer = Callers(create_app(site, memory)).post(calls.call())
    refused(answer, 503)
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.hazard("T-20")
def test_the_server_of_another_client_is_not_dialled(site, memory):
    first, second = site.clients
    theirs = replace(second, fhir_servers=(FhirServer("https://fhir.ehr-b.hospital.org/r4"),))
    both = Callers(create_app(replace(site, clients=(first, theirs)), memory))
    server = "https://fhir.ehr-b.hospital.org/r4"
    assert both.post(calls.call(fhirServer=server)).status_code == 200
    answer = both.post(calls.call(fhirServer=server, prefetch=calls.sent(labs=...)))
    refused(answer, 412)


@pytest.mark.hazard("T-60")
@pytest.mark.parametrize(
    ("bind", "operations", "port", "open_to"),
    [
        ("127.0.0.1:8080", "", 8080, {"/livez", "/readyz", "/metrics", "/cds-services"}),
        ("10.0.0.1:8080", "", 8080, {"/livez", "/cds-services"}),
        ("10.0.0.1:8080", "10.0.0.1:9090", 8080, {"/livez", "/cds-services"}),
        ("10.0.0.1:8080", "10.0.0.1:9090", 9090, {"/livez", "/readyz", "/metrics"}),
        ("127.0.0.1:8080", "127.0.0.1:9090", 8080, {"/livez", "/cds-services"}),
    ],
)
def test_operations_have_their_own_door(site, memory, bind, operations, port, open_to):
    app = create_app(replace(site, server=replace(site.server, bind=bind, operations_bind=operations)), memory)
    found = set()
    for path in ("/livez", "/readyz", "/metrics", "/cds-services"):
        answer = app.test_client().get(path, environ_overrides={"SERVER_PORT": str(port)})
        assert answer.status_code in (200, 404)
        other = app.test_client().get(path, headers={"Host": "10.9.8.7"}, environ_overrides={"SERVER_PORT": str(port)})
        assert other.status_code == (answer.status_code if port == 9090 else 400)
        if answer.status_code == 200:
            found.add(path)
    assert found == open_to
    assert app.test_client().get("/livez").get_json() == {"status": "ok"}


@pytest.mark.hazard("T-19")
def test_what_a_caller_says_of_proxies_changes_nothing(site, memory, capsys):
    app = create_app(replace(site, server=replace(site.server, operations_bind="127.0.0.1:9090")), memory)
    spoof = {
        "X-Forwarded-Host": "127.0.0.1:9090", "X-Forwarded-Port": "9090", "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "ZZADDRESS", "X-SSL-Client-Cert": "ZZCERT", "Forwarded": "for=ZZADDRESS",
    }  # fmt: skip
    for hops in (0, 1):
        server = replace(site.server, operations_bind="127.0.0.1:9090", trusted_hops=hops)
        app = create_app(replace(site, server=server), memory)
        refused(app.test_client().get("/metrics", headers=spoof), 404)
        refused(app.test_client().get("/cds-services", headers={**spoof, "Host": "evil.net"}), 400)
        callers = Callers(app)
        assert callers.post(calls.call(), headers=spoof).status_code == 200
        evil = callers.token(EVALUATION, aud=f"http://evil.net{EVALUATION}")
        refused(callers.post(calls.call(), token=evil, headers=spoof), 401)
        app.test_client().post(EVALUATION, headers={"X-Forwarded-For": "203.0.113.9"})
        said = capsys.readouterr().out
        assert "ZZ" not in said
        peers = [line.get("peer") for line in map(json.loads, said.splitlines())]
        assert peers[-1] == ("203.0.113.9" if hops else "127.0.0.1")
        assert set(peers) <= {None, "127.0.0.1", "203.0.113.9"}
