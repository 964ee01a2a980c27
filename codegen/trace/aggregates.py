"""Aggregates taken apart: a function whose objects have traced attributes goes in; out comes the same with a variable
for each such attribute.

What the function reads of an argument's attributes stands in lines of its own at the beginning of the forward pass
(`W = layer.W`); an object that the function makes itself is only its attributes.

>>> from codegen.cli.show import after
>>> class Layer:
...     W, b = 2.0, 1.0
>>> text = '''
... def f(self, x):
...     self.W = self.W * 0.5
...     return self.W * x + self.b
... '''
>>> after("inline", text, Layer(), 3.0)
f(self, x):
    W = W * 0.5                       # float
    self.W = W                        # never reached
    return W * x + self.b             # float
"""

from __future__ import annotations

import ast
import collections
import dataclasses
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import field
from functools import cached_property
from types import MethodType
from typing import Any

import numpy as np

from codegen import syntax
from codegen.errors import UnsupportedError
from codegen.gates.canonical import MISSING
from codegen.pytree import (
    children,
    fields_of,
    has_attributes,
    has_float,
    is_dataclass,
    is_itself_alone,
    is_plain,
    is_plain_truth,
    is_record,
    stored,
    vars_of,
)
from codegen.records import dataclass
from codegen.trace.facts import holds_objects
from codegen.trace.followed import is_library_file
from codegen.trace.forced import was_finished
from codegen.trace.modulenames import local_names
from codegen.trace.normalize.fresh import made, put, spliced
from codegen.trace.normalize.lookup import LARGEST as MOST_OBJECTS
from codegen.trace.normalize.taint import reaches
from codegen.trace.passing import see
from codegen.trace.paths import (
    Step,
    is_below,
    is_in,
    path_of,
    place_of,
    steps_of,
    stored_paths,
    value_at,
)
from codegen.trace.run import Run, Trace

UNCHANGING = (int, float, str, tuple, type, type(None))
KEEPS = "{} is a cached_property, which stays as it is when what it is made of changes"
LOOKS = frozenset(
    {"isinstance", "type", "hasattr", "print", "repr", "str", "callable", "id", "len", "list"}
)


@dataclass
class Field:
    """An attribute of an argument that is a variable."""

    name: str
    """The variable."""
    path: str
    """As the user writes it: `layer.W`, `self.layers[0].w`."""
    sample: Any
    """What it holds when the function begins."""
    is_read: bool = False
    """Whether the variable has the value of the attribute when the function begins."""

    @property
    def known(self) -> Any:
        """What the variable holds when the function begins."""
        return None if self.sample is MISSING else self.sample

    @property
    def text(self) -> str:
        """How the value is read when the function begins; some attributes are not there yet."""
        owner, _, name = self.path.rpartition(".")
        return self.path if self.sample is not MISSING else f'getattr({owner}, "{name}", None)'


@dataclass(frozen=True)
class Made:
    """The objects that a function makes itself, by their variables."""

    classes: Mapping[str, ast.expr] = field(default_factory=dict)
    """An expression of the class of each, and of those that are their attributes."""
    changed: Sequence[Any] = ()
    """Samples of the objects that something changes once they are made, MISSING for any."""
    kept: Mapping[str, ast.expr] = field(default_factory=dict)
    """What reads those that are made as a whole, too."""
    repeats: Set[ast.stmt] = frozenset()
    """What is done on variables that the making of the whole object does as well."""
    parts: Mapping[str, ast.expr] = field(default_factory=dict)
    """What stands for attributes that hold others of these objects."""

    def is_lasting(self, sample: Any) -> bool:
        """Return whether nothing changes objects of the class of one once they are made."""
        return not any(one is MISSING or isinstance(one, type(sample)) for one in self.changed)


