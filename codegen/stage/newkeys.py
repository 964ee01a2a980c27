"""Copies of dicts that get new keys: a circuit goes in; out comes one in which the gradient of such a copy is handed on
without them.

>>> from codegen.cli.show import after
>>> text = '''
... def f(p, x):
...     q = dict(p)
...     q["c"] = x * x
...     return q["a"] * q["c"]
... '''
>>> after("plan", text, {"a": 2.0}, 3.0)
# backprop out = q["a"] * q["c"]
dq = {"a": q["c"] * dout, "c": q["a"] * dout}
# backprop q["c"] = x * x
dx = 2 * x * dq["c"]
dq["c"] = 0.0
# backprop q = dict(p)
dp = {k: v for k, v in dq.items() if k in p}
"""

from __future__ import annotations

import ast
from dataclasses import replace

from codegen import syntax
from codegen.ir import Circuit, Gate, Stage, Store, Wire, rewired, stages_of

COPIES = frozenset({"dict", "copy.copy", "copy.deepcopy"})


def with_old_keys(circuit: Circuit) -> Circuit:
    """Return the circuit in which copies of dicts give no gradient for keys that they got later."""
    if not any(map(is_new_key, stages_of(circuit.block))):
        return circuit

    def narrowed(old: Wire, new: Wire) -> Wire:
        if not isinstance(new, Gate) or not is_copy(new):
            return new
        texts = {
            hole: tuple(without_new(text, hole) for text in found)
            for hole, found in new.row.gradients.items()
        }
        return replace(new, row=replace(new.row, gradients=texts))

    return rewired(circuit, narrowed)


def is_new_key(stage: Stage) -> bool:
    """Return whether a stage stores what the dict of the example had no key for, or a key that is not written out."""
    if not isinstance(stage, Store) or not isinstance(stage.holder, dict):
        return False
    key = syntax.literal(stage.target.slice) if isinstance(stage.target, ast.Subscript) else None
    return key is None or key not in stage.holder


def is_copy(wire: Wire | None) -> bool:
    if not isinstance(wire, Gate) or not isinstance(wire.sample, dict):
        return False
    match wire.row.tree:
        case ast.Call(func=ast.Attribute(attr="copy")):
            return True
        case ast.Call(func=func):
            return syntax.show(func) in COPIES
    return False


def without_new(text: str, hole: str) -> str:
    """Return the text of a gradient with the keys of the operand alone."""
    if "dout.items()" in text:
        return text.replace("dout.items()", f"dout.items() if k in {hole}")
    own = f"{{k: v for k, v in dout.items() if k in {hole}}}"
    return own if text == "dict(dout)" else text.replace("(dout)", f"({own})")
