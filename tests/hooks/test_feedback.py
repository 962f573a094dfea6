"""Feedback: what is refused, what is set aside, what is counted, and that nothing is counted twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from hooks import store as stores
from hooks.feedback_report import report
from hooks.store import ShownCard

CARD = "9f948826-3362-45dd-a240-8991909390ce"
OTHER = "0f948826-3362-45dd-a240-8991909390ce"
TAKEN = "1a948826-3362-45dd-a240-8991909390ce"
SERVICE = "msc-liver-evaluation"
WHEN = "2026-11-22T10:04:00.123Z"


BEFORE_THE_STORE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""On tests of what never reaches a database."""


@pytest.fixture
def settings(settings, database_url):
    return replace(settings, storage=replace(settings.storage, url=database_url))


@pytest.fixture
def shown(store):
    at = "2026-11-22T10:00:00.000+00:00"
    made = (CARD, OTHER)
    store.keep([ShownCard(uuid, "development", SERVICE, "liver-evaluation", "i-1", at, (TAKEN,)) for uuid in made])
    return store


@pytest.fixture
def tell(client, shown):
    def send(*items, service=SERVICE, body=None):
        return client.post(
            f"/cds-services/{service}/feedback", json={"feedback": list(items)} if body is None else body
        )

    return send


def accepted(card=CARD, **more):
    item = {
        "card": card,
        "outcome": "accepted",
        "acceptedSuggestions": [{"id": TAKEN}],
        "outcomeTimestamp": WHEN,
        **more,
    }
    return {name: value for name, value in item.items() if value is not ...}


def overridden(card=CARD, **more):
    why = {"reason": {"code": "cds-not-applicable", "system": "s"}, "userComment": "no"}
    item = {"card": card, "outcome": "overridden", "overrideReason": why, "outcomeTimestamp": WHEN, **more}
    return {name: value for name, value in item.items() if value is not ...}


def rows(store):
    with store.reading() as connection:
        return connection.execute(stores.feedback_event.select()).mappings().all()


@pytest.mark.requirement("F-1", "F-2", "F-4", "F-5")
def test_a_batch_is_stored_and_counted(tell, shown):
    answer = tell(accepted(), overridden(OTHER))
    assert answer.status_code == 200
    assert answer.get_json() == {}
    (found,) = report(shown)
    assert (found.shown, found.accepted, found.overridden, found.reasons) == (2, 1, 1, {"cds-not-applicable": 1})


@BEFORE_THE_STORE
@pytest.mark.hazard("T-45", "T-46", "T-49")
@pytest.mark.parametrize(
    "item",
    [
        accepted(outcome="ignored"),
        accepted(outcome=...),
        accepted(outcome=1),
        accepted(card=...),
        accepted(card=""),
        accepted(card={}),
        accepted(acceptedSuggestions=...),
        accepted(acceptedSuggestions=[]),
        accepted(acceptedSuggestions=[{}]),
        accepted(acceptedSuggestions=[{"id": {}}]),
        accepted(acceptedSuggestions="x"),
        accepted(acceptedSuggestions=[{"id": str(number)} for number in range(101)]),
        accepted(outcomeTimestamp=...),
        accepted(outcomeTimestamp="yesterday"),
        accepted(outcomeTimestamp=0),
        accepted(outcomeTimestamp="2026-11-22"),
        accepted(outcomeTimestamp="2026-11-22T10:00:00"),
        accepted(outcomeTimestamp="0001-01-01T00:00:00+14:00"),
        accepted(outcomeTimestamp="9999-12-31T23:59:59-14:00"),
        overridden(overrideReason=[]),
        overridden(overrideReason={"reason": {}}),
        overridden(overrideReason={"reason": 1}),
        overridden(overrideReason={"userComment": {}}),
        "x",
        None,
        [],
    ],
    ids=lambda item: repr(item)[:150],
)
def test_a_malformed_item_refuses_the_whole_call(tell, shown, item):
    answer = tell(overridden(), item)
    assert answer.status_code == 400
    assert answer.get_json()["resourceType"] == "OperationOutcome"
    assert rows(shown) == []


@BEFORE_THE_STORE
@pytest.mark.parametrize(
    ("item", "where"),
    [
        (accepted(outcome="ignored", outcomeTimestamp="yesterday"), ["outcome", "outcomeTimestamp"]),
        (overridden(overrideReasons=[]), ["overrideReasons"]),
        (overridden(overrideReason={"reason": {"text": "Anna"}}), ["overrideReason.reason.code"]),
        (accepted(acceptedSuggestions=[{"id": OTHER}, {}]), ["acceptedSuggestions[1].id"]),
        (overridden(overrideReason={"extension": 1, "Anna": {}}), ["overrideReason.extension"]),
    ],
)
def test_what_is_malformed_is_named_by_its_place(tell, item, where):
    issue = tell(overridden(), item).get_json()["issue"][0]
    assert issue["expression"] == [f"feedback[1].{name}" for name in where]


@BEFORE_THE_STORE
def test_no_more_places_are_named_than_anybody_reads(tell):
    assert len(tell(*[{}] * 900).get_json()["issue"][0]["expression"]) == 10


@BEFORE_THE_STORE
@pytest.mark.parametrize("body", [{}, {"feedback": None}, {"feedback": []}, {"feedback": {}}, [], "x"])
def test_a_malformed_body(tell, body):
    assert tell(body=body).status_code == 400


