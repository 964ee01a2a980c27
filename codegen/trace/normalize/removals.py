"""Items that are taken out of a dict: a function goes in; out comes the same with a new dict without them.

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
from codegen.trace.normalize.fresh import Fresh, formula, hoisted, written
from codegen.trace.normalize.lookup import Known, Rewriter


def without_removals(tree: ast.FunctionDef, known: Known, fresh: Fresh) -> None:
    """Make such dicts anew, in place."""
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