@dataclass
class Fields:
    """The attributes that are variables of one function."""

    trace: Trace
    wanted: Set[str]
    """The paths to differentiate, in their order."""
    objects: Made
    """The objects that the function makes itself."""
    inputs: set[str] = field(default_factory=set)
    """The variables that may be differentiated."""
    found: dict[str, Field] = field(default_factory=dict)
    written_back: set[str] = field(default_factory=set)
    returned: set[ast.AST] = field(default_factory=set)
    """Where an object that the function is given is returned as a whole."""
    beside: set[str] = field(default_factory=set)
    """The paths that are variables as well, without a gradient."""

    def __post_init__(self) -> None:
        self.tree, self.made = self.trace.tree, self.objects.classes
        self.taken = {*local_names(self.tree), *syntax.names(self.tree)}
        self.taken |= set(map(syntax.first_name, self.made))
        self.stores = collections.Counter(map(path_of, syntax.writes(self.tree, ast.Attribute)))
        self.read: dict[str, set[str]] = collections.defaultdict(set)
        for n in syntax.loads(self.tree, ast.Attribute):
            self.read[place_of(n.value)].add(n.attr)
        refused = {path for path in stored_paths(self.tree) if self.cannot_hold(path)}
        self.chosen = self.wanted | self.beside | stored_paths(self.tree) - refused
        self.chosen |= self.filled() | self.changed()
        moves = [m for s in syntax.every(ast.Assign, self.tree) if (m := self.moved(s))]
        self.taken_apart = {target for target, _ in moves}
        kept = {target for target, source in moves if source in self.objects.kept}
        self.chosen -= {p for p in self.beside if any(is_below(p, one) for one in kept)}
        for target, source in (*moves, *moves):  # from one to the next
            parts = {
                p for p in self.chosen if is_below(p, source) and source not in self.objects.kept
            }
            self.chosen |= {p.replace(source, target, 1) for p in parts}
        self.chosen -= {path for path in self.chosen if self.is_taken_apart(path)}

    def moved(self, statement: ast.Assign) -> tuple[str, str] | None:
        """Return the attribute that gets another object, and where this stands, if nothing changes it later."""
        match statement:
            case ast.Assign([ast.Attribute() | ast.Subscript() as target], whole) if place_of(
                whole
            ):
                path, source = path_of(target), place_of(whole)
            case _:
                return None
        sample = self.trace.run.fact(whole).sample
        is_last = self.objects.is_lasting(sample) or syntax.uses(self.tree, source) == [whole]
        if not path or not self.is_given(path) or not is_record(sample) or not is_last:
            return None
        root, steps = steps_of(path)
        held = value_at(self.owner(root), steps)
        if held is not MISSING and held is not None and type(held) is not type(sample):
            return None
        return path, source

    def changed(self) -> set[str]:
        """Return the attributes whose arrays change under another name, by what may be differentiated."""
        found: set[str] = set()
        for node in syntax.walk(self.tree) if self.inputs else ():
            fact = self.trace.run.facts.get(node)
            if fact is None or not fact.fields or not isinstance(node, ast.stmt | ast.Call):
                continue
            if not reaches(node, self.inputs):
                continue
            found |= {
                path
                for _, owner, path in fact.fields
                if owner is self.trace and isinstance(syntax.parse(path), ast.Attribute)
            }
        held = {
            path_of(n): self.trace.run.fact(n).sample
            for n in syntax.walk(self.tree)
            if isinstance(n, ast.Attribute)
        }
        return {
            one
            for path in found & held.keys()
            if has_float(held[path]) and not any(is_below(w, path) for w in self.wanted)
            for one in items_apart(self.trace, path)
        }

    def cannot_hold(self, path: str) -> bool:
        """Return whether writing a path raises: a number has no room for an attribute, and an array for no new one, as
        where a name is given to what may be a series (`p.name = "projection"`, in a `try`).
        """
        nodes = [n for n in syntax.writes(self.tree, ast.Attribute) if path_of(n) == path]
        owners = [self.trace.run.fact(n.value).sample for n in nodes]
        own = path.rpartition(".")[2]
        return bool(owners) and all(
            isinstance(owner, float | int | np.ndarray | np.generic) and not hasattr(owner, own)
            for owner in owners
        )

    def is_taken_apart(self, path: str) -> bool:
        """Return whether a path leads to an object of which the attributes are variables, not it."""
        root, steps = steps_of(path)
        is_object = steps and steps[-1][0] == "attribute"
        return (
            bool(is_object)
            and (path in self.taken_apart or is_record(value_at(self.owner(root), steps)))
            and any(is_below(other, path) for other in self.chosen)
        )

    def filled(self) -> set[str]:
        """Return the attributes that hold a dict or a list without floats, to which the function adds items."""
        found = set()
        for node in syntax.walk(self.tree):
            match node:
                case ast.Subscript(
                    value=ast.Attribute() as owner, ctx=ast.Store()
                ) if not self.is_counted(node):
                    kind: Any = dict
                case ast.Call(
                    func=ast.Attribute(value=ast.Attribute() as owner, attr="append" | "appendleft")
                ):
                    kind = list | collections.deque
                case _:
                    continue
            if path_of(owner):
                root, steps = steps_of(path_of(owner))
                held = value_at(self.owner(root), steps)
                if isinstance(held, kind) and not has_float(held):
                    found.add(path_of(owner))
        return found

    def is_counted(self, node: ast.Subscript) -> bool:
        """Return whether what a statement puts into a dict is a count, a word or a truth: `self.log["n"] += 1`."""
        statement = self.trace.run.parents.get(node)
        if not isinstance(statement, ast.Assign | ast.AugAssign):
            return False
        match statement.value:
            case ast.Constant(value):
                return not isinstance(value, float)
        kinds = self.trace.run.fact(statement.value).kinds
        return bool(kinds) and kinds <= {("int", 0), ("bool", 0), ("text", 0)}

    def replace(self) -> dict[str, Field]:
        """Replace the attributes in the tree; return the fields of arguments by their path."""
        if not self.chosen and not self.made:
            return {}
        for path in self.wanted:
            self.field(path).is_read = True
        self.refuse_mixed()
        if isinstance(self.tree, ast.FunctionDef):
            self.look(self.tree.body, set())
            self.named_lists(self.tree)
            self.tree.body = [one for s in self.tree.body for one in (*self.held_lists(s), s)]
            self.name_changes()
            self.tree.body = Changer(self).block(self.tree.body)
        self.check_rest()
        return {p: f for p, f in self.found.items() if self.is_given(p)}

    def is_apart(self, node: ast.expr) -> bool:
        """Return whether an expression is an object of which the attributes are variables."""
        place = place_of(node)
        is_part = any(is_below(place, p) for p in self.chosen)  # of a list that is one variable
        return (
            place in self.made
            or not is_part
            and any(is_below(p, place) for p in self.chosen if place)
        )

    def refuse_mixed(self) -> None:
        """Refuse an attribute of an object made here that holds objects taken apart and others, or is asked."""
        parts = {path for path in self.made if not path.isidentifier()}
        nodes = syntax.walk(self.tree) if parts else []
        inner: set[ast.AST] = {n.value for n in nodes if isinstance(n, ast.Attribute)}
        inner |= {part for n in nodes if isinstance(n, ast.Return) for part in syntax.walk(n)}
        for statement in nodes:
            if isinstance(statement, ast.Assign) and syntax.is_nothing(statement.value):
                inner.update(statement.targets)
        for node in nodes:
            if isinstance(node, ast.Attribute) and path_of(node) in parts and node not in inner:
                kind = syntax.show(self.made[path_of(node)])
                raise self.trace.source.refuse(
                    node,
                    f"{path_of(node)} is used as a whole while its attributes are traced",
                    f"Read its attributes one by one, and set it to a new {kind} each time.",
                )

    def named_lists(self, tree: ast.FunctionDef) -> None:
        """Let lists that have one name of their own, `log_x = self.log["x"]`, go by it."""
        for statement in list(tree.body):
            match statement:
                case ast.Assign([ast.Name(name)], ast.Subscript() as value) if (
                    self.is_field(path_of(value)) and syntax.note_of(statement).made
                ):
                    field = self.field(path_of(value))
                    paths = [n for n in syntax.walk(tree) if path_of(n) == field.path]
                    is_bound_once = len(syntax.uses(tree, name, ast.Store)) == 1
                    if isinstance(field.sample, list) and len(paths) == 1 and is_bound_once:
                        field.name = name
                        tree.body.remove(statement)

    def held_lists(self, loop: ast.stmt) -> list[ast.stmt]:
        """Take the names of lists that stay where they are out of a loop, `log_x = self.log["x"]`, in place: they are
        the same in all trips, and grow in each; return what binds them.
        """
        found: list[ast.stmt] = []
        written = set(map(path_of, syntax.writes(self.tree, ast.Subscript)))
        stored = stored_paths(self.tree) | written - {""}

        def change(statement: ast.stmt) -> list[ast.stmt]:
            match statement:
                case ast.Assign([ast.Name(name)], ast.Subscript() as value) if syntax.note_of(
                    statement
                ).made and (path := path_of(value)):
                    is_list = isinstance(self.trace.run.fact(value).sample, list)
                    is_once = len(syntax.uses(self.tree, name, ast.Store)) == 1
                    stays = self.is_given(path) and not any(is_in(path, one) for one in stored)
                    if is_list and is_once and stays:
                        found.append(statement)
                        return []
            return [statement]

        if isinstance(loop, ast.For | ast.While):
            loop.body = spliced(loop.body, change)
        return found

    def name_changes(self) -> None:
        """Note the variables whose memory changes among the names that share it."""
        for node in syntax.walk(self.tree):
            fact = self.trace.run.facts.get(node)
            if fact is None or not fact.fields:
                continue
            for number, owner, path in fact.fields:
                if owner is self.trace and self.is_field(path):
                    fact.groups[number].add(self.field(path).name)

    def is_given(self, path: str) -> bool:
        """Return whether an attribute belongs to an object that the function is given."""
        return syntax.first_name(path) not in self.made

    def look(self, block: list[ast.stmt], written: set[str]) -> set[str]:
        """Find the attributes that a block may read before it has written them; return those written for sure."""
        for statement in block:
            inner = [getattr(statement, f, None) or [] for f in ("body", "orelse", "finalbody")]
            nodes = [n for c in syntax.head(statement) for n in syntax.walk(c)]
            parts = [n for n in nodes if isinstance(n, ast.Attribute | ast.Subscript)]
            asked = {part for n in nodes if n in parts or is_look(n) for part in syntax.parts(n)}
            is_update = isinstance(statement, ast.AugAssign)
            loads = [n for n in parts if is_update or isinstance(n.ctx, ast.Load)]
            read = set(map(path_of, loads))
            wholes = {path_of(n) for n in loads if n not in asked and self.is_apart(n)}
            read |= {p for p in self.chosen if any(is_below(p, one) for one in wholes)}
            for path in filter(self.is_field, sorted(read)):
                if not any(is_in(path, one) for one in written) and self.is_given(path):
                    root, steps = steps_of(path)
                    holder = value_at(self.owner(root), steps[:-1])
                    self.field(path).is_read = holder is not MISSING and holder is not None
            if isinstance(statement, ast.With):
                written = self.look(statement.body, written)
            elif isinstance(statement, ast.If):
                sides = [self.look(side, set(written)) for side in inner[:2]]
                ends = [
                    bool(side) and isinstance(side[-1], (*syntax.JUMPS, ast.Raise))
                    for side in inner[:2]
                ]
                sides = [s for s, end in zip(sides, ends, strict=True) if not end] or sides
                written = set.intersection(*sides)
            else:
                for one in inner:
                    self.look(one, set(written))
            written |= {path_of(n) for n in parts if not isinstance(n.ctx, ast.Load)} - {""}
        return written

    def is_field(self, path: str) -> bool:
        return path in self.chosen

    def field(self, path: str) -> Field:
        """Return the field of a path, made when it is first asked for."""
        if path not in self.found:
            root, steps = steps_of(path)
            value = value_at(self.owner(root), steps)
            # what it is given is not put into the module's own
            changes = isinstance(value, dict | list | collections.deque)
            outside = self.trace.function.__globals__ if changes else {}
            name = next(
                n for n in self.names(root, steps) if n not in self.taken and n not in outside
            )
            self.taken.add(name)
            self.found[path] = Field(name, path, value)
        return self.found[path]

    def owner(self, root: str) -> Any:
        """Return what an argument, or a name of the module, holds when the function begins; MISSING for others."""
        known = self.trace.run.namespace.objects
        return self.trace.values.get(root, known.get(root, MISSING))

    def names(self, root: str, steps: list[Step]) -> Iterator[str]:
        """Yield names for the variable of an attribute, short ones first: `w`; `w_0` in `layers[0].w`; `layers_0_w`."""
        words = [plain(str(key)) for _, key in steps]
        keys = [w for w, (kind, _) in zip(words, steps, strict=True) if kind == "item"]
        if keys and steps[-1][0] == "attribute":
            yield "_".join([words[-1], *keys])
        for k in range(1, len(words) + 1):
            if (found := joined(words[-k:])).isidentifier():
                yield found
        yield from syntax.numbered(joined([root, *words]), "_")

    def check_rest(self) -> None:
        """Refuse an object that is more than its attributes: handed on as a whole, or read in other ways."""
        roots = {*self.made, *map(syntax.first_name, self.chosen)}
        looks = [
            n
            for n in syntax.walk(self.tree)
            if is_look(n) or self.is_passive_look(n) or self.is_comparison(n)
        ]
        looks += [n for node in syntax.walk(self.tree) for n in self.only_counted(node)]
        allowed = {part for node in looks for part in syntax.walk(node)}
        calls = {n.func: n for n in syntax.walk(self.tree) if isinstance(n, ast.Call)}
        chains = (ast.Attribute, ast.Subscript)
        inner = {n.value for n in syntax.walk(self.tree) if isinstance(n, chains)}
        tables = {
            n.value
            for n in syntax.every(ast.Subscript, self.tree)
            if not path_of(n) and path_of(n.value)
        }
        allowed |= self.returned
        for one in syntax.every(ast.If, self.tree):
            for side in (one.body, one.orelse):
                if not was_finished(self.trace.run, side):  # it raises
                    allowed |= {part for statement in side for part in syntax.walk(statement)}
        for error in syntax.every(ast.Raise, self.tree):
            allowed |= {
                n for n in syntax.every(ast.Name, error) if n.id not in self.made and n not in inner
            }
        for node in syntax.walk(self.tree):
            if isinstance(node, chains) and (node not in inner or node in tables) and path_of(node):
                path = path_of(node)
                if path in self.written_back and not self.is_kept_elsewhere(node, inner):
                    allowed |= set(syntax.walk(node))
                if any(is_below(p, path) for p in self.chosen):
                    continue
                if self.is_given(path) and self.is_setting(node, calls):
                    allowed |= set(syntax.walk(node))
            if not isinstance(node, ast.Name) or node.id not in roots or node in allowed:
                continue
            if isinstance(self.objects.kept.get(node.id), ast.Name):
                continue
            raise self.refuse(node)

    def is_kept_elsewhere(self, node: ast.expr, inner: set[ast.expr]) -> bool:
        """Return whether an object is given to an attribute or a list, from which it may be read: it is not known there
        which variables hold its floats.
        """
        for one in syntax.walk(self.tree):
            match one:
                case ast.Assign(value=value) if value is node:
                    return is_record(self.trace.run.fact(node).sample)
                case ast.List() | ast.Tuple() | ast.Dict() if node in ast.iter_child_nodes(one):
                    return True
                case ast.Call(ast.Attribute(holder, "append"), [item]) if item is node:
                    return any(place_of(n) == place_of(holder) for n in inner - {holder})
        return False

    def is_comparison(self, node: ast.AST) -> bool:
        """Return whether an expression asks if given objects are one, or there, or whether a dict has a key."""
        if not isinstance(node, ast.Compare):
            return False
        last, held = node.comparators[-1], self.trace.run.fact(node.comparators[-1]).sample
        if isinstance(node.ops[-1], ast.In | ast.NotIn) and isinstance(held, dict):
            return bool(path_of(last)) and len(node.ops) == 1 and self.is_given(path_of(last))
        is_asked_for = len(node.ops) == 1 and syntax.is_nothing(node.comparators[0])
        if is_asked_for and isinstance(node.ops[0], ast.Is | ast.IsNot) and place_of(node.left):
            return self.is_given(place_of(node.left))
        if not all(isinstance(n, ast.Name) or path_of(n) for n in (node.left, *node.comparators)):
            return False
        samples = [self.trace.run.fact(n).sample for n in (node.left, *node.comparators)]
        plain = all(map(is_itself_alone, samples))
        identity = (ast.Is, ast.IsNot, *((ast.Eq, ast.NotEq) if plain else ()))
        return all(isinstance(op, identity) for op in node.ops) and all(
            map(self.is_given, syntax.reads(node))
        )

    def only_counted(self, node: ast.AST) -> list[ast.expr]:
        """Return the containers whose items a loop does not read, and the objects asked for being there."""
        match node:
            case ast.For(target=ast.Name(one), iter=source, body=body):
                parts: list[ast.AST] = list(body)
            case ast.ListComp(elt=value, generators=[ast.comprehension(ast.Name(one), source, [])]):
                parts = [value]
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
                plain = [n for n in asked_parts(test) if path_of(n) and self.is_given(path_of(n))]
                return [n for n in plain if is_plain_truth(self.trace.run.fact(n).sample)]
            case _:
                return []
        is_read = any(one in syntax.names(part) for part in parts)
        return [] if is_read or not self.is_given(syntax.root_name(source) or one) else [source]

    def is_passive_look(self, node: ast.AST) -> bool:
        """Return whether an expression is `getattr(self, "count", 0)` of something that is no float."""
        match node:
            case ast.Call(
                func=ast.Name("getattr"), args=[ast.Name(), ast.Constant(), ast.Constant()]
            ):
                return not any(kind == "float" for kind, _ in self.trace.run.fact(node).kinds)
        return False

    def is_setting(
        self, node: ast.Attribute | ast.Subscript, calls: dict[ast.expr, ast.Call]
    ) -> bool:
        """Return whether an attribute that is no variable is a plain setting: a number of things, text, a function."""
        run = self.trace.run
        if node in calls:
            callees = run.fact(calls[node]).callees
            if not any(isinstance(c, MethodType) for c in callees):
                return bool(callees)
            traces = run.calls.get(calls[node], [])
            if traces and not any(touches(t, self.chosen) for t in traces):
                return True
            owner = path_of(node.value)
            return bool(owner) and not any(is_below(p, owner) for p in self.chosen)
        sample = run.fact(node).sample
        if sample is MISSING and path_of(node):  # on a side that the example does not take
            root, steps = steps_of(path_of(node))
            sample = value_at(self.owner(root), steps)
        if sample is MISSING and isinstance(node, ast.Subscript):  # an item that is new
            match run.parents.get(node):
                case ast.Assign(value=ast.Constant(given)):
                    return isinstance(given, int | str | None)
                case ast.Assign(value=value):
                    return isinstance(run.fact(value).sample, int | str | None)
        return sample is not MISSING and not isinstance(sample, MethodType)

    def refuse(self, node: ast.Name) -> UnsupportedError:
        written = next((p for p in sorted(self.chosen) if is_below(p, node.id)), "")
        names = syntax.uses(self.tree, node.id)
        samples = [self.trace.run.fact(n).sample for n in names]
        is_array = any(isinstance(sample, np.ndarray) for sample in samples)
        nodes = syntax.every(ast.expr, self.tree)
        found = next((n for n in nodes if path_of(n) == written), None)
        if is_array and written.count(".") == 1 and found is not None:
            name = written.rpartition(".")[2]
            written_out = self.trace.source.lines[found.lineno - 1].partition(" = ")[2]
            shape = written_out.partition("#")[0].strip()
            is_shape = name == "shape" and bool(shape) and shape.count("(") == shape.count(")")
            advice = f"Write {node.id} = {node.id}.reshape({shape})." if is_shape else None
            return self.trace.source.refuse(
                found, f"setting the {name} of an array in place is not supported", advice
            )
        parts = [n for s in syntax.walk(self.tree) for n in parts_returned(s, self.trace.run)]  # type: ignore[arg-type]  # a return
        if node.id in self.made and node in parts:
            paths = sorted(p for p in self.chosen if is_below(p, node.id)) or [f"{node.id}.x"]
            sample = next((one for one in samples if one is not MISSING), None)
            kind, ways = type(sample).__name__, f"Return its attributes, {', '.join(paths)}"
            is_more = dataclasses.is_dataclass(sample)
            why = "does more than hold its fields" if is_more else "is no dataclass"
            return self.trace.source.refuse(
                node,
                f"an object of {kind}, which {why}, is returned",
                f"{ways}." if is_more else f"{ways}, or make {kind} a dataclass.",
            )
        if (asked := self.asked_of(node)) is not None:
            return self.trace.source.refuse(node, *asked)
        return self.trace.source.refuse(
            node,
            f"the object {node.id} is used as a whole while its attributes are traced",
            "Read its attributes one by one, or pass them as arguments.",
        )

    def asked_of(self, node: ast.Name) -> tuple[str, str] | None:
        """Return what Python asks of an object by itself, and the advice: to unpack it, or to compare it."""
        parts = " and ".join(sorted(p for p in self.chosen if is_below(p, node.id))[:2])
        for one in syntax.walk(self.tree):
            root, steps = steps_of(path_of(one)) if path_of(one) else (getattr(one, "id", ""), [])
            items = value_at(self.owner(root), steps)
            if (
                isinstance(items, list | tuple)
                and len(items) > MOST_OBJECTS
                and holds_objects(items)
            ):
                what = f"a loop over {len(items)} objects whose attributes are traced is too long to be written out"
                return what, "Keep what they hold in arrays, and loop over these."
        for one in syntax.walk(self.tree):
            match one:
                case ast.Attribute(value=owner) if owner is node:
                    if keeps_what_it_gave(one, self.trace.run):
                        return KEEPS.format(syntax.show(one)), "Make it a property."
                case ast.For(target=target, iter=source) if node in syntax.walk(target):
                    what = f"{node.id} is one of several objects that are made here, in {syntax.show(source)}"
                    return what, "Make each of them in the loop that uses it."
                case ast.Assign(targets=[ast.Tuple()], value=value) | ast.For(iter=value) if (
                    value is node
                ):
                    return f"the object {node.id} is unpacked", "Read its attributes one by one."
                case ast.Compare(left=left, comparators=others) if node in (left, *others):
                    what = f"the object {node.id} is compared as a whole"
                    return what, f"Compare its attributes, {parts or 'one by one'}."
        return None


