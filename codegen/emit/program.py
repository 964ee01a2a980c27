"""The program: a function and its example go in, everything a template needs to print the module comes out.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x, w):
...     return x * w
... '''
>>> after("emit", text, 0.5, 2.0)
def f_forward(x, w):
    out = x * w
<BLANKLINE>
    cache = (x, w)
    return out, cache
<BLANKLINE>
<BLANKLINE>
def f_backward(dout, cache):
    x, w = cache
<BLANKLINE>
    # backprop out = x * w
    dx = w * dout
    dw = x * dout
    return dx, dw
"""

from __future__ import annotations

import ast
import builtins
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import field, replace
from functools import cached_property, reduce
from typing import Any

from codegen import syntax
from codegen.backward.finish import Plan
from codegen.backward.hidden import NOTHING, Mask, behind_helpers
from codegen.backward.hold import copied_each_trip, hold
from codegen.backward.rows import WIDTH, assignments, rows, shown
from codegen.emit.arguments import plain_numbers, refuse_changed_arguments, refuse_changed_outside
from codegen.emit.forward import forward_lines
from codegen.emit.guards import guards_of
from codegen.emit.imports import in_order
from codegen.emit.numbered import StagesOfPair, aligned, numbered, numbers_of, stages_of_pair
from codegen.emit.surroundings import Surroundings
from codegen.emit.templates import rendered, styles
from codegen.emit.text import formatted, lines_of
from codegen.emit.whole import remarked, whole
from codegen.errors import UsageError, as_made, visible
from codegen.ir import Call, Circuit, Variable, Wire, named_text, rewired, stages_of
from codegen.lower.calls import outer_names
from codegen.pairs import backward_name, base_name, forward_name
from codegen.progress import passed
from codegen.pytree import is_scalar
from codegen.records import dataclass
from codegen.stage.names import Namer
from codegen.tables import grouped
from codegen.trace.modulenames import local_names


@dataclass(frozen=True)
class Pair:
    """A forward and a backward function, ready to print."""

    function: str
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
    staged: Callable[[], StagesOfPair]
    in_stages: Callable[[], Pair] | None = None
    """What makes the pair in which each stage has a line of its own."""

    @property
    def name(self) -> str:
        return base_name(self.function)

    @property
    def forward_name(self) -> str:
        return forward_name(self.function)

    @property
    def backward_name(self) -> str:
        return backward_name(self.function)

    @property
    def leaves_early(self) -> bool:
        """Whether the forward pass may return a value that has no backward pass, without a cache."""
        return leaves_early(self.forward)

    @cached_property
    def notes(self) -> Passes:
        return self.in_notes()

    def guarded(self, lines: list[str]) -> Pair:
        """Return the pair with lines at the start of its forward pass, behind those that make arrays of lists."""

        def behind(own: list[str]) -> list[str]:
            at = made_arrays(own, lines)
            names = [
                found[1] for line in own[:at] if (found := MADE_ARRAY.fullmatch(line)) and found[1]
            ]
            shown = [reduce(without_asarray, names, line) for line in lines]
            return [*own[:at], *shown, *own[at:]]

        def in_notes() -> Passes:
            return replace(self.notes, forward=behind(self.notes.forward))

        def staged() -> StagesOfPair:
            found, at = self.staged(), made_arrays(self.by_stages().forward, lines)
            numbers = (*found.forward[:at], *(0 for _ in lines), *found.forward[at:])
            return replace(found, forward=numbers)

        def in_stages() -> Pair:
            return self.by_stages().guarded(lines)

        own = None if self.in_stages is None else in_stages
        return replace(
            self, forward=behind(self.forward), in_notes=in_notes, staged=staged, in_stages=own
        )

    def by_stages(self) -> Pair:
        """Return the pair in which each stage has a line of its own."""
        return self if self.in_stages is None else self.in_stages()


@dataclass(frozen=True)
class Passes:
    """One function with a forward and a backward pass, ready to print."""

    parameters: str
    forward: list[str]
    output: str
    backward: list[str]
    results: str


