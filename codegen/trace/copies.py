"""Copies: a function goes in; out comes the same without the second names that splicing gave to one value.

A method that takes the place of its call leaves `out = out2` behind, a constructor `self.x = x`, a loop over an
attribute `items = biases`. Where both names stand for one object as long as the second one is read, one name does: the
user's own rather than one that was made. What the user's own lines bind stays as it is written.

>>> from codegen.cli.show import after
>>> text = '''
... class Line:
...     def __init__(self, w, b):
...         self.w, self.b = w, b
...
...     def at(self, x):
...         out = self.w * x + self.b
...         return out
...
... def f(x, w, b):
...     out = Line(w, b).at(x)
...     return out * x
... '''
>>> after("inline", text, 3.0, 2.0, 1.0)
f(x, w, b):
    out = w * x + b                   # float
    return out * x                    # float
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codegen import syntax
from codegen.trace.aggregates import Field, path_of, root_of
from codegen.trace.namespace import rename
from codegen.trace.normalize.fresh import made
from codegen.trace.passing import parameters_of
from codegen.trace.run import Trace

SCOPES = (ast.FunctionDef, ast.ClassDef, ast.Lambda)
CHOSEN, OF_MADE, PLAIN, OF_GIVEN = range(4)


def chosen_names(trace: Trace) -> set[str]:
    """Return the names that a function has from the user: its parameters, and what lines of the user's own bind."""
    found = set(parameters_of(trace.tree))
    for node in syntax.walk(trace.tree):
        if isinstance(node, ast.stmt) and not syntax.note_of(node).made:
            found.update(n for part in own_parts(node) for n in syntax.stores(part))
    return found


def without_copies(
    trace: Trace, chosen: set[str], fields: Sequence[Field], made_objects: set[str]
) -> None:
    """Take the copies of names out of a function, in place; fields get the names that are left.

    `chosen` are the names that the user gave, `fields` the attributes of arguments that are variables, `made_objects`
    the variables of objects that the function makes itself.
    """
    if isinstance(trace.tree, ast.FunctionDef):
        Copies(trace, chosen, fields, made_objects).settle(trace.tree)


class Copies:
    """Takes copies of names out of one function."""

    def __init__(
        self, trace: Trace, chosen: set[str], fields: Sequence[Field], made_objects: set[str]
    ) -> None:
        self.run, self.chosen, self.made, self.fields = trace.run, chosen, made_objects, fields
        assert isinstance(trace.tree, ast.FunctionDef)
        self.tree = trace.tree
        self.bound_first = {*parameters_of(trace.tree), *(f.name for f in fields if f.is_read)}
        self.left = self.never()

    def never(self) -> set[str]:
        """Return the names that stay: of what changes in place, and of what functions inside read or bind."""
        found: set[str] = set()
        for node in syntax.walk(self.tree):
            fact = self.run.facts.get(node)
            if fact is not None and fact.shares:
                found |= fact.shares
            if isinstance(node, SCOPES) and node is not self.tree:
                found.update(n.id for n in syntax.walk(node) if isinstance(n, ast.Name))
            elif isinstance(node, ast.Global | ast.Nonlocal):
                found.update(node.names)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del):
                found.add(node.id)
            elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                found.add(node.target.id)
            for inner in self.run.calls.get(node, ()):
                if inner.definer is not None and inner.tree is not self.tree:
                    found.update(n.id for n in syntax.walk(inner.tree) if isinstance(n, ast.Name))
        return found

    def settle(self, tree: ast.FunctionDef) -> None:
        """Take out what can be taken out, the first copy first, until nothing changes."""
        while any(self.joined(block, place) for block, place in copies_in(tree.body)):
            pass

    def joined(self, block: list[ast.stmt], place: int) -> bool:
        """Take one copy out of a block; return whether that was possible."""
        statement = block[place]
        for number, (target, value) in enumerate(pairs_of(statement)):
            if not isinstance(target, ast.Name) or {target.id, root_name(value)} & self.left:
                continue
            if isinstance(value, ast.Name):
                done = target.id == value.id or self.same(block, place, target.id, value)
            else:
                done = self.looked_up(block, place, target.id, value)
            if done:
                block[place : place + 1] = without_pair(statement, number)
                return True
        return False

    def same(self, block: list[ast.stmt], place: int, copy: str, value: ast.Name) -> bool:
        """Let one name stand for both where that means the same."""
        original = value.id
        if copy in self.bound_first and original in self.bound_first:
            return False
        here = reads_while_same(block, place, copy, original)
        names = self.names(copy)
        reads = [n for n in names if isinstance(n.ctx, ast.Load)]
        if set(reads) <= set(here) and copy not in self.bound_first:
            self.put(here, original)
            if len(names) - len(reads) == 1 and self.rank(copy) < self.rank(original):
                self.rename(original, copy)
            return True
        if block is self.tree.body and self.is_apart(place, copy, original):
            self.rename(copy, original)
            return True
        return False

    def names(self, name: str) -> list[ast.Name]:
        """Return where a variable stands in the function."""
        return [n for n in syntax.walk(self.tree) if isinstance(n, ast.Name) and n.id == name]

    def is_apart(self, place: int, copy: str, original: str) -> bool:
        """Return whether the second name is met only behind a line of the function's own block, the first only before."""
        body = self.tree.body
        before = {n for s in body[:place] for n in mentioned(s)}
        after = {n for s in body[place + 1 :] for n in mentioned(s)}
        return copy not in before | self.bound_first and original not in after

    def rank(self, name: str) -> int:
        """Return how much a name is worth keeping, the best first."""
        if name in self.bound_first:
            return -1
        if name in self.chosen:
            return CHOSEN
        if any(name.startswith(f"{root}_") for root in self.made):
            return OF_MADE
        return OF_GIVEN if any(f.name == name for f in self.fields) else PLAIN

    def put(self, places: Sequence[ast.Name], name: str) -> None:
        """Put another name at some places."""
        if not places:
            return
        changed = set(places)
        for node in syntax.walk(self.tree):
            if isinstance(node, ast.stmt) and node is not self.tree:
                if changed & set(syntax.walk(node)):
                    syntax.note(node, made=True)
        for one in places:
            one.id = name

    def rename(self, old: str, new: str) -> None:
        """Give a variable another name everywhere."""
        rename(self.tree, old, new)
        for one in self.fields:
            if one.name == old:
                one.name = new

    def looked_up(self, block: list[ast.stmt], place: int, copy: str, value: ast.expr) -> bool:
        """Let a loop run over attributes where a line right before it only gives them a name."""
        loop = next((s for s in block[place + 1 :] if not pairs_of(s)), None)
        if not isinstance(loop, ast.For) or copy in self.chosen | self.bound_first:
            return False
        found = self.names(copy)
        inside = [n for n in syntax.walk(loop.iter) if isinstance(n, ast.Name) and n.id == copy]
        if len(found) != 2 or len(inside) != 1 or root_name(value) in syntax.stores(loop):
            return False
        for parent in syntax.walk(loop):
            for name, part in ast.iter_fields(parent):
                if part is inside[0]:
                    setattr(parent, name, value)
                elif isinstance(part, list):
                    part[:] = [value if p is inside[0] else p for p in part]
        return True


