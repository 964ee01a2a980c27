"""Products of matrices, as the notes explain them: a matrix gate goes in; out come the shapes of its factors, and a
small explicit example, the same for 2 x 2 with one entry derived.

Each line of the shapes names the upstream gradient by the wire it belongs to, and is left out unless its value is what the gate hands on.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.evaluate import evaluate
from codegen.handout.circuit.diagram import Diagram, Gate
from codegen.handout.lesson.factor import product_of
from codegen.handout.lesson.latex import name_latex
from codegen.handout.lesson.words import MATRIX, as_code
from codegen.handout.recording.values import shape_text
from codegen.pytree import is_one_number
from codegen.records import dataclass
from codegen.stage.names import gradient_of


def shape_lines(gate: Gate, circuit: Diagram, gradients: Mapping[str, str]) -> tuple[str, ...]:
    """Return the dimension analysis of a matrix product, or of those in a line: [5x10] . [10x3] -> [5x3].

    `gradients` says what the backward pass calls the gradient of each variable.
    """
    if not gate.inside:
        return product_lines(gate, circuit.gates, gradients)
    lines = [
        line
        for one in gate.inside
        for line in product_lines(one, gate.inside, gradients, gate.filled)
    ]
    return tuple(dict.fromkeys(lines))


def product_lines(
    gate: Gate,
    gates: Sequence[Gate],
    gradients: Mapping[str, str],
    called: Callable[[ast.expr], ast.expr] = lambda tree: tree,
) -> tuple[str, ...]:
    """Return the dimension analysis of one matrix product; `called` says how the operands of its line are called."""
    if gate.rule is None or gate.rule.head not in MATRIX or gate.gradient is None:
        return ()
    operands = [gates[o] for o in gate.operands]
    values = {f"_{i}": o.value for i, o in enumerate(operands)}
    names = {f"_{i}": called(part) for i, part in enumerate(gate.parts)}
    product = gate.name or syntax.show(called(gate.filled(gate.rule.skeleton)))
    upstream = wire_gradient(product, gradients)  # printed as if it were a name
    wanted = {**names, "out": syntax.name(gate.name or "out"), "dout": syntax.name(upstream)}
    scope: dict[str, Any] = {
        **gate.locals,
        **values,
        "out": gate.value,
        "dout": gate.gradient,
        "np": np,
    }
    parts = list(values.values())
    if gate.rule.head == "np.outer":
        parts = [np.reshape(parts[0], (-1, 1)), np.reshape(parts[1], (1, -1))]
    found = [f"{product}: {factors(parts, gate.value)}"]
    for i, statement in enumerate(gate.rule.gradients):
        line = gradient_line(statement, scope, wanted, gate.handed[i], operands[i].value)
        if line:
            own = wire_gradient(syntax.show(names[f"_{i}"]), gradients)
            found.append(f"{own} = {line}")
    return tuple(found)


def wire_gradient(text: str, gradients: Mapping[str, str]) -> str:
    """Return how the gradient on a wire is written: dW, or d(x + y)."""
    return gradients.get(text, gradient_of(text if text.isidentifier() else f"({text})"))


def gradient_line(
    statement: ast.stmt,
    scope: dict[str, Any],
    names: Mapping[str, ast.expr],
    handed: Any,
    operand: Any,
) -> str:
    """Return the text of one gradient of a matrix product with the shapes of its factors, or nothing."""
    if not isinstance(statement, ast.Expr):
        return ""
    found = sides(statement.value)
    if found is None:
        return ""
    sign, *parts = found
    try:
        *values, result = [evaluate(node, scope) for node in (*parts, statement.value)]
        if np.shape(result) == np.shape(handed) and not np.allclose(result, handed):
            return ""
    except Exception:  # noqa: BLE001  # a row of another form: nothing to tell
        return ""
    text = syntax.show(renamed(statement.value, names))
    line = f"{text}: {factors(values, result, sign)}"
    return line if np.shape(result) == np.shape(operand) else f"{line} summed to {size(operand)}"


def sides(node: ast.expr) -> tuple[Any, ...] | None:
    """Return whether a product is one of matrices (.) or entry by entry (*), and its factors."""
    match node:
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return "*", left, right
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="np"), attr="transpose"),
            args=[ast.Call() as product, *_],
        ):
            return sides(product)
    name, parts = product_of(node) or ("", [])
    if name == "outer":
        parts = [along(parts[0], ":, None"), along(parts[1], "None, :")]
    return (".", *parts) if parts else None


def along(node: ast.expr, index: str) -> ast.expr:
    """Return a vector as a column or as a row."""
    return syntax.substitute(syntax.parse(f"v[{index}]"), {"v": node})


def renamed(node: ast.expr, trees: Mapping[str, ast.expr]) -> ast.expr:
    """Return an expression with what the wires are called; `x.T.T` is `x`."""

    def change(part: ast.expr) -> ast.expr | None:
        match part:
            case ast.Attribute(value=ast.Name(id=name), attr="T") if name in trees:
                inner = trees[name]
                if isinstance(inner, ast.Attribute) and inner.attr == "T":
                    return inner.value
        return None

    return syntax.substitute(syntax.rewrite(node, change), trees)


def factors(values: Sequence[Any], result: Any, sign: str = ".") -> str:
    return f"{f' {sign} '.join(map(size, values))} -> {size(result)}"


def size(value: Any) -> str:
    """Return a shape as the notes write it; that of a number in a word."""
    return "number" if is_one_number(value) else shape_text(value)


PRODUCT_HEADS = ("@", "np.dot", "np.matmul")
LEFT, RIGHT, UPSTREAM = (
    np.array([[1, 2], [3, 4]]),
    np.array([[5, 6], [7, 8]]),
    np.array([[1, -1], [2, 3]]),
)


@dataclass(frozen=True)
class Explicit:
    """A small example."""

    head: str
    """Of which line, in words."""
    formulas: tuple[str, ...]
    """As LaTeX: the product with its entries, one entry of it, and the gradient on one entry of the left factor."""
    words: str
    """Which pattern that is."""
    numbers: tuple[str, ...]
    """The same in numbers, as LaTeX."""


def explicit(circuit: Diagram, gradients: Mapping[str, str]) -> Explicit | None:
    """Return the small example of the first product of two matrices in a circuit, or None if there is none."""
    for gate in circuit.gates:
        operands = [circuit.gates[o] for o in gate.operands]
        if gate.rule is None or gate.rule.head not in PRODUCT_HEADS or len(operands) != 2:
            continue
        if all(np.ndim(o.value) == 2 for o in operands):
            return written(gate, gradients)
    return None


def written(gate: Gate, gradients: Mapping[str, str]) -> Explicit:
    """Return the small example of a product."""
    x, y, f = letters([*gate.reads, gate.name or "out"])
    d = rf"\mathrm{{d}}{f}"
    whole = rf"{matrix(entries(f))} = {matrix(entries(x))} {matrix(entries(y))}"
    one = rf"{f}_{{11}} = {x}_{{11}} {y}_{{11}} + {x}_{{12}} {y}_{{21}}"
    other = rf"{f}_{{12}} = {x}_{{11}} {y}_{{12}} + {x}_{{12}} {y}_{{22}}"
    derived = rf"\mathrm{{d}}{x}_{{12}} = {d}_{{11}}\, {y}_{{21}} + {d}_{{12}}\, {y}_{{22}}"
    text = as_code(f"{gate.name} = {gate.text}" if gate.name else gate.text)
    other_factor = gate.reads[1] if gate.reads[1].isidentifier() else f"({gate.reads[1]})"
    line = f"{wire_gradient(gate.reads[0], gradients)} = {wire_gradient(gate.name or gate.text, gradients)} @ {other_factor}.T"
    words = (
        "The entry in row 1 and column 2 of the left factor enters both entries of row 1, so its gradients add up. That is row 1 of the "
        "upstream gradient times row 2 of the right factor: entry (1, 2) of the upstream gradient times the right factor transposed. So "
        f"{as_code(line)}, for every size."
    )
    product, back = LEFT @ RIGHT, UPSTREAM @ RIGHT.T
    terms = f"{UPSTREAM[0, 0]} \\cdot {RIGHT[1, 0]} + ({UPSTREAM[0, 1]}) \\cdot {RIGHT[1, 1]}"
    numbers = (
        rf"{matrix(shown(product))} = {matrix(shown(LEFT))} {matrix(shown(RIGHT))}",
        rf"{d} = {matrix(shown(UPSTREAM))} \quad \mathrm{{d}}{x}_{{12}} = {terms} = {back[0, 1]}",
        rf"\mathrm{{d}}{x} = {matrix(shown(UPSTREAM))} {matrix(shown(RIGHT.T))} = {matrix(shown(back))}",
    )
    return Explicit(f"{text} for matrices of 2 x 2", (whole, one, other, derived), words, numbers)


def letters(names: list[str]) -> list[str]:
    """Return a small letter for each of three matrices: its own if that is one letter, else x, y and f."""
    own = [n.lower() if len(n) == 1 and n.isalpha() else "" for n in names]
    if len(set(own)) == 3 and "" not in own and "d" not in own:
        return [name_latex(n) for n in own]
    return ["x", "y", "f"]


def entries(letter: str) -> list[list[str]]:
    return [[f"{letter}_{{{i}{j}}}" for j in (1, 2)] for i in (1, 2)]


def shown(numbers: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> list[list[str]]:
    """Return the entries of a matrix in numbers."""
    return [[str(n) for n in row] for row in numbers.tolist()]


def matrix(rows: list[list[str]]) -> str:
    return (
        r"\left(\begin{matrix} "
        + r" \\ ".join(" & ".join(r) for r in rows)
        + r" \end{matrix}\right)"
    )
