"""The course's convention: a function that ends in `return out, cache` goes in; one that returns `out` alone comes out.

The later parts of such a return only hold what a backward pass will read, and the generated pair has a cache of
its own. So the statements that only fill them go, and helpers are called for their output:

>>> text = '''def double_forward(x, w):
...     out = x * w
...     cache = (x, w)
...     return out, cache
... '''
>>> tree = ast.parse(text).body[0]
>>> print(Body(tree, syntax.lines_of(text), {}).outputs_only((0,)).strip())
def double_forward(x, w):
    out = x * w
<BLANKLINE>
    return out

The text keeps its lines, so that every error still points into the user's file.
"""

from __future__ import annotations

import ast
import inspect
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from types import FunctionType
from typing import Any

import numpy as np

from codegen import syntax
from codegen.errors import UsageError
from codegen.gates.canonical import MISSING
from codegen.pairs import CACHES, Caches
from codegen.process import quiet, staying
from codegen.pytree import Seen, deep_leaves, duplicate, has_fields, has_float, is_dataclass, same
from codegen.records import dataclass
from codegen.tables import grouped
from codegen.trace.differentiable import ways_into
from codegen.trace.followed import codes_in, is_user_function
from codegen.trace.forced import copied
from codegen.trace.instrument import twin_of
from codegen.trace.normalize.jumps import always_jumps
from codegen.trace.paths import steps_of, value_at, variable_of
from codegen.trace.read import definition_of

MARK = "<outputs of {}>/"
Wanted = Sequence[str | int] | str | int | None
DISPLAYS = (ast.Tuple, ast.List, ast.Dict)
BY_HAND = frozenset({"grad", "grads", "gradient", "gradients"})


@dataclass(frozen=True)
class Convention:
    """What a function returns, and what of it counts."""

    function: Any
    """The function that returns the outputs alone; the user's own where all of it counts."""
    outputs: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    """The parts of the return, as they are written."""
    is_by_hand: bool = False
    """Whether what is left out are gradients."""
    only_updates: bool = False
    """Whether it returns nothing, or its object: the attributes of its object, or the arguments, that it writes are
    its outputs."""
    returns_nothing: bool = True
    """Which of both."""

    @property
    def note(self) -> str:
        """What was taken as output, in words; empty where nothing was left out."""
        kept, gone = " and ".join(self.outputs), " and ".join(self.left_out)
        verb = "count" if len(self.outputs) > 1 else "counts"
        if self.only_updates:
            is_method = "." in self.function.__qualname__.rpartition("<locals>.")[2]
            what, whose = (
                ("the method", "its object") if is_method else ("the function", "its arguments")
            )
            returned = (
                "returns nothing, and updates" if self.returns_nothing else "returns and updates"
            )
            return f"{kept} {verb} as output: {what} {returned} {whose}"
        if not self.left_out and self.outputs:
            return (
                f"{kept} count as outputs, and dout is a tuple; outputs= says which of them count"
            )
        if not self.left_out:
            return ""
        holds = "hold" if len(self.left_out) > 1 else "holds"
        return f"{kept} {verb} as output; {gone} only {holds} what a backward pass reads or returns"


