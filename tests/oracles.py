"""What must hold of an answer whatever the case: no score, a range, one value; on the cards as well."""

import re
from typing import Any

from tests.charts import Chart, Json, score

MELD_NUMBER = re.compile(r"(?i)meld[^\n]{0,60}?\b\d{1,2}\b")
NAMES = re.compile(r"MELD[\\ ]*3\\?\.0|MELD\\?-Na")
VALUES = {"value", "unrounded", "uncapped"}


def card_texts(chart: Chart) -> list[str]:
    """Summary and detail of every card of every occasion."""
    cards = [card for topic in ("evaluation", "order-sign", "follow-up") for card in chart.cards(topic)]
    return [card[part] for card in cards for part in ("summary", "detail")]


def meld_number_in(text: str) -> re.Match[str] | None:
    """A number that stands after the word MELD; the names of the scores do not count."""
    return MELD_NUMBER.search(NAMES.sub("MELD", text))


def no_score(chart: Chart, id: str, *reasons: str, status: str = "not-computed") -> Json:
    """NO-SCORE in the assessment: the status, no number of any kind, and each of the reasons."""
    found = score(chart, id)
    assert found["status"] == status, found
    assert not VALUES & set(found), found
    assert "range" not in found, found
    assert set(reasons) <= set(found["reasons"]), found
    return found


def no_meld(chart: Chart, *reasons: str, ids: tuple[str, ...] = ("meld", "meld-na", "meld-3.0")) -> None:
    """NO-SCORE for these, and where they are the whole family, no number after MELD on any card."""
    for id in ids:
        no_score(chart, id, *reasons)
    if set(ids) >= {"meld", "meld-na", "meld-3.0"}:
        for text in card_texts(chart):
            assert not meld_number_in(text), text


def value(chart: Chart, id: str, expected: Any, *reasons: str) -> Json:
    """One value; with exactly the reasons given, and the status that goes with them."""
    found = score(chart, id)
    assert found.get("value") == expected, found
    assert set(found["reasons"]) == set(reasons), found
    assert found["status"] == ("computed-with-caveat" if reasons else "computed"), found
    assert "range" not in found, found
    return found


def caveat(chart: Chart, id: str, expected: Any, *reasons: str) -> Json:
    """One value with at least these caveats."""
    found = score(chart, id)
    assert found.get("value") == expected, found
    assert found["status"] == "computed-with-caveat", found
    assert set(reasons) <= set(found["reasons"]), found
    return found


def bounds(chart: Chart, id: str, low: float, high: float, *reasons: str) -> Json:
    """RANGE: both ends, no value, and each of the reasons."""
    found = score(chart, id)
    assert found.get("range") == [low, high], found
    assert not VALUES & set(found), found
    assert found["status"] == "computed-with-caveat", found
    assert set(reasons) <= set(found["reasons"]), found
    return found


def shown_range(chart: Chart, name: str, low: float, high: float) -> None:
    """A card shows both ends beside the score's name."""
    (first, *_) = chart.cards()
    text = f"{first['summary']}\n{first['detail']}"
    assert re.search(rf"{re.escape(name)}[^\n]*\b{low}\b[^\n]{{0,12}}\b{high}\b", text.replace("\\", "")), text
