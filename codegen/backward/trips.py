"""The trips of a loop: whether each picks other items, and whether they must run backwards.

>>> sorted(counting_names(ast.parse("for i, w in enumerate(ws): pass").body[0]))
['i']
"""

from __future__ import annotations

import ast
import math
from collections.abc import Collection, Iterator, Sequence, Set
from dataclasses import replace

import numpy as np

from codegen import ir, syntax
from codegen.analysis.aliasing import root_of
from codegen.backward.flow import Flow, has_break
from codegen.backward.places import one_ends_before
from codegen.backward.reads import unplaced
from codegen.records import dataclass
from codegen.simplify.kinds import literal, signed_literal


def written_once(flow: Flow, stage: ir.Stage, base: str) -> bool:
    """Return whether a passive start is written at each item for the first time: all loops around pick other items."""
    definers = flow.definers.get(base, [])
    if not definers or base in flow.circuit.parameters:
        return False
    loops_around = set(flow.loops(stage))
    before = [
        other
        for other in flow.changers[base]
        if flow.order[other] < flow.order[stage] or loops_around & set(flow.loops(other))
    ]
    if not all(other is stage or are_apart(flow, stage, other) for other in before):
        return False
    made, loops = definers[0], flow.loops(stage)
    if not isinstance(made, ir.Stage) or made.wire is not None:
        return False
    behind = flow.end(loops[-1]) if loops else flow.order[stage]
    if len(definers) > 1 and (flow.owner[made] is not None or flow.order[definers[1]] < behind):
        return False
    parts: list[ast.expr] = []
    target = stage.target
    while isinstance(target, ast.Subscript):
        parts.extend(syntax.elements(target.slice))
        target = target.value
    for loop in loops:
        if flow.is_in(made, loop):
            return True
        if not picks(loop, parts, flow):
            return False
    return True


def are_apart(flow: Flow, one: ir.Stage, other: ir.Statement) -> bool:
    """Return whether two stages surely write other items of an array or a list, or never both write."""
    if not isinstance(one, ir.Store) or not isinstance(other, ir.Store | ir.Add):
        return False
    if not isinstance(one.holder, np.ndarray | list | dict) or root_of(one.target) != root_of(
        other.target
    ):
        return False
    if flow.exclusive(one, other):
        return not flow.loops(one) or syntax.same(one.target, other.target)
    wraps = not isinstance(one.holder, dict)
    return are_apart_in(flow, first_key(one.target), first_key(other.target), wraps)


def are_apart_in(
    flow: Flow, first: list[ast.expr], second: list[ast.expr], wraps: bool = True
) -> bool:
    """Return whether two indices surely have no place in common; `wraps` as in `is_done`."""
    return any(are_other_places(a, b, flow, wraps) for a, b in of_one_axis(first, second))


