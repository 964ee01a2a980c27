"""Objects that may be None: which variables get a truth, and where it stands."""

from __future__ import annotations

import ast

import pytest

from codegen import syntax
from codegen.trace.optional import with_truths
from codegen.trace.run import Run


def after(text: str, *objects: str) -> str:
    tree = ast.parse("def f(x, s):\n    " + text.replace("\n", "\n    ")).body[0]
    assert isinstance(tree, ast.FunctionDef)
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            syntax.note(node, made=True)
    with_truths(tree, set(objects), Run(), str)
    return "\n".join(map(ast.unparse, tree.body))


def test_a_copy_is_there_if_the_other_one_is() -> None:
    text = "h = None\nif s > 0:\n    h\n    h.t = s\np, h\np.t = h.t\nreturn s if h is None or p is None else 1"
    found = after("p = None\n" + text, "h", "p")
    assert "has_p = has_h" in found
    assert found.endswith("return s if not has_h or not has_p else 1")


@pytest.mark.parametrize("asked", ["p is x", "f(p)", "[p]", "p == None"])
def test_what_is_used_as_a_whole_stays(asked: str) -> None:
    found = after(f"p = None\nif s > 0:\n    p\n    p.t = s\nif p is None:\n    s = {asked}", "p")
    assert "p = None" in found
    assert "has_p" not in found


def test_what_nobody_asks_for_needs_no_truth() -> None:
    assert after("p, t = None, 0.0\np\np.t = s\nreturn p.t", "p") == "t = 0.0\np.t = s\nreturn p.t"


def test_parameters_stay() -> None:
    assert "x is None" in after("x\nx.t = s\nif x is None:\n    x = None", "x")
