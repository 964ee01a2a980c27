"""Changes of statements that make a wrong derivative right."""

import ast

import pytest

from codegen.judge.repairs import Repair
from tests.unit.judge import derivatives
from tests.unit.judge.derivatives import W, X, bent_forward
from tests.unit.judge.wrong import search


@pytest.mark.parametrize(
    ("name", "statement", "kind"),
    [
        ("of_wrong_sign", 1, "sign"),
        ("without_a_term", 1, "local_gradient"),
        ("wrong_in_the_last_line", 3, "wrong_variable"),
    ],
)
def test_the_wrong_statement_is_changed(name, statement, kind):
    found = search(bent_forward, getattr(derivatives, name), X, W)
    cure = found.cures.of(found.suspects.of(found.ran)[0])
    assert cure is not None
    assert (cure[0], cure[1].kind) == (statement, kind)


def test_a_cure_makes_all_results_right_and_spoils_none():
    found = search(bent_forward, derivatives.wrong_in_the_last_line, X, W)
    right, spoiling = (
        Repair("any", tuple(ast.parse(text).body))
        for text in ("dw = ds * x", "dw = ds * x; dx = dx * 2")
    )
    assert found.cures.cures(3, right)
    assert not found.cures.cures(2, right)  # dx is not set then
    assert found.cures.spoils(found.watch.run({3: spoiling.nodes}))
    assert not found.cures.spoils(found.watch.run({3: right.nodes}))


def test_what_is_no_statement_cures_nothing():
    found = search(bent_forward, derivatives.wrong_in_the_last_line, X, W)
    assert not found.cures.cures(3, Repair("any", (ast.Break(),)))