@dataclass
class Body:
    """A function's definition, with the text of its file."""

    tree: ast.FunctionDef
    lines: Sequence[str]
    """All lines of the file."""
    helpers: Mapping[str, Convention]
    """The functions it calls by name that follow the convention themselves."""
    scope: Mapping[str, Any] = field(default_factory=dict)
    """The variables of its module."""
    dead: list[ast.stmt] = field(default_factory=list)
    """Statements that only fill what is left out."""
    called: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.statements = [n for n in own_nodes(self.tree) if isinstance(n, ast.stmt)]
        self.returns = [s for s in self.statements if isinstance(s, ast.Return)]
        self.parameters = syntax.parameters(self.tree.args)
        self.cut: list[ast.expr] = []

    # what counts

    def parts(self) -> list[list[ast.expr]]:
        """Return the parts of each return; of those that return several, if all have as many."""
        found = [self.parts_of(r.value) for r in self.returns]
        counts = {len(parts) for parts in found}
        return [p for p in found if p] if len(counts - {0}) == 1 else []

    def parts_of(self, value: ast.expr | None) -> list[ast.expr]:
        """Return what a return has between its commas."""
        if isinstance(value, ast.Tuple) and len(value.elts) > 1:
            return [] if syntax.has_star(value.elts) else value.elts
        return []

    def kept(self) -> tuple[int, ...]:
        """Return which parts of the return are outputs."""
        parts = self.parts()
        if not parts:
            return ()
        count = len(parts[0])
        while count > 1 and all_hold([p[count - 1] for p in parts], self.only_holds):
            count -= 1
        return tuple(range(count))

    def only_holds(self, part: ast.expr) -> bool:
        """Return whether a part of a return only holds what a backward pass will read."""
        if isinstance(part, DISPLAYS) and self.holds_gradients(part):
            return True
        if isinstance(part, ast.Name):
            word = part.id.lower()
            if "_forward" in self.tree.name and part.id in self.parameters:
                return not self.stores_of(part.id)  # handed back as it came
            if self.is_by_hand(part.id):
                return part.id not in self.parameters
            if "cache" in word and part.id not in self.parameters:
                return all(self.stores_only(s, part.id) for s in self.stores_of(part.id))
            stores = self.stores_of(part.id)
            return bool(stores) and all(
                isinstance(s, ast.Assign)
                and isinstance(s.targets[0], ast.Name)
                and self.holds_an_argument(s.value)
                for s in stores
            )
        return self.holds_an_argument(part)

    def stores_only(self, statement: ast.stmt, name: str) -> bool:
        """Return whether a statement puts values away under a name, computing nothing but what a container holds."""
        if any(syntax.root_name(c) == name for c in self.caches_of(statement)):
            return True
        match statement:
            case ast.Assign(targets=[ast.Tuple() as target], value=ast.Tuple() as value):
                pairs = zip(target.elts, value.elts, strict=False)
                return all(is_kept(v) for t, v in pairs if isinstance(t, ast.Name) and t.id == name)
            case ast.Assign(targets=[ast.Name()]) | ast.AnnAssign(target=ast.Name()):
                return statement.value is not None and is_kept(statement.value)
            case ast.Assign(targets=[ast.Subscript()]):
                return True
            case ast.Expr():
                return True
        return False

    def is_by_hand(self, name: str) -> bool:
        """Return whether a name is that of a gradient: the author has a backward pass in the function."""
        return name.lower() in BY_HAND or name[:1] == "d" and name[1:] in self.parameters

    def holds_gradients(self, value: ast.Tuple | ast.List | ast.Dict) -> bool:
        """Return whether a container holds nothing but gradients that were computed by hand."""
        parts = value.values if isinstance(value, ast.Dict) else value.elts
        names = [p.id for p in parts if isinstance(p, ast.Name)]
        given = self.parameters.isdisjoint
        return len(names) == len(parts) > 0 and all(
            given({n}) and self.is_by_hand(n) for n in names
        )

    def holds_an_argument(self, value: ast.expr) -> bool:
        """Return whether a value is a container of names with an argument of the function among them."""
        given = {p for p in self.parameters if not self.stores_of(p)}
        return (
            isinstance(value, ast.Tuple | ast.List | ast.Dict)
            and is_storage(value)
            and any(n.id in given for n in syntax.every(ast.Name, value))
        )

    def stores_of(self, name: str) -> list[ast.stmt]:
        """Return the statements that bind a name or write into what it holds."""
        return [s for s in self.statements if name in stored_names(s)]

    # what only fills it

    def outputs_only(self, kept: tuple[int, ...]) -> str:
        """Return the text of the file in which the function returns only some of its parts."""
        self.cut.extend(p for part in self.parts() for k, p in enumerate(part) if k not in kept)
        from codegen.trace.slicing import Slice  # few functions follow the course's convention

        found = Slice(self.tree, self.scope, self.caches_of, self.cut)
        units = grouped((unit.statement, unit) for unit in found.units)
        for statement, parts in units.items():
            gone = [u for u in parts if u in found.removed]
            if len(gone) == len(parts):
                self.dead.append(statement)
            self.cut.extend(piece for u in gone for piece in u.pieces)
            for cache in (c for u in gone if u.needs for c in u.pieces if isinstance(c, ast.Name)):
                if not self.helpers[self.called_by(statement)].is_by_hand:
                    self.called[statement.lineno] = cache.id
        trimmed = self.trimmed_calls()
        for statement in units:
            caches = self.caches_of(statement)
            if caches and statement not in self.dead and self.called_by(statement) not in trimmed:
                self.cut = [piece for piece in self.cut if piece not in caches]
        return "\n".join(self.edited()) + "\n"

    def is_read(self, name: str) -> bool:
        """Return whether a name is read where its value counts."""
        gone = {n for node in [*self.dead, *self.cut] for n in syntax.walk(node)}
        return any(n not in gone for n in syntax.uses(self.tree, name, ast.Load))

    def caches_of(self, statement: ast.stmt) -> list[ast.expr]:
        """Return the targets that a call of a helper gives what its backward pass reads."""
        match statement:
            case ast.Assign(
                targets=[ast.Tuple(elts=parts)], value=ast.Call(func=ast.Name(id=callee))
            ):
                helper = self.helpers.get(callee)
                if helper is None or not helper.left_out:
                    return []
                caches = parts[len(helper.outputs) :]
                count = len(helper.outputs) + len(helper.left_out)
                if len(parts) == count and all(map(syntax.root_name, caches)):
                    return caches
        return []

    def called_by(self, statement: ast.stmt) -> str:
        """Return the name of the helper that an assignment calls."""
        assert isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)
        return ast.unparse(statement.value.func)

    def trimmed_calls(self) -> set[str]:
        """Return the helpers that are called only where their caches are not wanted."""
        wanted = {c for s in self.statements for c in self.caches_of(s) if c not in self.cut}
        calls: dict[str, set[ast.expr]] = {}
        for s in self.statements:
            for c in self.caches_of(s):
                calls.setdefault(self.called_by(s), set()).add(c)
        mentions = syntax.mentioned(self.tree)
        sites = [self.called_by(s) for s in self.statements if self.caches_of(s)]
        return {
            name
            for name, caches in calls.items()
            if not caches & wanted and mentions.count(name) == sites.count(name)
        }

    # a method that only updates its object

    def updated(self) -> tuple[str, ...]:
        """Return the attributes and items of parameters that the function writes, in the order of the text."""
        bound = {name for s in self.statements for name in syntax.stores(s)}
        given = syntax.parameters(self.tree.args) - bound
        items = self.items_of_loops(given)
        found: list[str] = []
        for statement in self.statements:
            for node in syntax.walk(statement):
                match node:
                    case ast.AugAssign(target=ast.Name(id=one)) if one in items:
                        found.append(whole_of(items[one]))  # of a list of arrays
                    case ast.keyword(arg="out", value=ast.Name(id=one)) if one in items:
                        found.append(whole_of(items[one]))
                    case ast.keyword(arg="out", value=ast.Name(id=owner)) if owner in given:
                        found.append(owner)
                if not isinstance(getattr(node, "ctx", None), ast.Store):
                    continue
                match node:
                    case ast.Subscript(value=ast.Name(id=owner)) if owner in given:
                        found.append(owner)
                    case ast.Subscript(value=ast.Name(id=one)) if one in items:
                        found.append(whole_of(items[one]))
                    case ast.Subscript(value=ast.Attribute() as whole):
                        found += self.attribute(whole, given, items)
                    case ast.Attribute():
                        found += self.attribute(node, given, items)
        return tuple(dict.fromkeys(found or self.updated_as_a_whole()))

    def updated_as_a_whole(self) -> list[str]:
        """Return the parameters that are only bound by `x += v`: arrays, where nothing else is written."""
        given = syntax.parameters(self.tree.args)
        nodes = dict.fromkeys(n for s in self.statements for n in syntax.walk(s))
        updates = [
            n.target.id
            for n in nodes
            if isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Name)
        ]
        stores = [n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        return [one for one in updates if one in given and updates.count(one) == stores.count(one)]

    def items_of_loops(self, given: set[str]) -> dict[str, ast.expr]:
        """Return the variables of loops over lists that the function is given, each with its list."""
        found: dict[str, ast.expr] = {}
        for loop in self.statements:
            if not isinstance(loop, ast.For):
                continue
            for target, source in syntax.items_of_loop(loop.target, loop.iter):
                match target, source:
                    case ast.Tuple([_, one]), ast.Call(ast.Attribute(value=inner, attr="items")):
                        source = syntax.method(inner, "values")
                    case one, _:
                        pass
                if isinstance(one, ast.Name) and variable_of(whole_tree(source)) in given:
                    found[one.id] = source
        return found

    def attribute(
        self, node: ast.Attribute, given: set[str], items: Mapping[str, ast.expr]
    ) -> list[str]:
        """Return an attribute of what the function is given as an expression that stands behind all its loops."""
        match node.value:
            case ast.Name(id=owner) if owner in items:
                return [f"[{owner}.{node.attr} for {owner} in {ast.unparse(items[owner])}]"]
            case ast.Subscript(value=source, slice=ast.Name()) if variable_of(source) in given:
                return [f"[item.{node.attr} for item in {ast.unparse(source)}]"]
        return [ast.unparse(node)] if variable_of(node) in given else []

    def returning(self, names: tuple[str, ...], others: Sequence[ast.expr | None]) -> str:
        """Return the text of the file where the function returns some attributes, not nothing or `others`."""
        lines = list(self.lines)
        first, end = self.tree.body[0], self.tree.end_lineno or 0
        bare = [s for s in self.returns if syntax.is_nothing(s.value) or s.value in others]
        for statement in sorted(bare, key=lambda s: (s.lineno, s.col_offset), reverse=True):
            put(lines, statement, f"return {', '.join(names)}")
        if always_jumps(self.tree.body):
            return "\n".join(lines) + "\n"
        whole, at = lines[first.lineno - 1].encode(), first.col_offset
        indent = whole[:at].decode()
        if indent.strip():  # it stands on the line of the header
            header, body = indent, whole[at:].decode()
            indent = lines[self.tree.lineno - 1].encode()[: self.tree.col_offset].decode() + "    "
            lines[first.lineno - 1 : first.lineno] = [header, indent + body]
            end += 1
        lines.insert(end, f"{indent}return {', '.join(names)}")
        return "\n".join(lines) + "\n"

    # the text

    def edited(self) -> list[str]:
        """Return the lines of the file without what only fills the caches."""
        lines = list(self.lines)
        spans = [span for s in self.statements for span in self.replaced(s)]
        bodies = [b for n in syntax.walk(self.tree) for b in syntax.blocks(n)]
        gone = {inner for s in self.dead for inner in syntax.walk(s) if inner is not s}
        for statement in (s for s in self.dead if s not in gone):
            body = next(b for b in bodies if statement in b)
            is_last = all(s in self.dead for s in body) and statement is body[-1]
            is_elif = lines[statement.lineno - 1][statement.col_offset :].startswith("elif")
            spans.append((statement, "pass" if is_last and not is_elif else ""))
            above = statement.lineno - 2
            if body[0] is not statement:
                while lines[above].strip().startswith("#"):
                    lines[above] = ""
                    above -= 1
        for node, text in sorted(spans, key=lambda s: (s[0].lineno, s[0].col_offset), reverse=True):
            put(lines, node, text)
        return lines

    def replaced(self, statement: ast.stmt) -> list[tuple[ast.expr | ast.stmt, str]]:
        """Return the parts of a statement that are written anew, and their texts."""
        displays: list[ast.Tuple] = []
        match statement:
            case ast.Return(value=ast.Tuple() as value):
                displays = [value]
            case ast.Assign(targets=[ast.Tuple() as target], value=ast.Tuple() as value):
                displays = [target, value]
            case ast.Assign(targets=[ast.Tuple() as target]):
                displays = [target]
        found: list[tuple[ast.expr | ast.stmt, str]] = []
        for display in displays:
            kept = [e for e in display.elts if e not in self.cut]
            if 0 < len(kept) < len(display.elts):
                found.append((display, ", ".join(self.text(e) for e in kept)))
        return found

    def text(self, node: ast.expr) -> str:
        """Return an expression as the user wrote it."""
        return ast.get_source_segment("\n".join(self.lines), node) or ast.unparse(node)


def all_hold(parts: list[ast.expr], only_holds: Callable[[ast.expr], bool]) -> bool:
    """Return whether what stands at one place of each return is a cache; some ways may return None instead."""
    some = [p for p in parts if not syntax.is_nothing(p)]
    return bool(some) and all(map(only_holds, some))


def put(lines: list[str], node: ast.stmt | ast.expr, text: str) -> None:
    """Write a text where a node stands; its other lines become empty."""
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    before = lines[first].encode()[: node.col_offset].decode()
    after = lines[last].encode()[node.end_col_offset or 0 :].decode()
    if isinstance(node, ast.stmt):
        after = "" if after.strip().startswith("#") else after.lstrip("; ") if text == "" else after
    elif isinstance(node, ast.Tuple) and after.startswith(")") and before.endswith("("):
        before, after = before[:-1], after[1:]
    lines[first] = (before + text + after).rstrip()
    lines[first + 1 : last + 1] = [""] * (last - first)


def own_nodes(tree: ast.AST) -> list[ast.AST]:
    """Return the nodes of a function without those of functions inside it."""
    found: list[ast.AST] = []
    waiting = deque(syntax.parts(tree))
    while waiting:
        node = waiting.popleft()
        found.append(node)
        if not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            waiting.extend(syntax.parts(node))
    return found


def stored_names(statement: ast.stmt) -> set[str]:
    """Return the names that a simple statement binds, or whose containers it fills."""
    targets: list[ast.expr] = []
    match statement:
        case ast.Assign():
            targets = list(statement.targets)
        case ast.AnnAssign() | ast.AugAssign() | ast.For():
            targets = [statement.target]
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name() as name, attr="append"))):
            return {name.id}
        case ast.With():
            targets = [i.optional_vars for i in statement.items if i.optional_vars is not None]
    return set(map(syntax.root_name, syntax.single(*targets))) - {""}


