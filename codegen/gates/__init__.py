"""The table of gates: `load` files the rows of every topic in `rules/`."""

from __future__ import annotations

import importlib
import pkgutil

from codegen.gates import rules
from codegen.gates.table import TABLE


def load() -> None:
    """Import each file of rows once."""
    for module in sorted(m.name for m in pkgutil.iter_modules(rules.__path__)):
        importlib.import_module(f"{rules.__name__}.{module}")
    TABLE.loaded = True
