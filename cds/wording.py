"""The sentences that stand around any mention of investigational cell products, and the limits of every card.

They describe and refer; they never recommend a product, promise, rank or set a price. Each is checked by a lint.
"""

INVESTIGATIONAL = (
    "Mesenchymal stromal cells are **investigational** for liver disease. Benefit is unproven: the trials are few,"
    " small and unlike each other, and a review of twelve randomised trials found no clear effect on survival"
    " (Liu 2022). Known and unknown risks remain, among them fever, infection, thrombosis and bleeding."
)
NOT_APPROVED = (
    "No MSC or exosome product is FDA-approved for liver disease. The only step to consider is discussing referral to a"
    " hepatology centre or to a registered clinical trial with ethics approval and an IND (US) or CTA (EU) in place."
)
FIRST = "Standard care and transplant evaluation come first. This does not replace either and must not delay them."
REGISTRY = (
    "A registry listing is not an endorsement and no evidence of regulatory review."
    " Be wary of any offer that charges patients for taking part."
)
LIMITS = (
    "These are laboratory scores: exception points are not included. Results vary with the assay (± several points by"
    " the creatinine method alone), so compare within one laboratory. Recalculate when newer results arrive."
)
MONITORING = "Monitor per protocol: fever, infection, thrombosis, bleeding. How long is not established."
NOT_AN_EFFECT = "Numbers of one variant each. A change is not shown to be an effect of the infusion."
AFTER_NOT_BECAUSE = (
    "Recorded since the first administration of the course, or under suspicion of an administration. That an event"
    " followed does not show that it came from it."
)
NO_EVENT = (
    "None is among the records that were sent. This service does not ask for them, so this does not mean that none"
    " happened."
)
SCHEDULE = "The schedule follows published trials; the windows are a rule of this service."

FDA_ALERT = (
    "FDA: consumer alert on unapproved stem cell and exosome products",
    "https://www.fda.gov/vaccines-blood-biologics/consumers-biologics/consumer-alert-regenerative-medicine-products-including-stem-cells-and-exosomes",
)
REGISTRY_SEARCH = ("ClinicalTrials.gov (a listing is not an endorsement)", "https://clinicaltrials.gov/")