def of_one_axis(
    first: list[ast.expr], second: list[ast.expr]
) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield the parts of two indices that surely belong to the same axis."""
    for a, b in zip(first, second, strict=False):
        yield a, b
        if not syntax.same(a, b) and not (isinstance(a, ast.Slice) and isinstance(b, ast.Slice)):
            return
        if isinstance(a, ast.Constant) and not isinstance(a.value, int):
            if a.value is not ... or len(first) != len(second):
                return  # all that is left, or a new axis


def first_key(target: ast.expr) -> list[ast.expr]:
    """Return the parts of the index that is taken of a variable first."""
    while isinstance(target, ast.Subscript) and isinstance(target.value, ast.Subscript):
        target = target.value
    if not isinstance(target, ast.Subscript) or not isinstance(target.value, ast.Name):
        return []
    return syntax.elements(target.slice)


def are_other_places(a: ast.expr, b: ast.expr, flow: Flow, wraps: bool = True) -> bool:
    ends = [signed_literal(part) for part in (a, b)]
    if all(end is not None and end < 0 for end in ends) and ends[0] != ends[1]:
        return True  # both count from the end
    if one_ends_before(a, b, flow.is_one_size):
        return True
    one, other = places_of(a, flow, wraps), places_of(b, flow, wraps)
    return one is not None and other is not None and (one[1] <= other[0] or other[1] <= one[0])


def places_of(part: ast.expr, flow: Flow, wraps: bool) -> tuple[float, float] | None:
    """Return the range of places that an index may name; None if one may count from the end."""
    low: float | None
    high: float | None
    if isinstance(part, ast.Slice) and part.step is None:
        low = 0 if part.lower is None else signed_literal(part.lower)
        high = math.inf if part.upper is None else signed_literal(part.upper)
    elif type(place := signed_literal(part)) is int:
        low, high = place, place + 1
    else:
        low, high = least(part, flow), math.inf
    if low is None or high is None or wraps and low < 0 or low > high:
        return None
    return low, high


def least(
    part: ast.expr, flow: Flow, at: ir.Statement | None = None, below: Set[str] = frozenset()
) -> float | None:
    """Return the least value of a number that counts on or down; `below` are variables it must not rest on."""
    if (value := signed_literal(part)) is not None:
        return value
    name = root_name(part)
    made: list[ir.Statement] = flow.definers.get(name, []) if name not in below else []
    if at is not None and made and (loop := counted_by(name, flow, at)) is not None:
        made = [loop]
    lows: list[float | None] = []
    for one in made:
        span = span_of(one.statement) if isinstance(one, ir.Loop) else None
        lows.append(least(span.low, flow, one, {*below, name}) if span is not None else None)
    known = [low for low in lows if low is not None]
    return min(known) + shift(part) if known and len(known) == len(lows) else None


def counted_by(name: str, flow: Flow, at: ir.Statement) -> ir.Loop | None:
    made = flow.definers.get(name, [])
    loop = next((one for one in flow.loops(at) if one in made), None)
    if loop is None or any(flow.is_in(one, loop) for one in made if one is not loop):
        return None
    return loop


def with_plain_powers(items: Sequence[ir.Planned], flow: Flow) -> list[ir.Planned]:
    """Return lines with the exponent `t - 1` where `t` surely counts from one, not the form that serves for zero."""

    def change(part: ast.expr) -> ast.expr | None:
        match part:
            case ast.BinOp(
                left=n, op=ast.Sub(), right=ast.Compare(left=asked, ops=[ast.NotEq()])
            ) if syntax.same(n, asked):
                low = least(unplaced(n), flow)
                return moved(n, -1) if low is not None and low >= 1 else None
        return None

    return ir.replanned(
        items, lambda line: [replace(line, value=syntax.rewrite(line.value, change))]
    )


@dataclass(frozen=True)
class Span:
    """The numbers of a loop over a range: the least one, the largest one, and whether they go up."""

    low: ast.expr
    high: ast.expr
    is_upward: bool


def span_of(loop: ast.stmt) -> Span | None:
    """Return the numbers of a loop over a range, if it says which way they go.

    >>> span = span_of(ast.parse("for i in range(n - 2, -1, -1): pass").body[0])
    >>> syntax.show(span.low), syntax.show(span.high), span.is_upward
    ('0', 'n - 2', False)
    """
    counts = loop.iter if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name) else None
    turned = syntax.calls(counts, "reversed")
    counts = counts.args[0] if turned and isinstance(counts, ast.Call) else counts
    if not syntax.calls(counts, "range"):
        return None
    start, stop, step = [syntax.constant(0), *counts.args, syntax.constant(1)][:3]
    if len(counts.args) > 1:
        start, stop, step = [*counts.args, syntax.constant(1)][:3]
    way = signed_literal(step)
    if not way:
        return None
    low, high = (start, moved(stop, -1)) if way > 0 else (moved(stop, 1), start)
    return Span(low, high, (way > 0) != turned)


def moved(part: ast.expr, by: int) -> ast.expr:
    value, root = signed_literal(part), root_name(part)
    if value is not None:
        return syntax.signed(value + by)
    if root:
        part, by = syntax.name(root), by + int(shift(part))
    if not by:
        return part
    return ast.BinOp(part, ast.Add() if by > 0 else ast.Sub(), syntax.constant(abs(by)))


def is_settled(flow: Flow, stage: ir.Stage, item: ast.expr, post: bool) -> bool:
    """Return whether no change that comes later, in any trip, touches items as they are before or behind a stage."""
    if not isinstance(item, ast.Subscript):
        return False
    while isinstance(item.value, ast.Subscript):
        item = item.value
    base = syntax.identifier(item.value)
    definers, changers = flow.definers.get(base, []), flow.changers.get(base, [])
    if not changers or len(definers) != 1 or base in flow.circuit.parameters:
        return False
    if all(
        isinstance(other, ir.Store | ir.Add) and isinstance(other.holder, np.ndarray)
        for other in changers
    ):
        targets, wraps = [other.target for other in changers], True  # type: ignore[attr-defined]  # stores, see above
    elif holds_dicts(flow, base) and is_left_alone(flow, stage, item, post):
        targets, wraps = [target_of(other) for other in changers], False
    else:
        return False
    return all(
        root_of(target) == base
        and is_done(flow, stage, first_key(item), other, target, definers[0], post, wraps)
        for other, target in zip(changers, targets, strict=True)
    )


def holds_dicts(flow: Flow, name: str) -> bool:
    run = flow.circuit.trace.run
    names = [n for n in syntax.walk(flow.circuit.trace.tree) if syntax.identifier(n) == name]
    seen = [run.facts[n].sample for n in names if n in run.facts]
    return bool(seen) and all(isinstance(sample, dict) for sample in seen)


def target_of(change: ir.Statement) -> ast.expr:
    """Return what a statement puts something into; an empty name if it does anything else."""
    match change.statement:
        case ast.Assign(targets=[ast.Subscript() as target]):
            return target
    return syntax.name("")


def is_left_alone(flow: Flow, stage: ir.Stage, item: ast.Subscript, post: bool) -> bool:
    """Return whether the run saw no change in place of what a dict holds, once read there or put there (`post`)."""
    run, base = flow.circuit.trace.run, syntax.identifier(item.value)
    places = [
        run.fact(part).place
        for part in syntax.every(
            ast.Subscript, flow.circuit.trace.tree if post else stage.statement
        )
        if isinstance(part.ctx, ast.Load)
        and (syntax.identifier(part.value) == base if post else syntax.same(part, item))
    ]
    return bool(places) and all(
        place is not None and run.memory.is_read(place) and not run.memory.changed_after(place)
        for place in places
    )


def is_done(
    flow: Flow,
    stage: ir.Stage,
    read: list[ast.expr],
    other: ir.Statement,
    target: ast.expr,
    made: ir.Statement,
    post: bool,
    wraps: bool,
) -> bool:
    """Return whether a write is over, or goes on elsewhere, once a stage has read; `wraps` if counted from the end."""
    written = first_key(target)
    loops = [one for one in flow.loops(stage) if flow.is_in(other, one)]  # the innermost first
    common = [one for one in loops if not flow.is_in(made, one)]
    is_over = flow.order[other] < flow.order[stage] or post and other is stage
    is_over = is_over or flow.exclusive(stage, other)
    if not common:
        return is_over or are_apart_in(flow, read, written, wraps)
    for loop in reversed(common):  # from the outermost: what its earlier trips write is over
        turns = [
            turn_of(a, b, loop, stage, flow, wraps)
            for a, b in side_by_side(read, written, flow, stage)
        ]
        if EARLIER in turns:
            return True
        if NOT_LATER not in turns:
            return False
    return is_over and loops == common


EARLIER, NOT_LATER, UNKNOWN = range(3)
DEEPEST = 5


def side_by_side(
    first: list[ast.expr], second: list[ast.expr], flow: Flow, at: ir.Stage
) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield the parts of two indices that belong to the same axis, each of one number or a slice."""
    for a, b in zip(first, second, strict=False):
        yield a, b
        plain = [isinstance(p, ast.Slice) or least(p, flow, at) is not None for p in (a, b)]
        if not syntax.same(a, b) and not all(plain):
            return
        if isinstance(a, ast.Constant) and type(a.value) is not int:
            return  # all that is left, or a new axis


