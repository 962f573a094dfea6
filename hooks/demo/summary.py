"""What the page shows of a chart, read as the service reads it: the person, records, results and scores."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from cds import adverse
from cds.assess import assess
from cds.assessment import Assessment
from cds.chart import KINDS, Chart, Event, Moment
from cds.codes import ANSWERS, CONCEPTS
from cds.fhir.shapes import part, parts, source_of, text
from cds.labs import LABS
from cds.reasons import describe
from cds.tables import band, shown_scores
from cds.words import at, quantity
from hooks.demo import over_time
from hooks.demo.case import Case, records
from hooks.settings import CLOCK_VARIABLE

Json = dict[str, Any]
Row = dict[str, Any]

SHOWN = ("meld-3.0", "meld-na", "meld", "child-pugh", "albi", "fib-4", "aclf-grade")
LISTED = {
    "Condition": ("Problems", "code"),
    "Procedure": ("Procedures", "code"),
    "MedicationRequest": ("Medicines", "medicationCodeableConcept"),
    "MedicationStatement": ("Medicines", "medicationCodeableConcept"),
}
"""Type of record -> the list in which it stands, and the member that says what it is."""
NEAR = timedelta(days=30)
"""How far the newest result may be from the clock before the page says how to move that."""


def of(case: Case, chart: Chart) -> Json:
    """Everything for the middle of the page."""
    plot = over_time.plot(chart)
    found = assess(chart)
    return {
        "case": case,
        "person": _person(chart),
        "scores": scores(found),
        "doubt": "" if found.liver_disease == "yes" else found.liver_disease_because,
        "lists": _lists(case, chart),
        "results": list(_results(chart)),
        "unused": list(_unused(chart)),
        "clock": _clock(chart),
        "answers": [
            {"what": ANSWERS[name].title, "value": str(found[0].value), "when": at(found[0].when)[:10]}
            for name, found in chart.answers.items()
        ],
        "not_read": sorted(KINDS - chart.read),
        "plot": plot,
        "rows": over_time.rows(plot),
    }


def scores(found: Assessment) -> list[Row]:
    """The scores that hepatologists ask for first: title, value or range, band, and every reason in words.

    `shown` are those that the cards show for this chart, such as Child-Pugh where there may be cirrhosis.
    """
    meant = {one.id for one in shown_scores(found)}
    return [
        {
            "shown": one.id in meant and one.status != "not-applicable",
            "title": one.title.partition(" (")[0],
            "value": over_time.bounds(one),
            "status": one.status,
            "band": band(one.band) if one.band else "",
            "why": over_time.why(one),
        }
        for one in map(found.score, SHOWN)
    ]


def _person(chart: Chart) -> Json:
    sex = next((sex for _, sex in chart.person.sexes), "not recorded")
    born, last = chart.person.born_first, chart.person.born_last
    known = born is not None and born == last
    return {
        "sex": sex,
        "born": str(born or "not recorded") if known or born is None else f"{born} to {last}",
        "age": _age(born, chart.now.date()) if born and known and born <= chart.now.date() else "",
        "deceased": chart.person.deceased,
    }


def _age(born: date, today: date) -> str:
    return f"{today.year - born.year - ((today.month, today.day) < (born.month, born.day))} years"


def _lists(case: Case, chart: Chart) -> list[Json]:
    """Records as charted, those first that a rule reads; then administrations and what came after them."""
    meant: dict[str, list[Event]] = {}
    for events in chart.events.values():
        for event in events:
            meant.setdefault(event.source, []).append(event)
    found: dict[str, list[Row]] = {title: [] for title, _ in LISTED.values()}
    for resource in records(case.prefetch):
        if resource["resourceType"] in LISTED:
            title, member = LISTED[resource["resourceType"]]
            found[title].append(_record(resource, member, meant.get(source_of(resource), [])))
    given: list[Row] = [
        {"what": "Investigational MSC product", "status": "given", "when": at(each.start), "read": True}
        for each in reversed(chart.administrations)
    ]
    after: list[Row] = [
        {"what": adverse.named(each), "status": adverse.graded(each), "when": str(each.when or "")[:10], "read": True}
        for each in chart.adverse_events
    ]
    found |= {title: rows for title, rows in (("MSC administrations", given), ("Adverse events", after)) if rows}
    return [{"title": title, "rows": sorted(rows, key=lambda row: not row["read"])} for title, rows in found.items()]


def _record(resource: Mapping[str, Any], member: str, events: list[Event]) -> Row:
    """One record: as it names itself, else as the rules understand it."""
    concept = part(resource, member)
    displays = [text(coding, "display") for coding in parts(concept, "coding")]
    codes = [text(coding, "code") for coding in parts(concept, "coding")]
    titles = ", ".join(dict.fromkeys(CONCEPTS[event.concept].title for event in events))
    said = text(concept, "text") or next(filter(None, displays), "") or titles or ", ".join(filter(None, codes))
    onset = next((at(event.onset)[:10] for event in events if event.onset), "")
    status = text(resource, "status") or (events[0].status if events else "")
    return {"what": said or "not named", "status": status, "when": onset, "read": bool(events)}


def _clock(chart: Chart) -> Json:
    """The time from which the chart is seen; where all its results are long before or after, also how to move it."""
    moments: list[Moment | None] = [each.when for name in LABS for each in chart.results.get(name, ())]
    moments += [each.when for name in LABS for each in chart.unusable.get(name, ())]
    newest = _newest(moments)
    shown = {"now": f"{chart.now:%Y-%m-%d %H:%M}", "newest": at(newest) if newest else "", "move": ""}
    if newest and abs(chart.now - newest.at) > NEAR:
        then = newest.at + timedelta(hours=24 if newest.day_only else 1)
        shown["move"] = f"{CLOCK_VARIABLE}={then:%Y-%m-%dT%H:%M:%SZ}"
    return shown


def _newest(moments: Iterable[Moment | None]) -> Moment | None:
    return max((when for when in moments if when), key=lambda when: when.at, default=None)


def _unused(chart: Chart) -> Iterator[Row]:
    """Results that the service must not use: of each analyte and reason how many, and the newest."""
    for name in LABS:
        why: dict[str, list[Moment | None]] = {}
        for bad in chart.unusable.get(name, ()):
            why.setdefault(bad.reason, []).append(bad.when)
        for reason, moments in why.items():
            newest = _newest(moments)
            yield {
                "what": over_time.titled(name),
                "why": describe(reason).says,
                "count": len(moments),
                "newest": at(newest) if newest else "undated",
            }


def _results(chart: Chart) -> Iterator[Row]:
    """The newest result of each analyte as it was charted, and the way to it."""
    for name in LABS:
        results = chart.results.get(name)
        if not results:
            continue
        newest = results[0]
        charted, limit = newest.original, newest.upper_limit
        yield {
            "what": over_time.titled(name),
            "value": quantity(charted.value, charted.unit, newest.comparator),
            "high": quantity(limit, newest.unit) if limit is not None and newest.value > limit else "",
            "when": at(newest.when),
            "spark": over_time.spark(results),
        }
