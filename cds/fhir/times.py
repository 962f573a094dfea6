"""FHIR dates and times: an instant, a day, or not exact enough."""

import calendar
from datetime import UTC, date, datetime, timedelta

from cds.chart import Moment

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def moment(written: object) -> Moment | None:
    """The day or instant that a dateTime or instant names; None for a year, a month, or what is no time.

    A time without an offset is taken as UTC: `is_local` tells which. 24:00 is no time in FHIR; a leap second counts
    as the one before.
    """
    if not isinstance(written, str) or len(written) < 10 or written[4] != "-" or written[7] != "-":
        return None
    try:
        if len(written) == 10:
            day = date.fromisoformat(written)
            return Moment(datetime(day.year, day.month, day.day, tzinfo=UTC), written, day_only=True)
        if written[10] != "T" or written[11:13] == "24":
            return None
        exact = f"{written[:17]}59{written[19:]}" if written[16:19] == ":60" else written
        at = datetime.fromisoformat(exact)
        if at.tzinfo is None:
            return Moment(at.replace(tzinfo=UTC), written)
        return Moment(at if at.tzinfo is UTC else at.astimezone(UTC), written)
    except (ValueError, OverflowError):
        return None


def is_local(when: Moment) -> bool:
    """Whether a time was written without its offset, which FHIR asks for: it may be off by half a day."""
    written = when.written
    return not (when.day_only or "Z" in written or "+" in written or "-" in written[11:])


def bounds(written: object) -> tuple[date, date] | None:
    """The first and the last day that a date may mean: a year, a month or a day (of a dateTime, its day)."""
    if not isinstance(written, str) or not written.isascii():
        return None
    try:
        match len(written):
            case 4:
                return date(int(written), 1, 1), date(int(written), 12, 31)
            case 7 if written[4] == "-":
                year, month = int(written[:4]), int(written[5:])
                return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
            case _:
                known = moment(written)
                return (known.day, known.day) if known else None
    except (ValueError, calendar.IllegalMonthError):
        return None


def event_moment(written: object, now: datetime) -> Moment | None:
    """When something happened; of a month or a year that is over its last day, of one that is not, None.

    So an event is never taken for older than it is.
    """
    known = moment(written)
    if known is not None:
        return known
    span = bounds(written)
    if span is None or span[1] >= now.date():
        return None
    last = span[1]
    return Moment(datetime(last.year, last.month, last.day, tzinfo=UTC), last.isoformat(), day_only=True)


def is_future(when: Moment, now: datetime) -> bool:
    """Whether a result is dated more than an hour after the clinical clock; a day counts from its start."""
    return when.at - now > HOUR


def is_yet_to_come(when: Moment, now: datetime) -> bool:
    """The same for an event: its day may already have begun elsewhere on earth."""
    return when.at - now > (HOUR + 14 * HOUR if when.day_only else HOUR)
