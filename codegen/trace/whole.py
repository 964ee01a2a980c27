"""Objects that a function makes, takes apart and keeps: their attributes are variables, and the objects are made
and filled by the forward pass as by the function, for whoever reads them afterwards.

A constructor runs twice then, on variables and on the object, so that it must change nothing else.

>>> lines = ("self.n = len(x)", "Cell.made += 1", "log.append(self)", "self.w = np.random.rand(3)")
>>> [is_repeatable(ast.parse(line).body[0], "self", set()) for line in lines]
[True, False, False, False]
"""

from __future__ import annotations

import ast
import collections
import re
from collections.abc import Mapping, Sequence, Set
from functools import cached_property

from codegen import syntax
from codegen.gates.pure import GROWING, is_pure
from codegen.pytree import pairs_of
from codegen.records import dataclass
from codegen.trace.facts import CHANGEABLE, is_object
from codegen.trace.passing import parameters_of
from codegen.trace.paths import path_of, place_of
from codegen.trace.run import Run, Trace

AWAY, AGAIN = "put away", "looked at again"  # no names
DISPLAYS = (ast.List, ast.Dict, ast.Set, *syntax.COMPREHENSIONS)


@dataclass
class Building:
    """How an object is made: as a whole by a statement, and by what its constructor does to variables."""

    statement: ast.Assign
    attributes: list[ast.stmt]

    @property
    def name(self) -> str:
        target = self.statement.targets[0]
        assert isinstance(target, ast.Name)
        return target.id


class Wholes:
    """Finds which of the objects that a function makes are kept, and are to be made as a whole."""

    def __init__(self, host: Trace, buildings: Sequence[Building]) -> None:
        self.host, self.run, self.buildings = host, host.run, buildings
        self.made, self.helpers = {b.name for b in buildings}, host.run.helpers(host)[1:]
        # a node that stands for an attribute may stand at several places
        self.parents = collections.defaultdict[ast.AST, list[ast.AST]](list)
        self.nodes = collections.defaultdict[str, list[ast.AST]](list)  # by the place they are
        for n in syntax.walk(host.tree):
            self.nodes[place_of(n)].append(n)
            for part in ast.iter_child_nodes(n):
                self.parents[part].append(n)

    def kept(self) -> dict[str, ast.expr]:
        """Return what reads each object that is kept, by its variable."""
        places = {b.name: self.places(b.name) for b in self.buildings if self.is_repeatable(b)}
        places = {name: found for name, found in places.items() if AGAIN not in found}
        possible: set[str] = set()
        while more := {n for n, found in places.items() if found & {AWAY, *possible}} - possible:
            possible |= more
        return {name: syntax.name(name) for name in sorted(possible)}

    def is_repeatable(self, building: Building) -> bool:
        """Return whether a constructor may run on variables as well: it changes its object and its own things."""
        own: set[str] = set()
        for statement in building.attributes:
            if isinstance(statement, ast.Assign) and isinstance(statement.value, DISPLAYS):
                own |= set(map(place_of, statement.targets)) - {""}
            if not self.makes_object(statement):
                inner = syntax.every(ast.stmt, statement)
                if not all(is_repeatable(one, building.name, own) for one in inner):
                    return False
        return True

    def makes_object(self, statement: ast.stmt) -> bool:
        """Return whether a statement of a constructor makes another object, which the whole object has already."""
        is_call = isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)
        return is_call and is_object(self.run.fact(statement.value).sample)  # type: ignore[attr-defined]  # an assignment

    def idle(self, kept: Mapping[str, ast.expr]) -> set[ast.stmt]:
        """Return the statements that make objects as a whole which are not kept, and parts of those that are."""
        found: set[ast.stmt] = set()
        for b in self.buildings:
            found |= set() if isinstance(kept.get(b.name), ast.Name) else {b.statement}
            found |= set(filter(self.makes_object, b.attributes)) if b.name in kept else set()
        return found

    def places(self, name: str) -> set[str]:
        """Return where the function hands an object on as a whole: `AWAY`, to where it never looks, `AGAIN`, to where
        it may, or the variables of objects that are made of it.
        """
        found: set[str] = set()
        reads = [n for n in self.nodes[name] if isinstance(n, ast.Name)]
        for node in dict.fromkeys(n for n in reads if isinstance(n.ctx, ast.Load)):
            for parent in self.parents[node]:
                if not isinstance(parent, ast.Attribute):
                    found |= self.place(node, parent)
        return found

    def place(self, node: ast.expr, parent: ast.AST) -> set[str]:
        match parent:
            case ast.Call(func=ast.Attribute(value=owner, attr="append"), args=[_]) if all(
                isinstance(one, ast.Expr) for one in self.parents[parent]
            ):
                return {AWAY if self.is_unread(owner) else AGAIN}
            case ast.List() | ast.Tuple() | ast.Dict():
                return set().union(*(self.place(parent, one) for one in self.parents[parent]))
            case ast.Call():
                own = {b.name for b in self.buildings if b.statement.value is parent}
                return own or {AGAIN}
            case ast.Assign(targets=[target], value=value) if value is node:
                is_made = isinstance(target, ast.Name) and isinstance(node, ast.Name)
                owner = target.value if isinstance(target, ast.Subscript) else target
                return {AWAY if not is_made and self.is_unread(owner) else AGAIN}
        return {AGAIN}

    def is_unread(self, owner: ast.expr, known: frozenset[str] = frozenset()) -> bool:
        """Return whether a function only fills what stands at a place, if that is not `known` to be so."""
        place = place_of(owner)
        if place in known:
            return True
        if not place or not words_of(place).isdisjoint(self.words):
            return False
        known |= {place}
        values: list[ast.expr] = []
        for node in self.nodes[place]:
            if isinstance(node.ctx, ast.Load):  # type: ignore[attr-defined]  # a name or a chain
                if not all(self.is_filled_by(node, p, known) for p in self.parents[node]):
                    return False
                continue
            statement = self.parents[node][0]
            statement = (
                self.parents[statement][0] if isinstance(statement, ast.Tuple) else statement
            )
            found = [v for t, v in pairs_of(statement) if t is node]  # type: ignore[arg-type]  # whatever it is
            if not found:
                return False
            values += found
        is_given = syntax.first_name(place) in parameters_of(self.host.tree)
        return (is_given or bool(values)) and all(self.is_apart(v, known) for v in values)

    def is_apart(self, value: ast.expr, known: frozenset[str]) -> bool:
        """Return whether what a place gets has no other name by which a function reads it."""
        if isinstance(value, ast.Name):
            return value.id in self.made or self.is_unread(value, known)
        return not place_of(value)

    def is_filled_by(self, node: ast.AST, parent: ast.AST, known: frozenset[str]) -> bool:
        """Return whether a container is read to be filled, to be counted, or to be put where nothing reads it."""
        match parent:
            case ast.Attribute(attr="append"):
                calls = [one for call in self.parents[parent] for one in self.parents[call]]
                return all(isinstance(one, ast.Expr) for one in calls)
            case ast.Call(func=ast.Name("len")):
                return True
            case ast.Compare(ops=[ast.Is() | ast.IsNot()], comparators=[ast.Constant(None)]):
                return True
            case ast.Subscript(value=value, ctx=ast.Store()) if value is node:
                return True
            case ast.Assign(targets=[ast.Attribute() as target]) if path_of(target):
                return self.is_unread(target, known)
        return False

    @cached_property
    def words(self) -> set[str]:
        """The names and attributes that the functions read which are called, not written out."""
        trees = [trace.tree for trace in self.helpers if trace not in self.run.spliced]
        attributes = {n.attr for tree in trees for n in syntax.loads(tree, ast.Attribute)}
        return attributes.union(*map(syntax.reads, trees))


