"""Formulas: stages and gates go in, the function and its local gradients as LaTeX come out."""

from __future__ import annotations

import ast
import copy
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy as np

from codegen import syntax
from codegen.backward.zeros import is_zero
from codegen.gates.evaluate import evaluate
from codegen.handout.circuit.diagram import Diagram, Gate
from codegen.handout.lesson.dimensions import PRODUCT_HEADS
from codegen.handout.lesson.factor import product_of, without_factor
from codegen.handout.lesson.latex import Writer, code_latex, is_test, latex, name_latex, only_widens
from codegen.handout.lesson.updates import Updates, bound, in_words, indexed, is_elif, until
from codegen.handout.recording import Recording, StageText, Visit
from codegen.handout.recording.active import stored_names
from codegen.pytree import same
from codegen.records import dataclass
from codegen.simplify.sums import built, spine

LONG, WIDE, NARROW = 45, 60, 42
LETTERS = "xyzuvw"
CASES = re.compile(r"\\begin\{cases\}((?:(?!\\begin\{cases\}).)*?)\\end\{cases\}")
PLUS, MINUS = r"\mathrel{+}=", r"\mathrel{-}="
SIGNS: dict[type[Any], str] = {
    ast.Add: PLUS,
    ast.Sub: MINUS,
    ast.Mult: r"\mathrel{\cdot}=",
    ast.Div: r"\mathrel{/}=",
}
PLAIN = ("=", PLUS, MINUS)
SPECIAL = {
    "np.pad": (),
    "np.sum": (r"\frac{\partial f}{\partial x_i} = 1",),
    "np.mean": (r"\frac{\partial f}{\partial x_i} = \frac{1}{n}",),
    "np.var": (r"\frac{\partial f}{\partial x_i} = \frac{2}{n} (x_i - \mu)",),
    "np.std": (r"\frac{\partial f}{\partial x_i} = \frac{x_i - \mu}{n\, f}",),
    "np.max": (r"\frac{\partial f}{\partial x_i} = \mathbb{1}(x_i = f)",),
    "np.min": (r"\frac{\partial f}{\partial x_i} = \mathbb{1}(x_i = f)",),
    "np.reshape": (),
    "np.transpose": (),
    "[]": (),
}
PRODUCTS = {
    (1, 1): (("f", "x_k"), "y_k", ("f", "y_k"), "x_k"),
    (2, 1): (("f_i", "x_{ik}"), "y_k", ("f_i", "y_k"), "x_{ik}"),
    (1, 2): (("f_j", "x_k"), "y_{kj}", ("f_j", "y_{kj}"), "x_k"),
    (2, 2): (("f_{ij}", "x_{ik}"), "y_{kj}", ("f_{ij}", "y_{kj}"), "x_{ik}"),
}


def formula(recording: Recording) -> tuple[str, ...]:
    """Return the function as LaTeX, in one line if that is short enough, else one line for each stage."""
    words = in_words(recording)
    given = ", ".join(words.get(p, name_latex(p)) for p in recording.parameters)
    head = f"{name_latex(recording.name)}({given})"
    composed = None if recording.headers else composition(recording)
    if composed is not None:
        known = {**recording.namespace, **recording.arguments, **recording.final}
        whole = latex(composed, words, known)
        if visible(whole) <= WIDE and mathematical(whole):
            return (f"{'out' if calls(composed, recording.name) else head} = {whole}",)
    return tuple(equations(recording))


def calls(node: ast.expr, name: str) -> bool:
    """Return whether an expression calls a function of that name: the library's, of which this one has the name."""
    return any(syntax.called_last(n) == name for n in syntax.every(ast.Call, node))


