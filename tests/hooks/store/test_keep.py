"""Cards, feedback and audit records: each call's together or not at all."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from hooks.audit.chain import Mark, Record, Verification
from hooks.store import FeedbackEvent, ShownCard, Store, StoreDown, trail
from hooks.store.tables import shown_card

WHEN = "2026-11-22T10:00:00.000+00:00"


def card(uuid: str) -> ShownCard:
    return ShownCard(uuid, "ehr-a", "s", "r", "i", WHEN, ("x",), hook="patient-view", patient="p-1", fingerprint="f")


def record(number: int, kept: bytes = b"") -> Record:
    return Record(WHEN, "evaluation", "ehr-a", "p-1", {"number": number}, kept)


def verdict(store: Store):
    verification = Verification()
    with store.reading() as connection:
        for row in trail.rows(connection):
            verification.take(row)
    return verification.end()


@pytest.mark.hazard("T-61")
def test_cards_and_records_are_kept_together(store: Store) -> None:
    store.keep([card("a")], [record(1, b"chart"), record(2)])
    store.record([FeedbackEvent("k", "ehr-a", "s", "a", "overridden", WHEN, WHEN)], [record(3)])
    store.keep([], [record(4)])
    store.keep([], [])
    assert store.cards(["a"]) == {"a": card("a")}
    found = verdict(store)
    assert (found.rows, found.fault) == (4, "")
    with store.reading() as connection:
        assert [row.kept for row in trail.rows(connection)] == [b"chart", None, None, None]
        assert trail.head(connection) == found.last != Mark(0, "")


@pytest.mark.hazard("T-61", "F-20")
def test_nothing_is_kept_of_a_call_that_fails_midway(store: Store) -> None:
    store.keep([card("a")], [record(1)])
    unwritable = Record(WHEN, "evaluation", None, "p-1", {})  # type: ignore[arg-type]
    for cards, records in (([card("b"), card("a")], [record(2)]), ([card("b")], [record(2), unwritable])):
        with pytest.raises(StoreDown):
            store.keep(cards, records)
    with store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(shown_card)) == 1
    assert verdict(store).rows == 1


@pytest.mark.hazard("T-61", "F-31")
def test_the_chain_has_one_end_however_many_add_to_it(store: Store, database_url: str) -> None:
    others = [Store(database_url) for _ in range(2)]
    refused: list[str] = []

    def add(number: int) -> int:
        for _ in range(50):
            try:
                others[number % 2].keep([card(str(number))], [record(number)])
            except StoreDown as busy:
                refused.append(str(busy))
                continue
            return 1
        return 0

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(add, range(60))) == 60
    assert (verdict(store).rows, verdict(store).fault) == (60, "")
    assert [why for why in refused if "Unique" in why or "Integrity" in why] == [], "two went for the same end"
    for other in others:
        other.close()
