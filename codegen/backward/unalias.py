"""Copies: planned lines go in, the same lines with `.copy()` where two gradients would share memory come out.

A gradient that is changed in place while another name for the same memory is still read, or returned, or
belongs to the caller, gets memory of its own where it is made.

>>> makes = Line(syntax.name("dx"), "=", syntax.name("dq"), shares={"dq"})
>>> adds = Line(syntax.name("dx"), "+=", syntax.parse("2 * dq"))
>>> list(Sharing([makes, adds], ["dx"], {}).hazards.values())
['dx']
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any, TypeGuard

import numpy as np

from codegen import syntax
from codegen.analysis.aliasing import root_of
from codegen.backward.finish import Plan
from codegen.backward.samples import has_axes
from codegen.backward.trips import changed
from codegen.ir import Else, For, If, Line, Nest, Planned, all_lines, replanned
from codegen.pytree import copied as copied_container
from codegen.pytree import held_in, is_record, is_scalar, unused
from codegen.records import dataclass
from codegen.simplify import without_spare_copy


@dataclass(frozen=True)
class Made:
    """Memory that a line makes for a name: what a call gives to several names is not shared."""

    line: Line
    name: str


@dataclass(frozen=True)
class Older:
    """Memory that was made in a loop in a trip before: not what is made in this one."""

    made: Made


Root = str | Made | Older


def unalias(plan: Plan) -> Plan:
    """Return a plan whose lines are safe against shared memory."""
    results = returned_names(plan)
    lines = replanned(plan.lines, lambda line: [noted(line, plan.samples)])
    taken = {plan.upstream, *(n.id for n in plan.results if isinstance(n, ast.Name))}
    lines = replanned(
        lines, lambda line: [with_own_parts(line, taken, plan.samples, plan.upstream)]
    )
    while True:
        sharing = Sharing(lines, results, plan.samples)
        if not sharing.hazards:
            lines = with_own_numbers(lines, plan.upstream, plan.samples)
            return replace(plan, lines=taken_as_copies(lines, plan.upstream))

        def change(line: Line, hazards: dict[Line, str] = sharing.hazards) -> list[Line]:
            name = hazards.get(line)
            return [line] if name is None else separate(line, name, plan.samples.get(name))

        lines = replanned(lines, change)


def with_own_parts(line: Line, taken: set[str], samples: dict[str, Any], upstream: str) -> Line:
    """Return a line with copies of what an object's gradient would share with others; note in `taken` what it holds."""
    own: dict[ast.expr, ast.expr] = {}
    parts = object_made(line)[1]
    if not parts and isinstance(line.value, ast.List | ast.Tuple | ast.Dict):
        # what is shared with other lines is found when these are followed
        parts, taken = parts_of_object(line.value), set()
    for part in parts:
        sample = samples.get(part.id)
        if part.id in taken and not is_number(sample) and not is_record(sample):
            own[part] = copied(part, sample)
        if part.id != upstream:
            taken.add(part.id)
    return replace(line, value=syntax.rewrite(line.value, own.get)) if own else line


def returned_names(plan: Plan) -> list[str]:
    """Return the gradients that are returned; of that of an object, its parts."""
    names = [n.id for n in plan.results if isinstance(n, ast.Name)]
    made = [object_made(line) for line in plan.lines if isinstance(line, Line)]
    objects = {name: [part.id for part in held] for name, held in made if name}

    def parts(name: str) -> list[str]:
        return [p for part in objects[name] for p in parts(part)] if objects.get(name) else [name]

    return [part for name in names for part in parts(name)]


def object_made(line: Line) -> tuple[str, list[ast.Name]]:
    """Return the gradient of objects that a line makes, and those that it is made of; nothing for other lines."""
    match line:
        case Line(target=ast.Name(name), value=value):
            calls = syntax.every(ast.Call, value)
            if any(syntax.show(n.func) == "dataclasses.replace" for n in calls):
                return name, parts_of_object(value)
        case Line(
            target=None,
            value=ast.Call(
                func=ast.Attribute(
                    value=ast.Call(func=ast.Name("vars"), args=[ast.Name(name)]), attr="update"
                ),
                keywords=keywords,
            ),
        ):
            return name, [part for k in keywords for part in parts_of_object(k.value)]
    return "", []


