"""The normal form of a function: its tree goes in, a tree with the same meaning and fewer kinds of statement comes out.

Afterwards a function has one `return`, as its last statement; `continue` is gone, `break` stands last on a
side of an `if`; loops have no `else`; ternaries and comprehensions over values that may be differentiated are
statements. The tracer runs this form.

A file is one kind of rewriting, and its docstring shows it. Jumps: `jumps.py`. Loops: `headers.py`, `overkeys.py`,
`unrolled.py`, `chains.py`, `comprehensions.py`, `generators.py`, `iterators.py`, `combined.py` and `bykey.py`; what
they and assignments bind: `targets.py`.
Tests: `ternaries.py`, `walruses.py`, `matches.py`. Lists and dicts: `places.py`, `queues.py`, `defaults.py`,
`keyed.py`, `collected.py`, `removals.py`, `getters.py`. Functions and names: `chosen.py`,
`managers.py`, `wrappers.py`, `byname.py`, `definitions.py`, `partials.py`, `spellings.py`,
`exponentials.py`.
They share `fresh.py`, which makes statements and names, and `lookup.py` and `taint.py`, which say what is known of a
name.

>>> text = '''def first_large(x, limit):
...     for v in x:
...         if v > limit:
...             return v * 2.0
...     return 0.0
... '''
>>> tree = ast.parse(text).body[0]
>>> normalize(tree, {"x"}, {}, {})
>>> print(ast.unparse(tree))
def first_large(x, limit):
    returned = False
    for v in x:
        if v > limit:
            result = v * 2.0
            returned = True
            break
    if returned:
        out = result
    else:
        out = 0.0
    return out
"""

from __future__ import annotations

import ast
from collections.abc import Container, Mapping, Set
from typing import Any

from codegen import syntax
from codegen.trace.facts import holds_objects
from codegen.trace.normalize.aliases import without_aliases
from codegen.trace.normalize.byname import with_plain_attributes, with_written_namespaces
from codegen.trace.normalize.chosen import called_by_name, with_chosen_calls
from codegen.trace.normalize.combined import combined
from codegen.trace.normalize.defaults import with_plain_items
from codegen.trace.normalize.definitions import with_functions_first, with_given_defaults
from codegen.trace.normalize.exponentials import with_named_exponentials
from codegen.trace.normalize.fresh import Fresh, spliced
from codegen.trace.normalize.generators import with_late_generators
from codegen.trace.normalize.getters import Handing, with_paths
from codegen.trace.normalize.headers import with_named_headers, with_named_lists
from codegen.trace.normalize.iterators import with_own_iterators, without_iterators
from codegen.trace.normalize.jumps import without_jumps
from codegen.trace.normalize.keyed import with_held_lists, without_keys
from codegen.trace.normalize.lookup import Keys, Known, Spot
from codegen.trace.normalize.queues import with_queues
from codegen.trace.normalize.removals import without_pops
from codegen.trace.normalize.spellings import spelled_out
from codegen.trace.normalize.taint import tainted
from codegen.trace.normalize.targets import with_plain_targets

ASKING = {"any", "all", "min", "max", "sorted", "sum"}
"""What may ask for something of each item."""
DEPTH = 3  # of comprehensions inside ternaries inside comprehensions


