"""Short formulas: lines of the backward pass go in; out come lines with the formula of a number in place of its name,
where only staging has named it and one line reads it.

*Before*: the forward pass keeps `rps = r + s`, for `dt = rps * dout`. *After*: `dt = (r + s) * dout`, of what is kept
anyway; the forward pass has the user's own line. A formula that is all of a function stays in the stages of the notes.

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

from collections import Counter
from dataclasses import replace

from codegen import syntax
from codegen.backward.draft import Draft
from codegen.backward.flow import is_fixed
from codegen.backward.reads import is_number_formula, unplaced
from codegen.backward.rows import WIDTH
from codegen.backward.text import Text
from codegen.ir import Bind, Line, Planned, Stage, is_one_line, named_text, names_in, replanned

Lines = list[Planned]


def with_formulas(items: Lines, draft: Draft, text: Text) -> Lines:
    """Return lines that read numbers by their formulas; `text` gives that of a gradient as it is written."""
    if is_one_line(draft.circuit.block):
        return items
    known, flow = draft.reads.known, draft.flow
    keys = Counter(name for name in names_in(items) if name in known)
    uses = Counter(known[key].name for key in keys.elements())
    places = {known[key].name: key for key in keys if not known[key].shape}
    loads = Counter(name for item in flow.items for name in loaded(item))
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
            and is_number_formula(stage.wire)
            and flow.loops(stage) == flow.loops(reader)
        ):
            tree = named_text(stage.wire.node)
            reads = syntax.reads(tree)
            if all(n in places and is_fixed(flow, n) for n in reads):
                formulas[key] = syntax.substitute(tree, {n: syntax.name(places[n]) for n in reads})
    read = syntax.names(*formulas.values())
    formulas = {key: tree for key, tree in formulas.items() if key not in read}

    def change(line: Line) -> list[Line]:
        own = {key: formulas[key] for key in syntax.names(line.value) if key in formulas}
        if not own:
            return [line]
        value = text.simple(syntax.substitute(line.value, own))
        shown = f"{syntax.show(line.target)} {line.operator} {syntax.show(unplaced(value))}"  # type: ignore[arg-type]  # it adds
        return [replace(line, value=value) if len(shown) + 8 <= WIDTH else line]

    return replanned(items, change) if formulas else items


def loaded(item: object) -> list[str]:
    """Return the names that an item of the forward pass reads in its formula."""
    wire = item.wire if isinstance(item, Stage) else None
    return syntax.mentioned(named_text(wire.node)) if wire is not None else []
