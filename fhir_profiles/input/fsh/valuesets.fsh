// Value sets: those of our own systems first, then those of published codes.

ValueSet: MscProductTypeVS
Id: msc-product-type
Title: "MSC product type"
Description: "MSC products. Platelet-rich plasma is not among them: it is recorded as a co-administration."
* MscProductType#msc
* MscProductType#msc-ev

ValueSet: MscCellSourceVS
Id: msc-cell-source
Title: "MSC cell source"
Description: "Every code of the code system of the same id."
* include codes from system MscCellSource

ValueSet: MscDonorRelationshipVS
Id: msc-donor-relationship
Title: "MSC donor relationship"
Description: "Every code of the code system of the same id."
* include codes from system MscDonorRelationship

ValueSet: MscReleaseTestVS
Id: msc-release-test
Title: "MSC release test"
Description: "Every code of the code system of the same id."
* include codes from system MscReleaseTestCodes

ValueSet: MscTimepointVS
Id: msc-timepoint
Title: "MSC timepoint"
Description: "Every code of the code system of the same id."
* include codes from system MscTimepoint

ValueSet: MeldVersionVS
Id: meld-version
Title: "MELD version"
Description: "Every code of the code system of the same id."
* include codes from system MeldVersion

ValueSet: MscResponseVS
Id: msc-response
Title: "MSC course"
Description: "Every code of the code system of the same id."
* include codes from system MscResponse

ValueSet: MscAscitesGradeVS
Id: msc-ascites-grade
Title: "MSC ascites grade"
Description: "Every code of the code system of the same id."
* include codes from system MscAscitesGrade

ValueSet: MscDeliveryPathwayVS
Id: msc-delivery-pathway
Title: "MSC delivery pathway"
Description: "Every code of the code system of the same id."
* include codes from system MscDeliveryPathway

ValueSet: MscRouteVS
Id: msc-route
Title: "MSC route"
Description: "Routes by which MSC products were given in published trials. There is no route of its own for the hepatic artery: it is the intra-arterial route with that artery as the site."
* insert ContainsSnomed
* $SCT#47625008 "Intravenous route"
* $SCT#419993007 "Intravenous peripheral route"
* $SCT#418114005 "Intravenous central route"
* $SCT#58100008 "Intra-arterial route"
* $SCT#58771000052103 "Intraportal route"
* $SCT#445941009 "Intrahepatic route"

ValueSet: MscSiteVS
Id: msc-site
Title: "MSC site"
Description: "Sites at which MSC products were given in published trials."
* insert ContainsSnomed
* $SCT#76015000 "Hepatic artery"
* $SCT#66559000 "Structure of common hepatic artery"
* $SCT#32764006 "Portal vein structure"
* $SCT#10200004 "Liver structure"

ValueSet: MscAdverseEventVS
Id: msc-adverse-event
Title: "MSC adverse event"
Description: "Events that trials of MSC products watch for. Others are coded as they are; MedDRA codes may be used where the site has a licence."
* insert ContainsSnomed
* $SCT#386661006 "Fever"
* $SCT#43724002 "Chill"
* $SCT#38880002 "Rigor"
* $SCT#274640006 "Fever with chills"
* $SCT#422587007 "Nausea"
* $SCT#421961002 "Hypersensitivity reaction"
* $SCT#39579001 "Anaphylaxis"
* $SCT#59282003 "Pulmonary embolism"
* $SCT#17920008 "Portal vein thrombosis"

ValueSet: CtcaeGradeVS
Id: ctcae-grade
Title: "CTCAE grade"
Description: "The five grades of the Common Terminology Criteria for Adverse Events, version 5, as NCI Thesaurus codes."
* ^copyright = "NCI Thesaurus is published by the National Cancer Institute under CC BY 4.0."
* $NCIT#C41338 "Grade 1 Mild"
* $NCIT#C41339 "Grade 2 Moderate"
* $NCIT#C41340 "Grade 3 Severe"
* $NCIT#C41337 "Grade 4 Life Threatening"
* $NCIT#C48275 "Grade 5 Death"

ValueSet: LiverLabVS
Id: liver-lab
Title: "Liver laboratory test"
Description: "The laboratory tests of the follow-up visits."
* insert ContainsLoinc
* $LOINC#1975-2 "Bilirubin.total [Mass/volume] in Serum or Plasma"
* $LOINC#6301-6 "INR in Platelet poor plasma by Coagulation assay"
* $LOINC#2160-0 "Creatinine [Mass/volume] in Serum or Plasma"
* $LOINC#2951-2 "Sodium [Moles/volume] in Serum or Plasma"
* $LOINC#1751-7 "Albumin [Mass/volume] in Serum or Plasma"
* $LOINC#1742-6 "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma"
* $LOINC#1920-8 "Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma"
* $LOINC#2324-2 "Gamma glutamyl transferase [Enzymatic activity/volume] in Serum or Plasma"
