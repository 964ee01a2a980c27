"""The program: a function and its example go in, everything a template needs to print the module comes out."""

from __future__ import annotations

import ast
import copy
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from typing import Any

import numpy as np

from codegen import syntax
from codegen.analysis.activity import activity, with_idle_lines
from codegen.backward.differentiate import Plan, plan
from codegen.backward.unalias import with_copies
from codegen.emit.arguments import plain_numbers, refuse_changed_arguments
from codegen.emit.forwardlines import forward_lines
from codegen.emit.numbered import numbered, numbers_of
from codegen.emit.spell import named_text
from codegen.emit.surroundings import Surroundings
from codegen.emit.text import lines_of, tuple_text
from codegen.ir import Circuit, Line, Nest, Remark, stages_of
from codegen.lower.calls import outer_names
from codegen.progress import passed
from codegen.records import dataclass
from codegen.stage.names import Namer
from codegen.stage.shifts import without_shifts
from codegen.stage.stages import staged
from codegen.stage.unitaxes import with_unit_axes
from codegen.trace.read import backward_name, base_name, forward_name


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
    in_notes: Callable[[], Passes]

    @cached_property
    def notes(self) -> Passes:
        """Both passes in one function, stages numbered."""
        return self.in_notes()

    def guarded(self, lines: list[str]) -> Pair:
        """Return the pair with lines at the start of its forward pass."""

        def in_notes() -> Passes:
            return replace(self.notes, forward=[*lines, *self.notes.forward])

        return replace(self, forward=[*lines, *self.forward], in_notes=in_notes)


@dataclass
class Passes:
    """One function with a forward and a backward pass, ready to print."""

    parameters: str
    forward: list[str]
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
    calls_itself: bool = False

    def fields(self) -> dict[str, Any]:
        """Return the fields of the templates."""
        return vars(self)

    def guarded(
        self, frozen: Mapping[str, int | str], guards: Mapping[str, str] | None = None
    ) -> Program:
        """Return the program with a guard for each argument for whose value alone it is right, and for each
        condition under which it is not.
        """
        asked = {
            other_than(name, value): f"{name} was {value!r} when this code was made"
            for name, value in frozen.items()
        } | dict(guards or {})
        lines = [
            line
            for test, text in asked.items()
            for line in (f"if {test}:", f"    raise NotImplementedError({text!r})")
        ]
        return replace(self, pairs=[*self.pairs[:-1], self.pairs[-1].guarded(lines)])


def other_than(name: str, value: int | str) -> str:
    """Return the text of the question whether an argument has another value."""
    if isinstance(value, bool):
        return f"not {name}" if value else name
    return f"{name} != {value!r}"


def program(circuit: Circuit) -> Program:
    """Return the program of a circuit."""
    builder = ProgramBuilder(circuit)
    builder.pair(circuit, root=True)
    imports, constants = builder.around.text()
    return Program("", imports, constants, builder.pairs, builder.calls_itself)


class ProgramBuilder:
    """Makes the pairs of a module: helpers first, each text once."""

    def __init__(self, circuit: Circuit) -> None:
        self.around = Surroundings(circuit)
        self.pairs: list[Pair] = []
        self.known: dict[tuple[str, ...], str] = {}
        self.started: dict[Circuit, str] = {}
        self.taken = {circuit.name}
        self.calls_itself = False

    def pair(self, circuit: Circuit, root: bool = False) -> str:
        """Add the pair of a circuit, and before it those of its helpers; return its name."""
        if circuit in self.started:
            self.calls_itself |= circuit is self.around.circuit
            return self.started[circuit]
        self.started[circuit] = name = circuit.name if root else self.free(circuit.name)
        circuit.block = with_idle_lines(circuit.block, activity(circuit).idle)
        staged(with_unit_axes(without_shifts(circuit)))
        passed("stages", circuit)
        for stage in stages_of(circuit.block):
            helper = (
                stage.wire.helper if stage.wire is not None and stage.wire.kind == "call" else None
            )
            if helper is not None:
                helper.name = self.pair(helper.circuit)
                called = circuit.trace.source.caches.calls.get(stage.statement.lineno)
                helper.cache = Namer(circuit.names).free(
                    called or f"{base_name(helper.name)}_cache"
                )
        pair = self.printed(circuit, root)
        key = (
            pair.parameters,
            *pair.forward,
            pair.cached,
            pair.output,
            *pair.backward,
            pair.results,
        )
        if key in self.known and not root:
            self.taken.discard(name)
            self.started[circuit] = self.known[key]
            return self.known[key]
        pair.name, pair.forward_name, pair.backward_name = (
            base_name(name),
            forward_name(name),
            backward_name(name),
        )
        self.known[key] = name
        self.pairs.append(pair)
        return name

    def free(self, wanted: str) -> str:
        """Return a name for a helper that no other pair has."""
        found, k = wanted, 2
        while found in self.taken:
            base = base_name(wanted)
            found, k = (
                wanted.replace(base, f"{base}{k}", 1) if base in wanted else f"{wanted}{k}"
            ), k + 1
        self.taken.add(found)
        return found

    def printed(self, circuit: Circuit, root: bool) -> Pair:
        """Return the forward and backward function of one circuit."""
        if not root:
            refuse_changed_arguments(circuit)
        planned = plan(circuit)
        passed("differentiate", planned.lines)
        lines = with_copies(planned)
        passed("plan", lines)
        versions = planned.versions
        forward = [
            *field_lines(circuit),
            *(plain_numbers(circuit, lines) if root else ()),
            *forward_lines(circuit, versions, output_text(circuit)),
        ]
        output = output_text(circuit)
        backward = lines_of(lines)
        results = [syntax.show(r) for r in planned.results]
        read = reads_of([*backward, *results])
        order = [
            *circuit.parameters,
            *sorted(
                (n for n in versions.cached if n not in circuit.parameters), key=versions.place
            ),
        ]
        cached = [n for n in order if n in versions.cached and n in read]
        parameters = syntax.show(signature(circuit))
        made = {n for p in self.pairs for n in (p.forward_name, p.backward_name)}
        made |= {planned.upstream, planned.cache}
        self.around.use(forward, [*backward, *results], output, parameters, cached, circuit, made)
        unpacked = (", ".join(cached) if len(cached) > 1 else f"({cached[0]},)") if cached else ""
        return Pair(
            circuit.name,
            "",
            "",
            parameters,
            forward,
            planned.cache,
            (
                tuple_text([copied_text(n, versions.cached_copies) for n in cached])
                if cached
                else "()"
            ),
            unpacked,
            planned.upstream,
            output,
            backward,
            ", ".join(results) or "()",
            lambda: passes(circuit, planned, lines, field_lines(circuit)),
        )


