"""The registered trials whose published entry criteria the rules cite, with the day on which each was read.

Phase and status are those seen in registry text on that day; what was not seen is "not recorded".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from cds.knowledge import DAY
from cds.sources import Source
from cds.views import Problem

CURRENT_FOR = 30 * DAY
NOT_RECORDED = "not recorded"
GENERIC = "Trials change: ask the trial office or search the registry; no trial is named from a list this old."


@dataclass(frozen=True, slots=True)
class Trial:
    """One registry entry. `window` is the score window of its inclusion in words, "" where it has none."""

    id: str
    population: str
    url: str
    window: str = ""
    phase: str = NOT_RECORDED
    status: str = NOT_RECORDED
    checked: date = date(2026, 11, 22)

    @property
    def source(self) -> Source:
        """The entry as a source."""
        return Source(self.id, f"Registry entry {self.id}: {self.population}.", self.url, self.checked.isoformat())

    def is_current(self, today: date) -> bool:
        """Whether it was checked in the last 30 days; a later date than `today` is not current."""
        return self.checked <= today <= self.checked + CURRENT_FOR

    @property
    def seen(self) -> str:
        """What has to stand with the id wherever the trial is named: phase, status, and the date of that."""
        return f"phase {self.phase}, status {self.status}, checked {self.checked.isoformat()}"


def _nct(number: str, population: str, window: str = "", **more: str) -> Trial:
    return Trial(number, population, f"https://clinicaltrials.gov/study/{number}", window, **more)  # type: ignore[arg-type]


NCT03863002 = _nct("NCT03863002", "ACLF, mesenchymal stem cells", "MELD(i) 17 to 30")
NCT02812121 = _nct("NCT02812121", "HBV-related ACLF, umbilical-cord MSC, 18 to 65 years", "MELD 17 to 30")
NCT01322906 = _nct("NCT01322906", "HBV-related ACLF, bone-marrow MSC, 110 patients, open label")
NCT04229901 = _nct(
    "NCT04229901",
    "ACLF grade 1 to 2 of at most one week, liver-derived progenitor cells",
    "ACLF grade 1 to 2, MELD-Na not above 35",
    phase="2b",
    status="terminated",
)
NCT03529136 = _nct(
    "NCT03529136", "decompensated cirrhosis, umbilical-cord MSC, 18 to 65 years", "above Child-Pugh A or MELD above 10"
)
NCT05984303 = _nct("NCT05984303", "decompensated cirrhosis, 18 to 75 years", "Child-Pugh 7 to 12")
NCT05948982 = _nct("NCT05948982", "HBV-related decompensated cirrhosis, 18 to 75 years", "Child-Pugh not above 12")
NCT01220492 = _nct("NCT01220492", "cirrhosis")
NCT01342250 = _nct("NCT01342250", "cirrhosis")
NCT01854125 = _nct("NCT01854125", "cirrhosis, refractory ascites")
NCT03963921 = _nct(
    "NCT03963921",
    "steatohepatitis with fibrosis F3 or F4 by biopsy, liver-derived progenitor cells, 23 patients, open label",
    status="completed",
)
EUCTR2016_001177_32 = Trial(
    "EUCTR2016-001177-32",
    "ACLF grade 1 (restricted subsets) or 2, 18 to 70 years, liver-derived progenitor cells",
    "https://www.clinicaltrialsregister.eu/ctr-search/search?query=2016-001177-32",
)
CTRI_2012_04_002560 = Trial(
    "CTRI/2012/04/002560",
    "alcohol-related cirrhosis, 18 to 65 years, hepatic artery",
    "https://ctri.nic.in/",
    "Child-Pugh B or C, MELD at least 10",
)

FAMILIES: dict[str, tuple[Trial, ...]] = {
    "steatosis": (NCT03963921,),
    "cirrhosis": (
        NCT03529136,
        NCT05984303,
        NCT05948982,
        NCT01220492,
        NCT01342250,
        NCT01854125,
        CTRI_2012_04_002560,
    ),
    "aclf": (NCT03863002, NCT02812121, NCT01322906, NCT04229901, EUCTR2016_001177_32),
}
"""Pathway id -> the trials that make up its family."""


_IDS = re.compile(r"\b(NCT\d{8}|EUCTR[\d-]+|CTRI/[\d/]+)")


def unnamed(text: str, today: date) -> str:
    """The text as it is while the list of trials is current; later with every trial id replaced by "a trial"."""
    return text if list_is_current(today) else _IDS.sub("a trial", text)


@cache
def list_is_current(today: date) -> bool:
    """Whether every trial was checked in the 30 days before `today`."""
    return all(trial.is_current(today) for family in FAMILIES.values() for trial in family)


def named(trials: Iterable[Trial], today: date) -> str:
    """The trials by phase, status and date checked; the generic sentence when the list is older than 30 days."""
    alike: dict[str, list[str]] = {}
    for trial in trials:
        if not trial.is_current(today):
            return GENERIC
        alike.setdefault(trial.seen, []).append(trial.id)
    return "; ".join(f"{', '.join(sorted(ids))} ({seen})" for seen, ids in alike.items()) + "." if alike else GENERIC


NOT_SCREENED = (
    "heart failure NYHA III to IV or reduced ejection fraction",
    "thrombotic event within 12 months (NCT04229901) or 3 months (NCT03963921)",
    "fibrinogen below 80 mg/dL",
    "platelets below 50 × 10⁹/L (tested in the ACLF family only)",
    "mechanical ventilation for respiratory failure",
    "hypotension in spite of vasopressors",
    "artificial liver support",
    "TIPS within 6 months",
    "biliary obstruction",
    "portal cavernoma",
    "drug abuse within 5 years",
    "body weight below 50 kg",
    "family history of malignancy",
    "biliary or autoimmune cirrhosis (NCT04229901, NCT02812121)",
    "time since the onset of ACLF",
    "upper age limits (65, 70 or 75 years by trial)",
    "consent",
    "product release",
)
"""What trials ask that a chart does not answer: said with every trial family, for the trial office to check."""


def not_screened(heart_failure: Problem) -> tuple[str, ...]:
    """What trials ask that a chart does not answer; heart failure is named when it is charted and may be shown."""
    if any(not event.restricted for event in heart_failure.active):
        return (f"{NOT_SCREENED[0]} (heart failure is charted)", *NOT_SCREENED[1:])
    return NOT_SCREENED
