"""The finish: planned lines with placeholders go in; out come lines with names, as a person leaves them.

A formula that the forward pass has computed is read by its name, a size by its shortest text. Loops get their headers.
A gradient that only passes on another one and is then added to becomes one line; an item of an accumulator that one
line alone writes is set, not added to; forks and sums over broadcast axes are said, once.

>>> lines = [
...     Remark("backprop z = y"),
...     Line(syntax.name("dy"), "=", syntax.name("dz")),
...     Remark("backprop p = y * w"),
...     Line(syntax.name("dy"), "+=", syntax.parse("w * dp")),
... ]
>>> first, line = merged(lines)
>>> first.text, f"{syntax.show(line.target)} = {syntax.show(line.value)}"
('backprop z = y and p = y * w', 'dy = dz + w * dp')
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from codegen import syntax
from codegen.backward.draft import Draft
from codegen.backward.flow import Flow, has_break, is_fixed, is_foreseen
from codegen.backward.remember import Steps, Versions
from codegen.backward.sizes import short_sizes
from codegen.backward.trips import changed, picks
from codegen.emit.spell import named_text, stage_text
from codegen.ir import Line, Loop, Nest, Remark, Stage, all_lines
from codegen.pytree import is_plain
from codegen.simplify.known import key
from codegen.stage.local import without_shapes
from codegen.trace.normalize.jumps import negated
from codegen.trace.read import Source

Items = Sequence[Line | Remark | Nest]


def finished(draft: Draft, versions: Versions) -> list[Line | Remark | Nest]:
    """Return the lines of the backward function."""
    variables = {d: variable for variable, d in draft.gradient_names.items()}
    ranks = {d: np.ndim(s) for d, s in draft.samples.items() if is_plain(s)}
    return polished(Settled(draft, versions).lines(), draft.flow, variables, ranks)


# ---- names and headers


class Settled:
    """Gives the planned lines of one function their final names."""

    def __init__(self, draft: Draft, versions: Versions) -> None:
        self.draft, self.versions = draft, versions

    def lines(self) -> list[Line | Remark | Nest]:
        """Return the lines of the backward function."""
        items = self.draft.lines
        by_their_names(items, self.draft)
        short_sizes(items, self.draft)
        wanted = set(self.placeholders(items))
        valued = {
            *self.placeholders(items, values=True),
            *(k for _, keys in self.draft.flags for k in keys),
        }
        self.draft.reads.measured(wanted - valued)
        loops = {nest.loop for nest in self.nests(items) if nest.loop is not None}
        counted = {loop for loop in loops if not is_foreseen(loop, self.draft.circuit.trace.run)}
        self.versions.finish(wanted, self.draft.flags, counted)
        return self.named(items)

    def placeholders(self, items: Items, values: bool = False) -> list[str]:
        """Return the placeholders in all lines and headers; only those whose value is read, not just
        its shape, if asked.
        """
        found: list[str] = []
        for item in items:
            trees: list[ast.expr] = []
            if isinstance(item, Line):
                trees = [item.value, *([item.target] if item.target is not None else [])]
            elif isinstance(item, Nest):
                trees = [item.iterable] if item.iterable is not None else []
                found.extend(self.placeholders(item.body, values))
            found.extend(
                n.id
                for tree in trees
                for n in syntax.walk(without_shapes(tree) if values else tree)
                if isinstance(n, ast.Name) and "@" in n.id
            )
        return found

    def nests(self, items: Items) -> list[Nest]:
        """Return all loops."""
        found = []
        for item in items:
            if isinstance(item, Nest):
                found.extend([item] if item.loop is not None else [])
                found.extend(self.nests(item.body))
        return found

    def named(self, items: Items) -> list[Line | Remark | Nest]:
        """Return lines with the final names."""
        found: list[Line | Remark | Nest] = []
        for item in items:
            if isinstance(item, Line):
                target = self.final(item.target) if item.target is not None else None
                found.append(
                    Line(
                        target,
                        item.operator,
                        self.final(item.value),
                        item.comment,
                        {s.partition("@")[0] for s in item.shares},
                    )
                )
            elif isinstance(item, Nest):
                found.extend(self.nest(item))
            else:
                found.append(item)
        return found

    def final(self, tree: ast.expr) -> ast.expr:
        """Return a text with placeholders replaced."""
        return syntax.rewrite(
            tree,
            lambda p: (
                syntax.name(self.draft.reads.known[p.id].found or p.id.partition("@")[0])
                if isinstance(p, ast.Name) and "@" in p.id
                else None
            ),
        )

    def nest(self, nest: Nest) -> list[Line | Remark | Nest]:
        """Return a compound statement with its header."""
        if nest.loop is not None:
            return [self.loop(nest, nest.loop)]
        body = [*self.again(nest), *self.named(nest.body)]
        if nest.keyword == "else":
            return [Nest("else", body, header="else:")]
        branch = nest.branch
        assert branch is not None and nest.test is not None
        test = nest.test
        if branch.flag:
            read = self.draft.reads.known[self.draft.reads.key(branch.flag, branch, True)]
            test = syntax.name(read.found or branch.flag)
            if nest.negated:
                test = negated(test)
        return [Nest("if", body, header=f"if {syntax.show(self.final(test))}:")]

    def loop(self, nest: Nest, loop: Loop) -> Nest:
        """Return a loop with its header and what its body begins with."""
        steps = self.versions.steps.get(loop, Steps())
        head = self.again(nest)
        body = [*head, *self.named(nest.body)]
        header, unpack = self.header(nest, loop, steps, self.reads_in(body))
        if unpack or head:
            body.insert(len(head), Remark("", code=True))
        return Nest("for", [*unpack, *body], loop=loop, backwards=nest.backwards, header=header)

    def again(self, nest: Nest) -> list[Line | Remark | Nest]:
        """Return the lines of the forward pass that are computed again where a block begins."""
        stages = self.draft.reads.again.get(nest.block, []) if nest.block is not None else []
        shown: list[ast.stmt] = []
        found: list[Line | Remark | Nest] = []
        for stage in sorted(stages, key=lambda s: s.order):
            if stage.kind == "item" or stage.wire is not None:
                found.append(Remark(again_text(stage, self.draft.circuit.trace.source), code=True))
            elif stage.statement not in shown:
                shown.append(stage.statement)
                found.append(Remark(stage_text(stage, self.draft.circuit.trace.source), code=True))
        return found

    def reads_in(self, items: Items) -> set[str]:
        """Return the names that lines read."""
        found: set[str] = set()
        for item in items:
            if isinstance(item, Line):
                found |= {
                    n.id
                    for tree in (item.value, item.target)
                    if tree is not None
                    for n in syntax.walk(tree)
                    if isinstance(n, ast.Name)
                }
            elif isinstance(item, Nest):
                found |= self.reads_in(item.body)
                if item.header:
                    found |= {
                        n.id
                        for n in syntax.walk(
                            ast.parse(item.header.replace("else:", "if x:") + " pass")
                        )
                        if isinstance(n, ast.Name)
                    }
            elif item.code:
                found |= {
                    n.id for n in syntax.walk(ast.parse(item.text)) if isinstance(n, ast.Name)
                }
        return found

    def header(
        self, nest: Nest, loop: Loop, steps: Steps, read: set[str]
    ) -> tuple[str, list[Line | Remark | Nest]]:
        """Return the header of a backward loop, and the line that unpacks a step."""
        saved = steps.saved
        iterable = self.final(nest.iterable) if nest.iterable is not None else None
        unpack: list[Line | Remark | Nest] = []
        names = ", ".join(saved)
        stored = (
            [n.id for n in syntax.walk(loop.target) if isinstance(n, ast.Name)]
            if loop.target is not None
            else []
        )
        own = [n for n in stored if n in read and n not in saved]
        if saved and not own:
            return (
                f"for {names} in {f'reversed({steps.name})' if nest.backwards else steps.name}:",
                [],
            )
        if saved and loop.counts():
            target: ast.expr = (
                ast.Tuple([syntax.name(n) for n in saved], ast.Load())
                if len(saved) > 1
                else syntax.name(saved[0])
            )
            assert loop.target is not None and iterable is not None
            unpack = [Line(target, "=", syntax.index(syntax.name(steps.name), loop.target))]
            trips = (
                syntax.call("range", syntax.call("len", syntax.name(steps.name)))
                if has_break(loop)
                else iterable
            )
            return (
                f"for {syntax.show(loop.target)} in {syntax.show(self.turned(trips, nest.backwards))}:",
                unpack,
            )
        if iterable is None or (steps.name and not saved and not own):
            return f"for _ in range({steps.name}):", []
        assert loop.target is not None
        target_text = syntax.show(loop.target)
        if steps.name and not saved and loop.counts():
            return f"for {target_text} in reversed(range({steps.name})):", []
        if not saved:
            return f"for {target_text} in {syntax.show(self.turned(iterable, nest.backwards))}:", []
        if isinstance(loop.target, ast.Tuple):
            target_text = f"({target_text})" if not target_text.startswith("(") else target_text
        pair = f"({names})" if len(saved) > 1 else names
        both = syntax.call(
            "zip",
            self.turned(iterable, nest.backwards),
            self.turned(syntax.name(steps.name), nest.backwards),
        )
        return f"for {target_text}, {pair} in {syntax.show(both)}:", []

    def turned(self, iterable: ast.expr, backwards: bool) -> ast.expr:
        """Return what a loop runs over, from the end if need be."""
        if not backwards:
            return iterable
        if isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name):
            if iterable.func.id == "range":
                return syntax.call("reversed", iterable)
            if iterable.func.id == "reversed":
                return iterable.args[0]
        if isinstance(iterable, ast.Name) and iterable.id in {
            s.name for s in self.versions.steps.values()
        }:
            return syntax.call("reversed", iterable)
        return syntax.call("reversed", syntax.call("list", iterable))


def again_text(stage: Stage, source: Source) -> str:
    """Return the line that computes a stage again: the user's own if it binds nothing else."""
    if stage.kind == "item" or len(syntax.stores(stage.statement)) == 1 and not stage.rewritten:
        return stage_text(stage, source)
    assert stage.wire is not None
    return f"{syntax.show(stage.target)} = {syntax.show(named_text(stage.wire.node))}"


