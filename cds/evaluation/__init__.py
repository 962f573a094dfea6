"""The fourteen steps of the evaluation before any trial is discussed, in the order in which they are shown."""

from cds.evaluation import panels, imaging, bedside, cause, care  # noqa: I001  (the order shown)

__all__ = ["bedside", "care", "cause", "imaging", "panels"]
