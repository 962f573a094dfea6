"""Counts of what was shown and of what came back: cards, the latest answer to each, what was set aside or held back."""

from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import Column, Connection, and_, case, func, select

from hooks.store.tables import audit_event, feedback_event, shown_card

_KIND = (shown_card.c.service, shown_card.c.rule)


def cards(connection: Connection, since: str, until: str) -> Iterator[tuple[str, str, int]]:
    """(service, rule, number of cards) of the cards shown from `since` on and before `until`."""
    found = select(*_KIND, func.count()).where(_within(shown_card.c.shown_at, since, until)).group_by(*_KIND)
    for row in connection.execute(found):
        yield row[0], row[1], row[2]


def answers(connection: Connection, since: str, until: str) -> Iterator[tuple[str, str, str, str, int]]:
    """(service, rule, outcome, reason, number) of the latest answer to each of those cards."""
    newest_first = (
        feedback_event.c.outcome_at.desc(),
        feedback_event.c.received_at.desc(),
        feedback_event.c.key.desc(),
    )
    place = func.row_number().over(partition_by=feedback_event.c.card, order_by=newest_first).label("place")
    each = (
        select(*_KIND, feedback_event.c.outcome, feedback_event.c.reason_code, place)
        .join(shown_card, _answered())
        .where(feedback_event.c.quarantined == "", _within(shown_card.c.shown_at, since, until))
        .subquery()
    )
    columns = (each.c.service, each.c.rule, each.c.outcome, each.c.reason_code)
    for row in connection.execute(select(*columns, func.count()).where(each.c.place == 1).group_by(*columns)):
        yield row[0], row[1], row[2], row[3], row[4]


def aside(connection: Connection, since: str, until: str) -> Iterator[tuple[str, str, int]]:
    """(service, rule, number) of the items set aside that were received then.

    The service is the one that was told; the rule is that of the card, "" where it is no card of that service.
    """
    own = and_(_answered(), shown_card.c.service == feedback_event.c.service)
    rule = case((shown_card.c.rule.is_(None), ""), else_=shown_card.c.rule).label("rule")
    each = (
        select(feedback_event.c.service, rule)
        .select_from(feedback_event)
        .outerjoin(shown_card, own)
        .where(feedback_event.c.quarantined != "", _within(feedback_event.c.received_at, since, until))
        .subquery()
    )
    columns = (each.c.service, each.c.rule)
    for row in connection.execute(select(*columns, func.count()).group_by(*columns)):
        yield row[0], row[1], row[2]


def held(connection: Connection, since: str, until: str) -> Iterator[tuple[str, str]]:
    """(service, rule) of each time that advice was held back then, from the audit records of the calls."""
    found = select(audit_event.c.document).where(
        audit_event.c.kind == "evaluation",
        audit_event.c.document.contains('"held":['),
        _within(audit_event.c.at, since, until),
    )
    for (document,) in connection.execute(found.execution_options(yield_per=500)):
        said = orjson.loads(document)
        for each in said["held"]:
            yield said["service"], each["rule"]


def _answered() -> Any:
    return and_(shown_card.c.uuid == feedback_event.c.card, shown_card.c.client == feedback_event.c.client)


def _within(column: Column[str], since: str, until: str) -> Any:
    return and_(column >= since, column < until)
