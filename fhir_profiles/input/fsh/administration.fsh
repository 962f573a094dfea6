// What was given to the patient, how, and what went wrong.

Profile: MscAdministration
Parent: MedicationAdministration
Id: msc-administration
Title: "MSC administration"
Description: "The administration of an investigational MSC product: which product, by which route, at which site, at which dose, from when to when, and why it was stopped. The infusion is best recorded as a period."
* status MS
* statusReason MS
* medication[x] MS
* medication[x] only CodeableConcept
* medication[x] from MscProductTypeVS (required)
* insert OfOnePatient
* context MS
* effective[x] MS
* reasonReference 1..* MS
* reasonReference only Reference(Condition)
* partOf MS
* partOf only Reference(MscDeliveryProcedure)
* performer MS
* dosage.route MS
* dosage.route from MscRouteVS (required)
* dosage.site MS
* dosage.site from MscSiteVS (extensible)
* dosage.dose MS
* dosage.dose from http://hl7.org/fhir/ValueSet/ucum-units (preferred)
* dosage.rate[x] MS
* dosage.extension contains DosePerKg named dosePerKg 0..1 MS
* dosage.extension[dosePerKg].value[x] MS
* extension contains
    AdministeredProduct named administeredProduct 1..* MS and
    InfusionNumber named infusionNumber 0..1 MS and
    MonitoringPeriod named monitoringPeriod 0..1 MS
* extension[administeredProduct].value[x] MS
* extension[infusionNumber].value[x] MS
* extension[monitoringPeriod].value[x] MS
* obeys msc-adm-1 and msc-adm-2 and msc-adm-3 and msc-adm-4

Profile: PrpCoAdministration
Parent: MedicationAdministration
Id: prp-co-administration
Title: "Co-administration of platelet-rich plasma"
Description: "Platelet-rich plasma that was given with an MSC product, as part of that administration."
* status MS
* medication[x] MS
* medication[x] only CodeableConcept
* medicationCodeableConcept = MscProductType#prp
* insert OfOnePatient
* effective[x] MS
* partOf 1..1 MS
* partOf only Reference(MscAdministration)
* dosage.route MS
* dosage.dose MS
* extension contains AdministeredProduct named administeredProduct 1..1 MS
* extension[administeredProduct].value[x] MS

Profile: MscDeliveryProcedure
Parent: Procedure
Id: msc-delivery-procedure
Title: "MSC delivery procedure"
Description: "The interventional act by which an MSC product reached the liver, such as a catheter in the hepatic artery. The administration refers to it."
* status MS
* code 1..1 MS
* insert OfOnePatient
* performed[x] 1..1 MS
* bodySite MS
* bodySite from MscSiteVS (extensible)
* complication MS
* extension contains AdministeredProduct named administeredProduct 0..* MS
* extension[administeredProduct].value[x] MS

Profile: MscAdverseEvent
Parent: AdverseEvent
Id: msc-adverse-event
Title: "MSC adverse event"
Description: "An event that happened after or during the administration of an MSC product. It says what happened and what is suspected, not what caused it."
* actuality = #actual (exactly)
* event 1..1 MS
* event from MscAdverseEventVS (preferred)
* insert OfOnePatient
* date 1..1 MS
* seriousness 1..1 MS
* severity MS
* outcome MS
* suspectEntity 1..* MS
* suspectEntity.instance MS
* suspectEntity.instance only Reference(MscAdministration or PrpCoAdministration or MscDeliveryProcedure)
* suspectEntity.causality MS
* study MS
* extension contains CtcaeGrade named ctcaeGrade 1..1 MS and AeResolved named aeResolved 0..1 MS
* extension[ctcaeGrade].value[x] MS
* extension[aeResolved].value[x] MS
* obeys msc-ae-1

Profile: MscAdministrationBundle
Parent: Bundle
Id: msc-administration-bundle
Title: "MSC administration bundle"
Description: "One patient's administrations with their products, observations and events, to be handed on as a whole."
* type = #collection (exactly)
* timestamp 1..1 MS
* entry 1..* MS
* entry.fullUrl 1..1 MS
* entry.resource 1..1 MS
* entry ^slicing.discriminator.type = #type
* entry ^slicing.discriminator.path = "resource"
* entry ^slicing.rules = #open
* entry contains
    patient 1..1 MS and
    administration 1..* MS and
    product 1..* MS and
    observation 0..* MS and
    adverseEvent 0..* MS
* entry[patient].resource only Patient
* entry[administration].resource only MedicationAdministration
* entry[product].resource only BiologicallyDerivedProduct
* entry[observation].resource only Observation
* entry[adverseEvent].resource only AdverseEvent
