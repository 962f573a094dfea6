"""Which medicine a record is about: its own coded concept, or the Medication that it refers to."""

from collections.abc import Iterator, Mapping

from cds.fhir.shapes import Resource, part, parts, text


def medicines_of(resource: Resource, named: Mapping[str, Resource]) -> Iterator[Resource]:
    """The coded concepts of the medicine and its ingredients.

    A Medication that the record refers to is looked for in the record itself and among `named`, the records of the
    same document, nowhere else.
    """
    yield part(resource, "medicationCodeableConcept")
    reference = resource.get("medicationReference")
    if not isinstance(reference, dict):
        return
    yield {"text": text(reference, "display")}
    address = text(reference, "reference").split("/_history/", 1)[0]
    if address.startswith("#"):
        found = [each for each in parts(resource, "contained") if f"#{text(each, 'id')}" == address]
    else:
        known = named.get(address) or named.get("/".join(address.rsplit("/", 2)[-2:]))
        found = [known] if known else []
    for medication in found:
        yield part(medication, "code")
        for ingredient in parts(medication, "ingredient"):
            yield part(ingredient, "itemCodeableConcept")
