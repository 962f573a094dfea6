"""An assessment as a person reads it in a terminal: what is known before what is not, with inputs and reasons."""

from collections.abc import Iterable, Sequence
from datetime import date

from rich.console import Console
from rich.text import Text

from cds import tables
from cds.adverse import described
from cds.assessment import Assessment, Exclusion, FollowUp, Outcome, Pathway, Trend, Used, Value
from cds.reasons import describe
from cds.wording import FIRST, INVESTIGATIONAL
from cds.words import at, name_of, number, quantity
from hooks.terminal import grid, heading, indent, plain

MISSING = "MISSING_"
WORDS = {
    "computed": "computed",
    "computed-with-caveat": "computed, with caveat",
    "not-computed": "not computed",
    "not-applicable": "not applicable",
    "matches": "matches the published inclusion",
    "does-not-match": "does not match",
    "cannot-determine": "cannot be determined",
    "met": "met",
    "not-met": "not met",
    "unknown": "unknown",
    "present": "present",
    "absent": "absent",
    "done": "done",
    "missing": "missing",
    "out-of-date": "out of date",
    "not-needed": "not needed",
    "upcoming": "upcoming",
    "due": "due",
    "overdue": "overdue",
    "not-started": "not started",
}
STYLES = {
    "computed": "green",
    "computed-with-caveat": "yellow",
    "not-computed": "yellow",
    "matches": "green",
    "cannot-determine": "yellow",
    "met": "green",
    "not-met": "red",
    "unknown": "yellow",
    "present": "red",
    "absent": "green",
    "done": "green",
    "missing": "yellow",
    "out-of-date": "yellow",
    "due": "yellow",
    "overdue": "red",
}


def show_assessment(out: Console, found: Assessment) -> None:
    """The whole assessment of one patient, what is known before what is not."""
    at = found.computed_at.strftime("%Y-%m-%d %H:%M UTC")
    out.rule(Text(plain(found.patient), style="bold"), align="left", characters="=")
    out.print(Text(f"Seen at {at}, content {found.content_version}. All times are UTC. Not a diagnosis, not an order."))
    if found.deceased:
        out.print(Text("The patient has died: no advice is given.", style="bold"))
    if found.liver_disease_because:
        out.print(Text(f"Evidence of liver disease: {found.liver_disease}. {found.liver_disease_because}"))
    if found.transplant_prompt:
        out.print(Text(found.transplant_prompt, style="bold"))
    _scores(out, found.scores)
    _charted(out, found)
    _pathways(out, found.pathways)
    _exclusions(out, found.exclusions)
    _evaluation(out, found)
    _follow_up(out, found)
    out.print()


def _status(status: str) -> Text:
    return Text(WORDS.get(status, status), style=STYLES.get(status, ""))


