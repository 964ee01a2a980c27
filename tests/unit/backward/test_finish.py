"""The last look at planned lines."""

from codegen import syntax
from codegen.backward.finish import merged, without_repeats
from codegen.emit.text import lines_of
from codegen.ir import For, If, Line, Remark
from codegen.lower.definitions import Definitions


def line(target, operator, value):
    return Line(syntax.parse(target), operator, syntax.parse(value))


def test_what_is_set_in_front_of_a_branch_is_not_set_again_in_it():
    inner = [line("dx", "=", "np.zeros_like(x)"), line("dw", "=", "2 * dy")]
    items = [line("dx", "=", "np.zeros_like(x)"), If(inner, test=syntax.parse("n > 3"))]
    assert lines_of(without_repeats(items, Definitions())) == [
        "dx = np.zeros_like(x)",
        "if n > 3:",
        "    dw = 2 * dy",
    ]


def test_what_was_changed_since_is_set_again():
    items = [
        line("dx", "=", "np.zeros_like(x)"),
        line("dx", "+=", "dy"),
        If([line("dx", "=", "np.zeros_like(x)")], test=syntax.parse("n > 3")),
        line("dy", "=", "dz"),
        line("dz", "=", "2 * dz"),
        line("dy", "=", "dz"),
    ]
    assert len(lines_of(without_repeats(items, Definitions()))) == 7


def test_a_trip_of_a_loop_sets_anew():
    items = [
        line("dx", "=", "0.0"),
        For(
            [line("dx", "=", "0.0"), line("dx", "+=", "dy")],
            target=syntax.name("i"),
            iterable=syntax.parse("range(n)"),
        ),
    ]
    assert len(lines_of(without_repeats(items, Definitions()))) == 4


def test_a_gradient_that_is_passed_on_and_added_to_is_one_line():
    items = [
        Remark("z = y"),
        line("dy", "=", "dz"),
        Remark("p = y * w"),
        line("dy", "-=", "w * dp"),
    ]
    assert lines_of(merged(items)) == [
        "# backprop z = y and p = y * w",
        "dy = dz - w * dp",
    ]


def test_one_that_is_spread_and_added_to_is_one_line_too():
    items = [
        Remark("t = e.sum(axis=1)"),
        line("de", "=", "dt[:, None]"),
        Remark("y = e @ w"),
        line("de", "=", "de + np.outer(dy, w)"),
    ]
    assert lines_of(merged(items))[1:] == ["de = dt[:, None] + np.outer(dy, w)"]


def test_a_side_that_changes_nothing_is_left_out():
    inner = [Remark("x = x + 1.0"), line("dx", "=", "dout")]
    items = [line("dx", "=", "dout"), If(inner, test=syntax.parse("n > 3"))]
    assert lines_of(without_repeats(items, Definitions())) == ["dx = dout"]
