"""Twins that are told which side of a test to take. In: the user's function and its module. Out: a twin of both.

`if step > 1000:` has a side that neither the example nor other values may ever reach. Both twins ask the same board, by
the text of the test, and so take the same side: what holds for the function there must hold for the module. The board
also notes which sides were taken, and which blocks of the module ran.

    if n > 3 and not done:   ->   if __side__[0](n > 3) and not __side__[1](done):
"""

from __future__ import annotations

import ast
import functools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from codegen import syntax
from codegen.check.board import Board
from codegen.check.calls import GENERATED
from codegen.check.narrow import Narrow, Widened
from codegen.errors import CodegenError
from codegen.process import without_collector
from codegen.trace.followed import function_of, is_user_function, object_of
from codegen.trace.forced import asked, caught_by
from codegen.trace.instrument import UNHOOKED, code_of_twin, twin_of
from codegen.trace.modulenames import local_names, written_out
from codegen.trace.normalize.fresh import Fresh
from codegen.trace.normalize.lookup import Known
from codegen.trace.read import source_of

SIDE, KEPT, LOOP, ENTER, ITEMS, CALL, WIDE, BLOCK, RAISE, CAUGHT = (
    "__side__", "__kept__", "__loop__", "__enter__", "__items__", "__call_of__", "__wide__", "__block__",
    "__raise__", "__caught__",
)  # fmt: skip
TWIN = "__twin__"

LIBRARY: frozenset[type] = frozenset({np.ufunc, BuiltinFunctionType, type(np.sum)})
"""What surely is no function of the user's."""


