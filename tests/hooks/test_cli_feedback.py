"""`hepar feedback report`: exact counts, of which each card's latest answer is one, and nothing that was set aside."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hooks.audit.chain import Record
from hooks.cli import main
from hooks.store import FeedbackEvent, ShownCard, Store, instant
from hooks.terminal_feedback import share
from tests.database import database_url, postgresql  # noqa: F401  (fixtures)

VIEW, SIGN = "msc-liver-evaluation", "msc-liver-order-sign"


def on(day: int, hour: int = 10) -> str:
    return instant(datetime(2026, 11, day, hour, tzinfo=UTC))


def card(
    number: int, rule: str = "liver-evaluation", service: str = VIEW, day: int = 1, client: str = "a"
) -> ShownCard:
    return ShownCard(f"card-{number}", client, service, rule, "i", on(day), (), "patient-view", "p", "f")


def said(number: int, outcome: str, code: str = "", *, hour: int = 11, day: int = 1, **more: Any) -> FeedbackEvent:
    given = {"client": "a", "service": VIEW, "card": f"card-{number}", **more}
    key = f"{number} {outcome} {hour} {day} {more.get('quarantined', '')}"
    return FeedbackEvent(
        key=key, outcome=outcome, outcome_at=on(day, hour), received_at=on(day, hour), reason_code=code, **given
    )


SHOWN = (
    card(1), card(2), card(3), card(4, "msc-screening"), card(5, "msc-screening", day=20), card(6, "msc-order", SIGN),
    card(7, client="b"), card(8),
)  # fmt: skip
ANSWERS = (
    said(1, "accepted"),
    said(2, "overridden", "cds-not-applicable"),
    # Accepted in the end, told in the wrong order.
    said(3, "accepted", hour=13),
    said(3, "overridden", "cds-not-applicable", hour=12),
    said(4, "overridden", "recipient-concerns-outcomes"),
    said(5, "overridden", day=21),
    said(6, "overridden", "a\x1bcode", service=SIGN),
    said(7, "overridden", "cds-not-applicable", client="b"),
    said(1, "overridden", "cds-not-applicable", hour=14, quarantined="in-the-future"),
    said(99, "accepted", quarantined="unknown-card"),
    said(98, "accepted", day=20, quarantined="unknown-card"),
    said(6, "accepted", quarantined="other-service"),
)
ALL = [
    {
        "service": VIEW, "rule": "", "shown": 0, "accepted": 0, "overridden": 0,
        "reasons": {}, "quarantined": 3, "held": 0,
    },
    {
        "service": VIEW, "rule": "liver-evaluation", "shown": 5, "accepted": 2, "overridden": 2,
        "reasons": {"cds-not-applicable": 2}, "quarantined": 1, "held": 2,
    },
    {
        "service": VIEW, "rule": "msc-screening", "shown": 2, "accepted": 0, "overridden": 2,
        "reasons": {"none": 1, "recipient-concerns-outcomes": 1}, "quarantined": 0, "held": 1,
    },
    {
        "service": SIGN, "rule": "msc-order", "shown": 1, "accepted": 0, "overridden": 1,
        "reasons": {"a\x1bcode": 1}, "quarantined": 0, "held": 0,
    },
]  # fmt: skip


def called(day: int, *held: str) -> Record:
    """The audit record of a call that held these rules back."""
    said_ = {"service": VIEW, **({"held": [{"rule": rule, "why": "repeated"} for rule in held]} if held else {})}
    return Record(on(day), "evaluation", "a", "p", said_)


CALLED = (called(1), called(2, "liver-evaluation", "msc-screening"), called(3, "liver-evaluation"))


def kept(url: str) -> None:
    store = Store(url)
    store.keep(SHOWN, CALLED)
    store.record(ANSWERS)
    store.close()


@pytest.fixture
def config(tmp_path: Path) -> str:
    """A configuration beside a database with cards and answers."""
    kept(f"sqlite:///{tmp_path}/kept.db")
    file = tmp_path / "hepar.toml"
    file.write_text("[storage]\nurl = 'sqlite:///kept.db'\n")
    return str(file)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["feedback", "report", *arguments])


def objects(result: Result) -> list[Any]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.hazard("C-42", "T-45", "T-46")
def test_the_counts_are_exact(config: str) -> None:
    assert objects(run("--dev", "--config", config, "--json")) == ALL


@pytest.mark.hazard("C-42")
def test_the_counts_are_exact_in_every_database(database_url: str, tmp_path: Path) -> None:  # noqa: F811
    kept(database_url)
    file = tmp_path / "hepar.toml"
    file.write_text(f"[storage]\nurl = '{database_url}'\n")
    assert objects(run("--dev", "--config", str(file), "--json")) == ALL


@pytest.mark.hazard("C-42")
def test_a_month_counts_the_cards_of_its_days(config: str) -> None:
    late = objects(run("--dev", "--config", config, "--json", "--since", "2026-11-20", "--until", "2026-11-20"))
    assert [(row["rule"], row["shown"], row["overridden"], row["quarantined"]) for row in late] == [
        ("", 0, 0, 1),
        ("msc-screening", 1, 1, 0),
    ]
    early = objects(run("--dev", "--config", config, "--json", "--until", "2026-11-19"))
    assert sum(row["shown"] for row in early) == 7
    assert objects(run("--dev", "--config", config, "--json", "--since", "2026-12-01")) == []


@pytest.mark.hazard("C-42")
def test_a_person_reads_counts_reasons_and_what_is_to_be_reviewed(config: str) -> None:
    found = run("--dev", "--config", config)
    assert found.exit_code == 0
    shown = " ".join(found.stdout.split())
    for expected in (
        "liver-evaluation 5 4 2 2 1 2",
        "liver-evaluation, overridden: 2 × Does not apply to this patient (cds-not-applicable)",
        "msc-screening, overridden: 1 × no reason given",
        "1 answered with a concern about harm: review each of them.",
        "7 of 8 cards were answered; cards that are ignored are never reported.",
        "So few answers show single cases, no pattern.",
    ):
        assert expected in shown
    assert "%" not in shown
    assert "\x1b" not in found.stdout


def test_shares_are_given_only_of_enough() -> None:
    assert (share(1, 19), share(5, 20), share(0, 0)) == ("1", "5 (25 %)", "0")


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    file = tmp_path / "hepar.toml"
    file.write_text("[storage]\nurl = 'sqlite:///none.db'\n")
    found = run("--dev", "--config", str(file), "--json")
    assert (found.exit_code, found.stdout) == (2, "")
    assert "database" in found.stderr
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize(
    "arguments", [(), ("--dev", "--since", "November"), ("--dev", "--since", "2026-11-02", "--until", "2026-11-01")]
)
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    found = run(*arguments)
    assert (found.exit_code, found.stdout) == (2, "")
    assert "Traceback" not in found.stderr
