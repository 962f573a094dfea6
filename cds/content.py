"""Which version of the clinical content this is, and who answers for it."""

from datetime import date

VERSION = "2026.11.0"
RELEASED = date(2026, 11, 22)
REVIEW_DUE = date(2027, 11, 22)
"""After this date every card says that the review of the content is overdue."""
APPROVED: date | None = None
"""No clinician has approved the content yet: a site does that before it uses it."""
STATUS = "draft"


def overdue(today: date) -> bool:
    """Whether the review of the content is overdue."""
    return today > REVIEW_DUE
