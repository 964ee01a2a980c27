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
from codegen.gates.pure import is_pure_call
from codegen.trace.normalize.fresh import (
    Fresh,
    assign,
    change_parts,
    computed_before,
    formula,
    gives_itself,
    made,
    spliced,
)
from codegen.trace.normalize.fresh import hoisted as named
from codegen.trace.normalize.taint import reaches


def without_ternaries(block: list[ast.stmt], reached: set[str], fresh: Fresh) -> list[ast.stmt]:
    return spliced(block, lambda s: hoisted(s, reached, fresh))


def hoisted(statement: ast.stmt, reached: set[str], fresh: Fresh) -> list[ast.stmt]:
    """Return a simple statement without ternaries, after the branches that stand for them; others as they are."""
    value = syntax.value_of(statement)
    if value is None:
        return [statement]
    value = plain(value)
    if (
        isinstance(value, ast.IfExp)
        and reaches(value, reached)
        and isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr)
    ):
        sides = []
        for side in (value.body, value.orelse):
            statement.value = side
            twin = syntax.deep(statement)
            made(twin, statement)
            sides.append([] if gives_itself(twin) else hoisted(twin, reached, fresh))
        body, orelse = sides
        test = value.test if body else syntax.negated(value.test)
        return [
            made(ast.If(test=test, body=body or orelse, orelse=orelse if body else []), statement)
        ]
    before = held(statement, value, reached, fresh)
    target = "out" if isinstance(statement, ast.Return) else "chosen"
    changed = lifted(value, reached, fresh, before, target)
    if not before:
        return [statement]
    statement.value = changed  # type: ignore[attr-defined]  # there is one
    made(statement, statement)
    return [*before, statement]


def held(statement: ast.stmt, value: ast.expr, reached: set[str], fresh: Fresh) -> list[ast.stmt]:
    """Return statements that name what an expression reads before a ternary that changes it: in
    `s.v * x + (s.bump() if k else 0)`.
    """
    found: list[ast.stmt] = []
    for chosen in [n for n in syntax.inside(value, syntax.UNSURE) if isinstance(n, ast.IfExp)]:
        changed = changed_by(chosen, fresh) if reaches(chosen, reached) else set()
        for part in computed_before(chosen, value) if changed else []:
            if not changed.isdisjoint(read_through(part)):
                path = part.attr if isinstance(part, ast.Attribute) else "value"
                found.append(named(statement, part, fresh.name(path)))
    return found


def changed_by(chosen: ast.IfExp, fresh: Fresh) -> set[str]:
    """Return the variables whose items or attributes a choice may change: those whose methods it calls, what it hands
    to functions, and all if one of these is a function inside this one that changes something.
    """
    found: set[str] = set()
    for call in [n for n in syntax.every(ast.Call, chosen) if not is_pure_call(n)]:
        if isinstance(call.func, ast.Name) and call.func.id in fresh.changing:
            return fresh.taken
        if isinstance(call.func, ast.Attribute):
            found.add(syntax.root_name(call.func))
        found.update(argument.id for argument in call.args if isinstance(argument, ast.Name))
    return found - {""}


def read_through(part: ast.expr) -> set[str]:
    """Return the variables of which an expression reads items or attributes, or which it hands to functions."""
    found = {
        syntax.root_name(n) for n in ast.walk(part) if isinstance(n, ast.Attribute | ast.Subscript)
    }
    calls = [n for n in syntax.every(ast.Call, part) if not is_pure_call(n)]
    return found | {name for call in calls for name in syntax.reads(call)}


def plain(value: ast.expr) -> ast.expr:
    """Return `x or y` as `x if x else y`, and `x and y` as `y if x else x`, where `x` is no more than a name."""
    if not isinstance(value, ast.BoolOp) or not all(is_path(v) for v in value.values[:-1]):
        return value
    found = value.values[-1]
    for test in reversed(value.values[:-1]):
        text = (
            "test if test else last" if isinstance(value.op, ast.Or) else "last if test else test"
        )
        found = formula(text, value, test=syntax.deep(test), last=found)
    return found


def is_path(node: ast.expr) -> bool:
    """Return whether an expression is a name, or an attribute or a literal item of one: it may be read twice."""
    if isinstance(node, ast.Attribute):
        return is_path(node.value)
    if isinstance(node, ast.Subscript):
        return is_path(node.value) and isinstance(node.slice, ast.Constant | ast.Name)
    return isinstance(node, ast.Name)


def lifted(
    value: ast.expr, reached: set[str], fresh: Fresh, before: list[ast.stmt], wanted: str
) -> ast.expr:
    """Return an expression whose ternaries are names bound by new statements."""
    value = plain(value) if reaches(value, reached) else value
    if isinstance(value, (*syntax.DEFERRED, ast.BoolOp)):
        return value
    if isinstance(value, ast.IfExp):
        if not reaches(value, reached):
            return value
        own = fresh.name(wanted)
        before.extend(hoisted(assign(own, value, value), reached, fresh))
        return made(syntax.name(own), value)
    change_parts(value, lambda part: lifted(part, reached, fresh, before, "chosen"))
    return value
