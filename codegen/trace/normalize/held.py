"""Lists that grow inside what a function is given, such as `net.derived["Z"]`: a function goes in; out comes the same
with a variable for each such list.

A list that grows in its place has a backward pass when a variable holds it.

>>> text = '''def f(cache, x, w):
...     z = x * w
...     cache["Z"].append(z)
...     return np.tanh(cache["Z"][-1])
... '''
>>> tree = ast.parse(text).body[0]
>>> with_held_lists(tree, Known(tree, {}, {"cache": {"Z": []}}), Fresh(tree))
>>> print(ast.unparse(tree))
def f(cache, x, w):
    z = x * w
    cache_Z = cache['Z']
    cache_Z.append(z)
    return np.tanh(cache_Z[-1])
"""

from __future__ import annotations

import ast

from codegen import syntax
from codegen.gates.pure import GROWING
from codegen.pytree import has_float
from codegen.trace.normalize.fresh import Fresh, assign, with_parts
from codegen.trace.normalize.keyed import base_of
from codegen.trace.normalize.lookup import Known
from codegen.trace.normalize.replaced import is_replaced


def with_held_lists(tree: ast.FunctionDef, known: Known, fresh: Fresh) -> None:
    """Give such lists names, in place; where one has a name already, that is read everywhere."""
    found: dict[str, ast.Subscript] = {}
    for node in [n for s in tree.body for n in syntax.walk(s)]:  # not what its decorators are given
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            if isinstance(known.value(node), list):
                found.setdefault(syntax.show(node), node)
    for text, held in found.items():
        if is_replaced(held, tree) or is_read_inside(text, tree):
            continue
        binding, grows = bound_to(text, tree, known), growths(text, tree)
        count = count_of(text, tree)
        if binding is not None:
            own = syntax.stores(binding)[0]
            if count > 1 and grows + growths(own, tree):
                others = [s for s in tree.body if s is not binding]
                with_parts(others, {text: syntax.name(own)})
        elif grows and (has_float(known.value(held)) or count > grows):
            key = held.slice.value  # type: ignore[attr-defined]  # a constant, see above
            own = fresh.name(f"{base_of(held.value).rpartition('.')[2] or 'items'}_{key}")
            tree.body = named(tree.body, text, own, held)


def bound_to(text: str, tree: ast.FunctionDef, known: Known) -> ast.stmt | None:
    """Return the statement that gives a list its only name, before anything else reads it."""
    first = next(s for s in tree.body if count_of(text, s))
    match first:
        case ast.Assign(targets=[ast.Name(own)], value=ast.Subscript() as value):
            if syntax.show(value) == text and known.counts().get(own) == 1:
                return first
    return None


def is_read_inside(text: str, tree: ast.FunctionDef) -> bool:
    """Return whether a local function reads a list."""
    inner = [n for n in syntax.walk(tree) if isinstance(n, ast.Lambda | ast.FunctionDef)]
    return any(count_of(text, one) for one in inner if one is not tree)


def growths(text: str, tree: ast.AST) -> int:
    """Return how many calls let the list of a name or a path grow."""
    callees = [n.func for n in syntax.every(ast.Call, tree)]
    return sum(
        isinstance(f, ast.Attribute) and f.attr in GROWING and syntax.show(f.value) == text
        for f in callees
    )


def count_of(text: str, tree: ast.AST) -> int:
    """Return how often a path stands in a tree."""
    return sum(isinstance(n, ast.Subscript) and syntax.show(n) == text for n in syntax.walk(tree))


def named(block: list[ast.stmt], text: str, own: str, held: ast.Subscript) -> list[ast.stmt]:
    """Return a block with a variable for a path, bound before the first statement, or in the branch, that reads it."""
    readers = [s for s in block if count_of(text, s)]
    first = readers[0]
    if isinstance(first, ast.If) and len(readers) == 1 and not count_of(text, first.test):
        for name in ("body", "orelse"):
            side = getattr(first, name)
            if any(count_of(text, s) for s in side):
                setattr(first, name, named(side, text, own, held))
        return block
    place = block.index(first)
    binding = assign(own, syntax.deep(held), first)
    with_parts(readers, {text: syntax.name(own)})
    return [*block[:place], binding, *block[place:]]
