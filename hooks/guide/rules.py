"""The pages of the rules: trial families, exclusions, evaluation, follow-up."""

import inspect
from collections.abc import Iterable, Iterator

from cds import adverse, trend, wording
from cds import follow_up as schedule
from cds.codes import ANSWERS, CONCEPTS
from cds.knowledge import CONCLUSIONS, EVALUATION, EXCLUSIONS, FACTS, PATHWAYS, Conclusion, Family, Order, Rule, Step
from cds.labs import LABS
from cds.reasons import words_for
from cds.scoring import SCORES
from cds.trials import FAMILIES, Trial
from cds.verdicts import lower
from hooks.guide.inputs import SCORE_OF
from hooks.guide.markup import Html, Text, away, code, join, link, p, part, points, section, table
from hooks.guide.phrases import paragraphs, sources


def asked(names: Iterable[str]) -> Html:
    """What a rule asks for, each with a link to where it is explained."""
    found = list(dict.fromkeys(each for name in names if (each := name_of(name))))
    return p("Asks for: ", join(*found, by=", "), ".") if found else Html("")


def name_of(name: str) -> Html | None:
    """One name as a link; None for what needs no explanation."""
    if name in SCORE_OF:
        return link(f"scores/{SCORE_OF[name]}", SCORES[SCORE_OF[name]].title)
    if name in CONCLUSIONS:
        return link(f"conclusions#{name}", words_for(name))
    if name in LABS:
        return link(f"analytes#{name}", LABS[name].title)
    if name in CONCEPTS:
        return link(f"codes#{name}", lower(CONCEPTS[name].title))
    if name in ANSWERS:
        return link(f"codes#{name}", lower(ANSWERS[name].title))
    return link(f"facts#{name}", words_for(name)) if name in FACTS else None


def rule(found: Rule) -> Html:
    """One criterion or exclusion."""
    steps = join(*(link(f"evaluation#{each}", EVALUATION[each].title) for each in found.suggest), by=", ")
    return part(
        found.title,
        p(code(found.id)),
        paragraphs(found.logic),
        asked(found.parameters),
        p("Where it is unknown, these steps would help: ", steps, ".") if steps else "",
        p("Named in an answer as ", code(found.cite), ". Sources:"),
        sources(found.sources),
        id=found.id,
    )


def pathways() -> Iterator[Html]:
    """The list of trial families."""
    yield p(
        "Published entry criteria of registered clinical trials, as families. What is said is that a chart meets them,"
        " does not, or that it cannot be determined."
    )
    yield points(link(f"pathways/{each.gate.id}", each.gate.title) for each in PATHWAYS.values())


def pathway(family: Family) -> Iterator[Html]:
    """One trial family: gate, criteria, trials."""
    gate = family.gate
    yield section("Gate", paragraphs(gate.logic), asked(gate.parameters), sources(gate.sources), id="gate")
    yield section("Criteria", *(rule(each) for each in family.criteria), id="criteria")
    notes = getattr(inspect.getmodule(gate.function), "NOTES", ())
    yield section("Noted, not tested", points(notes), id="notes")
    head = ("Trial", "Population", "Score window", "Phase", "Status", "Entry read")
    yield section(
        "Trials of this family", table(head, (trial(each) for each in FAMILIES[gate.id]), "Trials"), id="trials"
    )
    yield section(
        "What else counts",
        points(
            (
                join("Every ", link("exclusions", "exclusion"), " counts for every family."),
                join("Much is ", link("not-screened", "not screened"), ": the trial office looks at it."),
                join("How the answer is put together: ", link("statuses", "statuses"), "."),
            )
        ),
        id="else",
    )


def trial(found: Trial) -> tuple[Text, ...]:
    """One row of a table of trials."""
    listed = away(found.url, found.id)
    return (listed, found.population, found.window or "none", found.phase, found.status, found.checked.isoformat())


def exclusions() -> Iterator[Html]:
    """All exclusions, one list for all families."""
    yield p("One list for all trial families. Unknown is never absent.")
    sensitive = ", ".join(lower(each.title) for each in EXCLUSIONS.values() if each.sensitive)
    yield p(f"Never named in the first line of an answer: {sensitive}.") if sensitive else Html("")
    yield section("The exclusions", *(rule(each) for each in EXCLUSIONS.values()), id="all")


def evaluation() -> Iterator[Html]:
    """All evaluation steps with their orders."""
    yield p("In the order in which they are shown. Orders are offered as drafts, and none is chosen beforehand.")
    yield section("The steps", *(step(each) for each in EVALUATION.values()), id="all")


