"""What was said of a patient lately, and what became of it: the cards of one client and service, newest first."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, select

from hooks.repetition import Remembered
from hooks.store.nouns import instant
from hooks.store.tables import feedback_event, shown_card

AT_MOST = 100
"""Rows that are looked at: many more than the cards of one patient and the answers to them."""

CARDS = (
    select(
        shown_card.c.uuid,
        shown_card.c.rule,
        shown_card.c.fingerprint,
        shown_card.c.shown_at,
        feedback_event.c.outcome,
        feedback_event.c.reason_code,
        feedback_event.c.outcome_at,
        feedback_event.c.received_at,
    )
    .select_from(shown_card)
    .outerjoin(
        feedback_event,
        and_(
            feedback_event.c.card == shown_card.c.uuid,
            feedback_event.c.client == shown_card.c.client,
            feedback_event.c.quarantined == "",
        ),
    )
    .where(
        shown_card.c.client == bindparam("client"),
        shown_card.c.patient == bindparam("patient"),
        shown_card.c.service == bindparam("service"),
        shown_card.c.shown_at >= bindparam("since"),
    )
    .order_by(
        shown_card.c.shown_at.desc(),
        func.coalesce(feedback_event.c.outcome_at, "").desc(),
        func.coalesce(feedback_event.c.received_at, "").desc(),
    )
    .limit(AT_MOST)
)
"""The cards of one client, patient and service since then, newest first, each with its answers, the latest first."""


def asked(client: str, patient: str, service: str, since: datetime) -> dict[str, str]:
    """The values of `CARDS`."""
    return {"client": client, "patient": patient, "service": service, "since": instant(since)}


def recalled(rows: Iterable[Sequence[Any]]) -> list[Remembered]:
    """What the rows of `CARDS` say: each card once, with the latest answer to it that counts."""
    latest: dict[str, Remembered] = {}
    for uuid, rule, fingerprint, shown_at, *answer in rows:
        if uuid not in latest:
            shown = datetime.fromisoformat(shown_at)
            latest[uuid] = Remembered(uuid, rule, fingerprint, shown, *_answered(*answer))
    return list(latest.values())


def _answered(outcome: str | None, reason: str | None, at: str | None, received: str | None) -> tuple[Any, ...]:
    if outcome is None or at is None or received is None:
        return ()
    return outcome, reason, datetime.fromisoformat(at), datetime.fromisoformat(received)
