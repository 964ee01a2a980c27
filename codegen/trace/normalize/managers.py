"""Context managers of the user's: a function with `with` statements over them goes in; out comes the same with what
they do before and behind the block.

A manager is a function or a method under `contextlib.contextmanager` that yields once, or an object that is made in the
header: its methods are called before the block and behind it.

>>> import contextlib
>>> @contextlib.contextmanager
... def quiet(net, flag=False):
...     old = net.training
...     net.training = flag
...     yield
...     net.training = old
>>> text = '''def f(net, x):
...     with quiet(net):
...         return net.forward(x)
... '''
>>> tree = ast.parse(text).body[0]
>>> without_managers(tree, {"net"}, Known(tree, {"quiet": quiet}, {}), Fresh(tree))
>>> print(ast.unparse(tree))
def f(net, x):
    old = net.training
    net.training = False
    result = net.forward(x)
    net.training = old
    return result
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import inspect
from collections.abc import Mapping
from types import FunctionType, MethodType
from typing import Any

from codegen import syntax
from codegen.gates.canonical import MISSING, is_off
from codegen.pytree import tree_of
from codegen.records import dataclass
from codegen.trace.followed import is_library_file
from codegen.trace.guards import raising
from codegen.trace.normalize.fresh import Fresh, assign, made, moved, spliced
from codegen.trace.normalize.generators import yields
from codegen.trace.normalize.lookup import Known
from codegen.trace.normalize.taint import reaches, tainted


@dataclass(frozen=True)
class Sides:
    """What a manager does before the block and behind it, and the value that it hands to the block."""

    before: list[ast.stmt]
    after: list[ast.stmt]
    value: ast.expr | None = None


def without_managers(tree: ast.FunctionDef, inputs: set[str], known: Known, fresh: Fresh) -> None:
    reached = tainted(tree, inputs)
    tree.body = spliced(tree.body, lambda s: without_headers(s, reached, known, fresh))


def without_headers(
    node: ast.stmt, reached: set[str], known: Known, fresh: Fresh
) -> list[ast.stmt]:
    """Return a `with` statement with those of its managers written out that can be, and `contextlib.suppress` as a
    `try`; others, and objects that are made of nothing which may be differentiated, as they are.
    """
    if not isinstance(node, ast.With):
        return [node]
    header = node.items[-1].context_expr
    if isinstance(header, ast.Call) and known.value(header.func) is contextlib.suppress:
        if header.args and any(reaches(statement, reached) for statement in node.body):
            kinds = header.args[0] if len(header.args) == 1 else ast.Tuple(header.args, ast.Load())
            caught = moved(ast.ExceptHandler(kinds, None, [ast.Pass()]), node)
            tried = made(ast.Try(node.body, [caught], [], []), node)
            left = ast.copy_location(ast.With(node.items[:-1], [tried]), node)
            return without_headers(left, reached, known, fresh) if left.items else [tried]
    if leaves_early(node.body):
        return [node]
    body = node.body
    for item in reversed(node.items):
        sides = sides_of(item.context_expr, body, reached, known, fresh)
        if sides is None or item.optional_vars is not None and sides.value is None:
            body = [ast.copy_location(ast.With([item], body), node)]
            continue
        before, last = list(sides.before), []
        if item.optional_vars is not None:
            assert sides.value is not None
            before.append(ast.Assign([item.optional_vars], sides.value))
        elif isinstance(sides.value, ast.Call):  # whose value nobody wants
            before.append(ast.Expr(sides.value))
        if isinstance(body[-1], ast.Return):
            value = body[-1].value
            body, last = body[:-1], [body[-1]]
            if value is not None and not isinstance(value, ast.Constant):
                own = fresh.name("result")
                body, last = [*body, assign(own, value, node)], [ast.Return(syntax.name(own))]
        body = [*(moved(s, node) for s in before), *body]
        body += [moved(s, node) for s in (*sides.after, *last)]
    return body


def leaves_early(body: list[ast.stmt]) -> bool:
    """Return whether a block is left by a jump that is not its last statement."""
    for place, statement in enumerate(body):
        match statement:
            case ast.Return():
                if place < len(body) - 1:
                    return True
            case ast.Break() | ast.Continue():
                return True
            case ast.FunctionDef() | ast.ClassDef():
                continue
            case _:
                is_loop = isinstance(statement, syntax.LOOPS)
                jumps = (ast.Return,) if is_loop else syntax.JUMPS
                if any(isinstance(n, jumps) for n in syntax.own_parts(statement)):
                    return True
    return False


def sides_of(
    header: ast.expr, body: list[ast.stmt], reached: set[str], known: Known, fresh: Fresh
) -> Sides | None:
    """Return what a manager does; None for others than those of the user's that are written out."""
    if not isinstance(header, ast.Call):
        return None
    callee = known.value(header.func)
    if isinstance(callee, type):
        return of_class(header, callee, fresh) if reaches(header, reached) else None
    return of_generator(header, callee, body, known, fresh)


