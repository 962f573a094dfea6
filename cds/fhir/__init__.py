"""FHIR R4 in, `cds.chart` out: the only place that knows the names of FHIR elements."""

from cds.fhir.documents import patients_in, resources_in
from cds.fhir.reading import read_chart
from cds.fhir.shapes import Malformed, Unreadable, WrongPatient

__all__ = ["Malformed", "Unreadable", "WrongPatient", "patients_in", "read_chart", "resources_in"]
