"""The second call: what the first has put where there was nothing."""

from types import SimpleNamespace

import numpy as np

from codegen.check import again
from codegen.pytree import Call


def filled(old, held):
    """Return the tests for an argument `s` that was `old` and is `held` after a call."""
    bench = SimpleNamespace(call=Call([old]), named=lambda path: "s.rows")
    return dict(again.filled(Call([held]), bench))


def test_a_list_that_was_empty_is_asked_for():
    before, after = SimpleNamespace(rows=[]), SimpleNamespace(rows=[1.0])
    assert filled(before, after) == {"len(s.rows) > 0": "s.rows was empty"}


def test_a_list_where_an_array_was_is_no_list_that_was_empty():
    before, after = SimpleNamespace(rows=np.zeros(1)), SimpleNamespace(rows=[1.0, 2.0])
    assert not any("len(" in test for test in filled(before, after))
