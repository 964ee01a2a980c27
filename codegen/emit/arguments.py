"""What the arguments must be: a circuit and its plan go in; out come the lines that refuse an array where a number was,
or the refusal of a helper that changes what its caller gave it.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence, Set
from typing import Any

import numpy as np

from codegen import syntax
from codegen.backward.rows import WIDTH, assignments
from codegen.backward.unalias import needs_numbers
from codegen.gates.callees import canonical_name
from codegen.ir import Circuit, Passive, Planned, stages_of
from codegen.lower.calls import outer_names
from codegen.pytree import module_of
from codegen.trace.run import Run, Trace

JOINERS = frozenset({"column_stack", "dstack", "hstack", "vstack"})
NUMBERS = JOINERS | {"array", "concatenate", "copy", "full", "ones", "stack", "where", "zeros"}
"""Functions of NumPy that put numbers together."""
MAKERS = NUMBERS | frozenset({
    "append", "arange", "astype", "clip", "cross", "cumprod", "cumsum", "delete", "dot", "empty", "empty_like",
    "flatten", "full_like", "insert", "inv", "kron", "linspace", "max", "mean", "min", "ones_like", "outer", "pad",
    "prod", "repeat", "roll", "solve", "sort", "std", "sum", "take", "tensordot", "tile", "var", "zeros_like",
})  # fmt: skip
"""Functions and methods of NumPy whose result never shows the memory of what they are given."""


def refuse_changed_arguments(circuit: Circuit) -> None:
    """Raise an UnsupportedError if a helper changes an argument: its caller may rely on that."""
    for name in circuit.parameters:
        sample = circuit.samples.get(name)
        if not isinstance(sample, np.ndarray | list | dict):
            continue
        if name in circuit.trace.keeps:
            continue
        if is_changed(circuit, name) and not is_made_for(circuit, name):
            stage = next((s for s in stages_of(circuit.block) if name in s.changes), None)
            raise circuit.trace.source.refuse(
                stage.statement if stage is not None else circuit.trace.tree,
                f"the helper {circuit.name} changes its argument {name} in place",
                f"Let it work on a copy: {name} = {name}.copy().",
            )


def refuse_changed_outside(circuit: Circuit) -> None:
    """Refuse a helper that changes what belongs to the function around it: its pair hands on no gradient of that."""
    names = set(outer_names(circuit.trace))
    for stage in stages_of(circuit.block) if names else ():
        changed = [n for n in stage.changes if n in names]
        if isinstance(stage, Passive):
            changed = [n for n in changed if n in circuit.inputs]
        if changed:
            raise circuit.trace.source.refuse(
                stage.statement,
                f"the local function {circuit.name} puts a traced value into {changed[0]}, which belongs to the"
                " function around it",
                "Return the value, and put it there where the function is called.",
            )


def is_made_for(circuit: Circuit, name: str) -> bool:
    """Return whether a helper is called with an array that was made for this call alone, such as `relu(x @ w)`."""
    call, parameters = circuit.trace.place, circuit.parameters
    if call is None:
        return False
    given = dict(zip(parameters, call.args, strict=False))
    given.update({str(k.arg): k.value for k in call.keywords})
    return is_new(given.get(name), circuit.trace.run)


def is_new(tree: ast.AST | None, run: Run) -> bool:
    """Return whether an expression makes an array that nobody else has: an operator, a function of NumPy, a helper."""
    if not isinstance(tree, ast.Call):
        return isinstance(tree, ast.BinOp | ast.UnaryOp)
    helpers = run.calls.get(tree, ())
    if not helpers:
        counts = {getattr(c, "nin", -1) for c in run.fact(tree).callees}
        # one argument more is where the result goes
        return is_made_by(MAKERS, tree, run) or counts == {len(tree.args)} and not tree.keywords
    # what else a helper returns may be what its backward pass reads: `return np.exp(x)`
    returns = [n for h in helpers for n in syntax.every(ast.Return, h.tree)]
    return all(is_made_by(NUMBERS, one.value, run) for one in returns)


def is_made_by(makers: Set[str], tree: ast.AST | None, run: Run) -> bool:
    """Return whether an expression is what one of some functions of NumPy, or methods of its arrays, gives."""
    if not isinstance(tree, ast.Call) or any(k.arg in ("copy", "out", None) for k in tree.keywords):
        return False
    names = [numpy_name(callee) for callee in run.fact(tree).callees]
    return bool(names) and all(name in makers for name in names)


def numpy_name(callee: Any) -> str:
    """Return the name of a function of NumPy, or of a method of an array; "" for other callees."""
    if isinstance(getattr(callee, "__self__", None), np.ndarray):
        return str(callee.__name__)
    library, _, name = (canonical_name(callee) or "").rpartition(".")
    return name if library in ("np", "np.linalg") else ""


def plain_numbers(circuit: Circuit, lines: Sequence[Planned]) -> list[str]:
    """Return the lines that refuse arrays, where a function of numbers would give wrong gradients for them."""
    floats = [
        n
        for n in circuit.inputs
        if type(circuit.samples.get(n)) is float and always_number(circuit.trace, n)
    ]
    refused = refuses_arrays(circuit.trace)
    if not floats or floats != circuit.inputs or set(floats) <= refused:
        return []
    broadcasts = len(floats) > 1 and takes_arrays(circuit.trace)
    if not (broadcasts or needs_numbers(lines) or joins(circuit.trace)):
        return []
    one_by_one = assignments([(name, f"float({name})") for name in floats])
    names = ", ".join(floats)
    at_once = f"{names} = map(float, ({names}))"
    return [at_once] if len(one_by_one) > 1 and len(at_once) <= WIDTH - 4 else one_by_one


def always_number(trace: Trace, name: str) -> bool:
    """Return whether an argument was a number in every call."""
    fact = trace.arguments.get(name)
    return fact is None or all(rank == 0 and kind != "tuple" for kind, rank in fact.kinds)


def takes_arrays(trace: Trace) -> bool:
    """Return whether a function calls NumPy's elementwise functions, which broadcast an array against a number."""
    calls = syntax.every(ast.Call, trace.tree)
    return any(isinstance(c, np.ufunc) for call in calls for c in trace.run.fact(call).callees)


