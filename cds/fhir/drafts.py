"""Orders that are still being written: which codes they carry. They may be incomplete, and are never validated."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from cds.analyte import OWN

ORDER_SYSTEMS = frozenset({OWN + "msc-product-type", OWN + "msc-activity"})
"""Any code of these systems makes an order one of an MSC product."""

Resource = Mapping[str, Any]


def orders_msc(draft: Resource, drafts: Iterable[Resource], order_codes: AbstractSet[tuple[str, str]]) -> bool:
    """Whether a draft orders an MSC product: by a code of ours, or by one of `order_codes` (system, code).

    A medication that it refers to is looked for in the draft itself and among the `drafts`, nowhere else.
    """
    return any(system in ORDER_SYSTEMS or (system, code) in order_codes for system, code in _codings(draft, drafts))


def reference_to(draft: Resource) -> str:
    """The relative reference by which a draft is selected: "ServiceRequest/7"; "" without an id."""
    kind, name = draft.get("resourceType"), draft.get("id")
    return f"{kind}/{name}" if isinstance(kind, str) and isinstance(name, str) else ""


def _codings(draft: Resource, drafts: Iterable[Resource]) -> Iterator[tuple[str, str]]:
    for element in ("code", "medicationCodeableConcept", "codeCodeableConcept"):
        yield from _coded(draft.get(element))
    reference = draft.get("medicationReference")
    target = reference.get("reference") if isinstance(reference, Mapping) else None
    if isinstance(target, str):
        contained = draft.get("contained")
        for each in contained if isinstance(contained, list) else ():
            if isinstance(each, Mapping) and f"#{each.get('id')}" == target:
                yield from _coded(each.get("code"))
        for each in drafts:
            if reference_to(each) and target.endswith(reference_to(each)):
                yield from _coded(each.get("code"))


def _coded(concept: object) -> Iterator[tuple[str, str]]:
    codings = concept.get("coding") if isinstance(concept, Mapping) else None
    for coding in codings if isinstance(codings, list) else ():
        if isinstance(coding, Mapping):
            system, code = coding.get("system"), coding.get("code")
            if isinstance(system, str) and isinstance(code, str):
                yield system, code
