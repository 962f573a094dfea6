// What is measured before and after.

Profile: MeldScore
Parent: Observation
Id: meld-score
Title: "MELD score"
Description: "A MELD score with its formula (method) and its inputs as the formula used them, after conversion of units."
* status MS
* code = MscObservationCodes#meld
* insert OfOnePatient
* effective[x] 1..1 MS
* effective[x] only dateTime
* value[x] 1..1 MS
* value[x] only Quantity
* valueQuantity.value 1..1
* insert InUnit(valueQuantity, {score})
* method 1..1 MS
* method from MeldVersionVS (required)
* derivedFrom MS
* derivedFrom only Reference(Observation)
* insert ComponentsByCode
* insert Component(bilirubin, $LOINC#1975-2)
* insert InUnit(component[bilirubin].valueQuantity, mg/dL)
* insert Component(inr, $LOINC#6301-6)
* insert Component(creatinine, $LOINC#2160-0)
* insert InUnit(component[creatinine].valueQuantity, mg/dL)
* insert Component(sodium, $LOINC#2951-2)
* insert InUnit(component[sodium].valueQuantity, mmol/L)
* insert Component(albumin, $LOINC#1751-7)
* insert InUnit(component[albumin].valueQuantity, g/dL)
* insert AtTimepoint(0..1)
* obeys msc-meld-1

Profile: MeldChange
Parent: Observation
Id: meld-change
Title: "Change of MELD"
Description: "The difference of two MELD scores, the later minus the earlier. Both were computed by the same formula, which is the method."
* status MS
* code = MscObservationCodes#meld-change
* insert OfOnePatient
* effective[x] 1..1 MS
* value[x] 1..1 MS
* value[x] only Quantity
* valueQuantity.value 1..1
* insert InUnit(valueQuantity, {score})
* method 1..1 MS
* method from MeldVersionVS (required)
* derivedFrom 2..2 MS
* derivedFrom only Reference(MeldScore)
* insert AtTimepoint(0..1)

Profile: LiverLab
Parent: Observation
Id: liver-lab
Title: "Liver laboratory test"
Description: "One laboratory result of a follow-up visit."
* status MS
* insert Laboratory
* code MS
* code from LiverLabVS (extensible)
* insert OfOnePatient
* effective[x] 1..1 MS
* effective[x] only dateTime
* value[x] MS
* value[x] only Quantity
* interpretation MS
* referenceRange MS
* insert AtTimepoint(0..1)

Profile: LiverElastography
Parent: Observation
Id: liver-elastography
Title: "Liver elastography"
Description: "Liver stiffness by transient elastography, with the attenuation parameter where it was measured."
* status MS
* code MS
* code.coding ^slicing.discriminator.type = #pattern
* code.coding ^slicing.discriminator.path = "$this"
* code.coding ^slicing.rules = #open
* code.coding contains lsm 1..1 MS and loinc 0..1 MS
* code.coding[lsm] = MscObservationCodes#lsm
* code.coding[loinc] = $LOINC#77615-3
* insert OfOnePatient
* effective[x] 1..1 MS
* value[x] MS
* value[x] only Quantity
* insert InUnit(valueQuantity, kPa)
* insert ComponentsByCode
* insert Component(cap, MscObservationCodes#cap)
* insert InUnit(component[cap].valueQuantity, {dB}/m)
* insert AtTimepoint(0..1)

Profile: MscTreatmentResponse
Parent: Observation
Id: msc-treatment-response
Title: "Course after MSC administration"
Description: "What was found at a visit after an administration, compared with baseline, in the terms of the protocol. It does not say what caused it."
* status MS
* code = MscObservationCodes#response
* insert OfOnePatient
* effective[x] 1..1 MS
* value[x] 1..1 MS
* value[x] only CodeableConcept
* value[x] from MscResponseVS (required)
* partOf 1..1 MS
* partOf only Reference(MscAdministration)
* derivedFrom MS
* insert AtTimepoint(1..1)
