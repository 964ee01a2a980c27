"""Circuits as text: a diagram goes in, Graphviz DOT or Mermaid comes out."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from codegen.handout.circuit.diagram import Box, Diagram, Gate
from codegen.handout.recording.values import on_wire


def dot(diagram: Diagram) -> str:
    lines = [
        "digraph circuit {",
        "  rankdir=LR;",
        f'  label="{quoted(diagram.title)}";',
        '  node [fontname="Helvetica"]; edge [fontname="Helvetica"];',
    ]
    lines += gates_in_boxes(diagram, gate_text, cluster)
    for wire in diagram.wires:
        lines.append(
            f"  g{wire.source} -> g{wire.target} [{wire_label(diagram.gates[wire.source])}];"
        )
    for source, target in diagram.backs:
        lines.append(f"  g{source} -> g{target} [style=dashed, constraint=false];")
    for output in diagram.outputs:
        lines.append(
            f'  out{output} [shape=plaintext, label="{quoted(diagram.gates[output].name)}"];'
        )
        lines.append(f"  g{output} -> out{output} [{wire_label(diagram.gates[output])}];")
    return "\n".join([*lines, "}"]) + "\n"


def outermost(boxes: Sequence[Box]) -> list[Box]:
    """Return the boxes that stand in no other of them."""
    return [b for b in boxes if not any(set(b.gates) < set(other.gates) for other in boxes)]


def gates_in_boxes(
    diagram: Diagram,
    gate: Callable[[Gate], str],
    around: Callable[[Box, int, list[str]], list[str]],
) -> list[str]:
    """Return the gates of a circuit, those in boxes within these, as a language writes a gate and a box."""

    def lines(numbers: Sequence[int], boxes: Sequence[Box]) -> list[str]:
        outer = outermost(boxes)
        boxed = {g for box in outer for g in box.gates}
        found = [gate(diagram.gates[g]) for g in numbers if g not in boxed]
        for box in outer:
            inner = [b for b in boxes if set(b.gates) < set(box.gates)]
            found += around(box, diagram.boxes.index(box), lines(box.gates, inner))
        return [f"  {line}" for line in found]

    return lines([g.number for g in diagram.gates], diagram.boxes)


def cluster(box: Box, number: int, lines: list[str]) -> list[str]:
    head = f'  label="{quoted("; ".join(box.labels))}"; style=dashed;'
    return [f"subgraph cluster_{number} {{", head, *lines, "}"]


def frame(box: Box, number: int, lines: list[str]) -> list[str]:
    return [f'subgraph box{number}["{entity("; ".join(box.labels))}"]', *lines, "end"]


def gate_text(gate: Gate) -> str:
    shape = {"input": "plaintext", "helper": "box", "line": "box"}.get(gate.kind, "ellipse")
    return f'g{gate.number} [shape={shape}, label="{quoted(gate.label)}", tooltip="{quoted(gate.text)}"];'


def wire_label(gate: Gate) -> str:
    """Return value and gradient of a wire, the one green, the other red."""
    parts = (("#00734a", on_wire(gate.value)), ("#c02408", on_wire(gate.gradient)))
    shown = [f'<font color="{c}">{html.escape(text)}</font>' for c, text in parts if text]
    return f"label=<{'<br/>'.join(shown)}>" if shown else ""


def quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def mermaid(diagram: Diagram) -> str:
    lines = ["flowchart LR"]
    lines += gates_in_boxes(diagram, node_text, frame)
    for wire in diagram.wires:
        lines.append(f"  g{wire.source} --{both(diagram.gates[wire.source])}--> g{wire.target}")
    lines += [f"  g{source} -.-> g{target}" for source, target in diagram.backs]
    for output in diagram.outputs:
        gate = diagram.gates[output]
        name = entity(gate.name or "out")
        lines.append(f'  g{output} --{both(gate)}--> out{output}["{name}"]')
    return "\n".join(lines) + "\n"


def node_text(gate: Gate) -> str:
    shapes = {"input": ("[", "]"), "helper": ("[[", "]]"), "line": ("[", "]")}
    left, right = shapes.get(gate.kind, ("([", "])"))
    return f'g{gate.number}{left}"{entity(gate.label)}"{right}'


def both(gate: Gate) -> str:
    gradient = on_wire(gate.gradient)
    return f' "{entity(on_wire(gate.value))}{" | " + entity(gradient) if gradient else ""}" '


def entity(text: str) -> str:
    """Return text for Mermaid, which reads some signs as its own."""
    signs = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "$": "#36;", "`": "#96;"}
    for sign, name in signs.items():
        text = text.replace(sign, name)
    return text
