"""Generator functions whose items are used up at once: one that yields goes in, one that returns a list comes out.

>>> text = '''def pairs(x):
...     for i in range(len(x) - 1):
...         yield x[i], x[i + 1]
... '''
>>> tree = ast.parse(text).body[0]
>>> without_yields(tree, Fresh(tree))
>>> print(ast.unparse(tree))
def pairs(x):
    items = []
    for i in range(len(x) - 1):
        items.append((x[i], x[i + 1]))
    return items
"""

from __future__ import annotations

import ast

from codegen import syntax
from codegen.trace.normalize.fresh import Fresh, assign, made, written

CONSUMING = frozenset(
    {"zip", "enumerate", "sorted", "reversed", "list", "tuple", "sum", "min", "max", "dict"}
)
"""What goes through all items of its argument."""


def used_up(node: ast.AST) -> list[ast.expr]:
    """Return the direct parts of a node whose items it asks for, all of them at once."""
    match node:
        case ast.For(iter=source) | ast.comprehension(iter=source) | ast.Starred(value=source):
            return [source]
        case ast.Assign(targets=[ast.Tuple() | ast.List()], value=source):
            return [source]
        case ast.Call(func=ast.Name(callee), args=args) if callee in CONSUMING:
            return args
    return []


def is_used_up(call: ast.AST, parent: ast.AST | None, tree: ast.AST | None) -> bool:
    """Return whether a call in a function stands where all items of what it gives are asked for."""
    match parent:
        case ast.Assign(targets=[ast.Name(name)]) if tree is not None:
            reads = syntax.uses(tree, name)
            users = [n for n in ast.walk(tree) if reads[-1] in used_up(n)]
            is_once = len(reads) == 2 and not is_asked_often(tree, parent, reads[-1])
            return is_once and bool(users)
        case ast.Assign(targets=[ast.Tuple(parts)]) if syntax.has_star(parts):
            return False
    return parent is not None and call in used_up(parent)


def is_asked_often(tree: ast.AST, first: ast.stmt, load: ast.Name) -> bool:
    """Return whether a variable is read, in a loop or another function, more often than a statement has bound it."""
    above: list[ast.AST] = [n for n in ast.walk(tree) if load in ast.walk(n) and n is not load]
    for node in (n for n in above if first not in ast.walk(n)):
        match node:
            case ast.While() | ast.Lambda() | ast.FunctionDef():
                return True
            case ast.For(iter=source) if load not in ast.walk(source):
                return True
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                if load not in ast.walk(node.generators[0].iter):
                    return True
    return False


def yields(tree: ast.AST) -> list[ast.Yield | ast.YieldFrom]:
    """Return the `yield` expressions of a function, not those of functions inside it."""
    return [n for n in syntax.own_parts(tree) if isinstance(n, ast.Yield | ast.YieldFrom)]


def can_be_listed(tree: ast.AST) -> bool:
    """Return whether a generator function ends, and only hands out items."""
    found = yields(tree)
    bare = [n for n in syntax.own_parts(tree) if isinstance(n, ast.Expr) and n.value in found]
    returns = [n for n in syntax.own_parts(tree) if isinstance(n, ast.Return)]
    endless = any(
        isinstance(n, ast.While) and isinstance(n.test, ast.Constant)
        for n in syntax.own_parts(tree)
    )
    return len(bare) == len(found) and not endless and all(r.value is None for r in returns)


def without_yields(tree: ast.FunctionDef, fresh: Fresh) -> None:
    """Let a generator function return the list of its items."""
    begin = 1 if ast.get_docstring(tree, clean=False) is not None else 0
    values = [s.value for s in tree.body[begin:] if isinstance(s, ast.Expr)]
    items_only = [v.value for v in values if isinstance(v, ast.Yield) and v.value is not None]
    if len(items_only) == len(tree.body) - begin:
        display = made(ast.Return(ast.List(items_only, ast.Load())), tree.body[begin])
        tree.body[begin:] = [display]
        return
    own = fresh.name("items")
    items = syntax.name(own)

    class Listed(ast.NodeTransformer):
        """Appends what is yielded."""

        def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
            """Leave functions inside it alone."""
            return node

        def visit_Expr(self, node: ast.Expr) -> ast.AST:
            """Return the statement that stands for a `yield`."""
            value, text = node.value, "own.append(value)"
            if isinstance(value, ast.Yield):
                given = value.value or ast.Constant(None)
                return written(text, node, own=own, value=given)[0]
            if isinstance(value, ast.YieldFrom):
                text, item = f"for value in items:\n    {text}", fresh.name("item")
                return written(text, node, own=own, items=value.value, value=item)[0]
            return node

        def visit_Return(self, node: ast.Return) -> ast.AST:
            """Return the list where the generator ends early."""
            return made(ast.Return(items), node)

    tree.body = [Listed().visit(statement) for statement in tree.body]
    tree.body.insert(begin, assign(own, ast.List([], ast.Load()), tree.body[0]))
    tree.body.append(made(ast.Return(items), tree.body[-1]))
