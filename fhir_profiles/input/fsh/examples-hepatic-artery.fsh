// One invented patient: one dose of umbilical cord cells by the hepatic artery, with platelet-rich plasma, and the
// visits after it. The numbers are made up. They show how a record is written and say nothing about any effect.

Instance: pat-1
InstanceOf: Patient
Title: "Patient with cirrhosis"
Usage: #example
* name.family = "Testperson"
* gender = #male
* birthDate = "1965-03-02"

Instance: cond-1
InstanceOf: Condition
Title: "Cirrhosis"
Usage: #example
* clinicalStatus = $clinical#active
* code = $SCT#19943007 "Cirrhosis of liver"
* subject = Reference(pat-1)

Instance: lab-org
InstanceOf: Organization
Title: "Cell laboratory"
Usage: #example
* name = "Test cell laboratory"

Instance: product-1
InstanceOf: MscProduct
Title: "Umbilical cord product"
Usage: #example
* identifier.system = "https://example.org/lots"
* identifier.value = "UC-2026-0007-A"
* productCategory = #cells
* productCode.coding[kind] = MscProductType#msc
* status = #available
* collection.collectedDateTime = "2026-01-05"
* storage.temperature = -150
* storage.scale = #celsius
* extension[cellSource].valueCodeableConcept = MscCellSource#wharton-jelly
* extension[donorRelationship].valueCodeableConcept = MscDonorRelationship#allogeneic-unrelated
* extension[passageNumber].valuePositiveInt = 4
* extension[expirationDate].valueDateTime = "2027-01-05"
* extension[biologicalSourceEvent].valueIdentifier.system = "https://example.org/donations"
* extension[biologicalSourceEvent].valueIdentifier.value = "D-2026-0007"
* extension[processingFacility].valueReference = Reference(lab-org)

Instance: product-prp
InstanceOf: PrpProduct
Title: "Platelet-rich plasma"
Usage: #example
* identifier.system = "https://example.org/lots"
* identifier.value = "PRP-2026-0031"
* productCategory = #fluid
* productCode.coding[kind] = MscProductType#prp
* status = #available
* collection.source = Reference(pat-1)
* collection.collectedDateTime = "2026-03-01"
* extension[donorRelationship].valueCodeableConcept = MscDonorRelationship#autologous

RuleSet: ReleaseTest(code)
* status = #final
* category[lab] = $category#laboratory
* code = MscReleaseTestCodes#{code}
* focus = Reference(product-1)
* effectiveDateTime = "2026-03-01T08:00:00Z"

Instance: test-1
InstanceOf: MscReleaseTest
Title: "Viability"
Usage: #example
* insert ReleaseTest(viability)
* valueQuantity = 93 '%' "%"
* referenceRange.low = 80 '%' "%"

Instance: test-2
InstanceOf: MscReleaseTest
Title: "Endotoxin"
Usage: #example
* insert ReleaseTest(endotoxin)
* valueQuantity = 0.2 '{EU}/mL' "EU/mL"
* valueQuantity.comparator = #<
* referenceRange.high = 0.5 '{EU}/mL' "EU/mL"

Instance: test-3
InstanceOf: MscReleaseTest
Title: "Sterility"
Usage: #example
* insert ReleaseTest(sterility)
* valueCodeableConcept.text = "No growth"

Instance: coa-1
InstanceOf: MscCertificateOfAnalysis
Title: "Certificate of analysis"
Usage: #example
* status = #final
* code.text = "Certificate of analysis"
* issued = "2026-03-01T08:15:00Z"
* performer = Reference(lab-org)
* result[+] = Reference(test-1)
* result[+] = Reference(test-2)
* result[+] = Reference(test-3)

Instance: prov-1
InstanceOf: MscProvenance
Title: "Hand-over to the ward"
Usage: #example
* target = Reference(product-1)
* occurredDateTime = "2026-03-01T08:30:00Z"
* recorded = "2026-03-01T08:31:00Z"
* activity.text = "Handed over to the ward"
* agent.who = Reference(lab-org)

