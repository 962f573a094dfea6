"""What the handbook says that no single declaration says: what the service is for, what it is not, how it decides."""

from cds.sources import EDDOWES_2019, FDA_ALERT_2020, LIU_2022

INTENDED_USE = (
    "hepar shows published liver scores, with their inputs, dates and limits, to health care professionals who look"
    " after adults with liver disease. It says which evaluation is missing and which published criteria a chart meets."
    " It informs the reader, who can check every step against the chart, and it decides nothing."
)

USERS = "Physicians, advanced practice providers, pharmacists and nurses. It is not written for patients."
POPULATION = (
    "Adults with liver disease on the chart. The MELD family is also computed from 12 years on, as its publications"
    " say; below 18 years nothing is said about trials. Without liver disease on the chart nothing is shown."
)
ROLE = (
    "It supports a clinician's judgement and does not replace it. Suggested orders are drafts that are chosen one by"
    " one, never preselected."
)

NOT_FOR = (
    (
        "It is not for emergencies and is not time-critical: it must not be the only way in which a dangerous result is"
        " noticed."
    ),
    (
        "It is not an allocation score: exception points are not included, and the transplant organisation's own"
        " computation is the one that counts."
    ),
    (
        "It is no diagnosis, no prognosis for a single person, and no statement that anyone should or should not be"
        " given anything."
    ),
    "It says nothing to patients, and nothing about children under 12 years.",
    "It reads discrete results and codes. It reads no images, no signals and no free text.",
    (
        "It carries no clearance and no certificate as a medical device. It is not CE-marked: in the EU and the UK it"
        " is not for clinical use unless whoever deploys it has done what the law there asks."
    ),
    (
        "An empty answer is no all-clear. It means that there was nothing to say about what was sent, or nothing that"
        " was not said lately."
    ),
)

ALSO_CITED = {"limits": (EDDOWES_2019,), "intended-use": (LIU_2022, FDA_ALERT_2020)}
"""Page -> sources that its text names and that no declaration cites."""

SCORE_STATUSES = (
    ("computed", "One value, and nothing to remark."),
    ("computed-with-caveat", "A value, or the bounds between which it lies, with the reasons that limit it."),
    ("not-computed", "An input is missing, unusable or too old. The reasons say which, and what would mend it."),
    ("not-applicable", "The score is not meant for this patient. The reason says why."),
)
CRITERION_STATUSES = (
    ("met", "The chart shows it, with evidence that is fresh enough to decide."),
    ("not-met", "The chart shows the contrary, with evidence that is fresh enough to decide."),
    (
        "unknown",
        "The chart does not decide: nothing charted, not read, not confirmed, too old, or open between bounds.",
    ),
)
EXCLUSION_STATUSES = (
    ("present", "The chart shows it."),
    (
        "absent",
        (
            "The chart rules it out. For cancer of the liver, thrombosis, HIV, pregnancy and alcohol that takes a dated"
            " negative finding: an empty problem list is not one."
        ),
    ),
    ("unknown", "Neither. Unknown is never absent."),
)
PATHWAY_STATUSES = (
    ("not-applicable", "The gate is closed: the chart does not show the disease."),
    (
        "does-not-match",
        ("A criterion is not met, or an exclusion is present. What is known to be false outweighs what is unknown."),
    ),
    (
        "cannot-determine",
        "No criterion is known to be missed and no exclusion known to be present, but something is unknown.",
    ),
    (
        "matches",
        (
            "All criteria are met and all exclusions that are screened are absent. This is not eligibility: the trial"
            " office decides, and much is not screened here."
        ),
    ),
)
EVALUATION_STATUSES = (
    ("done", "The evidence is there and recent enough. It does not say that a result was normal."),
    ("missing", "There is none, or the records could not be read."),
    ("out-of-date", "There is only older evidence."),
    ("not-needed", "The step does not apply to this chart."),
)
FOLLOW_UP_STATUSES = (
    ("not-started", "No administration is recorded, or administrations could not be read."),
    ("upcoming", "Today is before the window."),
    ("due", "Today is in the window, and the visit is not complete."),
    ("overdue", "Today is after the window, and the visit is not complete."),
    ("done", "The results or the study are there, inside the window or late by no more than the page says."),
)

NUMBERS = (
    (
        "Results are converted into one unit per analyte. Molar results that become mg/dL are rounded half up to 0.01"
        " first."
    ),
    "Inputs outside the limits of a formula are moved to the limit, and the report says so (CLAMPED_…).",
    "The whole score is rounded once, at the end, half up: 14.5 is 15.",
    "Bands and cut-offs are decided on the unrounded number, so 1.295 shows as 1.30 and is still below 1.30.",
    "A value reported as below or above a limit is never read as that number. It gives bounds, or no score.",
    (
        "Where sex, dialysis, ascites or encephalopathy are unknown, all possibilities are computed, and the bounds are"
        " shown."
    ),
    "Nothing that is missing is replaced by a normal value.",
    "When a newer result cannot be used, the next older one is taken, and the reason of the newer one stays visible.",
)

KNOWN_LIMITS = (
    (
        "An anticoagulant makes the INR unreadable, and with it every score that uses it. MELD-XI is shown beside MELD"
        " then."
    ),
    "Albumin given before the draw lowers MELD 3.0. Haemolysis and Gilbert syndrome raise bilirubin.",
    (
        "Creatinine and INR methods differ between laboratories and can move MELD by several points. Trends are"
        " shown within one laboratory only, and a difference of one point says nothing."
    ),
    (
        "No verified code exists for vasopressors, for ventilation for respiratory failure, or for a course of"
        " steroids. Where they matter, scores are bounded or not computed."
    ),
    (
        "West Haven and ascites grades are read from this project's own codes only, as no verified LOINC or SNOMED"
        " CT code exists."
    ),
    (
        "Bands of liver stiffness are those of the AGA pathway and of Baveno VII. A study in fatty liver disease found"
        " 8.2, 9.7 and 13.6 kPa for F2, F3 and F4 (Eddowes 2019)."
    ),
    "The age for MELD 3.0 is today's, not that of a waiting-list registration.",
    "OPTN policy is known from transcriptions and is to be compared with its current text before use.",
    (
        "Trial records were read on mirrors of the registries. They change, and a trial is named only while its"
        " entry was checked within 30 days."
    ),
    "Several thresholds are rules of this product and are marked so. A clinical owner signs them before use.",
)

MARKS = {
    "reproduced": "numbers reproduced against another implementation or a published example",
    "seen": "text seen",
    "to-confirm": "cited from memory or a transcription: confirm before relying on it",
    "product-rule": "a rule of this product, which no publication states",
}
"""How far a source is confirmed, in words."""
