"""JavaScript: the rules of scalar gates go in; functions that compute values and gradients in the page come out."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from codegen import syntax
from codegen.handout.circuit.diagram import Diagram, Gate
from codegen.handout.recording import Recording, Trip
from codegen.pytree import is_float, is_one_number

ALIKE = (
    "exp", "log", "sqrt", "tanh", "sin", "cos", "tan", "sinh", "cosh", "abs", "sign", "log1p", "expm1", "log2",
    "log10", "cbrt", "floor", "ceil",
)  # fmt: skip
UNARY = (
    {n: f"Math.{n}" for n in ALIKE}
    | {
        "absolute": "Math.abs",
        "fabs": "Math.abs",
        "arctan": "Math.atan",
        "arcsin": "Math.asin",
        "arccos": "Math.acos",
        "arctanh": "Math.atanh",
        "arcsinh": "Math.asinh",
        "arccosh": "Math.acosh",
    }
    | {n: f"Math.{n}" for n in ("atan", "asin", "acos", "atanh", "asinh", "acosh")}
)
BINARY = {
    "maximum": "Math.max",
    "minimum": "Math.min",
    "max": "Math.max",
    "min": "Math.min",
    "power": "Math.pow",
    "pow": "Math.pow",
    "hypot": "Math.hypot",
    "arctan2": "Math.atan2",
    "atan2": "Math.atan2",
}
SAME = ("sum", "mean", "float", "asarray", "float64")
OPERATORS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Add: ("+", "add"),
    ast.Sub: ("-", "sub"),
    ast.Mult: ("*", "mul"),
    ast.Div: ("/", "div"),
}
"""What an operator is called between numbers, and the function of `arrays.js` for arrays."""
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Eq: "===",
    ast.NotEq: "!==",
}


REDUCING = ("sum", "mean", "max", "min")
MOST = 48  # entries of an array in a page


class UntranslatableError(Exception):
    """The expression has no counterpart in a page."""


def script_of(node: ast.expr, names: Mapping[str, str], arrays: bool = False) -> str:
    """Return an expression as JavaScript; with `arrays` any value may be what `arrays.js` computes."""

    def text(part: ast.expr) -> str:
        return script_of(part, names, arrays)

    match node:
        case ast.Constant(value=bool() as value):
            return "1" if value else "0"
        case ast.Constant(value=int() | float() as value):
            return repr(float(value))
        case ast.Name(id=identifier) if identifier in names:
            return names[identifier]
        case ast.Attribute(value=ast.Name(id="np" | "math"), attr="pi" | "e" as attr):
            return {"pi": "Math.PI", "e": "Math.E"}[attr]
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return applied("Math.pow", [text(left), text(right)], arrays)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            sign, name = OPERATORS[type(op)]
            one, two = text(left), text(right)
            return f"N.{name}({one},{two})" if arrays else f"({one}{sign}{two})"
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return f"N.neg({text(operand)})" if arrays else f"(-{text(operand)})"
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARISONS:
            sign, one, two = COMPARISONS[type(op)], text(left), text(right)
            return (
                f"N.zip((a,b)=>a{sign}b?1:0,{one},{two})" if arrays else f"({one}{sign}{two}?1:0)"
            )
        case ast.Call():
            return call_text(node, text, arrays)
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand) if not arrays:
            return f"({text(operand)}?0:1)"
        case ast.BoolOp(op=op, values=values) if not arrays:
            return f"({('||' if isinstance(op, ast.Or) else '&&').join(map(text, values))})"
        case ast.IfExp(test=test, body=body, orelse=orelse) if not arrays:
            return f"({text(test)}?{text(body)}:{text(orelse)})"
        case ast.Attribute(value=value, attr="T") if arrays:
            return f"N.T({text(value)})"
        case ast.Subscript(value=value, slice=index) if arrays:
            parts = syntax.elements(index)
            whole = [isinstance(p, ast.Slice) and not (p.lower or p.upper or p.step) for p in parts]
            shown = ['":"' if w else text(p) for w, p in zip(whole, parts, strict=True)]
            return f"N.pick({text(value)},[{','.join(shown)}])"
        case ast.BinOp(left=left, op=ast.MatMult(), right=right) if arrays:
            return f"N.dot({text(left)},{text(right)})"
    raise UntranslatableError(ast.unparse(node))


def applied(function: str, args: Sequence[str], arrays: bool) -> str:
    if not arrays:
        return f"{function}({','.join(args)})"
    return f"N.{'map' if len(args) == 1 else 'zip'}({','.join([function, *args])})"


def call_text(node: ast.Call, text: Callable[[ast.expr], str], arrays: bool) -> str:
    """Return a call of a function, or of a method, as JavaScript; `text` gives that of each operand."""
    func, name = node.func, syntax.called_last(node)
    holders = [func.value] if isinstance(func, ast.Attribute) else []
    holders = [one for one in holders if syntax.identifier(one) not in ("np", "math")]
    args = [text(a) for a in [*holders, *node.args]]
    named = {k.arg: k.value for k in node.keywords}
    count, joined = len(args), ",".join(args)
    if set(named) <= {"axis", "keepdims"} and count == 1 and name in REDUCING and arrays:
        rest = [text(named[k]) if k in named else "null" for k in ("axis", "keepdims")]
        return f"N.{name}({joined},{','.join(rest)})"
    if set(named) - ({"axis", "keepdims"} if not arrays else set()):
        raise UntranslatableError(ast.unparse(node))
    match name, count:
        case _, 1 if name in UNARY:
            return applied(UNARY[name], args, arrays)
        case _, 2 if name in BINARY:
            return applied(BINARY[name], args, arrays)
        case "square", 1:
            return f"N.mul({joined},{joined})" if arrays else f"Math.pow({joined},2)"
        case "where", 3:
            return f"N.where({joined})" if arrays else f"({args[0]}?{args[1]}:{args[2]})"
        case "dot" | "matmul" | "outer", 2 if arrays:
            return f"N.{'outer' if name == 'outer' else 'dot'}({joined})"
        case "transpose", 1 if arrays:
            return f"N.T({joined})"
        case "log", 2 if not arrays:
            return f"(Math.log({args[0]})/Math.log({args[1]}))"
        case "ones_like" | "zeros_like", _ if not arrays:
            return "1" if name == "ones_like" else "0"
        case _, 1 if name in SAME and not arrays:
            return joined
    raise UntranslatableError(ast.unparse(node))


def written(value: Any) -> str:
    """Return a number or a small array as JavaScript."""
    if is_one_number(value):
        return repr(float(value))
    if isinstance(value, np.ndarray) and value.ndim <= 2 and value.size <= MOST:
        return json.dumps({"s": value.shape, "d": [float(v) for v in value.ravel()]})
    raise UntranslatableError("an array that is too large")


def scripted(circuit: Diagram, recording: Recording, arrays: bool = False) -> str:
    """Return a circuit's gates as a JavaScript array, or nothing if a page cannot compute them."""
    values = [v for g in circuit.gates for v in ([g.value] if arrays else [g.value, g.gradient])]
    fitting = all(is_one_number(v) or arrays and is_float(v) for v in values)
    if not fitting or len(circuit.outputs) != 1 or not stays(circuit, recording):
        return ""
    if not (arrays or is_one_number(recording.dout)):
        return ""
    try:
        gates = [gate_script(g, circuit, recording, arrays) for g in circuit.gates]
    except UntranslatableError:
        return ""
    return "[" + ",\n".join(gates) + "]"