def turn_of(
    a: ast.expr, b: ast.expr, loop: ir.Loop, stage: ir.Stage, flow: Flow, wraps: bool
) -> int:
    """Return whether the trip that writes at `a` is earlier than the one that reads there."""
    name = root_name(b)
    span = span_of(loop.statement) if counted_by(name, flow, stage) is loop else None
    if span is None:
        return UNKNOWN
    if is_before(a, b, flow, stage):
        return EARLIER if span.is_upward and (not wraps or is_counted(a, stage, flow)) else UNKNOWN
    least_b = least(b, flow, stage)
    if wraps and not span.is_upward and (least_b is None or least_b < 0):
        return UNKNOWN  # it may go on to write at the end
    end = outermost(a, name, span.is_upward, stage, flow, wraps)
    if end is not None:
        end -= shift(b)
    elif root_name(a) and (not wraps or is_counted(a, stage, flow)):
        start = ahead_of(b, root_name(a), not span.is_upward, flow, stage)
        end = None if start is None else shift(a) - start
    if end is None:
        return UNKNOWN
    step = end if span.is_upward else -end
    if step == 0 and not syntax.same(a, b) and are_told_apart(a, b, stage, flow):
        return EARLIER
    return EARLIER if step < 0 else NOT_LATER if step == 0 else UNKNOWN