def equations(recording: Recording) -> Iterator[str]:
    open_headers: tuple[int, ...] = ()
    shown: set[int] = set()
    updates = Updates(recording)
    for stage in recording.written:
        for outside, first in updates.reach(stage):
            yield r"\quad " * outside + first
        line = equation(stage, recording, updates)
        if not line:
            continue
        chained = [is_elif(key, recording.headers) for key in stage.loops]
        for depth, key in enumerate(stage.loops):
            if open_headers[: depth + 1] != stage.loops[: depth + 1]:
                open_headers = stage.loops[: depth + 1]
                if not any(chained[depth + 1 : depth + 2]):  # the header of an `elif` says it
                    outside = depth - sum(chained[: depth + 1])
                    ends = [*until(updates.trips[key].loop)] if key in updates.trips else []
                    named = [syntax.substitute(test, tests_of(recording)) for test in ends]
                    stops = "".join(f", until {syntax.show(test)}" for test in named)
                    text = f"{header(key, shown, recording)}{stops}:"
                    yield r"\quad " * outside + code_latex(text)
                shown.add(key)
        open_headers = stage.loops
        depth = len(stage.loops) - sum(chained)
        yield f"`{'    ' * depth}{line[1:]}" if line[0] == "`" else r"\quad " * depth + line
    for outside, last in updates.leaving():
        yield r"\quad " * outside + last


def visible(text: str) -> int:
    """Return about how many letters of LaTeX are seen side by side: of cases the longer one."""
    while (both := CASES.search(text)) is not None:
        rows = both[1].split(r"\\")
        text = text[: both.start()] + max(rows, key=visible) + text[both.end() :]
    return len(re.sub(r"\\[A-Za-z]+|[{}\\]", "", text))


def short(text: str, code: str, limit: int = WIDE) -> str:
    """Return a formula, or the code it stands for, between backquotes, where the formula would be too wide."""
    if visible(text) <= limit and r"\texttt{\{" not in text:
        return text
    return f"`{code}`"


def header(key: int, shown: set[int], recording: Recording) -> str:
    """Return the header of a loop or branch; the other side of a branch that was shown is its `else`."""
    return "else" if -key - 1 in shown else recording.headers[key]


def composition(recording: Recording) -> ast.expr | None:
    """Return the value of the function in one expression, or None if it would be long."""
    known: dict[str, ast.expr] = {}
    for stage in recording.stages:
        statement = stage.statement
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            return None
        known[statement.targets[0].id] = opened(
            syntax.substitute(statement.value, known), recording
        )
    whole = syntax.substitute(recording.output_node, known)
    return whole if sum(isinstance(n, ast.expr) for n in ast.walk(whole)) <= LONG else None


def opened(node: ast.expr, recording: Recording) -> ast.expr:
    """Return an expression with the bodies of one-line helpers in place of their calls."""

    def change(part: ast.expr) -> ast.expr | None:
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and not part.keywords:
            parameters, body = recording.one_liners.get(part.func.id, ((), None))
            if body is not None and len(parameters) == len(part.args):
                args = [syntax.rewrite(a, change) for a in part.args]
                return syntax.substitute(body, dict(zip(parameters, args, strict=True)))
        return None

    return syntax.rewrite(node, change)


def tests_of(recording: Recording) -> dict[str, ast.expr]:
    """Return the tests that the forward pass gives a name, once: a formula says what is asked, not what it is called."""
    return {
        name: values[0]
        for name, values in syntax.assigned(recording.pair[0]).items()
        if [*map(is_test, values)] == [True]
    }


def equation(stage: StageText, recording: Recording, updates: Updates) -> str:
    scope = {**recording.namespace, **recording.final, **stage.before}
    statement = stage.statement
    changed: list[str] = []
    match statement:
        case ast.AugAssign(target=ast.Name(id=read) as target):
            value: ast.expr = ast.BinOp(syntax.name(read), statement.op, statement.value)
        case ast.AugAssign(
            target=ast.Subscript(value=ast.Name(id=read), slice=at) as target
        ) if not stage.loops:
            item = syntax.index(syntax.name(read), at)
            value, changed = ast.BinOp(item, statement.op, statement.value), [read]
        case ast.Assign(targets=[target, *_], value=value):
            pass
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=ast.Name(id=base), attr="append"), args=[item])
        ) if counted := updates.place(stage):
            right = latex(opened(item, recording), updates.names, scope)
            line = short(f"{indexed(name_latex(base), counted)} = {right}", stage.text)
            return line if mathematical(line) else f"`{stage.text}`"
        case _:
            return f"`{stage.text}`"
    values = syntax.elements(value)
    if all(isinstance(v, ast.Attribute) and v.attr != "T" for v in values):
        return ""  # what an object holds, under a name of its own
    whole = syntax.substitute(opened(value, recording), tests_of(recording))
    if latex(target, updates.names) == latex(whole, updates.names, scope):
        return ""  # a number that is made a float
    indices, total = Writer(updates.names, scope).contraction(whole)
    right = total or latex(whole, updates.names, scope)
    for name in [*bound(stage), *changed]:
        updates.bind(stage, name)
    left = latex(target, updates.names)
    if left == right:
        return ""  # an argument under the name that it has in a loop
    left = rf"{{{left}}}_{{{indices}}}" if indices else left
    line = short(f"{left} = {right}", stage.text)
    return line if mathematical(line) else f"`{stage.text}`"