def joins(trace: Trace) -> bool:
    """Return whether a function joins its arguments in a way that takes arrays as well, but puts them elsewhere."""
    for node in syntax.walk(trace.tree):
        if isinstance(node, ast.Call) and is_made_by(JOINERS, node, trace.run):
            return True
        if isinstance(node, ast.Subscript) and syntax.show(node.value) in ("np.r_", "np.c_"):
            return True
    return False


def refuses_arrays(trace: Trace, known: dict[Trace, set[str]] | None = None) -> set[str]:
    """Return the variables that functions of `math` read, here or in helpers: they refuse arrays by themselves."""
    known = {} if known is None else known
    if trace in known:
        return known[trace]
    known[trace] = found = set()
    for node in syntax.walk(trace.tree):
        if not isinstance(node, ast.Call):
            continue
        callees = trace.run.fact(node).callees
        helpers = trace.run.calls.get(node, ())
        if any(module_of(callee) == "math" for callee in callees) or any(
            refuses_arrays(helper, known) for helper in helpers
        ):
            found |= {n for arg in node.args for n in syntax.reads(arg)}
    return found


def is_changed(circuit: Circuit, name: str) -> bool:
    """Return whether the memory of an argument, or of an item of it, is changed, under whatever name."""
    run = circuit.trace.run
    places = run.memory.changers(circuit.trace.given.get(name, {}))
    return any(is_inside(run, place, circuit) for place in places)


def is_inside(run: Run, place: int, circuit: Circuit) -> bool:
    node: ast.AST | None = run.nodes[place]
    while node is not None and node is not circuit.trace.tree:
        node = run.parents.get(node)
    return node is not None
