"""The results of a chart, converted analyte by analyte when they are first asked for."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Generic, TypeVar

from cds.chart import Moment, Result, Unusable
from cds.fhir.observations import Charted, Reading, read_result
from cds.fhir.settling import settle
from cds.fhir.shapes import text
from cds.fhir.times import moment
from cds.labs import LABS

Item = TypeVar("Item")
OTHER_TEST = "OTHER_TEST"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Lazy(Mapping[str, tuple[Item, ...]], Generic[Item]):
    """A mapping over a fixed set of names whose tuples are made on demand; names with nothing are not in it."""

    def __init__(self, names: tuple[str, ...], find: Callable[[str], tuple[Item, ...]]) -> None:
        self._names = dict.fromkeys(names)
        self._find = find

    def __getitem__(self, name: str) -> tuple[Item, ...]:
        """The items. KeyError if there is none."""
        found = self._find(name) if name in self._names else ()
        if not found:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        """The names that have items."""
        return (name for name in self._names if self._find(name))

    def __len__(self) -> int:
        """How many names have items."""
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return repr(dict(self))


class Results:
    """All charted results of one patient, as `results` and `unusable` of a chart."""

    def __init__(
        self,
        charted: Mapping[str, list[Charted]],
        hints: Mapping[str, list[Charted]],
        others: Mapping[str, list[Unusable]],
        reading: Reading,
    ) -> None:
        self._charted = charted
        self._hints = hints
        self._others = others
        self._reading = reading
        self._found: dict[str, tuple[tuple[Result, ...], tuple[Unusable, ...]]] = {}
        names = tuple(name for name in LABS if name in charted or name in hints)
        every = tuple(dict.fromkeys((*names, *sorted(others))))
        self.results: Mapping[str, tuple[Result, ...]] = Lazy(names, lambda name: self._both(name)[0])
        self.unusable: Mapping[str, tuple[Unusable, ...]] = Lazy(every, lambda name: self._both(name)[1])

    def _both(self, name: str) -> tuple[tuple[Result, ...], tuple[Unusable, ...]]:
        if name not in self._found:
            self._found[name] = self._read(name)
        return self._found[name]

    def _read(self, name: str) -> tuple[tuple[Result, ...], tuple[Unusable, ...]]:
        usable: list[Result] = []
        unusable = list(self._others.get(name, ()))
        published: dict[int, str] = {}  # by identity: results of one chart may be equal
        for charted in self._charted.get(name, ()):
            found = read_result(charted, self._reading)
            if isinstance(found, Result):
                usable.append(found)
                published[id(found)] = text(charted.resource, "issued")
            elif found is not None:
                unusable.append(found)
        lab = LABS.get(name)
        results, conflicts = settle(usable, lambda each: _instant(published[id(each)]), steady=not lab or lab.steady)
        unusable.extend(conflicts)
        if not results and not unusable:
            unusable.extend(self._related(name))
        return results, newest_first(unusable)

    def _related(self, name: str) -> Iterator[Unusable]:
        for charted in self._hints.get(name, ()):
            when = self._reading.when(charted.resource)
            if not charted.fault and not self._reading.fault(charted.resource, when):
                yield Unusable(name, OTHER_TEST, f"Observation/{text(charted.resource, 'id')}", when)


def _instant(written: str) -> str:
    """A time that can be compared as text; "" where there is none."""
    known: Moment | None = moment(written)
    return known.at.isoformat() if known else ""


def newest_first(unusable: list[Unusable]) -> tuple[Unusable, ...]:
    """Newest first, those without a time last; in one order whatever the order of the document was."""
    if len(unusable) < 2:
        return tuple(unusable)
    return tuple(sorted(unusable, key=lambda each: (*_age(each), each.source, each.reason)))


def _age(unusable: Unusable) -> tuple[bool, float]:
    when = unusable.when
    return (True, 0.0) if when is None else (False, -(when.at - EPOCH).total_seconds())