def is_storage(value: ast.expr) -> bool:
    """Return whether an expression only names values, computing nothing."""
    match value:
        case ast.Name() | ast.Constant():
            return True
        case ast.Attribute():
            return is_storage(value.value)
        case ast.Subscript():
            return is_storage(value.value) and is_storage(value.slice)
        case ast.Tuple() | ast.List():
            return all(is_storage(e) for e in value.elts)
        case ast.Dict():
            return all(k is not None and is_storage(k) for k in value.keys) and all(
                is_storage(v) for v in value.values
            )
        case ast.Call(func=ast.Attribute(attr="copy"), args=[], keywords=[]):
            return is_storage(value.func)
    return False


def is_kept(value: ast.expr) -> bool:
    """Return whether an expression is a value as it stands, or a container, full or empty."""
    match value:
        case ast.Tuple() | ast.List() | ast.Dict():
            return True
        case ast.Call(func=ast.Name(id="dict" | "list" | "tuple")):
            return True
        case ast.BinOp(left=ast.List(), op=ast.Mult()):
            return True
    return is_storage(value)


def whole_tree(source: ast.expr) -> ast.expr:
    """Return the list or dict whose items a loop runs over."""
    match source:
        case ast.Call(func=ast.Attribute(value=inner, attr="values"), args=[]):
            return inner
    return source


