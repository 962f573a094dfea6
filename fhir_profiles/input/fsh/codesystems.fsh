// Codes of our own, where no code of a published system could be verified.

CodeSystem: MscProductType
Id: msc-product-type
Title: "MSC product type"
Description: "What kind of investigational product a record is about."
* insert OwnCodes
* #msc "Mesenchymal stromal cells" "Culture-expanded mesenchymal stromal cells that meet the minimal criteria of the ISCT."
* #msc-ev "MSC extracellular vesicles" "Cell-free extracellular vesicles that were secreted by MSC."
* #prp "Platelet-rich plasma" "Platelet-rich plasma given together with an MSC product."

CodeSystem: MscCellSource
Id: msc-cell-source
Title: "MSC cell source"
Description: "The tissue that the cells were taken from. In brackets: the abbreviation of ICCBBA and ISCT, where there is one."
* insert OwnCodes
* ^hierarchyMeaning = #is-a
* #bone-marrow "Bone marrow" "Bone marrow. [MSC(M)]"
* #umbilical-cord "Umbilical cord" "Umbilical cord, any part."
  * #wharton-jelly "Wharton's jelly" "Wharton's jelly of the umbilical cord. [MSC(WJ)]"
* #cord-blood "Umbilical cord blood" "Blood of the umbilical cord. [MSC(CB)]"
* #adipose "Adipose tissue" "Adipose tissue. [MSC(AT)]"
* #placenta "Placenta" "Placenta or fetal membranes."
* #other "Other" "Another tissue; its name is given as text."

CodeSystem: MscDonorRelationship
Id: msc-donor-relationship
Title: "MSC donor relationship"
Description: "How the donor of the cells is related to the recipient."
* insert OwnCodes
* ^hierarchyMeaning = #is-a
* #autologous "Autologous" "Donor and recipient are the same person."
* #allogeneic "Allogeneic" "Donor and recipient are different persons."
  * #allogeneic-related "Allogeneic, related" "One donor who is a relative of the recipient."
  * #allogeneic-unrelated "Allogeneic, unrelated" "One donor who is no relative of the recipient, as from a donor bank."
  * #allogeneic-pooled "Allogeneic, pooled" "Cells of several donors in one product."

CodeSystem: MscReleaseTestCodes
Id: msc-release-test
Title: "MSC release test"
Description: "Tests of a product before it is released. Limits belong to the certificate of each product, not to this list."
* insert OwnCodes
* #viability "Viability" "Viable cells as a share of all cells."
* #total-viable-cells "Total viable cells" "Number of viable cells in the container."
* #cd73 "CD73" "Cells that express CD73, as a share."
* #cd90 "CD90" "Cells that express CD90, as a share."
* #cd105 "CD105" "Cells that express CD105, as a share."
* #negative-markers "Negative markers" "Cells that express CD45, CD34, CD14 or CD11b, CD79a or CD19, or HLA-DR, as a share."
* #trilineage "Trilineage differentiation" "Differentiation to osteoblasts, adipocytes and chondroblasts in vitro."
* #sterility "Sterility" "Growth of bacteria or fungi."
* #mycoplasma "Mycoplasma" "Presence of mycoplasma."
* #endotoxin "Endotoxin" "Bacterial endotoxin."
* #karyotype "Karyotype" "Chromosomes of the cultured cells."
* #ev-particles "Vesicle particles" "Number of particles of a vesicle product, per volume or per mass of protein."
* #ev-size "Vesicle size" "Diameter of the particles of a vesicle product."

CodeSystem: MscTimepoint
Id: msc-timepoint
Title: "MSC timepoint"
Description: "When something was done or is planned, counted from the first infusion."
* insert OwnCodes
* #baseline "Baseline" "Before the first infusion."
* #infusion "Infusion" "On the day of the infusion."
* #week-1 "Week 1" "One week after the infusion."
* #week-4 "Week 4" "Four weeks after the infusion."
* #week-8 "Week 8" "Eight weeks after the infusion."
* #week-12 "Week 12" "Twelve weeks after the infusion."
* #week-24 "Week 24" "Twenty-four weeks after the infusion."
* #month-3 "Month 3" "Three calendar months after the infusion."
* #month-6 "Month 6" "Six calendar months after the infusion."
* #unscheduled "Unscheduled" "At a time that no schedule names."

