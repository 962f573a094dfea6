"""What is too old goes, nothing else does, and the audit chain says what went."""

import json
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from hooks import store as stores
from hooks import tidying
from hooks.audit.chain import Record, Verdict, Verification
from hooks.cli import main
from hooks.settings import load
from hooks.store import FeedbackEvent, ShownCard, Store, StoreDown, instant, retention, trail
from hooks.store.tables import feedback_event, seen_token, shown_card

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
SECOND = int(NOW.timestamp())


def ago(days: float) -> str:
    return instant(NOW - timedelta(days=days))


def card(uuid: str, days: float, patient: str = "p-1", client: str = "ehr-a") -> ShownCard:
    return ShownCard(uuid, client, "s", "r", "i", ago(days), patient=patient)


def answer(key: str, card: str, days: float, client: str = "ehr-a") -> FeedbackEvent:
    return FeedbackEvent(key, client, "s", card, "overridden", ago(days), ago(days), comment=f"words {key}")


def record(days: float, patient: str = "p-1", client: str = "ehr-a") -> Record:
    return Record(ago(days), "evaluation", client, patient, {}, b"chart")


def verdict(store: Store) -> Verdict:
    verification = Verification()
    with store.reading() as connection:
        for row in trail.rows(connection):
            verification.take(row)
    return verification.end()


def left(store: Store, column) -> set:
    with store.reading() as connection:
        return set(connection.scalars(select(column)))


def purges(store: Store) -> list[dict]:
    with store.reading() as connection:
        return [json.loads(row.document) for row in trail.rows(connection) if row.kind == "purge"]


@pytest.mark.hazard("T-62")
def test_what_is_older_than_its_limit_goes_and_nothing_else(store: Store) -> None:
    store.keep([card("old", 31), card("answered", 31), card("new", 29)], [record(400), record(366), record(364)])
    store.record([answer("old", "old", 31), answer("late", "answered", 29), answer("new", "new", 29)])
    for name, expires in (("expired", SECOND - 3601), ("just expired", SECOND - 10), ("good", SECOND + 10)):
        store.spend("ehr-a", "i", name, expires, SECOND - 4000)
    removed = retention.purge(store, NOW, 30, 365)
    assert removed.counts() == {"tokens": 1, "feedback": 1, "cards": 1, "audit": 2, "charts": 2}
    assert left(store, shown_card.c.uuid) == {"answered", "new"}
    assert left(store, feedback_event.c.key) == {"late", "new"}
    assert left(store, seen_token.c.token_id) == {"just expired", "good"}
    found = verdict(store)
    assert (found.fault, found.first, found.rows) == ("", 3, 3)
    aged, chain = purges(store)
    assert (aged["removed"], chain["removed"]) == ({"feedback": 1, "cards": 1}, {"audit": 2, "charts": 2})
    assert chain["through"][0] == 2
    assert retention.purge(store, NOW, 30, 365).counts() == {}
    assert len(purges(store)) == 2


@pytest.mark.hazard("T-62", "T-61")
def test_a_chain_that_goes_wholly_and_again_can_still_be_verified(store: Store) -> None:
    for again in range(3):
        store.keep([], [record(400), record(400)])
        retention.purge(store, NOW + timedelta(days=400 * again), 30, 365)
        assert verdict(store).fault == ""
    assert verdict(store).first > 4


@pytest.mark.hazard("T-61")
def test_an_older_record_behind_a_newer_one_waits_for_it(store: Store) -> None:
    store.keep([], [record(400), record(10), record(400)])
    assert retention.purge(store, NOW, 30, 365).audit == 1
    assert (verdict(store).fault, verdict(store).first) == ("", 2)


@pytest.mark.hazard("T-62")
def test_much_goes_in_short_steps(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "ROWS", 10)
    store.keep([card(f"c-{number}", 31) for number in range(35)], [record(400) for _ in range(35)])
    assert retention.purge(store, NOW, 30, 365).counts() == {"cards": 35, "audit": 35, "charts": 35}
    assert verdict(store).fault == ""
    said = [one["removed"] for one in purges(store)]
    assert said[:5] == [{"cards": 10}] * 3 + [{"cards": 5}, {"audit": 10, "charts": 10}]


@pytest.mark.hazard("T-62")
def test_a_patient_s_charts_cards_and_words_go_and_the_records_stay(store: Store) -> None:
    store.keep([card("a", 1), card("b", 1, "p-2"), card("c", 1, client="ehr-b")], [record(1), record(1, "p-2")])
    store.keep([], [record(1, client="ehr-b")])
    store.record([answer("a", "a", 1), answer("b", "b", 1), answer("c", "c", 1, "ehr-b")])
    assert retention.clients_of(store, "p-1") == ["ehr-a", "ehr-b"]
    removed = retention.forget_patient(store, NOW, "ehr-a", "p-1")
    assert removed.counts() == {"charts": 1, "comments": 1, "cards": 1}
    assert left(store, shown_card.c.uuid) == {"b", "c"}
    assert left(store, feedback_event.c.comment) == {"", "words b", "words c"}
    found = verdict(store)
    assert (found.fault, found.rows, found.deleted) == ("", 4, 1)
    (said,) = purges(store)
    assert (said["patient"], said["why"]) == ("p-1", "patient")


