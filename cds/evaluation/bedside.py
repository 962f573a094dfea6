"""What only an examination can tell: encephalopathy and ascites."""

from datetime import timedelta

from cds.evaluation.setting import (
    ACLF_WINDOW,
    CIRRHOSIS_WINDOW,
    Part,
    Setting,
    either,
    only_if,
    tested,
    together,
    without,
)
from cds.knowledge import Order, evaluation
from cds.sources import HEPAR_RULE, PUGH_1973
from cds.views import Answers

ENCEPHALOPATHY = Order("Assess hepatic encephalopathy (West Haven grade)", category="assessment")
ASCITES = Order("Assess ascites (examination or ultrasound)", category="assessment")
NO_CIRRHOSIS = "No cirrhosis is charted."


@evaluation(
    id="hepatic-encephalopathy-assessment",
    title="Hepatic encephalopathy assessment",
    sources=(PUGH_1973, HEPAR_RULE),
    orders=(ENCEPHALOPATHY,),
    window="30 days; in ACLF 24 hours",
)
def hepatic_encephalopathy_assessment(
    setting: Setting, west_haven_grade: Answers, encephalopathy_finding: Answers
) -> tuple[str, str]:
    """In cirrhosis or ACLF: an explicit West Haven grade, or the finding that there is no encephalopathy."""
    age = ACLF_WINDOW if setting.aclf == "yes" else CIRRHOSIS_WINDOW
    return (
        without(setting)
        or only_if(setting, setting.cirrhosis, NO_CIRRHOSIS)
        or together((_explicit("West Haven grade", west_haven_grade, encephalopathy_finding, age),))
    )


@evaluation(
    id="ascites-assessment",
    title="Ascites assessment",
    sources=(PUGH_1973, HEPAR_RULE),
    orders=(ASCITES,),
    window="30 days",
)
def ascites_assessment(setting: Setting, ascites_grade: Answers, ascites_finding: Answers) -> tuple[str, str]:
    """In cirrhosis or ACLF: an explicit ascites grade, or the finding that there is none."""
    return (
        without(setting)
        or only_if(setting, setting.cirrhosis, NO_CIRRHOSIS)
        or together((_explicit("ascites grade", ascites_grade, ascites_finding, CIRRHOSIS_WINDOW),))
    )


def _explicit(title: str, grade: Answers, finding: Answers, age: timedelta) -> Part:
    """A grade; or a finding "absent". "Present" without a grade is no assessment of the grade."""
    absent = Answers(finding.name, finding.now, tuple(a for a in finding.answers if a.value == "absent"), finding.read)
    found = either(title, (tested(grade, title, age), tested(absent, title, age)))
    return Part(found.title, found.when, found.current, found.shown, grade.read)
