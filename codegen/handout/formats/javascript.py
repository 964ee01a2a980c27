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
OPERATORS: dict[type[ast.AST], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Eq: "===",
    ast.NotEq: "!==",
}


NAMED = {"+": "add", "-": "sub", "*": "mul", "/": "div"}
REDUCING = ("sum", "mean", "max", "min")
MOST = 48  # entries of an array in a page


class UntranslatableError(Exception):
    """The expression has no counterpart in a page."""


def script_of(node: ast.expr, names: Mapping[str, str]) -> str:
    """Return an expression as JavaScript; `names` says what its names are there."""

    def text(part: ast.expr) -> str:
        return script_of(part, names)

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
            return f"Math.pow({text(left)},{text(right)})"
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return f"({text(left)}{OPERATORS[type(op)]}{text(right)})"
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return f"(-{text(operand)})"
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
            return f"({text(operand)}?0:1)"
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARISONS:
            return f"({text(left)}{COMPARISONS[type(op)]}{text(right)}?1:0)"
        case ast.BoolOp(op=op, values=values):
            return f"({('||' if isinstance(op, ast.Or) else '&&').join(map(text, values))})"
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return f"({text(test)}?{text(body)}:{text(orelse)})"
        case ast.Call(func=func, args=args, keywords=keywords):
            if {k.arg for k in keywords} - {"axis", "keepdims"}:
                raise UntranslatableError(ast.unparse(node))
            return call_text(func, [text(a) for a in args])
    raise UntranslatableError(ast.unparse(node))


def call_text(func: ast.expr, args: list[str]) -> str:
    """Return a call as JavaScript."""
    name = func.attr if isinstance(func, ast.Attribute) else ast.unparse(func)
    if name in UNARY and len(args) == 1:
        return f"{UNARY[name]}({args[0]})"
    if name in BINARY and len(args) == 2:
        return f"{BINARY[name]}({args[0]},{args[1]})"
    if name == "log" and len(args) == 2:
        return f"(Math.log({args[0]})/Math.log({args[1]}))"
    if name in SAME and len(args) == 1:
        return args[0]
    if name in ("ones_like", "zeros_like"):
        return "1" if name == "ones_like" else "0"
    if name == "square":
        return f"Math.pow({args[0]},2)"
    if name == "where" and len(args) == 3:
        return f"({args[0]}?{args[1]}:{args[2]})"
    raise UntranslatableError(name)


def array_of(node: ast.expr, names: Mapping[str, str]) -> str:
    """Return an expression as JavaScript in which any value may be an array: what `arrays.js` computes."""

    def text(part: ast.expr) -> str:
        return array_of(part, names)

    match node:
        case ast.Constant() | ast.Name() | ast.Attribute(value=ast.Name(id="np" | "math")):
            return script_of(node, names)
        case ast.Attribute(value=value, attr="T"):
            return f"N.T({text(value)})"
        case ast.Subscript(value=value, slice=index):
            parts = syntax.elements(index)
            whole = [isinstance(p, ast.Slice) and not (p.lower or p.upper or p.step) for p in parts]
            shown = ['":"' if w else text(p) for w, p in zip(whole, parts, strict=True)]
            return f"N.pick({text(value)},[{','.join(shown)}])"
        case ast.BinOp(left=left, op=ast.MatMult(), right=right):
            return f"N.dot({text(left)},{text(right)})"
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return f"N.zip(Math.pow,{text(left)},{text(right)})"
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return f"N.{NAMED[OPERATORS[type(op)]]}({text(left)},{text(right)})"
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return f"N.neg({text(operand)})"
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARISONS:
            return f"N.zip((a,b)=>a{COMPARISONS[type(op)]}b?1:0,{text(left)},{text(right)})"
        case ast.Call(func=ast.Attribute() as func, args=args, keywords=keywords):
            named = {k.arg: k.value for k in keywords}
            module = isinstance(func.value, ast.Name) and func.value.id in ("np", "math")
            operands = [text(a) for a in ([*args] if module else [func.value, *args])]
            return array_call(func.attr, operands, named, text)
    raise UntranslatableError(ast.unparse(node))


def array_call(
    name: str,
    operands: Sequence[str],
    named: Mapping[str | None, ast.expr],
    text: Callable[[ast.expr], str],
) -> str:
    """Return a call of a function of NumPy, or of a method, as JavaScript."""
    if name in REDUCING and len(operands) == 1 and set(named) <= {"axis", "keepdims"}:
        rest = [text(named[k]) if k in named else "null" for k in ("axis", "keepdims")]
        return f"N.{name}({operands[0]},{','.join(rest)})"
    if named:
        raise UntranslatableError(name)
    if name in ("dot", "matmul", "outer") and len(operands) == 2:
        return f"N.{'outer' if name == 'outer' else 'dot'}({','.join(operands)})"
    if name == "where" and len(operands) == 3:
        return f"N.where({','.join(operands)})"
    if name == "transpose" and len(operands) == 1:
        return f"N.T({operands[0]})"
    if name == "square" and len(operands) == 1:
        return f"N.mul({operands[0]},{operands[0]})"
    if name in UNARY and len(operands) == 1:
        return f"N.map({UNARY[name]},{operands[0]})"
    if name in BINARY and len(operands) == 2:
        return f"N.zip({BINARY[name]},{','.join(operands)})"
    raise UntranslatableError(name)


