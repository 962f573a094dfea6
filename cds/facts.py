"""What is known of a patient beyond single results: age, sex, dialysis, ascites, encephalopathy, medicines, gates.

Each fact says what it rests on. Silence counts only where it is stated: procedures that were read and hold no
dialysis mean no dialysis; everything else that is not charted is unknown.
"""

from datetime import date, datetime, timedelta

from cds.ask import Ask
from cds.chart import Answer, Event, Person
from cds.comparing import at_least
from cds.knowledge import DAY, MONTHS_12, fact
from cds.reasons import missing
from cds.views import Fact

ASSESSED_WITHIN = 30 * DAY
DIALYSIS_LOOK_BACK = 7 * DAY


def completed_years(born: date, on: date) -> int:
    """Age in completed years; someone born on 29 February has the birthday on 1 March of common years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def ages(person: Person, now: datetime) -> tuple[int, ...]:
    """The least and the greatest possible age in years, one number if they agree, none if unknown or impossible."""
    if person.born_first is None or person.born_last is None:
        return ()
    least, most = (completed_years(born, now.date()) for born in (person.born_last, person.born_first))
    if most < 0 or least >= 125:
        return ()
    return tuple(dict.fromkeys((max(least, 0), most)))


@fact
def age(ask: Ask) -> Fact:
    """Age in years at the clinical clock; two candidates when the birth date is known to the year or month."""
    found = ages(ask.chart.person, ask.chart.now)
    reasons = () if len(found) == 1 else ("AGE_UNKNOWN",)
    return Fact("age", found, reasons, "birth date", (ask.chart.patient,), unit="a")


def _by_age(ask: Ask, name: str, first: int, end: int) -> Fact:
    """Whether first <= age < end; unknown when the possible ages do not agree."""
    found = ages(ask.chart.person, ask.chart.now)
    answers = {first <= years < end for years in found}
    if len(answers) != 1:
        return Fact(name, (), ("AGE_UNKNOWN",), "the birth date is missing or not exact enough")
    shown = found[0] if len(found) == 1 else f"{found[0]}-{found[-1]}"
    return Fact(name, (answers.pop(),), (), f"age {shown}", (ask.chart.patient,), unit="a", shown=shown)


@fact
def under_12(ask: Ask) -> Fact:
    """Younger than 12 years: MELD does not apply."""
    return _by_age(ask, "age", 0, 12)


@fact
def under_18(ask: Ask) -> Fact:
    """Younger than 18 years."""
    return _by_age(ask, "age", 0, 18)


@fact
def adolescent(ask: Ask) -> Fact:
    """12 to 17 years: MELD 3.0 then has one constant for both sexes."""
    found = _by_age(ask, "age", 12, 18)
    if found.certainly(True):
        return Fact("age", (True,), ("ADOLESCENT",), found.because, found.evidence, found.unit, found.shown)
    return found


@fact
def female(ask: Ask) -> Fact:
    """Female for clinical use: the first source that says so, in the order in which the chart lists them."""
    said = [(source, sex) for source, sex in ask.chart.person.sexes if sex in ("female", "male")]
    if not said:
        return Fact("female", (False, True), ("SEX_UNKNOWN",), "the sex for clinical use is unknown")
    source, sex = said[0]
    reasons = ("SEX_CONFLICT",) if len({each for _, each in said}) > 1 else ()
    return Fact("female", (sex == "female",), reasons, source, (f"{ask.chart.patient} ({source})",))


@fact
def cholestatic(ask: Ask) -> Fact:
    """Primary biliary or sclerosing cholangitis charted: Child-Pugh then has a second published bilirubin scale."""
    problem = ask.problem("cholestatic_disease")
    if problem.active or problem.provisional:
        sources = tuple(event.source for event in problem.active + problem.provisional)
        return Fact("cholestatic", (False, True), ("BOUNDARY_AMBIGUOUS",), "two published bilirubin scales", sources)
    if not problem.read:
        return Fact("cholestatic", (False, True), ("NOT_RETRIEVED",), "conditions could not be read")
    return Fact("cholestatic", (False,), (), "no cholestatic liver disease charted")


_ASCITES_POINTS = {"none": 1, "mild": 2, "diuretic-controlled": 2, "moderate": 3, "severe": 3, "refractory": 3}
_SEVERITY_POINTS = {"mild": (2,), "moderate": (3,), "severe": (3,)}


@fact
def ascites(ask: Ask) -> Fact:
    """Ascites in Child-Pugh points: 1 none, 2 mild or controlled, 3 moderate, severe or refractory.

    A grade stands unless it contradicts what began, or was found, after it.
    """
    graded = ask.answers("ascites_grade").newest(ASSESSED_WITHIN)
    found = ask.answers("ascites_finding").newest(ASSESSED_WITHIN)
    charted = ask.problem("charted_ascites").active
    if graded and graded.value in _ASCITES_POINTS:
        points = _ASCITES_POINTS[str(graded.value)]
        charted = _later(charted, graded)
        found = found if found and found.when.at > graded.when.at else None
        newer = {later for event in charted for later in _SEVERITY_POINTS.get(event.severity, (2, 3))}
        newer |= ({1} if found.value == "absent" else {2, 3}) if found else set()
        if not newer or points in newer:
            shown = graded.value
            return Fact("ascites", (points,), (), f"graded {shown}", (graded.source,), shown=shown, when=graded.when)
    if charted:
        options = {points for event in charted for points in _SEVERITY_POINTS.get(event.severity, (2, 3))}
        return Fact("ascites", tuple(sorted(options)), missing_if_open("ascites", options), "charted", sources(charted))
    if found and found.value == "absent":
        return Fact("ascites", (1,), (), "found absent", (found.source,), shown="none", when=found.when)
    if found:
        return Fact("ascites", (2, 3), (missing("ascites"),), "present, not graded", (found.source,), when=found.when)
    return Fact("ascites", (1, 2, 3), (missing("ascites"),), "no assessment within 30 days")


def _later(events: tuple[Event, ...], graded: Answer) -> tuple[Event, ...]:
    """The events that began after an assessment."""
    return tuple(event for event in events if event.onset and event.onset.at > graded.when.at)


def missing_if_open(name: str, options: set[int]) -> tuple[str, ...]:
    """The reason that an input is not exactly known, when several values are possible."""
    return (missing(name),) if len(options) > 1 else ()


def sources(events: tuple[Event, ...]) -> tuple[str, ...]:
    """The references of events."""
    return tuple(event.source for event in events)


def _encephalopathy(ask: Ask, age_limit: timedelta) -> Fact:
    name = "encephalopathy"
    graded = ask.answers("west_haven_grade").newest(age_limit)
    found = ask.answers("encephalopathy_finding").newest(age_limit)
    coma = ask.problem("hepatic_coma").active
    charted = ask.problem("hepatic_encephalopathy").active
    if graded and graded.value in (0, 1, 2, 3, 4):
        grade = int(graded.value)
        coma, charted = _later(coma, graded), _later(charted, graded)
        found = found if found and found.when.at > graded.when.at else None
        newer = {3, 4} if coma else {1, 2, 3, 4} if charted else set()
        newer |= ({0} if found.value == "absent" else {1, 2, 3, 4}) if found else set()
        if not newer or grade in newer:
            return Fact(name, (grade,), (), f"West Haven {grade}", (graded.source,), when=graded.when)
    if coma:
        return Fact(name, (3, 4), (missing(name),), "charted with coma", sources(coma))
    if charted:
        return Fact(name, (1, 2, 3, 4), (missing(name),), "charted, not graded", sources(charted))
    if found and found.value == "absent":
        return Fact(name, (0,), (), "found absent", (found.source,), when=found.when)
    if found:
        return Fact(name, (1, 2, 3, 4), (missing(name),), "present, not graded", (found.source,), when=found.when)
    return Fact(name, (0, 1, 2, 3, 4), (missing(name),), "no assessment in time")


@fact
def encephalopathy(ask: Ask) -> Fact:
    """Hepatic encephalopathy, West Haven 0 to 4, assessed within 30 days."""
    return _encephalopathy(ask, ASSESSED_WITHIN)


@fact
def encephalopathy_24h(ask: Ask) -> Fact:
    """Hepatic encephalopathy, West Haven 0 to 4, assessed within 24 hours."""
    return _encephalopathy(ask, DAY)


def _diabetic(ask: Ask, *, fasting_from: int, codes: tuple[str, ...]) -> Fact:
    name = "diabetes"
    problems = [ask.problem(code) for code in codes]
    active = tuple(event for problem in problems for event in problem.active)
    if active:
        return Fact(name, (True,), (), "charted", sources(active))
    hba1c = ask.lab("hba1c").newest(MONTHS_12)
    fasting = ask.lab("fasting_glucose").newest(MONTHS_12)
    for result, least in ((hba1c, 6.5), (fasting, fasting_from)):
        if result and at_least(result, least):
            return Fact(name, (True,), (), "by laboratory result", (result.source,), when=result.when)
    below = [result for result in (hba1c, fasting, ask.lab("glucose").newest(MONTHS_12)) if result]
    low = bool(below) and all(at_least(each, 6.5 if each is hba1c else fasting_from) is False for each in below)
    if low and all(problem.read and not problem.provisional for problem in problems):
        return Fact(name, (False,), (), "not charted, glycaemia below the limits", tuple(r.source for r in below))
    return Fact(name, (False, True), (missing(name),), "no glycaemia within 12 months, or conditions not read")


@fact
def diabetic(ask: Ask) -> Fact:
    """Diabetes mellitus: charted, HbA1c >= 6.5 %, or fasting glucose >= 126 mg/dL."""
    return _diabetic(ask, fasting_from=126, codes=("diabetes",))


@fact
def glucose_intolerance(ask: Ask) -> Fact:
    """Diabetes or impaired fasting glucose (from 100 mg/dL fasting), as the NAFLD fibrosis score asks."""
    return _diabetic(ask, fasting_from=100, codes=("diabetes", "impaired_fasting_glucose"))


@fact
def anticoagulation(ask: Ask) -> Fact:
    """An active vitamin K antagonist or direct oral anticoagulant."""
    problem = ask.problem("anticoagulant")
    if problem.active:
        return Fact(
            "anticoagulation", (True,), ("ANTICOAGULANT",), "active on the medicine list", sources(problem.active)
        )
    if not problem.read:
        return Fact("anticoagulation", (False, True), ("ANTICOAGULANT_UNKNOWN",), "medicines could not be read")
    if problem.provisional:
        held = sources(problem.provisional)
        return Fact("anticoagulation", (False, True), ("ANTICOAGULANT_UNKNOWN",), "charted, perhaps not taken", held)
    return Fact("anticoagulation", (False,), (), "no active anticoagulant")


def _overlap(event: Event, start: datetime, end: datetime) -> timedelta:
    """How long a treatment ran inside start..end; one without an end is running; without a start, none is known."""
    if event.onset is None or event.onset.day_only:
        return timedelta(0)
    last = event.end.at if event.end else end
    return max(min(last, end) - max(event.onset.at, start), timedelta(0))


@fact
def dialysis(ask: Ask) -> Fact:
    """Dialysis in the 7 x 24 h before the newest creatinine: twice on different days, or 24 h continuously."""
    single, continuous = ask.problem("intermittent_dialysis"), ask.problem("continuous_dialysis")
    creatinine = ask.lab("creatinine").newest()
    end = creatinine.when.at if creatinine else ask.chart.now
    if creatinine and creatinine.when.day_only:
        end += DAY
    start = end - DIALYSIS_LOOK_BACK
    inside = tuple(event for event in single.active + continuous.active if event.onset and _touches(event, start, end))
    if not single.read:
        return Fact("dialysis", (False, True), ("DIALYSIS_UNKNOWN",), "procedures could not be read")
    days = {event.onset.day for event in inside if event.onset}
    long = any(_overlap(event, start, end) >= DAY for event in continuous.active)
    if len(days) >= 2 or long:
        return Fact("dialysis", (True,), ("DIALYSIS_APPLIED",), "in the week before the creatinine", sources(inside))
    chronic = ask.problem("end_stage_renal").active
    before = bool(creatinine and "DIALYSIS_ASK" in creatinine.flags)
    unsure = single.provisional + continuous.provisional
    begun = tuple(event for event in unsure if event.onset is None or _touches(event, start, end))
    undated = tuple(event for event in single.active + continuous.active if event.onset is None)
    found = inside + begun + undated + chronic
    if found or before:
        return Fact("dialysis", (False, True), ("DIALYSIS_ASK",), "cannot be decided from the chart", sources(found))
    return Fact("dialysis", (False,), (), "procedures hold no dialysis in the week before the creatinine")


def _touches(event: Event, start: datetime, end: datetime) -> bool:
    """Whether any part of a treatment lies in start..end. Only continuous treatment without an end is running."""
    if event.onset is None:
        return False
    last = event.end.at if event.end else (end if event.concept == "continuous_dialysis" else event.onset.at)
    if event.onset.day_only or (event.end and event.end.day_only):
        last += DAY - timedelta(microseconds=1)
    return event.onset.at <= end and last >= start