def outermost(
    part: ast.expr, name: str, is_upward: bool, stage: ir.Stage, flow: Flow, wraps: bool
) -> float | None:
    """Return by how much the largest place that a part of an index names, or the least one, is ahead of a variable."""
    if isinstance(part, ast.Slice):
        end = part.upper if is_upward else part.lower
        ends = [end, part.lower] if part.lower is not None else [end]
        if end is None or part.step or not all(is_counted(e, stage, flow) for e in ends if e):
            return None
        return ahead_of(moved(end, -1) if is_upward else end, name, is_upward, flow, stage)
    if wraps and not is_counted(part, stage, flow):
        return None
    return ahead_of(part, name, is_upward, flow, stage)


def ahead_of(
    part: ast.expr, name: str, is_upward: bool, flow: Flow, at: ir.Statement
) -> float | None:
    """Return by how much the largest value of a number, or the least one, is ahead of a variable."""
    ahead: float = 0
    for _ in range(DEEPEST):  # an inner loop may run up to the number of one around it
        root, ahead = root_name(part), ahead + shift(part)
        if root == name:
            return ahead
        loop = counted_by(root, flow, at)
        span = span_of(loop.statement) if loop is not None else None
        if loop is None or span is None:
            return None
        part, at = span.high if is_upward else span.low, loop
    return None


def tests_around(stage: ir.Stage, flow: Flow) -> Iterator[tuple[ast.expr, bool]]:
    """Yield the tests around a stage, the innermost first, each with whether it holds there."""
    for block, owner in zip(flow.blocks(stage), flow.owners(stage), strict=False):
        if isinstance(owner, ir.Branch):
            yield ir.named_text(owner.test), block is owner.body


def are_told_apart(a: ast.expr, b: ast.expr, stage: ir.Stage, flow: Flow) -> bool:
    """Return whether a stage stands under a test that says that two numbers are not the same."""
    for test, holds in tests_around(stage, flow):
        match test:
            case ast.Compare(left, [ast.Eq() | ast.NotEq() as op], [right]):
                told = [[left, right], [right, left]]
                is_apart = isinstance(op, ast.NotEq) is holds
                if is_apart and any(syntax.same([a, b], both) for both in told):
                    return True
    return False


