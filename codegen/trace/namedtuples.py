"""Fields of namedtuples: the trees of a run go in; out they come with the items that the fields are."""

from __future__ import annotations

import ast

from codegen.trace.observe import Run


def with_items(run: Run) -> None:
    """Make `p.w` of a namedtuple `p[0]`, in place; it is still printed as the user writes it."""
    for node in list(run.nodes):
        for field, value in ast.iter_fields(node):
            if isinstance(value, ast.Attribute):
                setattr(node, field, item_of(value, run))
            elif isinstance(value, list):
                setattr(
                    node,
                    field,
                    [item_of(v, run) if isinstance(v, ast.Attribute) else v for v in value],
                )


def item_of(node: ast.Attribute, run: Run) -> ast.expr:
    """Return the item that an attribute of a namedtuple is; other attributes as they are."""
    fields = getattr(run.fact(node.value).sample, "_fields", ())
    if not isinstance(run.fact(node.value).sample, tuple) or node.attr not in fields:
        return node
    key = ast.copy_location(ast.Constant(fields.index(node.attr)), node)
    fresh = ast.copy_location(ast.Subscript(node.value, key, node.ctx), node)
    fresh.place, fresh.field = node.place, node.attr  # type: ignore[attr-defined]  # the number the hooks know it by; how it is printed
    run.facts[id(fresh)] = run.fact(node)
    run.held += [fresh, node]
    run.parents[id(fresh)] = run.parents.get(id(node))
    return fresh