@pytest.mark.hazard("T-62")
def test_of_many_that_would_tidy_one_does_and_not_again_until_it_is_time(store: Store, database_url: str) -> None:
    others = [Store(database_url) for _ in range(3)]

    def claims(at: datetime) -> list[bool]:
        with ThreadPoolExecutor(6) as pool:
            return list(pool.map(lambda number: retention.claim(others[number % 3], "purge", at), range(6)))

    assert claims(NOW).count(True) == 1
    assert claims(NOW + timedelta(hours=23)).count(True) == 0
    assert claims(NOW + timedelta(hours=25)).count(True) == 1
    for other in others:
        other.close()


@pytest.mark.hazard("T-62")
def test_a_clock_that_was_ahead_does_not_end_retention(store: Store) -> None:
    assert retention.claim(store, "purge", NOW + timedelta(days=400))
    assert retention.claim(store, "purge", NOW)
    assert not retention.claim(store, "purge", NOW - timedelta(minutes=5))


@pytest.mark.hazard("T-62")
def test_a_long_purge_outlasts_a_busy_database(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "ROWS", 1)
    monkeypatch.setattr(retention, "PAUSE", 0)
    store.keep([card(f"c-{number}", 800) for number in range(retention.TRIES + 2)])
    real, asked = store.writing, iter(range(1000))

    def busy_every_other_time():
        if next(asked) % 2:
            raise StoreDown("Busy")
        return real()

    monkeypatch.setattr(store, "writing", busy_every_other_time)
    assert retention.purge(store, NOW, 30, 2190).cards == retention.TRIES + 2


@pytest.mark.hazard("T-62", "T-10")
def test_the_service_tidies_while_it_runs(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    now = datetime.now(UTC)
    store.keep([ShownCard("old", "c", "s", "r", "i", instant(now - timedelta(days=800)))])
    ending = threading.Event()
    storage = load(None, dev=True).storage
    runs = threading.Thread(target=tidying.look_after, args=(store, storage, ending, 0.0, 0.01))
    runs.start()
    for _ in range(500):
        if not left(store, shown_card.c.uuid):
            break
        ending.wait(0.01)
    ending.set()
    runs.join()
    assert left(store, shown_card.c.uuid) == set()
    assert '"outcome":"1 cards"' in capsys.readouterr().out


def test_tokens_are_tidied_every_hour(store: Store) -> None:
    assert retention.tidy(store, NOW, 30, 365).counts() == {}
    store.spend("ehr-a", "i", "t", SECOND - 4000, SECOND - 5000)
    assert retention.tidy(store, NOW + timedelta(minutes=1), 30, 365).counts() == {"tokens": 1}


@pytest.fixture
def config(tmp_path: Path) -> str:
    file = tmp_path / "hepar.toml"
    file.write_text('[storage]\nurl = "sqlite:///hepar.db"\n', encoding="utf-8")
    return str(file)


def purge(config: str, *options: str):
    return CliRunner().invoke(main, ["purge", "--dev", "--config", config, *options])


@pytest.mark.hazard("T-62", "F-6")
def test_the_command(config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "START_SECONDS", 1)
    done = purge(config)
    assert (done.exit_code, "does not exist" in done.stderr) == (2, True)
    store = Store(f"sqlite:///{tmp_path}/hepar.db")
    store.keep([card("old", 5000), card("a", 0), card("b", 0, client="ehr-b")])
    assert purge(config).stdout == "Removed: 1 cards.\n"
    several = purge(config, "--patient", "p-1")
    assert (several.exit_code, "ehr-a, ehr-b" in several.stderr) == (2, True)
    assert purge(config, "--patient", "Patient/p-1", "--client", "ehr-b").stdout == "Removed: 1 cards.\n"
    assert purge(config, "--patient", "p-1").stdout == "Removed: 1 cards.\n"
    for options in (("--client", "ehr-a"), ("--patient", "nobody")):
        assert purge(config, *options).exit_code == 2
    store.keep([card("c", 0)])
    with sqlite3.connect(tmp_path / "hepar.db", isolation_level=None) as blocker:
        blocker.execute("BEGIN EXCLUSIVE")
        locked = purge(config, "--patient", "p-1", "--client", "ehr-a")
    assert (locked.exit_code, "Traceback" in locked.output) == (2, False)
    store.close()