def normalize(
    tree: ast.FunctionDef,
    inputs: set[str],
    outer: Mapping[str, Any],
    given: Mapping[str, Any],
    spread: Mapping[Spot, Set[int]] | None = None,
    mixed: Mapping[Spot, Keys] | None = None,
    counting: Container[type] = (),
) -> None:
    """Bring a function into normal form, in place.

    `inputs` are the names that may hold differentiable values, `outer` and `given` the values of its outer
    names and its arguments, `spread` the places of the displays whose items are to have names of their own,
    and whether all these are arrays, `mixed` the places where loops run over containers of unlike items that the
    function makes, and their keys or lengths, `counting` the classes of objects that have a gradient.
    """
    # what few functions need is imported where it is needed: a small function takes no longer than the imports
    fresh, known = Fresh(tree), Known(tree, outer, given, spread, mixed)
    handing = Handing(known, inputs, counting)
    with_own_iterators(tree, inputs, known)
    tree.body = with_paths(tree.body, handing)
    if is_managed := syntax.has(tree, ast.With):
        from codegen.trace.normalize.managers import without_managers

        without_managers(tree, inputs, known, fresh)
    tree.body = with_plain_targets(tree.body, fresh)
    if syntax.has(tree, ast.Match, ast.NamedExpr):
        from codegen.trace.normalize.matches import without_matches
        from codegen.trace.normalize.walruses import with_plain_walruses

        tree.body = with_plain_walruses(without_matches(tree.body, known, fresh), fresh)
    with_given_defaults(tree, fresh)
    with_functions_first(tree, known)
    with_plain_attributes(tree, known)
    if any(n.id == "locals" for n in syntax.every(ast.Name, tree)):
        with_written_namespaces(tree, known)
    with_late_generators(tree, known, fresh)
    spelled_out(tree, known, fresh)
    with_named_exponentials(tree, known, fresh)
    combined(tree, known, fresh)
    with_queues(tree, known)
    with_chosen_calls(tree, fresh)
    called_by_name(tree, known)
    without_keys(tree, known, fresh)
    with_held_lists(tree, known, fresh)
    without_iterators(tree, known, fresh)
    tree.body = with_plain_items(tree, tainted(tree, inputs), known, fresh)
    if syntax.has(tree, ast.While):
        from codegen.trace.normalize.chains import without_chains

        without_chains(tree, known)
    without_aliases(tree, known)
    without_jumps(tree, fresh)
    if is_managed:  # also of blocks that return early
        without_managers(tree, inputs, known, fresh)
    pops = any(n.attr in ("pop", "popleft") for n in syntax.every(ast.Attribute, tree))
    # before loops and branches of the same expression, that stand behind it, are taken out
    if pops:
        tree.body = without_pops(tree.body, tainted(tree, inputs), fresh)
    if has_inner_control(tree):
        from codegen.trace.normalize.comprehensions import without_comprehensions
        from codegen.trace.normalize.ternaries import without_ternaries

        for _ in range(DEPTH):
            tree.body = without_comprehensions(tree.body, tainted(tree, inputs), fresh)
            tree.body = without_ternaries(tree.body, tainted(tree, inputs), fresh)
    sorts = any(n.attr == "sort" for n in syntax.every(ast.Attribute, tree))
    if sorts or ASKING & {syntax.called(n) for n in syntax.walk(tree)}:
        from codegen.trace.normalize.bykey import asked_of_items

        asked_of_items(tree, tainted(tree, inputs), known, fresh)
    if any(map(holds_objects, given.values())):
        from codegen.trace.normalize.itemwise import with_items

        with_items(tree, known, fresh)
    if known.spread:
        from codegen.trace.normalize.collected import (
            with_collected,
            with_named_items,
            without_tables,
        )

        with_collected(tree, known, fresh)
        with_named_items(tree, known, fresh)
    tree.body = with_named_lists(tree.body, known, fresh)
    unroll(tree, known)
    before = handing.count
    tree.body = with_paths(tree.body, handing)  # of objects that loops have gone over
    if handing.count > before:
        unroll(tree, known)
    if syntax.has(tree, ast.Subscript):
        from codegen.trace.normalize.places import objects_by_place

        objects_by_place(tree, known, fresh)
    with_own_iterators(tree, inputs, known)  # objects in a list have names now
    with_plain_attributes(tree, known)  # and so do attributes of which a loop has the names
    without_aliases(tree, known)
    if known.spread:
        without_tables(tree, known)
    if syntax.has(tree, ast.For):
        tree.body = with_named_headers(tree.body, tainted(tree, inputs), fresh)
    if pops:
        tree.body = without_pops(tree.body, tainted(tree, inputs), fresh)


def unroll(tree: ast.FunctionDef, known: Known) -> None:
    """Write out the trips of loops that cannot be kept, in place, and count items of lists from the front."""
    if syntax.has(tree, ast.For):
        from codegen.trace.normalize.overkeys import over_keys
        from codegen.trace.normalize.unrolled import unrolled

        tree.body = unrolled(spliced(tree.body, lambda s: over_keys(s, known)), known)
    if any(isinstance(n.slice, ast.UnaryOp) for n in syntax.every(ast.Subscript, tree)):
        from codegen.trace.normalize.places import from_the_front

        tree.body = spliced(tree.body, lambda s: from_the_front(s, known))


def has_inner_control(tree: ast.FunctionDef) -> bool:
    """Return whether a function has ternaries or comprehensions, also in other words, such as `map`."""
    return any(
        isinstance(n, syntax.COMPREHENSIONS + syntax.CONDITIONAL)
        or syntax.identifier(n) in ("map", "reduce", "filter", "dict")
        or isinstance(n, ast.Attribute)
        and n.attr in ("reduce", "values")
        for n in syntax.walk(tree)
    )
