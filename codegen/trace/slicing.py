"""Program slicing: a function whose author computes gradients by hand goes in; out comes what of it only does that.

Where a part of the return does not count, what is computed for it alone is left out of the generated pair: its cache,
its gradients, the calls that make them. A statement is needed if it has an effect, if it is on the way to what is
returned, or if a needed one reads what it binds or fills; memory under second names counts as one.

>>> text = '''def loss(W, x):
...     scores = x.dot(W)
...     total = np.sum(scores)
...     dscores = scores
...     dscores[:] = 1
...     return total, x.T.dot(dscores)
... '''
>>> tree = ast.parse(text).body[0]
>>> found = Slice(tree, {}, lambda call: (), tree.body[-1].value.elts[1:])
>>> [ast.unparse(unit.statement) for unit in found.units if unit in found.removed]
['dscores = scores', 'dscores[:] = 1']
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from types import FunctionType
from typing import Any

from codegen import syntax
from codegen.gates.callees import VIEW_MAKERS
from codegen.gates.pure import is_pure, is_pure_call
from codegen.records import dataclass
from codegen.tables import reached
from codegen.trace.followed import is_user_function
from codegen.trace.modulenames import written_out
from codegen.trace.read import definition_of

JUMPS = (ast.Break, ast.Continue)
DISPLAYS = (ast.List, ast.Tuple, ast.ListComp)
SHOWING = VIEW_MAKERS | frozenset(
    ("array", "array_split", "asanyarray", "ascontiguousarray", "asfortranarray", "as_strided", "broadcast_arrays")
    + ("diag", "dsplit", "hsplit", "imag", "matrix_transpose", "meshgrid", "nan_to_num", "permute_dims", "real")
    + ("require", "sliding_window_view", "split", "vsplit", "get", "items", "values", "keys")
    + ("dict", "enumerate", "list", "max", "min", "reversed", "set", "sorted", "tuple", "zip")
)  # fmt: skip
NUMBERS = frozenset(
    f"np.{kind}{like}" for kind in ("zeros", "ones", "empty") for like in ("", "_like")
)
"""Functions that make arrays of numbers, given a shape or an array."""
Reach = tuple[frozenset[str], frozenset[str]]
NOTHING: Reach = (frozenset(), frozenset())


@dataclass(eq=False)
class Unit:
    """A statement, the header of one, or a pair of an assignment of several."""

    statement: ast.stmt
    reads: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    fills: set[str] = field(default_factory=set)
    inner: set[str] = field(default_factory=set)
    """Variables; `fills` are those that it writes into, `inner` those into whose items it writes."""
    pieces: tuple[ast.expr, ...] = ()
    """What is cut out of the statement where it goes alone; empty where it is the whole of it."""
    around: tuple[Unit, ...] = ()
    """The headers that it stands under."""
    needs: tuple[Unit, ...] = ()
    """What it cannot do without."""
    place: int = 0
    stays: bool = False
    """Whether it has an effect."""

    @property
    def loops(self) -> set[Unit]:
        return {u for u in (*self.around, self) if isinstance(u.statement, syntax.LOOPS)}

    def reaches(self, other: Unit) -> bool:
        """Return whether the other may run after it."""
        return self.place < other.place or bool(self.loops & other.loops)


class Slice:
    """What of a function only serves the parts of its return that are left out.

    `caches_of` says which targets of an assignment take what a helper keeps for a backward pass, `known` is known of
    the functions that it calls, and `scope` are the variables of its module.
    """

    def __init__(
        self,
        tree: ast.FunctionDef,
        scope: Mapping[str, Any],
        caches_of: Callable[[ast.stmt], Sequence[ast.expr]],
        left_out: Sequence[ast.expr],
        known: dict[FunctionType, Summary | None] | None = None,
    ) -> None:
        self.scope, self.caches_of, self.left_out = scope, caches_of, left_out
        self.known = {} if known is None else known
        self.parameters = syntax.parameters(tree.args)
        nodes = syntax.walk(tree)
        outer = {n for s in nodes if isinstance(s, ast.Global | ast.Nonlocal) for n in s.names}
        self.local = {
            n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
        } - outer - self.parameters  # fmt: skip
        self.lambdas = {
            target.id: statement.value
            for statement in nodes
            if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda)
            for target in statement.targets
            if isinstance(target, ast.Name)
        }
        self.arrays = arrays_in(nodes) - outer - self.parameters
        self.lists = written_out(tree, ast.List, ast.Dict) - outer - self.parameters
        self.local |= set(map(item_of, self.lists))
        self.owner: dict[str, str] = {}
        self.holds: dict[str, set[str]] = {name: {item_of(name)} for name in self.lists}
        self.units: list[Unit] = []
        self.given: list[tuple[ast.expr, ast.expr, int | None]] = []
        self.read(tree.body, ())
        self.share()
        for unit in self.units:
            unit.stays = unit.stays or any(
                name not in self.local for name in self.changed(unit, self.members)
            )
        self.needed = self.find_needed()
        self.removed = self.find_removed()

    # what each statement does

    def read(self, body: Sequence[ast.stmt], around: tuple[Unit, ...]) -> None:
        for statement in body:
            if isinstance(statement, ast.Pass) or syntax.bare_string(statement) is not None:
                continue
            for unit in self.units_of(statement):
                unit.around, unit.place = around, len(self.units)
                self.units.append(unit)
            inside = (*around, self.units[-1])
            match statement:
                case ast.If() | ast.For() | ast.While() | ast.With():
                    self.read(statement.body, inside)
                    self.read(getattr(statement, "orelse", []), inside)

    def units_of(self, statement: ast.stmt) -> Iterator[Unit]:
        """Yield what a statement does, in parts where it can be taken apart."""
        match statement:
            case ast.Assign(targets=[ast.Tuple() as target], value=ast.Tuple() as value) if len(
                target.elts
            ) == len(value.elts) and not syntax.has_star((*target.elts, *value.elts)):
                for one, part in zip(target.elts, value.elts, strict=True):
                    yield self.assigned(statement, [one], part, (one, part))
            case ast.Assign(
                targets=[ast.Tuple() as target], value=ast.Call() as value
            ) if caches := self.caches_of(statement):
                first = len(target.elts) - len(caches)
                made = self.assigned(statement, target.elts[:first], value, first=0)
                yield made
                for k, cache in enumerate(caches, first):
                    unit = self.assigned(statement, [cache], value, (cache,), first=k)
                    unit.reads, unit.needs, unit.stays = place_reads(cache), (made,), False
                    yield unit
            case ast.Assign():
                yield self.assigned(statement, statement.targets, statement.value)
            case ast.AnnAssign(value=None):
                yield Unit(statement)
            case ast.AnnAssign(value=ast.expr() as value):
                yield self.assigned(statement, [statement.target], value)
            case ast.AugAssign(target=target, value=value):
                root = syntax.root_name(target)
                unit = Unit(statement, reads(statement) | {root}, stays=not self.is_pure(value))
                if isinstance(target, ast.Name):
                    unit.binds, unit.fills = {root}, {root}
                else:
                    unit.inner = {root}
                if isinstance(statement.op, ast.Add):  # a list gets the items
                    self.given.append((syntax.index(syntax.name(root), value), value, None))
                yield unit
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=ast.Name(id=name), attr="append" | "extend"),
                    args=[added],
                )
            ):
                self.given.append((syntax.index(syntax.name(name), added), added, None))
                stays = not self.is_pure(added)
                yield Unit(statement, {*reads(added), name}, fills={name}, stays=stays)
            case ast.Expr(value=ast.Call(args=[ast.Name(id=name), *rest], keywords=[]) as call) if (
                syntax.dotted(call.func) == "np.add.at"
            ):
                stays = not all(map(self.is_pure, rest))
                yield Unit(statement, reads(statement), fills={name}, stays=stays)
            case ast.If(test=test):
                yield Unit(statement, reads(test), stays=not self.is_pure(test))
            case ast.For(target=target, iter=source):
                self.given.extend((t, source, 0) for t in syntax.single(target))
                stays = not self.is_pure(source)
                yield Unit(statement, reads(source), set(syntax.stores(target)), stays=stays)
            case ast.Return(value=value):
                parts = syntax.elements(value)
                kept = [p for p in parts if p not in self.left_out]
                yield Unit(statement, {n for p in kept for n in reads(p)}, stays=True)
            case ast.Break() | ast.Continue():
                yield Unit(statement)
            case ast.Delete(targets=targets) if all(isinstance(t, ast.Name) for t in targets):
                gone = {t.id for t in targets if isinstance(t, ast.Name)}
                yield Unit(statement, gone, gone)
            case ast.While(test=test):
                yield Unit(statement, reads(test), stays=True)
            case ast.With():
                head = {n for i in statement.items for n in reads(i.context_expr)}
                bound = {n for i in statement.items for n in syntax.stores(i)}
                yield Unit(statement, head, bound, stays=True)
            case _:
                names = reads(statement)
                stored = set(syntax.stores(statement))
                yield Unit(statement, names | stored, stored, names & self.local, stays=True)

    def assigned(
        self,
        statement: ast.stmt,
        targets: Sequence[ast.expr],
        value: ast.expr,
        pieces: tuple[ast.expr, ...] = (),
        first: int | None = None,
    ) -> Unit:
        """Return what an assignment of one value does."""
        unit = Unit(statement, reads(value), pieces=pieces, stays=not self.is_pure(value))
        for target in syntax.single(*targets):
            root = syntax.root_name(target)
            unit.reads |= place_reads(target)
            match target:
                case ast.Name(id=name):
                    unit.binds.add(name)
                case ast.Subscript(value=ast.Name()):
                    unit.fills.add(root)
                case ast.Subscript() if root:
                    unit.inner.add(root)
                case _:
                    unit.stays = True
        for target in targets:
            for one in syntax.single(target):
                self.given.append(
                    (one, value, None if one is target else syntax.single(target).index(one))
                )
        if first is not None:  # the values of one call, in their order
            places = enumerate(self.given[-len(targets) :], first)
            self.given[-len(targets) :] = [(one, value, k) for k, (one, _, _) in places]
        return unit

    # which variables are second names of the same memory

    def share(self) -> None:
        """Join names of one memory, and note what containers hold, until nothing more is found."""
        known: object = None
        while known != (found := ({n: self.of(n) for n in self.owner}, self.holds)):
            known = found[0], {name: set(held) for name, held in self.holds.items()}
            for target, value, item in self.given:
                own, inner = self.part(value, item)
                root = syntax.root_name(target)
                if root in self.arrays and not isinstance(target, ast.Name):
                    continue
                if root and isinstance(target, ast.Name):
                    for name in own:
                        self.owner[self.of(name)] = self.of(root)
                    own = frozenset()
                self.holds.setdefault(self.of(root), set()).update(own | inner)

    def part(self, value: ast.expr, item: int | None) -> Reach:
        """Return the variables whose memory a value or one of its items may be, and those that this may hold."""
        if item is None:
            return self.reach(value)
        parts = self.parts(value)
        if item < len(parts) > 1:
            return parts[item]
        whole = self.both([value])
        return whole | self.deep(whole), frozenset()

    def of(self, name: str) -> str:
        """Return the one name that stands for all of the same memory."""
        while self.owner.get(name, name) != name:
            name = self.owner[name]
        return name

    def deep(self, names: Iterable[str]) -> frozenset[str]:
        """Return the memory that names stand for, with what it holds, and what that holds."""

        def held(one: str) -> Iterator[str]:
            return (self.of(i) for n in self.holds if self.of(n) == one for i in self.holds[n])

        return frozenset(reached(map(self.of, names), held))

    def reach(self, value: ast.expr) -> Reach:
        """Return the variables whose memory a value may be, and those that it may hold among its items."""
        match value:
            case ast.Name(id=name):
                return frozenset((name,)), frozenset()
            case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts):
                return frozenset(), self.both(parts)
            case _ if isinstance(value, syntax.COMPREHENSIONS):
                return frozenset(), frozenset(reads(value))
            case ast.Attribute(attr="shape" | "size" | "ndim" | "dtype"):
                return NOTHING
            case ast.Subscript(value=ast.Name(id=name)) if name in self.lists:
                own = self.deep([name, item_of(name)]) - {self.of(name)}
                return own, frozenset()  # no list is an item of its own
            case ast.Subscript(value=whole) | ast.Attribute(value=whole) | ast.Starred(value=whole):
                found = self.both([whole])
                return found | self.deep(found), frozenset()
            case ast.BinOp(left=left, right=right):
                is_list = isinstance(left, DISPLAYS) or isinstance(right, DISPLAYS)
                return frozenset(), self.both([left, right]) if is_list else frozenset()
            case ast.Call():
                made = self.parts(value)
                own = frozenset(n for names, _ in made for n in names)
                return own, frozenset(n for _, names in made for n in names)
            case ast.Constant() | ast.UnaryOp() | ast.Compare() | ast.JoinedStr():
                return NOTHING
        found = frozenset(reads(value))
        return found | self.deep(found), frozenset()

    def both(self, values: Iterable[ast.expr]) -> frozenset[str]:
        """Return the variables whose memory some values are or hold."""
        return frozenset(n for v in values for names in self.reach(v) for n in names)

    def parts(self, value: ast.expr) -> list[Reach]:
        """Return what the values of a call may be and hold."""
        if not isinstance(value, ast.Call):
            return []
        summary = self.summary(value)
        if summary is not None:
            given = dict(zip(summary.names, value.args, strict=False))
            given |= {k.arg: k.value for k in value.keywords if k.arg}
            return [
                (self.shown(own, given), self.shown(inner, given)) for own, inner in summary.parts
            ]
        word = syntax.dotted(value.func).rpartition(".")[2] or getattr(value.func, "attr", "")
        copies = not any(k.arg == "copy" for k in value.keywords)
        if word not in SHOWING and copies and self.is_pure(value):
            return []
        whole = [value.func.value] if isinstance(value.func, ast.Attribute) else []
        found = self.both([*value.args, *whole, *(k.value for k in value.keywords)])
        return [(found | self.deep(found), frozenset())]

    def shown(self, names: Iterable[str], given: Mapping[str, ast.expr]) -> frozenset[str]:
        """Return what of the arguments of a call some parameters stand for."""
        found = self.both(given[n] for n in names if n in given)
        return found | self.deep(found)

    def given_back(self, values: Sequence[ast.expr]) -> Reach:
        """Return the parameters that what stands at one place of all returns may be, and may hold."""
        own = {self.of(n) for v in values for n in self.reach(v)[0]}
        every = self.deep({n for v in values for names in self.reach(v) for n in names})
        first = frozenset(p for p in self.parameters if self.of(p) in own)
        return first, frozenset(p for p in self.parameters if self.of(p) in every) - first

    # what changes nothing

    def is_pure(self, value: ast.expr) -> bool:
        """Return whether evaluating an expression changes nothing: no random numbers, no unknown calls."""
        return is_pure(value, self.is_pure_call)

    def is_pure_call(self, node: ast.Call) -> bool:
        if isinstance(node.func, ast.Name) and node.func.id in self.local:
            return node.func.id in self.lambdas
        return is_pure_call(node) or self.summary(node) is not None

    def summary(self, node: ast.Call) -> Summary | None:
        """Return what a function of the user's gives back; None if it may do more than that, or is none."""
        callee = self.scope.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if not isinstance(callee, FunctionType) or not is_user_function(callee):
            return None
        if syntax.dotted(node.func) in self.local:
            return None
        if callee not in self.known:
            self.known[callee] = None  # a recursive call finds it so
            self.known[callee] = summary_of(callee, self.known)
        return self.known[callee]

    # what is needed

    def members(self, name: str) -> set[str]:
        """Return all names of the memory that a name stands for."""
        return {n for n in {*self.owner, *self.owner.values(), name} if self.of(n) == self.of(name)}

    def changed(self, unit: Unit, of: Callable[[str], Iterable[str]]) -> set[str]:
        """Return the variables whose memory a statement writes into."""
        whole = {m for n in unit.fills for m in of(n)}
        return whole | {m for n in unit.inner for held in self.deep([n]) for m in of(held)}

    def find_needed(self) -> set[Unit]:
        """Return what has an effect or is on the way to what is returned."""
        changes = {u: {self.of(n) for n in self.changed(u, lambda n: (n,))} for u in self.units}
        found: set[Unit] = set()
        waiting = [u for u in self.units if u.stays]
        while waiting:
            unit = waiting.pop()
            if unit in found:
                continue
            found.add(unit)
            seen = self.deep(unit.reads)
            waiting += [*unit.around, *unit.needs]
            waiting += [
                u
                for u in self.units
                if u not in found
                and u.reaches(unit)
                and (u.binds & unit.reads or changes[u] & seen)
            ]
            if not waiting:
                waiting = [
                    u
                    for u in self.units
                    if isinstance(u.statement, JUMPS)
                    and u not in found
                    and next(a for a in reversed(u.around) if isinstance(a.statement, syntax.LOOPS))
                    in found
                ]
        return found

    def find_removed(self) -> set[Unit]:
        """Return what is left out: of what is not needed, that which the parts left out hang together with."""
        free = [u for u in self.units if u not in self.needed]
        gone = {n for part in self.left_out for n in reads(part)}
        first = [u for u in free if u.needs or (u.binds | u.fills | u.inner) & gone]

        def tied(unit: Unit) -> Iterator[Unit]:
            given = unit.binds | unit.fills | unit.inner
            return (
                u
                for u in free
                if u.reads & given
                and unit.reaches(u)
                or (u.binds | u.fills | u.inner) & (unit.reads | given)
                or unit in u.around
            )

        found = set(reached(first, tied))
        for unit in reversed(free):  # a block of which nothing is left
            inside = [u for u in self.units if unit in u.around]
            left = [u for u in inside if u not in found and not isinstance(u.statement, JUMPS)]
            if found & {*inside} and not left:
                found.add(unit)
        return found