@dataclass(frozen=True)
class Program:
    """A module, ready to print."""

    imports: list[str]
    constants: list[str]
    pairs: list[Pair] = field(default_factory=list)
    calls_itself: bool = False
    rounded: tuple[str, ...] = ()
    """What counts as a constant since it is rounded, or cut to whole numbers."""

    def fields(self) -> dict[str, Any]:
        return vars(self)

    def by_stages(self) -> Program:
        """Return the program in which each stage has a line of its own."""
        return replace(self, pairs=[pair.by_stages() for pair in self.pairs])

    def guarded(
        self, frozen: Mapping[str, int | str], guards: Mapping[str, str] | None = None
    ) -> Program:
        """Return the program with guards for arguments whose value it is right for alone, and for other conditions."""
        asked = {other_than(name, value): f"{name} was {value!r}" for name, value in frozen.items()}
        known = set(asked.values())  # any other value raises: no need to ask for some of them
        known |= {f"{name} was a number" for name in frozen}
        asked |= {test: text for test, text in (guards or {}).items() if text not in known}
        lines = guards_of(asked)
        imports = self.imports
        if any("np." in test for test in asked) and "import numpy as np" not in imports:
            imports = in_order([*imports, "import numpy as np"])
        return replace(
            self, imports=imports, pairs=[*self.pairs[:-1], self.pairs[-1].guarded(lines)]
        )


MADE_ARRAY = re.compile(r"(\w+) = np\.as(?:any)?array\(\1\b[^()]*\)(?: *#.*)?|\s*#.*|")
"""A line that makes an array of a list that a caller may pass, or says something of it."""


def made_arrays(forward: Sequence[str], guards: Sequence[str]) -> int:
    """Return how many lines at the start of a forward pass make arrays of its arguments: the guards behind them hold
    for lists as well.

    >>> forward = ["q = np.asarray(q)", "y = q * q"]
    >>> made_arrays(forward, ["if q.shape[0] == 1:"]), made_arrays(forward, ["if q is None:"])
    (1, 0)
    """
    if any(re.search(r"\bis\b|isinstance|type\(", guard) for guard in guards if guard[:2] == "if"):
        return 0
    count = next((k for k, line in enumerate(forward) if not MADE_ARRAY.fullmatch(line)), 0)
    while count and not forward[count - 1][:1].isidentifier():
        count -= 1  # what is said of the line below
    return count


def without_asarray(line: str, name: str) -> str:
    """Return a guard that reads an argument of which an array was made above it."""
    return line.replace(f"np.asarray({name})", name)


def other_than(name: str, value: int | str) -> str:
    if isinstance(value, bool):
        return f"not {name}" if value else name
    return f"{name} != {value!r}"


def program(
    circuit: Circuit,
    to_stages: Callable[[Circuit], Circuit],
    to_plan: Callable[[Circuit, Mask], Plan],
) -> Program:
    """Return the program of a circuit, given the passes that each function with a pair of its own goes through."""
    builder = ProgramBuilder(circuit, to_stages, to_plan)
    builder.pair(circuit, root=True)
    imports, constants = builder.around.text()
    rounded = (text for one in builder.started for text in one.rounded)
    unique = tuple(dict.fromkeys(rounded))
    return Program(imports, constants, builder.pairs, builder.calls_itself, unique)


def emit(program: Program, style: str) -> str:
    """Return the text of a module in one of the styles; `UsageError` if there is no such style."""
    if style not in styles():
        raise UsageError(
            f"there is no style {style!r}", advice=f"The styles are {', '.join(styles())}."
        )
    if style == "notes" and program.calls_itself:
        raise UsageError(
            "a function that calls itself cannot be one function with both passes",
            advice="Use the style assignment.",
        )
    text = rendered(f"module/{style}.py.j2", escaped=False, **program.fields())
    found = legible(formatted(text.lstrip("\n")))
    return aligned(found) if style == "notes" else found


def legible(text: str) -> str:
    """Return the text of a module in which nothing turns the direction of reading, as far as it says the same."""
    shown = visible(text)
    is_same = shown == text or syntax.same(ast.parse(shown), ast.parse(text))
    return shown if is_same else text


