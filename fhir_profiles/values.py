"""Comparing values with those that a definition fixes, and showing them in words."""

import json
from typing import Any

from fhir_profiles.elements import Element
from fhir_profiles.run import Run


def quoted(value: Any) -> str:
    """A value as words show it: short, so that it stays a code and never becomes a text."""
    shown = value if isinstance(value, str) else _as_json(value)
    return f"“{shown}”" if len(shown) <= 40 else f"“{shown[:40]}…”"


def _as_json(value: Any) -> str:
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    return json.dumps(value, default=str)


def same(value: Any, wanted: Any) -> bool:
    """Whether two JSON values are equal; true and 1 are not."""
    if isinstance(wanted, dict):
        return isinstance(value, dict) and value.keys() == wanted.keys() and contains(value, wanted)
    if isinstance(wanted, list):
        return isinstance(value, list) and len(value) == len(wanted) and all(map(same, value, wanted))
    return isinstance(value, bool) == isinstance(wanted, bool) and bool(value == wanted)


def contains(value: Any, pattern: Any) -> bool:
    """Whether a value holds all that a pattern holds."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            name in value and contains(value[name], part) for name, part in pattern.items()
        )
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(contains(each, part) for each in value) for part in pattern)
    return same(value, pattern)


def in_words(wanted: Any) -> str:
    """What is wanted, for the person who typed something else."""
    if isinstance(wanted, dict):
        if "coding" in wanted:
            return " and ".join(in_words(each) for each in wanted["coding"])
        if "code" in wanted:
            return f"{in_words(wanted['code'])} of {wanted.get('system', 'any system')}"
        return ", ".join(f"{name} {in_words(each)}" for name, each in wanted.items())
    if isinstance(wanted, list):
        return " and ".join(map(in_words, wanted))
    return f"“{wanted}”" if isinstance(wanted, str) else _as_json(wanted)


def judge_fixed(run: Run, value: Any, element: Element, path: str) -> None:
    """A value by the fixed value or the pattern of its element."""
    if element.fixed is not None and not same(value, element.fixed):
        run.add(path, "fixed", f"{element.name} must be exactly {in_words(element.fixed)}.", "value")
    if element.pattern is not None and not contains(value, element.pattern):
        run.add(path, "pattern", f"{element.name} must hold {in_words(element.pattern)}.", "value")
