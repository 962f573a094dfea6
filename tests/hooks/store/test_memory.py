"""What the store remembers of one client, patient and service, in every database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hooks.repetition import Remembered
from hooks.store import FeedbackEvent, ShownCard, Store, instant

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
SINCE = NOW - timedelta(days=90)


def day(number: float) -> datetime:
    return NOW - timedelta(days=number)


def card(uuid: str, ago: float, **more: Any) -> ShownCard:
    given = {"client": "a", "service": "s", "rule": "r", "patient": "p", "fingerprint": f"mark of {uuid}", **more}
    return ShownCard(uuid=uuid, hook_instance="i", shown_at=instant(day(ago)), hook="patient-view", **given)


def said(key: str, uuid: str, at: float, heard: float, code: str = "", **more: Any) -> FeedbackEvent:
    given = {"client": "a", "service": "s", "outcome": "overridden", **more}
    return FeedbackEvent(
        key=key, card=uuid, outcome_at=instant(day(at)), received_at=instant(day(heard)), reason_code=code, **given
    )


@pytest.fixture
def memory(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    store.keep(
        [
            card("old", 91), card("first", 5), card("second", 3, rule="q"), card("other client", 1, client="b"),
            card("other patient", 1, patient="q"), card("other service", 1, service="t"),
        ]
    )  # fmt: skip
    store.record(
        [
            said("1", "first", 4, 1, "late"),
            said("2", "first", 2, 2, "latest"),
            said("3", "first", 1, 1, "not counted", quarantined="in-the-future"),
            said("4", "first", 1, 1, "of another client", client="b"),
        ]
    )
    yield store
    store.close()


@pytest.mark.hazard("C-31", "T-57")
def test_it_remembers_what_was_shown_newest_first_with_the_latest_answer_that_counts(memory: Store) -> None:
    assert memory.recall("a", "p", "s", SINCE) == [
        Remembered("second", "q", "mark of second", day(3)),
        Remembered("first", "r", "mark of first", day(5), "overridden", "latest", day(2), day(2)),
    ]


@pytest.mark.hazard("C-31", "T-57")
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("b", "p", "s"), ["other client"]), (("a", "q", "s"), ["other patient"]),
        (("a", "p", "t"), ["other service"]), (("a", "P", "s"), []), (("", "", ""), []), (("a", "%", "s"), []),
    ],
)  # fmt: skip
def test_it_remembers_nothing_of_others(memory: Store, asked: tuple[str, str, str], expected: list[str]) -> None:
    assert [each.card for each in memory.recall(*asked, SINCE)] == expected


def test_a_flood_of_answers_does_not_grow_what_is_read(memory: Store) -> None:
    memory.record([said(f"more {number}", "second", 2, 1 - number / 1000) for number in range(500)])
    assert [each.card for each in memory.recall("a", "p", "s", SINCE)] == ["second"]
