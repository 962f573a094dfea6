// Search parameters that R4 lacks; it has none at all for BiologicallyDerivedProduct.

RuleSet: Search(id, base, code, type)
* insert Published(SearchParameter, {id})
* base = #{base}
* code = #{code}
* type = #{type}

Instance: product-identifier
InstanceOf: SearchParameter
Usage: #definition
* insert Search(product-identifier, BiologicallyDerivedProduct, identifier, token)
* name = "ProductIdentifier"
* description = "The lot or container number of a product."
* expression = "BiologicallyDerivedProduct.identifier"

Instance: product-cell-source
InstanceOf: SearchParameter
Usage: #definition
* insert Search(product-cell-source, BiologicallyDerivedProduct, cell-source, token)
* name = "ProductCellSource"
* description = "The tissue that the cells were taken from."
* expression = "BiologicallyDerivedProduct.extension.where(url = 'https://hepar-cds.github.io/msc-liver/StructureDefinition/cell-source').value"

Instance: product-donor-relationship
InstanceOf: SearchParameter
Usage: #definition
* insert Search(product-donor-relationship, BiologicallyDerivedProduct, donor-relationship, token)
* name = "ProductDonorRelationship"
* description = "How the donor is related to the recipient."
* expression = "BiologicallyDerivedProduct.extension.where(url = 'https://hepar-cds.github.io/msc-liver/StructureDefinition/donor-relationship').value"

Instance: product-source
InstanceOf: SearchParameter
Usage: #definition
* insert Search(product-source, BiologicallyDerivedProduct, source, reference)
* name = "ProductSource"
* description = "Whom the product was collected from."
* expression = "BiologicallyDerivedProduct.collection.source"
* target[+] = #Patient
* target[+] = #Organization

Instance: administration-route
InstanceOf: SearchParameter
Usage: #definition
* insert Search(administration-route, MedicationAdministration, route, token)
* name = "AdministrationRoute"
* description = "The route by which it was given."
* expression = "MedicationAdministration.dosage.route"

Instance: administration-product
InstanceOf: SearchParameter
Usage: #definition
* insert Search(administration-product, MedicationAdministration, product, reference)
* name = "AdministrationProduct"
* description = "The product that was given."
* expression = "MedicationAdministration.extension.where(url = 'https://hepar-cds.github.io/msc-liver/StructureDefinition/administered-product').value"
* target[+] = #BiologicallyDerivedProduct

Instance: administration-infusion-number
InstanceOf: SearchParameter
Usage: #definition
* insert Search(administration-infusion-number, MedicationAdministration, infusion-number, number)
* name = "AdministrationInfusionNumber"
* description = "Which infusion of a course it was."
* expression = "MedicationAdministration.extension.where(url = 'https://hepar-cds.github.io/msc-liver/StructureDefinition/infusion-number').value"

Instance: observation-timepoint
InstanceOf: SearchParameter
Usage: #definition
* insert Search(observation-timepoint, Observation, timepoint, token)
* name = "ObservationTimepoint"
* description = "The visit of the schedule that an observation belongs to."
* expression = "Observation.extension.where(url = 'https://hepar-cds.github.io/msc-liver/StructureDefinition/timepoint').value"

Instance: adverse-event-ctcae-grade
InstanceOf: SearchParameter
Usage: #definition
* insert Search(adverse-event-ctcae-grade, AdverseEvent, ctcae-grade, token)
* name = "AdverseEventCtcaeGrade"
* description = "The CTCAE grade of an event."
* expression = "AdverseEvent.extension.where(url = 'https://hepar-cds.github.io/msc-liver/StructureDefinition/ctcae-grade').value"
