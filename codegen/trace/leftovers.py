"""Leftovers of inlining: a function in which statements have taken the place of calls goes in; out comes the same
without second names of one value (copy propagation), and without what nothing reads any more (dead code).

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

What nothing reads are local functions, lists of objects of which only the length was asked, attributes that only keep
things, and a value that nobody wanted.

>>> tree = ast.parse('''def f(x):
...     def double(v):
...         return 2.0 * v
...     y = 2.0 * x
...     return y
... ''').body[0]
>>> tree.body = without_idle_functions(tree)
>>> print(ast.unparse(tree))
def f(x):
    y = 2.0 * x
    return y
"""

from __future__ import annotations

import ast
import collections
from collections.abc import Mapping, Sequence

from codegen import syntax
from codegen.gates.canonical import MISSING
from codegen.gates.pure import GROWING
from codegen.pytree import is_dataclass
from codegen.tables import grouped
from codegen.trace.aggregates import Field
from codegen.trace.facts import kind_of
from codegen.trace.guards import is_guard
from codegen.trace.modulenames import local_names
from codegen.trace.normalize.fresh import bound_by, made, put, spliced
from codegen.trace.passing import parameters_of
from codegen.trace.paths import path_of, place_of, variable_of
from codegen.trace.run import Trace

SCOPES = (ast.FunctionDef, ast.ClassDef, ast.Lambda)
CHOSEN, OF_PART, OF_MADE, PLAIN, OF_GIVEN = range(5)


def chosen_names(trace: Trace) -> set[str]:
    """Return the names that a function has from the user: its parameters, and what lines of the user's own bind."""
    found = set(parameters_of(trace.tree))
    for node in syntax.walk(trace.tree):
        if isinstance(node, ast.stmt) and not syntax.note_of(node).made:
            found.update(n for part in syntax.head(node) for n in syntax.stores(part))
    return found


def without_copies(
    trace: Trace, chosen: set[str], fields: Sequence[Field], made_objects: set[str]
) -> None:
    """Take the copies of names out of a function, in place; fields get the names that are left.

    `chosen` are the names that the user gave, `fields` the attributes of arguments that are variables, `made_objects`
    the variables of objects that the function makes itself.
    """
    if isinstance(trace.tree, ast.FunctionDef):
        Copies(trace, chosen, fields, made_objects).settled(trace.tree.body)