def parts_of_object(tree: ast.expr) -> list[ast.Name]:
    """Return the gradients that an object's gradient is made of, as in `replace(p, W=dW, b=db)`."""
    match tree:
        case ast.Name():
            return [tree]
        case ast.Call(func=ast.Attribute(value=ast.Name("dataclasses")), keywords=keywords):
            parts = [k.value for k in keywords]
        case ast.Call(func=ast.Call(func=ast.Name("type")), args=parts):
            pass
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Dict(values=parts):
            pass
        case _:
            return []
    return [name for part in parts for name in parts_of_object(part)]


def noted(line: Line, samples: dict[str, Any]) -> Line:
    """Return a line without a copy that nothing asks for, and with a note if it makes a view for reading only."""
    value, shown = line.value, without_spare_copy(line.value)
    if shown is not value and root_of(shown):
        return replace(line, value=shown, shares={*line.shares, root_of(shown)})
    if isinstance(line.target, ast.Name) and is_record(samples.get(line.target.id)):
        return replace(line, shares={*line.shares, "an object of the caller's"})
    if not isinstance(value, ast.Call) or not isinstance(line.target, ast.Name):
        return line
    sample, callee = samples.get(line.target.id), syntax.show(value.func)
    is_vector = isinstance(sample, np.ndarray) and sample.ndim == 1
    if line.operator == "=" and is_vector and callee in ("np.diag", "np.diagonal"):
        return replace(line, shares={*line.shares, "a view that cannot be written to"})
    return line


def separate(line: Line, name: str, sample: Any) -> list[Line]:
    """Give a gradient memory of its own: where it is made, or behind a line that makes several."""
    if isinstance(line.target, ast.Name):
        return [replace(line, value=copied(line.value, sample), shares=set())]
    if line.target is None and isinstance(line.value, ast.Call):
        *others, last = line.value.args
        call = ast.Call(line.value.func, [*others, copied(last, sample)], line.value.keywords)
        return [replace(line, value=call, shares=set())]
    if isinstance(line.target, ast.Subscript):
        value = copied(line.value, item_of(sample, line.target))
        return [replace(line, value=value, shares=set())]
    return [line, Line(syntax.name(name), "=", copied(syntax.name(name), sample))]


def item_of(sample: Any, target: ast.expr) -> Any:
    """Return the sample of an item of a container; one like it if the index is not written out."""
    if not isinstance(target, ast.Subscript) or not isinstance(sample, list | tuple | dict):
        return sample
    holder = item_of(sample, target.value)
    if not isinstance(holder, list | tuple | dict | np.ndarray):
        return None
    if isinstance(target.slice, ast.Slice):
        return holder
    try:
        return holder[ast.literal_eval(target.slice)]
    except (ValueError, LookupError, TypeError):
        return next(iter(held_in(holder)), None)


def copied(tree: ast.expr, sample: Any) -> ast.expr:
    if isinstance(sample, list | tuple | dict):
        return copied_container(tree, sample)
    if isinstance(sample, np.ndarray) and sample.ndim == 0:
        return syntax.call("np.array", tree)  # the caller may give a number in its place
    return syntax.method(tree, "copy")


def is_number(sample: Any) -> bool:
    """Return whether the sample of a gradient is known, and has no memory that others may share."""
    has_memory = isinstance(sample, np.ndarray) or is_record(sample)
    return sample is not None and is_scalar(sample) and not has_memory


def is_alone(sample: Any) -> bool:
    return is_number(sample) or isinstance(sample, np.ndarray) and sample.ndim == 0


class State:
    """What is known at one place: the memory that each name may show, and the lines that made it."""

    def __init__(self) -> None:
        self.roots: dict[str, set[Root]] = {}
        self.makers: dict[str, set[Line]] = {}

    def copy(self) -> State:
        fresh = State()
        fresh.roots, fresh.makers = dict(self.roots), dict(self.makers)
        return fresh

    def join(self, other: State) -> bool:
        """Add what is known on another way to the same place; return whether that was anything new."""
        is_new = False
        for name, roots in other.roots.items():
            mine, makers = self.roots.get(name, set()), self.makers.get(name, set())
            if not (name in self.roots and roots <= mine and other.makers[name] <= makers):
                self.roots[name], self.makers[name] = mine | roots, makers | other.makers[name]
                is_new = True
        return is_new

    def age(self, lines: set[Line]) -> None:
        """Note that a trip of the loop around some lines begins: what they have made is what they made before."""
        for name, roots in self.roots.items():
            if old := made_in(lines, roots):
                self.roots[name] = roots - old | set(map(Older, old))


