"""The fixtures of these tests."""

from tests.serving import client, post, settings, store  # noqa: F401  (fixtures)
