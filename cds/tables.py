"""The parts that cards are made of: scores with their inputs, what is not known, open steps, criteria, exclusions."""

from datetime import date

from cds.assessment import Assessment, Outcome, Pathway, Used
from cds.findings import Section, Table
from cds.knowledge import PATHWAYS
from cds.reasons import describe
from cds.report import number
from cds.trials import unnamed
from cds.words import at, counted, day, joined, name_of, quantity, sentence

MELD_SCORES = ("meld-3.0", "meld-na", "meld")
IN_CIRRHOSIS = ("child-pugh", "albi")
FIBROSIS = ("fib-4", "nfs", "apri")
STEATOSIS = ("fli", "hsi")
WHERE_INDICATED = ("maddrey", "gahs", "lille", "clif-of", "aclf-grade", "clif-c-aclf", "clif-c-ad")
STATUS_WORDS = {
    "met": "met", "not-met": "not met", "unknown": "unknown", "present": "present", "absent": "absent",
    "missing": "missing", "out-of-date": "out of date", "done": "done", "not-needed": "not needed",
}  # fmt: skip


def pathway(assessment: Assessment, pathway_id: str) -> Pathway:
    """The pathway with that id. StopIteration if it is unknown."""
    return next(each for each in assessment.pathways if each.id == pathway_id)


def in_scope(assessment: Assessment, pathway_id: str) -> bool:
    """Whether the gate of a pathway is open or cannot be judged."""
    return pathway(assessment, pathway_id).status != "not-applicable"


def shown_scores(assessment: Assessment) -> tuple[Outcome, ...]:
    """The scores that matter for this chart, in the order in which they are shown."""
    cirrhosis = in_scope(assessment, "cirrhosis")
    ids = [*MELD_SCORES]
    if any("ANTICOAGULANT" in assessment.score(each).reasons for each in MELD_SCORES):
        ids.append("meld-xi")
    ids += [each for each in IN_CIRRHOSIS if cirrhosis]
    ids += [each for each in FIBROSIS if not cirrhosis or assessment.score(each).known]
    ids += [each for each in STEATOSIS if in_scope(assessment, "steatosis")]
    ids += WHERE_INDICATED
    outcomes = [assessment.score(each) for each in ids]
    applicable = [each for each in outcomes if each.status != "not-applicable"]
    return tuple(applicable) or tuple(outcomes[: len(MELD_SCORES)])


def result(outcome: Outcome) -> str:
    """The value, the range, or the status in words."""
    if outcome.value is not None:
        capped = f" (uncapped {outcome.uncapped})" if "CAPPED" in outcome.reasons else ""
        return f"**{outcome.value}**{capped}"
    if outcome.low is not None:
        return f"**{outcome.low} to {outcome.high}**"
    return outcome.status.replace("-", " ")


def plain(outcome: Outcome) -> str:
    """The title with its result, without markup: "MELD 3.0 (OPTN 2023) 18"."""
    if outcome.low is None:
        return f"{outcome.title} {outcome.status.replace('-', ' ')}"
    return f"{outcome.title} {result(outcome).replace('*', '')}"


def inputs(outcomes: tuple[Outcome, ...]) -> Section | None:
    """Every input that a shown score used, once, with what was charted, what was used, and when."""
    rows: dict[tuple[str, str], tuple[str, ...]] = {}
    for outcome in outcomes:
        for used in outcome.inputs if outcome.known else ():
            if used.when or used.name in ("female", "age"):
                rows.setdefault((used.name, used.source), _input(used))
    if not rows:
        return None
    head = ("Input", "Value", "As charted", "Specimen time (UTC)")
    return Section("What the scores rest on", table=Table(head, tuple(rows.values())))


def _input(used: Used) -> tuple[str, ...]:
    if used.name == "female":
        return ("sex for clinical use", "female" if used.value else "male", "", "")
    comparator = used.original.comparator if used.original else ""
    value = quantity(str(number(used.value)), used.unit, comparator)
    charted = ""
    if used.original and used.original.unit not in ("", used.unit):
        charted = quantity(str(number(used.original.value)), used.original.unit, comparator)
    when = at(used.when) if used.when else ""
    return (name_of(used.name.replace("-", "_")), value, "" if charted == value else charted, when)


def scores(outcomes: tuple[Outcome, ...]) -> Section:
    """Each shown score with its result, its band and what was done to its inputs."""
    rows = [(each.title, result(each), "; ".join(_remarks(each)) or "–") for each in outcomes]
    return Section("Scores", table=Table(("Score", "Result", "Remarks"), tuple(rows)))


