"""Known formulas: planned lines go in; out they come reading by its name what the forward pass has computed already.

*Before*: `dx = 2 * np.exp(x) * dout`, where the forward pass has `y = np.exp(x)`. *After*: `dx = 2 * y * dout`.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x):
...     c = np.cos(x)
...     return np.sin(x) + c
... '''
>>> after("plan", text, 0.5)
# backprop out = np.sin(x) + c
dx = c * dout
dc = dout
# backprop c = np.cos(x)
dx -= np.sin(x) * dc  # += : x forks
"""

from __future__ import annotations

import ast
from dataclasses import replace

from codegen import syntax
from codegen.backward.draft import Draft
from codegen.backward.flow import is_fixed
from codegen.ir import Bind, Planned, Stage, replanned
from codegen.simplify.known import key
from codegen.stage.spell import named_text

Lines = list[Planned]


def by_their_names(items: Lines, draft: Draft) -> Lines:
    """Return lines that read what a gradient would compute again by the name that the forward pass gave it."""
    known = Formulas(draft)
    if not known.named:
        return items
    return replanned(items, lambda line: [replace(line, value=known.short(line.value))])


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
                self.named.setdefault(key(spelled_alike(tree)), item)
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
        stage = self.named.get(key(spelled_alike(plain(found)))) if keys else None
        if stage is None:
            return found
        reader = self.draft.reads.known[keys[0]].item
        flow = self.flow
        if flow.owner[stage] is not None and flow.block[stage] is not flow.block[reader]:
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
        and isinstance(stage, Bind)
        and isinstance(stage.target, ast.Name)
        and isinstance(wire.node, ast.Call | ast.BinOp)
    )


def head(tree: ast.expr) -> object:
    """Return what tells most formulas from others at a glance."""
    if isinstance(tree, ast.Call):
        return tree.func.attr if isinstance(tree.func, ast.Attribute) else ""
    return type(tree.op) if isinstance(tree, ast.BinOp) else None


REDUCTIONS = frozenset({"sum", "mean", "max", "min", "prod", "var", "std", "dot"})


def spelled_alike(tree: ast.expr) -> ast.expr:
    """Return a text in which `x.mean(axis=0)` is written `np.mean(x, axis=0)`."""

    def change(part: ast.expr) -> ast.expr | None:
        match part:
            case ast.Call(func=ast.Attribute(value=of, attr=name)) if name in REDUCTIONS:
                if isinstance(of, ast.Name) and of.id == "np":
                    return None
                args = [syntax.rewrite(a, change) for a in (of, *part.args)]
                return ast.Call(syntax.parse(f"np.{name}"), args, part.keywords)
        return None

    return syntax.rewrite(tree, change)


def plain(tree: ast.expr) -> ast.expr:
    """Return a text with variables in place of placeholders."""
    return syntax.rewrite(
        tree,
        lambda p: (
            syntax.name(p.id.partition("@")[0]) if isinstance(p, ast.Name) and "@" in p.id else None
        ),
    )
