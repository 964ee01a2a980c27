"""Generators: an expression that hands out items goes in; the comprehension that it is, or the list of its items, comes
out. `map` and `filter` are such in other words.

>>> ast.unparse(as_generator(ast.parse("map(lambda u: u * u, xs)", mode="eval").body))
'(u * u for u in xs)'
>>> ast.unparse(listed(ast.parse("filter(f, xs)", mode="eval").body))
'[v for v in xs if f(v)]'
"""

from __future__ import annotations

import ast
from collections.abc import Collection

from codegen import syntax
from codegen.trace.normalize.fresh import formula, made


def as_generator(node: ast.expr) -> ast.ListComp | ast.GeneratorExp | None:
    """Return a comprehension, or `map` or `filter` as one; None for anything else."""
    if isinstance(node, ast.ListComp | ast.GeneratorExp):
        return node
    match node:
        case ast.Call(func=ast.Name("filter"), args=[_, _], keywords=[]):
            return filtered(node)
    if syntax.calls(node, "map") and len(node.args) >= 2:
        function, *lists = node.args
        names = [f"v{i}" if len(lists) > 1 else "v" for i in range(len(lists))]
        element: ast.expr = ast.Call(function, [syntax.name(n) for n in names], [])
        if isinstance(function, ast.Lambda) and len(function.args.args) == len(lists):
            own = [a.arg for a in function.args.args]
            if not outlives(function.body, own):
                names, element = own, function.body
        target = syntax.as_one([ast.Name(n, ast.Store()) for n in names], ast.Store())
        source = lists[0] if len(lists) == 1 else syntax.call("zip", *lists)
        each = ast.comprehension(target, source, [], 0)
        return made(ast.GeneratorExp(element, [each]), node)
    return None


def filtered(node: ast.Call) -> ast.GeneratorExp:
    """Return `filter(f, xs)` as a generator expression."""
    function, items = node.args
    name, test = "v", "f(v)"
    if isinstance(function, ast.Constant):
        test = "v"
    elif isinstance(function, ast.Lambda) and len(function.args.args) == 1:
        name, test, function = function.args.args[0].arg, "f", function.body
    text = f"(v for v in items if {test})"
    found = formula(text, node, v=name, items=items, f=function)
    assert isinstance(found, ast.GeneratorExp)
    return found


def listed(node: ast.expr) -> ast.expr:
    """Return a generator, which is used up at once, as the list of its items; other expressions as they are."""
    found = as_generator(node)
    if not isinstance(found, ast.GeneratorExp):
        return node
    return made(ast.ListComp(found.elt, found.generators), node)


def applied(function: ast.expr, values: list[ast.expr]) -> ast.expr:
    """Return what a function makes of some values that may be read again: of a lambda, what it says itself."""
    match function:
        case ast.Lambda(ast.arguments([], parameters, None, [], [], None, []), body) if len(
            parameters
        ) == len(values):
            named = dict(zip((p.arg for p in parameters), values, strict=True))
            if not outlives(body, named):
                return syntax.substitute(syntax.deep(body), named)
    return ast.Call(function, values, [])


def outlives(value: ast.expr, names: Collection[str]) -> bool:
    """Return whether a value is, or holds, a function or a generator that reads some names when it runs: those of its
    own call, not what a loop has bound them to by then.
    """
    match value:
        case ast.Lambda() | ast.GeneratorExp():
            return bool(set(names) & set(syntax.reads(value)))
        case ast.Tuple() | ast.List() | ast.Dict() | ast.IfExp():
            return any(
                outlives(one, names) for one in syntax.parts(value) if isinstance(one, ast.expr)
            )
    return False
