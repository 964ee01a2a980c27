"""Whole lines: the lines of a staged forward pass go in; which stages stand in the lines that read them comes out.

Staging gives a name to what has a gradient of its own: `pre_h = x @ w`, `h = np.tanh(pre_h)`. Where neither the
backward pass nor another line reads its value, the forward pass keeps the user's own line; so does the comment on it,
and `a, b = b, a + b` stays one line. A formula of numbers that is all of a function stays in the stages of the notes.

>>> import numpy as np
>>> from codegen.cli.show import after
>>> text = '''
... def f(x, w):
...     h = np.tanh(x @ w)
...     return h
... '''
>>> after("emit", text, np.ones((2, 3)), np.ones((3, 4)))
import numpy as np
<BLANKLINE>
<BLANKLINE>
def f_forward(x, w):
    h = np.tanh(x @ w)
<BLANKLINE>
    cache = (x, w, h)
    return h, cache
<BLANKLINE>
<BLANKLINE>
def f_backward(dout, cache):
    x, w, h = cache
<BLANKLINE>
    # backprop h = np.tanh(x @ w)
    dxw = (1 - h**2) * dout
    dx = dxw @ w.T
    dw = x.T @ dxw
    return dx, dw
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import field, replace
from itertools import groupby

from codegen import ir, syntax
from codegen.backward.flow import Flow
from codegen.emit.text import AND
from codegen.records import dataclass
from codegen.stage.recomputable import is_scalar
from codegen.stage.spell import stage_text
from codegen.trace.read import Source


@dataclass(frozen=True)
class Whole:
    """The stages that have no line of their own in the forward pass."""

    readers: Mapping[ir.Stage, ir.Stage] = field(default_factory=dict)
    """For each such stage the stage that reads it."""
    shown: Mapping[ir.Stage, ir.Stage] = field(default_factory=dict)
    """What is written in place of the stages that read them."""


STAGED = Whole()
"""Each stage has a line of its own."""


def whole(block: ir.Block, flow: Flow, lines: Sequence[str], kept: Set[str]) -> Whole:
    """Return which stages need no line, given the forward pass's lines and the names that are read behind them."""
    tree = ast.parse("\n".join(lines))
    loads = Counter(n.id for n in syntax.every(ast.Name, tree) if not isinstance(n.ctx, ast.Store))
    readers: dict[ir.Stage, ir.Stage] = {}
    shown: dict[ir.Stage, ir.Stage] = {}
    is_alone = ir.is_one_line(block)
    for group in groups_in(block):
        spare = {
            stage.wire.name: stage
            for stage in group[:-1]
            if isinstance(stage, ir.Bind)
            and isinstance(stage.wire, ir.Gate)
            and stage.wire.name
            and stage.binds == [stage.wire.name]
            and not stage.text
            and loads[stage.wire.name] == 1
            and stage.wire.name not in kept
            and len(flow.definers[stage.wire.name]) == 1
            and flow.is_nameless(stage.wire.name)
            and not (is_alone and is_function_of_a_number(stage.wire))
        }
        if spare:
            readers |= read_in(group, spare)
            shown |= written_whole(group, readers)
        if is_at_once(group, shown, loads, kept, lines):
            *others, last = (stage for stage in group if stage not in readers)
            told = replace(last, rewritten=False)
            readers |= dict.fromkeys(others, last)
            shown |= dict.fromkeys([*others, last], told)
    return Whole(readers, shown)


def is_at_once(
    group: Sequence[ir.Stage],
    shown: Mapping[ir.Stage, ir.Stage],
    loads: Mapping[str, int],
    kept: Set[str],
    lines: Sequence[str],
) -> bool:
    """Return whether `a, b = b, a + b` may stand for its stages: nothing kept reads a new value before."""
    match group[0].statement if group else None:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple()) as statement:
            pass
        case _:
            return False
    stages = [shown.get(one, one) for one in group]
    if not all(isinstance(s, ir.Bind) and s.wire is not None and len(s.binds) == 1 for s in stages):
        return False
    texts = [stage_text(stage) for stage in stages]
    values = dict(text.split(" = ", 1) for text in texts)
    names = [syntax.show(target) for target in targets]
    held = {name for name in values if name not in names}
    if not held or held & kept or any(loads[name] != 1 for name in held):
        return False
    rows = [row.strip() for line in lines for row in line.split("\n")]
    if not {texts[0], texts[-1]} <= {*rows}:
        return False
    bound = set[str]()
    for row in rows[rows.index(texts[0]) : rows.index(texts[-1])]:
        if row in texts:
            bound |= {row.split(" = ")[0]}
        elif bound & set(re.findall(r"\w+", row)):  # it keeps what one of them binds
            return False
    told = ", ".join(values.get(v := values.get(name, ""), v) for name in names)
    written = ast.unparse(ast.parse(syntax.show(statement)))
    return ast.unparse(ast.parse(f"{', '.join(names)} = {told}")) == written


def groups_in(block: ir.Block) -> Iterator[list[ir.Stage]]:
    """Yield the stages of each statement that stand one behind the other, those of the blocks inside a block too."""
    for _, items in groupby(block.items, key=lambda item: item.statement):
        group = list(items)
        yield [item for item in group if isinstance(item, ir.Stage)]
        for inner in (inner for item in group for inner in item.blocks):
            yield from groups_in(inner)


def is_function_of_a_number(wire: ir.Wire) -> bool:
    """Return whether a wire is a function of one number, `xpy**2`: in the notes such a one is a stage."""
    return is_scalar(wire) and len(wire.operands) == 1


