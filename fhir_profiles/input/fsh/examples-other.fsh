// Other ways of giving a product, all invented: bone marrow cells three times by a vein, adipose cells, vesicles, the
// portal vein, an infusion that was stopped, a patient in a trial, and a referral.

Instance: pat-2
InstanceOf: Patient
Title: "Patient with hepatic failure"
Usage: #example
* name.family = "Testperson"
* gender = #female
* birthDate = "1972-07-19"

Instance: cond-2
InstanceOf: Condition
Title: "Hepatic failure"
Usage: #example
* clinicalStatus = $clinical#active
* code = $SCT#59927004 "Hepatic failure"
* subject = Reference(pat-2)

Instance: product-2
InstanceOf: MscProduct
Title: "Bone marrow product of the patient"
Usage: #example
* identifier.system = "https://example.org/lots"
* identifier.value = "BM-2026-0012"
* productCategory = #cells
* productCode.coding[kind] = MscProductType#msc
* status = #available
* collection.source = Reference(pat-2)
* collection.collectedDateTime = "2026-02-02"
* extension[cellSource].valueCodeableConcept = MscCellSource#bone-marrow
* extension[donorRelationship].valueCodeableConcept = MscDonorRelationship#autologous
* extension[passageNumber].valuePositiveInt = 3

RuleSet: ByPeripheralVein(number, start, end)
* status = #completed
* medicationCodeableConcept = MscProductType#msc
* subject = Reference(pat-2)
* effectivePeriod.start = "{start}"
* effectivePeriod.end = "{end}"
* reasonReference = Reference(cond-2)
* dosage.route = $SCT#419993007 "Intravenous peripheral route"
* dosage.dose = 50 '10*6' "million cells"
* extension[administeredProduct].valueReference = Reference(product-2)
* extension[infusionNumber].valuePositiveInt = {number}

Instance: adm-2-first
InstanceOf: MscAdministration
Title: "First of three infusions"
Usage: #example
* insert ByPeripheralVein(1, 2026-04-07T10:00:00Z, 2026-04-07T11:00:00Z)

Instance: adm-2-second
InstanceOf: MscAdministration
Title: "Second of three infusions"
Usage: #example
* insert ByPeripheralVein(2, 2026-04-14T10:00:00Z, 2026-04-14T11:00:00Z)

Instance: adm-2-third
InstanceOf: MscAdministration
Title: "Third of three infusions"
Usage: #example
* insert ByPeripheralVein(3, 2026-04-21T10:00:00Z, 2026-04-21T11:00:00Z)

Instance: course-2
InstanceOf: MscTreatmentResponse
Title: "Course at week 12"
Usage: #example
* status = #final
* subject = Reference(pat-2)
* effectiveDateTime = "2026-07-14"
* valueCodeableConcept = MscResponse#worsened
* partOf = Reference(adm-2-third)
* extension[timepoint].valueCodeableConcept = MscTimepoint#week-12

Instance: pat-3
InstanceOf: Patient
Title: "Patient with steatosis"
Usage: #example
* name.family = "Testperson"
* gender = #male
* birthDate = "1980-11-30"

Instance: cond-3
InstanceOf: Condition
Title: "Steatosis"
Usage: #example
* clinicalStatus = $clinical#active
* code = $SCT#197321007 "Steatosis of liver"
* subject = Reference(pat-3)

Instance: product-3
InstanceOf: MscProduct
Title: "Adipose product of the patient"
Usage: #example
* identifier.system = "https://example.org/lots"
* identifier.value = "AT-2026-0003"
* productCategory = #cells
* productCode.coding[kind] = MscProductType#msc
* status = #available
* collection.source = Reference(pat-3)
* collection.collectedDateTime = "2026-03-10"
* extension[cellSource].valueCodeableConcept = MscCellSource#adipose
* extension[donorRelationship].valueCodeableConcept = MscDonorRelationship#autologous
* extension[passageNumber].valuePositiveInt = 2

RuleSet: InSteatosis(product)
* medicationCodeableConcept = MscProductType#{product}
* subject = Reference(pat-3)
* reasonReference = Reference(cond-3)

Instance: adm-3
InstanceOf: MscAdministration
Title: "Adipose cells by a vein"
Usage: #example
* insert InSteatosis(msc)
* status = #completed
* effectivePeriod.start = "2026-04-20T10:00:00Z"
* effectivePeriod.end = "2026-04-20T11:15:00Z"
* dosage.route = $SCT#47625008 "Intravenous route"
* dosage.dose = 80 '10*6' "million cells"
* extension[administeredProduct].valueReference = Reference(product-3)

