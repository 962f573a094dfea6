"""The whole service as `hepar serve --dev` runs it, for gunicorn."""

from hooks.app import create_app
from hooks.memory import settle
from hooks.settings import load

app = create_app(load(None, dev=True))
settle()