def made_in(lines: set[Line], roots: set[Root]) -> set[Made]:
    return {root for root in roots if isinstance(root, Made) and root.line in lines}


class Sharing:
    """Follows which gradients may share memory, and collects the lines that must make a copy."""

    def __init__(self, lines: list[Planned], results: list[str], samples: dict[str, Any]) -> None:
        self.samples = samples
        self.hazards: dict[Line, str] = {}
        self.touched: set[Root] = set()
        self.shared: set[Root] = set()
        self.later: dict[Line, set[str]] = {}
        self.given: dict[Line, set[Root]] = {}
        self.loops: dict[Nest, tuple[set[str], set[str]]] = {}
        bound = [item for line in all_lines(lines) for item in samples_of(line, samples).items()]
        self.arrays = {name for name, sample in bound if not is_number(sample)}
        self.sharing = {
            n
            for line in all_lines(lines)
            if line.shares
            for n in (*line.shares, *line.bound, *changed(line))
        }
        self.live(lines, set(results) & self.sharing)
        state = State()
        self.walk(lines, state)
        self.returned(state, results)

    def live(self, items: Sequence[Planned], after: set[str]) -> set[str]:
        """Note what is read after each line; return what is read from the first one on."""
        current, number = set(after), len(items) - 1
        while number >= 0:
            item = items[number]
            if isinstance(item, Line):
                self.later[item] = self.later.get(item, set()) | current
                current = (current - set(item.bound)) | (self.sharing & set(item.read))
            elif isinstance(item, For):
                current |= self.around(item, current)
            elif isinstance(item, Else):
                orelse = self.live(item.body, current)
                number -= 1
                inner = items[number]
                assert isinstance(inner, Nest)
                current = orelse | self.live(inner.body, current)
            elif isinstance(item, Nest):
                current |= self.live(item.body, current)
            number -= 1
        return current

    def around(self, nest: Nest, after: set[str]) -> set[str]:
        """Return what is read from the first line of a loop on, if `after` is read behind it."""
        known = self.loops.get(nest)
        if known is None or known[0] != after:
            first = self.live(nest.body, after) | after
            known = after, first if first == after else self.live(nest.body, first)
            self.loops[nest] = known
        return known[1]

    def walk(self, items: Sequence[Planned], state: State) -> None:
        before = state
        for item, following in zip_longest(items, items[1:]):
            if isinstance(item, Line):
                self.line(item, state)
            elif isinstance(item, For):
                made = set(all_lines(item.body))
                for again in (False, True):
                    inner = state.copy()
                    if again:
                        inner.age(made)
                        self.shared |= set(map(Older, made_in(made, self.shared)))
                    self.walk(item.body, inner)
                    if not state.join(inner):
                        break
            elif isinstance(item, If):
                before = state.copy()
                inner = state.copy()
                self.walk(item.body, inner)
                state.roots, state.makers = inner.roots, inner.makers
                if not isinstance(following, Else):
                    state.join(before)
            elif isinstance(item, Nest):
                self.walk(item.body, before)
                state.join(before)

    def line(self, line: Line, state: State) -> None:
        for name in self.changes(line):
            if name in state.roots:
                self.check(line, name, state)
        if line.target is None and line.shares:
            self.appended(line, state)
        if isinstance(line.target, ast.Subscript) and line.operator == "=" and line.shares:
            self.put(line, root_of(line.target), state)
        here = samples_of(line, self.samples)
        for name in line.bound:
            if self.is_number(name):
                continue
            # what stands for an array elsewhere may be a number here, which has no memory
            base = set() if is_number(here[name]) else self.roots_of(line, state)
            self.shared |= base
            state.roots[name] = base or {Made(line, name)}
            state.makers[name] = {line}

    def roots_of(self, line: Line, state: State) -> set[Root]:
        shares = [name for name in line.shares if not self.is_number(name)]
        found = {root for name in shares for root in state.roots.get(name, {name})}
        found |= {root for name in shares for root in state.roots.get(f"{name}[]", ())}
        self.given[line] = self.given.get(line, set()) | found
        return found

    def appended(self, line: Line, state: State) -> None:
        (base,) = changed(line)
        roots = self.roots_of(line, state)
        self.shared |= roots
        state.roots[f"{base}[]"] = state.roots.get(f"{base}[]", set()) | roots
        state.makers[f"{base}[]"] = state.makers.get(f"{base}[]", set()) | {line}

    def put(self, line: Line, holder: str, state: State) -> None:
        """Follow a line that puts a gradient into a container as it is."""
        base = self.roots_of(line, state)
        self.shared |= base
        state.roots[holder] = state.roots.get(holder, set()) | base
        state.makers[holder] = {*state.makers.get(holder, set()), line}

    def changes(self, line: Line) -> list[str]:
        if line.target is None and line.shares:
            return []
        if line.sets:
            return [
                root
                for n in syntax.walk(line.value)
                if isinstance(n, ast.Attribute)
                and n.attr == "pop"
                and isinstance(n.value, ast.Name)
                for root in [n.value.id]
            ]
        return [name for name in changed(line) if not self.is_number(name)]

    def is_number(self, name: str) -> bool:
        """Return whether a gradient is always a plain number, which has no memory to share."""
        return is_number(self.samples.get(name)) and name not in self.arrays

    def check(self, line: Line, name: str, state: State) -> None:
        """Note a hazard if a change of `name` can be seen elsewhere."""
        roots = state.roots[name]
        if not roots & self.shared and not any(isinstance(root, str) for root in roots):
            return
        partners = [
            n
            for n, r in state.roots.items()
            if n != name and r & roots and n.removesuffix("[]") in self.later[line]
        ]
        if partners or any(isinstance(root, str) for root in roots):
            put = [n for n in partners if any(stores_as_is(m, name) for m in state.makers[n])]
            others = {root for n in partners for root in state.roots[n]}
            seen = {root for root in roots if isinstance(root, str) or root in others}
            self.note([*put, name, *partners], roots, state, seen)

    def note(self, names: list[str], roots: set[Root], state: State, seen: set[Root]) -> None:
        """Ask for a copy where the first of some names that can have one is made; others see the memory `seen`."""
        if roots & self.touched:
            return
        self.touched |= roots
        for name in names:
            makers = [line for line in state.makers[name] if line.shares]
            guilty = [line for line in makers if self.given.get(line, seen) & seen]
            for line in guilty or makers:
                self.hazards[line] = name
            if makers:
                return

    def returned(self, state: State, results: list[str]) -> None:
        """Check what is returned: memory of its own for each."""
        taken: set[Root] = set()
        for one in results:
            roots = state.roots.get(one, set())
            if any(isinstance(root, str) or root in taken for root in roots):
                own = {root for root in roots if isinstance(root, str) or root in taken}
                earlier = [n for n in results if n != one and state.roots.get(n, set()) & own]
                self.note([one, *earlier], roots, state, own)
            taken |= roots