def arrays_in(nodes: Sequence[ast.AST]) -> set[str]:
    """Return the variables that are arrays of numbers wherever they are bound: they hold no other memory.

    >>> tree = ast.parse("a = np.zeros(3); a += b; a = a / 2; c = np.ones(3); c = a; d = [a]")
    >>> arrays_in([*ast.walk(tree)])
    {'a'}
    """
    bound = Counter(n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    bound.subtract(  # these change in place
        n.target.id
        for n in nodes
        if isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Name)
    )
    given = [
        (target.id, node.value)
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    found = {name for name, value in given if makes_numbers(value, set())}
    while True:
        made = Counter(name for name, value in given if makes_numbers(value, found))
        left = {name for name in found if made[name] == bound[name]}
        if left == found:
            return found
        found = left


def item_of(name: str) -> str:
    """Return what stands for the items of a list that have no names."""
    return f"{name}[]"


def makes_numbers(value: ast.expr, arrays: Collection[str]) -> bool:
    match value:
        case ast.BinOp(left=left, right=right):
            sides = [side.id for side in (left, right) if isinstance(side, ast.Name)]
            return any(name in arrays for name in sides)
        case ast.Call(args=[_], keywords=words):
            kinds = {syntax.dotted(k.value) if k.arg == "dtype" else "" for k in words}
            return syntax.dotted(value.func) in NUMBERS and kinds <= {"float", "int"}
    return False


def reads(node: ast.AST) -> set[str]:
    return set(syntax.reads(node))


def place_reads(target: ast.expr) -> set[str]:
    """Return the names that say where a value is written to: none for a name itself."""
    return set() if isinstance(target, ast.Name) else reads(target) | {syntax.root_name(target)}


@dataclass(frozen=True)
class Summary:
    """What a function that changes nothing may give back: of each part, the parameters that it is or holds."""

    names: tuple[str, ...]
    parts: tuple[Reach, ...]


def summary_of(function: FunctionType, known: dict[FunctionType, Summary | None]) -> Summary | None:
    """Return what a function of the user's gives back; None if it may do more than that."""
    written = definition_of(function)
    if written is None:
        return None
    tree, _ = written
    inner = (ast.Yield, ast.YieldFrom, ast.FunctionDef)
    if tree.decorator_list or tree.args.vararg or any(syntax.has(s, *inner) for s in tree.body):
        return None
    body = Slice(tree, function.__globals__, lambda _: (), (), known)
    ways = (ast.Return, ast.Raise, ast.Assert)
    if any(u.stays and not isinstance(u.statement, ways) for u in body.units):
        return None
    returned = [n.value for n in syntax.every(ast.Return, tree) if n.value is not None]
    counts = {len(v.elts) if isinstance(v, ast.Tuple) else 1 for v in returned}
    if len(counts) != 1:
        return None
    columns = zip(*(syntax.elements(v) for v in returned), strict=True)
    return Summary(
        tuple(a.arg for a in (*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs)),
        tuple(body.given_back(column) for column in columns),
    )
