"""What holds for every test."""

import pytest
from hypothesis import settings

from tests.database import database_url, postgresql  # noqa: F401  (here, so that there is one server for all tests)

# The same examples every time, and no clock that fails a test on a busy machine.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def no_clock_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clinical clock of the caller's shell does not reach a test."""
    monkeypatch.delenv("HEPAR_NOW", raising=False)