class ProgramBuilder:
    """Makes the pairs of a module: helpers first, each text once."""

    def __init__(
        self,
        circuit: Circuit,
        to_stages: Callable[[Circuit], Circuit],
        to_plan: Callable[[Circuit, Mask], Plan],
    ) -> None:
        self.to_stages, self.to_plan = to_stages, to_plan
        self.masks = behind_helpers(circuit)
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
        self.started[circuit] = name = circuit.name if root else self.free(circuit)
        whole = self.to_stages(circuit)
        names: dict[Wire, tuple[str, str]] = {}
        for stage in stages_of(whole.block):
            if isinstance(stage.wire, Call):
                function = self.pair(stage.wire.circuit)
                caches = circuit.trace.source.caches
                wanted = caches.calls.get(stage.statement.lineno)
                # of two of one name the outer one keeps it
                if not (wanted or "").strip("_") or wanted == caches.own:
                    wanted = f"{base_name(function)}_cache"
                cache = Namer(circuit.names).free(wanted)
                names[stage.wire] = function, cache

        def with_names(old: Wire, new: Wire) -> Wire:
            if old not in names or not isinstance(new, Call):
                return new
            function, cache = names[old]
            return replace(new, function=function, cache=cache)

        whole = rewired(whole, with_names) if names else whole
        pair = self.printed(whole, self.masks.get(circuit, NOTHING), root)
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
        self.known[key] = name
        self.pairs.append(replace(pair, function=name))
        return name

    def free(self, circuit: Circuit) -> str:
        """Return a helper's name that no other pair has, and whose functions the user's do not call anything by."""
        wanted, objects = circuit.name, self.around.names
        base = base_name(wanted)
        theirs = {n for n, value in objects.items() if value is not circuit.trace.function}
        names = (
            wanted.replace(base, one, 1) if base in wanted else one for one in syntax.numbered(base)
        )
        found = next(
            n
            for n in names
            if n not in self.taken and not {forward_name(n), backward_name(n)} & theirs
        )
        self.taken.add(found)
        return found

    def printed(self, circuit: Circuit, masks: Mask, root: bool) -> Pair:
        if not root:
            refuse_changed_arguments(circuit)
            refuse_changed_outside(circuit)
        planned = self.to_plan(circuit, masks)
        planned = replace(planned, saved=copied_each_trip(planned, circuit))
        output = output_text(circuit)
        first = [*field_lines(circuit), *(plain_numbers(circuit, planned.lines) if root else ())]
        forward = forward_lines(circuit, planned.saved, output)
        apart = hold(planned, circuit)
        passed("hold", apart)
        lines, saved = apart.lines, apart.saved
        hidden = hidden_builtins(circuit)
        backward = of_builtins(lines_of(lines), hidden)
        results = of_builtins([syntax.show(r) for r in apart.results], hidden)
        read = reads_of([*backward, *results])
        elsewhere = reads_of([output, *(kept.source for kept in planned.saved.kept)])
        kept_whole = whole(circuit.block, saved.flow, forward, {*read, *elsewhere})
        told = remarked(lines, kept_whole, circuit.trace.source)
        own = forward
        if kept_whole.readers:
            own = forward_lines(circuit, planned.saved, output, whole=kept_whole)
        forward = of_builtins(behind_guards(first, forward), hidden)
        own = of_builtins(behind_guards(first, own), hidden)
        cached = [n for n in saved.cached if n in read]
        parameters = syntax.show(signature(circuit))
        made = {n for p in self.pairs for n in (p.forward_name, p.backward_name)}
        made |= {planned.upstream, planned.cache, *saved.texts}
        stored = [*own, *(text for text in saved.texts.values() if "copy.copy(" in text)]
        self.around.use(stored, [*backward, *results], output, parameters, circuit, made)
        given = max((k + 1 for k, n in enumerate(cached) if n in circuit.parameters), default=0)
        room = WIDTH - 4 - len(f"{planned.cache} = ()")
        groups = [cached[:given], cached[given:]]
        kept = rows(groups, room, spelled=lambda n: saved.texts.get(n, n))
        unpacked = shown(kept) if len(cached) > 1 else f"({cached[0]},)" if cached else ""
        if len(kept) > 1 and len(unpacked) > room:  # a formatter breaks the line at the comma
            unpacked = f"({unpacked},)"
        pair = Pair(
            circuit.name,
            parameters,
            forward,
            planned.cache,
            f"({shown(kept, lambda n: saved.texts.get(n, n))}{',' * (len(cached) == 1)})",
            unpacked,
            planned.upstream,
            output,
            backward,
            ", ".join(results) or "()",
            lambda: passes(circuit, planned, field_lines(circuit)),
            lambda: stages_of_pair(
                lines,
                numbers_of(lines, saved.flow.order_of),
                lambda told: behind_guards(first, forward_lines(circuit, saved, output, told)),
                (2 if leaves_early(forward) else 0) + bool(unpacked),
                planned.gradients,
                cached,
            ),
        )
        return replace(
            pair,
            forward=own,
            backward=of_builtins(zeros_at_once(lines_of(told)), hidden),
            in_stages=lambda: pair,
        )