Instance: catheter-1
InstanceOf: MscDeliveryProcedure
Title: "Catheter in the hepatic artery"
Usage: #example
* status = #completed
* code.text = "Catheterisation of the hepatic artery"
* subject = Reference(pat-1)
* performedDateTime = "2026-03-01T08:50:00Z"
* bodySite = $SCT#76015000 "Hepatic artery"

Instance: adm-1
InstanceOf: MscAdministration
Title: "Infusion by the hepatic artery"
Usage: #example
* status = #completed
* medicationCodeableConcept = MscProductType#msc
* subject = Reference(pat-1)
* effectivePeriod.start = "2026-03-01T09:00:00Z"
* effectivePeriod.end = "2026-03-01T09:40:00Z"
* reasonReference = Reference(cond-1)
* partOf = Reference(catheter-1)
* dosage.route = $SCT#58100008 "Intra-arterial route"
* dosage.site = $SCT#76015000 "Hepatic artery"
* dosage.dose = 75 '10*6' "million cells"
* dosage.extension[dosePerKg].valueQuantity = 1 '10*6/kg' "million cells per kg"
* extension[administeredProduct].valueReference = Reference(product-1)
* extension[infusionNumber].valuePositiveInt = 1
* extension[monitoringPeriod].valuePeriod.start = "2026-03-01T09:40:00Z"
* extension[monitoringPeriod].valuePeriod.end = "2026-03-01T14:40:00Z"

Instance: adm-prp
InstanceOf: PrpCoAdministration
Title: "Platelet-rich plasma with the infusion"
Usage: #example
* status = #completed
* medicationCodeableConcept = MscProductType#prp
* subject = Reference(pat-1)
* effectiveDateTime = "2026-03-01T09:45:00Z"
* partOf = Reference(adm-1)
* dosage.route = $SCT#58100008 "Intra-arterial route"
* dosage.dose = 10 'mL' "mL"
* extension[administeredProduct].valueReference = Reference(product-prp)

Instance: ae-1
InstanceOf: MscAdverseEvent
Title: "Fever that resolved in 10 hours"
Usage: #example
* actuality = #actual
* event = $SCT#386661006 "Fever"
* subject = Reference(pat-1)
* date = "2026-03-01T12:00:00Z"
* seriousness = $seriousness#Non-serious
* severity = $severity#mild
* outcome = $outcome#resolved
* suspectEntity.instance = Reference(adm-1)
* extension[ctcaeGrade].valueCodeableConcept = $NCIT#C41338
* extension[aeResolved].valueDateTime = "2026-03-01T22:00:00Z"

Instance: meld-1
InstanceOf: MeldScore
Title: "MELD 3.0 at baseline"
Usage: #example
* status = #final
* subject = Reference(pat-1)
* effectiveDateTime = "2026-02-25"
* valueQuantity = 19 '{score}' "score"
* method = MeldVersion#meld-3
* component[bilirubin].valueQuantity = 3.1 'mg/dL' "mg/dL"
* component[inr].valueQuantity = 1.6 '{INR}' "INR"
* component[creatinine].valueQuantity = 1.2 'mg/dL' "mg/dL"
* component[sodium].valueQuantity = 136 'mmol/L' "mmol/L"
* component[albumin].valueQuantity = 2.8 'g/dL' "g/dL"
* extension[timepoint].valueCodeableConcept = MscTimepoint#baseline

Instance: meld-2
InstanceOf: MeldScore
Title: "MELD 3.0 at week 24"
Usage: #example
* status = #final
* subject = Reference(pat-1)
* effectiveDateTime = "2026-08-16"
* valueQuantity = 14 '{score}' "score"
* method = MeldVersion#meld-3
* component[bilirubin].valueQuantity = 2.0 'mg/dL' "mg/dL"
* component[inr].valueQuantity = 1.4 '{INR}' "INR"
* component[creatinine].valueQuantity = 1.1 'mg/dL' "mg/dL"
* component[sodium].valueQuantity = 137 'mmol/L' "mmol/L"
* component[albumin].valueQuantity = 3.1 'g/dL' "g/dL"
* extension[timepoint].valueCodeableConcept = MscTimepoint#week-24

