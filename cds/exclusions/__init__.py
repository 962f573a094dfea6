"""The twelve exclusions, each declared once for all trial families, in the order in which they are shown."""

from cds.exclusions import cancer, acute, pregnancy, organs, person  # noqa: I001  (the order shown)

__all__ = ["acute", "cancer", "organs", "person", "pregnancy"]