def mathematical(text: str) -> bool:
    """Return whether a formula holds no code."""
    return not re.search(r"\\texttt\{[^}]*(np\.|[(=:])|\[\\ldots\]", text)


@dataclass(frozen=True)
class Spelled:
    """How the names of a stage are written: those of what it reads, those that its backward lines have, and what it binds."""

    read: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    bound: Mapping[str, str] = field(default_factory=dict)


def spelled(recording: Recording) -> dict[int, Spelled]:
    """Return how the names of each stage are written: x' = f(x), or x with the trip as index."""
    updates, items = Updates(recording), cached_items(recording)
    found = {}
    for stage in recording.written:
        deque(updates.reach(stage), 0)
        before = dict(updates.names)
        reads = syntax.names(stage.statement)
        known = reads_of(stage.statement)
        binds = [*bound(stage), *changed_items(stage)]
        for name in binds:
            updates.bind(stage, name)
        read = {n: before.get(n, name_latex(n)) for n in known}
        olds = ((n, old) for n in known for old in (f"prev_{n}", *(f"{n}{k}" for k in range(10))))
        # as the backward pass calls it
        kept = {old: read[n] for n, old in olds if old not in reads}
        parts = {name: latex(item, before) for name, item in items.items()}
        after = {n: updates.names[n] for n in binds}
        old = {n for n in after if n in read and reads_old(stage, n, recording)}
        now = {n: read[n] if n in old else after[n] for n in after}
        found[stage.key] = Spelled(read, {**kept, **read, **now, **parts}, after)
    return found


def cached_items(recording: Recording) -> dict[str, ast.expr]:
    """Return the items and fields that the cache holds under names of their own, by these names."""
    forward, backward = recording.pair
    kept: dict[str, ast.expr] = {}
    for node in syntax.walk(forward):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                kept[name] = value
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[value]):
                kept[name] = value
    found: dict[str, ast.expr] = {}
    for node in syntax.walk(backward):
        match node:
            case ast.Assign(targets=[target], value=ast.Name(id=name)):
                pass
            case ast.For(target=target, iter=ast.Call(args=[ast.Name(id=name)])):
                pass
            case _:
                continue
        pairs = syntax.unpacked(target, kept[name]) if name in kept else []
        found |= {
            own.id: item
            for own, item in pairs
            if isinstance(own, ast.Name) and isinstance(item, ast.Subscript | ast.Attribute)
        }
    return found


def changed_items(stage: StageText) -> list[str]:
    """Return the name whose items a stage outside of loops changes, if it does: it is another value from there on."""
    match stage.statement:
        case ast.AugAssign(target=ast.Subscript(value=ast.Name(id=name))) if not stage.loops:
            return [name]
    return []


def reads_old(stage: StageText, name: str, recording: Recording) -> bool:
    """Return whether the backward lines of a stage have under a name what it was before: the cache kept that."""
    visits = [e for e in recording.events if isinstance(e, Visit) and e.stage is stage]
    if not visits or name not in stage.gradients:
        return False
    found, last = stage.gradients[name], visits[-1]
    old, new = last.before.get(name), last.after.get(name)
    return same(found, old) and not same(found, new)


def reads_of(statement: ast.stmt) -> set[str]:
    names = syntax.every(ast.Name, statement)
    found = {n.id for n in names if isinstance(n.ctx, ast.Load)}
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        found.add(statement.target.id)
    return found


