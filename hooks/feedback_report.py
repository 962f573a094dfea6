"""What became of the cards, by service and rule: how many were shown, and what clinicians answered.

Of several answers to one card the latest counts. What was set aside is counted apart, and never among the answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hooks.store import Store, instant, told

NO_REASON = "none"
"""Stands for the reason of an override that gave none."""


@dataclass(slots=True)
class RuleReport:
    """The cards of one rule of one service. `rule` is "" for what was set aside and is no card of that service.

    `held` is how often the same advice was not raised again.
    """

    service: str
    rule: str
    shown: int = 0
    accepted: int = 0
    overridden: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    quarantined: int = 0
    held: int = 0

    @property
    def answered(self) -> int:
        """Cards to which there is an answer. Cards that are ignored are never reported."""
        return self.accepted + self.overridden


def report(store: Store, since: date | None = None, until: date | None = None) -> list[RuleReport]:
    """One row for each service and rule. The cards are those shown from `since` to `until`, both days included (UTC).

    StoreDown if the store does not answer.
    """
    period = _start(since or date.min), _start(until + timedelta(days=1)) if until else "9999"
    found: dict[tuple[str, str], RuleReport] = {}

    def of(service: str, rule: str) -> RuleReport:
        return found.setdefault((service, rule), RuleReport(service, rule))

    with store.reading() as connection:
        for service, rule, number in told.cards(connection, *period):
            of(service, rule).shown = number
        for service, rule, outcome, reason, number in told.answers(connection, *period):
            _answered(of(service, rule), outcome, reason or NO_REASON, number)
        for service, rule, number in told.aside(connection, *period):
            of(service, rule).quarantined = number
        for service, rule in told.held(connection, *period):
            of(service, rule).held += 1
    return [found[key] for key in sorted(found)]


def _start(day: date) -> str:
    return instant(datetime.combine(day, time(), UTC))


def _answered(row: RuleReport, outcome: str, reason: str, number: int) -> None:
    if outcome == "accepted":
        row.accepted += number
    else:
        row.overridden += number
        row.reasons[reason] = row.reasons.get(reason, 0) + number


def to_json(row: RuleReport) -> dict[str, Any]:
    """One object of the public contract; reasons by their number, most first."""
    return {
        "service": row.service,
        "rule": row.rule,
        "shown": row.shown,
        "accepted": row.accepted,
        "overridden": row.overridden,
        "reasons": dict(by_number(row.reasons)),
        "quarantined": row.quarantined,
        "held": row.held,
    }


def by_number(reasons: dict[str, int]) -> Iterable[tuple[str, int]]:
    """The reasons, those given most often first."""
    return sorted(reasons.items(), key=lambda each: (-each[1], each[0]))
