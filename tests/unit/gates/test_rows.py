"""Rows: what one is told, and what is wrong with one."""

import pytest

from codegen import syntax
from codegen.errors import UsageError
from codegen.gates.rows import check_row, holds, ranks, row


def test_names_of_the_left_side_are_holes_in_order_of_appearance():
    found = row("np.where(mask, x, np.exp(y) + x)", dx="mask * dout")
    assert found.holes == ("mask", "x", "y")


@pytest.mark.parametrize(
    ("pattern", "given", "said"),
    [
        ("np.foo(x", {"dx": "dout"}, "is no expression"),
        ("np.foo(2.0)", {"zero": True}, "has no hole"),
        ("np.foo(x)", {}, "needs gradients, or zero=True"),
        ("np.foo(x)", {"dx": "dout", "zero": True}, "and not both"),
        ("np.foo(x)", {"dy": "dout"}, "the gradient of no hole"),
        ("np.foo(x)", {"dx": "dout; dout"}, "is no expression"),
        ("np.foo(x)", {"dx": "w * dout"}, "reads w"),
        ("np.foo(x)", {"dx": "dout[index] += dout"}, "reads index"),
        ("np.foo(x)", {"dx": "s * dout", "let": {"s": "np.exp(w)"}}, "let= reads w"),
        ("np.foo(x)", {"dx": "dout", "when": lambda w: True}, "asks for w"),
        ("np.foo(x)", {"dx": "dout", "inline": "np.exp(w)"}, "inline= reads w"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(pattern, given, said):
    with pytest.raises(UsageError, match=said.replace("(", r"\(").replace("+", r"\+")):
        check_row(row(pattern, **given))


def test_an_unknown_word_is_no_gradient():
    with pytest.raises(UsageError, match="xd is not all gradients"):
        row("np.foo(x)", xd="dout")


def test_values_that_several_gradients_read_are_written_out_only_where_they_are_needed():
    found = row(
        "np.foo(x, y)", dx="u * dout", dy="2 * dout", let={"s": "np.exp(x)", "u, v": "np.bar(s)"}
    )
    check_row(found)
    assert [names for names, _ in found.lets_for({"u"})] == [("s",), ("u", "v")]
    assert found.lets_for({"dout"}) == []
    assert (
        syntax.show(found.spelled_out(syntax.parse("u + s"))) == "np.bar(np.exp(x))[0] + np.exp(x)"
    )


def test_conditions_see_the_values_that_they_name():
    assert holds(None, {})
    assert holds(ranks(x=(1, 2)), {"x": [1.0], "y": 3.0})
    assert not holds(ranks(x=2), {"x": [1.0]})
    assert holds(lambda x, axis=None: axis is None, {"x": 1.0})