def of_generator(
    call: ast.Call, callee: Any, body: list[ast.stmt], known: Known, fresh: Fresh
) -> Sides | None:
    """Return what a function or a method under `contextlib.contextmanager` does, that yields once."""
    function = getattr(callee, "__func__", callee)
    written = getattr(function, "__wrapped__", None)
    code = getattr(function, "__code__", None)
    if (
        not isinstance(written, FunctionType)
        or code is None
        or code.co_filename != contextlib.__file__
    ):
        return None
    if is_library_file(written.__code__.co_filename):
        return None
    tree = plain_tree(written)
    first: list[ast.expr] = []
    if isinstance(callee, MethodType) and isinstance(call.func, ast.Attribute):
        first = [call.func.value]
    if tree is None or len(yields(tree)) != 1:
        return None
    given = arguments_of(written, [*first, *call.args], call.keywords)
    if given is None or not reads_alike(tree, written, known):
        return None
    inner = Inside(tree, given, body, fresh)
    found = inner.around_yield(tree.body)
    if found is None or inner.is_more:
        return None
    before, after, value = found
    if first:
        shown, name = syntax.show(call.func), written.__qualname__
        guard = raising(f"{shown}.__qualname__ != {name!r}", f"{shown} was {name}", call)
        before = [guard, *before]
    return Sides([*inner.first, *before], after, value)


def of_class(call: ast.Call, kind: Any, fresh: Fresh) -> Sides | None:
    """Return the calls of the methods of an object of a class, which do not ask for errors."""
    enter, leave = getattr(kind, "__enter__", None), getattr(kind, "__exit__", None)
    if not isinstance(enter, FunctionType) or not isinstance(leave, FunctionType):
        return None
    if is_library_file(enter.__code__.co_filename):
        return None
    trees = plain_tree(enter), plain_tree(leave)
    if trees[0] is None or trees[1] is None:
        return None
    problem = syntax.parameters(trees[1]) - {trees[1].args.args[0].arg}
    if any(problem.intersection(syntax.reads(s)) for s in trees[1].body):
        return None
    own = fresh.name(kind.__name__.lower())
    entered, left = (
        syntax.method(syntax.name(own), word, *map(syntax.constant, given))
        for word, given in (("__enter__", ()), ("__exit__", (None, None, None)))
    )
    before: list[ast.stmt] = [ast.Assign([ast.Name(own, ast.Store())], call)]
    value: ast.expr = entered
    match trees[0].body[-1]:
        case ast.Return(ast.Name(name)) if name == trees[0].args.args[0].arg:
            before.append(ast.Expr(entered))
            value = syntax.name(own)
    match trees[1].body[-1]:
        case ast.Return(returned) if returned is not None and not is_off(returned):
            return None  # it may go on behind an error
    return Sides(before, [ast.Expr(left)], value)


