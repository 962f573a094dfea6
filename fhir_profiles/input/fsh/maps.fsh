// How our codes relate to those of others.

RuleSet: Element(code, target, equivalence)
* group[=].element[+].code = #{code}
* group[=].element[=].target.code = #{target}
* group[=].element[=].target.equivalence = #{equivalence}

RuleSet: Unmatched(code, comment)
* group[=].element[+].code = #{code}
* group[=].element[=].target.equivalence = #unmatched
* group[=].element[=].target.comment = "{comment}"

RuleSet: Comment(text)
* group[=].element[=].target.comment = "{text}"

RuleSet: ArteryAt(code, display)
* group[=].element[=].target[+].code = #hepatic-artery
* group[=].element[=].target[=].equivalence = #equivalent
* group[=].element[=].target[=].dependsOn.property = "http://hl7.org/fhir/StructureDefinition/MedicationAdministration#MedicationAdministration.dosage.site"
* group[=].element[=].target[=].dependsOn.system = "http://snomed.info/sct"
* group[=].element[=].target[=].dependsOn.value = "{code}"
* group[=].element[=].target[=].dependsOn.display = "{display}"

Instance: cell-source-to-cell-ontology
InstanceOf: ConceptMap
Title: "Cell source to Cell Ontology"
Usage: #definition
* insert Published(ConceptMap, cell-source-to-cell-ontology)
* name = "CellSourceToCellOntology"
* title = "Cell source to Cell Ontology"
* description = "The cell type of the Cell Ontology for cells of each source."
* copyright = "The Cell Ontology is published by its authors under CC BY 4.0."
* sourceCanonical = Canonical(MscCellSourceVS)
* group[+].source = Canonical(MscCellSource)
* group[=].target = $CL
* insert Element(bone-marrow, CL:0002540, equivalent)
* insert Element(umbilical-cord, CL:0002569, equivalent)
* insert Element(wharton-jelly, CL:0002568, equivalent)
* insert Element(cord-blood, CL:0000134, wider)
* insert Comment(The Cell Ontology has no code for cells of cord blood.)
* insert Element(adipose, CL:0002570, equivalent)
* insert Element(placenta, CL:2000061, narrower)
* insert Comment(Cells of the amnion only.)
* insert Element(other, CL:0000134, wider)
* insert Comment(The source is given as text.)

Instance: cell-source-to-iccbba
InstanceOf: ConceptMap
Title: "Cell source to ICCBBA abbreviation"
Usage: #definition
* insert Published(ConceptMap, cell-source-to-iccbba)
* name = "CellSourceToIccbba"
* title = "Cell source to ICCBBA abbreviation"
* description = "The abbreviations of class and tissue that ICCBBA and ISCT published in 2021. They are no product codes: those of ISBT 128 are licensed and not in this package."
* sourceCanonical = Canonical(MscCellSourceVS)
* group[+].source = Canonical(MscCellSource)
* insert Element(bone-marrow, MSC(M\), equivalent)
* insert Unmatched(umbilical-cord, Only Wharton's jelly has an abbreviation.)
* insert Element(wharton-jelly, MSC(WJ\), equivalent)
* insert Element(cord-blood, MSC(CB\), equivalent)
* insert Element(adipose, MSC(AT\), equivalent)
* insert Unmatched(placenta, No abbreviation was verified.)
* insert Unmatched(other, The source is given as text.)

Instance: route-to-pathway
InstanceOf: ConceptMap
Title: "Route and site to delivery pathway"
Usage: #definition
* insert Published(ConceptMap, route-to-pathway)
* name = "RouteToPathway"
* title = "Route and site to delivery pathway"
* description = "The label of a delivery pathway for a route and, where the route leaves it open, the site."
* copyright = "This material includes SNOMED Clinical Terms® (SNOMED CT®) which is used by permission of SNOMED International. All rights reserved. SNOMED CT® was originally created by the College of American Pathologists. Using SNOMED CT outside of a member country needs an affiliate licence."
* sourceCanonical = Canonical(MscRouteVS)
* targetCanonical = Canonical(MscDeliveryPathwayVS)
* group[+].source = $SCT
* group[=].target = Canonical(MscDeliveryPathway)
* insert Element(419993007, peripheral-iv, equivalent)
* insert Element(47625008, peripheral-iv, narrower)
* insert Comment(Only where the vein is a peripheral one; the route leaves that open.)
* insert Unmatched(418114005, A central vein has no label of its own.)
* group[=].element[+].code = #58100008
* insert ArteryAt(76015000, Hepatic artery)
* insert ArteryAt(66559000, Structure of common hepatic artery)
* insert Element(58771000052103, portal-vein, equivalent)
* insert Element(445941009, intrahepatic, equivalent)

Instance: ctcae-grade-to-severity
InstanceOf: ConceptMap
Title: "CTCAE grade to severity"
Usage: #definition
* insert Published(ConceptMap, ctcae-grade-to-severity)
* name = "CtcaeGradeToSeverity"
* title = "CTCAE grade to severity"
* description = "The severity of FHIR R4 for each CTCAE grade."
* copyright = "NCI Thesaurus is published by the National Cancer Institute under CC BY 4.0."
* sourceCanonical = Canonical(CtcaeGradeVS)
* targetCanonical = "http://hl7.org/fhir/ValueSet/adverse-event-severity"
* group[+].source = $NCIT
* group[=].target = $severity
* insert Element(C41338, mild, equivalent)
* insert Element(C41339, moderate, equivalent)
* insert Element(C41340, severe, equivalent)
* insert Element(C41337, severe, wider)
* insert Element(C48275, severe, wider)
