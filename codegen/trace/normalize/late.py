"""Generators that have a name: a function goes in; out comes the same with the list of their items, or, if what they
read changes before they are asked for them, with each where it is asked.

>>> text = '''def f(x, k):
...     scaled = (v * k for v in x)
...     k = k + 1
...     return sum(scaled) + k
... '''
>>> tree = ast.parse(text).body[0]
>>> with_late_generators(tree, Known(tree, {}, {}), Fresh(tree))
>>> print(ast.unparse(tree))
def f(x, k):
    k = k + 1
    return sum((v * k for v in x)) + k
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence

from codegen import syntax
from codegen.trace.normalize.fresh import Fresh, assign, made, put, replace_statement
from codegen.trace.normalize.generators import as_generator, listed
from codegen.trace.normalize.lookup import Known
from codegen.trace.normalize.yields import is_asked_often, yields


def with_late_generators(tree: ast.FunctionDef, known: Known, fresh: Fresh) -> None:
    """Rewrite the generators that a variable is bound to and that are asked for their items once, in place."""
    with known.unchanged():
        bindings = [s for s in syntax.statements(tree.body) if is_named_once(s, known)]
    for statement in bindings:
        load = syntax.uses(tree, statement.targets[0].id, ast.Load)[0]  # type: ignore[attr-defined]  # as asked
        between = statements_between(tree, statement, load)
        if between is None or is_asked_often(tree, statement, load):
            continue
        value: ast.expr = statement.value  # type: ignore[attr-defined]  # as asked
        late = late_names(value, tree)
        asker = next(s for s in reversed(syntax.statements(tree.body)) if load in ast.walk(s))
        if is_changed_by_loop(asker, late) and load is not asker.iter:  # type: ignore[attr-defined]  # a loop
            continue
        if is_changed(between, late):
            replace_statement(tree, statement, hold(value, between, statement, fresh))
            put(asker, load, value)
        elif as_generator(value) is not None:
            statement.value = listed(value)  # type: ignore[attr-defined]  # as above
            made(statement, statement)


def is_named_once(statement: ast.stmt, known: Known) -> bool:
    """Return whether a statement binds a variable, which has no other value and is read once, to a generator."""
    match statement:
        case ast.Assign(targets=[ast.Name(name)], value=value):
            is_once = known.counts().get(name) == 1 and known.loads().get(name) == 1
            is_lazy = as_generator(value) is not None and not isinstance(value, ast.ListComp)
            return is_once and (is_lazy or gives_generator(value, known))
    return False


def gives_generator(value: ast.expr, known: Known) -> bool:
    if not isinstance(value, ast.Call):
        return False
    if inspect.isgeneratorfunction(known.value(value.func)):
        return True
    local = syntax.every(ast.FunctionDef, known.tree)
    name = syntax.show(value.func)
    return any(n.name == name and bool(yields(n)) for n in local if n is not known.tree)


def late_names(value: ast.expr, tree: ast.AST) -> set[str]:
    """Return the variables that a generator reads when it is asked for an item, not when it is made, and those that
    the functions inside this one that it calls read.
    """
    found: set[str] = set()
    match value:
        case ast.GeneratorExp(generators=[first, *others]):
            source = ast.comprehension(first.target, syntax.constant(None), first.ifs, 0)
            found.update(syntax.reads(ast.GeneratorExp(value.elt, [source, *others])))
        case ast.Call(func=ast.Name(callee), args=[function, *_]) if callee in ("map", "filter"):
            found.update(syntax.reads(function))
        case ast.Call(func=func):
            found.update(syntax.reads(func))
    local = {n.name: n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n is not tree}
    waiting = [name for name in found if name in local]
    for name in waiting:
        more = {n for s in local[name].body for n in syntax.reads(s)} - found
        waiting += [n for n in more if n in local]
        found |= more
    return found


def statements_between(
    tree: ast.FunctionDef, first: ast.stmt, load: ast.Name
) -> list[ast.AST] | None:
    """Return the parts that run after a statement and before a variable is read, in the order of the text; the body of
    a loop over the variable is one of them. None if the variable is read before the statement.
    """
    order = syntax.statements(tree.body)
    asker = max(k for k, s in enumerate(order) if load in ast.walk(s))
    if asker < order.index(first):
        return None
    found: list[ast.AST] = []
    for statement in order[order.index(first) + 1 : asker]:
        inner = syntax.expressions(statement)
        found += inner if hasattr(statement, "body") else [statement]
    last = order[asker]
    return [*found, *last.body] if isinstance(last, ast.For) else found


def is_changed(between: Sequence[ast.AST], late: set[str]) -> bool:
    """Return whether some of what a generator reads may be changed: a variable is bound anew, or something is changed
    in place.
    """
    for node in (n for part in between for n in ast.walk(part)):
        match node:
            case ast.AugAssign() | ast.Expr(ast.Call()):
                return True
            case ast.Attribute() | ast.Subscript() if not isinstance(node.ctx, ast.Load):
                return True
            case ast.Name(name) if name in late and not isinstance(node.ctx, ast.Load):
                return True
    return False


def is_changed_by_loop(statement: ast.stmt, late: set[str]) -> bool:
    """Return whether the body of a loop binds some of what a generator that it asks for its items reads."""
    return isinstance(statement, ast.For) and not late.isdisjoint(
        name for inner in statement.body for name in syntax.stores(inner)
    )


def hold(value: ast.expr, between: Sequence[ast.AST], at: ast.stmt, fresh: Fresh) -> list[ast.stmt]:
    """Give what a generator reads when it is made a name, where another stands there later; return the assignments."""
    bound = {name for part in between for name in syntax.stores(part)}
    before: list[ast.stmt] = []

    def held(part: ast.expr) -> ast.expr:
        is_same = isinstance(part, ast.Name) and part.id not in bound
        if is_same or isinstance(part, ast.Constant | ast.Lambda | ast.Starred):
            return part
        own = fresh.name("items")
        before.append(assign(own, part, at))
        return made(syntax.name(own), at)

    if isinstance(value, ast.GeneratorExp):
        value.generators[0].iter = held(value.generators[0].iter)
    elif isinstance(value, ast.Call):
        value.args = [held(a) for a in value.args]
        for keyword in value.keywords:
            keyword.value = held(keyword.value)
    return before
