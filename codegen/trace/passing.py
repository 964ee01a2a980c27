"""Passing arguments: a call and the function it reaches go in, the expression for each parameter comes out."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import MethodType
from typing import Any, TypeVar

import numpy as np

from codegen import syntax
from codegen.gates.canonical import MISSING
from codegen.pytree import vars_of
from codegen.trace.facts import fact_of, kind_of
from codegen.trace.followed import remembers
from codegen.trace.guards import counted
from codegen.trace.normalize.fresh import formula
from codegen.trace.run import Run, Trace

Made = TypeVar("Made", bound=ast.expr)
PLAIN = ("float", "int", "bool", "text", "none")


def parameters_of(tree: ast.FunctionDef | ast.Lambda) -> list[str]:
    a = tree.args
    plain = [p.arg for p in (*a.posonlyargs, *a.args)]
    return (
        plain
        + ([a.vararg.arg] if a.vararg else [])
        + [p.arg for p in a.kwonlyargs]
        + ([a.kwarg.arg] if a.kwarg else [])
    )


def defaults_of(tree: ast.FunctionDef | ast.Lambda) -> dict[str, ast.expr]:
    """Return the expressions that stand for parameters a call does not give."""
    a = tree.args
    plain = [*a.posonlyargs, *a.args]
    found = [
        *zip(plain[len(plain) - len(a.defaults) :], a.defaults, strict=True),
        *zip(a.kwonlyargs, a.kw_defaults, strict=True),
    ]
    return {parameter.arg: default for parameter, default in found if default is not None}


def none_by_default(tree: ast.FunctionDef | ast.Lambda) -> frozenset[str]:
    """Return the names of the parameters that are None unless a call gives them."""
    found = defaults_of(tree).items()
    return frozenset(n for n, d in found if syntax.is_nothing(d))


def bound_arguments(node: ast.Call, trace: Trace) -> dict[str, ast.expr] | None:
    """Return the argument for each parameter of a call; None if they cannot be told apart.

    Starred arguments are taken item by item; what goes to `*args` is a tuple, what goes to `**kwargs` a dict;
    defaults are literals.
    """
    run = trace.run
    given = positional(node, trace)
    named = by_keyword(node, run)
    if given is None or named is None:
        return None
    args = trace.tree.args
    plain = [p.arg for p in (*args.posonlyargs, *args.args)]
    found: dict[str, ast.expr] = dict(zip(plain, given, strict=False))
    keywords = {p.arg for p in (*args.args, *args.kwonlyargs)}
    found.update({name: value for name, value in named.items() if name in keywords})
    if args.vararg:
        rest = ast.Tuple(given[len(plain) :], ast.Load())
        name = args.vararg.arg
        found[name] = placed(run, rest, node, trace.values.get(name, ()))
    if args.kwarg:
        others = {k: v for k, v in named.items() if k not in keywords}
        keys: list[ast.expr | None] = [ast.copy_location(ast.Constant(k), node) for k in others]
        name, table = args.kwarg.arg, ast.Dict(keys, list(others.values()))
        found[name] = placed(run, table, node, trace.values.get(name, {}))
    for name in parameters_of(trace.tree):
        if name not in found:
            value = default_of(trace, name, node)
            if value is None:
                return None
            found[name] = value
    return {name: found[name] for name in parameters_of(trace.tree)}


def default_of(trace: Trace, name: str, node: ast.Call) -> ast.expr | None:
    """Return the default of a parameter: a literal, or an expression that reads names of the module only."""
    header = inspect.signature(trace.function, follow_wrapped=False).parameters
    default = header[name].default if name in header else inspect.Parameter.empty
    value: Any = trace.values.get(name) if default is inspect.Parameter.empty else default
    if kind_of(value)[0] in PLAIN and not hasattr(value, "dtype"):
        return ast.copy_location(ast.Constant(value=value), node)
    text = defaults_of(trace.tree).get(name)
    known = trace.run.namespace.objects
    if text is None or not all(n in known for n in syntax.reads(text)):
        return None
    see(trace.run, text, value)
    return text


def positional(node: ast.Call, trace: Trace) -> list[ast.expr] | None:
    run = trace.run
    found: list[ast.expr] = []
    callee = next(iter(run.fact(node).callees), None)
    if isinstance(callee, MethodType):
        owner = owner_of(node, run, callee)
        if owner is None:
            return None
        found.append(owner)
    elif callee is not None and not inspect.isfunction(callee) and not remembers(callee):
        found.append(node.func)  # an object that is called itself
    given = item_by_item(node.args, run)
    return None if given is None else [*found, *given]


def item_by_item(args: Sequence[ast.expr], run: Run) -> list[ast.expr] | None:
    """Return arguments with the items of what stands behind stars; None if these are not known."""
    found: list[ast.expr] = []
    for arg in args:
        items = items_of(arg.value, run) if isinstance(arg, ast.Starred) else [arg]
        if items is None:
            return None
        found.extend(items)
    return found


def owner_of(node: ast.Call, run: Run, callee: MethodType) -> ast.expr | None:
    """Return the expression of the object whose method is called; None if it goes by no name there."""
    func = node.func
    if is_kept(func, run):
        return owner_of_kept(func, run, callee)
    if not isinstance(func, ast.Attribute):
        return None
    if syntax.calls(func.value, "super"):
        held = func.value.args[1:]  # see `mangle`
        return placed(run, held[0], node, callee.__self__) if held else None
    return func.value


def is_kept(func: ast.expr, run: Run) -> bool:
    """Return whether an item, or an attribute of an object, holds what is called, as after `self.near = self._bell`."""
    if not isinstance(func, ast.Attribute):
        return isinstance(func, ast.Subscript)
    holder = run.fact(func.value).sample
    return func.attr in vars_of(holder) or isinstance(holder, partial)


def owner_of_kept(func: ast.expr, run: Run, callee: MethodType) -> ast.expr | None:
    """Return the object whose method is kept: the one that holds it, or one that holds that."""
    base = func
    while isinstance(base, ast.Attribute | ast.Subscript):
        base = base.value
        if run.fact(base).sample is callee.__self__:
            return base
    return None


def items_of(node: ast.expr, run: Run) -> list[ast.expr] | None:
    """Return the items of a starred argument, each as an expression."""
    if isinstance(node, ast.Tuple | ast.List):
        return None if syntax.has_star(node.elts) else list(node.elts)
    fact = run.fact(node)
    is_row = isinstance(fact.sample, np.ndarray) and fact.sample.ndim > 0
    if not (is_row or isinstance(fact.sample, list | tuple)) or len(fact.kinds) != 1:
        return None
    first = 0
    match node:
        case ast.Subscript(ast.Name() as base, ast.Slice(None, _, None)) if is_row:
            node = base
        case ast.Subscript(
            ast.Name() as base, ast.Slice(ast.Constant(int(low)), _, None)
        ) if is_row:
            first, node = low, base  # `v[1:]` begins with `v[1]`
    return [item(node, first + key, value, run) for key, value in enumerate(fact.sample)]


def spread(node: ast.Call, trace: Trace) -> Iterator[tuple[ast.expr, Any]]:
    """Yield what stands behind stars in a call of a function, each with the value that it had: it was taken item by
    item, and may hold others next time. What is written out in the function, or is a shape, is not among them.
    """
    stars = [a.value for a in node.args if isinstance(a, ast.Starred)]
    for value in [*stars, *(k.value for k in node.keywords if k.arg is None)]:
        bound = [
            n.value
            for n in syntax.every(ast.Assign, trace.tree)
            if syntax.root_name(value) in syntax.stores(n)
        ]
        is_given = syntax.root_name(value) in parameters_of(trace.tree)
        if is_given or not all(map(is_written_out, bound or [value])):
            yield value, trace.run.fact(value).sample


def is_written_out(value: ast.expr) -> bool:
    """Return whether it can be read how many items a value has: a display, or the shape of an array."""
    if isinstance(value, ast.Attribute):
        return value.attr == "shape"
    parts = value.elts if isinstance(value, ast.Tuple | ast.List) else ()
    keys = value.keys if isinstance(value, ast.Dict) else ()
    is_display = isinstance(value, ast.Tuple | ast.List | ast.Dict)
    return is_display and None not in keys and not syntax.has_star(parts)


def other_items(text: str, sample: Any) -> tuple[str, str]:
    """Return the question whether a dict has other keys than it had, or a list more or fewer items, and what it had."""
    if not isinstance(sample, dict):
        return counted(text, len(sample))
    keys = syntax.show(ast.Set([syntax.constant(key) for key in sample]))
    shown = ", ".join(map(str, sample)) if sample else "none"
    return f"{text}.keys() != {keys}" if sample else text, f"the keys of {text} were {shown}"


def by_keyword(node: ast.Call, run: Run) -> dict[str, ast.expr] | None:
    found: dict[str, ast.expr] = {}
    for keyword in node.keywords:
        if keyword.arg is not None:
            found[keyword.arg] = keyword.value
            continue
        table = keyword.value
        if isinstance(table, ast.Dict) and all(isinstance(k, ast.Constant) for k in table.keys):
            for key, value in zip(table.keys, table.values, strict=True):
                found[key.value] = value  # type: ignore[union-attr]  # constants, see above
            continue
        fact = run.fact(table)
        if not isinstance(fact.sample, dict) or len(fact.kinds) != 1:
            return None
        found.update({k: item(table, k, v, run) for k, v in fact.sample.items()})
    return found


def item(node: ast.expr, key: Any, value: Any, run: Run) -> ast.expr:
    place = ast.copy_location(ast.Constant(key), node)
    return placed(run, syntax.index(copy_of(node, run), place), node, value)


def copy_of(node: ast.expr, run: Run) -> ast.expr:
    """Return a copy of an expression with the same facts."""
    fresh = syntax.rewrite(node, lambda part: None)
    run.copy_facts(node, fresh)
    return fresh


def placed(run: Run, node: Made, at: ast.AST, sample: Any) -> Made:
    """Return a made-up expression that stands where another does, with a fact."""
    see(run, ast.copy_location(node, at), sample)
    return node


def see(run: Run, node: ast.expr, sample: Any) -> None:
    """Give a made-up expression a fact, unless it has one."""
    if sample is not MISSING and not run.fact(node).visits:
        run.facts[node] = fact_of(sample)


def spelled(
    run: Run, value: Callable[[ast.expr], Any], text: str, at: ast.AST, /, **parts: ast.expr
) -> ast.expr:
    """Return the expression of a text with trees for some names, and facts as if the user had written it."""
    space = {"np": np, **{name: value(part) for name, part in parts.items()}}

    def note(one: ast.AST, other: ast.AST) -> None:
        if isinstance(one, ast.Name) and one.id in parts:
            run.copy_facts(parts[one.id], other)
            return
        if isinstance(other, ast.expr) and not isinstance(one, ast.Starred):
            run.facts[other] = fact_of(result_of(one, space))
        if isinstance(one, ast.Call):
            run.facts[other].callees.append(result_of(one.func, space))
        for inner, fresh in zip(syntax.parts(one), syntax.parts(other), strict=True):
            note(inner, fresh)

    found = formula(text, at, **parts)
    note(syntax.parse(text), found)
    return found


def result_of(node: ast.AST, space: dict[str, Any]) -> Any:
    """Return what an expression gives for the values of its names."""
    if isinstance(node, ast.Slice):
        ends = (node.lower, node.upper, node.step)
        return slice(*(None if end is None else result_of(end, space) for end in ends))
    assert isinstance(node, ast.expr)
    return eval(compile(ast.Expression(node), "", "eval"), space)  # noqa: S307  # text of our own
