"""The whole service as `hepar serve --config` runs it: tokens, audit, repetition; its configuration is made here."""

import json
from pathlib import Path

import callers

from hooks.app import create_app
from hooks.memory import settle
from hooks.settings import load

CONFIGURATION = f"""
[server]
public_url = "{callers.PUBLIC}"
[storage]
url = "sqlite:///production.db"
[limits]
requests_per_minute = 1_000_000
[msc]
clinical_owner = "Benchmark"
protocol = "Benchmark"
[[client]]
name = "bench"
issuer = "{callers.ISSUER}"
jwks_file = "keys.json"
"""

Path("keys.json").write_text(json.dumps(callers.public_keys()), encoding="utf-8")
Path("hepar.toml").write_text(CONFIGURATION, encoding="utf-8")
app = create_app(load("hepar.toml"))
settle()