def stores_as_is(line: Line, name: str) -> bool:
    """Return whether a line puts a gradient into a container as it is: a copy there is all that is needed."""
    return isinstance(line.target, ast.Subscript) and line.operator == "=" and name in line.shares


def taken_as_copies(items: Sequence[Planned], upstream: str) -> list[Planned]:
    """Return lines in which all parts of the upstream gradient are copied as they are taken.

    >>> lines = [
    ...     Line(syntax.parse("(dx, dy)"), "=", syntax.name("dout")),
    ...     Line(syntax.name("dx"), "=", syntax.parse("dx.copy()")),
    ...     Line(syntax.name("dy"), "=", syntax.parse("dy.copy()")),
    ... ]
    >>> [syntax.show(line.value) for line in taken_as_copies(lines, "dout")]
    ['map(np.copy, dout)']
    """
    match items:
        case [Line(ast.Tuple(targets), "=", ast.Name(name)) as line, *others] if name == upstream:
            names = [syntax.identifier(target) for target in targets]
        case _:
            return list(items)
    made: dict[str, str] = {}
    while others and len(made) < len(names) and (copies := as_copies(others[0])):
        made |= copies
        del others[0]
    kinds = set(made.values())
    if list(made) != names or len(kinds) != 1:
        return list(items)
    call = syntax.call("map", syntax.parse(kinds.pop()), line.value)
    return [replace(line, value=call), *others]


