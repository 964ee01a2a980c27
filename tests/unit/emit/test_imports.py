"""Imports in the order that ruff wants, joined by module."""

import subprocess
import sys

import pytest

import tests  # noqa: F401  # a package of the project, for the last section
from codegen.emit.imports import in_order

LINES = [
    "from tests.cases import b, a",
    "import numpy as np",
    "from math import pi",
    "from typing import Any",
    "from scipy.special import gamma as g, erf",
    "from typing import Sequence",
    "import math",
    "from numpy import E, exp, Array",
    "from scipy import linalg",
    "import numpy.linalg",
    "from __future__ import annotations",
    "import tests.cases",
    "from collections import namedtuple",
]


@pytest.mark.parametrize("lines", [LINES, LINES[::-1], LINES[::2], LINES[1:3], LINES[:1]])
def test_ruff_finds_nothing_to_sort(lines):
    text = "\n".join(in_order(lines)) + "\n"
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "I", "-"]
    found = subprocess.run(
        command, input=text, capture_output=True, text=True, check=False
    )  # noqa: S603  # ours
    assert found.returncode == 0, found.stdout


def test_each_name_is_imported_once():
    lines = in_order(["from math import e, pi", "from math import pi", "import numpy as np"])
    assert lines == ["from math import e, pi", "", "import numpy as np"]


def test_nothing_needs_no_lines():
    assert in_order([]) == []
