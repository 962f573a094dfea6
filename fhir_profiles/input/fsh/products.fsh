// The product, its release tests, and who had it in hand.

Profile: MscProduct
Parent: BiologicallyDerivedProduct
Id: msc-product
Title: "MSC product"
Description: "One container, or the bank it was taken from, of culture-expanded mesenchymal stromal cells. MSC products are investigational for liver disease."
* insert ProductOf(msc, cells)
* insert FromCells
* insert OfOneDonation
* extension contains PassageNumber named passageNumber 1..1 MS
* extension[passageNumber].value[x] MS
* obeys msc-bdp-1

Profile: MscEvProduct
Parent: BiologicallyDerivedProduct
Id: msc-ev-product
Title: "MSC extracellular vesicle product"
Description: "One container of extracellular vesicles that were secreted by MSC. Its parent is the product of the cells. Vesicle products are investigational for liver disease."
* insert ProductOf(msc-ev, biologicalAgent)
* insert FromCells

Profile: PrpProduct
Parent: BiologicallyDerivedProduct
Id: prp-product
Title: "Platelet-rich plasma product"
Description: "One container of platelet-rich plasma that is given together with an MSC product."
* insert ProductOf(prp, fluid)
* insert OfOneDonation

Profile: MscReleaseTest
Parent: Observation
Id: msc-release-test
Title: "MSC release test"
Description: "One test of a product before its release. It is about the product (focus), never about a patient. Its limits stand in the reference range."
* status MS
* insert Laboratory
* code MS
* code from MscReleaseTestVS (required)
* subject 0..0
* focus 1..1 MS
* focus only Reference(MscProduct or MscEvProduct or PrpProduct)
* effective[x] 1..1 MS
* effective[x] only dateTime
* value[x] 1..1 MS
* value[x] only Quantity or CodeableConcept
* interpretation MS
* referenceRange MS

Profile: MscCertificateOfAnalysis
Parent: DiagnosticReport
Id: msc-certificate-of-analysis
Title: "MSC certificate of analysis"
Description: "The release tests of one product, as one report. Which product it is stands in the focus of the tests."
* status MS
* code MS
* subject 0..0
* effective[x] MS
* issued MS
* performer MS
* result 1..* MS
* result only Reference(MscReleaseTest)
* conclusion MS

Profile: MscProvenance
Parent: Provenance
Id: msc-provenance
Title: "MSC provenance"
Description: "One hand-over of a product, or of the record of its administration."
* target 1..* MS
* target only Reference(MscProduct or MscEvProduct or PrpProduct or MscAdministration or PrpCoAdministration)
* occurred[x] 1..1 MS
* activity 1..1 MS
* agent MS
* agent.who only Reference(Practitioner or PractitionerRole or Organization or Device)
* entity MS
