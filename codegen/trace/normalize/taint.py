"""Which names may hold a differentiable value, told from the text alone: a function and its inputs go
in, a set of names comes out.

The answer errs on the side of too many; it decides only how ternaries and comprehensions are written.

>>> text = '''def f(x, n):
...     y = x * 2.0
...     k = len(x) + n
...     return y
... '''
>>> tree = ast.parse(text).body[0]
>>> names = tainted(tree, {"x"})
>>> print(" ".join(sorted(names)))
x y
"""

from __future__ import annotations

import ast

from codegen import syntax
from codegen.gates.pure import GROWING
from codegen.trace.paths import path_of

PLAIN_CALLS = frozenset({
    "len", "range", "isinstance", "type", "str", "repr", "print", "int", "bool", "hasattr", "any", "all",
    "np.zeros_like", "np.ones_like", "np.empty_like",
})  # fmt: skip


def reaches(node: ast.AST, names: set[str]) -> bool:
    """Return whether an expression may be differentiated with respect to one of the names."""
    if isinstance(node, ast.Name):
        return node.id in names
    if path_of(node) in names:
        return True
    if isinstance(node, ast.Attribute) and node.attr in syntax.SHAPE_PARTS:
        return False
    if isinstance(node, ast.Compare | ast.JoinedStr):
        return False
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return False
    if syntax.calls(node, *PLAIN_CALLS):
        return False
    if isinstance(node, ast.Subscript):
        return reaches(node.value, names)
    if isinstance(node, ast.IfExp):
        return reaches(node.body, names) or reaches(node.orelse, names)
    if isinstance(node, syntax.COMPREHENSIONS):
        inner = set(names)
        for generator in node.generators:
            if reaches(generator.iter, inner):
                inner |= syntax.names(generator.target)
        return reaches(node.value if isinstance(node, ast.DictComp) else node.elt, inner)
    return any(reaches(child, names) for child in syntax.parts(node))


def tainted(tree: ast.FunctionDef, inputs: set[str]) -> set[str]:
    """Return the names that may hold a differentiable value somewhere in a function."""
    names = set(inputs)
    local = {n.name for n in syntax.every(ast.FunctionDef, tree) if n is not tree}
    names |= local
    pairs = [pair for node in syntax.walk(tree) for pair in bindings(node)]
    while True:
        before = len(names)
        for targets, value in pairs:
            if not targets <= names and reaches(value, names):
                names |= targets
        if len(names) == before:
            return names


def bindings(node: ast.AST) -> list[tuple[set[str], ast.expr]]:
    """Return the names that a part of a function binds or changes, each with what they get their value from."""
    match node:
        case ast.Assign():
            return [(target_names(target), node.value) for target in node.targets]
        case ast.AugAssign() | ast.AnnAssign() if node.value is not None:
            return [(target_names(node.target), node.value)]
        case ast.NamedExpr():
            return [(target_names(node.target), node.value)]
        case ast.For() | ast.comprehension():
            return [(target_names(node.target), node.iter)]
        case ast.Call(
            func=ast.Attribute(
                value=ast.Name() | ast.Attribute() | ast.Subscript() as owner, attr=attr
            )
        ) if attr in GROWING | {"setdefault", "update"}:
            values = ast.Tuple(elts=syntax.given(node))
            return [(target_names(owner), values)]
    return []


def target_names(target: ast.expr) -> set[str]:
    """Return the names that an assignment to a target binds or changes."""
    return set(map(syntax.root_name, syntax.single(target))) - {""}
