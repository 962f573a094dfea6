"""The source attributes of the clinical content: 31 for the scores, which are fitted models, and 13 for the rules.

The lists follow 45 CFR 170.315(b)(11). A text that begins with `NOT_AVAILABLE` says why there is nothing to say.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from cds import content, handbook

NOT_AVAILABLE = "Not available: "


@dataclass(frozen=True, slots=True)
class Attribute:
    """One source attribute. `key` is stable; `text` is never empty."""

    group: str
    key: str
    title: str
    text: str

    @property
    def available(self) -> bool:
        """Whether there is something to say."""
        return not self.text.startswith(NOT_AVAILABLE)


DEVELOPER = (
    "The hepar contributors, for this implementation; the equations are those of the authors that each score's page"
    " cites. Contact: the clinical owner or the support desk of the site that runs the service."
)
FUNDING = "None: no sponsor and no financial interest in any product that the content mentions."
OTHER_VARIABLES = (
    "Sex is used (MELD 3.0, hepatic steatosis index); date of birth is used (age: FIB-4, NAFLD fibrosis score, alcohol"
    " and ACLF scores, the limits at 12 and 18 years). Health status is used (dialysis, ascites, encephalopathy). Race,"
    " ethnicity, language, sexual orientation, gender identity and social determinants are not used."
)
APPROVAL = (
    f"Approved: {content.APPROVED.isoformat()}." if content.APPROVED else f"Approved: not yet, status {content.STATUS}."
)
COHORTS = "Not available: the publications describe their cohorts, and this project holds none of their data."
LOCAL = "Not available: no site has reported local data. The service counts what it could not compute, by reason."


def _predictive() -> Iterator[Attribute]:
    details = "Details and output"
    yield Attribute(details, "developer", "Developer and contact", DEVELOPER)
    yield Attribute(details, "funding", "Funding of the technical implementation", FUNDING)
    yield Attribute(
        details,
        "output-value",
        "What is produced",
        "For each score one number, or the bounds between which it lies, with the band of its publication, the"
        " inputs as charted and as used, and reasons from a closed list.",
    )
    yield Attribute(
        details,
        "output-type",
        "Type of output",
        "Prediction (MELD family, CLIF-C scores, Glasgow score, Lille) or classification (Child-Pugh, ACLF grade,"
        " fibrosis and steatosis tests, Maddrey). No recommendation.",
    )
    purpose = "Purpose"
    yield Attribute(purpose, "intended-use", "Intended use", handbook.INTENDED_USE)
    yield Attribute(purpose, "intended-population", "Intended patients", handbook.POPULATION)
    yield Attribute(purpose, "intended-users", "Intended users", handbook.USERS)
    yield Attribute(purpose, "decision-role", "Role in the decision", handbook.ROLE)
    caution = "Cautioned out-of-scope use"
    yield Attribute(
        caution,
        "out-of-scope",
        "Tasks, situations and populations to keep out of",
        "Emergencies; allocation of organs; children under 12 years; after a liver transplant and in acute liver"
        " failure alone (MELD); acute hepatitis (fibrosis tests); below 35 years (bands of FIB-4 and of the NAFLD"
        " fibrosis score).",
    )
    yield Attribute(caution, "known-risks", "Known risks and limitations", " ".join(handbook.KNOWN_LIMITS))
    development = "Development and inputs"
    yield Attribute(
        development,
        "training-criteria",
        "Who was in the data that the models were fitted to",
        "MELD: patients before an elective shunt procedure (2000), and hospitalised and outpatient cirrhosis (2001)."
        " MELD 3.0: adults on the United States waiting list. FIB-4: HIV and hepatitis C coinfection. APRI: chronic"
        " hepatitis C. NAFLD fibrosis score: biopsied fatty liver disease. CLIF-C scores: European patients in hospital"
        " with decompensated cirrhosis. Details are in the publications cited.",
    )
    yield Attribute(
        development, "variables-used", "Use of sex, date of birth and other personal variables", OTHER_VARIABLES
    )
    yield Attribute(development, "demographics", "Demographic representativeness of that data", COHORTS)
    yield Attribute(
        development,
        "relevance",
        "Relevance of that data to where the service is used",
        "Not known for a given site. Aetiologies, laboratory methods and allocation rules have changed since most"
        " cohorts were followed; each score's page names the population it was made for.",
    )
    fairness = "Fairness in development"
    yield Attribute(
        fairness,
        "fairness-approach",
        "How fairness was sought",
        "MELD 3.0 adds a constant for women, whom the older MELD ranks too low. Sex for clinical use goes before"
        " administrative gender; an unknown sex gives both results, never a default. Race is not used.",
    )
    yield Attribute(
        fairness,
        "bias-management",
        "How bias is managed",
        "Older variants are shown beside MELD 3.0 under their own names. Creatinine reflects muscle mass and differs by"
        " sex and body build: no correction is made.",
    )
    external = "External validation"
    yield Attribute(
        external,
        "external-data",
        "Data and setting",
        "Not available: the publications cited describe theirs, and this implementation has not been run on patient"
        " data of a site with known outcomes.",
    )
    yield Attribute(external, "external-party", "Who did it", "Not available: nobody has, for this implementation.")
    yield Attribute(external, "external-demographics", "Demographic representativeness", COHORTS)
    yield Attribute(
        external,
        "external-process",
        "How",
        "The equations, not the outcomes, are compared: with independent implementations over made-up patients, and"
        " with worked examples that each score's page shows.",
    )
    performance = "Performance"
    yield Attribute(performance, "internal-validity", "Validity in data of the same source", COHORTS)
    yield Attribute(performance, "internal-fairness", "Fairness in data of the same source", COHORTS)
    yield Attribute(
        performance,
        "external-validity",
        "Validity in other data",
        "Not available: see the publications cited. Bands with observed mortality are shown with their years and"
        " source.",
    )
    yield Attribute(performance, "external-fairness", "Fairness in other data", COHORTS)
    yield Attribute(
        performance,
        "outcome-evaluations",
        "Evaluations of the effect on outcomes",
        "Not available: no study of the effect of this service on patients or decisions exists.",
    )
    maintenance = "Maintenance"
    yield Attribute(
        maintenance,
        "validity-monitoring",
        "Monitoring of validity",
        f"The content is reviewed by {content.REVIEW_DUE.isoformat()}; after that date every answer says that the"
        f" review is overdue. Between reviews, answers that clinicians reject are counted by reason.",
    )
    yield Attribute(maintenance, "local-validity", "Validity in local data", LOCAL)
    yield Attribute(
        maintenance,
        "fairness-monitoring",
        "Monitoring of fairness",
        "Not available: the service keeps no personal data to do it with. A site can compare how often it shows"
        " something by sex and age band from its own records.",
    )
    yield Attribute(maintenance, "local-fairness", "Fairness in local data", LOCAL)
    updates = "Updates"
    yield Attribute(
        updates,
        "update-process",
        "How and how often it is updated",
        "At least yearly, and when a publication or policy changes. A revised score gets a new name beside the old one;"
        " every change of content changes its version and the change log.",
    )
    yield Attribute(
        updates,
        "correction-process",
        "How soon faults are corrected",
        "A fault that changes a score or a rule is corrected in a release of its own, named under clinical change in"
        " the change log. There is no fixed schedule.",
    )


def _evidence_based() -> Iterator[Attribute]:
    source = "Source"
    yield Attribute(
        source,
        "citation",
        "Bibliographic citation",
        "Every criterion, exclusion and evaluation step names its trial, guideline or article; all are on the page of"
        " sources, with how far each is confirmed.",
    )
    yield Attribute(source, "developer", "Developer of the intervention", DEVELOPER)
    yield Attribute(source, "funding", "Funding of the technical implementation", FUNDING)
    yield Attribute(
        source,
        "dates",
        "Release and revision dates",
        f"Content {content.VERSION}, released {content.RELEASED.isoformat()}, review due"
        f" {content.REVIEW_DUE.isoformat()}. {APPROVAL} The date on which each trial entry was read stands with it.",
    )
    use = "Use of personal variables"
    yield Attribute(use, "race", "Race", "Not used.")
    yield Attribute(use, "ethnicity", "Ethnicity", "Not used.")
    yield Attribute(use, "language", "Language", "Not used.")
    yield Attribute(use, "sexual-orientation", "Sexual orientation", "Not used.")
    yield Attribute(use, "gender-identity", "Gender identity", "Not used.")
    yield Attribute(
        use,
        "sex",
        "Sex",
        "Used: thresholds of alcohol screening and of HDL cholesterol, the question of pregnancy, and within MELD 3.0.",
    )
    yield Attribute(
        use, "date-of-birth", "Date of birth", "Used: adult age, the question of pregnancy, and within scores."
    )
    yield Attribute(use, "social-determinants", "Social determinants of health", "Not used.")
    yield Attribute(
        use,
        "health-status",
        "Health status assessments",
        "Used: alcohol screening (AUDIT-C), ascites grade, West Haven grade, dialysis.",
    )


PREDICTIVE: tuple[Attribute, ...] = tuple(_predictive())
"""For the scores."""

EVIDENCE_BASED: tuple[Attribute, ...] = tuple(_evidence_based())
"""For the criteria, exclusions, evaluation steps and follow-up."""