def _remarks(outcome: Outcome) -> list[str]:
    if not outcome.known:
        return [lacking(outcome)] if lacking(outcome) else []
    said = [band(outcome.band)] if outcome.band else []
    for used in outcome.inputs:
        if used.used is not None and used.used != used.value and not isinstance(used.used, bool):
            name = name_of(used.name.replace("-", "_"))
            said.append(f"{name}: used {number(used.used)} (reported {number(used.value)})")
    said += [lacking(outcome)] if lacking(outcome) else []
    covered = [code for code in outcome.reasons if not code.startswith(("CLAMPED_", "MISSING_"))]
    return said + [describe(code).says.rstrip(".") for code in covered]


def band(name: str) -> str:
    """A band that is a mere letter or a span of points, with the word that says so."""
    return f"class {name}" if len(name) == 1 else f"band {name}" if name[0].isdigit() else name


def lacking(*outcomes: Outcome) -> str:
    """As in "no usable result for INR and albumin"; "" where none is missing."""
    codes = dict.fromkeys(code for each in outcomes for code in each.reasons if code.startswith("MISSING_"))
    names = joined(name_of(code.removeprefix("MISSING_").lower()) for code in codes)
    return f"no usable result for {names}" if names else ""


def charted(assessment: Assessment) -> Section | None:
    """A MELD that the chart holds and that differs from ours by two points or more; only where we have one."""
    said = []
    for each in assessment.charted:
        ours = assessment.score(each.score)
        if ours.low is not None and ours.high is not None and not ours.low - 2 < each.value < ours.high + 2:
            said.append(f"{plain(ours)}; the chart holds {each.value} of {day(each.when)} under the same name.")
    if not said:
        return None
    return Section("Another value in the chart", (*said, "It was not used. Compare the results that each rests on."))


def not_known(outcomes: tuple[Outcome, ...]) -> Section | None:
    """Why shown scores are not computed, and what would mend it; results that are missing in one line."""
    refused = [outcome for outcome in outcomes if outcome.status == "not-computed"]
    points: dict[str, list[str]] = {}
    for outcome in refused:
        for code in outcome.reasons:
            if not code.startswith("MISSING_"):
                reason = describe(code)
                points.setdefault(f"{reason.says} {reason.mend}".strip(), []).append(outcome.title.split(" (")[0])
    lines = tuple(f"{says} (not computed: {joined(titles)})" for says, titles in points.items())
    if missing := lacking(*refused):
        lines = (f"{sentence(missing)} Record current results.", *lines)
    return Section("Not computed, and what would mend it", points=lines) if lines else None


def open_steps(assessment: Assessment) -> tuple[str, ...]:
    """Ids of the evaluation steps that are missing or out of date."""
    return tuple(step.id for step in assessment.evaluation if step.status in ("missing", "out-of-date"))


def evaluation(assessment: Assessment) -> Section | None:
    """The steps that are missing or out of date; how many are done."""
    open_ids = open_steps(assessment)
    opened = [step for step in assessment.evaluation if step.id in open_ids]
    done = sum(step.status == "done" for step in assessment.evaluation)
    if not opened:
        says = f"Nothing is open: {counted(done, 'step')} done in time."
        return Section("Evaluation", (says,)) if done else None
    rows = tuple((step.title, STATUS_WORDS[step.status], step.because) for step in opened)
    says = f"{counted(len(opened), 'step')} open, {done} done in time."
    return Section("Evaluation", (says,), table=Table(("Step", "Status", "Because"), rows))


def criteria(found: Pathway, today: date) -> Section:
    """One trial family with its criteria; trials are named only while their list is current."""
    rows = tuple(
        (rule.title, STATUS_WORDS[each.status], unnamed(each.because, today), unnamed(each.source, today))
        for rule, each in zip(PATHWAYS[found.id].criteria, found.criteria, strict=bool(found.criteria))
    )
    words = {
        "matches": "Meets published inclusion of this trial family; all listed exclusions screened and absent.",
        "does-not-match": "Does not meet published inclusion of this trial family."
        if any(each.status == "not-met" for each in found.criteria)
        else "An exclusion is present.",
        "cannot-determine": "Cannot be determined: something is unknown.",
    }
    return Section(
        f"Trial family: {found.title}",
        (words.get(found.status, "Not applicable."), found.because),
        table=Table(("Criterion", "Status", "Because", "Source"), rows) if rows else None,
    )


def exclusions(assessment: Assessment, statuses: tuple[str, ...] = ("present", "unknown")) -> Section | None:
    """Exclusions of these statuses; unknown is never absent."""
    rows = tuple(
        (each.title, STATUS_WORDS[each.status], each.because)
        for each in assessment.exclusions
        if each.status in statuses
    )
    if not rows:
        return Section("Exclusions", ("All listed exclusions are screened and absent.",))
    absent = sum(each.status == "absent" for each in assessment.exclusions)
    says = f"{absent} of {len(assessment.exclusions)} exclusions are screened and absent."
    return Section("Exclusions", (says,), table=Table(("Exclusion", "Status", "Because"), rows))