def step(found: Step) -> Html:
    """One evaluation step."""
    return part(
        found.title,
        p(code(found.id), f" · window: {found.window}"),
        paragraphs(found.logic),
        asked(found.parameters),
        p("Orders:"),
        points(order(each) for each in found.orders),
        p("Sources:"),
        sources(found.sources),
        id=found.id,
    )


def order(found: Order) -> Html:
    """One order with its codes; without any it carries words only."""
    codes = join(*(join(code(each[1]), f" {each[2]}") for each in found.coding), by=", ")
    return join(found.text, ": ", codes) if codes else join(found.text, " (no verified code: words only)")


def conclusions() -> Iterator[Html]:
    """What is concluded once and asked for by several rules."""
    yield p("Each is concluded once from a chart; criteria, exclusions and evaluation steps ask for it by name.")
    yield section("The conclusions", *(conclusion(each) for each in CONCLUSIONS.values()), id="all")


def conclusion(found: Conclusion) -> Html:
    """One conclusion."""
    return part(
        words_for(found.name),
        paragraphs(found.logic),
        asked(found.parameters),
        p("Sources:"),
        sources(found.sources),
        id=found.name,
    )


def follow_up() -> Iterator[Html]:
    """The schedule after a recorded administration, and how MELD is compared with the baseline."""
    yield p(f"{wording.SCHEDULE} {wording.MONITORING}")
    yield section("Schedule", visits(), sources(schedule.SOURCES), id="schedule")
    late = schedule.LATE_IMAGING.days
    course, before = trend.COURSE_GAP.days, trend.BASELINE_WITHIN.days
    yield section(
        "How it is counted",
        points(
            (
                (
                    "The days count from the calendar date on which the latest administration ended. A new one starts"
                    " the schedule again. Trials with weekly administrations count from the first."
                ),
                (
                    "An administration counts when it was completed, or stopped after a dose, and carries a code of"
                    " ours for an MSC product or one that the site has registered; the code may stand in a Medication"
                    " of the same document. A catheter procedure or platelet-rich plasma alone does not count."
                ),
                "A record of an administration that cannot be used, such as one without a date, is named, and why.",
                "Months are calendar months; a month that is too short gives its last day.",
                "Both ends belong to a window.",
                join("Laboratory visits ask for: ", analytes(trend.BASELINE_PANEL), "."),
                join("A visit is not kept open for ", analytes((schedule.ASKED_FOR,)), " alone."),
                f"Laboratory tests count, as late, until the next laboratory window opens; imaging up to {late} days.",
                "Orders are offered for every due visit, and for the latest overdue one of each kind.",
            )
        ),
        id="counting",
    )
    yield section(
        "Baseline and comparison",
        points(
            (
                (
                    f"Administrations at most {course} days apart are one course. The baseline is the newest set within"
                    f" {before} days before its first administration."
                ),
                join("Each variant is compared with itself only: ", variants(), "."),
                (
                    "No difference is stated between laboratories, for one point, for a range, or under dialysis or an"
                    " anticoagulant. A lower score is never called a response."
                ),
                (
                    "Where the baseline lacks a variant, the card says which it has. A score that another"
                    " system recorded is named with its formula and its date; it is neither used nor compared."
                ),
            )
        ),
        id="comparison",
    )
    yield adverse_events()


def adverse_events() -> Html:
    """Which adverse events are shown, and in what words."""
    return section(
        "Adverse events",
        points(
            (
                (
                    "Adverse events are shown from the first administration of the course on; earlier ones only if"
                    " their record names an administration as suspected. Those without a date are shown as undated."
                ),
                "Each has its CTCAE grade, its begin, its end and duration, and whether it was serious, as recorded.",
                "A grade or an end that is not recorded is said to be so. Potential events are left out.",
                f"{wording.AFTER_NOT_BECAUSE} {wording.NO_EVENT}",
                "A code that has no name here is told without its words, a restricted record without its content.",
                join("Names are known for: ", ", ".join(dict.fromkeys(adverse.EVENTS.values())), "."),
            )
        ),
        sources(adverse.SOURCES),
        id="adverse-events",
    )


def visits() -> Html:
    """The schedule as a table."""
    rows = (
        (
            code(each.id),
            each.title,
            f"{each.days} days" if each.days else f"{each.months} calendar months",
            f"{each.before} days before to {each.after} days after",
        )
        for each in schedule.SCHEDULE
    )
    return table(("Visit", "What", "Due after", "Window"), rows, "Visits")


def analytes(names: Iterable[str]) -> Html:
    """Analytes as links."""
    return join(*(link(f"analytes#{name}", LABS[name].title) for name in names), by=", ")


def variants() -> Html:
    """The MELD variants as links."""
    return join(*(link(f"scores/{each}", SCORES[each].title) for each in trend.VARIANTS), by=", ")