def stage_formulas(
    stage: StageText, recording: Recording, spelling: Spelled | None = None
) -> tuple[str, ...]:
    """Return the local gradients of a stage, read off its backward lines."""
    spelling = spelling or Spelled()
    target = getattr(stage.statement, "targets", [getattr(stage.statement, "target", None)])[0]
    name = syntax.identifier(target)
    found: list[str] = []
    scope = {**recording.namespace, **recording.final, **stage.before, **stage.gradients}
    if any(changed_in_place(statement) for statement in stage.backward):
        return ()  # the upstream gradient is another one by the lines that follow
    for statement in stage.backward:
        if isinstance(statement, ast.Assign | ast.AugAssign):
            left = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            if isinstance(left, ast.Name) and is_zero(statement.value):
                continue
            if goes_through(stage, statement, recording):
                continue
            known = recording.gradient_names
            upstream = upstreams(name, recording)
            found += line_formulas(left, statement, upstream, scope, known, spelling)
    told = [line for line in found if line.startswith(r"\frac{\partial") and mathematical(line)]
    if told and (own := handed_on(stage, recording)):
        told.append(
            rf"\frac{{\partial {spelling.bound[own]}}}{{\partial {spelling.read[own]}}} = 1"
        )
    return tuple(told)


def goes_through(stage: StageText, line: ast.stmt, recording: Recording) -> bool:
    """Return whether a backward line goes through another forward line at once."""
    picks = ast.Name | ast.Subscript | ast.Attribute
    made = [
        name
        for other in recording.stages
        if other.planned == stage.planned and other is not stage
        for name in stored_names(other.statement)
        if not isinstance(getattr(other.statement, "value", None), picks)
    ]
    return not {recording.gradient_of(name) for name in made}.isdisjoint(stored_names(line))


def upstreams(name: str, recording: Recording) -> dict[str, str]:
    """Return the gradients that may be upstream in a stage's lines, with the variable of each."""
    own, output = recording.gradient_names.get(name, ""), syntax.identifier(recording.output_node)
    mine = {own: name} if own else {}
    return mine if own and name not in ("", output) else {**mine, "dout": name or "out"}


def handed_on(stage: StageText, recording: Recording) -> str:
    """Return the name that a stage adds something to, or takes it away from: its gradient goes on without a line."""
    match stage.statement:
        case ast.AugAssign(target=ast.Name(id=name), op=ast.Add() | ast.Sub()):
            pass
        case ast.Assign(
            targets=[ast.Name(id=name)],
            value=ast.BinOp(left=ast.Name(id=left), op=ast.Add() | ast.Sub(), right=right),
        ) if name == left and name not in syntax.names(right):
            pass
        case _:
            return ""
    gradient = recording.gradient_of(name)
    stored = {n for line in stage.backward for n in stored_names(line)}
    return "" if gradient in stored else name


def changed_in_place(statement: ast.stmt) -> bool:
    """Return whether a line sets items of a gradient, or multiplies one in place."""
    if isinstance(statement, ast.AugAssign):
        return not isinstance(statement.op, ast.Add | ast.Sub)
    return (
        isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Subscript)
        and is_zero(statement.value)
    )