def whole_of(source: ast.expr) -> str:
    """Return the text of the list or dict whose items a loop runs over."""
    return ast.unparse(whole_tree(source))


class Conventions:
    """Finds the convention of functions, each once; `given` are example arguments of the first by name."""

    def __init__(self, given: Mapping[str, Any] | None = None) -> None:
        self.known: dict[FunctionType, Convention] = {}
        self.given = given or {}
        self.first: FunctionType | None = None
        self.kind = type(next(iter(self.given.values()), None))

    def of(self, function: Any, outputs: Wanted = None) -> Convention:
        """Return what counts of a return; without `outputs`, the convention says. `UsageError` if it names none."""
        if not isinstance(function, FunctionType) or not is_user_function(function):
            return Convention(function)
        self.first = self.first or function
        if function not in self.known or outputs is not None:
            self.known[function] = Convention(function)  # a recursive call finds it so
            self.known[function] = self.made(function, outputs)
        return self.known[function]

    def made(self, function: FunctionType, outputs: Any) -> Convention:
        """Return the convention of a function that is looked at for the first time."""
        written = definition_of(function)
        if written is None:
            return Convention(function)
        plain = Body(*written, self.helpers(written[0], function), function.__globals__)
        updated = plain.updated()
        own = [n for n, v in self.given.items() if is_own_object(v)]
        returned = [s.value for s in plain.returns if not syntax.is_nothing(s.value)]
        is_silent = bool(returned) and self.is_silent(plain, function)
        only_updates = is_silent or all(syntax.identifier(v) in own for v in returned)
        if only_updates:
            updated = tuple(dict.fromkeys([*updated, *self.updated_inside(plain, function)]))
            bound = {name for s in plain.statements for name in syntax.stores(s)}
            updated = self.with_updated_beside(updated, bound, function)
        if updated and only_updates:
            text = plain.returning(updated, [] if is_silent else returned)
            nothing = is_silent or not returned
            made = twin(function, text, {}, Caches())
            return Convention(made, updated, only_updates=True, returns_nothing=nothing)
        parts = plain.parts()
        kept = plain.kept() if outputs is None else chosen(parts, outputs, function.__name__)
        count = len(parts[0]) if parts else 0
        names = [ast.unparse(p) for p in parts[0]] if parts else []
        if len(kept) == count and not any(plain.caches_of(s) for s in plain.statements):
            return Convention(function, tuple(names))
        text = plain.outputs_only(kept)
        called = {n: plain.helpers[n].function for n in plain.trimmed_calls()}
        if len(kept) == count and not called:
            return Convention(function)
        gone = [p for k, p in enumerate(parts[0]) if k not in kept] if parts else []
        own = [p.id for p in gone if isinstance(p, ast.Name) and not plain.is_by_hand(p.id)]
        is_only_cache = len(own) == len(gone) == 1 and not plain.is_read(own[0])
        cache = own[0] if is_only_cache else "cache"
        return Convention(
            twin(function, text, called, Caches(cache, plain.called)),
            tuple(names[k] for k in kept),
            tuple(n for k, n in enumerate(names) if k not in kept),
            len(own) < len(gone) and any(plain.is_by_hand(ast.unparse(p)) for p in gone),
        )

    def is_silent(self, body: Body, function: FunctionType) -> bool:
        """Return whether a function that gives a value on some ways gives nothing on that of the example."""
        may_be = any(syntax.is_nothing(s.value) for s in body.returns) or not always_jumps(
            body.tree.body
        )
        if not may_be or function is not self.first:
            return False
        found = called_with(function, copied(((), dict(self.given)))[1])
        return found is None

    def with_updated_beside(
        self, known: tuple[str, ...], bound: set[str], function: FunctionType
    ) -> tuple[str, ...]:
        """Return what is known to be written with what a call on the example changes beside that of objects that the
        function is given: what objects inside them write of themselves.
        """
        objects = {n: v for n, v in self.given.items() if n not in bound and not has_float(v)}
        if function is not self.first or not objects:
            return known
        given = copied(((), dict(self.given)))[1]
        roots = {name: given[name] for name in objects}
        before = {path: (one, duplicate(one)) for path, way, one in ways_into(roots) if way is None}
        if called_with(function, given) is MISSING:
            return known
        after = {path: one for path, way, one in ways_into(roots) if way is None}
        told, kept = Seen(), []
        for text in known:
            try:
                value = eval(text, {**given})  # noqa: S307  # text of the function's own
            except AttributeError:
                continue  # made on ways that the example does not take
            except Exception:  # noqa: BLE001  # a name of a loop, an item of some ways
                value = None
            if isinstance(value, list) and any(map(is_own_object, value)):
                continue  # of objects, what is changed counts
            kept.append(text)
            for _, leaf in deep_leaves(value):
                told.add(leaf)
        moved = [
            path
            for path, one in after.items()
            if path not in before or one is not before[path][0] or not same(one, before[path][1])
        ]
        new = [p for p in moved if not all(leaf in told for _, leaf in deep_leaves(after[p]))]
        return (*kept, *gathered(new, roots))

    def updated_inside(
        self, body: Body, function: FunctionType, above: frozenset[FunctionType] = frozenset()
    ) -> list[str]:
        """Return what functions that are called as statements of their own write of what the function is given."""
        found: list[str] = []
        for statement in body.statements:
            match statement:
                case ast.Expr(value=ast.Call(args=args, keywords=[]) as call):
                    callee, bound = called_of(call.func, function, self.kind)
                case _:
                    continue
            if callee is None and not above:
                found += self.updated_in_items(call, body)
            if callee is None or callee in above or not is_user_function(callee):
                continue
            written = definition_of(callee)
            if written is None:
                continue
            inner = Body(*written, {})
            deeper = self.updated_inside(inner, callee, above | {function})
            given = [a.arg for a in inner.tree.args.args]
            names = dict(zip(given, [*bound, *args], strict=False))
            for text in (*inner.updated(), *deeper):
                tree = syntax.parse(text)
                roots = syntax.names(tree) & set(given)
                plain = all(isinstance(names.get(n), ast.Name) for n in roots)
                if plain and all(names[n].id in body.parameters for n in roots):  # type: ignore[attr-defined]  # names
                    found.append(ast.unparse(syntax.substitute(tree, names)))
        return found

    def updated_in_items(self, call: ast.Call, body: Body) -> list[str]:
        """Return what a method writes of each object of a list that a loop runs over."""
        match call.func:
            case ast.Attribute(value=ast.Name(one), attr=word):
                source = body.items_of_loops(body.parameters).get(one)
            case _:
                return []
        if source is None or not isinstance(source, ast.Name | ast.Attribute):
            return []
        root, *words = syntax.dotted(source).split(".")
        items = self.given.get(root)
        for name in words:
            items = getattr(items, name, None)
        kinds = {type(item) for item in items} if isinstance(items, list | tuple) else set()
        method = getattr(next(iter(kinds)), word, None) if len(kinds) == 1 else None
        if not isinstance(method, FunctionType) or not is_user_function(method):
            return []
        written = definition_of(method)
        if written is None or not written[0].args.args:
            return []
        own = written[0].args.args[0].arg
        updated = [syntax.parse(text) for text in Body(*written, {}).updated()]
        names = {own: syntax.name(one)}
        return [
            f"[{ast.unparse(syntax.substitute(tree, names))} for {one} in {ast.unparse(source)}]"
            for tree in updated
            if syntax.names(tree) == {own}
        ]

    def helpers(self, tree: ast.FunctionDef, function: FunctionType) -> dict[str, Convention]:
        """Return the conventions of the functions that are called by name and unpacked."""
        found: dict[str, Convention] = {}
        for node in own_nodes(tree):
            match node:
                case ast.Assign(targets=[ast.Tuple()], value=ast.Call(func=ast.Name(id=name))):
                    callee = function.__globals__.get(name)
                    convention = self.of(callee)
                    if convention.function is not callee:
                        found[name] = convention
        return found


