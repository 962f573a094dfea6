"""Bleeding, infection, and thrombosis of the portal or hepatic veins."""

from cds.comparing import at_least
from cds.eligibility import SURVEILLANCE
from cds.knowledge import DAY, Verdict, exclusion, no, unknown, yes
from cds.sources import HEPAR_RULE, SOURCE_ARTICLE
from cds.trials import NCT01220492, NCT02812121, NCT03529136, NCT03863002, NCT04229901, NCT05948982
from cds.verdicts import active, in_the_past, lasting_into, open_about, starting_within, unconfirmed, unread
from cds.views import Lab, Problem, within
from cds.words import RESTRICTED, charted, imaged, measured, sentence, sources

TWO_MONTHS = 60 * DAY
HAEMOGLOBIN_AGE = 7 * DAY
HAEMOGLOBIN_LOW = 9.0
PARTIAL = "the record does not tell complete from partial thrombosis"


@exclusion(
    id="active-bleeding",
    title="Variceal or other gastrointestinal bleeding",
    sources=(
        SOURCE_ARTICLE,
        NCT03863002.source,
        NCT02812121.source,
        NCT01220492.source,
        NCT03529136.source,
        NCT05948982.source,
        HEPAR_RULE,
    ),
    cite="NCT03863002",
)
def active_bleeding(
    bleeding_varices: Problem, gi_bleeding: Problem, band_ligation: Problem, haemoglobin: Lab
) -> Verdict:
    """Present: onset within 60 d, or active and undated. Absent: conditions and procedures read, nothing in 60 d.

    Unknown too after band ligation within 60 d without a bleeding code, or with haemoglobin < 9.0 g/dL within 7 d.
    """
    bleeding = (bleeding_varices, gi_bleeding)
    return (
        _bled(*bleeding)
        or unread(*bleeding, band_ligation)
        or unconfirmed(*bleeding)
        or _ended_lately(*bleeding)
        or _ligated(band_ligation)
        or _anaemic(haemoglobin)
        or no("No bleeding is charted within 60 days.")
    )


def _bled(*problems: Problem) -> Verdict | None:
    for problem in problems:
        events = starting_within(problem, TWO_MONTHS) + tuple(each for each in problem.active if each.onset is None)
        if events:
            return yes(charted(problem.title, events), *sources(events))
    return None


def _ended_lately(*problems: Problem) -> Verdict | None:
    """A past event that ended within 60 d, or whose time is not charted."""
    for problem in problems:
        now = problem.now
        open_ = tuple(each for each in problem.past if each.last is None or within(now, each.end, TWO_MONTHS))
        if open_:
            return open_about(problem, open_, "ended within 60 days or at an unknown time")
    return None


def _ligated(band_ligation: Problem) -> Verdict | None:
    recent = lasting_into(band_ligation, TWO_MONTHS)
    return open_about(band_ligation, recent, "within 60 days, without charted bleeding") if recent else None


def _anaemic(haemoglobin: Lab) -> Verdict | None:
    result = haemoglobin.newest(HAEMOGLOBIN_AGE)
    if result and at_least(result, HAEMOGLOBIN_LOW) is not True:
        return unknown(sentence(f"{measured(result)} without a cause that the chart names"), result.source)
    return None


@exclusion(
    id="uncontrolled-infection",
    title="Sepsis or bacterial peritonitis",
    sources=(NCT03863002.source, NCT02812121.source, NCT03529136.source, HEPAR_RULE),
    cite="NCT03863002",
)
def uncontrolled_infection(sepsis: Problem, bacterial_peritonitis: Problem) -> Verdict:
    """Present: active. Absent: conditions read, none within 60 d. Unknown: resolved within 60 d."""
    infections = (sepsis, bacterial_peritonitis)
    return (
        active(*infections)
        or unread(*infections)
        or unconfirmed(*infections)
        or _resolved_lately(*infections)
        or no("No sepsis or bacterial peritonitis is charted within 60 days.")
    )


def _resolved_lately(*problems: Problem) -> Verdict | None:
    for problem in problems:
        now = problem.now
        open_ = tuple(each for each in problem.past if each.last is None or within(now, each.last, TWO_MONTHS))
        if open_:
            return open_about(problem, open_, "past, within 60 days or undated; ask (two months in NCT03863002)")
    return None


@exclusion(
    id="portal-vein-thrombosis",
    title="Thrombosis of the portal or hepatic veins",
    sources=(NCT03863002.source, NCT04229901.source, NCT01220492.source, HEPAR_RULE),
    cite="NCT03863002",
)
def thrombosis(portal_vein_thrombosis: Problem, budd_chiari: Problem, liver_imaging: Problem) -> Verdict:
    """Present: active. Absent: none charted and liver imaging within 6 months. Resolved or unconfirmed: unknown."""
    veins = (portal_vein_thrombosis, budd_chiari)
    found = active(*veins)
    if found:
        named = found.because != RESTRICTED
        return yes(f"{found.because[:-1]}; {PARTIAL}." if named else RESTRICTED, *found.evidence)
    return (
        unread(*veins)
        or unconfirmed(*veins)
        or in_the_past(*veins, note="ask whether the vein is open")
        or _imaged(liver_imaging)
    )


def _imaged(liver_imaging: Problem) -> Verdict:
    images = lasting_into(liver_imaging, SURVEILLANCE)
    if images:
        return no(f"No thrombosis is charted; {imaged(images)}.", *sources(images))
    return unread(liver_imaging) or unknown("Not ruled out: no liver imaging of the last 6 months.")
