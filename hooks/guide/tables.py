"""The pages that are tables: reasons, freshness and thresholds, analytes, codes, facts, sources, survival."""

from collections.abc import Iterator
from datetime import timedelta

from cds import eligibility, fibrosis, transplant
from cds.analyte import LOINC, OWN, Lab
from cds.codes import ANSWERS, CONCEPTS
from cds.concept import Asked, Concept
from cds.facts import ASSESSED_WITHIN, DIALYSIS_LOOK_BACK
from cds.knowledge import FACTS
from cds.labs import LABS
from cds.reasons import REASONS, words_for
from cds.scoring import SCORES, Recency
from cds.survival import CLIF_C_ACLF_HORIZONS, clif_c_aclf_mortality, meld_3_90_days, meld_3_months
from cds.trials import CURRENT_FOR
from cds.units import SPELLINGS, UCUM, Unit
from hooks.guide import inputs
from hooks.guide.markup import (
    Html,
    Text,
    code,
    html,
    join,
    link,
    p,
    pairs,
    part,
    points,
    section,
    table,
    tag,
)
from hooks.guide.phrases import age, figure, first_line, plausible, unit_of


def reasons() -> Iterator[Html]:
    """The closed list of reason codes."""
    yield p("Every answer that is limited says why, with codes of this closed list.")
    rows = [
        (tag("span", code(each.code), id=each.code), each.says, each.mend or "nothing") for each in REASONS.values()
    ]
    rows.append(
        (
            tag("span", code("MISSING_…"), id="MISSING"),
            "No usable result of the input that is named.",
            "Record a current result, assessment or code.",
        )
    )
    rows.append(
        (
            tag("span", code("CLAMPED_…"), id="CLAMPED"),
            "The input is outside the limits of the formula; the limit was used.",
            "nothing",
        )
    )
    yield section("Reasons", table(("Code", "Says", "What would mend it"), rows, "Reasons"), id="all")
    named = sorted({each for score in SCORES.values() for each in inputs.reasons(score) if each not in REASONS})
    yield section("Inputs that the last two name", points(map(code, named)), id="inputs")


def freshness() -> Iterator[Html]:
    """How old evidence may be: for computing, and for deciding."""
    yield p(
        "Ages are exact durations from the time of the specimen. A date without a time counts from the start of its"
        " day; two results of one calendar date are one draw. Neither table is a setting."
    )
    yield section("For computing a score", table(*computing(), "For computing a score"), id="computing")
    yield section("Before a criterion rests on it", table(*deciding(), "For deciding"), id="deciding")
    yield section("Thresholds that several rules share", table(*thresholds(), "Thresholds"), id="thresholds")


def computing() -> tuple[tuple[str, ...], list[tuple[Text, ...]]]:
    """Head and rows: spread and age for each score."""
    rows: list[tuple[Text, ...]] = []
    for score in SCORES.values():
        name, policy = link(f"scores/{score.id}", score.title), score.recency
        if isinstance(policy, Recency):
            apart = age(policy.plain)
            if policy.spread > policy.plain:
                apart += f"; with SPREAD {age(policy.spread)}"
            old = f"{age(policy.refuse)} ({'every' if policy.each else 'newest'} result)"
            rows.append((name, apart, age(policy.stale) if policy.stale else "", old))
        else:
            rows.append((name, f"one window of {age(policy.length)}", "", f"{age(policy.refuse)} (end of the window)"))
    return ("Score", "Drawn within", "STALE from", "Not computed from"), rows


