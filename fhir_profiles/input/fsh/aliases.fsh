// Names of the systems that are not ours.
Alias: $SCT = http://snomed.info/sct
Alias: $LOINC = http://loinc.org
Alias: $UCUM = http://unitsofmeasure.org
Alias: $NCIT = http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl
Alias: $CL = http://purl.obolibrary.org/obo/cl.owl
Alias: $ISBT = https://iccbba.org/standardterminology
Alias: $category = http://terminology.hl7.org/CodeSystem/observation-category
Alias: $severity = http://terminology.hl7.org/CodeSystem/adverse-event-severity
Alias: $seriousness = http://terminology.hl7.org/CodeSystem/adverse-event-seriousness
Alias: $outcome = http://terminology.hl7.org/CodeSystem/adverse-event-outcome
Alias: $causality = http://terminology.hl7.org/CodeSystem/adverse-event-causality-assess
Alias: $clinical = http://terminology.hl7.org/CodeSystem/condition-clinical
Alias: $plan-type = http://terminology.hl7.org/CodeSystem/plan-definition-type
Alias: $operation = http://terminology.hl7.org/CodeSystem/v3-DataOperation
Alias: $trials = http://clinicaltrials.gov
