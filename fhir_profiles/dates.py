"""The span of time that a date or time of FHIR stands for, to tell which of two is earlier."""

from datetime import UTC, datetime, timedelta

_ANYWHERE = timedelta(hours=14)
"""A date without a zone begins somewhere on earth so much earlier than in UTC, and ends so much later."""


def span(value: str) -> tuple[datetime, datetime] | None:
    """The first and the last moment that a valid date, dateTime or instant may mean; None where it cannot be told."""
    try:
        if "T" in value:
            moment = datetime.fromisoformat(value).astimezone(UTC)
            return moment, moment
        year, month, day = (*map(int, value.split("-")), 0, 0)[:3]
        first = datetime(year, month or 1, day or 1, tzinfo=UTC)
        if day:
            after = first + timedelta(days=1)
        elif month:
            after = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        else:
            after = datetime(year + 1, 1, 1, tzinfo=UTC)
        return first - _ANYWHERE, after + _ANYWHERE
    except (ValueError, OverflowError):
        return None


def surely_later(value: str, other: str) -> bool:
    """Whether a date or time is later than another one, however exactly both are given."""
    if len(value) == len(other) and "T" not in value:
        return value > other
    left, right = span(value), span(other)
    return left is not None and right is not None and left[0] > right[1]


def unordered(value: str, other: str) -> bool:
    """Whether one is given less exactly than the other, and both may mean the same day: nothing says which is first."""
    day, other_day = value[:10], other[:10]
    alike = len(day) == len(other_day) and ("T" in value) == ("T" in other)
    return not alike and (day.startswith(other_day) or other_day.startswith(day))
