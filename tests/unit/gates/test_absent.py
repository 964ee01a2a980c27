"""What is left of a row when some of its outputs have no gradient."""

import ast

import pytest

from codegen import gates, syntax
from codegen.gates.absent import reduced

gates.load()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("dout[0] + dout[1]", "dout[0]"),
        ("dout[1] + dout[0]", "dout[0]"),
        ("dout[1] - dout[0]", "-dout[0]"),
        ("dout[0] - dout[1]", "dout[0]"),
        ("out[1] @ (np.diag(dout[0]) + turns) @ out[1].T", "out[1] @ np.diag(dout[0]) @ out[1].T"),
        ("out[1] * dout[0]", "out[1] * dout[0]"),
        ("np.where(dout[1] > 0, x, dout[0])", "dout[0]"),
        ("np.where(x > 0, dout[1], dout[0])", "np.where(x > 0, dout[1], dout[0])"),
        ("-np.tril(dout[1])", None),
        ("x * dout[1]", None),
        ("x * turns", None),
        ("dout[1].T[k]", None),
        ("np.cos(x) * dout[0]", "np.cos(x) * dout[0]"),
    ],
)
def test_nothing_is_left_of_what_is_made_of_nothing(text, left):
    found = reduced(syntax.parse(text), {1}, {"turns"})
    assert (found if found is None else ast.unparse(found)) == left
