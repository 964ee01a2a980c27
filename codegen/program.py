"""The program: a function and its example go in, everything a template needs to print the module comes out."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from codegen import expr
from codegen.backward.copies import with_copies
from codegen.backward.plan import Plan, named_text, plan
from codegen.circuit import Circuit, Stage
from codegen.emit import lines_of, tuple_text
from codegen.forward import ForwardText
from codegen.globals import Surroundings
from codegen.names import Namer
from codegen.stages import staged


@dataclass
class Pair:
    """A forward and a backward function, ready to print."""

    name: str
    forward_name: str
    backward_name: str
    parameters: str
    forward: list[str]
    cache: str
    cached: str
    unpacked: str
    upstream: str
    output: str
    backward: list[str]
    results: str


@dataclass
class Program:
    """A module, ready to print."""

    docstring: str
    imports: list[str]
    constants: list[str]
    pairs: list[Pair] = field(default_factory=list)

    def fields(self) -> dict[str, Any]:
        """Return the fields of the templates."""
        return vars(self)


def program(circuit: Circuit) -> Program:
    """Return the program of a circuit."""
    builder = ProgramBuilder(circuit)
    builder.pair(circuit, root=True)
    imports, constants = builder.around.text()
    return Program("", imports, constants, builder.pairs)


class ProgramBuilder:
    """Makes the pairs of a module: helpers first, each text once."""

    def __init__(self, circuit: Circuit) -> None:
        self.around = Surroundings(circuit)
        self.pairs: list[Pair] = []
        self.known: dict[tuple[str, ...], str] = {}
        self.taken = {circuit.name}

    def pair(self, circuit: Circuit, root: bool = False) -> str:
        """Add the pair of a circuit, and before it those of its helpers; return its name."""
        staged(circuit)
        for stage in circuit.block.items:
            helper = stage.wire.helper if isinstance(stage, Stage) and stage.wire is not None else None
            if helper is not None and stage.wire.kind == "call":  # type: ignore[union-attr]  # a stage with a wire, see above
                helper.name = self.pair(helper.circuit)
                helper.cache = Namer(circuit.names).free(f"{helper.name}_cache")
        pair = self.printed(circuit)
        key = (pair.parameters, *pair.forward, pair.cached, pair.output, *pair.backward, pair.results)
        if key in self.known and not root:
            return self.known[key]
        name, k = circuit.name, 2
        while not root and name in self.taken:
            name, k = f"{circuit.name}{k}", k + 1
        self.taken.add(name)
        pair.name, pair.forward_name, pair.backward_name = name, f"{name}_forward", f"{name}_backward"
        self.known[key] = name
        self.pairs.append(pair)
        return name

    def printed(self, circuit: Circuit) -> Pair:
        """Return the forward and backward function of one circuit."""
        planned = plan(circuit)
        lines = with_copies(planned)
        forward = ForwardText(circuit, planned.saves).text()
        output = output_text(circuit)
        backward = lines_of(lines)
        cached = cached_names(circuit, planned, lines)
        results = [expr.show(r) for r in planned.results]
        parameters = signature_text(circuit)
        self.around.use(forward, backward, output, parameters, cached, circuit)
        unpacked = (", ".join(cached) if len(cached) > 1 else f"({cached[0]},)") if cached else ""
        return Pair(
            circuit.name,
            "",
            "",
            parameters,
            forward,
            planned.cache,
            tuple_text(cached) if cached else "()",
            unpacked,
            planned.upstream,
            output,
            backward,
            ", ".join(results) or "()",
        )


def output_text(circuit: Circuit) -> str:
    """Return the text of what the function returns."""
    if circuit.output is None:
        return expr.show(circuit.output_node) if circuit.output_node is not None else "None"
    wire = circuit.output
    text = expr.show(named_text(wire.node if wire.kind != "name" else expr.name(wire.name or "")))
    return text


def cached_names(circuit: Circuit, planned: Plan, lines: list[Any]) -> list[str]:
    """Return the forward variables that the backward pass reads, in the order of the forward pass."""
    tree = ast.parse("\n".join(lines_of(lines)))
    read = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    order = list(circuit.parameters)
    for number, stage in enumerate(circuit.block.items):
        order.extend(own for own, _, _ in planned.saves.get(number, []))
        names = [n.id for n in ast.walk(stage.target) if isinstance(n, ast.Name)]  # type: ignore[union-attr]  # straight-line code has stages only
        if stage.wire is None:  # type: ignore[union-attr]  # as above
            names += expr.stores(stage.statement)
            names += [n.name for n in ast.walk(stage.statement) if isinstance(n, ast.FunctionDef)]
        elif stage.wire.helper is not None:  # type: ignore[union-attr]  # as above
            names.append(stage.wire.helper.cache)  # type: ignore[union-attr]  # as above
        order.extend(names)
    return [n for n in dict.fromkeys(order) if n in read]


def signature_text(circuit: Circuit) -> str:
    """Return the parameters of the forward function: the user's, without annotations."""
    import copy

    args = copy.deepcopy(circuit.trace.tree.args)
    for a in ast.walk(args):
        if isinstance(a, ast.arg):
            a.annotation = None
    return expr.show(args)
