"""Every publication, guideline, policy and registry entry that a score or rule rests on, once."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Source:
    """`key` is how text refers to it; `confirmed` says whether the text was seen or is cited from memory."""

    key: str
    citation: str
    url: str = ""
    checked: str = ""
    mark: Literal["reproduced", "seen", "to-confirm", "product-rule"] = "seen"
