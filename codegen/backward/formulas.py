"""Short formulas: lines of the backward pass go in; out come lines with the formula of a value in place of its name,
where only staging has named it and one line reads it.

*Before*: the forward pass keeps `rps = r + s`, for `dt = rps * dout`. *After*: `dt = (r + s) * dout`, of what is kept
anyway; the forward pass has the user's own line. Of numbers such a formula may be longer, of arrays it is one operator
and a number that is written out: `1 - z`. A formula that is all of a function stays in the stages of the notes.

>>> from codegen.cli.show import after
>>> text = '''
... def f(r, s, t):
...     d = (r + s**2) * t
...     return d * r * s
... '''
>>> after("differentiate", text, 0.5, 2.0, 3.0)
# backprop out = d * r * s
dd = r * s * dout
dr = d * s * dout
ds = d * r * dout
# backprop d = rpssqr * t
drpssqr = t * dd
dt = (r + s**2) * dd
# backprop rpssqr = r + s**2
dr += drpssqr
ds += 2 * s * drpssqr
"""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import replace

from codegen import syntax
from codegen.backward.draft import Draft
from codegen.backward.flow import is_fixed
from codegen.backward.reads import is_number_formula, unplaced
from codegen.backward.rows import WIDTH
from codegen.backward.text import Text
from codegen.ir import (
    Bind,
    Gate,
    Line,
    Planned,
    Stage,
    Wire,
    is_one_line,
    named_text,
    names_in,
    replanned,
)

Lines = list[Planned]


def with_formulas(items: Lines, draft: Draft, text: Text) -> Lines:
    """Return lines that read values by their formulas; `text` gives that of a gradient as it is written."""
    if is_one_line(draft.circuit.block):
        return items
    known, flow = draft.reads.known, draft.flow
    keys = Counter(name for name in names_in(items) if name in known)
    uses = Counter(known[key].name for key in keys.elements())
    loads = Counter(name for item in flow.items for name in loaded(item))

    def kept(name: str, stage: Stage) -> str | None:
        """Return the placeholder under which a value that a stage reads is kept anyway; None if it is not."""
        made = flow.definers.get(name, [])
        if not is_fixed(flow, name) or any(flow.loops(one) != flow.loops(stage) for one in made):
            return None
        own = (k for k in keys if known[k].name == name and not known[k].shape)
        return next((k for k in own if flow.loops(known[k].item) == flow.loops(stage)), None)

    formulas = {}
    for key in keys:
        name, reader = known[key].name, known[key].item
        made = flow.definers.get(name, [])
        stage = made[0] if len(made) == 1 else None
        if (
            uses[name] == 1 == loads[name]
            and isinstance(stage, Bind)
            and stage.wire is not None
            and flow.is_nameless(name)
            and (is_number_formula(stage.wire) or is_quick_formula(stage.wire))
            and flow.loops(stage) == flow.loops(reader)
        ):
            tree = named_text(stage.wire.node)
            places = {n: kept(n, stage) for n in syntax.reads(tree)}
            if all(places.values()):
                own = {n: syntax.name(place) for n, place in places.items() if place}
                formulas[key] = syntax.substitute(tree, own)
    read = syntax.names(*formulas.values())
    formulas = {key: tree for key, tree in formulas.items() if key not in read}

    def change(line: Line) -> list[Line]:
        own = {key: formulas[key] for key in syntax.names(line.value) if key in formulas}
        if not own or line.target is None:
            return [line]
        value = text.simple(syntax.substitute(line.value, own))
        shown = f"{syntax.show(line.target)} {line.operator} {syntax.show(unplaced(value))}"
        return [replace(line, value=value) if len(shown) + 8 <= WIDTH else line]

    return replanned(items, change) if formulas else items


def is_quick_formula(wire: Wire) -> bool:
    """Return whether an array is another one but for a sign, a square, or a number that is written out."""
    match named_text(wire.node):
        case ast.UnaryOp(ast.USub(), ast.Name()):
            return isinstance(wire, Gate)
        case ast.BinOp(ast.Name(), ast.Pow(), ast.Constant(2)):
            return isinstance(wire, Gate)
        case ast.BinOp(ast.Constant(), ast.Add() | ast.Sub(), ast.Name()):
            return isinstance(wire, Gate)
        case ast.BinOp(ast.Name(), ast.Add() | ast.Sub(), ast.Constant()):
            return isinstance(wire, Gate)
    return False


def loaded(item: object) -> list[str]:
    """Return the names that an item of the forward pass reads in its formula."""
    wire = item.wire if isinstance(item, Stage) else None
    return syntax.mentioned(named_text(wire.node)) if wire is not None else []