def called_with(function: FunctionType, given: dict[str, Any]) -> Any:
    """Return what a function gives for arguments by name; MISSING if it raises."""
    bound = inspect.BoundArguments(inspect.signature(function), OrderedDict(given))
    with quiet(), staying():
        try:
            return function(*bound.args, **bound.kwargs)
        except Exception:  # noqa: BLE001  # the run on the example says what it raises
            return MISSING


def gathered(paths: Sequence[str], roots: Mapping[str, Any]) -> list[str]:
    """Return paths; those that lead to one attribute of several objects of a list as one expression for all of these.

    >>> from types import SimpleNamespace as Object
    >>> points = [Object(x=1.0, y=2.0), Object(x=3.0, y=4.0), Object(x=5.0, y=6.0)]
    >>> gathered(["points[0].x", "points[2].x", "points[1].y"], {"points": points})
    ['[item.x for item in points]', 'points[1].y']
    """
    found: dict[str, list[str]] = {}
    for path in paths:
        source, _, rest = path.rpartition("[")
        number, _, word = rest.partition("].")
        is_item = number.isdigit() and word.replace(".", "").isidentifier() and "[" not in source
        text = f"[item.{word} for item in {source}]" if is_item else path
        found.setdefault(text, []).append(path)
    texts: list[str] = []
    for text, own in found.items():
        root, steps = steps_of(own[0])
        place = next((k for k, (kind, _) in enumerate(steps) if kind == "item"), 0)
        items = value_at(roots[root], steps[:place]) if len(own) > 1 else []
        is_of_each = all(has_float(value_at(item, steps[place + 1 :])) for item in items)
        texts += [text] if len(own) > 1 and is_of_each else own
    return texts