def plain_tree(function: FunctionType) -> ast.FunctionDef | None:
    """Return the tree of a function without its docstring; None where its text is not at hand, or returns early."""
    tree = tree_of(function)
    if tree is None:
        return None
    tree.body = [s for s in tree.body if syntax.bare_string(s) is None] or [ast.Pass()]
    scopes = (ast.FunctionDef, ast.Lambda, ast.ClassDef, ast.Global, ast.Nonlocal, ast.With)
    if any(isinstance(n, scopes) for n in syntax.walk(tree) if n is not tree):
        return None
    return None if leaves_early(tree.body) else tree


def arguments_of(
    callee: Any, args: list[ast.expr], keywords: list[ast.keyword]
) -> dict[str, ast.expr] | None:
    """Return what each parameter is given, defaults among them; None if that cannot be told."""
    if syntax.has_star(args) or any(k.arg is None for k in keywords):
        return None
    try:
        bound = inspect.signature(callee).bind(*args, **{str(k.arg): k.value for k in keywords})
    except (TypeError, ValueError):
        return None
    bound.apply_defaults()
    found: dict[str, ast.expr] = {}
    for name, value in bound.arguments.items():
        if not isinstance(value, ast.expr):
            if type(value) not in syntax.LITERALS:
                return None
            value = syntax.constant(value)
        found[name] = value
    return found


def reads_alike(tree: ast.FunctionDef, function: FunctionType, known: Known) -> bool:
    """Return whether the names that a manager reads from around it mean the same in the function that enters it."""
    own = {*syntax.parameters(tree), *syntax.stores(tree)}
    space: Mapping[str, Any] = function.__globals__
    read = {n for s in tree.body for n in syntax.reads(s)} - own
    return not function.__closure__ and all(
        known.value(syntax.name(n)) is space.get(n, getattr(builtins, n, MISSING)) for n in read
    )


class Inside(ast.NodeTransformer):
    """Puts what a manager is given in the place of its parameters, and gives its own variables names that are free."""

    def __init__(
        self,
        tree: ast.FunctionDef,
        given: Mapping[str, ast.expr],
        body: list[ast.stmt],
        fresh: Fresh,
    ) -> None:
        self.fresh, self.is_more = fresh, False  # than can be written out
        self.bound = {n for s in body for n in syntax.stores(s)}
        self.first: list[ast.stmt] = []  # what keeps arguments that are more than names
        self.given = {name: self.kept(name, value) for name, value in given.items()}
        self.names = {
            n: fresh.name(n) for n in dict.fromkeys(syntax.stores(tree)) if n not in self.given
        }

    def kept(self, name: str, value: ast.expr) -> ast.expr:
        """Return an argument that means the same behind the block, kept under a name if need be."""
        is_path = isinstance(value, ast.Name | ast.Constant) or bool(syntax.dotted(value))
        if is_path and self.bound.isdisjoint(syntax.reads(value)):
            return value
        own = self.fresh.name(name)
        self.first.append(ast.Assign([ast.Name(own, ast.Store())], value))
        return syntax.name(own)

    def around_yield(
        self, body: list[ast.stmt]
    ) -> tuple[list[ast.stmt], list[ast.stmt], ast.expr | None] | None:
        """Return the statements before the `yield` and those behind it, and what it yields."""
        for place, statement in enumerate(body):
            match statement:
                case ast.Expr(value=ast.Yield(value=value)):
                    inner: Any = [], [], None if value is None else self.visit(value)
                case ast.Try(body=tried, handlers=[], orelse=[], finalbody=last) if yields(
                    statement
                ):
                    found = self.around_yield(tried)
                    if found is None:
                        return None
                    inner = found[0], [*found[1], *(self.visit(s) for s in last)], found[2]
                case _:
                    continue
            before = [self.visit(s) for s in body[:place]]
            after = [self.visit(s) for s in body[place + 1 :]]
            return [*before, *inner[0]], [*inner[1], *after], inner[2]
        return None

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Return what a parameter is given, or the new name of a variable."""
        if node.id in self.given:
            self.is_more = self.is_more or not isinstance(node.ctx, ast.Load)
            return syntax.deep(self.given[node.id])
        return ast.Name(self.names.get(node.id, node.id), node.ctx)