def is_repeatable(statement: ast.stmt, name: str, own: Set[str]) -> bool:
    """Return whether a statement itself changes only names, attributes of an object, and `own` containers."""
    parts = list(syntax.expressions(statement))
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=holder, attr=attr), args=args)):
            if place_of(holder) not in own or attr not in GROWING:
                return False
            parts = args
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.For() | ast.If() | ast.Raise():
            if any(place_of(n.value) != name for n in syntax.writes(statement, ast.Attribute)):
                return False
            if any(place_of(n.value) not in own for n in syntax.writes(statement, ast.Subscript)):
                return False
        case _:
            return isinstance(statement, ast.Pass)
    return all(map(is_pure, parts))


def words_of(place: str) -> set[str]:
    """Return the attributes and keys, or the name, by which others may read what stands at a place.

    >>> sorted(words_of("self.parts['first']")), sorted(words_of("cells"))
    (['first', 'parts'], ['cells'])
    """
    return set(re.findall(r"\w+", place)[1:]) or {place}


def repeated(building: Building, run: Run) -> list[ast.stmt]:
    """Return what a constructor does on variables that leaves them what the object's own attributes are; where it
    computes an array or a container, the object gets that of the variable.
    """
    return [
        s
        for s in building.attributes
        if isinstance(s, ast.Assign)
        and all(
            place_of(v)
            or isinstance(v, ast.Constant)
            or not isinstance(run.fact(v).sample, CHANGEABLE)
            for v in (s.value.elts if isinstance(s.value, ast.Tuple) else [s.value])
        )
    ]
