"""Cancer of the liver, which needs a dated search to be absent, and other cancer, which a problem list answers."""

from cds.chart import Event
from cds.comparing import at_least
from cds.eligibility import SURVEILLANCE
from cds.knowledge import DAY, Verdict, exclusion, no, unknown
from cds.sources import HEPAR_RULE, SOURCE_ARTICLE
from cds.trials import NCT01220492, NCT03529136, NCT03863002, NCT05984303
from cds.verdicts import active, in_the_past, lasting_into, unconfirmed, unread
from cds.views import Lab, Problem
from cds.words import RESTRICTED, imaged, measured, name_of, sentence, sources

AFP_LIMIT = 20
FIVE_YEARS = 1826 * DAY
ASK = "trial rules differ (five years, ever): ask"


@exclusion(
    id="hepatic-malignancy",
    title="Cancer of the liver",
    sources=(SOURCE_ARTICLE, NCT03863002.source, NCT01220492.source, HEPAR_RULE),
    cite="source article",
)
def hepatic_malignancy(
    liver_cancer: Problem, liver_cancer_history: Problem, liver_imaging: Problem, afp: Lab
) -> Verdict:
    """Present: an active code. Absent: none charted, liver imaging and AFP below 20 ng/mL, both within 6 months."""
    return (
        active(liver_cancer)
        or unread(liver_cancer)
        or unconfirmed(liver_cancer, liver_cancer_history)
        or in_the_past(liver_cancer, note=ASK)
        or _history(liver_cancer_history)
        or _searched(liver_imaging, afp)
    )


def _history(problem: Problem) -> Verdict | None:
    """A history code is itself the statement that the cancer is past, whatever its status."""
    events = problem.active + problem.past
    if not events:
        return None
    shown = sources(events)
    return unknown(sentence(f"{problem.title}: {ASK}") if shown else RESTRICTED, *shown)


def _searched(liver_imaging: Problem, afp: Lab) -> Verdict:
    images = lasting_into(liver_imaging, SURVEILLANCE)
    marker = afp.newest(SURVEILLANCE)
    missing = []
    if not images:
        missing.append(_no_imaging(liver_imaging))
    if marker is None:
        missing.append(f"no {name_of('afp')} result of the last 6 months")
    elif at_least(marker, AFP_LIMIT) is not False:
        missing.append(f"{measured(marker)} is not below {AFP_LIMIT} ng/mL")
    if missing or marker is None:
        return unknown(sentence(f"not ruled out: {'; '.join(missing)}"))
    said = f"none charted, {imaged(images)} and {measured(marker)}"
    return no(sentence(said), *sources(images), marker.source)


def _no_imaging(liver_imaging: Problem) -> str:
    if not liver_imaging.read:
        return "records of liver imaging could not be read (NOT_RETRIEVED)"
    return "no liver imaging of the last 6 months"


@exclusion(
    id="other-malignancy",
    title="Other cancer",
    sources=(NCT03863002.source, NCT05984303.source, NCT03529136.source, HEPAR_RULE),
    cite="NCT03863002",
)
def other_malignancy(
    other_cancer: Problem, cancer_history: Problem, liver_cancer: Problem, liver_cancer_history: Problem
) -> Verdict:
    """Present: an active code other than skin or liver. Absent: none charted, or only more than five years ago."""
    of_liver = {event.source for problem in (liver_cancer, liver_cancer_history) for event in problem.events}
    others = tuple(event for event in other_cancer.past if event.source not in of_liver)
    history = tuple(event for event in cancer_history.active + cancer_history.past if event.source not in of_liver)
    return (
        active(other_cancer)
        or unread(other_cancer)
        or unconfirmed(other_cancer, cancer_history)
        or _long_ago(other_cancer, others + history)
        or no("No other cancer is charted.")
    )


def _long_ago(problem: Problem, events: tuple[Event, ...]) -> Verdict | None:
    """Absent when every event ended more than five years ago, unknown when one is later or undated."""
    if not events:
        return None
    shown = sources(events)
    later = [event for event in events if event.last is None or problem.now - event.last.at <= FIVE_YEARS]
    if later:
        return unknown("Past cancer within five years or undated: ask the trial." if shown else RESTRICTED, *shown)
    return no("Past cancer, more than five years ago; some trials exclude any." if shown else RESTRICTED, *shown)
