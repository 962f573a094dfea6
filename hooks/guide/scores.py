"""The page of each score, written from its declaration and its worked examples."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from cds.eligibility import ASSESSED, CLIF_FAMILY, FIBROSIS_TESTS, LABS_CHILD_PUGH, MELD_AGES, MELD_FAMILY, ONE_DRAW
from cds.facts import ASSESSED_WITHIN
from cds.knowledge import FACTS
from cds.reasons import REASONS, describe, words_for
from cds.recording import METHODS
from cds.scoring import GATES, SCORES, Band, Recency, Score
from hooks.guide import inputs
from hooks.guide.examples import Example
from hooks.guide.markup import Html, Text, code, guarded, join, link, p, points, section, table, tag
from hooks.guide.phrases import age, between, figure, first_line, sources

AGES = ((30, "Below 35 years"), (50, "35 to 64 years"), (70, "65 years and older"))
"""Ages at which bands are asked for, and the range that each stands for."""
REFUSED = {
    "refuse": "the score is not computed",
    "caveat": "the score is computed, and says so",
}


def index() -> Iterator[Html]:
    """The list of all scores."""
    yield p("In the order in which they are shown. A revised score is a new one beside the old, under its own name.")
    rows = ((link(f"scores/{each.id}", each.title), each.use, each.population) for each in SCORES.values())
    yield table(("Score", "Use", "For"), rows, "Scores")


def page(score: Score, examples: Sequence[Example]) -> Iterator[Html]:
    """All that is declared of one score."""
    yield section("Use", p(score.use), p(tag("strong", "For: "), score.population), id="use")
    yield section("Caution", p(score.caution) if score.caution else "", id="caution")
    yield section("Equation", tag("p", code(score.equation)), p(*rounding(score)), id="equation")
    head = ("Input", "Unit", "Limits of the formula", "Believed", "Read from")
    yield section(
        "Inputs",
        table(head, inputs.rows(score), f"What {score.title} is computed from"),
        points(special(score)),
        id="inputs",
    )
    yield section("How old the results may be", points(freshness(score)), id="freshness")
    yield section("When it does not apply", points(gates(score)), id="gates")
    yield section("Bands", *bands(score), id="bands")
    yield section("Worked examples", examined(score, examples), id="examples")
    yield section(
        "Reasons it can give",
        table(("Code", "Says"), reasons(score), "Codes and what they say"),
        every_result(),
        id="reasons",
    )
    yield section("As a FHIR record", *as_fhir(score), id="fhir")
    yield section("Sources", sources(score.sources), id="sources")


def as_fhir(score: Score) -> Iterator[Html]:
    """How the score is written into a chart, where it has a form."""
    if score.id not in METHODS:
        return
    yield p(
        "One number of this score can be written as a FHIR Observation: the formula as its method (",
        code(METHODS[score.id]),
        "), the inputs as the formula used them and, where that differs, as they were charted, and the results it rests"
        " on. Every reason is a note of it. Its time is that of the newest result.",
    )
    yield p(
        "It is preliminary until a person vouches for it. A range, and a score that was not computed, is never written."
    )
    yield guarded(p("Its ", link("profiles/meld-score", "profile"), "."), always=True)


def rounding(score: Score) -> Iterator[str]:
    """How the number is rounded and limited."""
    digits = (
        "an integer" if score.decimals == 0 else f"{score.decimals} decimal place{'s' if score.decimals > 1 else ''}"
    )
    yield f"Rounded once, half up, to {digits}."
    if any(limit is not None for limit in score.result):
        yield f" Reported from {between(*score.result)}."


def special(score: Score) -> Iterator[Text]:
    """What holds for single inputs: dialysis, alternatives, unknown inputs, open ends."""
    yield from inputs.alternatives(score)
    for name, value in score.dialysis.items():
        yield (
            f"Dialysis in the 7 days before the specimen sets {words_for(name)} to {figure(value)}. Where dialysis is"
            " open, both results are the bounds."
            if value is not None
            else "Dialysis is remarked; the measured value is used."
        )
    for name, extremes in score.if_missing.items():
        ends = f"{figure(min(extremes))} and {figure(max(extremes))}"
        yield f"Without {words_for(name)} the score lies between what {ends} give."
    if score.open_ends:
        names = ", ".join(words_for(name) for name in score.open_ends)
        yield f"A value reported as below or above a limit gives bounds where the table of points closes them: {names}."


def freshness(score: Score) -> Iterator[str]:
    """The rules of age and spread, in words and numbers from the declaration."""
    policy = score.recency
    if isinstance(policy, Recency):
        if policy.plain == policy.spread:
            yield f"All results within {age(policy.spread)} of each other; further apart: not computed (SPREAD)."
        else:
            yield f"Results within {age(policy.plain)} of each other stand together without a remark."
            yield f"Up to {age(policy.spread)} apart: computed, with SPREAD. Further apart: not computed (SPREAD)."
        if policy.stale:
            yield f"The newest result older than {age(policy.stale)}: computed, with STALE."
        which = "Any" if policy.each else "The newest"
        yield f"{which} result older than {age(policy.refuse)}: not computed (STALE)."
        if policy.high:
            high, limit = policy.high
            yield f"A score of {figure(high)} or more with any result older than {age(limit)}: STALE."
    else:
        yield f"All results from one window of {age(policy.length)} that ends with the newest of them."
        lowest = ", ".join(sorted(words_for(name) for name in policy.lowest if name in score.parameters))
        yield "Of each the worst value in the window counts: the highest" + (
            f"; the lowest of {lowest}." if lowest else "."
        )
        yield f"The window ended more than {age(policy.refuse)} ago: not computed (STALE)."
    if ASSESSED & set(score.parameters):
        short = "encephalopathy_24h" in score.parameters
        yield f"Bedside assessments are no older than {age(timedelta(days=1) if short else ASSESSED_WITHIN)}."
    yield from eligibility(score)


def eligibility(score: Score) -> Iterator[str]:
    """How fresh the results must be before a trial criterion rests on the score."""
    start = "Before a criterion rests on it, "
    if score.id in MELD_FAMILY:
        ages = ", ".join(f"{age(limit)} from a score of {least} on" for least, limit in MELD_AGES if least)
        rest = next(age(limit) for least, limit in MELD_AGES if not least)
        yield f"{start}the newest result is no older than {ages}, else {rest}; all within {age(ONE_DRAW)}."
    elif score.id == "child-pugh":
        yield f"{start}every result is no older than {age(LABS_CHILD_PUGH)}."
    elif score.id in CLIF_FAMILY:
        yield f"{start}every result is no older than {age(timedelta(days=1))}."
    elif score.id in ("fib-4", "nfs", "apri"):
        yield f"{start}every result is no older than {age(FIBROSIS_TESTS)}."


def gates(score: Score) -> Iterator[Text]:
    """The facts that rule the score out."""
    yield join("The patient has died ", code("DECEASED"))
    for fact in score.gates:
        gate = GATES[fact]
        yield join(first_line(FACTS[fact]), " ", code(gate.reason), f" Where that is unknown, {REFUSED[gate.unknown]}.")


def bands(score: Score) -> Iterator[Html]:
    """The bands as they are declared: by limits, or by a rule in words."""
    if score.bands:
        rows = []
        for at, (least, label) in enumerate(score.bands):
            end = f"below {figure(score.bands[at + 1][0])}" if at + 1 < len(score.bands) else ""
            start = f"from {figure(least)}" if at else ""
            rows.append((" and ".join(part for part in (start, end) if part), label))
        yield table(("Unrounded score", "Band"), rows, "Bands")
    elif score.band:
        yield p(first_line(score.band))
        yield from found_bands(score.band, score.band_parameters)
    for remark in score.remarks:
        yield p(code(remark.reason), " ", REASONS[remark.reason].says)


def found_bands(band: Band, parameters: Sequence[str]) -> Iterator[Html]:
    """The bands that a rule gives, found by asking it; at several ages where it depends on the age."""
    others = dict.fromkeys(name for name in parameters if name != "unrounded")
    for years, label in AGES if "age" in others else ((0, ""),):
        known = {**others, "age": years} if "age" in others else others

        def at(thousandths: float, known: dict[str, Any] = known) -> str:
            return band(**known, unrounded=thousandths / 1000)

        rows = [(words, name) for words, name in segments(at) if name]
        if rows:
            yield table(("Unrounded score", "Band"), rows, label or "Bands")
        else:
            yield p(f"{label}: no band.")


def segments(at: Callable[[float], str]) -> Iterator[tuple[str, str]]:
    """(range in words, band) over -5 to 100, for a rule that is given thousandths and changes at whole ones."""
    first, last = -5000, 100_000
    start = ""
    for edge in range(first, last):
        here, after = at(edge), at(edge + 1)
        if here == after:
            continue
        belongs_to_next = at(edge + 0.5) == here
        limit = figure((edge + belongs_to_next) / 1000)
        yield " and ".join(part for part in (start, f"{'below' if belongs_to_next else 'up to'} {limit}") if part), here
        start = f"{'from' if belongs_to_next else 'above'} {limit}"
    yield start, at(last)


def examined(score: Score, examples: Sequence[Example]) -> Html:
    """The worked examples as a table."""
    with_band = any(each.band is not None for each in examples)
    head = ("Example", "Inputs", "Score", *(("Band",) if with_band else ()), "Unrounded", "According to")
    rows = [
        (
            each.says,
            Html("<br>".join(given(each))),
            join(tag("strong", str(each.value)), f" (before the limit {each.uncapped})" if each.uncapped else ""),
            *((each.band or "none",) if with_band else ()),
            "" if each.unrounded is None else str(each.unrounded),
            each.source,
        )
        for each in examples
    ]
    return table(head, rows, f"Worked examples of {score.title}")


def given(example: Example) -> Iterator[Html]:
    """The inputs of an example, one by one."""
    for name, value in example.inputs.items():
        shown = ("yes" if value else "no") if isinstance(value, bool) else str(value)
        yield join(words_for(name), " ", shown)
    if example.dialysis:
        yield Html("dialysis")


def reasons(score: Score) -> Iterator[tuple[Text, ...]]:
    """Code and words of every reason."""
    for reason in inputs.reasons(score):
        if reason not in inputs.RESULTS:
            at = reason if reason in REASONS else reason.partition("_")[0]
            yield link(f"reasons#{at}", code(reason)), describe(reason).says


def every_result() -> Html:
    """The reasons that any result may carry, whatever the score."""
    listed = join(*(link(f"reasons#{reason}", code(reason)) for reason in inputs.RESULTS), by=" ")
    return p("What any result may carry, or be refused for: ", listed)