# ---- formulas that have a name


def by_their_names(items: Sequence[Line | Remark | Nest], draft: Draft) -> None:
    """Read what a gradient would compute again by the name that the forward pass gave it."""
    known = Formulas(draft)
    if known.named:
        for line in all_lines(items):
            line.value = known.short(line.value)


class Formulas:
    """The values of one function that have a name and never change."""

    def __init__(self, draft: Draft) -> None:
        self.draft, self.flow = draft, draft.flow
        self.named: dict[object, Stage] = {}
        self.heads: set[object] = set()
        for item in self.flow.items:
            if isinstance(item, Stage) and is_formula(item) and self.is_constant(item):
                assert item.wire is not None
                tree = named_text(item.wire.node)
                self.named.setdefault(key(tree), item)
                self.heads.add(head(tree))

    def is_constant(self, stage: Stage) -> bool:
        """Return whether the name of a stage, and all that its formula reads, keep their values."""
        assert stage.wire is not None
        names = [*stage.binds, *syntax.reads(named_text(stage.wire.node))]
        return all(is_fixed(self.flow, name) for name in names)

    def short(self, tree: ast.expr) -> ast.expr:
        """Return a text in which formulas are replaced by their names, from the bottom up."""
        found = self.parts(tree)
        if not isinstance(found, ast.Call | ast.BinOp) or head(found) not in self.heads:
            return found
        if found is tree and not any(isinstance(n, ast.Call) for n in syntax.walk(tree)):
            return found
        keys = [n.id for n in syntax.walk(found) if isinstance(n, ast.Name) and "@" in n.id]
        stage = self.named.get(key(plain(found))) if keys else None
        if stage is None:
            return found
        reader = self.draft.reads.known[keys[0]].item
        if stage.owner is not None and stage.block is not reader.block:
            return found  # it may stand on the other side of a branch
        return syntax.name(self.draft.reads.key(stage.binds[0], stage, True))

    def parts(self, tree: ast.expr) -> ast.expr:
        """Return a text whose parts are short."""
        changed = False

        def change(part: ast.expr) -> ast.expr | None:
            nonlocal changed
            if part is tree:
                return None
            short = self.short(part)
            changed |= short is not part
            return short

        found = syntax.rewrite(tree, change)
        return found if changed else tree