def read_in(group: Sequence[ir.Stage], spare: Mapping[str, ir.Stage]) -> dict[ir.Stage, ir.Stage]:
    """Return for each spare stage of a statement the one that reads it as part of what it computes."""
    found: dict[ir.Stage, ir.Stage] = {}
    for stage in group:
        if stage.wire is None or isinstance(stage.wire, ir.Variable) or stage.text:
            continue
        for wire in ir.post_order(stage.wire):
            own = spare.get(wire.name or "")
            if isinstance(wire, ir.Gate) and own is not None and own is not stage:
                found.setdefault(own, stage)  # those behind it have it inside
    return {own: reader for own, reader in found.items() if stays(own, found, group)}


def stays(stage: ir.Stage, readers: Mapping[ir.Stage, ir.Stage], group: Sequence[ir.Stage]) -> bool:
    """Return whether no line changes what a stage reads until the line in which it is to stand."""
    assert stage.wire is not None
    last = stage
    while last in readers:
        last = readers[last]
    between = group[group.index(stage) + 1 : group.index(last)]
    changed = {name for one in between for name in (*one.binds, *one.changes)}
    return changed.isdisjoint(syntax.reads(ir.named_text(stage.wire.node)))


def written_whole(
    group: Sequence[ir.Stage], readers: Mapping[ir.Stage, ir.Stage]
) -> dict[ir.Stage, ir.Stage]:
    """Return the stages of a statement that read others, with these written out in them."""
    gone = {stage.binds[0] for stage in group if stage in readers}
    rewire = ir.Rewiring()

    def unnamed(old: ir.Wire, new: ir.Wire) -> ir.Wire:
        return replace(new, name=None) if isinstance(new, ir.Gate) and new.name in gone else new

    left = [s for s in group if s not in readers and not isinstance(s, ir.Return)]
    found: dict[ir.Stage, ir.Stage] = {}
    for stage in group:
        if stage.wire is None or stage not in readers.values():
            continue
        made = replace(stage, wire=rewire(stage.wire, unnamed))
        if left == [stage] and not isinstance(made.wire, ir.Call) and is_as_written(made):
            made = replace(made, rewritten=False)
        found[stage] = made
    return found


def is_as_written(stage: ir.Stage) -> bool:
    (parsed,) = ast.parse(stage_text(stage)).body
    return ast.unparse(parsed) == ast.unparse(ast.parse(syntax.show(stage.statement)))


def remarked(items: Sequence[ir.Planned], known: Whole, source: Source) -> list[ir.Planned]:
    """Return backward lines under the comments of whole lines; following parts stand under the same comment."""
    if not known.readers:
        return list(items)
    remarks = (item for item in ir.items_of(items) if isinstance(item, ir.Remark))
    told = {stage for remark in remarks for stage in told_stages(remark, source)}
    parts = {part for part, reader in known.readers.items() if reader in told}
    return of_wholes(items, known, source, parts)


def of_wholes(
    items: Sequence[ir.Planned], known: Whole, source: Source, parts: Set[ir.Stage]
) -> list[ir.Planned]:
    """Return lines under the comments of whole lines; `parts` are what other comments tell of as well."""
    found = list(ir.within(items, lambda body: of_wholes(body, known, source, parts)))
    for place, item in enumerate(found):
        if isinstance(item, ir.Remark):
            others, stages = together(found, place, known, source)
            if not others and {*parts, *known.shown}.isdisjoint(stages):
                continue
            told = text_of([item, *others], stages, known, source, parts)
            if told is not None:
                found[place] = replace(item, text=told)
                if others:
                    found[place + 1 :] = [one for one in found[place + 1 :] if one not in others]
    return found


def together(
    items: Sequence[ir.Planned], place: int, known: Whole, source: Source
) -> tuple[list[ir.Remark], list[ir.Stage]]:
    """Return the comments behind one that are on parts of its lines, with nothing but lines between, and all stages."""
    first = items[place]
    assert isinstance(first, ir.Remark)
    others: list[ir.Remark] = []
    stages = told_stages(first, source)
    for item in items[place + 1 :]:
        if isinstance(item, ir.Line):
            continue
        own = told_stages(item, source) if isinstance(item, ir.Remark) else []
        one = [known.shown[stage] for stage in stages if stage in known.shown]
        if not own or not all(
            known.readers.get(stage) in stages or known.shown.get(stage) in one for stage in own
        ):
            break
        assert isinstance(item, ir.Remark)
        others.append(item)
        stages += own
    return others, stages


def told_stages(remark: ir.Remark, source: Source) -> list[ir.Stage]:
    """Return the stages that a comment tells of: others that its lines run backwards may have no words."""
    first = remark.stage
    if first is not None and remark.text == stage_text(first, source):
        return [first]
    return [stage for stage in (remark.stage, *remark.also) if stage is not None]


def text_of(
    remarks: Sequence[ir.Remark],
    stages: Sequence[ir.Stage],
    known: Whole,
    source: Source,
    parts: Set[ir.Stage],
) -> str | None:
    """Return a comment once stages without a line are parts of others; None where it says more than stages."""
    if AND.join(r.text for r in remarks) != AND.join(stage_text(s, source) for s in stages):
        return None
    left = [s for s in stages if known.readers.get(s) not in stages]
    left = [s for s in left if s not in parts] or left
    return AND.join(dict.fromkeys(stage_text(known.shown.get(s, s), source) for s in left))
