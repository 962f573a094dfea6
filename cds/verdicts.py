"""Verdicts that many rules share: charted, unconfirmed, in the past, not read. Each is None when it does not apply."""

from datetime import timedelta

from cds.chart import Event, Result
from cds.knowledge import Verdict, no, unknown, yes
from cds.views import Problem, within
from cds.words import NOT_READ, RESTRICTED, charted, joined, measured, sentence, sources

PROPER = ("West Haven",)
"""Names that concepts begin with."""


def lower(title: str) -> str:
    """A concept's title inside a sentence: lower case at the start, abbreviations as they are."""
    first = title.partition(" ")[0]
    kept = first[1:] != first[1:].lower() or title.startswith(PROPER)
    return title if kept else title[:1].lower() + title[1:]


def active(*problems: Problem) -> Verdict | None:
    """Yes when one of them is active and confirmed."""
    for problem in problems:
        if problem.active:
            return yes(charted(problem.title, problem.active), *sources(problem.active))
    return None


def unread(*problems: Problem) -> Verdict | None:
    """Unknown when the records that would hold one of them were not read."""
    titles = [lower(problem.title) for problem in problems if not problem.read]
    if not titles:
        return None
    return unknown(sentence(f"records of {joined(titles, 'or')} {NOT_READ}"))


def unconfirmed(*problems: Problem) -> Verdict | None:
    """Unknown when one of them is charted as provisional."""
    for problem in problems:
        if problem.provisional:
            return open_about(problem, problem.provisional, "charted but not confirmed")
    return None


def in_the_past(*problems: Problem, note: str) -> Verdict | None:
    """Unknown when one of them is charted as inactive, in remission or resolved; `note` says what to ask."""
    for problem in problems:
        if problem.past:
            return open_about(problem, problem.past, f"charted as past; {note}")
    return None


def undated(*problems: Problem) -> Verdict | None:
    """Unknown when one of them is active without an onset: whether it is recent cannot be said."""
    for problem in problems:
        events = tuple(event for event in problem.active if event.onset is None)
        if events:
            return open_about(problem, events, "charted without its onset")
    return None


def reaching(result: Result, reached: bool | None, limit: str) -> Verdict:
    """Yes when the result reaches `limit` (in words), no when it does not, unknown when a comparator leaves it open."""
    if reached is None:
        return unknown(sentence(f"{measured(result)} does not say whether it reaches {limit}"), result.source)
    if reached:
        return yes(sentence(f"{measured(result)} reaches {limit}"), result.source)
    return no(sentence(f"{measured(result)} is below {limit}"), result.source)


def open_about(problem: Problem, events: tuple[Event, ...], says: str) -> Verdict:
    """Unknown, naming the problem unless its records are restricted."""
    if all(event.restricted for event in events):
        return unknown(RESTRICTED)
    return unknown(sentence(f"{problem.title}: {says}"), *sources(events))


def lasting_into(problem: Problem, age: timedelta) -> tuple[Event, ...]:
    """Confirmed events, active or past, whose last known moment is no older than `age`."""
    return tuple(event for event in problem.active + problem.past if within(problem.now, event.last, age))


def starting_within(problem: Problem, age: timedelta) -> tuple[Event, ...]:
    """Confirmed events, active or past, whose onset is no older than `age`."""
    return tuple(event for event in problem.active + problem.past if within(problem.now, event.onset, age))
