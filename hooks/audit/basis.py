"""All that cards are made of beside the medicine, kept with what was made: enough to make them again.

What is kept stands beside the audit record of the call, compressed: the chart as far as the rules looked at it, what of
the call and of the site shaped the cards, the assessment, and the cards as they were given out.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from cds.advise import Topic, advise
from cds.assessment import Assessment
from cds.chart import Chart
from cds.findings import Finding
from hooks.audit.chart import Unreadable, build, encode
from hooks.card import EXTENSION, Form

Json = dict[str, Any]
MOST = 64 * 1024 * 1024
"""Bytes that what is kept may take when it is unpacked: far more than any call brings."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The chart, and what of the site and the call shapes what is said of it."""

    chart: Chart
    topic: Topic
    msc_text: bool
    protocol: str
    clinical_owner: str
    form: Form

    def findings(self, assessment: Assessment) -> tuple[Finding, ...]:
        """What is worth saying."""
        return advise(
            assessment,
            self.topic,
            msc_text=self.msc_text,
            protocol=self.protocol,
            clinical_owner=self.clinical_owner,
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one call. `cards` are as they were given out, but for the assessment that each carries."""

    basis: Basis
    assessment: Json
    cards: tuple[Json, ...]


def pack(basis: Basis, assessment: Mapping[str, Any], cards: Sequence[Mapping[str, Any]]) -> bytes:
    """What is to be kept of a call."""
    kept = {"basis": basis, "assessment": assessment, "cards": [without_assessment(card) for card in cards]}
    return zlib.compress(encode(kept), 1)


def unpack(packed: bytes) -> Kept:
    """What was kept. Unreadable if this release did not write it, nor one like it."""
    unpacking = zlib.decompressobj()
    try:
        found = orjson.loads(unpacking.decompress(packed, MOST))
        return Kept(build(Basis, found["basis"]), found["assessment"], tuple(found["cards"]))
    except (zlib.error, ValueError, TypeError, KeyError) as error:
        raise Unreadable(f"nothing that can be read ({type(error).__name__})") from None


def without_assessment(card: Mapping[str, Any]) -> Json:
    """The card but for the assessment, which all cards of a call share."""
    more = {name: value for name, value in card.get("extension", {}).items() if name != EXTENSION}
    rest = {name: value for name, value in card.items() if name != "extension"}
    return {**rest, "extension": more} if more else rest