Instance: product-ev
InstanceOf: MscEvProduct
Title: "Vesicle product"
Usage: #example
* identifier.system = "https://example.org/lots"
* identifier.value = "EV-2026-0001"
* productCategory = #biologicalAgent
* productCode.coding[kind] = MscProductType#msc-ev
* status = #available
* parent = Reference(product-1)
* extension[cellSource].valueCodeableConcept = MscCellSource#wharton-jelly
* extension[donorRelationship].valueCodeableConcept = MscDonorRelationship#allogeneic-unrelated

Instance: adm-ev
InstanceOf: MscAdministration
Title: "Vesicles by a vein"
Usage: #example
* insert InSteatosis(msc-ev)
* status = #completed
* effectivePeriod.start = "2026-05-04T10:00:00Z"
* effectivePeriod.end = "2026-05-04T10:30:00Z"
* dosage.route = $SCT#418114005 "Intravenous central route"
* dosage.dose = 20000 '10*6' "million particles"
* extension[administeredProduct].valueReference = Reference(product-ev)

Instance: portal-1
InstanceOf: MscDeliveryProcedure
Title: "Puncture of the portal vein"
Usage: #example
* status = #completed
* code.text = "Puncture of the portal vein"
* subject = Reference(pat-2)
* performedDateTime = "2026-10-05T08:30:00Z"
* bodySite = $SCT#32764006 "Portal vein structure"
* extension[administeredProduct].valueReference = Reference(product-2)

Instance: adm-portal
InstanceOf: MscAdministration
Title: "Infusion into the portal vein"
Usage: #example
* status = #completed
* medicationCodeableConcept = MscProductType#msc
* subject = Reference(pat-2)
* effectivePeriod.start = "2026-10-05T08:40:00Z"
* effectivePeriod.end = "2026-10-05T09:00:00Z"
* reasonReference = Reference(cond-2)
* partOf = Reference(portal-1)
* dosage.route = $SCT#58771000052103 "Intraportal route"
* dosage.site = $SCT#32764006 "Portal vein structure"
* dosage.dose = 40 '10*6' "million cells"
* extension[administeredProduct].valueReference = Reference(product-2)

Instance: adm-stopped
InstanceOf: MscAdministration
Title: "Infusion that was stopped"
Usage: #example
* status = #stopped
* statusReason.text = "Rash and itching during the infusion"
* medicationCodeableConcept = MscProductType#msc
* subject = Reference(pat-3)
* effectivePeriod.start = "2026-06-15T10:00:00Z"
* effectivePeriod.end = "2026-06-15T10:12:00Z"
* reasonReference = Reference(cond-3)
* dosage.route = $SCT#47625008 "Intravenous route"
* dosage.dose = 15 '10*6' "million cells"
* extension[administeredProduct].valueReference = Reference(product-3)

Instance: ae-2
InstanceOf: MscAdverseEvent
Title: "Hypersensitivity reaction"
Usage: #example
* actuality = #actual
* event = $SCT#421961002 "Hypersensitivity reaction"
* subject = Reference(pat-3)
* date = "2026-06-15T10:11:00Z"
* seriousness = $seriousness#Serious
* severity = $severity#severe
* outcome = $outcome#resolved
* suspectEntity.instance = Reference(adm-stopped)
* suspectEntity.causality.assessment = $causality#Possible
* study = Reference(trial-1)
* extension[ctcaeGrade].valueCodeableConcept = $NCIT#C41340

Instance: trial-1
InstanceOf: ResearchStudy
Title: "Trial"
Usage: #example
* identifier.system = $trials
* identifier.value = "NCT00000000"
* title = "Invented trial of an investigational MSC product"
* status = #active

Instance: subject-1
InstanceOf: MscResearchSubject
Title: "Patient in a trial"
Usage: #example
* status = #on-study
* study = Reference(trial-1)
* individual = Reference(pat-3)
* consent.display = "Consent of 2026-03-02"
* assignedArm = "A"

Instance: referral-1
InstanceOf: MscEvaluationReferral
Title: "Draft of a referral"
Usage: #example
* status = #draft
* intent = #proposal
* code = MscActivity#msc-evaluation
* subject = Reference(pat-1)
* reasonReference = Reference(cond-1)
* supportingInfo = Reference(meld-1)
