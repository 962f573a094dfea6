"""What we were told about one patient, each item with the time and the place it came from.

Nothing here judges. A value that cannot be used is an `Unusable` with its reason; it is never dropped in
silence and never replaced by a number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from cds.record import record

WRITTEN_IN_UTC = ("Z", "+00:00")
LEAP_SECOND = "60"
KINDS = frozenset({"labs", "vitals", "conditions", "procedures", "medications", "administrations"})
"""The kinds of record that may have been read, or not. A kind that was read and is empty is an answer."""


@record
class Moment:
    """A point in time as charted: `at` in UTC; for a date without a time the start of that day (UTC)."""

    at: datetime
    written: str
    day_only: bool = False

    @property
    def day(self) -> date:
        """The calendar date as written in the resource, whatever its offset."""
        return date.fromisoformat(self.written[:10])

    def __str__(self) -> str:
        """ISO 8601: the date as written, or the instant in UTC."""
        if self.day_only:
            return self.written[:10]
        if self.written[19:] in WRITTEN_IN_UTC and self.written[17:19] != LEAP_SECOND:
            return self.written[:19] + "Z"
        return self.at.isoformat(timespec="seconds")[:19] + "Z"


@record
class Original:
    """A number as it was charted, before conversion."""

    value: Decimal
    unit: str
    code: str
    comparator: str = ""


@record
class Result:
    """One usable number of one analyte (`cds.labs`), in that analyte's canonical unit.

    `comparator` is "", "<", "<=", ">" or ">=". `upper_limit` is the laboratory's own upper limit of normal in
    the canonical unit. `flags` are reasons that stay visible with the value (`cds.reasons`);
    `newer` the reasons of results that are newer, of the same time or undated, and could not be used.
    """

    name: str
    value: Decimal
    unit: str
    when: Moment
    source: str
    original: Original
    comparator: str = ""
    upper_limit: Decimal | None = None
    performer: str = ""
    corrected: bool = False
    preference: int = 0
    flags: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()


@record
class Unusable:
    """A result of a known analyte or answer that must not be used, and why. `when` is None if undated."""

    name: str
    reason: str
    source: str
    when: Moment | None = None


@record
class Answer:
    """A coded finding with a date: a test that is positive, a grade, a stage (`cds.codes.ANSWERS`)."""

    name: str
    value: str | int
    when: Moment
    source: str


EventStatus = Literal["active", "past", "provisional"]


@record
class Event:
    """A condition, procedure, medicine or imaging study of one concept (`cds.codes.CONCEPTS`).

    `status`: "active" (also: completed, for a procedure or a study), "past" (inactive, remission, resolved,
    stopped), "provisional" (unconfirmed). Refuted and erroneous records never become events.
    `severity` is "mild", "moderate", "severe" or "". `restricted` content is never named to the user.
    """

    concept: str
    status: EventStatus
    source: str
    onset: Moment | None = None
    end: Moment | None = None
    severity: str = ""
    code: str = ""
    restricted: bool = False

    @property
    def last(self) -> Moment | None:
        """The end if it is known, else the onset."""
        return self.end or self.onset


@record
class Administration:
    """One recorded administration of an MSC product that anchors follow-up; `end` is its last moment."""

    source: str
    start: Moment
    end: Moment
    product: str


@record
class AdverseEvent:
    """Something untoward that a record says happened to the patient; whether anything caused it is not said.

    `event` is a name of ours (`cds.adverse.EVENTS`), "" for a code without one. `grade` is the CTCAE grade 1 to 5.
    `severity`, `outcome` and `serious` are as recorded, "" or None where they are not. `suspects` are references to
    the administrations that the record suspects.
    """

    source: str
    event: str = ""
    when: Moment | None = None
    resolved: Moment | None = None
    grade: int | None = None
    severity: str = ""
    outcome: str = ""
    serious: bool | None = None
    suspects: tuple[str, ...] = ()
    restricted: bool = False


@record
class Person:
    """Who the patient is, as far as a formula needs it.

    `born_first` and `born_last` bound the birth date (equal when it is known to the day; both None when it is
    unknown). `sexes` are (source, "female" | "male" | "unknown") in order of precedence.
    """

    born_first: date | None = None
    born_last: date | None = None
    sexes: tuple[tuple[str, str], ...] = ()
    deceased: bool = False


@record
class Chart:
    """All that was read of one patient's record, seen from the clinical clock `now` (UTC).

    `results` are newest first, `unusable` too with the undated ones last. `read` names the kinds (`KINDS`)
    that could be read: what is not in it is unknown, never absent.
    """

    patient: str
    now: datetime
    person: Person = Person()
    results: Mapping[str, Sequence[Result]] = field(default_factory=dict)
    unusable: Mapping[str, Sequence[Unusable]] = field(default_factory=dict)
    answers: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    events: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)
    administrations: tuple[Administration, ...] = ()
    adverse_events: tuple[AdverseEvent, ...] = ()
    read: frozenset[str] = KINDS
