"""Which items of a gradient hold something at one point of the backward pass."""

from codegen import syntax
from codegen.backward.draft import Blank, Live

W, B = [syntax.constant("W")], [syntax.constant("b")]


def test_an_item_is_first_once():
    first, blank = Blank(None).take(W)
    again, _ = blank.take(W)
    other, _ = blank.take(B)
    assert (first, again, other) == (True, False, True)


def test_an_item_that_one_side_of_a_branch_wrote_may_hold_something():
    _, one = Blank(None).take(W)
    _, other = Blank(None).take(B)
    joined = one.joined(other)
    assert not joined.take(W)[0]
    assert not joined.take(B)[0]
    assert joined.take([syntax.constant("reg")])[0]


def test_an_index_that_is_not_written_out_may_be_any_item():
    first, blank = Blank(None).take([syntax.name("i")])
    assert first
    assert not blank.take(W)[0]


def test_two_variables_have_no_common_gradient():
    assert Live(syntax.name("dx")).joined(Live(syntax.name("dout"))) is None
    assert Live(syntax.name("dx")).joined(Live(syntax.name("dx"))) is not None
