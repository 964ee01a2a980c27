"""The table of gates: `load` files the rows of every topic of this folder."""

from __future__ import annotations

import importlib
import pkgutil

from codegen.gates.table import TABLE

MACHINERY = frozenset(
    {"table", "rows", "forms", "callees", "manners", "canonical", "newaxes", "match", "axes"}
)


def load() -> None:
    """Import each file of rows once."""
    for module in sorted(m.name for m in pkgutil.iter_modules(__path__)):
        if module not in MACHINERY:
            importlib.import_module(f"{__name__}.{module}")
    TABLE.loaded = True