def is_formula(stage: Stage) -> bool:
    """Return whether a stage binds one name to the value of a gate."""
    wire = stage.wire
    return (
        wire is not None
        and wire.kind == "gate"
        and stage.kind == "bind"
        and isinstance(stage.target, ast.Name)
        and isinstance(wire.node, ast.Call | ast.BinOp)
    )


def head(tree: ast.expr) -> object:
    """Return what tells most formulas from others at a glance."""
    if isinstance(tree, ast.Call):
        return tree.func.attr if isinstance(tree.func, ast.Attribute) else ""
    return type(tree.op) if isinstance(tree, ast.BinOp) else None


def plain(tree: ast.expr) -> ast.expr:
    """Return a text with variables in place of placeholders."""
    return syntax.rewrite(
        tree,
        lambda p: (
            syntax.name(p.id.partition("@")[0]) if isinstance(p, ast.Name) and "@" in p.id else None
        ),
    )


# ---- the last look

Lines = list[Line | Remark | Nest]
ZERO, MADE = "zero", "made"
SIGNS: dict[str, ast.operator] = {"+=": ast.Add(), "-=": ast.Sub()}


def polished(
    items: Lines, flow: Flow, variables: Mapping[str, str], ranks: Mapping[str, int]
) -> Lines:
    """Return finished lines.

    `variables` gives the variable of each gradient, `ranks` the rank of each gradient that is known.
    """
    items = without_repeats(filled(merged(items)), Known())
    set_once(items, flow)
    Forks(variables).walk(items, {})
    broadcast(items, variables, ranks)
    return items