def line_formulas(
    left: ast.expr,
    statement: ast.Assign | ast.AugAssign,
    upstream: Mapping[str, str],
    scope: Mapping[str, Any],
    gradients: Mapping[str, str],
    spelling: Spelled,
) -> list[str]:
    """Return the local gradients of one backward line; `upstream` gives what variable each is of."""
    value, sign = statement.value, SIGNS.get(type(getattr(statement, "op", None)), "=")
    match value:
        case ast.BinOp(left=before, op=ast.Add(), right=more) if syntax.show(before) == syntax.show(
            left
        ):
            value, sign = more, SIGNS[ast.Add]  # `dx = dx + ...`, where dx is the caller's
    pairs: list[tuple[ast.expr, ast.expr]]
    if isinstance(value, ast.List) and isinstance(left, ast.Name):
        pairs = [(syntax.index(left, ast.Constant(i)), v) for i, v in enumerate(value.elts)]
    elif isinstance(value, ast.Dict) and isinstance(left, ast.Name) and None not in value.keys:
        keyed = zip(value.keys, value.values, strict=True)
        pairs = [(syntax.index(left, k), v) for k, v in keyed if k is not None]
    else:
        pairs = [(left, value)]
    found: list[str] = []
    for one, part in pairs:
        if any(isinstance(n, syntax.DEFERRED) for n in ast.walk(part)):
            found.append(f"`{syntax.show(statement)}`")
            continue
        terms = spine(part)
        own = [term for term in terms if syntax.names(term[1]) & {*upstream}]
        if own and len(own) < len(terms):  # the others are of other stages
            part = built([(False, negated(own[0][1]) if own[0][0] else own[0][1]), *own[1:]])
        entries = ((f, product_entry(part, f, scope)) for f in upstream)
        factor, entrywise = next(((f, e) for f, e in entries if e), ("", None))
        if entrywise is not None and of_gradient(one) and sign in PLAIN:
            top = spelling.bound.get(upstream[factor], name_latex(upstream[factor]))
            above, below, other, letters = entrywise
            bottom = entry(latex(without_d(one, gradients), spelling.read), below)
            minus = "-" if sign == MINUS else ""
            slope = f"{minus}{entry(latex(other, spelling.names), letters)}"
            found.append(rf"\frac{{\partial {entry(top, above)}}}{{\partial {bottom}}} = {slope}")
            continue
        part = unsummed(one, part, [*upstream], scope)
        factor = next((f for f in upstream if without_factor(part, f) is not None), "")
        rest = without_factor(part, factor) if factor else None
        if rest is not None and spreads(rest):
            found.append(f"`{syntax.show(statement)}`")
            continue
        if rest is not None and of_gradient(one) and sign in PLAIN:
            bottom = latex(without_d(one, gradients), spelling.read)
            rest = with_sizes(negated(rest) if sign == MINUS else rest, gradients)
            indices, total = Writer(spelling.names, scope).contraction(rest)
            bottom = rf"{{{bottom}}}_{{{indices}}}" if indices else bottom
            top = spelling.bound.get(upstream[factor], name_latex(upstream[factor]))
            right = total or latex(rest, spelling.names, scope)
            line = rf"\frac{{\partial {top}}}{{\partial {bottom}}} = {right}"
        else:
            right = latex(part, differentials(part), scope)
            line = f"{latex(one, differentials(one))} {sign} {right}"
        found.append(short(line, syntax.show(statement)))
    return found


def spreads(node: ast.expr) -> bool:
    """Return whether a product spreads a vector over an axis that it does not have: what it is needs indices."""
    return isinstance(node, ast.BinOp) and any(
        only_widens(n.slice) for n in syntax.every(ast.Subscript, node)
    )


def entry(text: str, indices: str) -> str:
    return rf"{{{text}}}_{{{indices}}}" if re.search(r"[_^']", text) else rf"{text}_{{{indices}}}"


def unsummed(
    left: ast.expr, node: ast.expr, upstream: Sequence[str], scope: Mapping[str, Any]
) -> ast.expr:
    """Return a gradient without the sums over broadcast axes: they are no part of the local gradient."""
    own = next((scope[f] for f in upstream if f in scope), None)
    try:
        variable = syntax.loaded(without_d(left, {}))
        alike = own is None or np.shape(evaluate(variable, scope)) == np.shape(own)
    except Exception:  # noqa: BLE001  # not known
        return node
    if alike:
        return node

    def change(part: ast.expr) -> ast.expr | None:
        match part:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="np"), attr="sum"), args=[inner]
            ) if syntax.names(inner) & set(upstream):
                return inner
            case ast.Call(func=ast.Attribute(value=inner, attr="sum"), args=[]) if syntax.names(
                inner
            ) & set(upstream):
                return inner
        return None

    return syntax.rewrite(node, change)


def product_entry(
    node: ast.expr, upstream: str, scope: Mapping[str, Any]
) -> tuple[str, str, ast.expr, str] | None:
    """Return a product's local gradient entry by entry: indices of output and variable, the other factor."""
    name, parts = product_of(node) or ("", [])
    if name not in ("dot", "outer"):
        return None
    a, b = parts
    first = isinstance(a, ast.Name) and a.id == upstream
    if first == (isinstance(b, ast.Name) and b.id == upstream) or upstream not in scope:
        return None
    rank, other = np.ndim(scope[upstream]), b if first else a
    if name == "outer":
        return (
            (("i", "ik", other, "k") if first else ("j", "kj", other, "k"))
            if rank == 1 and isinstance(other, ast.Name)
            else None
        )
    match other:
        case ast.Attribute(value=ast.Name() as factor, attr="T"):
            if rank == 2:
                return ("ij", "ik", factor, "kj") if first else ("ij", "kj", factor, "ik")
            if rank == 1:
                return ("j", "k", factor, "kj") if first else ("i", "k", factor, "ik")
    return None


