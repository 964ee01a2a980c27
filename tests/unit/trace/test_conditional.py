"""Statements whose tests call methods of objects, asked in steps."""

from __future__ import annotations

import ast

import pytest

from codegen.trace.conditional import asked_in_steps
from codegen.trace.facts import Fact
from codegen.trace.run import Run


def in_steps(text: str) -> str:
    (statement,) = ast.parse(text).body

    def is_wanted(call: ast.Call, _: ast.expr) -> bool:
        return isinstance(call.func, ast.Name) and call.func.id == "far"

    found = asked_in_steps(statement, is_wanted, Run(), str)
    return "\n".join(map(ast.unparse, found))


@pytest.mark.parametrize(
    "text",
    [
        "while near(x):\n    x = x + 1",
        "y = far(x) + 1",
        "y = [far(v) for v in x if near(v)]",
        "y = near(x) or 3",
        "while far(x):\n    x = x + 1\nelse:\n    y = 2",
    ],
)
def test_what_is_surely_called_stays(text: str) -> None:
    assert in_steps(text) == ast.unparse(ast.parse(text))


def test_a_part_that_no_run_has_asked_raises() -> None:
    assert in_steps("y = 2.0 if x > 1 else far(x)") == (
        "if x > 1:\n    chosen = 2.0\nelse:\n"
        "    raise NotImplementedError('far(x) was not asked when this code was made')\ny = chosen"
    )


def test_the_wanted_call_stands_where_it_is_surely_made() -> None:
    assert in_steps("while near(x) or far(x):\n    x = x + 1").startswith(
        "while True:\n    if not (near(x) or far(x)):\n        break\n    else:\n"
    )


def test_the_parts_of_a_short_circuit_are_asked_one_after_the_other() -> None:
    (branch,) = ast.parse("if k < n and far(k):\n    k += 1").body
    assert isinstance(branch, ast.If) and isinstance(branch.test, ast.BoolOp)
    run = Run()
    run.facts[branch.test.values[1]] = Fact(visits=1)
    found = asked_in_steps(branch, lambda *_: True, run, str)
    assert [ast.unparse(one) for one in found] == [
        "asked = k < n",
        "if asked:\n    asked = far(k)",
        "if asked:\n    k += 1",
    ]
