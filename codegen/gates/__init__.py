"""The table of gates: `load` files the rows of every topic in `rules/`.

A row is made in `rows.py` and stands in `table.py`. `canonical.py` brings the user's expression into one form
(`forms.py`, `callees.py`), `match.py` finds the rows that fit, with `operands.py` for what the look of an operand
says. `listed.py` has what functions of several operands share.
`evaluate.py` runs a row, `absent.py` shortens one, `advice.py` says what to write where none fits; `axes.py`
has what rows along axes have in common, `pure.py` says which calls change nothing.
"""

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