def passes(
    circuit: Circuit, planned: Plan, lines: Sequence[Line | Remark | Nest], first: list[str]
) -> Passes:
    """Return both passes as one function; an output that the backward pass overwrites is kept under another name."""
    numbers = numbers_of(lines)
    forward = [*first, *forward_lines(circuit, planned.versions, output_text(circuit), numbers)]
    backward = lines_of(numbered(lines, numbers))
    output = output_text(circuit)
    text = textwrap.indent("\n".join(["if True:", *backward]), "    ").lstrip()
    if set(syntax.stores(ast.parse(text))) & set(syntax.reads(syntax.parse(output))):
        own = Namer(circuit.names).free("result")
        forward.append(f"{own} = {output}")
        output = own
    args = signature(circuit)
    args.kwonlyargs.append(ast.arg(arg=planned.upstream))
    sample = circuit.output.sample if circuit.output is not None else ()
    is_number = not isinstance(sample, tuple | list | dict) and np.ndim(sample) == 0
    args.kw_defaults.append(syntax.constant(1.0) if is_number else None)
    results = [syntax.show(r) for r in planned.results]
    return Passes(
        syntax.show(args),
        forward,
        f"({output})" if "," in output and not output.startswith(("(", "[", "{")) else output,
        backward,
        results[0] if len(results) == 1 else f"({', '.join(results)})",
    )


def reads_of(lines: Sequence[str]) -> set[str]:
    """Return the names that the lines of a function read."""
    text = textwrap.indent("\n".join(["if True:", *lines]), "    ").lstrip()
    return set(syntax.reads(ast.parse(text)))


def field_lines(circuit: Circuit) -> list[str]:
    """Return the lines that give attributes of arguments a name, one for each object."""
    groups: dict[str, list[str]] = {}
    for name, path in circuit.fields.items():
        groups.setdefault(path.rpartition(".")[0], []).append(name)
    return [
        f"{', '.join(names)} = {', '.join(circuit.fields[n] for n in names)}"
        for names in groups.values()
    ]


def copied_text(name: str, copied: set[str]) -> str:
    """Return the text of a value in the cache: a copy if the caller changes it later."""
    return f"{name}.copy()" if name in copied else name


def output_text(circuit: Circuit) -> str:
    """Return the text of what the function returns."""
    if circuit.output is None:
        return syntax.show(circuit.output_node) if circuit.output_node is not None else "None"
    wire = circuit.output
    return syntax.show(
        named_text(wire.node if wire.kind != "name" else syntax.name(wire.name or ""))
    )


def signature(circuit: Circuit) -> ast.arguments:
    """Return the user's parameters, without annotations, then the variables of an enclosing function."""
    args: ast.arguments = copy.deepcopy(circuit.trace.tree.args)
    for a in syntax.walk(args):
        if isinstance(a, ast.arg):
            a.annotation = None
    outer = [ast.arg(arg=name) for name in outer_names(circuit.trace)]
    if outer:
        args.args = [*args.args, *outer]
        args.defaults = []
    return args
