"""Which advice is held back, why, and that every hold ends."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds.findings import Finding
from hooks.overriding import ANY_OTHER, LONGEST, REASONS
from hooks.repetition import Held, Remembered, held_back, reach

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
DAY = timedelta(days=1)
SAME, OTHER = "a" * 64, "b" * 64


def finding(topic: str = "liver-evaluation", **more: Any) -> Finding:
    return Finding(topic, topic, "info", topic, (), ("", ""), **more)


def shown(days: float, mark: str = SAME, rule: str = "liver-evaluation", **more: Any) -> Remembered:
    return Remembered(f"card of {days}", rule, mark, NOW - days * DAY, **more)


def overridden(days: float, reason: str, told: float | None = None, **more: Any) -> Remembered:
    """A card shown `days` ago and overridden `told` days ago (the same day unless said)."""
    at = NOW - (days if told is None else told) * DAY
    return shown(days, outcome="overridden", reason=reason, outcome_at=at, received_at=at, **more)


def one(*memory: Remembered, repeat: int = 30, mark: str = SAME, **more: Any) -> Held | None:
    (held,) = held_back([finding(**more)], [mark], memory, repeat, NOW)
    return held


def why(held: Held | None) -> str:
    return held.why if held else "shown"


@pytest.mark.hazard("C-31", "C-32")
@pytest.mark.parametrize(
    ("memory", "expected"),
    [
        ((), "shown"),
        ((shown(0),), "repeated"),
        ((shown(29.9),), "repeated"),
        ((shown(30),), "shown"),
        ((shown(1, OTHER),), "shown"),
        ((shown(1, rule="msc-screening"),), "shown"),
        # What counts is the card shown last: advice that came back after a change is new again.
        ((shown(1, OTHER), shown(2, SAME)), "shown"),
        ((shown(2, SAME), shown(1, OTHER)), "shown"),
        ((shown(1, SAME), shown(2, OTHER)), "repeated"),
        # Of cards shown at one moment any may be the last.
        ((shown(1, OTHER), shown(1, SAME)), "repeated"),
        # A card of the future is none: a clock was set back.
        ((shown(-1),), "shown"),
        ((shown(-0.001),), "repeated"),
    ],
)
def test_the_same_advice_is_not_raised_again_for_a_time(memory: tuple[Remembered, ...], expected: str) -> None:
    assert why(one(*memory)) == expected


@pytest.mark.hazard("C-31", "C-32")
@pytest.mark.parametrize("reason", [*REASONS.values(), ANY_OTHER], ids=lambda reason: reason.code or "any other")
def test_a_reason_snoozes_for_its_length_and_no_longer(reason: Any) -> None:
    code = reason.code or "a-code-of-the-site"
    before, after = one(overridden(reason.days - 0.01, code)), one(overridden(reason.days, code))
    assert before is not None
    assert (before.why, before.until) == ("snoozed", NOW + timedelta(days=0.01)) or reason.days == 30
    assert after is None
    changed = one(overridden(0, code), mark=OTHER)
    assert changed is None


def test_a_clinical_reason_snoozes_ninety_days_and_the_wrong_moment_hardly() -> None:
    assert REASONS["cds-not-applicable"].days == REASONS["recipient-disagrees-evidence"].days == ANY_OTHER.days == 90
    assert REASONS["cds-suboptimal-context"].days < 7


@pytest.mark.hazard("C-32")
def test_a_snooze_counts_from_the_override_and_within_what_our_own_clock_saw() -> None:
    late = one(overridden(40, "cds-not-applicable", told=10))
    assert late is not None
    assert late.until == NOW + 80 * DAY
    # By the caller's clock in ten years, by ours now.
    ahead = shown(1, outcome="overridden", reason="cds-not-applicable", outcome_at=NOW + 3650 * DAY, received_at=NOW)
    bounded = one(ahead)
    assert bounded is not None
    assert bounded.until == NOW + 90 * DAY
    past = shown(1, outcome="overridden", reason="cds-not-applicable", outcome_at=NOW - 99 * DAY, received_at=NOW)
    assert (held := one(past)) is not None
    assert held.until == NOW + 89 * DAY


@pytest.mark.hazard("C-31", "C-32")
@pytest.mark.parametrize("outcome", ["accepted", "overridden"])
def test_without_a_reason_nothing_is_held_beyond_the_repetition(outcome: str) -> None:
    for days, expected in ((29, "repeated"), (30, "shown")):
        at = NOW - days * DAY
        card = shown(days, outcome=outcome, outcome_at=at, received_at=at)
        assert why(one(card)) == expected


def test_an_accepted_card_is_not_snoozed_by_a_reason() -> None:
    at = NOW - 40 * DAY
    card = shown(40, outcome="accepted", reason="cds-not-applicable", outcome_at=at, received_at=at)
    assert one(card) is None


def test_a_reason_never_brings_advice_back_sooner_except_the_wrong_moment() -> None:
    assert why(one(overridden(100, "cds-not-applicable"), repeat=365)) == "repeated"
    assert why(one(overridden(2, "cds-suboptimal-context"), repeat=365)) == "shown"


@pytest.mark.hazard("C-31", "C-32")
@pytest.mark.parametrize("reason", REASONS)
def test_what_is_not_to_be_trusted_is_never_held_longer_than_the_repetition(reason: str) -> None:
    assert one(overridden(30, reason), doubt=True) is None
    assert why(one(overridden(0.5, reason), doubt=True)) != "shown"


@pytest.mark.hazard("C-32")
def test_with_no_period_nothing_is_held_back() -> None:
    assert one(shown(0), repeat=0) is None
    assert one(overridden(0, "cds-not-applicable"), repeat=0) is None


@pytest.mark.hazard("C-32")
def test_each_rule_is_held_back_for_itself() -> None:
    both = [finding(), finding("msc-screening")]
    first, second = held_back(both, [SAME, SAME], [shown(1)], 30, NOW)
    assert (why(first), why(second)) == ("repeated", "shown")
    first, second = held_back(both, [SAME, SAME], [shown(1, rule="msc-screening")], 30, NOW)
    assert (why(first), why(second)) == ("shown", "repeated")


@pytest.mark.hazard("M-3", "C-32")
def test_nothing_is_said_without_the_prompt_that_stands_before_it() -> None:
    both = [finding(leads=True), finding("msc-screening")]
    snoozed = overridden(40, "cds-not-applicable")
    first, second = held_back(both, [SAME, SAME], [snoozed, shown(40, rule="msc-screening")], 30, NOW)
    assert first is not None
    assert second is not None
    assert (second.rule, second.why, second.until) == ("msc-screening", "snoozed", first.until)
    first, second = held_back(both, [SAME, OTHER], [snoozed], 30, NOW)
    assert (why(first), why(second)) == ("snoozed", "snoozed")
    first, second = held_back(both, [SAME, SAME], [shown(1, rule="msc-screening")], 30, NOW)
    assert (why(first), why(second)) == ("shown", "repeated")
    own = overridden(10, "cds-not-applicable", rule="msc-screening")
    first, second = held_back(both, [SAME, SAME], [shown(10), own], 30, NOW)
    assert first is not None
    assert second is not None
    assert second.until > first.until


MEMORY = st.lists(
    st.builds(
        overridden,
        st.floats(0, 400),
        st.sampled_from([*REASONS, "", "of-the-site"]),
        st.floats(-400, 400),
        mark=st.sampled_from([SAME, OTHER, ""]),
        rule=st.sampled_from(["liver-evaluation", "msc-screening"]),
    ),
    max_size=5,
)


@pytest.mark.hazard("C-32")
@given(MEMORY, st.integers(0, 400), st.booleans(), st.booleans())
def test_every_hold_ends_and_is_for_the_same_advice_only(
    memory: list[Remembered], repeat: int, leads: bool, doubt: bool
) -> None:
    findings = [finding(leads=leads, doubt=doubt), finding("msc-screening")]
    for held in held_back(findings, [SAME, SAME], memory, repeat, NOW):
        if held is not None:
            assert NOW < held.until <= NOW + reach(repeat)
    never = [each for each in memory if each.fingerprint != SAME]
    assert held_back(findings, [SAME, SAME], never, repeat, NOW) == (None, None)
    assert held_back(findings, [SAME, SAME], memory, repeat, NOW + 800 * DAY) == (None, None)


def test_the_memory_reaches_as_far_as_the_longest_hold() -> None:
    assert reach(30) == LONGEST == 90 * DAY
    assert reach(365) == 365 * DAY
