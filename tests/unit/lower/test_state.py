"""What the passes of lowering share: names, bindings, keys."""

import ast

from codegen import syntax
from codegen.ir import Append, Bind, Pop
from codegen.lower.state import bound_names, is_literal_key, opaque_names


def test_a_stage_binds_the_names_of_its_target():
    line = ast.parse("a, _ = x").body[0]
    assert list(bound_names(Bind(line, line.targets[0]))) == ["a"]
    call = ast.parse("xs.append(v)").body[0]
    assert list(bound_names(Append(call, syntax.name("xs")))) == []
    pop = ast.parse("v = xs.pop()").body[0]
    assert list(bound_names(Pop(pop, syntax.name("v"), holder="xs"))) == ["v"]


def test_keys_that_are_written_out_tell_items_apart():
    assert [
        is_literal_key(syntax.parse(f"x[{t}]").slice) for t in ("0", "-1", "'w'", "i", "0:2")
    ] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_a_container_with_items_under_other_keys_cannot_be_known_piece_by_piece():
    tree = ast.parse(
        "def f(x, i):\n    p = [x, x]\n    q = [x]\n    p[i] = x\n    return p[0] + q[0]\n"
    )
    assert "p" in opaque_names(tree)
    assert "q" not in opaque_names(tree)