class Copies:
    """Takes copies of names out of one function."""

    def __init__(
        self, trace: Trace, chosen: set[str], fields: Sequence[Field], made_objects: set[str]
    ) -> None:
        self.trace, self.run = trace, trace.run
        self.chosen = chosen - {"_"}  # which says that nobody reads it
        self.made, self.fields = made_objects, fields
        self.parameters = set(parameters_of(trace.tree))
        self.read_first = {f.name for f in fields if f.is_read}
        self.left = self.never()
        self.returned = {
            name
            for node in syntax.walk(trace.tree)
            if isinstance(node, ast.Return) and node.value is not None
            for name in syntax.names(node.value)
        }
        self.owners = {
            node: statement
            for statement in syntax.every(ast.stmt, trace.tree)
            for part in syntax.head(statement)
            for node in syntax.every(ast.Name, part)
        }
        self.places = grouped((node.id, node) for node in self.owners)

    def never(self) -> set[str]:
        """Return the names that stay: of what changes in place or is taken away, or functions inside use."""
        found = {
            name if owner is None else self.run.spliced.get(owner, {}).get(name, name)
            for owner, name in self.run.far(self.trace)
        }
        for node in syntax.walk(self.trace.tree):
            fact = self.run.facts.get(node)
            if fact is not None and fact.changing and not only_binds(node):
                found |= fact.changing
            for inner in self.run.calls.get(node, ()):
                if inner.definer is not None and inner is not self.trace:
                    found.update(syntax.names(inner.tree))
            match node:
                case ast.FunctionDef() | ast.ClassDef() | ast.Lambda() if (
                    node is not self.trace.tree
                ):
                    found.update((*local_names(node), *syntax.names(node)))
                case ast.Global(names=names) | ast.Nonlocal(names=names):
                    found.update(names)
                case ast.Name(ctx=ast.Del()):
                    found.add(node.id)
                case ast.AugAssign(target=target) | ast.NamedExpr(target=target):
                    found.update(syntax.names(target))
                case ast.comprehension(target=target):
                    found.update(syntax.names(target))
                case ast.Try():
                    found |= syntax.names(node)
                case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                    found.update((a.asname or a.name).partition(".")[0] for a in aliases)
        return found

    def settled(self, block: list[ast.stmt]) -> None:
        """Take the copies out of a block, the first one first, as long as there is one that can be taken out."""
        place = 0
        while place < len(block):
            statement = block[place]
            if pairs_of(statement) and self.joined(block, place) or self.handed_on(block, place):
                continue
            if not isinstance(statement, SCOPES):
                for inner in syntax.blocks(statement):
                    self.settled(inner)
            place += 1

    def joined(self, block: list[ast.stmt], place: int) -> bool:
        """Take one copy out of a block; return whether that was possible."""
        for target, value in pairs_of(block[place]):
            if {target.id, variable_of(value)} & self.left or is_all(block, target):
                continue
            if isinstance(value, ast.Name):
                done = target.id == value.id or self.same(block, place, target.id, value.id)
            else:
                done = self.looked_up(block, place, target.id, value)
            if done:
                self.places[target.id].remove(target)
                if isinstance(value, ast.Name):
                    self.places[value.id].remove(value)
                block[place : place + 1] = without(block[place], target)
                return True
        return False

    def same(self, block: list[ast.stmt], place: int, copy: str, original: str) -> bool:
        """Let one name stand for both where that means the same."""
        if not self.is_lasting(copy, original):
            return False
        places = self.places[copy]
        reads = [n for n in places if isinstance(n.ctx, ast.Load)]
        is_better = original not in self.parameters and self.rank(copy) < self.rank(original)
        is_free = copy not in self.parameters | self.read_first
        here, is_over = self.reads_while_same(block, place, copy, original)
        if is_free and is_better and set(reads) <= set(here) and len(places) - len(reads) == 1:
            self.rename(original, copy)
        elif is_over or is_free and set(reads) <= set(here):
            self.put(here, copy, original)
            if copy not in self.read_first:  # there it is what an attribute holds at first
                self.renamed(copy, original)
        elif is_free and self.is_apart(block, place, copy, original):
            self.rename(*((original, copy) if is_better else (copy, original)))
        elif self.is_only_handed_on(block, place, copy, original):
            is_kept = copy in self.parameters or self.rank(copy) <= self.rank(original)
            self.rename(*((original, copy) if is_kept else (copy, original)))
        else:
            return False
        return True

    def reads_while_same(
        self, block: list[ast.stmt], place: int, copy: str, original: str
    ) -> tuple[list[ast.Name], bool]:
        """Return where the second name is read behind a copy while both names surely stand for one object, and whether
        nothing else can read what it is then: it is bound anew.
        """
        found: list[ast.Name] = []
        reads = [n for n in self.places[copy] if isinstance(n.ctx, ast.Load)]
        waiting = {n for n in reads if self.owners[n] is not block[place]}
        jumps = False
        for statement in block[place + 1 :]:
            if not waiting:
                break
            parts = syntax.walk(statement)
            names = [n for n in parts if isinstance(n, ast.Name)]
            bound = {n.id for n in names if isinstance(n.ctx, ast.Store)} & {copy, original}
            is_simple = isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr | ast.Return)
            if bound and not is_simple:
                break
            found += [n for n in names if n in waiting]
            waiting.difference_update(found)
            jumps = jumps or any(isinstance(n, syntax.JUMPS) for n in parts)
            if bound:
                targets = {n.id for n in targets_of(statement)}
                return found, copy in targets and not jumps
        return found, False

    def is_only_handed_on(
        self, block: list[ast.stmt], place: int, copy: str, original: str
    ) -> bool:
        """Return whether the first name is bound in a line before a copy to what the second one can be bound to at
        once: that one is not met between, and the first only where both are the same.
        """
        stored = [n for n in self.places[original] if isinstance(n.ctx, ast.Store)]
        if original in self.parameters | self.read_first or len(stored) != 1:
            return False
        first = next((k for k in range(place) if stored[0] in targets_of(block[k])), None)
        if first is None or any(copy in syntax.names(s) for s in block[first + 1 : place]):
            return False
        if copy in {n.id for n in targets_of(block[first])}:
            return False
        here, _ = self.reads_while_same(block, place, original, copy)
        between = [n for s in block[first + 1 : place + 1] for n in syntax.walk(s)]
        return set(self.places[original]) <= {stored[0], *here, *between}

    def is_lasting(self, copy: str, original: str) -> bool:
        """Return whether a name has one value only, if it is to be that of what is returned in an object."""
        names = [f.name for f in self.fields]
        if not any(
            f.name == copy and syntax.first_name(f.path) in self.returned for f in self.fields
        ):
            return True
        stored = [n for n in self.places[original] if isinstance(n.ctx, ast.Store)]
        return original not in names and len(stored) + (original in self.parameters) == 1

    def is_apart(self, block: list[ast.stmt], place: int, copy: str, original: str) -> bool:
        """Return whether the second name is met only behind a line of the function's own block, the first only before,
        and both are one word; what an attribute holds has no name that means something else later.
        """
        if block is not self.trace.tree.body or word(copy) != word(original):
            return False
        before = {n for s in block[:place] for n in syntax.names(s)}
        after = {n for s in block[place + 1 :] for n in syntax.names(s)}
        names = {f.name for f in self.fields}
        return copy not in before | names and original not in after | names

    def rank(self, name: str) -> int:
        """Return how much a name is worth keeping, the best first."""
        if name in self.chosen:
            return CHOSEN
        roots = [root for root in self.made if name.startswith(f"{root}_")]
        if roots:
            return OF_PART if self.chosen.intersection(roots) else OF_MADE
        paths = [f.path for f in self.fields if f.name == name]
        if name in self.read_first and any(
            path.replace(".", "_").endswith(f"_{name}") for path in paths
        ):
            return OF_PART
        return OF_GIVEN if paths else PLAIN

    def rename(self, old: str, new: str) -> None:
        self.put(self.places[old], old, new)
        self.renamed(old, new)

    def put(self, places: list[ast.Name], old: str, new: str) -> None:
        """Put another name at some places; the statements there are no longer the user's own text."""
        changed = set(places)
        for node in places:
            node.id = new
            syntax.note(self.owners[node], made=True)
        self.places[old] = [n for n in self.places[old] if n not in changed]
        self.places[new] = [*self.places[new], *places]

    def renamed(self, old: str, new: str) -> None:
        """Let the field that had a name have another one."""
        for one in self.fields:
            if one.name == old:
                one.name = new
        if old in self.read_first:
            self.read_first = (self.read_first - {old}) | {new}

    def handed_on(self, block: list[ast.stmt], place: int) -> bool:
        """Let an attribute be set to what a line right before it only gives a name; return whether that was done."""
        match block[place : place + 2]:
            case [
                ast.Assign(targets=[ast.Name(id=name)], value=value),
                ast.Assign(targets=[ast.Attribute() as target], value=ast.Name(id=again)) as last,
            ] if name == again and any(f.name == name for f in self.fields):
                pass
            case _:
                return False
        is_other = name in self.left | self.read_first or len(self.places[name]) != 2
        if is_other or syntax.first_name(path_of(target)) in self.returned:
            return False
        if any(n in self.run.calls for n in syntax.walk(value)):
            return False
        put(last, last.value, value)
        self.places[name] = []
        del block[place]
        return True

    def looked_up(self, block: list[ast.stmt], place: int, copy: str, value: ast.expr) -> bool:
        """Let a loop run over attributes where a line right before it only gives them a name."""
        loop = next((s for s in block[place + 1 :] if not pairs_of(s)), None)
        if not isinstance(loop, ast.For) or copy in self.chosen:
            return False
        inside = syntax.uses(loop.iter, copy)
        if len(self.places[copy]) != 2 or len(inside) != 1:
            return False
        owner = self.trace.values.get(variable_of(value), MISSING)
        if variable_of(value) not in self.parameters or kind_of(owner)[0] != "other":
            return False
        if is_dataclass(owner) or syntax.has(value, ast.Subscript):
            return False
        if variable_of(value) in syntax.stores(self.trace.tree):
            return False
        put(loop, inside[0], value)
        return True