def deciding() -> tuple[tuple[str, ...], list[tuple[Text, ...]]]:
    """Head and rows: how old evidence may be before a criterion or an exclusion rests on it."""
    tops = ["", *(f"below {least}" for least, _ in eligibility.MELD_AGES[:-1])]
    rows: list[tuple[Text, ...]] = [
        (
            f"MELD family, {' and '.join(part for part in (f'from {least} on' if least else '', top) if part)}",
            f"{age(limit)} (newest result); all within {age(eligibility.ONE_DRAW)} of each other",
        )
        for (least, limit), top in zip(eligibility.MELD_AGES, tops, strict=True)
    ]
    return ("Evidence", "No older than"), [
        *rows,
        ("Child-Pugh, laboratory results", age(eligibility.LABS_CHILD_PUGH)),
        ("Ascites and encephalopathy assessments", age(ASSESSED_WITHIN)),
        ("CLIF-C scores and ACLF grade", age(timedelta(days=1))),
        ("FIB-4, NAFLD fibrosis score, APRI", age(eligibility.FIBROSIS_TESTS)),
        ("Liver stiffness by VCTE", age(eligibility.STIFFNESS)),
        ("Fibrosis stage by biopsy", age(fibrosis.BIOPSY_AGE)),
        ("AFP and liver imaging", age(eligibility.SURVEILLANCE)),
        ("Single results beside a MELD window", age(eligibility.BESIDE_MELD)),
        ("Dialysis, before the creatinine specimen", age(DIALYSIS_LOOK_BACK)),
        ("A trial entry, before a trial is named", age(CURRENT_FOR)),
    ]


def thresholds() -> tuple[tuple[str, ...], list[tuple[Text, ...]]]:
    """Head and rows: numbers that more than one rule uses."""
    stiffness = f"{figure(fibrosis.LOW_KPA)}, {figure(fibrosis.HIGH_KPA)} and {figure(fibrosis.CIRRHOSIS_KPA)} kPa"
    return ("What", "Threshold"), [
        ("MELD variant from which transplant evaluation is mentioned", str(transplant.EVALUATE_FROM)),
        ("MELD variant from which weekly laboratory tests are mentioned", str(transplant.WEEKLY_FROM)),
        ("Liver stiffness: low below, high from, cirrhosis suspected from", stiffness),
        ("Agile 3+: out below, in from", f"{figure(fibrosis.AGILE_OUT)} and {figure(fibrosis.AGILE_IN)}"),
    ]


def analytes() -> Iterator[Html]:
    """Every analyte with its codes and units."""
    yield p(
        "Only these codes and units are read. A unit that is not listed is not guessed, a result of a refused code is"
        " never taken for the analyte, and a number without a unit is refused unless the analyte says otherwise."
    )
    yield section("Analytes", *(analyte(each) for each in LABS.values()), id="all")


def analyte(lab: Lab) -> Html:
    """One analyte."""
    rows = [("Unit used", unit_of(lab.unit) or "a pure number"), ("Believed", plausible(lab))]
    accepted = Html(", ".join(join(code(each.code), note(each.system, each.flag)) for each in lab.codes))
    more: list[tuple[Text, Text]] = [
        ("Codes", accepted),
        ("Units accepted", Html("; ".join(spelled(each) for each in lab.units))),
    ]
    if lab.decoys:
        more.append(("Codes refused", join(*(code(each) for each in sorted(lab.decoys)), by=" ")))
    said = [words for holds, words in remarks(lab) if holds]
    return part(lab.title, pairs([*rows, *more]), points(said), id=lab.name)


def note(system: str, flag: str) -> Html:
    """What a code implies beside the analyte."""
    words = [
        *(["our own code"] if system.startswith(OWN) else [] if system == LOINC else [system]),
        *filter(None, [flag]),
    ]
    return html(f" ({', '.join(words)})" if words else "")


def spelled(unit: Unit) -> Html:
    """One unit, how it is converted, and which printed forms of it are known."""
    steps = [
        f" × {figure(unit.times)}" if unit.times != 1 else "",
        f" ÷ {figure(unit.over)}" if unit.over != 1 else "",
        f" + {figure(unit.plus)}" if unit.plus else "",
    ]
    forms = [*UCUM[unit.code].split(), *SPELLINGS.get(unit.code, ())]
    also = join(tag("small", " also written ", join(*map(code, forms), by=" "))) if forms else ""
    return join(code(unit.code), *steps, also)


