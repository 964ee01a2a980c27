"""A wrong derivative is run with eyes open: what each statement made, and what that is named after."""

import ast

import numpy as np
import pytest

from codegen.judge.asserting import check
from codegen.judge.watching import described, last_part
from tests.unit.judge.derivatives import (
    W,
    X,
    bent_forward,
    of_wrong_sign,
    of_wrong_sign_under_another_name,
    spread_forward,
)
from tests.unit.judge.wrong import search


@pytest.fixture(scope="module")
def watch():
    return search(bent_forward, of_wrong_sign, X, W).watch


def test_every_variable_is_seen_with_the_statement_that_made_it(watch):
    seen = [(one.label, one.statement) for one in watch.records(watch.ran)]
    assert seen == [("x", 0), ("w", 0), ("s", 0), ("ds", 1), ("dx", 2), ("dw", 3)]


def test_a_gradient_is_named_after_a_variable_of_the_forward_pass(watch):
    assert [watch.named_after(label) for label in ("ds", "dx", "dz")] == [["s"], ["x"], []]
    assert watch.named_after("s") == []  # unpacked from the cache: the variable itself


def test_another_statement_can_be_run_in_the_place_of_one(watch):
    doubled = ast.parse("ds = 2.0 * dout").body
    values = {one.label: one.value for one in watch.records(watch.run({1: doubled}))}
    np.testing.assert_allclose(values["ds"], 2.0 * watch.wrong.upstream[0])
    np.testing.assert_allclose(values["dx"], values["ds"] * W)


def test_a_statement_is_described_by_what_it_sets(watch):
    first, *_, last = watch.code.statements
    assert (described(first), described(last)) == ("x, w, s", "the result")
    assert last_part("self.W") == "W"


def test_a_gradient_may_be_named_after_what_the_cache_is_unpacked_into():
    x = np.random.default_rng(3).standard_normal((4, 3))
    watch = search(spread_forward, of_wrong_sign_under_another_name, x, np.ones(3)).watch
    assert watch.renamed == {"var": "sample_var"}
    assert watch.named_after("dvar") == ["sample_var"]
    found = check(spread_forward, of_wrong_sign_under_another_name, x, np.ones(3))
    assert "dvar = 0.5" in str(found) and "has the wrong sign" in str(found)
