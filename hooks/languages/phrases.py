"""Sentences of ours in another language, phrase by phrase.

What the service says is a small language of its own: fixed phrases with places for numbers, dates, names and other
phrases. A phrase book holds each of them with its translation. To translate a sentence is to find the phrases that it
is made of; when one of them is not in the book nothing of the sentence is translated, never a part of it.

In a book `{}` is a place for anything that can be translated, and `{#}` for what is the same in both languages: a
number, a date, a quantity, the title of a score. In the translation `{0}`, `{1}` … are the places in order, and `{0!}`
is one whose text is kept as it is, such as a name that the site chose.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

LONGEST = 4000
"""Characters of a text that is looked at; nothing of ours is longer."""
FIXED = 3
"""Letters that a phrase with open places has at least, unless one place among closed ones is open: it would fit all."""

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
        found = self._parsed(text)
        if found is None or sorted(_NUMBERS.findall(found)) != sorted(_NUMBERS.findall(text)):
            return None
        return found

    def _parse(self, text: str) -> str | None:
        if self._names.fullmatch(text):
            return text
        if text != text.strip() or not text:
            return None
        for said, capital, stop in _forms(text):
            if (found := self._phrase(said)) is not None:
                return (found[:1].upper() + found[1:] if capital else found) + stop
        for way in (self._sentences, self._clauses, self._listed, self._emphasised, self._inside_marks):
            if (found := way(text)) is not None:
                return found
        return None

    def _phrase(self, said: str) -> str | None:
        """A phrase as it stands in the book, its places filled."""
        if said in self._phrases:
            self.used.add(said)
            return self._phrases[said]
        words = {"", *_WORD.findall(said)}
        near = [pattern for word in words for pattern in self._patterns.get(word, ())]
        for pattern in sorted(near, key=_Pattern.order):
            for parts in pattern.ways(said):
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
            if mark in text and (found := self._all(text.split(mark), mark)) is not None:
                return found
        return None

    def _listed(self, text: str) -> str | None:
        """As in "a, b and c"."""
        for word in (" and ", " or "):
            first, found, last = text.rpartition(word)
            if found:
                parts = [self._parsed(each) for each in (*first.split(", "), last)]
                if None not in parts:
                    self.used.add(word)
                    several = ", ".join(str(each) for each in parts[:-1])
                    return f"{several}{self._phrases.get(word, word)}{parts[-1]}"
        return None

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
        if bare and sum(map(str.isalpha, "".join(self._fixed))) < FIXED:
            raise ValueError(f"{said!r} has too few words of its own")
        self._closed = [place == "{#}" for place in places]
        self._names = names

    def order(self) -> tuple[int, str]:
        """Patterns are tried by this, the same way each time."""
        return -self.weight, self.said

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


def _forms(text: str) -> Iterator[tuple[str, bool, str]]:
    """The text as it is, and without the capital and the full stop that a sentence has: (text, capital, stop)."""
    small = text[:1].lower() + text[1:]
    yield text, False, ""
    if small != text:
        yield small, True, ""
    if text.endswith("."):
        yield text[:-1], False, "."
        if small != text:
            yield small[:-1], True, "."