@pytest.mark.hazard("T-45", "T-49")
@pytest.mark.parametrize(
    ("item", "why"),
    [
        (accepted("2f948826-3362-45dd-a240-8991909390ce"), "unknown-card"),
        (accepted("'; drop table feedback_event--"), "unknown-card"),
        (accepted(acceptedSuggestions=[{"id": TAKEN}, {"id": OTHER}]), "unknown-suggestion"),
        (accepted(outcomeTimestamp="2999-11-22T11:00:00Z"), "in-the-future"),
        (accepted(outcomeTimestamp="2026-11-22T09:00:00Z"), "before-the-card"),
    ],
)
def test_what_matches_nothing_is_set_aside_and_never_counted(tell, shown, item, why):
    assert tell(item, overridden(OTHER)).status_code == 200
    assert {row["quarantined"] for row in rows(shown)} == {why, ""}
    by_rule = {row.rule: row for row in report(shown)}
    assert (by_rule["liver-evaluation"].accepted, by_rule["liver-evaluation"].overridden) == (0, 1)
    whose = "" if why == "unknown-card" else "liver-evaluation"
    assert {rule: row.quarantined for rule, row in by_rule.items() if row.quarantined} == {whose: 1}


@pytest.mark.hazard("T-45")
def test_a_card_of_another_service_is_set_aside(tell, shown):
    assert tell(overridden(), service="msc-liver-follow-up").status_code == 200
    assert [row["quarantined"] for row in rows(shown)] == ["other-service"]


def test_what_was_told_to_the_wrong_service_counts_when_told_to_the_right_one(tell, shown):
    tell(accepted(), service="msc-liver-follow-up")
    for _ in range(3):
        assert tell(accepted()).status_code == 200
    assert [row["quarantined"] for row in rows(shown)] == ["other-service", ""]
    assert sum(row.accepted for row in report(shown)) == 1


@pytest.mark.hazard("T-44")
def test_a_card_of_another_client_is_forbidden(tell, shown):
    shown.keep([ShownCard("a", "somebody", SERVICE, "r", "i", "2026-11-22T10:00:00.000+00:00")])
    assert tell(overridden(OTHER), overridden("a")).status_code == 403
    assert rows(shown) == []


@pytest.mark.hazard("T-46", "F-20", "F-21")
def test_the_same_feedback_a_hundred_times_is_one_event(tell, shown):
    with ThreadPoolExecutor(8) as pool:
        assert {answer.status_code for answer in pool.map(lambda _: tell(accepted()), range(100))} <= {200, 503}
    assert tell(accepted()).status_code == 200
    assert len(rows(shown)) == 1


@pytest.mark.hazard("T-46")
@pytest.mark.requirement("F-6")
def test_both_outcomes_are_kept_and_the_later_one_counts(tell, shown):
    tell(overridden(outcomeTimestamp="2026-11-22T10:02:00Z"))
    tell(accepted(outcomeTimestamp="2026-11-22T10:01:00Z"))
    assert len(rows(shown)) == 2
    (found,) = report(shown)
    assert (found.accepted, found.overridden) == (0, 1)


@pytest.mark.requirement("F-6")
@pytest.mark.parametrize(
    ("why", "code"),
    [
        ({"overrideReasons": {"reason": {"code": "x", "system": "s", "display": "X"}}}, "x"),
        ({"overrideReason": {"reason": {"code": "x"}}}, "x"),
        ({"overrideReasons": {"extension": {"com.epic.cdshooks.feedback.overrideReason.reason": {"code": "e"}}}}, "e"),
        ({"overrideReasons": {"extension": {"com.epic.cdshooks.feedback.overrideReason.reasonCode": "e"}}}, "e"),
        ({"overrideReason": {"userComment": "only this"}}, ""),
        ({"overrideReason": None}, ""),
        ({}, ""),
    ],
)
def test_the_ways_in_which_a_reason_is_told(tell, shown, why, code):
    assert tell(overridden(**{"overrideReason": ..., **why})).status_code == 200
    assert [row["reason_code"] for row in rows(shown)] == [code]


@pytest.mark.hazard("T-47")
@pytest.mark.requirement("F-7")
def test_a_comment_is_stripped_composed_and_cut(tell, shown, capsys):
    text = " e\u0301\x07\u202e ZZPATIENTNAME" + "x" * 3000
    assert tell(overridden(overrideReason={"userComment": text})).status_code == 200
    (row,) = rows(shown)
    assert row["comment"].startswith("é ZZPATIENTNAMExxx")
    assert (row["comment_cut"], len(row["comment"]) <= 2000) == (True, True)
    assert "ZZPATIENTNAME" not in capsys.readouterr().out


@BEFORE_THE_STORE
@pytest.mark.hazard("T-47", "T-34")
def test_a_lone_surrogate_is_refused(client, shown):
    body = b'{"feedback": [{"card": "x", "outcome": "overridden", "overrideReason": {"userComment": "\\ud800"}}]}'
    answer = client.post(f"/cds-services/{SERVICE}/feedback", data=body, content_type="application/json")
    assert answer.status_code == 400


def test_the_cards_that_a_call_gives_out_can_be_answered(post, client, store):
    cards = post().get_json()["cards"]
    items = [overridden(card["uuid"].upper()) for card in cards]
    answer = client.post(f"/cds-services/{SERVICE}/feedback", json={"feedback": items})
    assert answer.status_code == 200
    assert sum(row.overridden for row in report(store)) == len(cards) > 0


@pytest.mark.hazard("T-46")
def test_a_batch_of_a_hundred(tell):
    assert tell(*(overridden(f"unknown-{number}") for number in range(100))).status_code == 200


@BEFORE_THE_STORE
def test_replacing_a_setting_does_not_change_the_rest(settings):
    assert replace(settings, dev=False).msc == settings.msc