CodeSystem: MscObservationCodes
Id: msc-observation
Title: "MSC observation"
Description: "Scores and findings for which no LOINC code could be verified."
* insert OwnCodes
* #meld "MELD score" "Model for End-Stage Liver Disease; which formula was used is the method."
* #meld-change "Change of MELD" "Difference of two MELD scores of one formula, the later minus the earlier."
* #lsm "Liver stiffness" "Liver stiffness by transient elastography."
* #cap "Controlled attenuation parameter" "Attenuation of ultrasound in the liver, measured with its stiffness."
* #response "Course after administration" "What was found at a visit, compared with baseline. It does not say what caused it."
* #ascites-grade "Ascites grade" "A code of msc-ascites-grade."
* #west-haven-grade "West Haven grade" "Grade of hepatic encephalopathy: a whole number from 0 to 4."
* #fibrosis-stage "Fibrosis stage" "Stage of liver fibrosis by histology: a whole number from 0 to 4."

CodeSystem: MscAscitesGrade
Id: msc-ascites-grade
Title: "MSC ascites grade"
Description: "Answers of the observation ascites-grade."
* insert OwnCodes
* #none "None" "No ascites."
* #mild "Mild" "Mild ascites."
* #diuretic-controlled "Controlled by diuretics" "Ascites that diuretics control."
* #moderate "Moderate" "Moderate ascites."
* #severe "Severe" "Severe ascites."
* #refractory "Refractory" "Ascites that cannot be mobilised, or returns early, in spite of treatment."

CodeSystem: MeldVersion
Id: meld-version
Title: "MELD version"
Description: "The formula by which a MELD score was computed."
* insert OwnCodes
* #meld "MELD" "The original formula with the bounds of UNOS."
* #meld-na "MELD-Na" "The formula with sodium of OPTN 2016."
* #meld-3 "MELD 3.0" "The formula with sex, sodium and albumin of OPTN 2023."

CodeSystem: MscResponse
Id: msc-response
Title: "MSC course"
Description: "What was found at a visit after an administration, compared with baseline. It does not say what caused it."
* insert OwnCodes
* #improved "Improved" "The finding that the protocol names is better than at baseline."
* #stable "Stable" "The finding that the protocol names is as at baseline."
* #worsened "Worsened" "The finding that the protocol names is worse than at baseline."
* #transplanted "Transplanted" "The patient received a liver transplant."
* #died "Died" "The patient died."

CodeSystem: MscActivity
Id: msc-activity
Title: "MSC activity"
Description: "What is requested or planned around a trial of an MSC product. None of these is an order of a product."
* insert OwnCodes
* #msc-evaluation "Hepatology evaluation for an MSC trial" "Evaluation in hepatology for a clinical trial of an investigational MSC product."
* #liver-panel-visit "Visit with laboratory tests" "A visit of the follow-up protocol with laboratory tests of the liver."
* #imaging-visit "Visit with imaging" "A visit of the follow-up protocol with imaging of the liver."

CodeSystem: MscDeliveryPathway
Id: msc-delivery-pathway
Title: "MSC delivery pathway"
Description: "Labels of the ways by which a product reaches the liver, made of a route and a site."
* insert OwnCodes
* #peripheral-iv "Peripheral vein" "Through a peripheral vein."
* #hepatic-artery "Hepatic artery" "Through a catheter in the hepatic artery."
* #portal-vein "Portal vein" "Into the portal vein."
* #intrahepatic "Liver tissue" "Into the tissue of the liver."

CodeSystem: CardTopic
Id: card-topic
Title: "Card topic"
Description: "The topics of the cards that hepar shows."
* insert OwnCodes
* #LiverEvaluation "Liver evaluation" "Scores, evaluation that is missing, and the transplant prompt."
* #MscScreening "MSC trial screening" "Which trial family the chart matches, with exclusions."
* #MscOrder "MSC order" "Exclusions and missing baseline evaluation while an order of an MSC product is open."
* #MscFollowUp "MSC follow-up" "Visits after an administration that are due or overdue."
* #ChartUnreadable "Chart unreadable" "A part of the chart that could not be read."
