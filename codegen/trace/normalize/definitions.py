"""Functions that a function defines: it goes in; out comes the same, in which a default that reads a variable is
computed once, where the function is defined, and given by each call that leaves it out.

>>> text = '''def f(x, a):
...     def scaled(v, by=a * 2):
...         return v * by
...     a = a + 1
...     return scaled(x) + a
... '''
>>> tree = ast.parse(text).body[0]
>>> with_given_defaults(tree, Fresh(tree))
>>> print(ast.unparse(tree))
def f(x, a):
    by = a * 2
<BLANKLINE>
    def scaled(v, by):
        return v * by
    a = a + 1
    return scaled(x, by=by) + a

The definition of one in a loop stands before the loop.

A local function reads the variables around it when it is called, not when it is defined: where its definition stands
makes no difference, as long as it is bound once and has no defaults.

>>> text = '''def f(x, ks):
...     for k in ks:
...         g = lambda v: k * v
...         x = g(x)
...     return x
... '''
>>> tree = ast.parse(text).body[0]
>>> with_functions_first(tree, Known(tree, {}, {}))
>>> print(ast.unparse(tree))
def f(x, ks):
    g = lambda v: k * v
    for k in ks:
        x = g(x)
    return x
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from types import FunctionType

from codegen import syntax
from codegen.records import dataclass
from codegen.trace.modulenames import local_names
from codegen.trace.normalize.fresh import Fresh, assign, defined, made, replace_statement
from codegen.trace.normalize.lookup import Known


@dataclass(frozen=True)
class Heading:
    """A local function, or a lambda with a name, its arguments, and the calls of it."""

    statement: ast.stmt
    args: ast.arguments
    calls: tuple[ast.Call, ...]


def with_given_defaults(tree: ast.FunctionDef, fresh: Fresh) -> None:
    """Give the defaults of the local functions that read variables at the calls, in place."""
    for statement in syntax.statements(tree.body):
        found = heading(statement, tree)
        if found is not None:
            give(found, tree, fresh)


def heading(statement: ast.stmt, tree: ast.FunctionDef) -> Heading | None:
    """Return the function that a statement defines, if its name has no other value and is only ever called."""
    found = defined(statement)
    if found is None:
        return None
    name, args = found
    if args.posonlyargs or args.vararg or args.kwarg or not (args.defaults or args.kw_defaults):
        return None
    is_once = [*local_names(tree)].count(name) == 1
    loads = [n for n in syntax.every(ast.Name, tree) if n.id == name]
    outside = list(parts_outside(tree.body))  # the text of a function inside is read anew
    calls = [n for n in outside if isinstance(n, ast.Call) and n.func in loads]
    others = len(loads) - isinstance(statement, ast.Assign)
    is_plain = not any(
        syntax.has_star(c.args) or None in {k.arg for k in c.keywords} for c in calls
    )
    return (
        Heading(statement, args, tuple(calls))
        if is_once and len(calls) == others and is_plain
        else None
    )


def parts_outside(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Yield the parts of a function that do not stand in another one."""
    for part in body:
        yield part
        if not isinstance(part, ast.FunctionDef | ast.Lambda):
            yield from parts_outside(list(ast.iter_child_nodes(part)))


def give(one: Heading, tree: ast.FunctionDef, fresh: Fresh) -> None:
    """Name the defaults of a function that read variables, and give them, and those before them, at its calls."""
    own = set(local_names(tree))
    plain = one.args.args[len(one.args.args) - len(one.args.defaults) :]
    reading = [k for k, d in enumerate(one.args.defaults) if own & set(syntax.reads(d))]
    cut = max(reading, default=-1) + 1  # what has none stands before what has one
    given = dict(zip((p.arg for p in plain[:cut]), one.args.defaults, strict=False))
    for keyword, default in zip(one.args.kwonlyargs, one.args.kw_defaults, strict=True):
        if default is not None and own & set(syntax.reads(default)):
            given[keyword.arg] = default
    if not given:
        return
    before: list[ast.stmt] = []
    for parameter, value in given.items():
        if not isinstance(value, ast.Constant) and not is_settled(value, tree):
            name = name_for(parameter, one.statement, tree, fresh)
            before.append(assign(name, value, one.statement))
            given[parameter] = syntax.name(name)
    one.args.defaults = one.args.defaults[cut:]
    one.args.kw_defaults = [
        None if p.arg in given else d
        for p, d in zip(one.args.kwonlyargs, one.args.kw_defaults, strict=True)
    ]
    for call in one.calls:
        known = {p.arg for p in one.args.args[: len(call.args)]} | {k.arg for k in call.keywords}
        call.keywords += [
            made(ast.keyword(name, syntax.deep(value)), call)
            for name, value in given.items()
            if name not in known
        ]
    if before:
        replace_statement(tree, one.statement, [*before, one.statement])


def with_defaults_left(args: ast.arguments, function: FunctionType) -> None:
    """Leave the defaults in the text of a local function that it has after all calls give the others."""
    given = function.__kwdefaults__ or {}
    args.defaults = args.defaults[len(args.defaults) - len(function.__defaults__ or ()) :]
    args.kw_defaults = [
        d if p.arg in given else None
        for p, d in zip(args.kwonlyargs, args.kw_defaults, strict=True)
    ]


def is_settled(value: ast.expr, tree: ast.FunctionDef) -> bool:
    """Return whether an expression is a variable that has one value in a function, and stands for it everywhere."""
    return isinstance(value, ast.Name) and [*local_names(tree)].count(value.id) == 1


def name_for(parameter: str, own: ast.stmt, tree: ast.FunctionDef, fresh: Fresh) -> str:
    """Return a name for a default: that of the parameter, if it means nothing else outside of its function."""
    inside = set(ast.walk(own))
    taken = {n.id for n in syntax.every(ast.Name, tree) if n not in inside}
    taken |= {n.arg for n in syntax.every(ast.arg, tree) if n not in inside}
    return fresh.name(parameter) if parameter in taken else parameter


def with_functions_first(tree: ast.FunctionDef, known: Known) -> None:
    """Put such definitions before the outermost loop around them, in place."""
    if any(
        isinstance(n, ast.FunctionDef | ast.Lambda) and n is not tree for n in syntax.walk(tree)
    ):
        tree.body = with_first(tree.body, known)


def with_first(body: list[ast.stmt], known: Known) -> list[ast.stmt]:
    """Return the statements of a block that is not inside a loop."""
    found: list[ast.stmt] = []
    for statement in body:
        if isinstance(statement, ast.For | ast.While):
            found += taken_out(statement, known)
        elif isinstance(statement, ast.If | ast.With):
            syntax.change_blocks(statement, lambda inner: with_first(inner, known))
        found.append(statement)
    return found


def taken_out(loop: ast.For | ast.While, known: Known) -> list[ast.stmt]:
    """Take the definitions out of a loop, and out of the loops in it; return them."""
    found: list[ast.stmt] = []
    rest: list[ast.stmt] = []
    for statement in loop.body:
        if isinstance(statement, ast.For | ast.While):
            found += taken_out(statement, known)
        is_first = can_go_first(statement, known)
        (found if is_first else rest).append(statement)
    if rest:
        loop.body = rest
        return found
    return []


def can_go_first(statement: ast.stmt, known: Known) -> bool:
    """Return whether a statement defines a function without defaults, whose name stands for nothing else."""
    match defined(statement):
        case (name, args):
            is_once = known.counts().get(name) == 1 and name not in known.given
            return is_once and not args.defaults and not any(args.kw_defaults)
    return False
