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
from collections.abc import Callable, Mapping, Sequence
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
from codegen.emit.imports import in_order
from codegen.emit.numbered import StagesOfPair, aligned, numbered, numbers_of, stages_of_pair
from codegen.emit.surroundings import Surroundings
from codegen.emit.templates import rendered, styles
from codegen.emit.text import formatted, in_rows, lines_of
from codegen.emit.whole import remarked, whole
from codegen.errors import FLOATS, UsageError, Was, as_made, asked_for, listed, visible
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
        """The name of its second function."""
        return backward_name(self.function)

    @property
    def leaves_early(self) -> bool:
        """Whether the forward pass may return a value that has no backward pass, without a cache."""
        return leaves_early(self.forward)

    @cached_property
    def notes(self) -> Passes:
        """Both passes in one function, stages numbered."""
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
        """Return the program with a guard for each argument for whose value alone it is right, and for each
        condition under which it is not.
        """
        asked = {other_than(name, value): f"{name} was {value!r}" for name, value in frozen.items()}
        known = set(asked.values())  # any other value raises: no need to ask for some of them
        known |= {f"{name} was a number" for name in frozen}
        asked |= {test: text for test, text in (guards or {}).items() if text not in known}
        asked = joined(asked)
        lines = [
            line
            for tests, texts in at_once(asked)
            for line in (
                f"if {' or '.join(tests)}:",
                f"    raise NotImplementedError({complaint(*texts)!r})",
            )
        ]
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


SIZE = r"(?:[\w.]+\.shape(?:\[[-\d:]+\])?|len\([\w.]+\))"
SIZES = re.compile(rf"{SIZE}(?: == {SIZE})+")
NAMED = re.compile(r"[\w.]+(?=\.shape)|(?<=len\()[\w.]+")


def complaint(*texts: str) -> str:
    """Return what a guard says, given what was so, or what must be equal: short, so that it fits in a line.

    >>> complaint(Was(["x"], ["a vector"])), complaint("x.shape[0] == y.shape[0]")
    ('x was a vector when this code was made', 'needs x.shape[0] == y.shape[0]')
    >>> complaint(Was(["x", "y"], ["a vector"] * 2))
    'needs vectors x and y'
    >>> complaint(Was(["p"], ["a number"]), "x.shape == y.shape")
    'needs a number p and x.shape == y.shape'
    >>> complaint("features.shape[0] == target.shape[0] == target.shape[1]")
    'needs agreeing sizes of features and target'
    """
    first, *others = texts
    said = as_made(first)
    is_alone = isinstance(first, Was) and len(first.names) == 1 and in_one_line(said)
    if not others and (is_alone or not can_be_asked(first)):
        return said
    said = f"needs {asked_for(texts)}"
    sizes = [text for text in texts if SIZES.fullmatch(text)]
    if in_one_line(said) or not sizes:
        return said
    names = dict.fromkeys(NAMED.findall(" ".join(sizes)))
    kept = [text for text in texts if text not in sizes]
    short = f"needs {asked_for([*kept, f'agreeing sizes of {listed([*names])}'])}"
    return short if in_one_line(short) else said


def can_be_asked(text: str) -> bool:
    """Return whether a guard can say what it needs, and not only what was so."""
    return bool(text.kind) if isinstance(text, Was) else " == " in text


def in_one_line(said: str) -> bool:
    """Return whether what a guard says fits in the line that raises."""
    return len(f'        raise NotImplementedError("{said}")') <= WIDTH


def height(texts: Sequence[str]) -> int:
    """Return in how many lines a guard stands that says some texts."""
    said = complaint(*texts)
    return 2 if in_one_line(said) else 3 + len(in_rows(said, WIDTH - len(ROOM)))


def at_once(asked: Mapping[str, str]) -> list[tuple[list[str], list[str]]]:
    """Return guards, those in one whose tests fit in a line and which are no longer so: their tests, and what they say.

    >>> was = Was(["p"], ["a number"])
    >>> at_once({"np.ndim(p) != 0": was, "x.shape != y.shape": "x.shape == y.shape"})
    [(['np.ndim(p) != 0', 'x.shape != y.shape'], ['p was a number', 'x.shape == y.shape'])]
    """
    found: list[tuple[list[str], list[str]]] = []
    for test, text in asked.items():
        tests, texts = found[-1] if found else ([], [])
        both, words = [*tests, test], [*texts, text]
        kinds = [word for word in words if not isinstance(word, Was) or word.kind != FLOATS]
        subjects = [word.split(" ")[0] for word in kinds]
        can_be = bool(tests) and all(map(can_be_asked, words)) and len({*subjects}) == len(subjects)
        if (
            can_be
            and len(f"    if {' or '.join(both)}:") <= WIDTH
            and height(words) <= height(texts) + height([text])
        ):
            found[-1] = both, words
        else:
            found.append(([test], [text]))
    return found


