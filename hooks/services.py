"""The services offered, and what each asks the EHR to send along: computed from the codes that the medicine reads."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal
from urllib.parse import quote

from cds.codes import ANSWERS, CONCEPTS
from cds.fhir.administrations import ANCHORING
from cds.labs import asked_codes

Topic = Literal["evaluation", "order-select", "order-sign", "follow-up"]

VALIDATION = "/records/$validate"
"""Where records of administrations are judged: no service of the protocol, but called with the same tokens."""

KEYS = ("patient", "labs", "vitals", "conditions", "procedures", "medications", "administrations")
"""The prefetch keys. All but "patient" are also the names of the kinds of record (`cds.chart.KINDS`)."""
REQUIRED = frozenset({"patient", "labs"})
"""Without these there is no answer: 412."""

Codes = frozenset[tuple[str, str]]
_SEPARATORS = re.compile(r"[\\,|$]")

PATIENT = "{{context.patientId}}"
PAGE = 500


@dataclass(frozen=True, slots=True)
class Service:
    """One service. `plain` is its description while nothing may be said about MSC trials."""

    id: str
    hook: str
    title: str
    description: str
    plain: str
    topic: Topic

    @property
    def about_orders(self) -> bool:
        """Whether it speaks only when an MSC order is in the call."""
        return self.topic in ("order-select", "order-sign")

    @property
    def unasked(self) -> bool:
        """Whether it speaks when nobody is about to decide anything: only then is repeated advice held back."""
        return self.hook in ("patient-view", "encounter-start")


_SCORES = (
    "Scores of liver disease (MELD 3.0, Child-Pugh, FIB-4 and others) with their inputs, dates and sources, exclusions "
    "found, and evaluation that is still missing, with draft orders to choose from."
)
_FAMILIES = " Names the family of investigational MSC trials whose published criteria the chart matches, if any."
_ORDERS = "Exclusions found and missing baseline evaluation"
_PLAIN_ORDERS = f"{_ORDERS}, for orders that this site has registered."
_DUE = "which follow-up laboratory tests and imaging are due or overdue"

SERVICES: dict[str, Service] = {
    service.id: service
    for service in (
        Service(
            "msc-liver-evaluation", "patient-view", "Liver evaluation", _SCORES + _FAMILIES, _SCORES, "evaluation",
        ),
        Service(
            "msc-liver-evaluation-encounter", "encounter-start", "Liver evaluation at admission",
            _SCORES + _FAMILIES, _SCORES, "evaluation",
        ),
        Service(
            "msc-liver-order-select", "order-select", "Liver evaluation while ordering",
            f"{_ORDERS}, while an order for an investigational MSC product is being picked.", _PLAIN_ORDERS,
            "order-select",
        ),
        Service(
            "msc-liver-order-sign", "order-sign", "Liver evaluation before signing",
            f"{_ORDERS}, before an order for an investigational MSC product is signed.", _PLAIN_ORDERS, "order-sign",
        ),
        Service(
            "msc-liver-follow-up", "patient-view", "Liver follow-up",
            f"After an administration of an investigational MSC product: {_DUE}, and MELD against the baseline.",
            f"After a recorded administration: {_DUE}.", "follow-up",
        ),
    )
}  # fmt: skip

USE = (
    "FHIR R4. For health care professionals who look after adults with liver disease; it informs, and decides nothing. "
    "Needs the keys patient and labs, sent or readable at fhirServer; without them the answer is 412. A key that "
    "is neither sent nor readable is taken as unknown, a key that is sent empty as nothing charted. No card means that "
    "there was nothing to say about what was sent (no liver disease is charted, the patient has died, or nothing is "
    "missing or due), or that the same was shown for this patient lately and nothing has changed; it never means that "
    "something could not be read or computed and nobody was told, and it is no all-clear."
)


@cache
def queries(products: Codes = frozenset()) -> Mapping[str, str]:
    """Prefetch key -> query template. Each parameter once, no tokens but the patient, no dates.

    `products` are the codes by which a site names MSC products beside ours; they are asked for without their system.
    Adverse events are not asked for: a plain search answers with one type of record.
    """
    imaging = {code for concept in CONCEPTS.values() for code in concept.loinc.split()}
    answers = {code for asked in ANSWERS.values() for _, code in asked.codes}
    given = sorted({*ANCHORING, *map(_code, products)})
    labs = sorted({*asked_codes("labs"), *answers, *imaging})
    return {
        "patient": f"Patient/{PATIENT}",
        "labs": _search("Observation", code=",".join(labs)),
        "vitals": _search("Observation", code=",".join(asked_codes("vitals"))),
        "conditions": _search("Condition"),
        "procedures": _search("Procedure"),
        "medications": _search("MedicationRequest", status="active"),
        "administrations": _search("MedicationAdministration", code=",".join(given)),
    }


def _search(kind: str, **parameters: str) -> str:
    given = "".join(f"&{name}={value}" for name, value in parameters.items())
    return f"{kind}?patient={PATIENT}{given}&_count={PAGE}"


def _code(product: tuple[str, str]) -> str:
    """The code as it stands in a search: what separates values is escaped, what an address does not hold encoded."""
    return quote(_SEPARATORS.sub(r"\\\g<0>", product[1]), safe="")


def path_for(key: str, patient: str, products: Codes = frozenset()) -> str:
    """The query of one key for one patient id, relative to the base of a FHIR server."""
    return queries(products)[key].replace(PATIENT, patient)


def discovery(allowed: tuple[str, ...], msc_text: bool, products: Codes = frozenset()) -> dict[str, Any]:
    """The discovery document. `allowed` are service ids, or "*"; `products` as in `queries`."""
    return {
        "services": [
            {
                "id": service.id,
                "hook": service.hook,
                "title": service.title,
                "description": service.description if msc_text else service.plain,
                "prefetch": dict(queries(products)),
                "usageRequirements": USE,
            }
            for service in SERVICES.values()
            if "*" in allowed or service.id in allowed
        ]
    }
