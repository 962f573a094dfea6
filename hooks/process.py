"""What the server knows and the application asks: how long a call waited, and whether the process is ending."""

import threading
from contextvars import ContextVar

waited: ContextVar[float] = ContextVar("waited", default=0.0)
"""Seconds that the call of this thread waited for a thread."""

ending = threading.Event()
"""Set when no new calls are taken on: those under way are finished."""
