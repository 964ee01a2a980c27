"""Items that are taken out. Of lists in the middle of an expression: statements go in, the same with a statement for
each such item comes out.

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

Of dicts: a function goes in; out comes the same with a new dict without them.

>>> text = '''def f(x, w):
...     d = {"x": x, "w": w}
...     del d["w"]
...     return sum(d.values())
... '''
>>> tree = ast.parse(text).body[0]
>>> without_removals(tree, Known(tree, {}, {}), Fresh(tree))
>>> print(ast.unparse(tree))
def f(x, w):
    d = {'x': x, 'w': w}
    d = {k: v for k, v in d.items() if k != 'w'}
    return sum(d.values())
"""

from __future__ import annotations

import ast
from typing import Any

from codegen import syntax
from codegen.trace.normalize.fresh import Fresh, formula, hoisted, spliced, written
from codegen.trace.normalize.lookup import Known, Rewriter


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


def without_removals(tree: ast.FunctionDef, known: Known, fresh: Fresh) -> None:
    if any(is_taken_out(n) for n in syntax.walk(tree)):
        Removals(known, fresh).visit(tree)


def is_taken_out(node: ast.AST) -> bool:
    """Return whether a part deletes, or takes out, the item of a dict at a word."""
    match node:
        case ast.Delete(targets=[ast.Subscript(value=ast.Name(), slice=ast.Constant(value=str()))]):
            return True
        case ast.Call(
            func=ast.Attribute(value=ast.Name(), attr="pop"), args=[ast.Constant(value=str())]
        ):
            return True
    return False


class Removals(Rewriter):
    """Makes a new dict where an item of one that the function made is deleted, or taken out."""

    def is_own(self, name: str) -> bool:
        """Return whether a variable is a dict that is made here, and that no other name shows."""
        bound = syntax.assigned(self.known.tree).get(name, [])
        values = [n.value for n in syntax.every(ast.Assign, self.known.tree)]
        is_shown = any(syntax.identifier(value) == name for value in values)
        return bool(bound) and not is_shown and all(map(makes_dict, bound))

    def without(self, name: str, key: ast.expr, at: ast.stmt) -> ast.stmt:
        """Return the statement that makes a dict anew without an item."""
        text = "own = {k: v for k, v in own.items() if k != key}"
        return written(text, at, own=name, key=key)[0]

    def visit_Delete(self, node: ast.Delete) -> Any:
        """Make a dict anew without the item that is deleted."""
        target = node.targets[0]
        if not is_taken_out(node) or not isinstance(target, ast.Subscript):
            return node
        name = syntax.show(target.value)
        return self.without(name, target.slice, node) if self.is_own(name) else node

    def visit_Assign(self, node: ast.Assign | ast.Expr) -> Any:
        """Read an item that `v = d.pop("k")` takes out, and make the dict anew, before the statement that asks for it;
        of `d.pop("k")` alone nothing is left.
        """
        calls = [n for n in ast.walk(node.value) if is_taken_out(n)]
        if len(calls) != 1 or not isinstance(calls[0], ast.Call):
            return node
        call = calls[0]
        name = syntax.show(call.func.value)  # type: ignore[attr-defined]  # an attribute
        if len(syntax.uses(node, name)) > 1 or not self.is_own(name):
            return node
        first = hoisted(node, call, self.fresh.name("popped"))
        first.value = formula("own[key]", node, own=name, key=call.args[0])
        rest = [] if isinstance(node, ast.Expr) and isinstance(node.value, ast.Name) else [node]
        return [first, self.without(name, call.args[0], node), *rest]

    visit_Expr = visit_Assign


def makes_dict(value: ast.expr) -> bool:
    match value:
        case ast.Dict() | ast.DictComp() | ast.Call(func=ast.Name("dict")):
            return True
        case ast.Call(func=ast.Attribute(attr="copy"), args=[]):
            return True
    return False
