"""The results of a chart by analyte, made when they are first asked for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

from cds.chart import Chart, Result, Unusable
from cds.fhir.course import Course
from cds.fhir.observations import Charted, Reading
from cds.fhir.shapes import text
from cds.labs import LABS

Item = TypeVar("Item")
OTHER_TEST = "OTHER_TEST"


class Lazy(Mapping[str, Sequence[Item]], Generic[Item]):
    """A mapping over a fixed set of names whose sequences are made on demand; names with nothing are not in it."""

    def __init__(
        self, names: tuple[str, ...], find: Callable[[str], Sequence[Item]], seen: Callable[[str], Sequence[Item]]
    ) -> None:
        """`find` makes the items of a name; `seen` tells those that were made already."""
        self._names = dict.fromkeys(names)
        self._find = find
        self._seen = seen

    def seen(self) -> dict[str, Sequence[Item]]:
        """The items that anybody looked at so far, by name; makes none."""
        return {name: found for name in self._names if (found := self._seen(name))}

    def __getitem__(self, name: str) -> Sequence[Item]:
        """The items. KeyError if there is none."""
        found = self._find(name) if name in self._names else ()
        if not found:
            raise KeyError(name)
        return found

    def get(self, name: str, default: Any = ()) -> Any:
        """The items, or `default` if there is none; most names are asked for so, and have none."""
        return (self._find(name) if name in self._names else ()) or default

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
        self._courses: dict[str, Course] = {}
        self._names = tuple(name for name in LABS if name in charted or name in hints)

    # What is handed out refers to this object, never the other way: a chart is gone as soon as nobody holds it.
    def results(self) -> Mapping[str, Sequence[Result]]:
        """The usable results by analyte."""
        return Lazy(self._names, self._course, self._seen)

    def unusable(self) -> Mapping[str, Sequence[Unusable]]:
        """What could not be used, by analyte and coded answer."""
        names = tuple(dict.fromkeys((*self._names, *sorted(self._others))))
        return Lazy(names, self._unusable, self._unusable_seen)

    def _course(self, name: str) -> Course:
        if name not in self._courses:
            lab = LABS.get(name)
            self._courses[name] = Course(
                self._charted.get(name, ()), self._others.get(name, ()), self._reading, steady=not lab or lab.steady
            )
        return self._courses[name]

    def _unusable(self, name: str) -> Sequence[Unusable]:
        course = self._course(name)
        return course.unusable or (() if course else tuple(self._related(name)))

    def _seen(self, name: str) -> Sequence[Result]:
        return self._courses[name].seen if name in self._courses else ()

    def _unusable_seen(self, name: str) -> Sequence[Unusable]:
        """Whoever asks for these has converted everything of the name."""
        return self._unusable(name) if name in self._courses and self._courses[name].finished else ()

    def _related(self, name: str) -> Iterator[Unusable]:
        for charted in self._hints.get(name, ()):
            if not charted.fault and not self._reading.fault(charted.resource, charted.when):
                yield Unusable(name, OTHER_TEST, f"Observation/{text(charted.resource, 'id')}", charted.when)


def as_seen(chart: Chart) -> Chart:
    """The chart with no more results than were looked at so far, none of them lazy.

    Whoever looks at it in the same way finds the same.
    """
    results, unusable = chart.results, chart.unusable
    return replace(
        chart,
        results=results.seen() if isinstance(results, Lazy) else results,
        unusable=unusable.seen() if isinstance(unusable, Lazy) else unusable,
    )