def written(value: Any) -> str:
    """Return a number or a small array as JavaScript."""
    if is_one_number(value):
        return repr(float(value))
    if isinstance(value, np.ndarray) and value.ndim <= 2 and value.size <= MOST:
        return json.dumps({"s": value.shape, "d": [float(v) for v in value.ravel()]})
    raise UntranslatableError("an array that is too large")


def arrays_scripted(circuit: Diagram, recording: Recording) -> str:
    """Return the forward pass of a circuit of numbers and small arrays as a JavaScript array, or nothing if it cannot live
    in a page.
    """
    floats = all(is_one_number(g.value) or is_float(g.value) for g in circuit.gates)
    if not floats or len(circuit.outputs) != 1 or not stays(circuit, recording):
        return ""
    try:
        return "[" + ",\n".join(array_gate(g, circuit, recording) for g in circuit.gates) + "]"
    except UntranslatableError:
        return ""


def array_gate(gate: Gate, circuit: Diagram, recording: Recording) -> str:
    """Return one gate of a forward pass as a JavaScript object: operands, stage, function."""
    if not gate.operands:
        value = written(gate.value)
        return f"{{n:{script_text(gate.name)},t:{script_text(gate.text)},x:{value}}}"
    if gate.rule is None or np.size(gate.value) > MOST:
        raise UntranslatableError(gate.text)
    names = {f"_{i}": f"v[{i}]" for i in range(len(gate.operands))}
    for name, value in gate.locals.items():
        if name.startswith("_") or not (is_one_number(value) or is_float(value)):
            continue
        passive = name not in recording.dependent or begins(name, gate, circuit, recording)
        names[name] = (
            written(value) if passive else read_name(name, value, gate, circuit, recording)
        )
    head = f"n:{script_text(gate.name)},o:{list(gate.operands)},s:{gate.stage}"
    return f"{{{head},f:(v,w)=>{array_of(gate.rule.skeleton, names)}}}"


def scripted(circuit: Diagram, recording: Recording) -> str:
    """Return the gates of a scalar circuit as a JavaScript array, or nothing if the circuit cannot live in a page."""
    if (
        not stays(circuit, recording)
        or not all(is_one_number(g.value) and is_one_number(g.gradient) for g in circuit.gates)
        or len(circuit.outputs) != 1
        or not is_one_number(recording.dout)
    ):
        return ""
    try:
        return "[" + ",\n".join(gate_script(g, circuit, recording) for g in circuit.gates) + "]"
    except UntranslatableError:
        return ""


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


def gate_script(gate: Gate, circuit: Diagram, recording: Recording) -> str:
    """Return one gate as a JavaScript object: operands, forward function, gradient functions.

    The functions take the values of the operands (v), of the gate (y), the upstream gradient (g), and the values of all
    wires (w).
    """
    if not gate.operands:
        return f"{{n:{script_text(gate.name)},t:{script_text(gate.text)},x:{float(gate.value)!r}}}"
    if gate.rule is None:
        raise UntranslatableError(gate.text)
    names = {f"_{i}": f"v[{i}]" for i in range(len(gate.operands))} | {"out": "y", "dout": "g"}
    names |= {
        n: read_name(n, v, gate, circuit, recording)
        for n, v in gate.locals.items()
        if is_one_number(v) and not n.startswith("_")
    }
    forward = script_of(gate.rule.skeleton, names)
    ways = []
    for statement in gate.rule.gradients:
        if not isinstance(statement, ast.Expr):
            raise UntranslatableError(gate.text)
        ways.append(f"(v,y,g,w)=>{script_of(statement.value, names)}")
    head = f"n:{script_text(gate.name)},o:{list(gate.operands)}"
    return f"{{{head},f:(v,w)=>{forward},d:[{','.join(ways)}]}}"


def read_name(name: str, value: Any, gate: Gate, circuit: Diagram, recording: Recording) -> str:
    """Return the value of a name that a gate only asks: that of a wire, or a number that no input changes."""
    if name not in recording.dependent:
        return f"({float(value)!r})"
    wires = [g.number for g in circuit.gates[: gate.number] if g.name == name]
    if not wires:
        raise UntranslatableError(name)
    return f"w[{wires[-1]}]"


def script_text(found: Any) -> str:
    """Return data as JavaScript that cannot end the script it stands in."""
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
