"""What decides whether a step of the evaluation is needed, and how its parts add up to one status."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Literal

from cds.assessment import EvaluationStatus
from cds.chart import Moment
from cds.fibrosis import Stage
from cds.knowledge import MONTHS_6, Verdict, conclusion
from cds.pathways import aclf, steatosis
from cds.record import record
from cds.sources import HEPAR_RULE
from cds.views import Answers, Lab, Problem, within
from cds.words import day, joined, measured, name_of, sentence

Answer = Literal["yes", "no", "unknown"]
Status = tuple[EvaluationStatus, str]
CIRRHOSIS_WINDOW = timedelta(days=30)
ACLF_WINDOW = timedelta(hours=24)


@record
class Setting:
    """What the chart shows as a whole; `read` says whether the problem list was read."""

    liver_disease: Verdict
    steatosis: Answer
    cirrhosis: Answer
    aclf: Answer
    acute: Answer
    decompensated: Answer
    advanced: bool
    read: bool

    @property
    def window(self) -> timedelta:
        """How old blood tests may be: 30 d with cirrhosis or where it is not known, else 6 months."""
        return MONTHS_6 if self.cirrhosis == "no" else CIRRHOSIS_WINDOW


@conclusion(name="setting", sources=(HEPAR_RULE,))
def setting(
    liver_disease: Verdict,
    masld: Problem,
    mash: Problem,
    cirrhosis: Problem,
    cirrhosis_gate: Verdict,
    cirrhosis_confirmed: Verdict,
    acute_decompensation: Verdict,
    decompensation: Verdict,
    ladder: Stage,
) -> Setting:
    """Liver disease, the gates of the three trial families, decompensation, advanced fibrosis."""
    return Setting(
        liver_disease,
        steatosis.gate(masld, mash).answer,
        cirrhosis_gate.answer,
        aclf.gate(cirrhosis, cirrhosis_gate, cirrhosis_confirmed, acute_decompensation).answer,
        acute_decompensation.answer,
        decompensation.answer,
        ladder.advanced,
        cirrhosis.read,
    )


def without(setting: Setting) -> Status | None:
    """The status of every step without evidence of liver disease, or when the problem list was not read."""
    if setting.liver_disease.answer == "no":
        return "not-needed", setting.liver_disease.because
    if setting.liver_disease.answer == "unknown" and not setting.read:
        return "missing", "Conditions could not be read (NOT_RETRIEVED): whether this is needed is not known."
    return None


def only_if(setting: Setting, answer: Answer, otherwise: str) -> Status | None:
    """The status of a step that only some settings need: not needed otherwise, missing when that was not read."""
    if answer == "no":
        return "not-needed", otherwise
    if answer == "unknown" and not setting.read:
        return "missing", "Conditions could not be read (NOT_RETRIEVED): whether this is needed is not known."
    return None


@record
class Part:
    """One thing that a step needs: `title` in words, the newest evidence, and how old that may be."""

    title: str
    when: Moment | None
    current: bool
    shown: str = ""
    read: bool = True


def result(lab: Lab, age: timedelta) -> Part:
    """The newest usable result of an analyte."""
    newest = lab.newest()
    shown = measured(newest) if newest else ""
    return Part(name_of(lab.name), newest.when if newest else None, lab.newest(age) is not None, shown, lab.read)


def either(title: str, parts: Iterable[Part]) -> Part:
    """One of several that serves: a current one, else the newest, else none."""
    options = [part for part in parts if part.when]
    best = max(options, key=lambda part: (part.current, part.when.at if part.when else None), default=None)
    return Part(title, best.when, best.current, best.shown) if best else Part(title, None, current=False)


def tested(answers: Answers, title: str, age: timedelta) -> Part:
    """The newest coded test or grade."""
    newest = answers.newest()
    shown = f"{title} ({day(newest.when)})" if newest else ""
    return Part(title, newest.when if newest else None, answers.newest(age) is not None, shown, answers.read)


def latest(problem: Problem, title: str, age: timedelta) -> Part:
    """The newest study or event of a concept, where it is dated."""
    moments = [event.last for event in problem.active if event.last]
    when = max(moments, key=lambda moment: moment.at, default=None)
    shown = f"{title} ({day(when)})" if when else ""
    return Part(title, when, within(problem.now, when, age), shown, problem.read)


def together(parts: Iterable[Part]) -> Status:
    """Missing when a part was not read or never there, out of date when one is too old, else done."""
    needed = tuple(parts)
    unread = [part.title for part in needed if not part.read and not part.current]
    never = [part.title for part in needed if part.when is None and part.read]
    old = [part.shown for part in needed if part.when and not part.current]
    said = []
    if unread:
        said.append(sentence(f"could not be read (NOT_RETRIEVED): {joined(unread)}"))
    if never:
        said.append(sentence(f"missing: {joined(never)}"))
    if old:
        said.append(sentence(f"too old: {joined(old)}"))
    if unread or never:
        return "missing", " ".join(said)
    if old:
        return "out-of-date", " ".join(said)
    return "done", sentence(f"current: {joined(part.shown for part in needed)}")


def also(status: Status, *remarks: str) -> Status:
    """The status with further sentences; empty ones are left out."""
    return status[0], " ".join(part for part in (status[1], *remarks) if part)