def begins(name: str, gate: Gate, circuit: Diagram, recording: Recording) -> bool:
    """Return whether a variable still has the number at a gate with which the function sets it: `s = 0.0` before a loop."""
    if any(g.name == name for g in circuit.gates[: gate.number]):
        return False
    sets = (
        s.value
        for s in syntax.statements(recording.pair[0].body)
        if isinstance(s, ast.Assign)
        and any(isinstance(t, ast.Name) and t.id == name for t in s.targets)
    )
    return isinstance(next(sets, None), ast.Constant)


def asks_sizes(node: ast.expr, dependent: Collection[str]) -> bool:
    """Return whether an expression asks no more of inputs than their kinds and sizes: `x.dtype.kind != "f"`, `len(x)`."""
    asked: set[ast.expr] = set()
    for part in ast.walk(node):
        match part:
            case ast.Attribute(value=value, attr="dtype" | "shape" | "ndim" | "size"):
                match value:
                    case ast.Call(func=func, args=[one]) if ast.unparse(func) == "np.asarray":
                        asked.add(one)
                asked.add(value)
            case ast.Call(func=ast.Name(id="len" | "isinstance"), args=[one, *_]):
                asked.add(one)
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="np"), attr="ndim" | "shape"), args=[one]
            ):
                asked.add(one)
    names = syntax.every(ast.Name, node)
    for part in ast.walk(node):  # any(v.dtype.kind != "f" for v in (x, w)): v is each of them
        match part:
            case ast.comprehension(target=ast.Name(id=name), iter=ast.Tuple(elts=found)) if all(
                n in asked for n in names if n.id == name and isinstance(n.ctx, ast.Load)
            ):
                asked |= set(found)
    return all(n in asked for n in names if n.id in dependent)


