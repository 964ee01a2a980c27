"""Items taken off lists in the middle of an expression: statements go in, the same with a statement
for each such item comes out.

>>> text = '''def f(xs):
...     y = xs.pop() * 2.0
...     return y
... '''
>>> tree = ast.parse(text).body[0]
>>> tree.body = without_pops(tree.body, {"xs"}, Fresh(tree))
>>> print(ast.unparse(tree))
def f(xs):
    popped = xs.pop()
    y = popped * 2.0
    return y
"""

from __future__ import annotations

import ast

from codegen import syntax
from codegen.trace.normalize.fresh import Fresh, hoisted, spliced


def without_pops(block: list[ast.stmt], reached: set[str], fresh: Fresh) -> list[ast.stmt]:
    """Return a block in which `pop` on a list of values that may be differentiated is a statement."""
    return spliced(block, lambda s: [*taken_off(s, reached, fresh), s])


def taken_off(statement: ast.stmt, reached: set[str], fresh: Fresh) -> list[ast.stmt]:
    """Return the statements that take items off, and name these in the statement itself."""
    value = syntax.value_of(statement)
    if value is None:
        return []
    bare = isinstance(statement, ast.Expr) or (
        isinstance(statement, ast.Assign)
        and len(statement.targets) == 1
        and isinstance(statement.targets[0], ast.Name)
    )
    order = syntax.inside(value, syntax.UNSURE)
    calls = [n for n in order if is_pop(n, reached) and not (bare and n is value)]
    before: list[ast.stmt] = []
    gone: set[ast.expr] = set()
    grown = grown_list(value)
    for call in calls:
        assert isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        earlier = [p for p in order[: order.index(call.func.value)] if p not in gone | {grown}]
        if reads(earlier, syntax.root_name(call.func.value)):
            return before  # an item that is read before would change
        gone.add(call.func.value)
        before.append(hoisted(statement, call, fresh.name("popped")))
    return before


def grown_list(value: ast.expr) -> ast.expr | None:
    """Return the list of a statement `xs.append(...)`, which is the same before and after an item is taken off."""
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name() as base, attr="append")):
            return base
    return None


def is_pop(node: ast.AST, reached: set[str]) -> bool:
    """Return whether a part takes an item off a list."""
    match node:
        case ast.Call(func=ast.Attribute(base, "pop" | "popleft")):
            is_item = isinstance(base, ast.Attribute | ast.Name)
            return is_item and syntax.root_name(base) in reached
    return False


def reads(parts: list[ast.AST], name: str) -> bool:
    """Return whether a name is among some parts, or in a closed one."""
    inside = [n for p in parts for n in (ast.walk(p) if isinstance(p, syntax.UNSURE) else [p])]
    return any(isinstance(n, ast.Name) and n.id == name for n in inside)
