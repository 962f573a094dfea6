"""Runs every worked example; each declared score has a file of them, and each file a score."""

from decimal import Decimal

import pytest

import cds.scores  # noqa: F401  (declares every score)
from cds.scoring import SCORES
from hooks.guide.examples import Example, every

EXAMPLES = every()
ROWS = [
    pytest.param(score_id, example, id=f"{score_id}: {example.says}")
    for score_id, examples in EXAMPLES.items()
    for example in examples
]


def test_every_score_has_worked_examples_and_every_file_a_score() -> None:
    assert set(EXAMPLES) == set(SCORES)


def test_every_score_has_at_least_three_examples_each_with_its_source() -> None:
    few = [score_id for score_id, examples in EXAMPLES.items() if len(examples) < 3]
    assert not few
    unsigned = [example.says for examples in EXAMPLES.values() for example in examples if not example.source.strip()]
    assert not unsigned


@pytest.mark.hazard("C-22")
@pytest.mark.parametrize(("score_id", "example"), ROWS)
def test_worked_example(score_id: str, example: Example) -> None:
    score = SCORES[score_id]
    unknown = set(example.inputs) - {*score.parameters, *score.asks}
    assert not unknown, f"{score_id} asks for no {unknown}"
    computed = score.compute(example.values(score))
    assert computed.value == example.value
    assert computed.uncapped == (example.value if example.uncapped is None else example.uncapped) or _floored(
        computed.uncapped, example
    )
    if example.unrounded is not None:
        assert abs(Decimal(repr(round(computed.unrounded, 10))) - example.unrounded) <= _half_a_digit(example.unrounded)
    if example.band is not None:
        assert computed.band == example.band
    elif score.band is not None or score.bands:
        pytest.fail("the score has bands: say which one is expected, or none with an empty text")


def _floored(uncapped: Decimal, example: Example) -> bool:
    """Whether the score was raised to its least value, which needs no word of its own."""
    return uncapped < example.value


def _half_a_digit(number: Decimal) -> Decimal:
    """Half a unit in the last written place."""
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(5).scaleb(exponent - 1)
