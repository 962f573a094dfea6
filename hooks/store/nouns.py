"""What is kept and what is told of it: cards, answers to them, spent tokens."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card as it was given out. Times are ISO 8601 in UTC; `suggestions` are their ids.

    `fingerprint` is the same for two cards that give the same advice.
    """

    uuid: str
    client: str
    service: str
    rule: str
    hook_instance: str
    shown_at: str
    suggestions: tuple[str, ...] = ()
    hook: str = ""
    patient: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class FeedbackEvent:
    """One answer to one card. `key` makes it countable once; `quarantined` is "" or why it does not count."""

    key: str
    client: str
    service: str
    card: str
    outcome: str
    outcome_at: str
    received_at: str
    suggestions: tuple[str, ...] = ()
    reason_system: str = ""
    reason_code: str = ""
    comment: str = ""
    comment_cut: bool = False
    quarantined: str = ""


@dataclass(frozen=True, slots=True)
class Spent:
    """Whether a token was seen for the first time, and how many its client spent within the last minute.

    Of those beyond its limit only the present one is counted.
    """

    first: bool
    recent: int


def instant(moment: datetime) -> str:
    """A time as it is stored: sorts as it runs."""
    return moment.isoformat(timespec="milliseconds")
