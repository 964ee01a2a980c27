"""What a function does only for the parts of its return that do not count."""

import ast

import numpy as np
import pytest

from codegen.trace.slicing import Slice


def removed(body, scope=None):
    """The statements that go, of a function of `x` and `w` that returns `out, grad`."""
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    tree = ast.parse(f"def f(x, w):\n{lines}    return out, grad\n").body[0]
    left_out = tree.body[-1].value.elts[1:]
    found = Slice(tree, {"np": np, **(scope or {})}, lambda _: (), left_out)
    return [ast.unparse(u.statement) for u in found.units if u in found.removed]


@pytest.mark.parametrize(
    ("body", "gone"),
    [
        ("out = x * w\ngrad = w * 2", ["grad = w * 2"]),
        ("out = x * w\ngrad = out * 2", ["grad = out * 2"]),
        ("grad = x * w\nout = grad * 2", []),
        ("grad = np.zeros(3)\nout = x\ngrad[0] = 1.0", ["grad = np.zeros(3)", "grad[0] = 1.0"]),
        ("out = x * w\ngrad = out\ngrad[0] = 1.0", []),  # second names of one memory
        ("out = x * w\ngrad = out[:2]\ngrad[0] = 1.0", []),
        ("out = x * w\ngrad = out.copy()\ngrad[0] = 1.0", ["grad = out.copy()", "grad[0] = 1.0"]),
        ("out = x\ngrad = np.random.rand(3)", []),  # others draw later numbers then
        ("out = x\ngrad = []\nfor v in w:\n    grad.append(v)", ["grad = []", "grad.append(v)"]),
    ],
)
def test_what_serves_nothing_that_counts_goes(body, gone):
    assert [line for line in removed(body) if not line.startswith("for ")] == gone


def changing(v):
    """Change what it is given."""
    v[0] = 1.0
    return v


def halved(v):
    """Change nothing."""
    return v / 2


def test_a_call_of_the_users_goes_if_it_changes_nothing():
    body = "out = x * w\ngrad = halved(w)"
    assert removed(body, {"halved": halved}) == ["grad = halved(w)"]
    assert removed(body.replace("halved", "changing"), {"changing": changing}) == []
