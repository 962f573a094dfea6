"""Facts that are computed from results: ratios, the laboratory's own limits, and what has no verified code."""

from datetime import timedelta
from decimal import Decimal

from cds.ask import Ask
from cds.chart import Result
from cds.knowledge import DAY, fact
from cds.reasons import missing
from cds.views import Fact

SAME_TIME = timedelta(hours=1)
ULN_WHERE_NONE_IS_GIVEN = Decimal(40)
"""U/L for ALT and AST, used only to recognise acute hepatitis where the laboratory gives no limit."""


def _same_draw(one: Result | None, other: Result | None) -> bool:
    return one is not None and other is not None and one.when.at == other.when.at


@fact
def ast_upper_limit(ask: Ask) -> Fact:
    """The laboratory's own upper limit of AST, U/L, of the newest result."""
    ast = ask.lab("ast").newest()
    if ast is None or ast.upper_limit is None:
        return Fact("ast-upper-limit", (), (missing("ast_upper_limit"),), "the result has no reference range")
    return Fact(
        "ast-upper-limit", (float(ast.upper_limit),), (), "reference range", (ast.source,), "U/L", when=ast.when
    )


@fact
def transaminase_ratio(ask: Ask) -> Fact:
    """The higher of ALT and AST as a multiple of its upper limit (40 U/L where the laboratory gives none)."""
    ratios = [
        float(result.value / (result.upper_limit or ULN_WHERE_NONE_IS_GIVEN))
        for result in (ask.lab("alt").newest(), ask.lab("ast").newest())
        if result is not None
    ]
    return Fact("transaminase-ratio", (max(ratios),) if ratios else ())


@fact
def pt_prolongation(ask: Ask) -> Fact:
    """Prothrombin time above the control of the same draw, s."""
    time, control = ask.lab("pt").newest(), ask.lab("pt_control").newest()
    if time is None or control is None or not _same_draw(time, control) or time.comparator or control.comparator:
        return Fact("pt", (), (missing("pt"),), "no prothrombin time with a control of the same draw")
    return Fact(
        "pt",
        (float(time.value - control.value),),
        (),
        "PT above control",
        (time.source,),
        "s",
        when=time.when,
        result=time,
    )


@fact
def pt_ratio(ask: Ask) -> Fact:
    """Prothrombin time divided by the control of the same draw."""
    time, control = ask.lab("pt").newest(), ask.lab("pt_control").newest()
    if time is None or control is None or not _same_draw(time, control) or time.comparator or control.comparator:
        return Fact("pt-ratio", (), (missing("pt_ratio"),), "no prothrombin time with a control of the same draw")
    ratio = float(time.value / control.value)
    return Fact("pt-ratio", (ratio,), (), "PT divided by control", (time.source,), "1", when=time.when, result=time)


@fact
def urea_or_bun(ask: Ask) -> Fact:
    """Urea in mmol/L: measured, or from blood urea nitrogen (mg/dL x 0.357)."""
    urea, bun = ask.lab("urea").newest(), ask.lab("bun").newest()
    if urea and not urea.comparator and (bun is None or urea.when.at >= bun.when.at):
        return Fact("urea", (float(urea.value),), (), "measured", (urea.source,), "mmol/L", when=urea.when, result=urea)
    if bun and not bun.comparator:
        value = float(bun.value * Decimal("0.357"))
        return Fact("urea", (value,), (), "from urea nitrogen", (bun.source,), "mmol/L", when=bun.when, result=bun)
    return Fact("urea", (), (missing("urea"),), "neither urea nor urea nitrogen")


def _per_oxygen(ask: Ask, numerator: str, name: str) -> Fact:
    """A saturation or pressure divided by the inspired fraction of the same hour, if both are of the last 24 h."""
    top, oxygen = ask.lab(numerator).newest(DAY), ask.lab("fio2").newest(DAY)
    if top is None or oxygen is None or top.comparator or abs(top.when.at - oxygen.when.at) > SAME_TIME:
        return Fact(name, (), (missing(name),), "not measured together with the inspired oxygen in the last 24 h")
    ratio = float(top.value / oxygen.value)
    return Fact(name, (ratio,), (), f"{numerator} divided by FiO2", (top.source, oxygen.source), when=top.when)


@fact
def pf_calculated(ask: Ask) -> Fact:
    """PaO2 in mmHg divided by FiO2."""
    return _per_oxygen(ask, "pao2", "pf_ratio")


@fact
def sf_ratio(ask: Ask) -> Fact:
    """SpO2 in percent divided by FiO2."""
    return _per_oxygen(ask, "spo2", "sf_ratio")


@fact
def rrt(ask: Ask) -> Fact:
    """Renal replacement therapy now: the dialysis rule of the MELD scores."""
    found = ask.fact("dialysis")
    return Fact("rrt", found.candidates, found.reasons, found.because, found.evidence)


@fact
def vasopressors(ask: Ask) -> Fact:
    """Vasopressors for circulatory failure: no verified code, so never known."""
    return Fact("vasopressors", (False, True), (missing("vasopressors"),), "no verified code says so")


@fact
def ventilation(ask: Ask) -> Fact:
    """Mechanical ventilation for respiratory failure: no verified code, so never known."""
    return Fact("ventilation", (False, True), (missing("ventilation"),), "no verified code says so")


@fact
def bilirubin_day_0(ask: Ask) -> Fact:
    """Bilirubin on the first day of a steroid course: no verified code marks the course, so never known."""
    return Fact("bilirubin-day-0", (), (missing("steroid_course"),), "no verified code marks a steroid course")


@fact
def bilirubin_day_7(ask: Ask) -> Fact:
    """Bilirubin on day 6 to 8 of a steroid course: never known, as above."""
    return Fact("bilirubin-day-7", (), (missing("steroid_course"),), "no verified code marks a steroid course")
