// What is planned: the schedule, its visits, the referral, the trial.

Profile: MscFollowUpPlan
Parent: CarePlan
Id: msc-follow-up-plan
Title: "MSC follow-up plan"
Description: "The visits of one patient after an administration."
* status MS
* intent = #plan (exactly)
* instantiatesCanonical MS
* insert OfOnePatient
* period 1..1 MS
* activity 1..* MS
* activity.reference 1..1 MS
* activity.reference only Reference(MscFollowUpRequest)

Profile: MscFollowUpRequest
Parent: ServiceRequest
Id: msc-follow-up-request
Title: "MSC follow-up request"
Description: "One visit of the follow-up. The period is the window of the visit."
* status MS
* intent MS
* code 1..1 MS
* insert OfOnePatient
* occurrence[x] 1..1 MS
* occurrence[x] only Period
* basedOn MS
* insert AtTimepoint(1..1)

Profile: MscEvaluationReferral
Parent: ServiceRequest
Id: msc-evaluation-referral
Title: "Referral for evaluation in an MSC trial"
Description: "A request to consider evaluation in hepatology for a clinical trial of an investigational MSC product. It is no order of a product. Standard care and transplant evaluation come first."
* status MS
* intent MS
* code 1..1 MS
* code = MscActivity#msc-evaluation
* insert OfOnePatient
* reasonReference MS
* supportingInfo MS

Profile: MscResearchSubject
Parent: ResearchSubject
Id: msc-research-subject
Title: "MSC research subject"
Description: "A patient in a clinical trial of an MSC product. The study carries its registry number."
* status MS
* study MS
* individual MS
* individual only Reference(Patient)
* consent MS
* assignedArm MS

RuleSet: Visit(timepoint, title, activity, number, unit, before, after)
* action[+].id = "{timepoint}"
* action[=].title = "{title}"
* action[=].description = "Window: {before} days before to {after} days after the due date, both days included."
* action[=].code = MscActivity#{activity}
* action[=].relatedAction.actionId = "infusion"
* action[=].relatedAction.relationship = #after-end
* action[=].relatedAction.offsetDuration = {number} '{unit}'

Instance: msc-follow-up-protocol
InstanceOf: PlanDefinition
Title: "Follow-up after an MSC administration"
Description: "When the visits after an administration are due."
Usage: #definition
* insert Published(PlanDefinition, msc-follow-up-protocol)
* name = "MscFollowUpProtocol"
* title = "Follow-up after an MSC administration"
* type = $plan-type#clinical-protocol
* description = "When the visits after an administration are due, counted from the end of the infusion. The schedule follows published trials of investigational MSC products."
* action[+].id = "infusion"
* action[=].title = "Infusion"
* insert Visit(week-1, Week 1 laboratory tests, liver-panel-visit, 1, wk, 3, 7)
* insert Visit(week-4, Week 4 laboratory tests, liver-panel-visit, 4, wk, 3, 7)
* insert Visit(week-8, Week 8 laboratory tests, liver-panel-visit, 8, wk, 3, 7)
* insert Visit(week-12, Week 12 laboratory tests, liver-panel-visit, 12, wk, 3, 7)
* insert Visit(week-24, Week 24 laboratory tests, liver-panel-visit, 24, wk, 3, 7)
* insert Visit(month-3, Month 3 imaging, imaging-visit, 3, mo, 14, 14)
* insert Visit(month-6, Month 6 imaging, imaging-visit, 6, mo, 14, 14)
