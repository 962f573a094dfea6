"""Which advice is held back because it was given before: a decision without clock, store or request.

Advice is the same when its fingerprint is (`cds.fingerprint`); the memory is that of one client, patient and service.

* What was shown is not shown again for `repeat_after_days`. Overriding it with a reason snoozes it for the length that
  the reason has (`hooks.overriding`), counted from the override. Overriding without a reason changes nothing.
* Every hold ends: at its date, or as soon as the fingerprint differs from that of the card shown last.
* A finding that says that data cannot be trusted, or that something could not be computed, is never held longer than
  `repeat_after_days`, whatever the reason it was overridden with.
* The prompt to think of transplant evaluation stands before any word on investigational products. Where the finding
  that carries it is held back, what stands behind it is held back too, until the same moment: it is not shown without
  the prompt, and it does not bring back a prompt that a clinician has put off. The prompt alone may be shown.
* Where nothing is remembered, or what is remembered lies in the future, the finding is shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cds.findings import Finding
from hooks.overriding import LONGEST, reason_for

AHEAD = timedelta(minutes=5)
"""How far the clocks of two machines may differ."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A card that was shown, with the latest answer to it that counts, if any (`outcome` "" without one)."""

    card: str
    rule: str
    fingerprint: str
    shown_at: datetime
    outcome: str = ""
    reason: str = ""
    outcome_at: datetime | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """Advice that is not shown: the rule, why, until when at the latest, and the card that said it last."""

    rule: str
    why: Literal["repeated", "snoozed"]
    until: datetime
    fingerprint: str
    card: str


def reach(repeat_after_days: int) -> timedelta:
    """How far back a card can matter."""
    return max(timedelta(days=repeat_after_days), LONGEST)


def held_back(
    findings: Sequence[Finding],
    fingerprints: Sequence[str],
    memory: Iterable[Remembered],
    repeat_after_days: int,
    now: datetime,
) -> tuple[Held | None, ...]:
    """For each finding whether it is held back at `now`; with `repeat_after_days` 0 none is."""
    if repeat_after_days == 0:
        return (None,) * len(findings)
    period = timedelta(days=repeat_after_days)
    last = _last_shown(memory, now)
    found: list[Held | None] = []
    leader: Held | None = None
    for finding, fingerprint in zip(findings, fingerprints, strict=True):
        same = next((each for each in last.get(finding.topic, ()) if each.fingerprint == fingerprint), None)
        held = _held(same, finding, period, now) if same else None
        if leader is not None and (held is None or held.until < leader.until):
            held = Held(finding.topic, leader.why, leader.until, fingerprint, held.card if held else "")
        if finding.leads and held is not None:
            leader = held
        found.append(held)
    return tuple(found)


def _last_shown(memory: Iterable[Remembered], now: datetime) -> dict[str, list[Remembered]]:
    """Rule -> the card shown last; several only where they were shown at the same moment."""
    last: dict[str, list[Remembered]] = {}
    for each in memory:
        known = last.setdefault(each.rule, [])
        if each.shown_at > now + AHEAD or (known and each.shown_at < known[0].shown_at):
            continue
        if known and each.shown_at > known[0].shown_at:
            known.clear()
        known.append(each)
    return last


def _held(same: Remembered, finding: Finding, period: timedelta, now: datetime) -> Held | None:
    why: Literal["repeated", "snoozed"] = "repeated"
    until = same.shown_at + period
    if same.outcome == "overridden" and same.reason and same.outcome_at and same.received_at:
        reason = reason_for(same.reason)
        # By the clocks of others the override may have been before the card, or may still be to come.
        told = max(same.shown_at, min(same.outcome_at, same.received_at, now))
        snoozed = told + reason.length
        if snoozed < until if reason.sooner else (snoozed > until and not finding.doubt):
            why, until = "snoozed", snoozed
    return Held(finding.topic, why, until, same.fingerprint, same.card) if now < until else None
