"""Compares a result with a threshold in three values: a comparator may leave the answer open."""

from decimal import Decimal

from cds.chart import Result


def at_least(result: Result, threshold: Decimal | float) -> bool | None:
    """Whether the true value is >= threshold (both in the canonical unit); None where "<" or ">" leaves it open."""
    limit = threshold if isinstance(threshold, Decimal) else Decimal(str(threshold))
    match result.comparator:
        case "<":
            return False if result.value <= limit else None
        case "<=":
            return False if result.value < limit else None
        case ">" | ">=":
            return True if result.value >= limit else None
    return result.value >= limit


def above(result: Result, threshold: Decimal | float) -> bool | None:
    """Whether the true value is > threshold (both in the canonical unit); None where "<" or ">" leaves it open."""
    limit = threshold if isinstance(threshold, Decimal) else Decimal(str(threshold))
    match result.comparator:
        case "<" | "<=":
            return False if result.value <= limit else None
        case ">":
            return True if result.value >= limit else None
        case ">=":
            return True if result.value > limit else None
    return result.value > limit
