"""Statements and names that the normal form makes."""

import ast

from codegen import syntax
from codegen.trace.normalize.fresh import (
    Fresh,
    computed_before,
    formula,
    hoisted,
    one_by_one,
    put,
    put_each,
    spliced,
    with_parts,
    written,
)


def first(text):
    return ast.parse(text).body[0]


def test_a_variable_of_a_comprehension_is_free_if_only_comprehensions_use_it():
    fresh = Fresh(ast.parse("y = [v for v in x]; w = 1"))
    assert (fresh.loop_name("v"), fresh.loop_name("w")) == ("v", "w2")


def test_a_hole_that_stands_twice_is_copied():
    item = syntax.parse("a[0]")
    found = formula("v + v", v=item)
    assert found.left is item
    assert found.right is not item
    assert ast.unparse(found) == "a[0] + a[0]"


def test_a_name_alone_is_a_block():
    found = written(
        "if test:\n    rest", first("y = x"), test=syntax.parse("x > 0"), rest=[first("a = 1")]
    )
    assert ast.unparse(found[0]) == "if x > 0:\n    a = 1"
    assert syntax.note_of(found[0]).made


def test_an_emptied_block_passes():
    body = ast.parse("if x:\n    a = 1\nelse:\n    b = 2").body
    found = spliced(body, lambda s: [] if isinstance(s, ast.Assign) else [s])
    assert ast.unparse(found[0]) == "if x:\n    pass\nelse:\n    pass"


def test_pairs_are_assigned_one_by_one_unless_one_reads_what_another_binds():
    plain = one_by_one(first("a, b = x, y"), lambda _, __: True)
    assert [ast.unparse(s) for s in plain] == ["a = x", "b = y"]
    swap = first("a, b = b, a")
    assert one_by_one(swap, lambda _, __: True) == [swap]
    assert len(one_by_one(first("a, b = x, y"), lambda _, __: False)) == 1


def test_what_is_written_anew_is_no_text_of_the_users():
    body = ast.parse("y = net.w * x\nz = x").body
    with_parts(body, {"net.w": syntax.name("w")})
    assert [ast.unparse(s) for s in body] == ["y = w * x", "z = x"]
    assert [syntax.note_of(s).made for s in body] == [True, False]


def test_a_part_can_be_taken_out_before_a_statement():
    statement = first("y = f(x) + 1")
    before = hoisted(statement, statement.value.left, "value")
    assert (ast.unparse(before), ast.unparse(statement)) == ("value = f(x)", "y = value + 1")
    put(statement, statement.value.right, syntax.name("b"))
    assert ast.unparse(statement) == "y = value + b"


def test_inner_parts_are_put_first():
    statement = first("y = (a.b).c")
    put_each(
        statement,
        lambda n: (
            syntax.name(f"{ast.unparse(n.value)}_{n.attr}")
            if isinstance(n, ast.Attribute)
            else None
        ),
    )
    assert ast.unparse(statement) == "y = a_b_c"


def test_arguments_and_the_object_of_a_method_are_computed_before_a_later_argument():
    whole = ast.parse("s.net.step(s.v, f(w), change(), s.u) + s.t", mode="eval").body
    part = next(n for n in ast.walk(whole) if ast.unparse(n) == "change()")
    found = [ast.unparse(one) for one in computed_before(part, whole)]
    assert found == ["s.net", "s.v", "f(w)"]