# ---- what is set already


class Known:
    """The text that each gradient was set to, if neither it nor what the text reads was changed since."""

    def __init__(self, texts: Mapping[str, str] | None = None) -> None:
        self.texts = dict(texts or {})
        self.readers: dict[str, set[str]] = {}
        for name, text in self.texts.items():
            self.note(name, text, syntax.reads(syntax.parse(text)))

    def note(self, name: str, text: str, reads: Sequence[str]) -> None:
        """Note what a gradient is set to."""
        self.texts[name] = text
        for one in reads:
            self.readers.setdefault(one, set()).add(name)

    def forget(self, names: Iterable[str]) -> None:
        """Take away what is known of gradients that are changed."""
        for name in names:
            self.texts.pop(name, None)
            for reader in self.readers.pop(name, ()):
                self.texts.pop(reader, None)


def without_repeats(items: Lines, known: Known) -> Lines:
    """Return lines without those in a branch that set a gradient to what it was set to in front of the branch."""
    found: Lines = []
    texts: dict[str, str] = {}
    for item in items:
        if isinstance(item, Nest):
            if item.keyword != "else":
                texts = dict(known.texts)
            written = writes(item)
            body = without_repeats(item.body, Known(texts if item.loop is None else None))
            # a side of which only comments were left stays as it is
            item.body = body if any(not isinstance(one, Remark) for one in body) else item.body
            known.forget(written)
        elif isinstance(item, Line):
            name = item.target.id if isinstance(item.target, ast.Name) else ""
            text = syntax.show(item.value) if name and item.operator == "=" else ""
            if text and known.texts.get(name) == text:
                continue
            known.forget(changed(item))
            if text and (is_nothing(item) or isinstance(item.value, ast.Name)):
                known.note(name, text, syntax.reads(item.value))
        found.append(item)
    return found


# ---- one line for two


def merged(items: Lines) -> Lines:
    """Return lines in which `dy = dx` and a following `dy += v` are one."""
    found: Lines = []
    for item in items:
        if isinstance(item, Nest):
            item.body = merged(item.body)
        if isinstance(item, Line) and item.operator in SIGNS and isinstance(item.target, ast.Name):
            before = passing(found, item.target.id)
            if before is not None and not reads(item, item.target.id):
                join(found, before, item)
                continue
        found.append(item)
    return found


