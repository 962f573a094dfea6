"""When evaluation for a liver transplant is to be thought of, before anything else is said."""

from dataclasses import dataclass

from cds.assessment import Outcome
from cds.knowledge import Verdict, conclusion
from cds.sources import HEPAR_RULE, MERION_2005, OPTN_9_1
from cds.views import Problem
from cds.words import joined, scored, sources

EVALUATE_FROM, WEEKLY_FROM = 15, 25


@dataclass(frozen=True, slots=True)
class TransplantPrompt:
    """`text` is "" when there is no prompt. `waiting`: already listed. `weekly_labs`: the wording for 25 and more.

    `may_be`: only the upper end of a score range reaches the threshold, and nothing else calls for the prompt.
    """

    text: str = ""
    weekly_labs: bool = False
    waiting: bool = False
    may_be: bool = False
    evidence: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is a prompt."""
        return bool(self.text)


@conclusion(name="transplant_prompt", sources=(MERION_2005, OPTN_9_1, HEPAR_RULE))
def transplant_prompt(
    meld: Outcome,
    meld_na: Outcome,
    meld_3_0: Outcome,
    decompensation: Verdict,
    liver_disease: Verdict,
    liver_transplant_status: Problem,
    liver_transplantation: Problem,
    transplant_waiting: Problem,
) -> TransplantPrompt:
    """Any MELD variant of 15 or more (upper end of a range: "may be"), or decompensation; not after a transplant."""
    transplanted = liver_transplant_status.active + liver_transplant_status.past + liver_transplantation.active
    if transplanted or liver_disease.answer == "no":
        return TransplantPrompt()
    variants = (meld, meld_na, meld_3_0)
    reached = [each for each in variants if each.high is not None and each.high >= EVALUATE_FROM]
    certain = [each for each in reached if each.low is not None and each.low >= EVALUATE_FROM]
    decompensated = decompensation.answer == "yes"
    if not reached and not decompensated:
        return TransplantPrompt()
    may_be = not certain and not decompensated
    weekly = [each for each in reached if each.high is not None and each.high >= WEEKLY_FROM]
    surely_weekly = any(each.low is not None and each.low >= WEEKLY_FROM for each in weekly)
    parts = []
    if certain:
        parts.append(f"{joined(map(scored, certain))}: ≥ {EVALUATE_FROM} is the transplant-evaluation threshold.")
    elif reached:
        parts.append(f"{joined(map(scored, reached))}: may be ≥ {EVALUATE_FROM}, the transplant-evaluation threshold.")
    if decompensated:
        parts.append(decompensation.because)
    if weekly:
        which = f"{joined(each.title for each in weekly)} {'' if surely_weekly else 'may be '}≥ {WEEKLY_FROM}"
        parts.append(f"{which}: weekly labs, urgent transplant-centre contact.")
    waiting = bool(transplant_waiting.active)
    if waiting:
        parts.append("The patient is on the waiting list: keep the transplant centre informed.")
    evidence = (*decompensation.evidence, *sources(transplant_waiting.active)) if decompensated else ()
    return TransplantPrompt(" ".join(parts), bool(weekly), waiting, may_be, evidence)