ZERO = re.compile(r"( *)(\w+) = (0\.0|np\.zeros_like\(\w+\))")
"""A line that begins a gradient."""


def zeros_at_once(lines: Sequence[str]) -> list[str]:
    """Return lines in which the gradients of numbers that begin together begin in one line, as long as they fit; those
    of arrays may begin between them.

    >>> zeros_at_once(["da = 0.0", "dx = np.zeros_like(x)", "db = 0.0"])
    ['da = db = 0.0', 'dx = np.zeros_like(x)']
    """
    found: list[str] = []
    pad, at = (
        None,
        -1,
    )  # of the lines that begin gradients, and the one of them that does so for numbers
    for line in lines:
        zero = ZERO.fullmatch(line)
        if not zero or zero[1] != pad:
            pad, at = zero and zero[1], -1
        is_number = zero is not None and zero[3] == "0.0"
        if is_number and at >= 0 and len(whole := f"{found[at][:-3]}{line.lstrip()}") < WIDTH - 4:
            found[at] = whole
            continue
        at = len(found) if is_number else at
        found.append(line)
    return found


def leaves_early(forward: Sequence[str]) -> bool:
    """Return whether a forward pass may return without a cache."""
    return any(re.fullmatch(r"\s*return \w+, None", line) for line in forward)


def passes(circuit: Circuit, planned: Plan, first: list[str]) -> Passes:
    """Return both passes as one function; an output that the backward pass overwrites is kept under another name."""
    numbers = numbers_of(planned.lines, planned.saved.flow.order_of)
    lines = forward_lines(circuit, planned.saved, output_text(circuit), numbers)
    hidden = hidden_builtins(circuit)
    forward = of_builtins(behind_guards(first, lines), hidden)
    backward = of_builtins(lines_of(numbered(planned.lines, numbers)), hidden)
    output = output_text(circuit)
    text = textwrap.indent("\n".join(["if True:", *backward]), "    ").lstrip()
    if set(syntax.stores(ast.parse(text))) & set(syntax.reads(syntax.parse(output))):
        own = Namer(circuit.names).free("result")
        forward.append(f"{own} = {output}")
        output = own
    args = signature(circuit)
    args.kwonlyargs.append(ast.arg(arg=planned.upstream))
    sample = circuit.output.sample if circuit.output is not None else ()
    is_number = is_scalar(sample)
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
    text = textwrap.indent("\n".join(["if True:", *lines]), "    ").lstrip()
    return set(syntax.reads(ast.parse(text)))


def field_lines(circuit: Circuit) -> list[str]:
    groups = grouped((path.rpartition(".")[0], name) for name, path in circuit.fields.items())
    return [
        line
        for names in groups.values()
        for line in assignments([(n, circuit.fields[n]) for n in names])
    ]


