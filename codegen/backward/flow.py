"""The flow of a circuit: a tree of items goes in; which item defines a name, and what comes after what, comes out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codegen import syntax
from codegen.ir import Block, Branch, Circuit, Item, Loop, Stage, Within, blocks_of
from codegen.trace.observe import Run


class Flow:
    """Where every item of a circuit stands, and which names it binds or changes.

    Attributes
    ----------
    items : list of Item
        In the order of the text; an item knows its number.
    definers, changers : dict
        For each name the items that bind it, and those that change its memory.
    """

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.items: list[Item] = []
        self.definers: dict[str, list[Item]] = {}
        self.changers: dict[str, list[Item]] = {}
        self.by_statement: dict[int, Item] = {}
        self.visit(circuit.block, None)

    def visit(self, block: Block, owner: Loop | Branch | Within | None) -> None:
        """Number the items of a block."""
        for item in block.items:
            item.order, item.owner, item.block = len(self.items), owner, block
            self.items.append(item)
            self.by_statement[id(item.statement)] = item
            for name in dict.fromkeys(binds_of(item)):
                self.definers.setdefault(name, []).append(item)
            if isinstance(item, Stage):
                for name in item.changes:
                    self.changers.setdefault(name, []).append(item)
            for inner in blocks_of(item):
                self.visit(inner, item)  # type: ignore[arg-type]  # only compound items have blocks

    def define(self, name: str, item: Item) -> None:
        """Note that an item binds one more name."""
        self.definers.setdefault(name, []).append(item)

    def owners(self, item: Item) -> Iterator[Item]:
        """Yield the compound items around an item, the innermost first."""
        owner = item.owner
        while owner is not None:
            yield owner
            owner = owner.owner

    def loops(self, item: Item) -> list[Loop]:
        """Return the loops around an item, the innermost first."""
        return [o for o in self.owners(item) if isinstance(o, Loop)]

    def blocks(self, item: Item, top: Loop | None = None) -> list[Block]:
        """Return the blocks around an item, the innermost first, up to the body of a loop."""
        found = [item.block]
        for owner in self.owners(item):
            if owner is top:
                break
            found.append(owner.block)
        return found

    def is_in(self, item: Item, owner: Item) -> bool:
        """Return whether an item is, or stands inside, another."""
        return item is owner or any(o is owner for o in self.owners(item))

    def exclusive(self, a: Item, b: Item) -> bool:
        """Return whether two items stand on different sides of a branch."""
        for owner in self.owners(a):
            if isinstance(owner, Branch) and self.is_in(b, owner) and b is not owner:
                return self.side(owner, a) is not self.side(owner, b)
        return False

    def side(self, branch: Branch, item: Item) -> Block:
        """Return the side of a branch on which an item stands."""
        return self.child_of(branch, item).block

    def child_of(self, owner: Item | None, item: Item) -> Item:
        """Return the item that stands directly in a compound item, or in the function, and holds another."""
        while item.owner is not owner:
            assert item.owner is not None
            item = item.owner
        return item

    def is_after(self, a: Item, b: Item) -> bool:
        """Return whether an item may run after another in one trip of the loops around both."""
        return a.order > b.order and not self.exclusive(a, b)

    def common(self, a: Item, b: Item) -> Item:
        """Return the item that holds `a` in the deepest block that holds both, directly or deeper."""
        chain = [b.block, *(o.block for o in self.owners(b))]
        item = a
        while not any(item.block is block for block in chain):
            assert item.owner is not None
            item = item.owner
        return item


def binds_of(item: Item) -> list[str]:
    """Return the names that an item binds by itself."""
    if isinstance(item, Loop):
        return item.binds
    if isinstance(item, Stage):
        helper = item.wire.helper if item.wire is not None and item.wire.kind == "call" else None
        return [*item.binds, helper.cache] if helper is not None and helper.cache else item.binds
    if isinstance(item, Within):
        return [
            n.id
            for i in item.statement.items
            if i.optional_vars
            for n in ast.walk(i.optional_vars)
            if isinstance(n, ast.Name)
        ]
    return []


def has_break(loop: Loop) -> bool:
    """Return whether a loop may end early."""

    def look(block: Block) -> bool:
        for item in block.items:
            if isinstance(item, Stage) and item.kind == "break":
                return True
            if isinstance(item, Branch | Within) and any(look(b) for b in blocks_of(item)):
                return True
        return False

    return look(loop.body)


REPEATED = frozenset(
    {
        "range",
        "len",
        "zip",
        "enumerate",
        "reversed",
        "list",
        "tuple",
        "sorted",
        "int",
        "min",
        "max",
        "map",
    }
)
VIEWS = frozenset({"items", "keys", "values"})


def is_foreseen(loop: Loop, run: Run) -> bool:
    """Return whether the trips of a loop can be told again from its header."""
    if isinstance(loop.statement, ast.While) or has_break(loop):
        return False
    for node in ast.walk(loop.statement.iter):
        if isinstance(node, ast.Name) and hasattr(run.fact(node).sample, "__next__"):
            return False
        if isinstance(node, ast.Call) and not is_repeated(node):
            return False
    return True


def is_repeated(call: ast.Call) -> bool:
    """Return whether a call gives the same again: a builtin, a view of a dict, or a function of NumPy
    without chance.
    """
    if isinstance(call.func, ast.Name):
        return call.func.id in REPEATED
    text = syntax.show(call.func)
    return text.rpartition(".")[2] in VIEWS or (
        text.startswith(("np.", "numpy.", "math.", "itertools.")) and ".random." not in text
    )
