"""What is said behind lines."""

from codegen import syntax
from codegen.backward.comments import comments
from codegen.ir import Line


def line(target, operator, value):
    return Line(syntax.parse(target), operator, syntax.parse(value))


def test_a_fork_is_said_with_the_sign_of_its_line():
    items = [line("dx", "=", "dz"), line("dx", "-=", "dy"), line("dw", "=", "dz")]
    assert comments(items, {"dx": "x", "dw": "w"}, {}) == {items[1]: "-= : x forks"}