def hidden_builtins(circuit: Circuit) -> frozenset[str]:
    tree, lines = circuit.trace.tree, circuit.trace.source.lines
    text = "\n".join(lines[tree.lineno - 1 : tree.end_lineno])
    own = {*local_names(tree), *(a.arg for a in syntax.every(ast.arg, tree))}
    names = {name for name in own if callable(getattr(builtins, name, None))}
    return frozenset(n for n in names if not re.search(rf"(?<![\w.]){n}\(", text))


def of_builtins(lines: list[str], hidden: frozenset[str]) -> list[str]:
    """Return lines that reach builtin functions past values of the same name."""
    if not hidden:
        return lines
    pattern = re.compile(rf"(?<![\w.])(?=(?:{'|'.join(map(re.escape, sorted(hidden)))})\()")
    return [pattern.sub("builtins.", line) for line in lines]


def behind_guards(first: Sequence[str], lines: Sequence[str]) -> list[str]:
    """Return the first lines of a forward pass and the others, the guards of lengths, and of what the items of a list
    are, before what reads items, those of chains of objects before what reads their attributes, and before all of them
    those with which the others begin.
    """
    read = "\n".join(first)
    lengths = [
        re.fullmatch(r"if len\((.+)\) != \d+:", line)
        or re.fullmatch(r"if \[\S+.* for \w+ in (.+)\] != \[.+\](?: \* \d+)?:", line)
        for line in lines
    ]
    chains = [re.fullmatch(r"if ([\w.]+) is None or .+ is not None:", line) for line in lines]
    asked = [
        f"{one[1]}[" if one else f"{other[1]}." if other else ""
        for one, other in zip(lengths, chains, strict=True)
    ]
    places = [
        k
        for k, found in enumerate(asked)
        if found and re.search(rf"(?<![\w.]){re.escape(found)}", read)  # not `fs[` of `self.fs[0]`
    ]
    bound = {n for line in first for n in re.findall(r"\w+", line.partition(" = ")[0])}
    for k in range(0, len(lines) - 1, 2):  # what is asked first of all
        is_asked = lines[k].startswith("if ") and as_made("") in lines[k + 1]
        if not is_asked or bound & set(re.findall(r"(?<![.\w])\w+", lines[k])):
            break
        places.append(k)
    places.sort()
    pairs = dict.fromkeys(tuple(lines[k : k + 2]) for k in places)
    guards = [line for pair in pairs for line in pair]
    moved = {k + n for k in places for n in (0, 1)}
    return [*guards, *first, *(line for k, line in enumerate(lines) if k not in moved)]


def output_text(circuit: Circuit) -> str:
    if circuit.output is None:
        return syntax.show(circuit.output_node) if circuit.output_node is not None else "None"
    wire = circuit.output
    return syntax.show(
        named_text(wire.node if not isinstance(wire, Variable) else syntax.name(wire.name or ""))
    )


def without(args: ast.arguments, names: Set[str]) -> ast.arguments:
    """Return parameters without some of them, and their defaults."""
    first = len(args.args) - len(args.defaults)
    defaults = [None] * max(first, 0) + args.defaults[max(-first, 0) :]
    kept = [pair for pair in zip(args.args, defaults, strict=True) if pair[0].arg not in names]
    late = zip(args.kwonlyargs, args.kw_defaults, strict=True)
    rest = [pair for pair in late if pair[0].arg not in names]
    args.args = [parameter for parameter, _ in kept]
    args.defaults = args.defaults[: max(-first, 0)] + [d for _, d in kept if d is not None]
    args.kwonlyargs, args.kw_defaults = [p for p, _ in rest], [d for _, d in rest]
    return args


def signature(circuit: Circuit) -> ast.arguments:
    """Return the user's parameters, without annotations, then the variables of an enclosing function; those of a helper
    but for those that nothing reads since its calls have answered tests.
    """
    args = without(syntax.deep(circuit.trace.tree.args), circuit.trace.settled)
    for a in syntax.walk(args):
        if isinstance(a, ast.arg):
            a.annotation = None
    outer = [ast.arg(arg=name) for name in outer_names(circuit.trace)]
    if outer:
        args.args = [*args.args, *outer]
        args.defaults = []
    return args