def is_own_object(value: Any) -> bool:
    """Return whether a value is an object of the user's with attributes; no dataclass, which counts as a whole."""
    return has_fields(value) and not isinstance(value, np.ndarray) and not is_dataclass(value)


def called_of(
    func: ast.expr, function: FunctionType, kind: type
) -> tuple[FunctionType | None, list[ast.expr]]:
    """Return the function of the module, or of an object of a `kind`, that a call reaches, with the object."""
    first = function.__code__.co_varnames[:1]
    above = list(kind.__mro__)
    match func:
        case ast.Name(id=name):
            found = function.__globals__.get(name)
            return (found if isinstance(found, FunctionType) else None), []
        case ast.Attribute(value=ast.Name() as owner, attr=name) if (owner.id,) == first:
            pass
        case ast.Attribute(value=ast.Call(func=ast.Name("super")), attr=name) if first:
            owner = syntax.name(first[0])
            homes = [k for k, c in enumerate(above) if function in vars(c).values()]
            del above[: homes[0] + 1 if homes else None]
        case _:
            return None, []
    found = next((vars(c)[name] for c in above if name in vars(c)), None)
    return (found, [owner]) if isinstance(found, FunctionType) else (None, [])


def chosen(
    parts: list[list[ast.expr]], outputs: Sequence[str | int] | str | int, name: str
) -> tuple[int, ...]:
    """Return the places of the parts that are asked for."""
    if not parts:
        raise UsageError(
            f"{name} does not return several values at each of its returns",
            advice="Leave outputs= out.",
        )
    texts = [ast.unparse(p) for p in parts[0]]
    asked = [outputs] if isinstance(outputs, str | int) else list(outputs)
    found = []
    for one in asked:
        if one not in texts and not (isinstance(one, int) and 0 <= one < len(texts)):
            raise UsageError(f"{name} returns no {one}", advice=f"It returns {', '.join(texts)}.")
        found.append(one if isinstance(one, int) else texts.index(one))
    return tuple(sorted(set(found)))


def twin(
    function: FunctionType, text: str, called: Mapping[str, Callable[..., Any]], caches: Caches
) -> FunctionType:
    """Return the function that a changed text of its file defines, with the same surroundings."""
    path = MARK.format(function.__name__) + function.__code__.co_filename.lstrip("/")
    syntax.remember(path, text)
    code = compile(text, path, "exec", dont_inherit=True)
    found = next(
        c
        for c in codes_in(code)
        if (c.co_name, c.co_firstlineno)
        == (function.__code__.co_name, function.__code__.co_firstlineno)
    )
    space = {**function.__globals__, **called} if called else function.__globals__
    made = twin_of(function, found, space)
    made.__qualname__ = function.__qualname__
    made.__doc__ = function.__doc__
    made.__module__ = function.__module__
    made.__dict__.update(function.__dict__)
    setattr(made, CACHES, caches)
    return made
