"""The imports of a module: lines in any order go in, the lines as ruff and isort want them come out.

The standard library comes first, then what is installed, then the modules of the project, with an empty line between;
`import a` stands before `from a import b`, and what comes from one module is imported in one line.

>>> for line in in_order(["from math import pi", "import numpy as np", "from math import e", "import math"]):
...     print(line)
import math
from math import e, pi
<BLANKLINE>
import numpy as np
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from itertools import groupby
from typing import Any

INSTALLED = ("site-packages", "dist-packages")


def in_order(lines: Iterable[str]) -> list[str]:
    """Return import lines sorted, those from one module joined, an empty line between the sections."""
    plain: set[str] = set()
    members: dict[tuple[str, str], set[str]] = {}
    for statement in ast.parse("\n".join(lines)).body:
        assert isinstance(statement, ast.Import | ast.ImportFrom)
        for alias in statement.names:
            text = ast.unparse(alias)
            if isinstance(statement, ast.Import):
                plain.add(text)
            else:  # what gets another name has a line of its own
                own_line = text if alias.asname else ""
                home = f"{'.' * statement.level}{statement.module or ''}"
                members.setdefault((home, own_line), set()).add(text)
    found = [(section(text), 0, text.lower(), f"import {text}") for text in plain]
    for (home, _), names in members.items():
        listed = sorted(names, key=kind_of_name)
        line = f"from {home} import {', '.join(listed)}"
        found.append((section(home), 1, f"{home.lower()} {listed[0].lower()}", line))
    blocks = [[line for *_, line in block] for _, block in groupby(sorted(found), lambda f: f[0])]
    return [line for k, block in enumerate(blocks) for line in ([""] if k else []) + block]


def kind_of_name(name: str) -> tuple[int, str]:
    """Return what sorts names: constants, classes, then the rest."""
    word = name.partition(" ")[0]
    kind = 0 if word.isupper() and len(word) > 1 else 1 if word[:1].isupper() else 2
    return kind, name.lower()


def section(text: str) -> int:
    top = text.partition(" ")[0].partition(".")[0]
    if top == "__future__":
        return 0
    if top in sys.stdlib_module_names:
        return 1
    module: Any = sys.modules.get(top)
    places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", ())]
    return 3 if any(places) and not any(i in p for i in INSTALLED for p in places) else 2