def negated(node: ast.expr) -> ast.expr:
    return ast.Constant(-1) if syntax.is_literal(node, 1) else ast.UnaryOp(ast.USub(), node)


def of_gradient(node: ast.expr) -> bool:
    """Return whether a target is the gradient of something."""
    base = node.value if isinstance(node, ast.Subscript) else node
    return isinstance(base, ast.Name) and re.fullmatch(r"d\w+", base.id) is not None


def without_d(node: ast.expr, gradients: Mapping[str, str]) -> ast.expr:
    """Return what a target is the gradient of."""
    variables = {gradient: name for name, gradient in gradients.items()}
    fresh = copy.deepcopy(node)
    for n in ast.walk(fresh):
        if isinstance(n, ast.Name) and n.id.startswith("d") and len(n.id) > 1:
            n.id = variables.get(n.id, n.id[1:])
            break
    return fresh


def with_sizes(node: ast.expr, gradients: Mapping[str, str]) -> ast.expr:
    """Return an expression in which a size is asked of a variable, not of its gradient, which has the same."""
    variables = {gradient: name for name, gradient in gradients.items()}

    def change(part: ast.expr) -> ast.expr | None:
        match part:
            case ast.Attribute(value=ast.Name(id=name), attr="shape" | "size" as attr) if (
                name in variables
            ):
                return ast.Attribute(syntax.name(variables[name]), attr, ast.Load())
        return None

    return syntax.rewrite(node, change)


def differentials(node: ast.expr) -> dict[str, str]:
    names = syntax.names(node)
    return {
        n: rf"\mathrm{{d}}{name_latex(n[1:])}"
        for n in names
        if re.fullmatch(r"d[A-Za-z]\w*", n) and n != "dot"
    }


def gate_formulas(gate: Gate, circuit: Diagram) -> tuple[str, ...]:
    """Return what a gate computes and its local gradients in letters of its own, as the notes write them."""
    if gate.rule is None:
        return ()
    letters = [LETTERS[i % 6] for i in range(len(gate.operands))]
    if {"f", *letters} & syntax.names(gate.rule.skeleton):
        return ()  # a name of the program would read as one of these letters
    names = {f"_{i}": letter for i, letter in enumerate(letters)} | {"out": "f"}
    values = {f"_{i}": circuit.gates[o].value for i, o in enumerate(gate.operands)}
    scope = {**gate.locals, **values, "out": gate.value, "dout": gate.gradient, "np": np}
    indices, total = Writer(names, scope).contraction(gate.rule.skeleton)
    result = f"f_{{{indices}}}" if indices else "f"
    right = total or latex(gate.rule.skeleton, names, scope)
    head = f"{result}({', '.join(letters)}) = {right}"
    found = [head] if visible(head) <= NARROW and mathematical(head) else []
    if gate.rule.head in SPECIAL:
        return (*found, *SPECIAL[gate.rule.head])
    if gate.rule.head in PRODUCT_HEADS:
        return (*found, *product_formulas(*(np.ndim(v) for v in values.values())))
    for letter, statement in zip(letters, gate.rule.gradients, strict=True):
        rest = without_factor(statement.value, "dout") if isinstance(statement, ast.Expr) else None
        if rest is None or spreads(rest):
            continue
        sign = rf"\frac{{\partial f}}{{\partial {letter}}}"
        if len(letters) == 1:
            sign = r"\frac{\mathrm{d} f}{\mathrm{d} x}"
        indices, total = Writer(names, scope).contraction(rest)
        if indices:
            sign = rf"\frac{{\partial f}}{{\partial {letter}_{{{indices}}}}}"
        line = f"{sign} = {total or (latex(rest, names, scope) if not syntax.is_literal(rest, 1) else '1')}"
        if visible(line) <= NARROW and mathematical(line):
            found.append(line)
    return tuple(found)


def product_formulas(*ranks: int) -> tuple[str, ...]:
    """Return the local gradients of a product of matrices or vectors, entry by entry."""
    if len(ranks) != 2 or ranks not in PRODUCTS:
        return ()
    one, first, other, second = PRODUCTS[ranks]
    return tuple(
        rf"\frac{{\partial {top}}}{{\partial {bottom}}} = {right}"
        for (top, bottom), right in ((one, first), (other, second))
    )
