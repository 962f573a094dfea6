"""The trial families, in the order in which they are shown."""

from cds.pathways import steatosis, cirrhosis, aclf  # noqa: I001  (the order shown)

__all__ = ["aclf", "cirrhosis", "steatosis"]
