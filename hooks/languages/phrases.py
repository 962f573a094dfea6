"""Sentences of ours in another language, phrase by phrase.

What the service says is a small language of its own: fixed phrases with places for numbers, dates, names and other
phrases. A phrase book holds each of them with its translation. To translate a sentence is to find the phrases that it
is made of; when one of them is not in the book nothing of the sentence is translated, never a part of it.

In a book `{}` is a place for anything that can be translated, and `{#}` for what is the same in both languages: a
number, a date, a quantity, the title of a score. In the translation `{0}`, `{1}` … are the places in order, and `{0!}`
is one whose text is kept as it is, such as a name that the site chose. The words that join a list may have another form
before a sound: ` and …i` is the one before an "i".
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice

LONGEST = 4000
"""Characters of a text that is looked at; nothing of ours is longer."""
FIXED = 3
"""Letters that a phrase with open places has at least, unless one place among closed ones is open: it would fit all."""

SPAN = 3
"""Clauses that one phrase may hold."""
WAYS = 32
"""Ways to read a text as one phrase that are tried. Our own need fewer; no text shall take long."""

_PLACE = re.compile(r"\{#?\}")
_PUT = re.compile(r"\{(\d)(!?)\}")
_SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-Z0-9(])")
_MARKED = re.compile(r"⟨(\d+)⟩(.+)⟨/\1⟩")
_GLUE = "\ue000"
_WORD = re.compile(f"[A-Za-z{_GLUE}]{{2,}}")
_NUMBERS = re.compile(r"\d+(?:[.,:/-]\d+)*")


class Phrasebook:
    """One language. `phrases`: what we say -> how it is said there; `names`: a pattern of what is the same in both.

    ValueError if a phrase has too few words of its own, or its translation names a place that it does not have.
    """

    def __init__(self, phrases: Mapping[str, str], names: str) -> None:
        self.used: set[str] = set()
        self._phrases = {said: other for said, other in phrases.items() if not _PLACE.search(said)}
        self._names = re.compile(names)
        patterns = [_Pattern(said, other, self._names) for said, other in phrases.items() if _PLACE.search(said)]
        self._patterns: dict[str, list[_Pattern]] = {}
        for pattern in patterns:
            self._patterns.setdefault(pattern.key, []).append(pattern)
        self._parsed = lru_cache(maxsize=8192)(self._parse)

    def translated(self, text: str) -> str | None:
        """`text` in this language, with the same numbers; None if a phrase of it is not in the book."""
        if not text or len(text) > LONGEST:
            return None if text else text
        try:
            found = self._parsed(text)
        except RecursionError:
            return None  # nested deeper than anything of ours
        if found is None or sorted(_NUMBERS.findall(found)) != sorted(_NUMBERS.findall(text)):
            return None
        return found

    def _parse(self, text: str) -> str | None:
        if self._names.fullmatch(text):
            return text
        if text != text.strip() or not text:
            return None
        ways = (
            self._exactly, self._sentences, self._whole, self._clauses, self._listed,
            self._loosely, self._emphasised, self._inside_marks,
        )  # fmt: skip
        return next((found for way in ways if (found := way(text)) is not None), None)

    def _whole(self, text: str) -> str | None:
        """A text that is one phrase: as the book has it, or with its places filled."""
        return self._exactly(text) or _first(self._filled, reversed(tuple(_forms(text))))

    def _exactly(self, text: str) -> str | None:
        return _first(self._held, _forms(text))

    def _loosely(self, text: str) -> str | None:
        """A phrase with hardly a word of its own, such as a name with a number: only what is no list can be one."""
        return _first(lambda said: self._filled(said, loose=True), _forms(text))

    def _held(self, said: str) -> str | None:
        if said in self._phrases:
            self.used.add(said)
        return self._phrases.get(said)

    def _filled(self, said: str, loose: bool = False) -> str | None:
        words = {"", *_WORD.findall(said)}
        near = [pattern for word in words for pattern in self._patterns.get(word, ()) if pattern.loose == loose]
        for pattern in sorted(near, key=_Pattern.order):
            for parts in islice(pattern.ways(said), WAYS):
                found = [self._parsed(part) if at in pattern.open else part for at, part in enumerate(parts)]
                if None not in found:
                    self.used.add(pattern.said)
                    return pattern.filled([str(each) for each in found])
        return None

    def _sentences(self, text: str) -> str | None:
        parts = _SENTENCE.split(text)
        return self._all(parts, " ") if len(parts) > 1 else None

    def _clauses(self, text: str) -> str | None:
        for mark in ("; ", ": ", ", "):
            if mark in text and (found := self._joined(text.split(mark), mark)) is not None:
                return found
        return None

    def _joined(self, parts: list[str], mark: str) -> str | None:
        """Clauses one by one, or some of them together where they are one phrase; the longest one goes before."""
        said: list[str | None] = [None] * len(parts) + [""]
        for start in reversed(range(len(parts))):
            for end in range(min(start + SPAN, len(parts)), start, -1):
                rest, here = said[end], mark.join(parts[start:end])
                if rest is None or (start, end) == (0, len(parts)):
                    continue
                found = self._parsed(here) if end == start + 1 else self._whole(here)
                if found is not None:
                    said[start] = f"{found}{mark}{rest}" if end < len(parts) else found
                    break
        return said[0]

    def _listed(self, text: str) -> str | None:
        """As in "a, b and c"; a part may hold the word itself."""
        for word in (" and ", " or "):
            pieces = text.split(word)
            for at in range(len(pieces) - 1, max(len(pieces) - 1 - SPAN, 0), -1):
                first, last = word.join(pieces[:at]), word.join(pieces[at:])
                parts = [self._parsed(each) for each in (*first.split(", "), last)]
                if None not in parts:
                    *several, end = map(str, parts)
                    return f"{', '.join(several)}{self._joint(word, end)}{end}"
        return None

    def _joint(self, word: str, after: str) -> str:
        """The word that joins a list, as it is before this text."""
        before = (f"{word}…{after[:letters].lower()}" for letters in (2, 1))
        form = next((each for each in before if each in self._phrases), word)
        self.used.add(form)
        return self._phrases.get(form, word)

    def _emphasised(self, text: str) -> str | None:
        inner = text.removeprefix("**").removesuffix("**")
        found = self._parsed(inner) if len(inner) == len(text) - 4 else None
        return None if found is None else f"**{found}**"

    def _inside_marks(self, text: str) -> str | None:
        """As in "⟨0⟩a link⟨/0⟩", a part of a page of the handbook."""
        marked = _MARKED.fullmatch(text)
        found = self._parsed(marked[2]) if marked else None
        return None if marked is None or found is None else f"⟨{marked[1]}⟩{found}⟨/{marked[1]}⟩"

    def _all(self, parts: list[str], mark: str) -> str | None:
        found = [self._parsed(part) for part in parts]
        return None if None in found else mark.join(str(each) for each in found)


class _Pattern:
    """A phrase with places. `weight` is the number of its own characters: the more, the sooner it is tried. `key` is a
    word that every text of this shape holds, or "".
    """

    def __init__(self, said: str, other: str, names: re.Pattern[str]) -> None:
        self.said = said
        self._other = other
        places = _PLACE.findall(said)
        self._fixed = _PLACE.split(said)
        self.weight = sum(map(len, self._fixed))
        whole = (word for word in _WORD.findall(_PLACE.sub(_GLUE, said)) if _GLUE not in word)
        self.key = max(whole, key=len, default="")
        put = {(int(number), bool(kept)) for number, kept in _PUT.findall(other)}
        self.open = frozenset(at for at, place in enumerate(places) if place == "{}" and (at, True) not in put)
        if {number for number, _ in put} != set(range(len(places))):
            raise ValueError(f"{said!r} has {len(places)} places; its translation does not name each of them")
        bare = places.count("{}") - ("{#}" in places) > 0
        self.loose = sum(map(str.isalpha, "".join(self._fixed))) < FIXED
        if bare and self.loose:
            raise ValueError(f"{said!r} has too few words of its own")
        self._closed = [place == "{#}" for place in places]
        self._names = names

    def order(self) -> tuple[bool, int, str]:
        """Patterns are tried by this, the same way each time: first those whose first words are fixed, as they say what
        the whole text is.
        """
        return not self._fixed[0], -self.weight, self.said

    def ways(self, text: str) -> Iterator[tuple[str, ...]]:
        """What may stand in the places, each way."""
        if text.startswith(self._fixed[0]) and text.endswith(self._fixed[-1]):
            yield from self._from(text, len(self._fixed[0]), 1)

    def _from(self, text: str, start: int, at: int) -> Iterator[tuple[str, ...]]:
        fixed, closed, last = self._fixed[at], self._closed[at - 1], at == len(self._fixed) - 1
        end = len(text) - len(fixed) if last else text.find(fixed, start + 1)
        while start < end:
            part = text[start:end]
            if not closed or self._names.fullmatch(part):
                if last:
                    yield (part,)
                else:
                    yield from ((part, *rest) for rest in self._from(text, end + len(fixed), at + 1))
            end = -1 if last else text.find(fixed, end + 1)

    def filled(self, parts: list[str]) -> str:
        """The translation with its places filled."""
        return _PUT.sub(lambda put: parts[int(put[1])], self._other)


_Form = tuple[str, bool, str]


def _forms(text: str) -> Iterator[_Form]:
    """The text as it is, and without the capital and the full stop that a sentence has: (text, capital, stop)."""
    small = text[:1].lower() + text[1:]
    for body, stop in ((text, ""), (text[:-1], ".")) if text.endswith(".") else ((text, ""),):
        yield body, False, stop
        if small != text:
            yield body[:1].lower() + body[1:], True, stop


def _first(look: Callable[[str], str | None], forms: Iterable[_Form]) -> str | None:
    """What is found for the first of the forms that is found, in the form of the text."""
    for said, capital, stop in forms:
        if (found := look(said)) is not None:
            return (found[:1].upper() + found[1:] if capital else found) + stop
    return None