class Twins:
    """The twins of the user's functions and of a module."""

    def __init__(self, wide: bool = False, asks: bool = False) -> None:
        self.board = Board()  # which all of them ask
        # wide: whether the twins make float64 arrays where their originals say float32
        # asks: whether a test on float32 is one on float64 then, too: it holds for the arrays of
        # the example
        self.wide, self.asks = wide, asks
        # whether some original says float32, and whether it compares something with it
        self.narrow = self.compares = False
        self.names: set[str] = set()  # the names that stand in the user's functions
        self.texts: set[str] = set()  # the tests that the user's functions make
        # at how many places the user's functions make each test
        self.sites: Counter[str] = Counter()
        # the names that loops of the user's functions bind or change
        self.changing: set[str] = set()
        # the tests of the user's functions that are made twice in a block, before and after what
        # they ask is bound
        self.anew: set[str] = set()
        self.codes: dict[CodeType, CodeType | None] = {}
        # by its name, the function that was called last, and its twin: of a few that call each other that saves most
        self.latest: dict[str, tuple[FunctionType, FunctionType]] = {}
        self.hooks: dict[str, Any] = {
            SIDE: self.board.hooks,
            KEPT: self.board.kept,
            LOOP: self.board.loop,
            ENTER: self.board.enter,
            ITEMS: self.board.items,
            BLOCK: self.board.blocks.add,
            RAISE: self.board.raises,
            CAUGHT: self.board.caught,
            CALL: self.call,
            WIDE: np.float64,
        }
        self.cells = {name: CellType(hook) for name, hook in self.hooks.items()}

    def of(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that runs the twin of a function of the user's."""

        return self.counted(function, functools.partial(self.call, function), "function")

    def counted(
        self, function: Callable[..., Any], run: Callable[..., Any], role: str
    ) -> Callable[..., Any]:
        """Return a function under the name of another, which may ask so many tests at each call."""

        @functools.wraps(function)
        def twin(*args: Any, **kwargs: Any) -> Any:
            self.board.called(role)
            return run(*args, **kwargs)

        return twin

    def can_turn(self, text: str) -> bool:
        """Return whether a test may be answered differently each time: in a loop, or where it is asked twice."""
        in_loop = self.sites[text] == 1 and not self.changing.isdisjoint(names_read(text))
        return in_loop or (self.sites[text] == 2 and text in self.anew)

    def is_of_arguments(self, text: str, function: Callable[..., Any], plain: Set[str]) -> bool:
        """Return whether a test asks sizes and plain values of arguments alone: it could ask at the beginning."""
        target = function_of(function)
        if not is_user_function(target):
            return False
        tree = source_of(target).tree
        own, bound = Counter[str](), Counter(local_names(tree))
        Asking(set(), Board(), sites=own).visit(syntax.deep(tree))
        once = {name for name in syntax.parameters(tree.args) if bound[name] == 1}
        question = syntax.parse(text)
        return (
            own[text] == self.sites[text]
            and is_question(question, once, plain)
            and all(is_left_alone(part, tree) for part in syntax.every(ast.Subscript, question))
        )

    def call(self, callee: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call something: a function of the user's by its twin."""
        kind = type(callee)
        if kind in LIBRARY:
            return callee(*args, **kwargs)
        function = callee.__func__ if kind is MethodType else callee
        if known := self.known(function):
            return known(*object_of(callee), *args, **kwargs)
        if not is_user_function(target := function_of(callee)):
            return callee(*args, **kwargs)
        twin = self.twin(target)
        if twin is None:
            return callee(*args, **kwargs)
        if target is function:
            self.latest[target.__qualname__] = target, twin
        first = object_of(callee)
        result = twin(*first, *args, **kwargs)
        return first[0] if isinstance(callee, type) else result

    def known(self, function: Any) -> FunctionType | None:
        """Return the twin last called by this name, unless its defaults are others now."""
        if type(function) is not FunctionType or function.__qualname__ not in self.latest:
            return None
        latest, twin = self.latest[function.__qualname__]
        is_it = latest is function and twin.__defaults__ is function.__defaults__
        return twin if is_it and twin.__kwdefaults__ is function.__kwdefaults__ else None

    def twin(self, function: FunctionType) -> FunctionType | None:
        """Return the twin of a function; None if its source cannot be found."""
        code = function.__code__
        if code not in self.codes:
            with without_collector():
                self.codes[code] = self.compiled(function)
        made = self.codes[code]
        if made is None:
            return None
        return twin_of(function, made, function.__globals__, self.cells)

    def compiled(self, function: FunctionType) -> CodeType | None:
        try:
            tree = source_of(function).tree
        except CodegenError:
            return None
        if isinstance(tree, ast.Lambda):
            body: list[ast.stmt] = [ast.copy_location(ast.Return(value=tree.body), tree.body)]
        else:
            body = tree.body
            if syntax.has(tree, ast.Match):
                from codegen.trace.normalize.matches import without_matches

                known = Known(tree, function.__globals__, {})
                body = without_matches(body, known, Fresh(tree))
        narrow = Narrow.in_function(function)
        self.narrow = self.narrow or any(map(narrow.names, syntax.walk(tree)))
        self.compares = self.compares or any(map(narrow.is_compared, syntax.walk(tree)))
        self.names |= syntax.names(*body)
        self.changing |= changed_in_loops(body)
        self.anew |= asked_anew(body)
        own = {*function.__code__.co_freevars, *local_names(tree)}
        space = {name: v for name, v in function.__globals__.items() if name not in own}
        space |= {name: [] for name in written_out(tree, ast.List, ast.ListComp)}
        asking = Asking(self.texts, self.board, sites=self.sites, space=space)
        inner = ast.copy_location(ast.FunctionDef(TWIN, tree.args, asking.block(body), []), tree)
        inner = self.widened(Mangled(owner(function)).visit(inner), narrow)
        try:
            return code_of_twin(inner, function, function.__code__.co_filename, self.hooks)
        except SyntaxError:
            return None

    def widened(self, tree: Any, narrow: Narrow) -> Any:
        """Return a tree that says float64 where it says float32, if that is asked for."""
        return Widened(narrow, WIDE, self.asks).visit(tree) if self.wide else tree

    def module(
        self, source: str, pair: tuple[str, ...]
    ) -> tuple[dict[str, Any], list[frozenset[int]]]:
        asking = AskingModule(self.names, self.texts, self.board, pair)
        with without_collector():
            tree = ast.parse(source)
            tree = self.widened(tree, Narrow.in_module(tree))
            nodes = syntax.walk(tree)
            asking.items = {ast.unparse(n) for n in nodes if isinstance(n, ast.Subscript)}
            asking.numbers = set(map(syntax.identifier, numbers_in(nodes)))
            taken = {n.arg for n in nodes if isinstance(n, ast.arg)} | set(syntax.stores(tree))
            asking.space = {name: [] for name in written_out(tree, ast.List, ast.ListComp)}
            asking.space |= {} if "np" in taken else {"np": np}
            tree.body = [asking.visit(statement) for statement in tree.body]
            code = compile(
                ast.fix_missing_locations(tree), f"<{pair[0]}{GENERATED}", "exec", dont_inherit=True
            )
        self.board.latest_only = self.anew - asking.earlier
        space: dict[str, Any] = {"__name__": "twin", **self.hooks}
        exec(code, space)  # noqa: S102  # as the check runs the module anyway
        return space, asking.blocks


def changed_in_loops(body: list[ast.stmt]) -> set[str]:
    loops = [n for s in body for n in syntax.walk(s) if isinstance(n, ast.For | ast.While)]
    found: set[str] = set()
    for node in (n for loop in loops for n in syntax.walk(loop)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(syntax.first_name(ast.unparse(node)))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found.add(syntax.first_name(ast.unparse(node.func)))
    return found


def is_question(node: ast.AST, known: Set[str], plain: Set[str]) -> bool:
    """Return whether a test compares constants, plain variables or items of variables, and sizes, all of known ones."""
    match node:
        case ast.Compare(left=left, comparators=others):
            return all(is_question(part, known, plain) for part in (left, *others))
        case ast.Name(id=name):
            return name in known & plain
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant()):
            return name in known and ast.unparse(node) in plain
        case (
            ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)], keywords=[])
            | ast.Attribute(value=ast.Name(id=name), attr="ndim" | "size")
            | ast.Subscript(
                value=ast.Attribute(value=ast.Name(id=name), attr="shape"), slice=ast.Constant()
            )
        ):
            return name in known
    return isinstance(node, ast.Constant)


