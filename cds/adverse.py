"""Adverse events recorded after an administration: which are shown, and in what words.

A record says what happened and when. That one thing came after another is said; that it came from it never is.
"""

from collections.abc import Sequence
from datetime import timedelta

from cds.chart import Administration, AdverseEvent, Moment
from cds.codes import SNOMED
from cds.sources import HEPAR_RULE, SOURCE_ARTICLE
from cds.trend import first_of_course
from cds.views import Records
from cds.words import at, counted, sentence

NAME = "adverse_events"
SOURCES = (SOURCE_ARTICLE, HEPAR_RULE)

EVENTS = {
    (SNOMED, "386661006"): "fever",
    (SNOMED, "43724002"): "chill",
    (SNOMED, "38880002"): "rigor",
    (SNOMED, "274640006"): "fever with chills",
    (SNOMED, "422587007"): "nausea",
    (SNOMED, "421961002"): "hypersensitivity reaction",
    (SNOMED, "39579001"): "anaphylaxis",
    (SNOMED, "59282003"): "pulmonary embolism",
    (SNOMED, "17920008"): "portal vein thrombosis",
}
"""The events that have a name here, by code."""

THESAURUS = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"
GRADES = {
    (THESAURUS, code): grade for grade, code in enumerate(("C41338", "C41339", "C41340", "C41337", "C48275"), 1)
}
"""CTCAE version 5, as codes of the NCI Thesaurus."""

SEVERITIES = {"mild": "mild", "moderate": "moderate", "severe": "severe"}
SERIOUSNESS = {"Serious": True, "Non-serious": False}
OUTCOMES = {
    "resolved": "resolved",
    "recovering": "recovering",
    "ongoing": "ongoing",
    "resolvedWithSequelae": "resolved with sequelae",
    "fatal": "fatal",
}
"""Outcomes as FHIR codes them -> in words; "unknown" is as good as none."""
OPEN = frozenset({"recovering", "ongoing"})

NOT_SHOWN = "not shown"
"""In place of what a restricted record holds."""

HOURS_UP_TO = timedelta(hours=48)
"""A longer event is told in days."""


def after_course(records: Records, events: Sequence[AdverseEvent]) -> tuple[AdverseEvent, ...]:
    """The events to show, oldest first, undated ones last: from the first administration of the course on.

    An event that names an administration as suspected is shown whenever it was; one without a date too. Of a
    restricted record nothing is left but that it exists.
    """
    first = first_of_course(records)
    if first is None:
        return ()
    shown = [each for each in events if linked(records, each) or each.when is None or _since(each.when, first)]
    ordered = sorted(shown, key=lambda each: (each.when is None, each.when.at if each.when else first.start.at))
    return tuple(AdverseEvent("", restricted=True) if each.restricted else each for each in ordered)


def _since(when: Moment, first: Administration) -> bool:
    if when.day_only or first.start.day_only:
        return when.day >= first.start.day
    return when.at >= first.start.at


def linked(records: Records, event: AdverseEvent) -> bool:
    """Whether the record names one of the administrations as suspected."""
    return any(each.source in event.suspects for each in records.administrations)


def named(event: AdverseEvent) -> str:
    """What happened, in our words; a restricted record is not told."""
    if event.restricted:
        return "an event whose record is restricted"
    return event.event or "an event that is coded otherwise"


def begun(event: AdverseEvent) -> str:
    """When it began, in UTC."""
    return NOT_SHOWN if event.restricted else at(event.when) if event.when else "undated"


def graded(event: AdverseEvent) -> str:
    """As in "CTCAE grade 1"; without a grade the recorded severity, if there is one."""
    if event.restricted:
        return NOT_SHOWN
    if event.grade is not None:
        return f"CTCAE grade {event.grade}"
    return f"grade not recorded{f', severity {event.severity}' if event.severity else ''}"


def course(event: AdverseEvent) -> str:
    """Whether it is over, and after how long: "resolved after 10 h"; what is not recorded is said."""
    if event.restricted:
        return NOT_SHOWN
    if event.resolved is None:
        if event.outcome.startswith("resolved"):
            return f"{event.outcome}, when is not recorded"
        return event.outcome or "whether it has resolved is not recorded"
    if event.outcome in OPEN:
        return f"recorded as {event.outcome} and as resolved, see the record"
    over = "fatal, ended" if event.outcome == "fatal" else event.outcome or "resolved"
    if event.when is None:
        return f"{over} on {at(event.resolved)}, its beginning is not recorded"
    lasted = duration(event)
    return f"{over} {lasted}" if lasted else f"{over}, its end is recorded before its beginning, see the record"


def duration(event: AdverseEvent) -> str:
    """As in "after 10 h", "on the same day" or "after 3 days"; "" where it is not known or contradicts itself."""
    if event.when is None or event.resolved is None:
        return ""
    days = (event.resolved.day - event.when.day).days
    if event.when.day_only or event.resolved.day_only:
        return "" if days < 0 else f"after {counted(days, 'day')}" if days else "on the same day"
    lasted = event.resolved.at - event.when.at
    minutes = round(lasted / timedelta(minutes=1))
    if minutes < 0:
        return ""
    if minutes < 60:
        return f"after {minutes} min"
    if lasted <= HOURS_UP_TO:
        return f"after {round(lasted / timedelta(hours=1))} h"
    return f"after {counted(round(lasted / timedelta(days=1)), 'day')}"


def seriousness(event: AdverseEvent) -> str:
    """As recorded."""
    if event.restricted:
        return NOT_SHOWN
    return "not recorded" if event.serious is None else "serious" if event.serious else "not serious"


def described(event: AdverseEvent) -> str:
    """One sentence, as in "Fever, CTCAE grade 1, 2026-03-01 12:00, resolved after 10 h"."""
    if event.restricted:
        return "An adverse event whose record is restricted; its content is not shown here."
    return sentence(", ".join((named(event), graded(event), begun(event), course(event))))
