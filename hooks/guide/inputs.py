"""What one score asks for, and which reasons it can give: read off its declaration."""

from collections.abc import Iterator

import cds.assess  # noqa: F401  (imports whatever declares something)
from cds.ask import score_name
from cds.knowledge import FACTS
from cds.labs import LABS
from cds.reasons import clamped, missing, words_for
from cds.scoring import GATES, SCORES, Recency, Score
from hooks.guide.markup import Html, Text, code, html, join, link
from hooks.guide.phrases import between, first_line, plausible, unit_of

SCORE_OF = {score_name(score_id): score_id for score_id in SCORES}

RESULTS = (
    "UNIT_MISSING", "UNIT_UNKNOWN", "UNIT_CONFLICT", "UNIT_ALIAS", "IMPLAUSIBLE", "VERIFY_VALUE", "FUTURE", "UNDATED",
    "COMPARATOR", "STATUS_EXCLUDED", "NOT_A_QUANTITY", "CONFLICTING_RESULTS", "UNATTRIBUTED", "SPECIMEN",
    "POINT_OF_CARE", "OTHER_METHOD", "UNKNOWN_MODIFIER", "NOT_RETRIEVED",
)  # fmt: skip
"""What any result may carry, or be refused for."""

OF_FACTS: dict[str, tuple[str, ...]] = {
    "age": ("AGE_UNKNOWN",),
    "adolescent": ("ADOLESCENT", "AGE_UNKNOWN"),
    "female": ("SEX_UNKNOWN", "SEX_CONFLICT"),
    "cholestatic": ("BOUNDARY_AMBIGUOUS", "NOT_RETRIEVED"),
    "encephalopathy_24h": (missing("encephalopathy"),),
    "diabetic": (missing("diabetes"),),
    "glucose_intolerance": (missing("diabetes"),),
    "rrt": ("DIALYSIS_APPLIED", "DIALYSIS_ASK", "DIALYSIS_UNKNOWN"),
    "pt_prolongation": (missing("pt"), *RESULTS),
    "pt_ratio": (missing("pt_ratio"), *RESULTS),
    "urea_or_bun": (missing("urea"), *RESULTS),
    "pf_calculated": (missing("pf_ratio"), *RESULTS),
    "sf_ratio": (missing("sf_ratio"), *RESULTS),
    "ast_upper_limit": (missing("ast_upper_limit"),),
    "bilirubin_day_0": (missing("steroid_course"),),
    "bilirubin_day_7": (missing("steroid_course"),),
}
"""Reasons that a fact may give; any other fact gives MISSING_ and its own name."""


OF_THE_GRADE = frozenset({"no_aclf", "aclf_present"})
"""Gates that rest on the ACLF grade: where it is open they hand on its reasons."""


def rows(score: Score) -> Iterator[tuple[Text, ...]]:
    """One row per input: name, unit and codes, limits of the formula, what is believed, where it comes from."""
    for name in score.parameters:
        yield (title(name), *_described(score, name))


def title(name: str) -> Text:
    """The name of an input: a link where it is a score of its own."""
    if name in SCORE_OF:
        return link(f"scores/{SCORE_OF[name]}", SCORES[SCORE_OF[name]].title)
    return LABS[name].title if name in LABS else words_for(name)


def _described(score: Score, name: str) -> tuple[Text, ...]:
    limits = between(*score.limits.get(name, (None, None))) or "none"
    if name in LABS:
        lab = LABS[name]
        loinc = join(*(code(each.code) for each in lab.codes), by=" ")
        return unit_of(score.units.get(name, lab.unit)) or "ratio", limits, plausible(lab), loinc
    if name in SCORE_OF:
        return "points", limits, "", "computed from the same chart"
    return unit_of(score.units.get(name, "")) or "", limits, "", first_line(FACTS[name])


def alternatives(score: Score) -> Iterator[Html]:
    """Which inputs stand in for each other."""
    for group in score.either:
        names = [html(title(name)) for name in group]
        yield join("The first of these that is known serves: ", join(*names, by=", then "), ".")


def reasons(score: Score) -> tuple[str, ...]:
    """Every reason code that this score can give, in a fixed order, each once."""
    return tuple(dict.fromkeys(_reasons(score)))


def _reasons(score: Score) -> Iterator[str]:
    yield "DECEASED"
    for fact in score.gates:
        yield GATES[fact].reason
        yield from ("AGE_UNKNOWN",) if fact.startswith("under_") else ("NOT_RETRIEVED",)
        yield from reasons(SCORES["aclf-grade"]) if fact in OF_THE_GRADE else ()
    for name in score.parameters:
        yield from _of_input(name)
        yield from ("BOUNDARY_AMBIGUOUS",) if name in score.two_tables else ()
    for name in score.limits:
        yield clamped(name)
    if any(name in LABS for name in score.parameters):
        yield "STALE"
        yield from ("SPREAD",) if isinstance(score.recency, Recency) else ()
    if score.dialysis:
        yield from ("DIALYSIS_APPLIED", "DIALYSIS_ASK", "DIALYSIS_UNKNOWN")
    if {"inr", "pt"} & set(score.parameters):
        yield from ("ANTICOAGULANT", "ANTICOAGULANT_UNKNOWN")
    if score.result[1] is not None:
        yield "CAPPED"
    for remark in score.remarks:
        yield remark.reason


def _of_input(name: str) -> Iterator[str]:
    if name in SCORE_OF:
        yield missing(name)
        yield from reasons(SCORES[SCORE_OF[name]])
    elif name in LABS:
        yield missing(name)
        yield from RESULTS
    else:
        yield from OF_FACTS.get(name, (missing(name),))