def own_parts(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield the parts of a statement that are no statements."""
    yield from (p for p in ast.iter_child_nodes(statement) if not isinstance(p, ast.stmt))


def copies_in(body: list[ast.stmt]) -> Iterator[tuple[list[ast.stmt], int]]:
    """Yield where statements that were made give a value another name: a block, and the place there."""
    for place, statement in enumerate(body):
        if pairs_of(statement):
            yield body, place
        if not isinstance(statement, SCOPES):
            for name in ("body", "orelse", "finalbody"):
                yield from copies_in(getattr(statement, name, None) or [])


def pairs_of(statement: ast.stmt) -> list[tuple[ast.expr, ast.expr]]:
    """Return the targets and values of a statement that was made and gives names other names."""
    if not syntax.note_of(statement).made:
        return []
    match statement:
        case ast.Assign(targets=[ast.Name() as target], value=value):
            pairs: list[tuple[ast.expr, ast.expr]] = [(target, value)]
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            if len(targets) != len(values):
                return []
            bound = [t.id for t in targets if isinstance(t, ast.Name)]
            if len(bound) < len(targets) or set(bound) & set(syntax.reads(statement.value)):
                return []
            pairs = list(zip(targets, values, strict=True))
        case _:
            return []
    return pairs if any(root_name(v) for _, v in pairs) else []


def root_name(value: ast.expr) -> str:
    """Return the variable that an expression is, or is an attribute of; nothing for others."""
    return value.id if isinstance(value, ast.Name) else root_of(path_of(value))


def without_pair(statement: ast.stmt, number: int) -> list[ast.stmt]:
    """Return an assignment without one of its targets and its value; nothing if it has no other."""
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            del targets[number], values[number]
            if len(targets) > 1:
                return [statement]
            return [made(ast.Assign(targets, values[0]), statement)]
    return []


def mentioned(statement: ast.stmt) -> set[str]:
    """Return the names in a statement."""
    return {n.id for n in syntax.walk(statement) if isinstance(n, ast.Name)}


def reads_while_same(
    block: list[ast.stmt], place: int, copy: str, original: str
) -> list[ast.Name]:
    """Return where the second name is read behind a copy while both names surely stand for one object."""
    found: list[ast.Name] = []
    for statement in block[place + 1 :]:
        names = [n for n in syntax.walk(statement) if isinstance(n, ast.Name)]
        binds = any(n.id in (copy, original) and isinstance(n.ctx, ast.Store) for n in names)
        is_simple = isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr | ast.Return)
        if binds and not is_simple:
            break
        found += [n for n in names if n.id == copy and isinstance(n.ctx, ast.Load)]
        if binds:
            break
    return found