def as_copies(line: Planned) -> dict[str, str]:
    """Return by what function a line copies some gradients, if it does nothing else."""
    if not isinstance(line, Line) or line.operator != "=" or line.comment:
        return {}
    found: dict[str, str] = {}
    parts = syntax.elements(line.target), syntax.elements(line.value)
    for target, value in zip(*parts, strict=False):
        match value:
            case ast.Call(ast.Attribute(ast.Name(of), "copy"), []):
                kind = "np.copy"
            case ast.Call(ast.Name("float"), [ast.Name(of)], []):
                kind = "float"
            case _:
                return {}
        if of != syntax.identifier(target):
            return {}
        found[of] = kind
    return found


# ---- numbers


def with_own_numbers(
    items: Sequence[Planned], upstream: str, samples: dict[str, Any]
) -> list[Planned]:
    """Return lines with a copy of an upstream number that is changed in place: it may be an array without axes."""
    lines = list(all_lines(items))
    passed = {upstream}
    while True:
        more = {
            name
            for line in lines
            if (is_part := bool(passed_on(line, passed))) or is_shallow_copy(line.value, passed)
            for name, sample in samples_of(line, samples).items()
            if name not in passed and not has_axes(sample) and (is_part or not is_alone(sample))
        }
        if not more:
            break
        passed |= more
    added = {changed(line)[0] for line in lines if line.operator not in ("=", "") and changed(line)}
    inner = (c for line in lines for c in syntax.walk(line.value) if c is not line.value)
    added |= {root_of(c) for c in inner if is_taken_out(c)}  # may be changed under another name
    whole = {n for n in passed if isinstance(samples.get(n), dict | list)}
    for line in reversed([n for n in lines if n.target is not None and root_of(n.target) in added]):
        added |= {root_of(part) for part in passed_on(line, whole)}  # changed as a part of another

    def is_own(part: ast.expr, line: Line) -> bool:
        root = samples.get(root_of(part))
        sample = item_of(root, part) if isinstance(part, ast.Subscript) else root
        if part is line.value and isinstance(line.target, ast.Name):
            sample = samples.get(line.target.id)
        return is_number(sample) and not isinstance(sample, int | np.integer)  # None there

    def change(line: Line) -> list[Line]:
        # nobody changes a tuple in place
        places = passed_on(line, passed) if not syntax.calls(line.value, "tuple") else []
        holder = root_of(line.target) if line.target is not None else ""
        held = samples.get(holder)
        if holder in added and is_shallow_copy(line.value, passed):
            if numbers := of_numbers(line.value, held):
                return [replace(line, value=numbers)]
        if holder in added and not isinstance(held, np.ndarray):
            own = {part: syntax.call("float", part) for part in places if is_own(part, line)}
            return [replace(line, value=syntax.rewrite(line.value, own.get))] if own else [line]
        found = samples_of(line, samples) if places else {}
        names = [n for n in line.bound if n in added and is_alone(found.get(n))]
        parts = [syntax.name(n) for n in names]
        if names and isinstance(line.target, ast.Tuple) and isinstance(line.value, ast.Name):
            if all(isinstance(found.get(n), float) for n in line.bound):
                call = syntax.call("map", syntax.name("float"), line.value)
                return [replace(line, value=call)]
        kinds = ["float" if is_number(found[n]) else "np.array" for n in names]
        calls = [syntax.call(kind, part) for kind, part in zip(kinds, parts, strict=True)]
        if len(names) < 2:
            return [line, *(Line(parts[0], "=", calls[0]) for _ in names)]
        targets = ast.Tuple([*parts], ast.Store())
        return [line, Line(targets, "=", ast.Tuple([*calls], ast.Load()))]

    return replanned(items, change) if added else list(items)


def samples_of(line: Line, samples: dict[str, Any]) -> dict[str, Any]:
    """Return samples of what a line binds; a part taken out of a tuple is one of its items."""
    whole = samples.get(line.value.id) if isinstance(line.value, ast.Name) else None
    if isinstance(line.target, ast.Tuple) and isinstance(whole, tuple):
        if len(line.bound) == len(whole):
            return dict(zip(line.bound, whole, strict=True))
    if isinstance(line.target, ast.Name) and isinstance(line.value, ast.Subscript):
        part = item_of(samples.get(syntax.root_name(line.value)), line.value)
        if is_number(part):
            return {line.target.id: part}
    if isinstance(line.target, ast.Name) and line.sample is not None:
        return {line.target.id: line.sample}
    return {name: samples.get(name) for name in line.bound or changed(line)}