class Changer(ast.NodeTransformer):
    """Puts variables in the place of attributes; what is written to an object that was given is written there too."""

    def __init__(self, fields: Fields) -> None:
        self.fields, self.run = fields, fields.trace.run
        self.changes = 0

    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Return the statements of a block with variables in the place of attributes."""
        found: list[ast.stmt] = []
        for statement in body:
            stored = self.stored(statement)
            before = self.changes
            kept = [self.whole_of(n) for n in stored]
            rebound = self.rebound(statement)
            for part in [*parts_returned(statement, self.run), *self.put_away(statement)]:
                self.whole(statement, part)
            self.generic_visit(statement)
            if self.changes != before:
                syntax.note(statement, made=True)
            found += [*rebound, statement]
            for target, whole in zip(stored, kept, strict=True):
                name = self.fields.field(path_of(target)).name
                self.renamed(statement, syntax.first_name(path_of(target)), name)
                value = ast.copy_location(syntax.name(name), statement)
                found.append(made(ast.Assign([whole], value), statement))
                syntax.note(found[-1], hands_on=whole is not target)
                self.fields.written_back.add(path_of(target))
        return found

    def whole_of(self, target: ast.Attribute) -> ast.Attribute:
        """Return the attribute of an object that is made here as a whole; any other as it is."""
        owner = self.fields.objects.kept.get(syntax.first_name(path_of(target)))
        if owner is None:
            return target
        whole = syntax.rewrite(
            target, lambda n: syntax.deep(owner) if isinstance(n, ast.Name) else None
        )
        assert isinstance(whole, ast.Attribute)
        return whole

    def whole(self, statement: ast.stmt, node: ast.expr) -> None:
        """Let an object that is returned be made of its variables; one that was given is returned itself."""
        sample = self.run.fact(node).sample
        if not is_record(sample):
            return
        if isinstance(statement, ast.Return) and place_of(node) not in self.fields.made:
            if self.fields.is_apart(node):
                self.fields.returned.update(syntax.walk(node))
            return
        call = self.made_anew(place_of(node), sample)
        if call is not None:
            put(statement, node, made(call, node))
            self.changes += 1

    def made_anew(self, path: str, sample: Any) -> ast.Call | None:
        """Return the call that makes an object, which is made here, of its variables; None where these are not all."""
        kind = self.fields.made.get(path) or syntax.call("type", syntax.parse(path))
        call = ast.Call(syntax.deep(kind), [], [])
        made_of: Any = type(sample)
        words = stored(made_of) or {name: name for name in fields_of(sample)}
        header = inspect.signature(type(sample)).parameters
        if not words.keys() <= header.keys():
            return None
        for given, word in words.items():
            part: ast.expr = ast.copy_location(syntax.parse(f"{path}.{word}"), call)
            held = getattr(sample, word, MISSING)
            inner = syntax.show(self.fields.objects.parts.get(f"{path}.{word}", part))
            see(self.run, part, held)
            if is_record(held) and self.fields.is_apart(syntax.parse(inner)):
                whole = self.made_anew(inner, held)
                if whole is None:
                    return None
                part = whole
            elif not self.fields.is_field(path_of(part)) and not self.is_of_class(part):
                return None
            if header[given].kind is inspect.Parameter.KEYWORD_ONLY:
                call.keywords.append(ast.keyword(given, part))
            else:
                call.args.append(part)
        if new_fields(call, type(sample)) is None or self.is_more(path, words.values(), sample):
            return None
        see(self.run, call, sample)
        self.run.facts[call].callees = [type(sample)]
        return call

    def put_away(self, statement: ast.stmt) -> list[ast.expr]:
        """Return the objects that a statement puts into a list, and that nothing changes: they are made here, or the
        list is, so that nobody asks whether they are those that the function is given.
        """
        match statement:
            case ast.Expr(
                ast.Call(ast.Attribute(ast.Name() | ast.Attribute() as holder, "append"), [item])
            ):
                items = [item]
            case ast.Assign([ast.Name() as holder], ast.List(items) | ast.Tuple(items)):
                pass
            case _:
                return []
        objects = self.fields.objects
        is_own = isinstance(holder, ast.Name) and holder.id not in self.fields.trace.values
        return [
            n
            for n in items
            if not isinstance(objects.kept.get(place_of(n)), ast.Name)
            and (place_of(n) in self.fields.made or is_own and self.is_wanted(n))
            and objects.is_lasting(self.run.fact(n).sample)
        ]

    def is_wanted(self, node: ast.expr) -> bool:
        """Return whether an expression is an object whose attributes are variables with a gradient."""
        place = place_of(node)
        is_active = place in self.fields.taken_apart or any(
            is_below(p, place) for p in self.fields.wanted
        )
        return bool(place) and is_active and self.fields.is_apart(node)

    def rebound(self, statement: ast.stmt) -> list[ast.stmt]:
        """Let the variables of an attribute of a given object be those of another object that takes its place, which is
        made of them if it is made here; return the statements before it, which bind them.
        """
        found: list[ast.stmt] = []
        move = self.fields.moved(statement) if isinstance(statement, ast.Assign) else None
        if move is None:
            return found
        assert isinstance(statement, ast.Assign)
        path, source = move
        held = sorted(p for p in self.fields.chosen if is_below(p, path))
        parts = {self.standing(p.replace(path, source, 1)): p for p in held}
        whole = statement.value
        is_fixed = self.fields.is_given(source) and self.fields.stores[source] == 0
        if not held or not is_fixed and not all(map(self.fields.is_field, parts)):
            return found
        if is_made := source in self.fields.made:
            self.whole(statement, whole)
            given = {path_of(n): n for n in syntax.every(ast.Attribute, statement.value)}
            if statement.value is whole:
                return found
            if not parts.keys() <= given.keys() and isinstance(whole, ast.Name):
                raise self.fields.refuse(whole)  # a variable would keep what the object before held
        depth = len(steps_of(path)[1])
        for old, new in parts.items():
            read, variable = map(syntax.parse, (old, new))
            variable.ctx = ast.Store()  # type: ignore[attr-defined]  # an attribute
            see(self.run, read, value_at(self.run.fact(whole).sample, steps_of(new)[1][depth:]))
            found.append(made(ast.Assign([self.visit(variable)], self.visit(read)), statement))
            if is_made:
                put(statement, given[old], syntax.parse(new))
        self.fields.written_back.add(path)
        self.fields.returned.update(syntax.walk(statement))
        syntax.note(statement, hands_on=True)
        return found

    def standing(self, path: str) -> str:
        """Return the path to what is read there, where it leads through an attribute that holds an object made here."""
        inner = next((p for p in self.fields.objects.parts if is_below(path, p)), None)
        if inner is None:
            return path
        return self.standing(path.replace(inner, place_of(self.fields.objects.parts[inner]), 1))

    def is_more(self, name: str, words: Iterable[str], sample: Any) -> bool:
        """Return whether an object has attributes beside some that it would not have if it were made of these."""
        others = vars_of(sample).keys() - set(words)
        is_set = any(self.fields.stores[f"{name}.{word}"] > 1 for word in others)
        if is_dataclass(sample):
            return is_set
        held = {word for word in others if has_float(getattr(sample, word))}
        held |= {
            word
            for word in others & self.fields.read[name]
            if not isinstance(vars_of(sample)[word], UNCHANGING)
        }
        return is_set or bool(held)

    def renamed(self, statement: ast.stmt, old: str, new: str) -> None:
        """Let a change in place be one of a variable, not of the object that had it."""
        self.run.fact(statement).rename({old: new})

    def stored(self, statement: ast.stmt) -> list[ast.Attribute]:
        """Return copies of the attributes of given objects that a simple statement writes."""
        if not isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign):
            return []
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return [
            syntax.deep(n)
            for target in targets
            for n in syntax.writes(target, ast.Attribute)
            if self.fields.is_field(path_of(n)) and self.is_seen(path_of(n), statement)
        ]

    def is_seen(self, path: str, statement: ast.stmt) -> bool:
        """Return whether somebody else may read what a statement writes to an attribute."""
        objects = self.fields.objects
        is_kept = syntax.first_name(path) in objects.kept and statement not in objects.repeats
        return is_kept or self.fields.is_given(path)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Visit the parts of a node, blocks statement by statement."""
        for name, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                setattr(node, name, self.block(value))
            elif isinstance(value, list):
                value[:] = [self.visit(v) if isinstance(v, ast.AST) else v for v in value]
            elif isinstance(value, ast.AST):
                setattr(node, name, self.visit(value))
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Let the type of an object that is made here be its class."""
        match node:
            case ast.Call(func=ast.Name("type"), args=[ast.Name(name)]) if name in self.fields.made:
                self.changes += 1
                return ast.copy_location(syntax.deep(self.fields.made[name]), node)
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute | ast.Subscript) -> ast.AST:
        path = path_of(node)
        if path and syntax.first_name(path) in self.fields.made and self.is_of_class(node):
            self.changes += 1
            return ast.copy_location(ast.Constant(self.run.fact(node).sample), node)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            kind = self.fields.made.get(node.value.id)
            owner = type(self.run.fact(node.value).sample)
            if kind and isinstance(inspect.getattr_static(owner, node.attr, None), staticmethod):
                self.changes += 1
                node.value = ast.copy_location(syntax.deep(kind), node.value)
                return node
        if (
            not path
            or not self.fields.is_field(path)
            or isinstance(self.run.fact(node).sample, MethodType)
        ):
            return self.generic_visit(node)
        self.changes += 1
        fresh = ast.copy_location(ast.Name(self.fields.field(path).name, node.ctx), node)
        fact = self.run.facts.get(node)
        if fact is not None:
            self.run.facts[fresh] = fact
        else:
            see(self.run, fresh, self.fields.found[path].sample)
        return fresh

    visit_Subscript = visit_Attribute

    def is_of_class(self, node: ast.expr) -> bool:
        """Return whether an attribute is a plain setting that the class of an object has, not the object itself."""
        if not isinstance(node, ast.Attribute) or self.fields.is_field(path_of(node)):
            return False
        owner, value = self.run.fact(node.value).sample, self.run.fact(node).sample
        is_plain = isinstance(value, int | float | str | None)
        return is_plain and has_attributes(owner) and node.attr not in vars_of(owner)


def plain(word: str) -> str:
    """Return a step of a path as a part of a name; a private attribute without its class."""
    word = re.sub(r"^_[A-Za-z0-9]+__", "", word)
    return re.sub(r"\W+", "_", word).strip("_") if not word.isidentifier() else word


def asked_parts(test: ast.expr) -> list[ast.expr]:
    """Return what a test asks for, joined by `and`, `or` and `not`."""
    if isinstance(test, ast.BoolOp):
        return [part for value in test.values for part in asked_parts(value)]
    return asked_parts(test.operand) if isinstance(test, ast.UnaryOp) else [test]


def keeps_what_it_gave(node: ast.Attribute, run: Run) -> bool:
    """Return whether an attribute is what a property gave once, whatever has changed since."""
    kind = type(run.fact(node.value).sample)
    return isinstance(getattr(kind, node.attr, None), cached_property)


def is_look(node: ast.AST) -> bool:
    """Return whether an expression only looks at what an object is, or which function a method of it is."""
    match node:
        case ast.Call(func=ast.Name("getattr"), args=[_, ast.Constant(word), _]):
            return word in ("__func__", "__module__", "__qualname__")
    return syntax.calls(node, *LOOKS)


def touches(trace: Trace, paths: Set[str]) -> bool:
    """Return whether a function, or what it calls, reads or writes attributes that are called as some paths end."""
    names = {path.rpartition(".")[2].partition("[")[0] for path in paths}
    return any(
        isinstance(node, ast.Attribute) and node.attr in names
        for one in trace.run.helpers(trace)
        for node in syntax.walk(one.tree)
    )


def new_fields(call: ast.Call, made_of: Any, is_begun: bool = False) -> dict[str, ast.expr] | None:
    """Return what the fields of a new dataclass object get, if it is made, or begun, without the user's code."""
    if not isinstance(made_of, type) or type(made_of).__call__ is not type.__call__:
        return None
    words = stored(made_of)
    code = getattr(inspect.getattr_static(made_of, "__init__"), "__code__", None)
    has_own = hasattr(made_of, "__post_init__") and not is_begun
    has_own |= getattr(code, "co_filename", "") != "<string>"
    if words is None and (not dataclasses.is_dataclass(made_of) or has_own):
        return None
    if words is not None and code is not None and is_library_file(code.co_filename):
        return None  # its methods are not followed
    if syntax.has_star(call.args):
        return None
    try:
        given = {str(k.arg): k.value for k in call.keywords}
        found = inspect.signature(made_of).bind(*call.args, **given).arguments
        return {words[k] if words else k: value for k, value in found.items()}
    except TypeError:
        return None


