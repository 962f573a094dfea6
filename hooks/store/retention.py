"""Takes away what is older than a site keeps it, and what is kept of one patient, in short steps.

Every step that removes cards, feedback or audit records says so in the audit chain, in the same transaction. The
chain's oldest rows go together with a record of where it went on, so that it can still be verified.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, delete, exists, select, tuple_, update

from hooks.audit.chain import Mark
from hooks.audit.records import purged
from hooks.store import Store, StoreDown, instant
from hooks.store.schema import CHORES
from hooks.store.tables import audit_chart, audit_event, chore, feedback_event, seen_token, shown_card
from hooks.store.trail import Trail

ROWS = 500
"""At most so many rows in one step, so that nobody who writes waits for long."""
PAUSE = 0.02
"""Seconds between two steps."""
TRIES = 10
"""So often one step is tried while the database is busy."""
AFTER_EXPIRY = 3600
"""Seconds that a spent token is kept after it expired: more than any clock of ours is ahead of another."""


@dataclass(slots=True)
class Removed:
    """How many rows went. `charts` and `comments` were taken out of rows that stay."""

    tokens: int = 0
    feedback: int = 0
    cards: int = 0
    audit: int = 0
    charts: int = 0
    comments: int = 0

    def counts(self) -> dict[str, int]:
        """Those that are not zero."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: count for name, count in found.items() if count}

    def add(self, other: "Removed") -> None:
        """Count the other's too."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


class Limits(NamedTuple):
    """What is older goes: feedback and cards, audit records (ISO 8601, UTC), tokens (seconds since 1970)."""

    feedback: str
    audit: str
    tokens: int


def limits(now: datetime, feedback_days: int, audit_days: int) -> Limits:
    """How far back a site keeps things at `now`."""
    return Limits(
        instant(now - timedelta(days=feedback_days)),
        instant(now - timedelta(days=audit_days)),
        int(now.timestamp()) - AFTER_EXPIRY,
    )


def claim(store: Store, name: str, now: datetime) -> bool:
    """Whether a chore is to be done now, by whoever asks: of all that ask in all processes, one is told so.

    One that was begun far in the future was begun by a clock that was wrong.
    """
    at, again = int(now.timestamp()), CHORES[name]
    due = (chore.c.name == name) & ((chore.c.begun <= at - again) | (chore.c.begun > at + again))
    with store.writing() as connection:
        return connection.execute(update(chore).where(due).values(begun=at)).rowcount == 1


def tidy(store: Store, now: datetime, feedback_days: int, audit_days: int) -> Removed:
    """Remove what is too old, unless that was done lately: expired tokens every hour, everything once a day.

    To be called now and then by every process. StoreDown when the database does not answer; what was removed is.
    """
    if claim(store, "purge", now):
        return purge(store, now, feedback_days, audit_days)
    if claim(store, "tokens", now):
        before = limits(now, feedback_days, audit_days).tokens
        return _repeat(store, lambda connection: forget_tokens(connection, before))
    return Removed()


def purge(store: Store, now: datetime, feedback_days: int, audit_days: int) -> Removed:
    """Remove what is older than so many days, and expired tokens. It is recorded in the audit chain."""
    before = limits(now, feedback_days, audit_days)
    trail = store.trail
    removed = _repeat(store, lambda connection: forget_tokens(connection, before.tokens))
    removed.add(_repeat(store, lambda connection: forget_feedback(connection, trail, now, before.feedback)))
    removed.add(_repeat(store, lambda connection: forget_audit(connection, trail, now, before.audit)))
    return removed


def _repeat(store: Store, step: Callable[[Connection], Removed]) -> Removed:
    """Step by step until nothing is left to remove; between two steps everybody else has their turn."""
    total = Removed()
    tries = 0
    while True:
        try:
            with store.writing() as connection:
                removed = step(connection)
        except StoreDown:
            tries += 1
            if tries == TRIES:
                raise
            time.sleep(PAUSE)
            continue
        if not removed.counts():
            return total
        total.add(removed)
        tries = 0
        time.sleep(PAUSE)


def forget_tokens(connection: Connection, before: int) -> Removed:
    """One step: tokens that expired before a time."""
    key = (seen_token.c.issuer, seen_token.c.token_id)
    old = select(*key).where(seen_token.c.expires < before).limit(ROWS)
    return Removed(tokens=connection.execute(delete(seen_token).where(tuple_(*key).in_(old))).rowcount)


def forget_feedback(connection: Connection, trail: Trail, now: datetime, before: str) -> Removed:
    """One step: feedback that was received before a time, and cards shown before it that no feedback is left to."""
    removed = Removed(feedback=_oldest(connection, feedback_event, "key", feedback_event.c.received_at < before))
    answered = exists().where(feedback_event.c.card == shown_card.c.uuid)
    removed.cards = _oldest(connection, shown_card, "uuid", (shown_card.c.shown_at < before) & ~answered)
    _say(connection, trail, None, removed, now, before)
    return removed


def _oldest(connection: Connection, table: Table, key: str, which: Any) -> int:
    old = select(table.c[key]).where(which).limit(ROWS)
    return connection.execute(delete(table).where(table.c[key].in_(old))).rowcount


def forget_audit(connection: Connection, trail: Trail, now: datetime, before: str) -> Removed:
    """One step: the first rows of the chain, as far as all of them were written before a time."""
    trail.lock(connection.connection.cursor())
    columns = (audit_event.c.seq, audit_event.c.at, audit_event.c.hash)
    first = connection.execute(select(*columns).order_by(audit_event.c.seq).limit(ROWS)).all()
    kept = next((at for at, row in enumerate(first) if row.at >= before), len(first))
    if not kept:
        return Removed()
    last = first[kept - 1]
    charts = connection.execute(delete(audit_chart).where(audit_chart.c.seq <= last.seq)).rowcount
    removed = Removed(audit=kept, charts=charts)
    _say(connection, trail, Mark(last.seq, last.hash), removed, now, before)
    connection.execute(delete(audit_event).where(audit_event.c.seq <= last.seq))
    return removed


def clients_of(store: Store, patient: str) -> list[str]:
    """The clients under which anything is kept of a patient of this id."""
    cards = select(shown_card.c.client).where(shown_card.c.patient == patient)
    audit = select(audit_event.c.client).where(audit_event.c.patient == patient, audit_event.c.kind != "purge")
    with store.reading() as connection:
        return sorted(connection.scalars(cards.union(audit)))


def forget_patient(store: Store, now: datetime, client: str, patient: str) -> Removed:
    """Charts, cards, and the words in the feedback on them, of one client's patient.

    What stays are the audit records: that advice was given on this patient, to whom, on which results. The law asks to
    keep that for years, it is the patient's own means to find out who looked, and a record taken out of a chain could
    not be told from one that somebody hid. Feedback stays as a count, without words and without the card.
    """
    mine = select(shown_card.c.uuid).where(shown_card.c.client == client, shown_card.c.patient == patient)
    events = select(audit_event.c.seq).where(audit_event.c.client == client, audit_event.c.patient == patient)
    told = (feedback_event.c.card.in_(mine)) & (feedback_event.c.comment != "")
    charts = delete(audit_chart).where(audit_chart.c.seq.in_(events))
    comments = update(feedback_event).where(told).values(comment="", comment_cut=False)
    cards = delete(shown_card).where(shown_card.c.uuid.in_(mine))
    with store.writing() as connection:
        removed = Removed(
            charts=connection.execute(charts).rowcount,
            comments=connection.execute(comments).rowcount,
            cards=connection.execute(cards).rowcount,
        )
        record = purged(None, removed.counts(), now, client, patient, why="patient")
        store.trail.append(connection.connection.cursor(), [record])
    return removed


def _say(
    connection: Connection, trail: Trail, last: Mark | None, removed: Removed, now: datetime, before: str
) -> None:
    if counts := removed.counts():
        record = purged(last, counts, now, why="age", before=before)
        trail.append(connection.connection.cursor(), [record])