ROOM = '             ""'
"""What stands beside the words of a guard in their line."""


JOINED = (re.compile(r"np\.ndim\(.+\) != 0"), re.compile(r"[^ ]+\.shape\[\d+\] == 1"))
"""Tests that are asked together."""
RANK = r"np\.ndim\([^ ]+\) [!<>]=? [1-9]"
RANKED = re.compile(rf"{RANK}|any\({RANK} for \w+ in [\w.]+\)")
"""Tests that are asked together where they stand one behind the other: a later one may need them."""


def joined(asked: Mapping[str, str]) -> dict[str, str]:
    """Return guards in which all that ask the same of several arguments are one.

    >>> joined({f"np.ndim({name}) != 0": Was([name], ["a number"]) for name in "ab"})
    {'np.ndim(a) or np.ndim(b)': 'a and b were numbers'}
    >>> joined({
    ...     "np.ndim(a) < 1": Was(["a"], ["a vector"]),
    ...     "any(np.ndim(v) != 1 for v in bs)": Was(["bs[k]"], ["a vector"]),
    ... })
    {'np.ndim(a) < 1 or any(np.ndim(v) != 1 for v in bs)': 'a and bs[k] were vectors'}
    """
    kinds: dict[str, Any] = {}
    turn = 0
    for test, text in asked.items():
        kind = next((k for k, pattern in enumerate(JOINED) if pattern.fullmatch(test)), None)
        ranked = RANKED.fullmatch(test)
        turn += ranked is None
        if isinstance(text, Was) and (kind is not None or ranked is not None):
            kinds[test] = kind if ranked is None else (turn, text.values[0])
    found: dict[str, str] = {}
    for test, text in asked.items():
        own = [other for other in kinds if kinds[other] == kinds.get(test)]
        if len(own) < 2:
            found[test] = text
        elif test == own[-1]:  # behind the guards that any of them may need
            said = [one for other in own if isinstance(one := asked[other], Was)]
            each = dict(pair for one in said for pair in zip(one.names, one.values, strict=True))
            found[question(own)] = Was([*each], [*each.values()])
    return found


def question(tests: Sequence[str]) -> str:
    """Return the test whether one of some tests holds that ask the same."""
    if tests[0].endswith(" != 0"):
        return " or ".join(test.removesuffix(" != 0") for test in tests)
    if RANKED.fullmatch(tests[0]):
        return " or ".join(tests)
    return f"1 in ({', '.join(test.removesuffix(' == 1') for test in tests)})"


def other_than(name: str, value: int | str) -> str:
    """Return the text of the question whether an argument has another value."""
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
        """Return a name for a helper that no other pair has, and whose two functions no function of the user's is
        called by.
        """
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
        """Return the forward and backward function of one circuit."""
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
        room -= sum(len(saved.texts[n]) - len(n) for n in cached if n in saved.texts)
        kept = rows([cached[:given], cached[given:]], room, WIDTH - 8 - len("(),"))
        unpacked = shown(kept) if len(cached) > 1 else f"({cached[0]},)" if cached else ""
        if len(kept) > 1:  # the comma at the end lets a formatter break the line there
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
    """Return the names that the lines of a function read."""
    text = textwrap.indent("\n".join(["if True:", *lines]), "    ").lstrip()
    return set(syntax.reads(ast.parse(text)))


def field_lines(circuit: Circuit) -> list[str]:
    """Return the lines that give attributes of arguments a name, one for each object."""
    groups = grouped((path.rpartition(".")[0], name) for name, path in circuit.fields.items())
    return [
        line
        for names in groups.values()
        for line in assignments([(n, circuit.fields[n]) for n in names])
    ]


def hidden_builtins(circuit: Circuit) -> frozenset[str]:
    """Return the builtin functions whose names the function gives to values of its own."""
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


def signature(circuit: Circuit) -> ast.arguments:
    """Return the user's parameters, without annotations, then the variables of an enclosing function."""
    args: ast.arguments = syntax.deep(circuit.trace.tree.args)
    for a in syntax.walk(args):
        if isinstance(a, ast.arg):
            a.annotation = None
    outer = [ast.arg(arg=name) for name in outer_names(circuit.trace)]
    if outer:
        args.args = [*args.args, *outer]
        args.defaults = []
    return args
