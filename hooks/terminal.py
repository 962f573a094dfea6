"""An assessment and cards as a person reads them in a terminal: 80 columns, and no meaning in colour alone."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cds.assessment import Assessment, Exclusion, FollowUp, Outcome, Pathway, Used, Value
from cds.reasons import describe
from cds.wording import FIRST, INVESTIGATIONAL
from cds.words import name_of, number

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
WIDEST = 100
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


def console(*, stderr: bool = False) -> Console:
    """A console no wider than is pleasant to read, which never guesses at numbers or links to colour."""
    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    made.width = min(made.width, WIDEST)
    return made


def plain(text: str) -> str:
    """`text` without the characters that could steer a terminal or hide what it says."""
    return CONTROL.sub(" ", text)


def show_assessment(out: Console, found: Assessment) -> None:
    """The whole assessment of one patient, what is known before what is not."""
    at = found.computed_at.strftime("%Y-%m-%d %H:%M UTC")
    out.rule(Text(plain(found.patient), style="bold"), align="left", characters="=")
    out.print(Text(f"Seen at {at} with content {found.content_version}. Not a diagnosis, not an order."))
    if found.deceased:
        out.print(Text("The patient has died: no advice is given.", style="bold"))
    if found.liver_disease_because:
        out.print(Text(f"Evidence of liver disease: {found.liver_disease}. {found.liver_disease_because}"))
    if found.transplant_prompt:
        out.print(Text(found.transplant_prompt, style="bold"))
    _scores(out, found.scores)
    _pathways(out, found.pathways)
    _exclusions(out, found.exclusions)
    _evaluation(out, found)
    _follow_up(out, found)
    out.print()


def _heading(out: Console, text: str) -> None:
    out.print()
    out.rule(Text(text, style="bold"), align="left", characters="-")


def _indent(out: Console, text: Text | str, by: int = 4) -> None:
    out.print(Padding(text, (0, 0, 0, by)))


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
    _heading(out, "Scores")
    for score in (score for score in scores if score.known):
        line = Text.assemble((score.title, "bold"), "  ", (_result(score), "bold"))
        if score.band:
            line.append(f"  {score.band}")
        out.print(line)
        for used in score.inputs:
            _indent(out, _input(used))
        _reasons(out, score.reasons)
    refused = [score for score in scores if score.status == "not-computed"]
    if refused:
        _heading(out, "Scores that could not be computed")
    for score in refused:
        out.print(Text(score.title, style="bold"))
        _reasons(out, score.reasons)
    apart = [score for score in scores if score.status == "not-applicable"]
    if apart:
        _heading(out, "Scores that do not apply")
    for score in apart:
        why = " ".join(describe(code).says for code in score.reasons)
        out.print(Text.assemble((score.title, "bold"), "  ", why))


def _result(score: Outcome) -> str:
    """The score itself, or its bounds; with the figure before rounding where that tells more."""
    if score.value is None or score.low is None or score.high is None:
        return f"between {shown(score.low or 0)} and {shown(score.high or 0)}"
    value = shown(score.value)
    if score.unrounded is not None and shown(score.unrounded) != value:
        value += f" ({shown(score.unrounded)} before rounding)"
    return value


def _input(used: Used) -> Text:
    """One input: what it is, the number and unit, what was used instead, when it was taken, and from where."""
    line = Text(f"{name_of(used.name)} {shown(used.value)}")
    if used.unit not in ("", "1"):
        line.append(f" {used.unit}")
    if used.clamped and used.used is not None:
        line.append(f", used as {shown(used.used)}", style="yellow")
    original = used.original
    if original is not None and (original.value != used.value or original.unit != used.unit) and original.unit:
        line.append(f", charted as {shown(original.value)} {plain(original.unit)}", style="dim")
    if used.when is not None:
        line.append(f", {str(used.when).replace('T', ' ').removesuffix(':00Z').removesuffix('Z')}")
    if used.source:
        line.append(f"  [{plain(used.source)}]", style="dim")
    return line


def _reasons(out: Console, codes: Iterable[str]) -> None:
    """Each reason in words with what would mend it."""
    for code in codes:
        reason = describe(code)
        line = Text.assemble(("! ", "yellow"), reason.says)
        if reason.mend:
            line.append(f" {reason.mend}")
        _indent(out, line)


def _pathways(out: Console, pathways: Sequence[Pathway]) -> None:
    """Each family of trials with its criteria."""
    _heading(out, "Investigational MSC trials: published inclusion criteria")
    if any(pathway.status != "not-applicable" for pathway in pathways):
        out.print(Text(INVESTIGATIONAL.replace("**", "")))
        out.print(Text(FIRST))
    for pathway in pathways:
        out.print(Text.assemble((pathway.title, "bold"), "  ", _status(pathway.status)))
        if pathway.because:
            _indent(out, Text(pathway.because))
        if pathway.criteria:
            rows = [(_status(c.status), Text(f"{c.because} [{c.source}]")) for c in pathway.criteria]
            _indent(out, "")
            out.print(Padding(_grid(rows, first=10), (0, 0, 0, 4)))


def _grid(rows: Iterable[tuple[Text, Text]], first: int) -> Table:
    """Two columns without lines: the state, then what there is to say."""
    table = Table.grid(padding=(0, 2))
    table.add_column(min_width=first, no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _said(title: str, because: str) -> Text:
    return Text.assemble((title, "bold"), ". " if because else "", because)


def _exclusions(out: Console, exclusions: Sequence[Exclusion]) -> None:
    """Present ones first, then what is unknown, then what is known to be absent."""
    _heading(out, "Exclusions")
    order = {"present": 0, "unknown": 1, "absent": 2}
    rows = []
    for exclusion in sorted(exclusions, key=lambda exclusion: order[exclusion.status]):
        said = _said(exclusion.title, exclusion.because)
        if exclusion.evidence:
            said.append(f" [{plain(', '.join(exclusion.evidence))}]", style="dim")
        rows.append((_status(exclusion.status), said))
    out.print(_grid(rows, first=10))


def _evaluation(out: Console, found: Assessment) -> None:
    """What the evaluation still needs, then what is done; what is not needed in one line."""
    _heading(out, "Evaluation")
    order = {"missing": 0, "out-of-date": 1, "done": 2}
    wanted = [step for step in found.evaluation if step.status != "not-needed"]
    rows = [
        (_status(step.status), _said(step.title, step.because))
        for step in sorted(wanted, key=lambda step: order[step.status])
    ]
    out.print(_grid(rows, first=11))
    spare = [step.title for step in found.evaluation if step.status == "not-needed"]
    if spare:
        out.print(Text(f"Not needed: {', '.join(spare)}.", style="dim"))


def _follow_up(out: Console, found: Assessment) -> None:
    """The visits after an administration, and the trend of each score against its baseline."""
    _heading(out, "Follow-up after an MSC administration")
    started = [visit for visit in found.follow_up if visit.status != "not-started"]
    if not started:
        because = next((visit.because for visit in found.follow_up if visit.because), "")
        out.print(Text(because or "No administration of an MSC product is on the chart."))
        return
    out.print(_grid([(_status(visit.status), _visit(visit)) for visit in started], first=10))
    for trend in found.trends:
        out.print(_said(trend.title, trend.because))


def _visit(visit: FollowUp) -> Text:
    """One visit with its dates."""
    said = Text.assemble((f"{visit.title} ({visit.kind})", "bold"))
    if visit.due and visit.window:
        said.append(f", due {visit.due}, window {_span(visit.window)}")
    if visit.because:
        said.append(f". {visit.because}")
    return said


def _span(window: tuple[date, date]) -> str:
    return f"{window[0]} to {window[1]}"
