"""The wrong variables of a derivative, in the order in which they become wrong."""

import ast

import numpy as np
import pytest

from codegen.judge.asserting import check
from codegen.judge.suspects import same_entries, same_numbers
from tests.unit.judge import derivatives
from tests.unit.judge.derivatives import W, X, bent_forward
from tests.unit.judge.wrong import search


@pytest.mark.parametrize(
    ("name", "labels", "kind"),
    [
        ("of_wrong_sign", ["ds", "dx", "dw"], "sign"),
        ("without_a_term", ["ds", "dx", "dw"], "term_missing"),
        ("wrong_in_the_last_line", ["dw"], "other_argument"),
        ("changed_in_place", [], ""),
    ],
)
def test_what_becomes_wrong_first_is_first(name, labels, kind):
    found = search(bent_forward, getattr(derivatives, name), X, W)
    suspects = found.suspects.of(found.ran)
    assert [one.label for one in suspects] == labels
    assert all(suspects[0].kind == kind for _ in labels[:1])


def test_with_the_wrong_line_mended_nobody_is_suspected():
    found = search(bent_forward, derivatives.of_wrong_sign, X, W)
    mended = ast.parse("ds = (2 - np.tanh(s) ** 2) * dout").body
    assert found.suspects.of(found.watch.run({1: mended})) == []


def test_numbers_are_the_same_but_for_rounding():
    assert same_numbers(np.array([1.0, 2.0]), np.array([1.0, 2.0 + 1e-12]))
    assert not same_numbers(np.array([1.0, 2.0]), np.array([[1.0, 2.0]]))
    assert not same_numbers(np.array(["a"]), np.array(["a"]))
    assert same_entries(np.array([1.0, 2.0]), np.array([[2.0], [1.0]]))
    assert not same_entries(np.array([1.0, 2.0]), np.array([2.0, 1.0]))  # of one shape


def cross_entropy(W, X, y):
    s = X @ W
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(y)), y]))


def row_by_row_grad(W, X, y):
    dW = np.zeros_like(W)
    s = X @ W
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    for i in range(len(y)):
        ds = p[i].copy()
        ds[y[i]] -= 1
        dW = np.outer(X[i], ds) / len(y)
    return dW


def test_a_row_in_a_loop_over_the_rows_is_not_taken_for_the_whole_gradient():
    rng = np.random.default_rng(0)
    given = rng.standard_normal((4, 3)), rng.standard_normal((5, 4)), np.array([0, 2, 1, 1, 0])
    report = check(cross_entropy, row_by_row_grad, *given)
    assert report.place.text.strip() == "dW = np.outer(X[i], ds) / len(y)"
    assert "holds only one of its terms" in str(report)