def is_shallow_copy(tree: ast.expr, names: set[str]) -> bool:
    """Return whether a text is a new list or dict with the very items of one of some gradients."""
    match tree:
        case ast.Call(
            func=ast.Name("list" | "dict"), args=[ast.Name() | ast.Subscript() as inner]
        ) | (ast.Call(func=ast.Attribute(ast.Name() | ast.Subscript() as inner, "copy"), args=[])):
            return root_of(inner) in names
    level = level_of(tree)
    return level is not None and root_of(level[0]) in names and is_shallow_copy(*level[1:])


def level_of(tree: ast.expr) -> tuple[ast.expr, ast.expr, set[str]] | None:
    """Return what a comprehension goes over, an item that it makes, and the name of an item that it reads."""
    match tree:
        case ast.ListComp(elt, [ast.comprehension(ast.Name(one), whole, [])]):
            return whole, elt, {one}
        case ast.DictComp(
            value=value,
            generators=[
                ast.comprehension(
                    ast.Tuple([_, ast.Name(one)]), ast.Call(ast.Attribute(whole, "items")), []
                )
            ],
        ):
            return whole, value, {one}
    return None


def of_numbers(tree: ast.expr, sample: Any) -> ast.expr | None:
    """Return the text of a copy of a list or dict of numbers, or of several, each a number of its own."""
    if has_axes(sample) or is_alone(sample):
        return None  # `a.copy()` of an array
    items = list(held_in(sample or ()))
    if level := level_of(tree):
        made = [of_numbers(level[1], item) for item in items]
        if not made or None in made:
            return None
        return syntax.rewrite(tree, lambda node: made[0] if node is level[1] else None)
    assert isinstance(tree, ast.Call)
    if not all(map(is_number, items)):
        return None
    inner = tree.args[0] if tree.args else tree.func.value  # type: ignore[attr-defined]  # `a.copy()`
    if not isinstance(sample, dict):
        return syntax.call("list", syntax.call("map", syntax.name("float"), inner))
    key, value = unused(["k", "v"], [tree])
    both = ast.Tuple([ast.Name(key, ast.Store()), ast.Name(value, ast.Store())], ast.Store())
    pairs = syntax.method(inner, "items")
    number = syntax.call("float", syntax.name(value))
    return ast.DictComp(syntax.name(key), number, [ast.comprehension(both, pairs, [], 0)])


def passed_on(line: Line, names: set[str]) -> list[ast.expr]:
    """Return where a line gives one of some gradients, or a part of it, another name, or puts it into a container."""
    if line.operator != "=":
        return []
    value = line.value
    if isinstance(value, ast.Call) and syntax.calls(value, "tuple") and value.args:
        value = value.args[0]
    if isinstance(value, ast.BinOp) and isinstance(value.left, ast.List):
        value = value.left  # `[dout] * len(xs)`
    parts = value.elts if isinstance(value, ast.List | ast.Tuple) else [line.value]
    parts = list(value.values) if isinstance(value, ast.Dict) else parts
    plain = ast.Name | ast.Subscript | ast.Attribute
    shown = [part for part in parts if isinstance(part, plain) or is_taken_out(part)]
    return [part for part in shown if root_of(part) in names]


def is_taken_out(tree: ast.AST) -> TypeGuard[ast.Call]:
    return (
        isinstance(tree, ast.Call)
        and isinstance(tree.func, ast.Attribute)
        and tree.func.attr == "pop"
    )


def needs_numbers(lines: Sequence[Planned]) -> bool:
    """Return whether some gradient of a number is changed in place while another name for it is read."""
    return bool(Sharing(shared(lines), [], {}).hazards)


def shared(items: Sequence[Planned]) -> list[Planned]:
    """Return lines in which a gradient that only passes on another one shares its memory, numbers as well."""

    def change(line: Line) -> list[Line]:
        values = syntax.elements(line.value)
        given = [
            v.args[-1] if syntax.calls(v, "float", "map") else v
            for v in values  # see `with_own_numbers` and `taken_as_copies`
        ]
        passes = line.operator == "="
        names = {v.id for v in given if isinstance(v, ast.Name) and passes}
        return [replace(line, shares=names, sample=None)]

    return replanned(items, change)
