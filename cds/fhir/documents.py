"""From a document to its resources, and from many resources to those of each patient."""

from collections.abc import Iterable, Iterator
from typing import Any

from cds.fhir.references import READ, Named, names_of, split, subject_of
from cds.fhir.shapes import Malformed, Resource, text

REFERRED_TO = frozenset({"Patient", "Medication", "Specimen"})
ADDRESSED = REFERRED_TO | {"MedicationAdministration"}
"""Types that others refer to by the address of their Bundle entry; the first are nobody's own record."""


def resources_in(document: object) -> Iterator[dict[str, Any]]:
    """The resources of a Bundle of any type (also nested), of a list of resources, or of one resource.

    Raises Malformed where a container has the wrong shape.
    """
    waiting: list[object] = [document]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            kind = found.get("resourceType")
            if kind == "Bundle":
                waiting.extend(reversed(_entries(found)))
            elif isinstance(kind, str) and kind:
                yield found
            else:
                raise Malformed("a resource has no resourceType")
        elif isinstance(found, list):
            waiting.extend(reversed(found))
        else:
            raise Malformed("a resource is not an object")


def _entries(bundle: dict[str, Any]) -> list[object]:
    entries = bundle.get("entry")
    if entries is None:
        return []
    if not isinstance(entries, list):
        raise Malformed("Bundle.entry is not a list")
    found = []
    for entry in entries:
        if not isinstance(entry, dict):
            raise Malformed("a Bundle entry is not an object")
        resource = entry.get("resource")
        if isinstance(resource, dict) and ("id" not in resource or text(resource, "resourceType") in ADDRESSED):
            resource = _addressed(resource, entry.get("fullUrl"))
        if resource is not None:
            found.append(resource)
    return found


def _addressed(resource: dict[str, Any], full_url: object) -> dict[str, Any]:
    """The resource with the address of its entry, where that says more than its id."""
    if not isinstance(full_url, str) or not full_url:
        return resource
    if "id" not in resource:
        return Named({**resource, "id": full_url.rpartition("/")[2].rpartition(":")[2]}, full_url)
    return Named(resource, full_url)


def patients_in(resources: Iterable[Resource]) -> dict[str, list[Resource]]:
    """Patient id -> the Patient resource first, if there is one, and all resources that reference that patient.

    A resource that names no patient is put to every patient, without its subject: it is not used, and says so.
    So are the medicines and specimens that others refer to.
    """
    everything = list(resources)
    groups: dict[str, list[Resource]] = {}
    called: dict[str, str] = {}
    for resource in everything:
        id = text(resource, "id")
        if resource.get("resourceType") == "Patient" and id:
            groups.setdefault(id, []).append(resource)
            called.update(dict.fromkeys(names_of(resource), id))
    shared = []
    for resource in everything:
        kind = resource.get("resourceType")
        if kind == "Patient":
            continue
        patient = _patient_of(resource, called)
        if patient:
            groups.setdefault(patient, []).append(resource)
        elif kind in REFERRED_TO:
            shared.append(resource)
        elif kind in READ:
            shared.append({name: value for name, value in resource.items() if name not in ("subject", "patient")})
    for group in groups.values():
        group.extend(shared)
    return groups


def _patient_of(resource: Resource, called: dict[str, str]) -> str:
    subject = subject_of(resource)
    reference = subject.get("reference") if isinstance(subject, dict) else None
    if not isinstance(reference, str):
        return ""
    if reference in called:
        return called[reference]
    if reference.startswith("urn:"):
        return reference.rpartition(":")[2]
    _, type, id = split(reference)
    return id if type == "Patient" else ""
