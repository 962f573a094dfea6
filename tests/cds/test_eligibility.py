"""How results of several times add up to a spread."""

from datetime import timedelta

import pytest

from cds.chart import Moment
from cds.eligibility import spread
from tests.cds.clinic import ago, on

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("moments", "apart"),
    [
        ([], 0),
        ([ago(1)], 0),
        ([ago(1), ago(2)], 24),
        ([ago(3), ago(1), ago(2)], 48),
        ([on("2026-11-21"), on("2026-11-21")], 0),
        ([on("2026-11-21"), ago(1)], 0),
        ([on("2026-11-20"), on("2026-11-21")], 24),
        ([on("2026-11-20"), ago(1)], 34),
    ],
)
def test_a_date_without_a_time_is_one_draw_with_that_day(moments: list[Moment], apart: int) -> None:
    assert spread(moments) == apart * HOUR