def is_counted(part: ast.expr, stage: ir.Stage, flow: Flow) -> bool:
    """Return whether an index surely counts from the start; a test around its stage may say so."""
    low = least(part, flow, stage)
    if low is not None:
        return low >= 0
    return any(
        holds and any(says_counted(one, part) for one in syntax.all_of(test))
        for test, holds in tests_around(stage, flow)
    )


def says_counted(test: ast.expr, part: ast.expr) -> bool:
    match test:
        case ast.Compare(left=low, ops=[ast.Lt() | ast.LtE() as op], comparators=[high]):
            turned = ast.GtE() if isinstance(op, ast.LtE) else ast.Gt()
            return says_counted(ast.Compare(high, [turned], [low]), part)
        case ast.Compare(left=high, ops=[ast.Gt() | ast.GtE()], comparators=[low]):
            if literal(low) == 0:
                return syntax.same(high, part)
            return syntax.same(ast.BinOp(high, ast.Sub(), low), part)
    return False


def is_before(a: ast.expr, b: ast.expr, flow: Flow, at: ir.Stage) -> bool:
    """Return whether an index is another one less a variable that counts from one: `n - k` and `n`."""
    if not isinstance(a, ast.BinOp) or not isinstance(a.op, ast.Sub):
        return False
    less = least(a.right, flow, at)
    return syntax.same(a.left, b) and less is not None and less > 0


def are_never_one(flow: Flow, one: ast.expr, other: ast.expr) -> bool:
    """Return whether two items of one array are different ones in every trip: `out[t]` and `out[t + 1]`."""
    for a, b in of_one_axis(first_key(one), first_key(other)):
        if are_other_places(a, b, flow):
            return True
        lows = [least(part, flow) for part in (a, b)]
        if all(low is not None and low >= 0 for low in lows) and ahead(a, b):
            return True
    return False


def ahead(a: ast.expr, b: ast.expr) -> float | None:
    """Return by how much one index is larger than another: both a variable, or that and a number."""
    if root_name(a) != root_name(b) or not root_name(a):
        return None
    return shift(b) - shift(a)


def root_name(part: ast.expr) -> str:
    """Return the variable of `t`, `t + 1` or `t - 1`; nothing for another text."""
    if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add | ast.Sub):
        return root_name(part.left) if literal(part.right) is not None else ""
    return syntax.identifier(part)


def shift(part: ast.expr) -> float:
    if not isinstance(part, ast.BinOp):
        return 0
    more = literal(part.right) or 0
    return shift(part.left) + (more if isinstance(part.op, ast.Add) else -more)


def picks(loop: ir.Loop, parts: list[ast.expr], flow: Flow) -> bool:
    """Return whether each trip of a loop picks other items with its variable, plain or shifted by a number."""
    statement = loop.statement
    if not isinstance(statement, ast.For):
        return False
    names, made = counting_names(statement) | key_names(statement, flow), loop.target
    own = syntax.stores(statement.target)
    index = made.id if isinstance(made, ast.Name) and made.id not in own else ""
    for part in parts:
        found = part
        if (
            isinstance(part, ast.BinOp)
            and isinstance(part.op, ast.Add | ast.Sub)
            and isinstance(part.right, ast.Constant)
        ):
            found = part.left
        if index and syntax.identifier(found) == index:
            return True  # the place, or the key, of an item: a name that nobody else binds
        if (
            isinstance(found, ast.Name)
            and found.id in names
            and counted_by(found.id, flow, loop.body.items[0]) is loop
        ):
            return True
    return False


def counting_names(statement: ast.For) -> set[str]:
    """Return the variables of a loop that never have the same value twice."""
    iterable, target = statement.iter, statement.target
    if isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name):
        if iterable.func.id == "reversed" and iterable.args:
            return counting_names(ast.For(target=target, iter=iterable.args[0], body=[], orelse=[]))
        if iterable.func.id == "range" and isinstance(target, ast.Name):
            return {target.id}
        if (
            iterable.func.id == "enumerate"
            and isinstance(target, ast.Tuple)
            and isinstance(target.elts[0], ast.Name)
        ):
            return {target.elts[0].id}
    return set()