def shown(value: Value) -> str:
    """A value as a reader wants it: no exponent, at most two decimals, no trailing zeros; a flag in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return plain(value)
    return number(round(float(value), 2))


def _scores(out: Console, scores: Sequence[Outcome]) -> None:
    """Computed scores with what went in, then those that could not be computed, then those that do not apply."""
    heading(out, "Scores")
    told: set[str] = set()
    for score in (score for score in scores if score.known):
        line = Text.assemble((score.title, "bold"), "  ", (_result(score), "bold"))
        if score.band:
            line.append(f"  {tables.band(score.band)}")
        out.print(line)
        for when, inputs in _by_time(score.inputs).items():
            indent(out, Text(f"{when}{', '.join(map(_input, inputs))}"))
        _reasons(out, score.reasons, told)
    refused = [score for score in scores if score.status == "not-computed"]
    if refused:
        heading(out, "Scores that could not be computed")
    for score in refused:
        out.print(Text(score.title, style="bold"))
        _reasons(out, score.reasons, told)
    apart: dict[str, list[str]] = {}
    for score in scores:
        if score.status == "not-applicable":
            apart.setdefault(" ".join(describe(code).says for code in score.reasons), []).append(score.title)
    if apart:
        heading(out, "Scores that do not apply")
    for why, titles in apart.items():
        out.print(Text(why))
        indent(out, Text(", ".join(titles), style="dim"))
    _results_used(out, scores)


def _charted(out: Console, found: Assessment) -> None:
    """A score that another system charted and that differs from ours."""
    section = tables.charted(found)
    if section is not None:
        heading(out, section.title)
        for sentence in section.sentences:
            out.print(Text(sentence))


def _result(score: Outcome) -> str:
    """The score itself, or its bounds; with the figure before rounding where that tells more."""
    if score.value is None or score.low is None or score.high is None:
        return f"between {shown(score.low or 0)} and {shown(score.high or 0)}"
    value = shown(score.value)
    if score.unrounded is not None and shown(score.unrounded) != value:
        value += f" ({shown(score.unrounded)} before rounding)"
    return value


def _by_time(inputs: Iterable[Used]) -> dict[str, list[Used]]:
    """The inputs of one draw together, under its time; those without a time last."""
    groups: dict[str, list[Used]] = {}
    for used in sorted(inputs, key=lambda used: used.when is None):
        groups.setdefault(f"{at(used.when)}: " if used.when else "", []).append(used)
    return groups


def _input(used: Used) -> str:
    """One input: what it is, the number and unit, and what was used instead."""
    if used.name == "female":
        return f"sex for clinical use: {'female' if used.value else 'male'}"
    if isinstance(used.value, bool):
        return f"{name_of(used.name)}: {shown(used.value)}"
    said = _measured(used)
    if used.used is not None and (used.used != used.value or _comparator(used)):
        said += f" (used as {shown(used.used)})"
    return said


def _measured(used: Used) -> str:
    return f"{name_of(used.name)} {quantity(shown(used.value), used.unit, _comparator(used))}"


def _comparator(used: Used) -> str:
    return used.original.comparator if used.original else ""


def _results_used(out: Console, scores: Iterable[Outcome]) -> None:
    """Every record that a score rests on, once: our reading, what was charted where that differs, the reference."""
    rows: dict[tuple[str, str], tuple[Text, Text]] = {}
    for used in (used for score in scores if score.known for used in score.inputs if used.when and used.source):
        said = Text(_measured(used))
        charted = used.original
        if charted is not None and charted.value != used.value:
            unit = plain(charted.unit)
            said.append(f" (charted as {quantity(shown(charted.value), unit, charted.comparator)})")
        rows[(used.name, used.source)] = (Text(plain(used.source), style="dim"), said)
    if rows:
        heading(out, "Records that these scores rest on")
        out.print(grid([(said, source) for source, said in rows.values()], first=20))


def _reasons(out: Console, codes: Sequence[str], told: set[str]) -> None:
    """Each reason in words; what would mend it, the first time; all that is missing in one line."""
    absent = [name_of(code.removeprefix(MISSING).lower()) for code in codes if code.startswith(MISSING)]
    if absent:
        indent(out, Text.assemble(("! ", "yellow"), f"No usable result: {', '.join(absent)}."))
    for code in codes:
        if not code.startswith(MISSING):
            reason = describe(code)
            mend = "" if code in told else reason.mend
            told.add(code)
            indent(out, Text.assemble(("! ", "yellow"), f"{reason.says} {mend}".rstrip()))


def _pathways(out: Console, pathways: Sequence[Pathway]) -> None:
    """Each family of trials with its criteria."""
    heading(out, "Investigational MSC trials: published inclusion criteria")
    if any(pathway.status != "not-applicable" for pathway in pathways):
        out.print(Text(INVESTIGATIONAL.replace("**", "")))
        out.print(Text(FIRST))
    for pathway in pathways:
        out.print(Text.assemble((pathway.title, "bold"), "  ", _status(pathway.status)))
        if pathway.because:
            indent(out, Text(pathway.because))
        if pathway.criteria:
            rows = [(_status(c.status), Text(f"{c.because} [{c.source}]")) for c in pathway.criteria]
            indent(out, grid(rows, first=10))


def _said(title: str, because: str) -> Text:
    return Text.assemble((title, "bold"), ". " if because else "", because)


def _exclusions(out: Console, exclusions: Sequence[Exclusion]) -> None:
    """Present ones first, then what is unknown, then what is known to be absent."""
    heading(out, "Exclusions")
    order = {"present": 0, "unknown": 1, "absent": 2}
    rows = []
    for exclusion in sorted(exclusions, key=lambda exclusion: order[exclusion.status]):
        said = _said(exclusion.title, exclusion.because)
        if exclusion.evidence:
            said.append(f" [{plain(', '.join(exclusion.evidence))}]", style="dim")
        rows.append((_status(exclusion.status), said))
    out.print(grid(rows, first=10))


def _evaluation(out: Console, found: Assessment) -> None:
    """What the evaluation still needs, then what is done; what is not needed in one line."""
    heading(out, "Evaluation")
    order = {"missing": 0, "out-of-date": 1, "done": 2}
    wanted = [step for step in found.evaluation if step.status != "not-needed"]
    rows = [
        (_status(step.status), _said(step.title, step.because))
        for step in sorted(wanted, key=lambda step: order[step.status])
    ]
    out.print(grid(rows, first=11))
    spare = [step.title for step in found.evaluation if step.status == "not-needed"]
    if spare:
        out.print(Text(f"Not needed: {', '.join(spare)}.", style="dim"))


def _follow_up(out: Console, found: Assessment) -> None:
    """The visits after an administration, and the trend of each score against its baseline."""
    heading(out, "Follow-up after an MSC administration")
    started = [visit for visit in found.follow_up if visit.status != "not-started"]
    if not started:
        because = next((visit.because for visit in found.follow_up if visit.because), "")
        out.print(Text(because or "No administration of an MSC product is on the chart."))
        return
    out.print(grid([(_status(visit.status), _visit(visit)) for visit in started], first=10))
    for trend in found.trends:
        out.print(_trend(trend))
    if found.administrations_unusable:
        out.print(Text(found.administrations_unusable))
    for recorded in found.adverse_events:
        out.print(_said("Recorded after the administration", described(recorded.event)))


def _trend(trend: Trend) -> Text:
    """One score against its baseline. Where a difference is stated, the sentence names the score itself."""
    return Text(trend.because) if trend.because.startswith(trend.title) else _said(trend.title, trend.because)


def _visit(visit: FollowUp) -> Text:
    """One visit with its dates."""
    said = Text(visit.title, style="bold")
    if visit.due and visit.window:
        said.append(f", due {visit.due}, window {_span(visit.window)}")
    if visit.because:
        said.append(f". {visit.because}")
    return said


def _span(window: tuple[date, date]) -> str:
    return f"{window[0]} to {window[1]}"