Instance: meld-change-1
InstanceOf: MeldChange
Title: "Change of MELD 3.0"
Usage: #example
* status = #final
* subject = Reference(pat-1)
* effectiveDateTime = "2026-08-16"
* valueQuantity = -5 '{score}' "score"
* method = MeldVersion#meld-3
* derivedFrom[+] = Reference(meld-1)
* derivedFrom[+] = Reference(meld-2)
* extension[timepoint].valueCodeableConcept = MscTimepoint#week-24

Instance: course-1
InstanceOf: MscTreatmentResponse
Title: "Course at week 24"
Usage: #example
* status = #final
* subject = Reference(pat-1)
* effectiveDateTime = "2026-08-16"
* valueCodeableConcept = MscResponse#improved
* partOf = Reference(adm-1)
* derivedFrom = Reference(meld-change-1)
* extension[timepoint].valueCodeableConcept = MscTimepoint#week-24

RuleSet: BilirubinAt(timepoint, day)
* status = #final
* category[lab] = $category#laboratory
* code = $LOINC#1975-2 "Bilirubin.total [Mass/volume] in Serum or Plasma"
* subject = Reference(pat-1)
* effectiveDateTime = "{day}"
* extension[timepoint].valueCodeableConcept = MscTimepoint#{timepoint}

Instance: lab-week-1
InstanceOf: LiverLab
Title: "Bilirubin at week 1"
Usage: #example
* insert BilirubinAt(week-1, 2026-03-08)
* valueQuantity = 3.0 'mg/dL' "mg/dL"

Instance: lab-week-4
InstanceOf: LiverLab
Title: "Bilirubin at week 4"
Usage: #example
* insert BilirubinAt(week-4, 2026-03-30)
* valueQuantity = 2.9 'mg/dL' "mg/dL"

Instance: lab-week-8
InstanceOf: LiverLab
Title: "Bilirubin at week 8"
Usage: #example
* insert BilirubinAt(week-8, 2026-04-27)
* valueQuantity = 2.6 'mg/dL' "mg/dL"

Instance: lab-week-12
InstanceOf: LiverLab
Title: "Bilirubin at week 12"
Usage: #example
* insert BilirubinAt(week-12, 2026-05-25)
* valueQuantity = 2.7 'mg/dL' "mg/dL"

Instance: lab-week-24
InstanceOf: LiverLab
Title: "Bilirubin at week 24"
Usage: #example
* insert BilirubinAt(week-24, 2026-08-16)
* valueQuantity = 2.0 'mg/dL' "mg/dL"

Instance: lsm-month-3
InstanceOf: LiverElastography
Title: "Liver stiffness at month 3"
Usage: #example
* status = #final
* code.coding[lsm] = MscObservationCodes#lsm
* code.coding[loinc] = $LOINC#77615-3 "Liver stiffness by US.transient elastography"
* subject = Reference(pat-1)
* effectiveDateTime = "2026-06-02"
* valueQuantity = 24.5 'kPa' "kPa"
* component[cap].valueQuantity = 232 '{dB}/m' "dB/m"
* extension[timepoint].valueCodeableConcept = MscTimepoint#month-3

Instance: lsm-month-6
InstanceOf: LiverElastography
Title: "Liver stiffness at month 6"
Usage: #example
* status = #final
* code.coding[lsm] = MscObservationCodes#lsm
* subject = Reference(pat-1)
* effectiveDateTime = "2026-09-01"
* valueQuantity = 24.1 'kPa' "kPa"
* extension[timepoint].valueCodeableConcept = MscTimepoint#month-6

