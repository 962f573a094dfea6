"""Whose record a resource is: every subject is compared with the one patient."""

from cds.fhir.shapes import Malformed, Resource, WrongPatient, text

READ = frozenset({
    "Observation", "Condition", "Procedure", "MedicationRequest", "MedicationStatement", "MedicationAdministration",
    "DiagnosticReport", "ImagingStudy", "AdverseEvent",
})  # fmt: skip
"""The types that hold what is read, all of them about a subject."""

OTHER_SUBJECTS = frozenset({
    "Group", "Device", "Location", "Organization", "Practitioner", "Procedure", "Medication", "Substance",
})  # fmt: skip
"""Types that a record may be about which are no patient."""


class Named(dict[str, object]):
    """A resource that is also known by the address under which it stood in its Bundle."""

    __slots__ = ("full_url",)

    def __init__(self, resource: Resource, full_url: str) -> None:
        super().__init__(resource)
        self.full_url = full_url


def names_of(resource: Resource) -> set[str]:
    """The references by which other resources of the same document may name this one."""
    id, type = text(resource, "id"), text(resource, "resourceType")
    names = {f"{type}/{id}", f"urn:uuid:{id}", f"urn:oid:{id}"} if id else set()
    if isinstance(resource, Named):
        names.add(resource.full_url)
    return names


def split(reference: str) -> tuple[str, str, str]:
    """(base, type, id) of a literal reference, without its version; base is "" for a relative one."""
    rest = reference.split("/_history/", 1)[0]
    base, _, id = rest.rpartition("/")
    base, _, type = base.rpartition("/")
    return base, type, id


def subject_of(resource: Resource) -> object:
    """The subject element, under either of its names."""
    found = resource.get("subject")
    return resource.get("patient") if found is None else found


class Owner:
    """The one patient; `mine` are the spellings of the reference that were found to name them."""

    def __init__(self, patient: str, base: str, records: list[Resource]) -> None:
        self.patient = patient
        self.base = base.rstrip("/")
        self.mine = {f"Patient/{patient}", f"urn:uuid:{patient}", f"urn:oid:{patient}"}
        for record in records:
            if record.get("id") != patient:
                raise WrongPatient("a Patient resource is not the patient asked for")
            if isinstance(record, Named):
                self.mine.add(record.full_url)
                if "://" in record.full_url:
                    self._same_base(split(record.full_url)[0])

    def owns(self, resource: Resource) -> bool:
        """Whether the resource is the patient's: False if it names no patient at all.

        A subject that is only a name or an identifier may be anyone: it is not theirs. Raises WrongPatient for another
        patient, also where only one of two elements names them.
        """
        subject, patient = resource.get("subject"), resource.get("patient")
        if patient is None:
            return self._owned(subject, resource)
        if subject is None:
            return self._owned(patient, resource)
        self._owned(patient, resource)
        return self._owned(subject, resource)

    def _owned(self, subject: object, resource: Resource) -> bool:
        if subject is None:
            return False
        if not isinstance(subject, dict):
            if resource.get("resourceType") in READ:
                raise Malformed("a subject is not an object")
            return False
        reference = subject.get("reference")
        if isinstance(reference, str):
            return reference in self.mine or self._names_patient(reference)
        if reference is not None:
            raise Malformed("a reference is not a string")
        return False

    def _names_patient(self, reference: str) -> bool:
        if reference.startswith("#"):
            return False
        base, type, id = split(reference)
        if type in OTHER_SUBJECTS and id:
            return False
        if type != "Patient" or id != self.patient:
            raise WrongPatient("a resource names another patient")
        if base:
            self._same_base(base)
        self.mine.add(reference)
        return True

    def _same_base(self, base: str) -> None:
        base = base.rstrip("/")
        if self.base and base != self.base:
            raise WrongPatient("the same patient id on another server is another patient")
        self.base = base
