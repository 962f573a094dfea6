"""The administrations of MSC products that anchor follow-up."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime

from cds.analyte import OWN
from cds.chart import Administration, Unusable
from cds.fhir.medicines import medicines_of
from cds.fhir.quantities import exact
from cds.fhir.shapes import Resource, codings, modified, part, source_of, text
from cds.fhir.times import is_yet_to_come, moment

PRODUCTS = OWN + "msc-product-type"
ANCHORING = frozenset({"msc", "msc-ev"})
NAME = "administrations"
GIVEN = "msc"
"""The product where a code of the site names it: those codes do not tell cells from vesicles."""

Codes = AbstractSet[tuple[str, str]]


def read_administration(
    resource: Resource, now: datetime, named: Mapping[str, Resource], products: Codes, *, owned: bool
) -> Administration | Unusable | None:
    """An administration of an MSC product that took place, why it is not used, or None if it is none.

    `products` are the codes (system, code) by which this site names MSC products beside ours. It counts when it was
    completed, or was stopped after a dose. It ends with its period, else at its time.
    """
    status = text(resource, "status")
    if status not in ("completed", "stopped") or (status == "stopped" and not _dosed(resource)):
        return None
    product = next(_products(resource, named, products), "")
    if not product:
        return None
    source = source_of(resource)
    period = part(resource, "effectivePeriod")
    single = moment(resource.get("effectiveDateTime"))
    start = single or moment(period.get("start"))
    end = single or moment(period.get("end")) or start
    if not owned:
        return Unusable(NAME, "UNATTRIBUTED", source, end)
    if modified(resource):
        return Unusable(NAME, "UNKNOWN_MODIFIER", source, end)
    if end is None:
        return Unusable(NAME, "UNDATED", source)
    if is_yet_to_come(end, now):
        return Unusable(NAME, "FUTURE", source, end)
    return Administration(source, start or end, end, product)


def _products(resource: Resource, named: Mapping[str, Resource], products: Codes) -> Iterator[str]:
    """What was given, by our codes or by those of the site; in the record or in the Medication it refers to."""
    for concept in medicines_of(resource, named):
        for system, code in codings(concept):
            if system == PRODUCTS and code in ANCHORING:
                yield code
            elif (system, code) in products:
                yield GIVEN


def _dosed(resource: Resource) -> bool:
    given = exact(part(part(resource, "dosage"), "dose").get("value"))
    return given is not None and given > 0
