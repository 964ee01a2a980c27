"""The table of gates: `load` files the rows of every topic in `rules/`."""

from __future__ import annotations

import importlib
from pathlib import Path

from codegen.gates import rules
from codegen.gates.table import TABLE


def load() -> None:
    """Import each file of rows once."""
    found = {file.stem for file in Path(rules.__path__[0]).glob("*.py")} - {"__init__"}
    for module in sorted(found):
        importlib.import_module(f"{rules.__name__}.{module}")
    TABLE.loaded = True