def pairs_of(statement: ast.stmt) -> list[tuple[ast.Name, ast.expr]]:
    """Return the targets and values of a statement that was made and gives values other names."""
    if not syntax.note_of(statement).made:
        return []
    match statement:
        case ast.Assign(targets=[ast.Name() as target], value=value):
            return [(target, value)] if variable_of(value) else []
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            names = [t for t in targets if isinstance(t, ast.Name)]
            is_plain = len(names) == len(targets) == len(values)
            if is_plain and not {n.id for n in names} & set(syntax.reads(statement.value)):
                return [p for p in zip(names, values, strict=True) if variable_of(p[1])]
    return []


def only_binds(node: ast.AST) -> bool:
    """Return whether a statement changes nothing in place, but binds variables and attributes."""
    parts = parts_bound(node)
    return bool(parts) and all(isinstance(p, ast.Name | ast.Attribute) for p in parts)


def without(statement: ast.stmt, target: ast.Name) -> list[ast.stmt]:
    """Return an assignment without one of its targets and its value; nothing if it has no other."""
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            number = targets.index(target)
            del targets[number], values[number]
            if len(targets) > 1:
                return [statement]
            return [made(ast.Assign(targets, values[0]), statement)]
    return []


def is_all(block: list[ast.stmt], target: ast.Name) -> bool:
    """Return whether a block holds nothing but the assignment of one name."""
    return len(block) == 1 and targets_of(block[0]) == [target]


