"""The fixtures of these tests."""

from tests.hooks.production import callers, memory, site  # noqa: F401  (fixtures)
from tests.serving import client, post, settings, store  # noqa: F401  (fixtures)