def key_names(statement: ast.For, flow: Flow) -> set[str]:
    """Return the variable of a loop over a dict that is each of its keys once."""
    keys, target = statement.iter, statement.target
    if isinstance(keys, ast.Call) and syntax.identifier(keys.func) in ("sorted", "list"):
        keys = keys.args[0]
    match keys:
        case ast.Call(ast.Attribute(ast.Name(name), "items")) if isinstance(target, ast.Tuple):
            target = target.elts[0]
        case ast.Name(name) | ast.Call(ast.Attribute(ast.Name(name), "keys")):
            pass
        case _:
            return set()
    return {target.id} if isinstance(target, ast.Name) and holds_dicts(flow, name) else set()


# ---- their order


def must_reverse(
    loop: ir.Loop, body: Sequence[ir.Planned], outlasting: Collection[str] = ()
) -> bool:
    """Return whether the order of trips counts: a gradient that outlives one is read, or a name outlasting it bound."""
    if isinstance(loop.statement, ast.While) or has_break(loop):
        return True
    lines = ir.all_lines(body)
    if any(pops(line) or moves(line.value) for line in lines):
        return True
    if any(name in outlasting for line in lines for name in line.bound):
        return True
    read: set[str] = set()
    surely_bound(body, set(), read)
    return any(not read.isdisjoint(changed(line)) for line in lines)


def surely_bound(items: Sequence[ir.Planned], local: set[str], outliving: set[str]) -> set[str]:
    """Note the names that items read without binding them first in the same trip; return those bound behind them."""
    sides: list[set[str]] = []
    for item in items:
        match item:
            case ir.Line():
                outliving |= read_in(item) - local
                local = local | set(item.bound) - outliving
            case ir.Nest():
                inner = surely_bound(item.body, local, outliving)
                if isinstance(item, ir.Else) and sides:
                    local = local | sides.pop() & inner
                sides = [inner] if isinstance(item, ir.If) else []
    return local


def read_in(line: ir.Line) -> set[str]:
    """Return the names whose value a line reads; what it adds to is not among them."""
    mine = set(changed(line))
    found = set(syntax.reads(line.value))
    if line.target is not None:
        found |= syntax.names(line.target) - mine
    if line.target is None and isinstance(line.value, ast.Call):
        found -= mine
    if isinstance(line.target, ast.Subscript) and line.operator in ("=", "+=", "-="):
        found |= mine & set(syntax.reads(line.value))
    return found | mine if line.operator in ("*=", "/=") else found


def changed(line: ir.Line) -> list[str]:
    if line.target is None and moves(line.value):
        return [root_of(line.value.func)]  # type: ignore[attr-defined]  # a call, see above
    if line.target is None:
        args = line.value.args if isinstance(line.value, ast.Call) else []
        return [root_of(args[0])] if args else []
    return [root_of(part) for part in syntax.elements(line.target)]


def moves(tree: ast.expr) -> bool:
    return (
        isinstance(tree, ast.Call)
        and isinstance(tree.func, ast.Attribute)
        and tree.func.attr in ("append", "insert", "pop")
    )


def pops(line: ir.Line) -> bool:
    return bool(popped(line))


def popped(line: ir.Line) -> set[str]:
    found = [n for n in syntax.every(ast.Attribute, line.value) if n.attr == "pop"]
    return {root for n in found if (root := syntax.root_name(n.value))}


def may_pass(line: ir.Line, items: Sequence[ir.Planned], flow: Flow) -> bool:
    """Return whether a line may stand behind some items: neither changes, pops or brings back what it reads."""
    read, mine = {*line.read}, popped(line)
    loops = [one.loop for one in ir.items_of(items) if isinstance(one, ir.For) and one.loop]
    return all(
        read.isdisjoint({*changed(one), *popped(one)}) and mine.isdisjoint(one.read)
        for one in ir.all_lines(items)
    ) and not any(flow.is_changed_before(loop, key) for loop in loops for key in read)