def is_left_alone(item: ast.Subscript, tree: ast.AST) -> bool:
    """Return whether a function reads items of a dict by their keys, and writes no more than other ones."""
    holder, key = ast.unparse(item.value), ast.unparse(item.slice)
    plain = 0
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant() as other, ctx=context):
                plain += name == holder and (
                    isinstance(context, ast.Load) or ast.unparse(other) != key
                )
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="get")):
                plain += name == holder
    return plain == sum(isinstance(n, ast.Name) and n.id == holder for n in ast.walk(tree))


def asked_anew(body: list[ast.stmt]) -> set[str]:
    """Return the tests that two `if` statements of a block make, with a new value of what they ask between them."""
    found: set[str] = set()
    parts = syntax.walk(ast.Module(body, []))
    for block in (block for part in parts for block in syntax.blocks(part)):
        asked_before: set[str] = set()
        stale: set[str] = set()
        for statement in block:
            if isinstance(statement, ast.If):
                text = asked(statement.test)[0]
                found |= {text} & stale
                asked_before.add(text)
            elif isinstance(statement, ast.Assign | ast.AugAssign):
                bound = set(syntax.stores(statement))
                stale |= {text for text in asked_before if not bound.isdisjoint(names_read(text))}
    return found


@functools.lru_cache(maxsize=4096)
def names_read(text: str) -> frozenset[str]:
    try:
        return frozenset(syntax.reads(syntax.parse(text)))
    except SyntaxError:
        return frozenset()


def owner(function: FunctionType) -> str:
    path = function.__qualname__.split(".")
    return path[-2].lstrip("_") if len(path) > 1 and path[-2] != "<locals>" else ""