def targets_of(statement: ast.stmt) -> list[ast.Name]:
    """Return the names that a simple assignment binds."""
    return [p for p in parts_bound(statement) if isinstance(p, ast.Name)]


def parts_bound(statement: ast.AST) -> list[ast.expr]:
    """Return the targets of an assignment, one by one; none for other statements."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return [p for t in targets for p in syntax.elements(t)]


def word(name: str) -> str:
    """Return a name without the number that made it free."""
    return name.rstrip("0123456789")


def without_unread(
    tree: ast.FunctionDef, owners: set[str], repeats: set[ast.stmt]
) -> list[ast.stmt]:
    """Return the body of a function without what only keeps things in attributes of objects made here that nothing
    reads, such as the children of a node in a graph of computations, and without what `repeats` the making of an object
    that is made as a whole, too.
    """
    nodes = syntax.walk(tree) if owners else []
    read = {path_of(n) for n in syntax.loads(tree, ast.Attribute)}
    read |= {path_of(n.target) for n in nodes if isinstance(n, ast.AugAssign)}
    inner = {n.value for n in nodes if isinstance(n, ast.Attribute)}
    kept = [
        s
        for s in nodes
        if isinstance(s, ast.Assign)
        and (s in repeats or is_kept(s))
        and root_of_target(s) in owners
    ]
    idle = {s for s in kept if path_of(s.targets[0]) not in read}
    inside = {n for s in idle for n in ast.walk(s)}
    whole = {n.id for n in nodes if isinstance(n, ast.Name) and n not in inner | inside}
    idle = {s for s in idle if s in repeats or root_of_target(s) not in whole}
    return spliced(tree.body, lambda s: [] if s in idle else [s]) if idle else tree.body


def root_of_target(statement: ast.Assign) -> str:
    """Return the variable of which a statement writes an attribute, "" where it writes something else."""
    match statement.targets:
        case [ast.Attribute(value=ast.Name(owner))]:
            return owner
    return ""


def is_kept(statement: ast.Assign) -> bool:
    """Return whether a statement only keeps variables and literals, in a display or in a container made of one."""
    value = statement.value
    match value:
        case ast.Call(func=ast.Name("set" | "list" | "tuple" | "dict"), args=args, keywords=[]):
            parts = args
        case _:
            parts = [value]
    waiting = list(parts)
    for part in waiting:
        if isinstance(part, ast.Tuple | ast.List | ast.Set):
            waiting += part.elts
        elif isinstance(part, ast.Dict):
            waiting += [e for e in (*part.keys, *part.values) if e is not None]
        elif not isinstance(part, ast.Constant) and (
            part is value or not isinstance(part, ast.Name)
        ):
            return False
    return True


def without_idle_lists(tree: ast.FunctionDef, listed: Mapping[str, int]) -> list[ast.stmt]:
    """Return the body without the lists of objects made here of which only the known length is asked."""
    nodes = syntax.walk(tree) if listed else []
    longer = [n.value for n in nodes if isinstance(n, ast.Attribute) and n.attr in GROWING]
    known = {path: n for path, n in listed.items() if path not in set(map(place_of, longer))}
    texts = {f"len({path}) != {count}" for path, count in known.items()}
    texts |= {f"len({path}) < {k}" for path, count in known.items() for k in range(count + 1)}
    asked = {s for s in nodes if is_guard(s) and syntax.show(s.test) in texts}
    inside = {n for s in asked for n in ast.walk(s)}
    rest = [n for n in nodes if n not in inside]
    inner = {n.value for n in rest if isinstance(n, ast.Attribute)}
    loads = [n for n in rest if isinstance(getattr(n, "ctx", None), ast.Load)]
    read = [(n, place_of(n)) for n in loads if isinstance(n, ast.Attribute) or n not in inner]
    sets = [s for s in rest if isinstance(s, ast.Assign) and len(s.targets) == 1]
    idle: set[ast.AST] = set()
    count = -1
    while count < len(idle):  # one may be read by another alone
        count, parts = len(idle), {n for s in idle for n in ast.walk(s)}
        paths = {path for n, path in read if n not in parts}
        unread = {path for path in known if not {path, syntax.first_name(path)} & paths}
        idle |= {s for s in sets if place_of(s.targets[0]) in unread}
    gone = {*asked, *idle}
    return spliced(tree.body, lambda s: [] if s in gone else [s]) if gone else tree.body


def without_idle_functions(tree: ast.FunctionDef) -> list[ast.stmt]:
    """Return the body without local functions and classes whose statements have replaced all calls."""
    read = collections.Counter(n.id for n in syntax.loads(tree, ast.Name))

    def is_idle_function(statement: ast.stmt) -> bool:
        match statement:
            case ast.FunctionDef(name=name, decorator_list=[], args=given) | ast.Assign(
                [ast.Name(name)], ast.Lambda(args=given)
            ):
                # what its defaults call is called where it is defined
                return name not in read and not syntax.has(given, ast.Call)
            case ast.ClassDef(name=name, bases=[], keywords=[], decorator_list=[], body=body):
                own = [n for n in syntax.loads(statement, ast.Name) if n.id == name]
                return len(own) == read[name] and all(map(is_definition, body))
        return False

    return spliced(tree.body, lambda s: [] if is_idle_function(s) else [s])


def is_definition(statement: ast.stmt) -> bool:
    """Return whether a statement in a class does nothing but give it a method or a constant."""
    match statement:
        case ast.FunctionDef(args=given, decorator_list=decorators):
            parts: list[ast.AST] = [given, *decorators]
            return not any(isinstance(n, ast.Call) for part in parts for n in ast.walk(part))
        case ast.Assign(value=ast.Constant()) | ast.AnnAssign(value=ast.Constant() | None):
            return True
    return isinstance(statement, ast.Pass) or syntax.bare_string(statement) is not None


def without_value(body: list[ast.stmt], value: ast.expr) -> list[ast.stmt]:
    """Return the statements of a call whose value nobody wants without those that only set it to nothing."""
    name = syntax.identifier(value)
    if not name or any(name in syntax.reads(s) for s in body):
        return body

    def block(body: list[ast.stmt]) -> list[ast.stmt]:
        kept = [
            s for s in body if not (bound_by(s) == name and syntax.is_nothing(syntax.value_of(s)))
        ]
        for statement in kept:
            syntax.change_blocks(statement, block)
            if isinstance(statement, syntax.NESTING) and not statement.body:
                statement.body = [made(ast.Pass(), statement)]
        return kept

    return block(body)