def passing(found: Lines, name: str) -> Line | None:
    """Return the line `dy = dx` if nothing but one comment stands behind it, and one before it."""
    match found[-3:]:
        case [Remark(code=False), Line() as line, Remark(code=False)]:
            plain = isinstance(line.value, ast.Name) and line.operator == "="
            mine = isinstance(line.target, ast.Name) and line.target.id == name
            return line if plain and mine else None
    return None


def join(found: Lines, before: Line, line: Line) -> None:
    """Add what a line adds to the line before, and to its comment."""
    first, second = found[-3], found[-1]
    assert isinstance(first, Remark)
    assert isinstance(second, Remark)
    first.text = f"{first.text} and {second.text.removeprefix('backprop ')}"
    before.value = ast.BinOp(before.value, SIGNS[line.operator], line.value)
    before.shares = set()
    found.pop()


# ---- displays


def filled(items: Lines) -> Lines:
    """Return lines in which a dict of zeros and the lines behind it that set its items are one."""
    found: Lines = []
    for item in items:
        if isinstance(item, Nest):
            item.body = filled(item.body)
        before = found[-1] if found else None
        if isinstance(item, Line) and isinstance(before, Line) and fill(before, item):
            continue
        found.append(item)
    return found


def fill(before: Line, line: Line) -> bool:
    """Put a value into the display of the line before; return whether that was possible."""
    at, display = line.target, before.value
    if not isinstance(at, ast.Subscript) or not isinstance(display, ast.Dict):
        return False
    if (
        line.operator != "="
        or not isinstance(before.target, ast.Name)
        or reads(line, before.target.id)
    ):
        return False
    if not isinstance(at.value, ast.Name) or at.value.id != before.target.id:
        return False
    for place, own in enumerate(display.keys):
        if isinstance(own, ast.Constant) and syntax.same(own, at.slice):
            display.values[place] = line.value
            before.shares = before.shares | line.shares
            return True
    return False


# ---- set, not added to


def set_once(items: Items, flow: Flow) -> None:
    """Write `=` where a loop writes each item of an accumulator of zeros in one line only, and in one trip only."""
    zeros: set[str] = set()
    for item in items:
        if isinstance(item, Line):
            name = item.target.id if isinstance(item.target, ast.Name) else ""
            zeros = (zeros | {name}) if is_zeros(item) else zeros - set(changed(item))
        elif isinstance(item, Nest):
            for name in zeros & writes(item):
                set_in(item, name, flow)
            set_once(item.body, flow)
            zeros -= writes(item)


def is_zeros(line: Line) -> bool:
    """Return whether a line makes an array of zeros."""
    return line.operator == "=" and syntax.show(line.value).startswith("np.zeros_like(")


def writes(nest: Nest) -> set[str]:
    """Return the gradients that a compound statement writes."""
    return {name for line in all_lines(nest.body) for name in changed(line)}


def set_in(nest: Nest, name: str, flow: Flow) -> None:
    """Write `=` for `+=` in the only line of a loop that has to do with a gradient, if each trip picks other items."""
    lines = [line for line in all_lines([nest]) if name in changed(line) or reads(line, name)]
    if len(lines) != 1:
        return
    (line,) = lines
    target = line.target
    if line.operator not in SIGNS or not isinstance(target, ast.Subscript):
        return
    if not isinstance(target.value, ast.Name) or reads(line, name, target.slice):
        return
    parts = target.slice.elts if isinstance(target.slice, ast.Tuple) else [target.slice]
    if all(picks(loop, parts, flow) for loop in around(nest, line)):
        line.value = line.value if line.operator == "+=" else ast.UnaryOp(ast.USub(), line.value)
        line.operator = "="


def reads(line: Line, name: str, tree: ast.expr | None = None) -> bool:
    """Return whether a line, or a part of it, reads a name."""
    return name in syntax.reads(tree or line.value)


def around(nest: Nest, line: Line) -> list[Loop]:
    """Return the loops around a line inside a compound statement."""
    own = [nest.loop] if nest.loop is not None else []
    for item in nest.body:
        if item is line:
            return own
        if isinstance(item, Nest) and any(inner is line for inner in all_lines(item.body)):
            return [*own, *around(item, line)]
    return own


# ---- remarks


