"""What to say about investigational trials: how the chart compares with published entry criteria."""

from cds import tables, wording
from cds.advice.parts import HEPAR, headline, investigational, limits, sections
from cds.assessment import Assessment
from cds.findings import Finding, Section
from cds.trials import FAMILIES, named, unnamed
from cds.words import counted


def screening(assessment: Assessment, at_site: str) -> list[Finding]:
    """The investigational trial families whose gate is open; nothing where none is."""
    families = [each for each in assessment.pathways if each.status != "not-applicable"]
    if not families:
        return []
    statuses = {each.status for each in families}
    present = sum(each.status == "present" for each in assessment.exclusions)
    unknown = sum(each.status == "unknown" for each in assessment.exclusions)
    unknown += sum(each.status == "unknown" for family in families for each in family.criteria)
    if "matches" in statuses:
        says = (
            "Investigational: chart meets published entry of an MSC liver trial family; consider trial-office referral"
        )
    elif "cannot-determine" in statuses:
        items = counted(unknown, "item")
        says = f"Investigational: entry into an MSC liver clinical trial cannot be determined, {items} unknown"
    else:
        found = f", {counted(present, 'exclusion')} found" if present else ""
        says = f"Investigational: chart does not meet published entry of an MSC liver clinical trial{found}"
    office = statuses & {"matches", "cannot-determine"}
    return [
        Finding(
            topic="msc-screening",
            title="Investigational MSC trials",
            severity="info",
            headline=headline(says),
            sections=sections(
                investigational(at_site),
                *(tables.criteria(family, assessment.computed_at.date()) for family in families),
                tables.exclusions(assessment),
                _for_the_trial_office(assessment, tuple(each.id for each in families)) if office else None,
                limits(assessment),
            ),
            source=(HEPAR, "intended-use"),
            guide=(
                *((f"Trial family: {each.title}", f"pathways/{each.id}") for each in families),
                ("Exclusions", "exclusions"),
            ),
            links=(wording.FDA_ALERT, wording.REGISTRY_SEARCH),
        )
    ]


def _for_the_trial_office(assessment: Assessment, families: tuple[str, ...]) -> Section:
    today = assessment.computed_at.date()
    trials = tuple(f"{tables.pathway(assessment, each).title}: {named(FAMILIES[each], today)}" for each in families)
    not_screened = unnamed("; ".join(assessment.not_screened), today)
    return Section("For the trial office", (f"Not screened here: {not_screened}.",), points=trials)
