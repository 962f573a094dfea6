"""Every published score, one module each. A module in this folder is found by itself: nothing lists them."""

from importlib import import_module
from pkgutil import iter_modules

from cds.scoring import SCORES

for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")

_in_order = sorted(SCORES.items(), key=lambda item: item[1].order)
SCORES.clear()
SCORES.update(_in_order)
