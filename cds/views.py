"""What a rule sees when it asks by name: an analyte, a coded answer, a problem. Each knows whether it was read."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cds.chart import Administration, Answer, Event, Moment, Result, Unusable
from cds.record import record

CONFLICT = "CONFLICTING_RESULTS"


def within(now: datetime, when: Moment | None, age: timedelta) -> bool:
    """Whether `when` is known and no older than `age` at `now`; later than `now` counts as within."""
    return when is not None and now - when.at <= age


@record
class Lab:
    """One analyte: usable results newest first; where there is none, what could not be used."""

    name: str
    now: datetime
    results: Sequence[Result] = ()
    unusable: Sequence[Unusable] = ()
    read: bool = True

    def newest(self, age: timedelta | None = None) -> Result | None:
        """The newest usable result; None if there is none, if it is older than `age`, or if newer ones disagree."""
        if not self.results:
            return None
        newest = self.results[0]
        if CONFLICT in newest.newer or (age is not None and not within(self.now, newest.when, age)):
            return None
        return newest


@record
class Answers:
    """One coded test or grade: newest first."""

    name: str
    now: datetime
    answers: tuple[Answer, ...] = ()
    read: bool = True

    def newest(self, age: timedelta | None = None) -> Answer | None:
        """The newest answer, or None if there is none or it is older than `age`."""
        if self.answers and (age is None or within(self.now, self.answers[0].when, age)):
            return self.answers[0]
        return None


@record
class Problem:
    """One concept of `cds.codes`: its events, and whether the kind of record that holds them was read."""

    concept: str
    title: str
    now: datetime
    events: tuple[Event, ...] = ()
    read: bool = True

    @property
    def active(self) -> tuple[Event, ...]:
        """Active (or completed) and confirmed."""
        return self.events and tuple(event for event in self.events if event.status == "active")

    @property
    def provisional(self) -> tuple[Event, ...]:
        """Unconfirmed: never proves and never rules out."""
        return self.events and tuple(event for event in self.events if event.status == "provisional")

    @property
    def past(self) -> tuple[Event, ...]:
        """Inactive, in remission or resolved."""
        return self.events and tuple(event for event in self.events if event.status == "past")

    def within(self, age: timedelta, *, undated: bool = False) -> tuple[Event, ...]:
        """Active events whose onset is no older than `age`; with `undated` also those without a date."""
        return tuple(
            event for event in self.active if within(self.now, event.onset, age) or (undated and event.onset is None)
        )


@record
class Records:
    """The administrations of MSC products, oldest first, and the records of some that could not be used."""

    administrations: tuple[Administration, ...] = ()
    read: bool = True
    unusable: Sequence[Unusable] = ()


@record
class Fact:
    """What is known beyond single results: sex, age, dialysis, ascites, and so on (`cds.facts`).

    `candidates`: none = unknown and not bounded; one = known; several = the values between which it lies.
    `name` is the input name that the user sees; `shown` the value to show where it is not the candidate.
    `result`: the laboratory result that it is made of; it is as old as that, and as doubtful.
    """

    name: str
    candidates: tuple[float, ...] = ()
    reasons: tuple[str, ...] = ()
    because: str = ""
    evidence: tuple[str, ...] = ()
    unit: str = ""
    shown: float | str | None = None
    when: Moment | None = None
    result: Result | None = None

    @property
    def known(self) -> bool:
        """Whether exactly one value is possible."""
        return len(self.candidates) == 1

    def certainly(self, value: float) -> bool:
        """Whether `value` is the only candidate."""
        return self.candidates == (value,)
