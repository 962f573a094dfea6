"""One result for one time: repeats collapse, corrections win, contradictions are taken out and said."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from cds.chart import Result, Unusable

CONFLICT = "CONFLICTING_RESULTS"
VERIFY = "VERIFY_VALUE"
AMBIGUOUS = "BOUNDARY_AMBIGUOUS"
DELTA_WITHIN = timedelta(days=90)
TENFOLD = Decimal(10)

Issued = Callable[[Result], str]


def settle(found: Iterable[Result], issued: Issued, *, steady: bool) -> tuple[tuple[Result, ...], tuple[Unusable, ...]]:
    """The results newest first, at most one for each time, and those that contradict each other.

    `issued` gives the time at which a result was published, to choose among several corrections.
    """
    ordered = sorted(found, key=_order, reverse=True)
    if len(ordered) < 2:
        return tuple(ordered), ()
    kept: list[Result] = []
    conflicts: list[Unusable] = []
    for _, group in groupby(ordered, key=_time):
        same_time = list(group)
        chosen = same_time[0] if len(same_time) == 1 else one_of(same_time, issued)
        if chosen is not None:
            kept.append(chosen)
        else:
            conflicts += [Unusable(each.name, CONFLICT, each.source, each.when) for each in same_time]
    if steady:
        kept = _tenfold(kept)
    if any(each.when.day_only for each in kept):
        kept = _order_of_the_day(kept)
    return tuple(kept), tuple(conflicts)


def _time(result: Result) -> tuple[object, bool]:
    return result.when.at, result.when.day_only


def _order(result: Result) -> tuple[object, ...]:
    return result.when.at, not result.when.day_only, result.source, result.value


def _reading(result: Result) -> tuple[str, Decimal]:
    return result.comparator, result.value


def one_of(results: list[Result], issued: Issued) -> Result | None:
    """The one that counts, or None. Of the preferred specimen; corrected before final, the latest correction."""
    best = min(each.preference for each in results)
    left = [each for each in results if each.preference == best]
    if len({_reading(each) for each in left}) > 1:
        left = [each for each in left if each.corrected]
        latest = max(map(issued, left), default="")
        left = [each for each in left if issued(each) == latest]
    if len({_reading(each) for each in left}) != 1:
        return None
    return min(left, key=lambda each: (len(each.flags), each.source))


def _tenfold(results: list[Result]) -> list[Result]:
    """Flag a result that differs more than tenfold from the one before it."""
    checked = list(results)
    for place in range(len(results) - 1):
        if tenfold(results[place], results[place + 1]):
            checked[place] = flagged(results[place], VERIFY)
    return checked


def tenfold(newer: Result, older: Result) -> bool:
    """Whether two measured values of 90 days differ more than tenfold."""
    high, low = (newer.value, older.value) if newer.value > older.value else (older.value, newer.value)
    if high <= low * TENFOLD or newer.comparator or older.comparator:
        return False
    return newer.when.at - older.when.at <= DELTA_WITHIN


def _order_of_the_day(results: list[Result]) -> list[Result]:
    """Flag results of one day that differ, where one has no time of day: which is the newer cannot be told."""
    readings: dict[date, set[tuple[str, Decimal]]] = defaultdict(set)
    for each in results:
        readings[each.when.day].add(_reading(each))
    unsure = {each.when.day for each in results if each.when.day_only and len(readings[each.when.day]) > 1}
    return [flagged(each, AMBIGUOUS) if each.when.day in unsure else each for each in results]


def flagged(result: Result, flag: str) -> Result:
    """The result with one more reason that stays visible."""
    return result if flag in result.flags else replace(result, flags=(*result.flags, flag))