def remarks(lab: Lab) -> Iterator[tuple[bool, str]]:
    """What is special about an analyte, and whether it holds."""
    yield lab.unitless, "A number without a unit is accepted."
    yield lab.whole, "A whole number without a unit is accepted."
    yield lab.counts_zero, "Zero is a value."
    yield lab.steady, "A change of more than tenfold within 90 days is asked about (VERIFY_VALUE)."
    for unit, first, last in lab.ambiguous:
        between = f"From {figure(first)} to {figure(last)} {unit_of(unit)}"
        yield True, f"{between} two published tables disagree; a score that reads them says so (BOUNDARY_AMBIGUOUS)."


def codes() -> Iterator[Html]:
    """Every code set of conditions, procedures, medicines and coded answers."""
    yield p(
        "ICD-10 codes are prefixes unless marked “=”; “!” takes a code out again; “cm:” and “who:” limit it to one"
        " edition. A code that is in no set is not read."
    )
    for kind in dict.fromkeys(each.kind for each in CONCEPTS.values()):
        blocks = (concept(each) for each in CONCEPTS.values() if each.kind == kind)
        yield section(kind.capitalize(), *blocks, id=kind)
    yield section("Coded answers", *(answer(each) for each in ANSWERS.values()), id="answers")


SYSTEMS = {
    "snomed": "SNOMED CT",
    "icd10": "ICD-10 and ICD-10-CM",
    "icd9": "ICD-9-CM",
    "pcs": "ICD-10-PCS",
    "icd9_procedures": "ICD-9-CM volume 3",
    "cpt": "CPT",
    "loinc": "LOINC",
    "rxnorm": "RxNorm",
    "atc": "ATC",
    "words": "Names of medicines",
}


def concept(found: Concept) -> Html:
    """One code set."""
    rows = [
        (label, join(*map(code, getattr(found, system).split()), by=" "))
        for system, label in SYSTEMS.items()
        if getattr(found, system)
    ]
    return part(found.title, pairs(rows), id=found.name)


def answer(found: Asked) -> Html:
    """One coded answer."""
    scale = "" if found.scale is None else f"0 to {found.scale}"
    said = ", ".join(dict.fromkeys(found.values.values())) or scale
    rows: list[tuple[Text, Text]] = [("Codes", join(*(code(each) for _, each in found.codes), by=" "))]
    if said:
        rows.append(("Values", said))
    return part(found.title, pairs(rows), id=found.name)


def facts() -> Iterator[Html]:
    """What is found out beyond single results."""
    yield p("What scores and rules ask for beside results, codes and other scores.")
    rows = ((tag("span", words_for(name), id=name), first_line(found)) for name, found in sorted(FACTS.items()))
    yield table(("Fact", "How it is found"), rows, "Facts")


def survival() -> Iterator[Html]:
    """What a number meant in the cohort that it was fitted to."""
    yield p(
        "Published functions of whole cohorts. They describe groups of their time; no answer applies one to a person."
    )
    yield section(
        "MELD and MELD 3.0",
        table(
            ("Score", "MELD: alive after 3 months", "MELD 3.0: alive after 90 days"),
            (
                (str(score), f"{100 * meld_3_months(score):.1f} %", f"{100 * meld_3_90_days(score):.1f} %")
                for score in range(6, 41, 2)
            ),
            "Share alive (Wiesner 2003; Kim 2021, supplement)",
        ),
        id="meld",
    )
    yield section(
        "CLIF-C ACLF",
        table(
            ("Score", *(f"died within {each.removesuffix('d')} days" for each in CLIF_C_ACLF_HORIZONS)),
            (
                (str(score), *(f"{clif_c_aclf_mortality(score, each):.0f} %" for each in CLIF_C_ACLF_HORIZONS))
                for score in range(30, 81, 5)
            ),
            "Share dead (Jalan 2014)",
        ),
        id="clif-c-aclf",
    )
