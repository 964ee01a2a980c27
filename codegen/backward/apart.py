"""Names apart: lines go in; out come the gradients that several sides of branches make, each for itself alone.

What is asked of such a name, how often it is read and by whom, is asked of one side.

>>> side = [Line(syntax.name("dd"), "=", syntax.name("dy")), Line(syntax.name("dx"), "=", syntax.name("dd"))]
>>> adds = Line(syntax.name("dx"), "+=", syntax.name("dz"))
>>> sorted(names_apart([If(side, test=syntax.parse("t")), Else(side), adds]))
['dd']
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from codegen import syntax
from codegen.ir import Else, If, Line, Nest, Planned, names_in


def names_apart(items: Sequence[Planned]) -> set[str]:
    """Return the names that only sides of branches bind, each before it reads them, and in no loop or branch inside."""
    own: Counter[str] = Counter()
    note(items, own)
    uses = Counter(names_in(items)) if own else own
    return {name for name, count in own.items() if count == uses[name]}


def note(items: Sequence[Planned], own: Counter[str]) -> None:
    for item in items:
        if isinstance(item, Nest):
            note(item.body, own)
            if isinstance(item, If | Else):
                own.update(made_in(item.body))


def made_in(side: Sequence[Planned]) -> Counter[str]:
    """Return how often names stand in the lines of a side that makes them before it reads them."""
    counts: Counter[str] = Counter()
    others = set[str]()
    for item in side:
        names = names_in([item])
        if isinstance(item, Line):
            is_made = item.name if item.operator == "=" else ""
            others |= {n for n in names if n not in counts and n != is_made}
            others |= {is_made} & ({*syntax.reads(item.value)} - counts.keys())
            counts.update(names)
        else:
            others |= {*names}
    return Counter({name: count for name, count in counts.items() if name not in others})
