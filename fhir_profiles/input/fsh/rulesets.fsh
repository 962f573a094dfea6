// What is said in more than one place.

RuleSet: OwnCodes
* ^caseSensitive = true
* ^content = #complete

RuleSet: Published(type, id)
* url = "https://hepar-cds.github.io/msc-liver/{type}/{id}"
* status = #draft

RuleSet: ContainsSnomed
* ^copyright = "This material includes SNOMED Clinical Terms® (SNOMED CT®) which is used by permission of SNOMED International. All rights reserved. SNOMED CT® was originally created by the College of American Pathologists. Using SNOMED CT outside of a member country needs an affiliate licence."

RuleSet: ContainsLoinc
* ^copyright = "This material contains content from LOINC (http://loinc.org). LOINC® is copyright © Regenstrief Institute, Inc. and the LOINC Committee and available at no cost under the license at http://loinc.org/license. LOINC® is a registered trademark of Regenstrief Institute, Inc."

RuleSet: OfOnePatient
* subject 1..1 MS
* subject only Reference(Patient)

RuleSet: Laboratory
* category MS
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains lab 1..1 MS
* category[lab] = $category#laboratory

RuleSet: InUnit(path, code)
* {path}.system 1..1
* {path}.system = "http://unitsofmeasure.org" (exactly)
* {path}.code 1..1
* {path}.code = #{code} (exactly)

RuleSet: AtTimepoint(card)
* extension contains Timepoint named timepoint {card} MS
* extension[timepoint].value[x] MS

RuleSet: ComponentsByCode
* component MS
* component ^slicing.discriminator.type = #pattern
* component ^slicing.discriminator.path = "code"
* component ^slicing.rules = #open

RuleSet: Component(slice, coding)
* component contains {slice} 0..1 MS
* component[{slice}].code = {coding}
* component[{slice}].value[x] 1..1 MS
* component[{slice}].value[x] only Quantity

RuleSet: ProductOf(kind, category)
* identifier 1..* MS
* identifier.system 1..1
* identifier.value 1..1
* productCategory 1..1 MS
* productCategory = #{category} (exactly)
* productCode 1..1 MS
* productCode.coding ^slicing.discriminator.type = #value
* productCode.coding ^slicing.discriminator.path = "system"
* productCode.coding ^slicing.rules = #open
* productCode.coding contains kind 1..1 MS and isbt128 0..1 MS
* productCode.coding[kind].system 1..1
* productCode.coding[kind].system = "https://hepar-cds.github.io/msc-liver/CodeSystem/msc-product-type" (exactly)
* productCode.coding[kind].code 1..1
* productCode.coding[kind].code = #{kind} (exactly)
* productCode.coding[isbt128].system 1..1
* productCode.coding[isbt128].system = "https://iccbba.org/standardterminology" (exactly)
* productCode.coding[isbt128].code 1..1
* status MS
* collection.source MS
* collection.collected[x] MS
* processing MS
* manipulation MS
* storage MS
* parent MS
* extension contains DonorRelationship named donorRelationship 1..1 MS and ExpirationDate named expirationDate 0..1 MS
* extension[donorRelationship].value[x] MS
* extension[expirationDate].value[x] MS

RuleSet: FromCells
* extension contains CellSource named cellSource 1..1 MS
* extension[cellSource].value[x] MS

RuleSet: OfOneDonation
* extension contains BiologicalSourceEvent named biologicalSourceEvent 0..1 MS and ProcessingFacility named processingFacility 0..* MS
* extension[biologicalSourceEvent].value[x] MS
* extension[processingFacility].value[x] MS