def parts_returned(statement: ast.stmt, run: Run) -> Iterator[ast.expr]:
    """Yield what a statement returns, and the parts of displays and of new objects there."""
    waiting = [statement.value] if isinstance(statement, ast.Return) else []
    while waiting:
        part = waiting.pop()
        if part is None:
            continue
        yield part
        match part:
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                waiting += parts
            case ast.Dict(values=parts):
                waiting += parts
            case ast.Call(args=args, keywords=keywords) if any(
                new_fields(part, c) is not None for c in run.fact(part).callees
            ):
                waiting += [*args, *(k.value for k in keywords)]


def joined(words: Sequence[str]) -> str:
    """Return one name of several, `layer_w` of `layer` and `_w`."""
    return "_".join([words[0], *(word.lstrip("_") or word for word in words[1:])])


def items_apart(trace: Trace, path: str) -> list[str]:
    """Return the path to an attribute; those to the items with floats of a dict with several lists, one of which may
    grow, where the function reads each by its key alone: `self.log["x"].append(x)`.
    """
    root, steps = steps_of(path)
    held = value_at(trace.values.get(root), steps)
    lists = [v for v in held.values() if isinstance(v, list)] if isinstance(held, dict) else []
    if len(lists) < 2 or steps[-1][0] != "attribute":
        return [path]
    reads = [
        trace.run.parents.get(node)
        for one in trace.run.helpers(trace)
        for node in syntax.every(ast.Attribute, one.tree)
        if node.attr == steps[-1][1]
    ]
    for read in reads:
        if not isinstance(read, ast.Subscript) or not isinstance(read.slice, ast.Constant):
            return [path]
        is_counted = type(held.get(read.slice.value)) in (int, bool, str)
        if not isinstance(read.ctx, ast.Load) and not is_counted:
            return [path]
    return [f"{path}[{key!r}]" for key, value in held.items() if has_float(value)]


def float_fields(value: Any) -> Iterator[str]:
    """Yield the steps to the fields with a gradient of dataclasses, and to what stands beside these there."""
    if is_dataclass(value):
        for key, inner in children(value):
            if has_float(inner):
                yield f".{key.name}"
            else:
                yield from (f".{key.name}{steps}" for steps in float_fields(inner))
    elif not is_plain(value):
        items = [(key, inner) for key, inner in children(value) if isinstance(key, int | str)]
        found = {key: list(float_fields(inner)) for key, inner in items}
        for key, inner in items if any(found.values()) else ():
            alone = [""] if has_float(inner) else []
            yield from (f"[{key!r}]{steps}" for steps in found[key] or alone)
