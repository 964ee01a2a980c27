"""Functions that are looked up in a table: a function goes in, the same with one call for each entry comes out.

>>> text = '''def f(x, name):
...     return ACTS[name](x) * 2.0
... '''
>>> tree = ast.parse(text).body[0]
>>> table = {"relu": abs, "sum": sum}
>>> called_by_name(tree, Known(tree, {"ACTS": table}, {}))
>>> print(ast.unparse(tree))
def f(x, name):
    return (ACTS['relu'](x) if name == 'relu' else ACTS['sum'](x) if name == 'sum' else ACTS[name](x)) * 2.0
"""

from __future__ import annotations

import ast
import enum

from codegen import syntax
from codegen.trace.normalize.fresh import called_as, formula, made
from codegen.trace.normalize.lookup import Known

MOST = 12  # entries of a table
PURE = (ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.expr_context)


def called_by_name(tree: ast.FunctionDef, known: Known) -> None:
    """Ask for the key of a table of functions before one of them is called, in place."""
    if any(isinstance(n, ast.Subscript | ast.IfExp) or is_get(n) for n in syntax.walk(tree)):
        with known.unchanged():
            Tables(known).visit(tree)


class Tables(ast.NodeTransformer):
    """Rewrites the calls of one function."""

    def __init__(self, known: Known) -> None:
        self.known = known

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Make `table[key](x)` a choice between the calls of its entries, and `(f if a else g)(x)` one of two calls."""
        match node.func:
            case ast.IfExp(test, body, other):
                return self.one_of(node, test, body, other)
            case ast.Attribute(ast.IfExp(test, body, other), method):
                owners = (ast.Attribute(one, method, ast.Load()) for one in (body, other))
                return self.one_of(node, test, *owners)
        self.generic_visit(node)
        looked_up = self.once(node.func)
        match looked_up:
            case ast.Subscript(value=table, slice=key):
                default = node.func
            case ast.Call(func=ast.Attribute(value=table), args=[key, other]) if is_get(looked_up):
                default = other
            case _:
                return node
        if isinstance(key, ast.Constant) or not all(isinstance(n, PURE) for n in ast.walk(key)):
            return node
        found: ast.expr = made(ast.Call(syntax.deep(default), node.args, node.keywords), node)
        for word in reversed(self.keys(table)):
            call = called_as(node, self.entry(table, word))
            text = "call if key == word else found"
            found = formula(
                text, node, call=call, key=syntax.deep(key), word=syntax.deep(word), found=found
            )
        return found if isinstance(found, ast.IfExp) else node

    def one_of(self, call: ast.Call, test: ast.expr, body: ast.expr, other: ast.expr) -> ast.AST:
        """Return a choice between two calls of the same arguments, with what is looked up in each."""
        ways = called_as(call, body), called_as(call, other)
        return self.visit(made(ast.IfExp(test, *ways), call))  # type: ignore[no-any-return]  # a tree

    def once(self, node: ast.expr) -> ast.expr:
        """Return what a variable that is bound once stands for; others as they are."""
        value = self.known.bound_once(node.id) if isinstance(node, ast.Name) else None
        keys = syntax.reads(value.slice) if isinstance(value, ast.Subscript) else []
        is_settled = all(self.known.counts().get(key, 0) <= 1 for key in keys)
        return node if value is None or not is_settled else value

    def keys(self, table: ast.expr) -> list[ast.expr]:
        """Return the keys of a table of functions, words, whole numbers or members of enums, as they are written; none
        if it is something else.
        """
        shown = self.once(table)
        if isinstance(shown, ast.Dict):
            functions = all(
                isinstance(v, ast.Lambda | ast.Name | ast.Attribute) for v in shown.values
            )
            found = [k for k in shown.keys if k is not None and self.is_key(k)]
            is_table = functions and len(found) == len(shown.keys)
        else:
            value = self.known.value(table)
            keys = list(value) if isinstance(value, dict) else []
            is_table = bool(keys) and all(map(callable, value.values()))
            found = [written for key in keys if (written := self.written(key)) is not None]
            is_table = is_table and len(found) == len(keys)
        return found if is_table and len(found) <= MOST else []

    def is_key(self, node: ast.expr) -> bool:
        """Return whether the key of a display is one that can be asked for."""
        value = node.value if isinstance(node, ast.Constant) else self.known.value(node)
        return isinstance(value, str | int | enum.Enum)

    def written(self, key: object) -> ast.expr | None:
        """Return a key of a table as the function may write it."""
        if isinstance(key, enum.Enum):
            kind = next((n for n, v in self.known.outer.items() if v is type(key)), "")
            return ast.Attribute(syntax.name(kind), key.name, ast.Load()) if kind else None
        return syntax.constant(key) if isinstance(key, str | int) else None

    def entry(self, table: ast.expr, word: ast.expr) -> ast.expr:
        """Return what stands for a function of a table."""
        shown = table if isinstance(word, ast.Constant) else self.once(table)
        if isinstance(shown, ast.Dict):
            pairs = zip(shown.keys, shown.values, strict=True)
            return syntax.deep(next(v for k, v in pairs if syntax.same(k, word)))
        return syntax.index(syntax.deep(table), syntax.deep(word))


def is_get(node: ast.AST) -> bool:
    """Return whether a part asks for an item of a dict that may not be there."""
    match node:
        case ast.Call(func=ast.Attribute(attr="get"), args=[_, _], keywords=[]):
            return True
    return False
