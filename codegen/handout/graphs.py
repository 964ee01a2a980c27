"""Circuits as text: a diagram goes in, Graphviz DOT or Mermaid comes out."""

from __future__ import annotations

from codegen.handout.diagram import Diagram, Gate
from codegen.handout.values import on_wire


def dot(diagram: Diagram) -> str:
    """Return a circuit in the language of Graphviz."""
    lines = [
        "digraph circuit {",
        "  rankdir=LR;",
        f'  label="{quoted(diagram.title)}";',
        '  node [fontname="Helvetica"]; edge [fontname="Helvetica"];',
    ]
    boxed = {g for box in diagram.boxes for g in box.gates}
    lines += [f"  {gate_text(g)}" for g in diagram.gates if g.number not in boxed]
    done: set[int] = set()
    for i, box in enumerate(sorted(diagram.boxes, key=lambda b: len(b.gates))):
        lines += [
            f"  subgraph cluster_{i} {{",
            f'    label="{quoted("; ".join(box.labels))}"; style=dashed;',
        ]
        lines += [f"    {gate_text(diagram.gates[g])}" for g in box.gates if g not in done]
        lines.append("  }")
        done |= set(box.gates)
    for wire in diagram.wires:
        lines.append(
            f"  g{wire.source} -> g{wire.target} [{wire_label(diagram.gates[wire.source])}];"
        )
    for output in diagram.outputs:
        lines.append(
            f'  out{output} [shape=plaintext, label="{quoted(diagram.gates[output].name)}"];'
        )
        lines.append(f"  g{output} -> out{output} [{wire_label(diagram.gates[output])}];")
    return "\n".join([*lines, "}"]) + "\n"


def gate_text(gate: Gate) -> str:
    """Return a gate in the language of Graphviz."""
    shape = {"input": "plaintext", "helper": "box", "line": "box"}.get(gate.kind, "ellipse")
    return f'g{gate.number} [shape={shape}, label="{quoted(gate.label)}", tooltip="{quoted(gate.text)}"];'


def wire_label(gate: Gate) -> str:
    """Return value and gradient of a wire, the one green, the other red."""
    value, gradient = on_wire(gate.value), on_wire(gate.gradient)
    return (
        f'label=<<font color="#00734a">{value}</font><br/><font color="#c02408">{gradient}</font>>'
    )


def quoted(text: str) -> str:
    """Return text for a string in double quotes."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def mermaid(diagram: Diagram) -> str:
    """Return a circuit in the language of Mermaid."""
    lines = ["flowchart LR"]
    for gate in diagram.gates:
        left, right = {"input": ("[", "]"), "helper": ("[[", "]]"), "line": ("[", "]")}.get(
            gate.kind, ("([", "])")
        )
        lines.append(f'  g{gate.number}{left}"{entity(gate.label)}"{right}')
    for i, box in enumerate(diagram.boxes):
        inner = " ".join(f"g{g}" for g in box.gates)
        lines += [f'  subgraph box{i}["{entity("; ".join(box.labels))}"]', f"    {inner}", "  end"]
    for wire in diagram.wires:
        lines.append(f"  g{wire.source} --{both(diagram.gates[wire.source])}--> g{wire.target}")
    for output in diagram.outputs:
        lines.append(
            f'  g{output} --{both(diagram.gates[output])}--> out{output}["{entity(diagram.gates[output].name or "out")}"]'
        )
    return "\n".join(lines) + "\n"


def both(gate: Gate) -> str:
    """Return value and gradient of a wire."""
    gradient = on_wire(gate.gradient)
    return f' "{entity(on_wire(gate.value))}{" | " + entity(gradient) if gradient else ""}" '


def entity(text: str) -> str:
    """Return text for Mermaid, which reads some signs as its own."""
    for sign, name in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        text = text.replace(sign, name)
    return text
