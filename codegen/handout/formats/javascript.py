"""JavaScript: the rules of scalar gates go in; functions that compute values and gradients in the page come out."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from typing import Any

from codegen.handout.circuit.diagram import Diagram, Gate
from codegen.handout.recording import Recording, Trip
from codegen.handout.recording.values import is_scalar

ALIKE = (
    "exp",
    "log",
    "sqrt",
    "tanh",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "abs",
    "sign",
    "log1p",
    "expm1",
    "log2",
    "log10",
    "cbrt",
    "floor",
    "ceil",
)
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


def scripted(circuit: Diagram, recording: Recording, backward: bool = True) -> str:
    """Return the gates of a scalar circuit as a JavaScript array, or nothing if the circuit cannot live in a page.

    Without `backward` their local gradients are left out.
    """
    if (
        not stays(circuit, recording)
        or not all(is_scalar(g.value) and is_scalar(g.gradient) for g in circuit.gates)
        or len(circuit.outputs) != 1
        or not is_scalar(recording.dout)
    ):
        return ""
    try:
        return (
            "["
            + ",\n".join(gate_script(g, circuit, recording, backward) for g in circuit.gates)
            + "]"
        )
    except UntranslatableError:
        return ""


def stays(circuit: Diagram, recording: Recording) -> bool:
    """Return whether other inputs take the same way through a function: no branches, and loops of fixed trips, all drawn."""
    if any(key < 0 for key in recording.headers) or any(g.kind == "carried" for g in circuit.gates):
        return False
    loops = {e.key: e.loop for e in recording.events if isinstance(e, Trip)}
    if set(recording.headers) - set(loops):
        return False
    parts = [s.statement for s in recording.written]
    if any(isinstance(n, ast.IfExp) for part in parts for n in ast.walk(part)):
        return False
    trips = [e for e in recording.events if isinstance(e, Trip)]
    drawn = {g.trips for g in circuit.gates}
    return all(
        isinstance(loop, ast.For)
        and ast.unparse(loop.iter).startswith("range(")
        and not {n.id for n in ast.walk(loop.iter) if isinstance(n, ast.Name)} & recording.dependent
        for loop in loops.values()
    ) and all(any(t[: len(e.trips)] == e.trips for t in drawn) for e in trips)


def gate_script(gate: Gate, circuit: Diagram, recording: Recording, backward: bool) -> str:
    """Return one gate as a JavaScript object: operands, forward function, gradient functions.

    The functions take the values of the operands (v), of the gate (y), the upstream gradient (g), and the values of all
    wires (w).
    """
    if not gate.operands:
        return f"{{n:{json.dumps(gate.name)},t:{json.dumps(gate.text)},x:{float(gate.value)!r}}}"
    if gate.rule is None:
        raise UntranslatableError(gate.text)
    names = {f"_{i}": f"v[{i}]" for i in range(len(gate.operands))} | {"out": "y", "dout": "g"}
    names |= {
        n: read_name(n, v, gate, circuit, recording)
        for n, v in gate.locals.items()
        if is_scalar(v) and not n.startswith("_")
    }
    forward = script_of(gate.rule.skeleton, names)
    if not backward:
        head = f"n:{json.dumps(gate.name)},o:{list(gate.operands)},s:{gate.stage}"
        return f"{{{head},f:(v,w)=>{forward}}}"
    ways = []
    for statement in gate.rule.gradients:
        if not isinstance(statement, ast.Expr):
            raise UntranslatableError(gate.text)
        ways.append(f"(v,y,g,w)=>{script_of(statement.value, names)}")
    head = f"n:{json.dumps(gate.name)},o:{list(gate.operands)}"
    return f"{{{head},f:(v,w)=>{forward},d:[{','.join(ways)}]}}"


def read_name(name: str, value: Any, gate: Gate, circuit: Diagram, recording: Recording) -> str:
    """Return the value of a name that a gate only asks: that of a wire, or a number that no input changes."""
    if name not in recording.dependent:
        return f"({float(value)!r})"
    wires = [g.number for g in circuit.gates[: gate.number] if g.name == name]
    if not wires:
        raise UntranslatableError(name)
    return f"w[{wires[-1]}]"
