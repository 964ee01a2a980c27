"""Types told by values, and those that the user wrote."""

import ast

import numpy as np
import pytest

from codegen.emit.annotated import Types, aliases_of, imports_of, text_of, with_types


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.0, "float"),
        (np.float64(2.0), "float"),
        (np.float32(2.0), "np.float32"),
        (3, "int"),
        (True, "bool"),
        ("a", "str"),
        (None, "None"),
        (np.ones(3, np.float32), "NDArray[np.float32]"),
        (np.arange(3), "NDArray[np.int64]"),
        (np.array(["a"]), "Any"),
        ((1.0, 2), "tuple[float, int]"),
        ((), "tuple[()]"),
        ([1.0, 2.0], "list[float]"),
        ([1.0, 2], "list[Any]"),
        ({"W": np.ones(2)}, "dict[str, NDArray[np.float64]]"),
        ({1: 2.0}, "Any"),
        (object(), "Any"),
    ],
)
def test_a_value_tells_its_type(value, text):
    assert text_of(value) == text


def test_imports_are_found_by_the_names_they_bind():
    found = imports_of(
        ast.parse("import numpy as np, os.path\nfrom a.b import c as d\nfrom . import e")
    )
    assert found == {
        "np": "import numpy as np",
        "os": "import os.path",
        "d": "from a.b import c as d",
    }


def test_names_of_types_are_looked_through():
    found = aliases_of(
        ast.parse("A = NDArray[f]\nB: TypeAlias = A | None\nC = list[B]\nn = 3\nD = E")
    )
    assert {name: ast.unparse(tree) for name, tree in found.items()} == {
        "A": "NDArray[f]",
        "B": "NDArray[f] | None",
        "C": "list[NDArray[f] | None]",
    }


def test_what_begins_as_a_whole_number_may_become_anything():
    source = "def f_forward(x, é):\n    é = 0\n    k = 0\n    k += 1\n    é = x * é\n    return é, (x,)\n"
    types = Types({"x": "float", "é": "float"}, "float", "float", ("from typing import Any",))
    assert with_types(source, "f_forward", "f_backward", "f", types) == (
        "from typing import Any\n"
        "def f_forward(x: float, é: float) -> tuple[float, tuple[Any, ...]]:\n"
        "    é: Any = 0\n    k = 0\n    k += 1\n    é = x * é\n    return é, (x,)\n"
    )
