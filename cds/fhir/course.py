"""The results of one analyte over time, newest first, converted only as far back as somebody looks.

A rule mostly wants the newest result; a long history would be converted for nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from operator import attrgetter
from typing import overload

from cds.chart import Moment, Result, Unusable
from cds.fhir.observations import Charted, Reading, read_result
from cds.fhir.settling import CONFLICT, VERIFY, flagged, one_of, settle, tenfold
from cds.fhir.shapes import text
from cds.fhir.times import moment

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_drawn = attrgetter("when.at")
_day_only = attrgetter("when.day_only")


class Course(Sequence[Result]):
    """Usable results, newest first; `unusable` has the rest. Looking at one converts it and the next older one."""

    def __init__(
        self, charted: Sequence[Charted], others: Sequence[Unusable], reading: Reading, *, steady: bool
    ) -> None:
        self._reading = reading
        self._steady = steady
        self._open = True
        self._results: list[Result] = []
        self._faults: list[Unusable] = [each for each in others if each.when is None]
        self._others = sorted((each for each in others if each.when), key=_at, reverse=True) if others else []
        undated = [each for each in charted if each.when is None]
        for each in undated:
            found = read_result(each, reading)
            if isinstance(found, Unusable):
                self._faults.append(found)
        self._charted = [each for each in charted if each.when is not None] if undated else [*charted]
        self._charted.sort(key=_drawn, reverse=True)
        self._place = 0
        if any(map(_day_only, self._charted)):
            self._read_whole()

    def _read_whole(self) -> None:
        """Dates without a time can only be judged beside all results of their day."""
        self._place = len(self._charted)
        usable: list[Result] = []
        issued: dict[int, str] = {}
        for each in self._charted:
            found = read_result(each, self._reading)
            if isinstance(found, Result):
                usable.append(found)
                issued[id(found)] = _issued(each)
            elif found is not None:
                self._faults.append(found)
        results, conflicts = settle(usable, lambda each: issued[id(each)], steady=self._steady)
        self._faults += [*conflicts, *self._others]
        self._others = []
        self._results = [
            replace(
                each, newer=_reasons([bad for bad in self._faults if bad.when is None or bad.when.at >= each.when.at])
            )
            for each in results
        ]

    def _advance(self) -> None:
        """Convert the results of the next older time, if there are any left."""
        group = self._next()
        if not group:
            self._open = False
            self._faults += self._others
            self._others = []
            return
        usable: list[Result] = []
        issued: dict[int, str] = {}
        for charted in group:
            found = read_result(charted, self._reading)
            if isinstance(found, Result):
                usable.append(found)
                issued[id(found)] = _issued(charted) if len(group) > 1 else ""
            elif found is not None:
                self._faults.append(found)
        if not usable:
            return
        chosen = usable[0] if len(usable) == 1 else one_of(usable, lambda each: issued[id(each)])
        if chosen is None:
            self._faults += [Unusable(each.name, CONFLICT, each.source, each.when) for each in usable]
        else:
            self._keep(chosen)

    def _next(self) -> list[Charted]:
        """What is charted for the next older time."""
        charted, first = self._charted, self._place
        last = first + 1
        while last < len(charted) and _drawn(charted[last]) == _drawn(charted[first]):
            last += 1
        self._place = last
        return charted[first:last]

    def _keep(self, chosen: Result) -> None:
        while self._others and _at(self._others[0]) >= chosen.when.at:
            self._faults.append(self._others.pop(0))
        if self._faults:
            chosen = replace(chosen, newer=_reasons(self._faults))
        if self._steady and self._results and tenfold(self._results[-1], chosen):
            self._results[-1] = flagged(self._results[-1], VERIFY)
        self._results.append(chosen)

    def _reach(self, count: int) -> bool:
        """Whether there are so many results."""
        while self._open and len(self._results) < count:
            self._advance()
        return len(self._results) >= count

    @property
    def unusable(self) -> tuple[Unusable, ...]:
        """All that could not be used, newest first, what has no time last."""
        len(self)
        return newest_first(self._faults)

    @property
    def seen(self) -> tuple[Result, ...]:
        """The results that were converted so far: all that anybody looked at."""
        return tuple(self._results)

    @property
    def finished(self) -> bool:
        """Whether all results were converted."""
        return not self._open

    @overload
    def __getitem__(self, place: int) -> Result: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Result, ...]: ...
    def __getitem__(self, place: int | slice) -> Result | tuple[Result, ...]:
        results = self._results
        if not isinstance(place, int) or place < 0:
            len(self)
            return tuple(results)[place]
        if place + 1 >= len(results):
            self._reach(place + 2)
        return results[place]

    def __iter__(self) -> Iterator[Result]:
        place = 0
        while self._reach(place + 2) or place < len(self._results):
            yield self._results[place]
            place += 1

    def __len__(self) -> int:
        while self._open:
            self._advance()
        return len(self._results)

    def __bool__(self) -> bool:
        return bool(self._results) or self._reach(1)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


def _issued(charted: Charted) -> str:
    """When the result was published, as text that can be compared; "" where that is unknown."""
    known: Moment | None = moment(text(charted.resource, "issued"))
    return known.at.isoformat() if known else ""


def _reasons(faults: Sequence[Unusable]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.reason for each in faults))


def _at(fault: Unusable) -> datetime:
    return fault.when.at if fault.when else EPOCH


def newest_first(unusable: Sequence[Unusable]) -> tuple[Unusable, ...]:
    """Newest first, those without a time last; in one order whatever the order of the document was."""
    return tuple(sorted(unusable, key=lambda each: (*_age(each), each.source, each.reason)))


def _age(fault: Unusable) -> tuple[bool, float]:
    return (True, 0.0) if fault.when is None else (False, -(fault.when.at - EPOCH).total_seconds())
