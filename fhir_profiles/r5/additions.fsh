// What only the R5 edition has: properties of products, and the dispense that says how the donor is related.

Alias: $category-of-product = http://hl7.org/fhir/product-category
Alias: $product-status = http://hl7.org/fhir/biologicallyderived-product-status

RuleSet: Property(slice, code, card, type)
* property contains {slice} {card} MS
* property[{slice}].type = MscProductProperty#{code}
* property[{slice}].value[x] only {type}

CodeSystem: MscProductProperty
Id: msc-product-property
Title: "MSC product property"
Description: "Types of the properties of a product in FHIR R5."
* insert OwnCodes
* #cell-source "Cell source" "The tissue that the cells, or the cells that secreted the vesicles, were taken from."
* #passage-number "Passage number" "The passage at which the cells were harvested."
* #viability "Viability" "The share of viable cells at release."
* #total-viable-cells "Total viable cells" "The number of viable cells in the container at release."

Profile: MscDispense
Parent: BiologicallyDerivedProductDispense
Id: msc-dispense
Title: "MSC dispense"
Description: "The hand-over of one product to one patient, with the relation between donor and patient. The product is investigational for liver disease."
* status MS
* originRelationshipType 1..1 MS
* originRelationshipType from MscDonorRelationshipVS (required)
* product MS
* product only Reference(MscProduct or MscEvProduct or PrpProduct)
* patient MS
* quantity MS
* preparedDate MS
* whenHandedOver MS
* obeys msc-bdp-1

Invariant: msc-bdp-1
Description: "An autologous product names the person it was collected from."
Severity: #error
Expression: "originRelationshipType.coding.where(code = 'autologous').exists() implies product.resolve().ofType(BiologicallyDerivedProduct).all(collection.source.exists())"

Instance: dispense-1
InstanceOf: MscDispense
Title: "Hand-over to the patient"
Usage: #example
* status = #issued
* originRelationshipType = MscDonorRelationship#allogeneic-unrelated
* product = Reference(product-1)
* patient = Reference(pat-1)
* whenHandedOver = "2026-03-01T08:30:00Z"

Instance: dispense-prp
InstanceOf: MscDispense
Title: "Platelet-rich plasma of the patient"
Usage: #example
* status = #issued
* originRelationshipType = MscDonorRelationship#autologous
* product = Reference(product-prp)
* patient = Reference(pat-1)
* whenHandedOver = "2026-03-01T09:40:00Z"
