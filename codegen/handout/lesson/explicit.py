"""A small explicit example, as the notes advise: a product of matrices goes in, the same for 2 x 2 with one entry derived."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from codegen.handout.circuit.diagram import Diagram, Gate
from codegen.handout.lesson.dimensions import wire_gradient
from codegen.handout.lesson.letters import name_latex
from codegen.handout.lesson.words import as_code
from codegen.records import dataclass

PRODUCTS = ("@", "np.dot", "np.matmul")
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
        if gate.rule is None or gate.rule.head not in PRODUCTS or len(operands) != 2:
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
    """Return the entries of a matrix of 2 x 2 in letters."""
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