class Forks:
    """Says once for each variable that its gradients add up."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.said: set[str] = set()

    def walk(self, items: Items, state: dict[str, str]) -> dict[str, str]:
        """Go through the lines of a block; return for each gradient whether it is still zero."""
        before = dict(state)
        for item in items:
            if isinstance(item, Line):
                self.line(item, state)
            elif isinstance(item, Nest) and item.keyword == "else":
                joined(state, self.walk(item.body, before))
            elif isinstance(item, Nest):
                before = dict(state)
                inner = {**state, **{n: MADE for n in carried(item) if n in state}}
                joined(state, self.walk(item.body, inner))
        return state

    def line(self, line: Line, state: dict[str, str]) -> None:
        """Note what one line does to its gradient."""
        for name in changed(line):
            adds = line.operator in SIGNS or line.target is None or adds_to(line.value, name)
            adds = adds and not isinstance(line.value, ast.Constant)
            if (
                adds
                and state.get(name) == MADE
                and name in self.variables
                and name not in self.said
            ):
                self.said.add(name)
                sign = "" if line.operator == "=" or line.target is None else "+= : "
                line.comment = f"{sign}{self.variables[name]} forks"
            state[name] = ZERO if is_nothing(line) else MADE


def adds_to(tree: ast.expr, name: str) -> bool:
    """Return whether a text is a name plus something."""
    while isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add | ast.Sub):
        tree = tree.left
        if isinstance(tree, ast.Name):
            return tree.id == name
    return False


def is_nothing(line: Line) -> bool:
    """Return whether a line makes a gradient of zeros."""
    if line.operator != "=" or isinstance(line.target, ast.Tuple | ast.Subscript):
        return False
    parts = [n for n in syntax.walk(line.value) if isinstance(n, ast.Call | ast.Constant)]
    return any(
        syntax.show(n) == "0.0" or syntax.show(n).startswith("np.zeros_like(") for n in parts
    )


def carried(nest: Nest) -> set[str]:
    """Return the gradients that a loop hands from trip to trip: added to, and set anew."""
    lines = all_lines(nest.body)
    fresh = {n.target.id for n in lines if isinstance(n.target, ast.Name) and n.operator == "="}
    return fresh if nest.loop is not None else set()


def joined(state: dict[str, str], other: dict[str, str]) -> None:
    """Add what is known on another way."""
    for name, kind in other.items():
        state[name] = MADE if MADE in (kind, state.get(name)) else kind


def broadcast(items: Items, variables: Mapping[str, str], ranks: Mapping[str, int]) -> None:
    """Say at the first sum over broadcast axes which variable was broadcast."""
    for item in items:
        if isinstance(item, Line) and item.operator == "=" and isinstance(item.target, ast.Name):
            name = item.target.id
            axes = summed_axes(item.value)
            if axes and not item.comment and name in variables and ranks.get(name, 0):
                item.comment = f"{variables[name]} was broadcast over {spoken(axes, ranks[name])}"
                return


def summed_axes(tree: ast.expr) -> list[int]:
    """Return the axes of a sum that is a whole text, but for sign and denominator; negative where they are kept."""
    while (
        isinstance(tree, ast.UnaryOp)
        or isinstance(tree, ast.BinOp)
        and isinstance(tree.op, ast.Div)
    ):
        tree = tree.operand if isinstance(tree, ast.UnaryOp) else tree.left
    if not isinstance(tree, ast.Call) or syntax.show(tree.func) != "np.sum" or len(tree.args) != 1:
        return []
    words = {k.arg: k.value for k in tree.keywords}
    try:
        axis = ast.literal_eval(words["axis"])
    except (KeyError, ValueError):
        return []
    axes = list(axis) if isinstance(axis, tuple) else [axis]
    return [-1 - a for a in axes] if "keepdims" in words else axes


def spoken(axes: list[int], rank: int) -> str:
    """Return axes in words."""
    kept = all(a < 0 for a in axes)
    numbers = sorted(-1 - a for a in axes) if kept else axes
    whole = rank if kept else rank + len(axes)
    if whole == 2 and len(numbers) == 1 and numbers[0] in (0, 1):
        return "the rows" if numbers[0] == 0 else "the columns"
    if len(numbers) == 1:
        return f"axis {numbers[0]}"
    return f"axes {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