RuleSet: VisitOf(timepoint, activity, first, last)
* status = #active
* intent = #plan
* code = MscActivity#{activity}
* basedOn = Reference(plan-1)
* subject = Reference(pat-1)
* occurrencePeriod.start = "{first}"
* occurrencePeriod.end = "{last}"
* extension[timepoint].valueCodeableConcept = MscTimepoint#{timepoint}

Instance: visit-week-1
InstanceOf: MscFollowUpRequest
Title: "Visit at week 1"
Usage: #example
* insert VisitOf(week-1, liver-panel-visit, 2026-03-05, 2026-03-15)

Instance: visit-week-4
InstanceOf: MscFollowUpRequest
Title: "Visit at week 4"
Usage: #example
* insert VisitOf(week-4, liver-panel-visit, 2026-03-26, 2026-04-05)

Instance: visit-week-8
InstanceOf: MscFollowUpRequest
Title: "Visit at week 8"
Usage: #example
* insert VisitOf(week-8, liver-panel-visit, 2026-04-23, 2026-05-03)

Instance: visit-week-12
InstanceOf: MscFollowUpRequest
Title: "Visit at week 12"
Usage: #example
* insert VisitOf(week-12, liver-panel-visit, 2026-05-21, 2026-05-31)

Instance: visit-week-24
InstanceOf: MscFollowUpRequest
Title: "Visit at week 24"
Usage: #example
* insert VisitOf(week-24, liver-panel-visit, 2026-08-13, 2026-08-23)

Instance: visit-month-3
InstanceOf: MscFollowUpRequest
Title: "Visit at month 3"
Usage: #example
* insert VisitOf(month-3, imaging-visit, 2026-05-18, 2026-06-15)

Instance: visit-month-6
InstanceOf: MscFollowUpRequest
Title: "Visit at month 6"
Usage: #example
* insert VisitOf(month-6, imaging-visit, 2026-08-18, 2026-09-15)

Instance: plan-1
InstanceOf: MscFollowUpPlan
Title: "The seven visits"
Usage: #example
* status = #active
* intent = #plan
* instantiatesCanonical = Canonical(msc-follow-up-protocol)
* subject = Reference(pat-1)
* period.start = "2026-03-01"
* period.end = "2026-09-15"
* activity[+].reference = Reference(visit-week-1)
* activity[+].reference = Reference(visit-week-4)
* activity[+].reference = Reference(visit-week-8)
* activity[+].reference = Reference(visit-week-12)
* activity[+].reference = Reference(visit-week-24)
* activity[+].reference = Reference(visit-month-3)
* activity[+].reference = Reference(visit-month-6)

Instance: bundle
InstanceOf: MscAdministrationBundle
Title: "The administration as a whole"
Usage: #example
* type = #collection
* timestamp = "2026-03-02T00:00:00Z"
* entry[patient].fullUrl = "https://example.org/fhir/Patient/pat-1"
* entry[patient].resource = pat-1
* entry[administration].fullUrl = "https://example.org/fhir/MedicationAdministration/adm-1"
* entry[administration].resource = adm-1
* entry[product].fullUrl = "https://example.org/fhir/BiologicallyDerivedProduct/product-1"
* entry[product].resource = product-1
* entry[observation][+].fullUrl = "https://example.org/fhir/Observation/meld-1"
* entry[observation][=].resource = meld-1
* entry[observation][+].fullUrl = "https://example.org/fhir/Observation/test-1"
* entry[observation][=].resource = test-1
* entry[adverseEvent].fullUrl = "https://example.org/fhir/AdverseEvent/ae-1"
* entry[adverseEvent].resource = ae-1
* entry[6].fullUrl = "https://example.org/fhir/Condition/cond-1"
* entry[6].resource = cond-1
* entry[7].fullUrl = "https://example.org/fhir/Procedure/catheter-1"
* entry[7].resource = catheter-1
* entry[8].fullUrl = "https://example.org/fhir/Organization/lab-org"
* entry[8].resource = lab-org
