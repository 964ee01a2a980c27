"""Ternaries over values that may be differentiated: statements go in, the same with `if` statements comes out.

>>> text = '''def f(x):
...     y = np.sqrt(x) if x > 0 else 0.0
...     return y
... '''
>>> tree = ast.parse(text).body[0]
>>> tree.body = without_ternaries(tree.body, {"x"}, Fresh(tree))
>>> print(ast.unparse(tree))
def f(x):
    if x > 0:
        y = np.sqrt(x)
    else:
        y = 0.0
    return y

A choice that keeps a variable as it is has one side: `w = np.ones(3) if w is None else w` becomes `if w is None: ...`.
"""

from __future__ import annotations

import ast

from codegen import syntax
from codegen.trace.normalize.fresh import Fresh, assign, made
from codegen.trace.normalize.taint import reaches


def without_ternaries(block: list[ast.stmt], reached: set[str], fresh: Fresh) -> list[ast.stmt]:
    """Return a block in which ternaries are branches."""
    found: list[ast.stmt] = []
    for statement in block:
        syntax.change_blocks(statement, lambda inner: without_ternaries(inner, reached, fresh))
        if syntax.value_of(statement) is not None:
            found.extend(hoisted(statement, reached, fresh))
        else:
            found.append(statement)
    return found


def hoisted(statement: ast.stmt, reached: set[str], fresh: Fresh) -> list[ast.stmt]:
    """Return a simple statement without ternaries, after the branches that stand for them."""
    value: ast.expr = plain(statement.value)  # type: ignore[attr-defined]  # the caller has seen that there is one
    if (
        isinstance(value, ast.IfExp)
        and worth(value, reached)
        and isinstance(statement, ast.Assign | ast.AugAssign)
    ):
        sides = []
        for side in (value.body, value.orelse):
            statement.value = side
            twin = syntax.deep(statement)
            made(twin, statement)
            sides.append([] if keeps(twin) else hoisted(twin, reached, fresh))
        body, orelse = sides
        test = value.test if body else syntax.negated(value.test)
        return [
            made(ast.If(test=test, body=body or orelse, orelse=orelse if body else []), statement)
        ]
    before: list[ast.stmt] = []
    target = fresh_name(statement)
    changed = lifted(value, reached, fresh, before, target)
    if not before:
        return [statement]
    statement.value = changed  # type: ignore[attr-defined]  # as above
    made(statement, statement)
    return [*before, statement]


def keeps(statement: ast.stmt) -> bool:
    """Return whether a statement gives a variable the value that it has."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=target)], value=ast.Name(id=value)):
            return target == value
    return False


def fresh_name(statement: ast.stmt) -> str:
    """Return a name for the value of a ternary inside a statement."""
    if isinstance(statement, ast.Return):
        return "out"
    return "chosen"


def plain(value: ast.expr) -> ast.expr:
    """Return `x or y` as `x if x else y`, and `x and y` as `y if x else x`, where `x` is no more than a name."""
    if not isinstance(value, ast.BoolOp) or not all(is_path(v) for v in value.values[:-1]):
        return value
    found = value.values[-1]
    for test in reversed(value.values[:-1]):
        sides = (test, found) if isinstance(value.op, ast.Or) else (found, test)
        asked, body, orelse = (syntax.deep(one) for one in (test, *sides))
        found = made(ast.IfExp(asked, body, orelse), value)
    return found


def is_path(node: ast.expr) -> bool:
    """Return whether an expression is a name, or an attribute or a literal item of one: it may be read twice."""
    if isinstance(node, ast.Attribute):
        return is_path(node.value)
    if isinstance(node, ast.Subscript):
        return is_path(node.value) and isinstance(node.slice, ast.Constant | ast.Name)
    return isinstance(node, ast.Name)


def worth(value: ast.IfExp, reached: set[str]) -> bool:
    """Return whether a ternary may hand a gradient on."""
    return reaches(value, reached)


def lifted(
    value: ast.expr, reached: set[str], fresh: Fresh, before: list[ast.stmt], wanted: str
) -> ast.expr:
    """Return an expression whose ternaries are names bound by new statements."""
    value = plain(value) if reaches(value, reached) else value
    if isinstance(value, (*syntax.DEFERRED, ast.BoolOp)):
        return value
    if isinstance(value, ast.IfExp):
        if not worth(value, reached):
            return value
        own = fresh.name(wanted)
        before.extend(hoisted(assign(own, value, value), reached, fresh))
        return made(syntax.name(own), value)
    for field, part in ast.iter_fields(value):
        if isinstance(part, ast.expr):
            setattr(value, field, lifted(part, reached, fresh, before, "chosen"))
        elif isinstance(part, list):
            setattr(
                value,
                field,
                [
                    lifted(p, reached, fresh, before, "chosen") if isinstance(p, ast.expr) else p
                    for p in part
                ],
            )
            for keyword in part:
                if isinstance(keyword, ast.keyword):
                    keyword.value = lifted(keyword.value, reached, fresh, before, "chosen")
    return value