def fixed_trips(loop: ast.stmt, recording: Recording) -> bool:
    """Return whether the values of inputs do not change how often a loop goes round."""
    if not isinstance(loop, ast.For):
        return False
    match loop.iter:
        case ast.Name():
            return True
        case ast.Call(func=ast.Name(id="range")):
            return asks_sizes(loop.iter, recording.dependent)
    return False


def stays(circuit: Diagram, recording: Recording) -> bool:
    """Return whether other inputs take the same way through a function: no branches, and loops of fixed trips, all drawn."""
    if any(key < 0 for key in recording.headers) or any(g.kind == "carried" for g in circuit.gates):
        return False
    loops = {e.key: e.loop for e in recording.events if isinstance(e, Trip)}
    branches = set(recording.headers) - set(loops)
    every = syntax.statements(recording.pair[0].body) if branches else []
    for key in branches:
        guard = every[key]
        if not (
            isinstance(guard, ast.If)
            and isinstance(guard.body[0], ast.Raise)
            and asks_sizes(guard.test, recording.dependent)
        ):
            return False
    parts = [s.statement for s in recording.written]
    if any(isinstance(n, ast.IfExp) for part in parts for n in ast.walk(part)):
        return False
    trips = [e for e in recording.events if isinstance(e, Trip)]
    drawn = {g.trips for g in circuit.gates}
    return all(fixed_trips(loop, recording) for loop in loops.values()) and all(
        any(t[: len(e.trips)] == e.trips for t in drawn) for e in trips
    )


def gate_script(gate: Gate, circuit: Diagram, recording: Recording, arrays: bool) -> str:
    """Return one gate as a JavaScript object: operands, forward function, gradient functions; among arrays its stage in
    place of these.

    The functions take the values of the operands (v), of the gate (y), the upstream gradient (g), and the values of all
    wires (w).
    """
    name = f"n:{script_text(gate.name)}"
    if not gate.operands:
        return f"{{{name},t:{script_text(gate.text)},x:{written(gate.value)}}}"
    if gate.rule is None or np.size(gate.value) > MOST:
        raise UntranslatableError(gate.text)
    names = {f"_{i}": f"v[{i}]" for i in range(len(gate.operands))}
    for own, value in gate.locals.items():
        if not own.startswith("_") and (is_one_number(value) or arrays and is_float(value)):
            names[own] = read_name(own, value, gate, circuit, recording, arrays)
    head = f"{name},o:{list(gate.operands)}"
    forward = f"f:(v,w)=>{script_of(gate.rule.skeleton, names, arrays)}"
    if arrays:
        return f"{{{head},s:{gate.stage},{forward}}}"
    names |= {"out": "y", "dout": "g"}
    ways = []
    for statement in gate.rule.gradients:
        if not isinstance(statement, ast.Expr):
            raise UntranslatableError(gate.text)
        ways.append(f"(v,y,g,w)=>{script_of(statement.value, names)}")
    return f"{{{head},{forward},d:[{','.join(ways)}]}}"


def read_name(
    name: str, value: Any, gate: Gate, circuit: Diagram, recording: Recording, arrays: bool
) -> str:
    """Return the value of a name that a gate only asks: that of a wire, or a number that no input changes."""
    if name not in recording.dependent or begins(name, gate, circuit, recording):
        return written(value) if arrays else f"({written(value)})"
    wires = [g.number for g in circuit.gates[: gate.number] if g.name == name]
    if not wires:
        raise UntranslatableError(name)
    return f"w[{wires[-1]}]"


def script_text(found: Any) -> str:
    """Return data as JavaScript that cannot end the script it stands in."""
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
