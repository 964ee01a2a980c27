"""The names of one module."""

import ast
from collections import Counter

from codegen.trace.modulenames import local_names

FUNCTION = ast.parse("""
def f(x, n):
    y = x
    for i in range(n):
        y, z = y * i, x
    y += z
    return y
""").body[0]


def test_bindings_are_named_as_often_as_they_stand_there_parameters_too():
    assert Counter(local_names(FUNCTION)) == {"x": 1, "n": 1, "y": 3, "z": 1, "i": 1}
