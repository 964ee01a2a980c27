"""Available expressions: which values have a name already where a line is about to compute them.

*Before*: `d1 = a / (s * np.sqrt(T))`, `d2 = d1 - s * np.sqrt(T)`. The first line named `sqrtT` and `s_sqrtT`; both
still stand for the same values in the second. *After*: `d2 = d1 - s_sqrtT`: nothing is computed twice, and its
gradient is added up where the others are.

>>> from codegen.cli.show import after
>>> text = '''
... def f(a, s, T):
...     d1 = a / (s * np.sqrt(T))
...     return d1 - s * np.sqrt(T)
... '''
>>> after("stages", text, 1.0, 2.0, 3.0)
f(a, s, T), gradients of a, s, T:
    sqrtT = np.sqrt(T)                # np.sqrt(x): dx = 0.5 / out * dout
    s_sqrtT = s * sqrtT               # x * y: dx = y * dout, dy = x * dout
    d1 = a / s_sqrtT                  # x / y: dx = dout / y, dy = -out / y * dout
    out = d1 - s_sqrtT                # x - y: dx = dout, dy = -dout
    return out
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codegen import syntax
from codegen.analysis.effects import gives_same
from codegen.ir import Block, Gate, Stage, Variable, Wire, WireRef, named_text, statements_of

PARTS = syntax.SHAPE_PARTS | {"T", "newaxis", "pi", "e", "inf"}
"""Attributes that nothing can change behind the name they are read from."""
MODULES = frozenset({"np", "math"})


class Available:
    """The values that have a name at one place of the forward pass, by their text."""

    def __init__(self, names: dict[str, tuple[str, frozenset[str]]] | None = None) -> None:
        self.names = dict(names or {})
        self.readers: dict[str, set[str]] = {}
        for text, (name, reads) in self.names.items():
            self.note(text, name, reads)

    def copy(self) -> Available:
        return Available(self.names)

    def variables(self) -> set[str]:
        return {name for name, _ in self.names.values()}

    def name_of(self, wire: Wire) -> str | None:
        """Return the variable that holds the value of a nameless wire already."""
        if not self.names or wire.name is not None or not is_repeatable(wire):
            return None
        found = self.names.get(text_of(wire))
        return found[0] if found else None

    def add(self, name: str, wire: Wire) -> None:
        if is_repeatable(wire):
            text = named_text(wire.node)
            reads = frozenset(syntax.reads(text))
            if name not in reads:
                shown = syntax.show(text)
                if shown not in self.names:
                    self.names[shown] = name, reads
                    self.note(shown, name, reads)

    def note(self, text: str, name: str, reads: frozenset[str]) -> None:
        """Note whose change makes a text mean something else."""
        for one in (name, *reads):
            self.readers.setdefault(one, set()).add(text)

    def lose(self, changed: Iterable[str]) -> None:
        """Forget what was made of variables that are bound anew or changed, and what they held."""
        for one in changed:
            for text in self.readers.pop(one, ()):
                name, reads = self.names.get(text, ("", frozenset()))
                if one == name or one in reads:
                    del self.names[text]


def text_of(wire: Wire) -> str:
    return syntax.show(named_text(wire.node))


def is_repeatable(wire: Wire) -> bool:
    """Return whether a wire is a gate whose text gives the same value again, as long as what it reads is the same."""
    return isinstance(wire, Gate) and all(map(is_steady, inner(wire)))


def inner(wire: Wire) -> list[ast.AST]:
    """Return the parts of the text of a wire below its own gate, those of nameless operands too."""
    found: list[ast.AST] = []
    waiting: list[ast.AST] = list(syntax.parts(wire.node))
    while waiting:
        part = waiting.pop()
        found.append(part)
        if isinstance(part, WireRef):
            if part.wire.name is None:
                waiting.extend(syntax.parts(part.wire.node))
        else:
            waiting.extend(syntax.parts(part))
    return found


def is_steady(part: ast.AST) -> bool:
    """Return whether a part of a text has the same value each time, whatever is called in between."""
    if isinstance(part, WireRef):
        return isinstance(part.wire, Variable | Gate)
    if isinstance(part, ast.Call):
        return isinstance(part.func, ast.Attribute) and gives_same(part)
    if isinstance(part, ast.Attribute):
        return part.attr in PARTS or syntax.show(part).partition(".")[0] in MODULES
    return not isinstance(
        part, ast.Lambda | ast.NamedExpr | ast.ListComp | ast.GeneratorExp | ast.Await
    )


def touched(blocks: Iterable[Block]) -> set[str]:
    found: set[str] = set()
    for item in (item for block in blocks for item in statements_of(block)):
        found.update(item.bound, item.changes if isinstance(item, Stage) else ())
    return found
