"""One form for every spelling of a call."""

import numpy as np
import pytest

from codegen import syntax
from codegen.gates.canonical import Canonicalizer
from codegen.gates.forms import MISSING, Resolver, same

VALUES = {"np": np, "x": np.ones((2, 3)), "w": np.ones((3, 2)), "n": 2}


class Values(Resolver):
    """Knows the values of some names."""

    def value(self, node):
        try:
            return eval(syntax.show(node), dict(VALUES))
        except Exception:
            return MISSING

    def callee(self, node):
        return self.value(node.func)


def form(text):
    """The canonical form of a text."""
    return Canonicalizer(Values()).form(syntax.parse(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x.sum(0)", "np.sum(x, axis=0)"),
        ("np.sum(x, 0, keepdims=False)", "np.sum(x, axis=0)"),
        ("np.add.reduce(x)", "np.sum(x, axis=0)"),
        ("x.dot(w)", "np.dot(x, w)"),
        ("np.multiply(x, n)", "x * n"),
        ("np.negative(x)", "-x"),
        ("x.T", "np.transpose(x)"),
        ("x[:, None]", "np.expand_dims(x, 1)"),
        ("x.sum(axis=0)[None]", "np.sum(x, axis=0, keepdims=True)"),
        ("x.mean(axis=1).reshape(-1, 1)", "np.mean(x, axis=1, keepdims=True)"),
        ("x.max(-1).reshape(x.shape[0], 1)", "np.max(x, axis=-1, keepdims=True)"),
        ("x[0].reshape(1, -1, 1)", "x[0][None, :, None]"),
    ],
)
def test_spellings_of_one_thing_have_one_form(one, other):
    assert same(form(one), form(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x + n", "n + x"),
        ("np.sum(x)", "np.sum(x, axis=0)"),
        ("x[0]", "x[1]"),
        ("x.sum(0)[:, None]", "np.sum(x, axis=0, keepdims=True)"),
    ],
)
def test_what_differs_has_forms_that_differ(one, other):
    assert not same(form(one), form(other))


def test_each_part_keeps_the_text_it_was_made_of():
    found = form("np.sum(x * w.T, axis=0)")
    assert found.head == "np.sum"
    assert found.keys == ("a", "axis")
    assert syntax.show(found.args[0].node) == "x * w.T"


def test_an_unknown_call_is_looked_into_by_no_row():
    assert form("unknown(x)").head == "other"