class Mangled(ast.NodeTransformer):
    """Gives private names the name of their class, as Python does."""

    def __init__(self, owner: str) -> None:
        self.owner = owner

    def mangled(self, name: str) -> str:
        private = self.owner and name.startswith("__") and not name.endswith("__")
        return f"_{self.owner}{name}" if private else name

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        node.attr = self.mangled(node.attr)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self.mangled(node.id)
        return node


class Asking(ast.NodeTransformer):
    """Turns tests into questions to the board, and notes their texts."""

    def __init__(
        self,
        texts: set[str],
        board: Board,
        is_module: bool = False,
        sites: Counter[str] | None = None,
        space: Mapping[str, Any] | None = None,
    ) -> None:
        self.texts, self.board, self.is_module = texts, board, is_module
        self.sites = Counter() if sites is None else sites
        self.space = space or {}
        # of the loops around: whether they run from the end; None if from that of what another loop has appended
        self.turned: list[bool | None] = []
        self.is_back = False  # on the way back

    def hook(self, name: str, node: ast.AST, *args: Any) -> ast.Call:
        """Return the call of a hook; what it asks about the function has the line of the test."""
        line = self.line(node)
        values: list[ast.expr] = [
            a if isinstance(a, ast.expr) else ast.Constant(a) for a in (*args, line)
        ]
        call = ast.Call(syntax.name(name), values, [])
        return ast.copy_location(call, node)

    def line(self, node: ast.AST) -> int:
        return 0 if self.is_module else getattr(node, "lineno", 1)

    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for statement in body:
            made = self.visit(statement)
            found += made if isinstance(made, list) else [made]
        return found

    def test(self, node: ast.expr, hook: str = SIDE, is_sure: bool = True) -> ast.expr:
        """Return a test that asks the board about its parts; names it binds are bound before it in the module."""
        if isinstance(node, ast.BoolOp):
            first, *later = node.values
            parts = [self.test(first, hook), *(self.test(one, hook, False) for one in later)]
            return ast.copy_location(ast.BoolOp(node.op, parts), node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return ast.copy_location(
                ast.UnaryOp(ast.Not(), self.test(node.operand, hook, is_sure)), node
            )
        if isinstance(node, ast.Constant):
            return node
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "bool" and len(node.args) == 1:
            node.args = [self.test(node.args[0], hook, is_sure)]
            return node
        text, opposite = self.question(syntax.without_walruses(node) if is_sure else node)
        if hook is not SIDE:
            return self.hook(hook, node, text, opposite, self.visit(node))
        place = self.board.place(text, opposite, self.line(node), tuple(self.turned), self.is_back)
        asks = syntax.index(syntax.name(SIDE), ast.Constant(place))
        call = ast.Call(asks, [self.visit(node)], [])
        return ast.fix_missing_locations(ast.copy_location(call, node))

    def question(self, node: ast.expr) -> tuple[str, bool]:
        found = asked(node)
        self.texts.add(found[0])
        self.sites[found[0]] += 1
        return found

    def visit_If(self, node: ast.If) -> Any:
        """Ask which side an `if` takes."""
        node.test = self.test(node.test)
        node.body, node.orelse = self.block(node.body), self.block(node.orelse)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        node.test = self.test(node.test)
        node.body, node.orelse = self.visit(node.body), self.visit(node.orelse)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        """Ask which value `opt or 2.0` has, as what is written for it asks."""
        *firsts, found = node.values
        if not all(isinstance(value, ast.Name | ast.Attribute) for value in firsts):
            return self.generic_visit(node)
        found = self.visit(found)
        for value in reversed(firsts):
            sides = (value, found) if isinstance(node.op, ast.Or) else (found, value)
            found = ast.copy_location(ast.IfExp(self.test(value), *sides), node)
        return found

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        node.iter = self.visit(node.iter)
        node.ifs = [self.test(test) for test in node.ifs]
        return node

    def visit_While(self, node: ast.While) -> Any:
        text = f"while {ast.unparse(node.test)}"
        enter = ast.copy_location(ast.Expr(self.hook(ENTER, node, text)), node)
        is_endless = isinstance(node.test, ast.Constant)
        node.test = self.hook(LOOP, node, text, self.visit(node.test))
        if is_endless:
            node.test.args[0] = ast.Constant("")
        self.turned.append(False)
        node.body = self.block(node.body)
        self.turned.pop()
        node.orelse = self.block(node.orelse)
        return [enter, node]

    def visit_For(self, node: ast.For) -> Any:
        text = f"for {ast.unparse(node.iter)}"
        is_turned: bool | None = runs_from_the_end(node.iter)
        if not self.is_module:
            self.board.headers.add(text)
        elif self.is_back and text not in self.board.headers and reverses_a_list(node.iter):
            is_turned = None
        node.iter = self.visit(node.iter)
        if not self.is_module:
            node.iter = self.hook(ITEMS, node, text, node.iter)
        self.turned.append(is_turned)
        node.body = self.block(node.body)
        self.turned.pop()
        node.orelse = self.block(node.orelse)
        return node

    def visit_Try(self, node: ast.Try) -> Any:
        texts = [caught_by(handler, node) for handler in node.handlers]
        raised: list[ast.stmt] = []
        for handler, text in zip(node.handlers, texts, strict=True):
            kind = handler.type or syntax.name("Exception")
            nothing = ast.arguments([], [], None, [], [], None, [])
            call = self.hook(RAISE, node, text, ast.Lambda(nothing, syntax.deep(kind)))
            raised.append(ast.copy_location(ast.Expr(call), node))
        node.body = [*raised, *self.block(node.body)]
        for handler, text in zip(node.handlers, texts, strict=True):
            caught = ast.copy_location(ast.Expr(self.hook(CAUGHT, handler, text)), handler)
            handler.body = [caught, *self.block(handler.body)]
        node.orelse, node.finalbody = self.block(node.orelse), self.block(node.finalbody)
        return node

    def visit_Call(self, node: ast.Call) -> Any:
        plain = isinstance(node.func, ast.Name) and node.func.id in UNHOOKED
        plain = plain or self.is_librarys(node.func)
        self.generic_visit(node)
        if plain:
            return node
        node.args = [node.func, *node.args]
        node.func = ast.copy_location(syntax.name(CALL), node.func)
        return node

    def is_librarys(self, func: ast.expr) -> bool:
        """Return whether a function is surely none of the user's: `np.tanh`, or `append` of what is a list."""
        match func:
            case ast.Attribute(value=ast.Name(name), attr=word):
                home = self.space.get(name)
                known = isinstance(home, ModuleType | list)
                return known and type(getattr(home, word, None)) in LIBRARY
        return False

    def visit_JoinedStr(self, node: ast.JoinedStr) -> Any:
        """Leave texts alone."""
        return node


def runs_from_the_end(source: ast.expr) -> bool:
    """Return whether a loop begins with the last of something: `reversed(steps)`, `range(n, -1, -1)`, `x[::-1]`."""
    return any(
        syntax.calls(part, "reversed")
        or isinstance(part, ast.UnaryOp)
        and isinstance(part.op, ast.USub)
        and (
            isinstance(outer, ast.Slice)
            and outer.step is part
            or syntax.calls(outer, "range")
            and part in getattr(outer, "args", ())[2:]
        )
        for outer in ast.walk(source)
        for part in (outer, *ast.iter_child_nodes(outer))
    )


def reverses_a_list(source: ast.expr) -> bool:
    """Return whether a loop runs over `reversed(steps)`: the trips of another loop, whatever their order was."""
    return any(
        syntax.calls(part, "reversed") and isinstance(part.args[0], ast.Name)
        for part in ast.walk(source)
    )


class AskingModule(Asking):
    """Turns the tests of a module into questions, also those whose answers it keeps for its backward pass."""

    def __init__(
        self, names: set[str], texts: set[str], board: Board, pair: tuple[str, ...]
    ) -> None:
        super().__init__(texts, board, is_module=True)
        # names: names of the function's own; a module keeps an answer under another one
        self.names, self.pair = names, pair  # pair: the names of the functions of the pair
        # the attributes that the module has given the values of variables: methods ask for the
        # attributes
        self.attributes: dict[str, ast.expr] = {}
        # what the variables stand for that hold an earlier value of one of the function's own,
        # which it had when the test was made, or something that a container of the function's holds
        self.held: dict[str, ast.expr] = {}
        # what is in the caches, and in other tuples that have names
        self.caches: dict[str, ast.Tuple] = {}
        self.items: set[str] = set()  # the items of containers that the module reads
        self.numbers: set[str] = set()  # the variables that the module computes with
        self.blocks: list[frozenset[int]] = []  # the lines of each block
        # the tests that ask a variable which holds an earlier value of one of the function's own
        self.earlier: set[str] = set()
        self.counted = False

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        before = self.counted, self.is_back
        own = node.name in self.pair or node.name.endswith(("_forward", "_backward"))
        self.counted = self.counted or own
        self.is_back = self.is_back or node.name == self.pair[-1] or node.name.endswith("_backward")
        node.body = self.block(node.body)
        self.counted, self.is_back = before
        return node

    def visit_With(self, node: ast.With) -> Any:
        node.items = [self.visit(item) for item in node.items]
        node.body = self.block(node.body)
        return node

    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Return the statements of a block, after a hook that says that it runs."""
        if not body:
            return []
        lines = {statement.lineno for statement in body if self.counted and counts(statement)}
        number = len(self.blocks)
        self.blocks.append(frozenset(lines))
        call = ast.Call(syntax.name(BLOCK), [ast.Constant(number)], [])
        ran = ast.copy_location(ast.Expr(call), body[0])
        return [ast.fix_missing_locations(ran), *super().block(body)]

    def visit_Assign(self, node: ast.Assign) -> Any:
        """Ask for an answer that is kept."""
        first = node.targets[0]
        self.alike(first, node.value)
        if isinstance(first, ast.Name) and first.id not in self.names:
            kept = self.read(node.value)
            if isinstance(kept, ast.Name) and kept.id in self.names:
                self.held[first.id] = kept
            elif is_test(node.value) and not (
                isinstance(node.value, ast.Call) and first.id in self.numbers
            ):
                node.value = self.test(node.value, KEPT)
                return node
        match first, node.value:
            case ast.Name(id=name), ast.Tuple() as value if self.counted:
                self.caches[name] = syntax.deep(value)  # as it is written
            case ast.Tuple(), ast.Name(id=name) if name in self.caches:
                self.take_apart(first, self.caches[name])
        return self.generic_visit(node)

    def alike(self, one: ast.expr, other: ast.expr) -> None:
        match one, other:
            case ast.Tuple(elts=ones), ast.Tuple(elts=others) if len(ones) == len(others):
                for part, value in zip(ones, others, strict=True):
                    self.alike(part, value)
            case (ast.Name(id=name), ast.Attribute() as attribute) | (
                ast.Attribute() as attribute,
                ast.Name(id=name),
            ):
                self.attributes[name] = self.read(attribute)

    def take_apart(self, target: ast.expr, value: ast.expr) -> None:
        """Note which name stands for which value of the cache, or of a row of it."""
        for one, part in syntax.unpacked(target, value):
            if isinstance(one, ast.Name) and not isinstance(part, ast.Name | ast.Tuple):
                self.held[one.id] = self.read(part)

    def read(self, node: ast.expr) -> ast.expr:
        """Return a value in the cache as the function reads it."""
        copied = self.copied_from(node)
        if copied is not None:
            return self.read(copied)
        match node:
            case ast.BoolOp(values=[owner, ast.Dict() | ast.List()]):
                return self.read(owner)
            case ast.Call(func=ast.Name(id="getattr"), args=[owner, ast.Constant(value=name), *_]):
                return ast.Attribute(self.read(owner), str(name), ast.Load())
            case ast.Call(func=ast.Attribute(value=owner, attr="get"), args=[key, *rest]):
                owner = self.read(owner)
                item = syntax.index(owner, key)
                if ast.unparse(item) in self.items:
                    return item
                return syntax.method(owner, "get", key, *rest)
            case ast.Attribute(value=owner, attr=name):
                return ast.Attribute(self.read(owner), name, ast.Load())
            case ast.Subscript(value=owner, slice=key):
                return syntax.index(self.read(owner), key)
        return node

    def copied_from(self, node: ast.expr) -> ast.expr | None:
        """Return what a value in the cache is a copy of, in one of the spellings that a module keeps copies in."""
        match node:
            case (
                ast.Call(func=ast.Attribute(value=owner, attr="copy"), args=[])
                | ast.Call(func=ast.Attribute(value=ast.Name(id="copy"), attr="copy"), args=[owner])
                | ast.List(elts=[ast.Starred(value=owner)])
            ):
                return owner
            case ast.ListComp(part, [ast.comprehension(ast.Name(name), owner, [])]) | ast.DictComp(
                value=part,
                generators=[
                    ast.comprehension(
                        ast.Tuple([_, ast.Name(name)]),
                        ast.Call(func=ast.Attribute(value=owner, attr="items")),
                        [],
                    )
                ],
            ) if (
                ast.unparse(self.read(part)) == name
            ):
                return owner
        return None

    def question(self, node: ast.expr) -> tuple[str, bool]:
        """Return the question as the user writes it, about the variable or the attribute that has its value."""
        spelled = syntax.substitute(node, self.held) if self.held else node
        found = asked(spelled)
        if found[0] in self.texts:
            self.earlier |= {found[0]} - {asked(node)[0]}
            return found
        plain = asked(syntax.substitute(spelled, self.unnumbered(spelled)))
        if plain[0] in self.texts:
            return plain
        other = asked(syntax.substitute(spelled, self.attributes))
        likes = [t for t in self.texts if of_anyone(t) == of_anyone(other[0])]
        return (likes[0], other[1]) if len(likes) == 1 else found

    def unnumbered(self, node: ast.expr) -> dict[str, ast.expr]:
        """Return what the function calls the variables `d2`, `d3` of a helper whose statements stand several times."""
        words = {name: name.rstrip("0123456789").rstrip("_") for name in syntax.reads(node)}
        return {
            name: syntax.name(word)
            for name, word in words.items()
            if word != name and name not in self.names and word in self.names
        }


@functools.lru_cache(maxsize=4096)
def of_anyone(text: str) -> str:
    """Return the text of a question about attributes of anything: `self.n` is `net.layers[0].n` in the module."""

    def change(node: ast.expr) -> ast.expr | None:
        if isinstance(node, ast.Attribute):
            return ast.Attribute(syntax.name("_"), node.attr, ast.Load())
        return None

    try:
        return ast.unparse(syntax.rewrite(syntax.parse(text), change))
    except SyntaxError:
        return text


def is_test(value: ast.expr) -> bool:
    """Return whether an expression may be a test whose answer is kept."""
    if isinstance(value, ast.UnaryOp):
        return isinstance(value.op, ast.Not)
    return isinstance(value, ast.Compare | ast.BoolOp | ast.Call)


def numbers_in(nodes: Sequence[ast.AST]) -> Iterator[ast.expr]:
    """Yield what is computed with: operands, and arguments of functions."""
    for node in nodes:
        match node:
            case ast.BinOp(left, _, right):
                yield from (left, right)
            case ast.UnaryOp(ast.USub(), operand):
                yield operand
            case ast.Call(ast.Attribute(attr=word), args) if word != "append":
                yield from args


def counts(statement: ast.stmt) -> bool:
    """Return whether a statement is one that can be right or wrong."""
    text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return not text and not isinstance(statement, ast.Raise | ast.Pass | ast.FunctionDef)
