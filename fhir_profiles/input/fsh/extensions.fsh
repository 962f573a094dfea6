// What R4 has no element for. Each carries one value.

Extension: CellSource
Id: cell-source
Title: "Cell source"
Description: "The tissue that the cells, or the cells that secreted the vesicles, were taken from."
Context: BiologicallyDerivedProduct
* value[x] 1..1
* value[x] only CodeableConcept
* value[x] from MscCellSourceVS (required)

Extension: DonorRelationship
Id: donor-relationship
Title: "Donor relationship"
Description: "How the donor is related to the recipient."
Context: BiologicallyDerivedProduct
* value[x] 1..1
* value[x] only CodeableConcept
* value[x] from MscDonorRelationshipVS (required)

Extension: PassageNumber
Id: passage-number
Title: "Passage number"
Description: "The passage at which the cells were harvested."
Context: BiologicallyDerivedProduct
* value[x] 1..1
* value[x] only positiveInt

Extension: ExpirationDate
Id: expiration-date
Title: "Expiration date"
Description: "The product must not be given after this time."
Context: BiologicallyDerivedProduct
* value[x] 1..1
* value[x] only dateTime

Extension: BiologicalSourceEvent
Id: biological-source-event
Title: "Donation identification number"
Description: "The identifier of the donation or collection that the product was made from."
Context: BiologicallyDerivedProduct
* value[x] 1..1
* value[x] only Identifier

Extension: ProcessingFacility
Id: processing-facility
Title: "Processing facility"
Description: "A facility that processed or stored the product."
Context: BiologicallyDerivedProduct
* value[x] 1..1
* value[x] only Reference(Organization)

Extension: AdministeredProduct
Id: administered-product
Title: "Administered product"
Description: "The product that was given, as the container that its release tests are about."
Context: MedicationAdministration, Procedure
* value[x] 1..1
* value[x] only Reference(MscProduct or MscEvProduct or PrpProduct)

Extension: DosePerKg
Id: dose-per-kg
Title: "Dose per kilogram"
Description: "Million cells per kilogram of body weight."
Context: MedicationAdministration.dosage
* value[x] 1..1
* value[x] only Quantity
* valueQuantity.value 1..1
* insert InUnit(valueQuantity, 10*6/kg)

Extension: InfusionNumber
Id: infusion-number
Title: "Infusion number"
Description: "Which infusion of a course this was; 1 is the first or only one."
Context: MedicationAdministration
* value[x] 1..1
* value[x] only positiveInt

Extension: MonitoringPeriod
Id: monitoring-period
Title: "Monitoring period"
Description: "From when to when the patient was monitored after the infusion."
Context: MedicationAdministration
* value[x] 1..1
* value[x] only Period
* valuePeriod.start 1..1
* valuePeriod.end 1..1

Extension: Timepoint
Id: timepoint
Title: "Timepoint"
Description: "The visit of the schedule that a record or a request belongs to."
Context: Observation, ServiceRequest, DiagnosticReport
* value[x] 1..1
* value[x] only CodeableConcept
* value[x] from MscTimepointVS (required)

Extension: CtcaeGrade
Id: ctcae-grade
Title: "CTCAE grade"
Description: "The grade of the event by the Common Terminology Criteria for Adverse Events, version 5."
Context: AdverseEvent
* value[x] 1..1
* value[x] only CodeableConcept
* value[x] from CtcaeGradeVS (required)

Extension: AeResolved
Id: ae-resolved
Title: "Resolved at"
Description: "When the event had resolved."
Context: AdverseEvent
* value[x] 1..1
* value[x] only dateTime
